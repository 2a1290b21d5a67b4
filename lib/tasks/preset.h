/* SPDX-License-Identifier: MIT */
/* Presets: named sets of parameter values. A preset is a JSON file
     {"id": "mine", "version": 1, "summary": "...", "tasks": {"stability": {"npt_steps": 2000}, ...}}
   whose values replace a kind's defaults. Those of the library are compiled in; users keep
   theirs in a folder. */
#ifndef MOFB_TASKS_PRESET_H
#define MOFB_TASKS_PRESET_H

#include "base/json.h"
#include "base/values.h"

struct mofb__task_kind;

typedef struct mofb__preset {
    char *origin; /* file name, for messages */
    mofb__json *root;
} mofb__preset;

typedef struct mofb__presets {
    const mofb_allocator *a;
    mofb__preset *items;
    size_t count, capacity;
} mofb__presets;

/* The library's presets and every *.json of `folder` (NULL: none), in alphabetical order. Errors name file
   and key: format (bad_json, bad_preset), invalid (unknown_parameter, bad_value, out_of_range), exists
   (duplicate_preset), io. On failure nothing needs freeing. */
mofb_status mofb__presets_load(mofb__presets *out, const char *folder, const mofb_allocator *a);
void mofb__presets_free(mofb__presets *p);

const char *mofb__preset_id(const mofb__preset *p);
int64_t mofb__preset_version(const mofb__preset *p);
const char *mofb__preset_summary(const mofb__preset *p);

/* Values for a kind; NULL if the preset has none for it. */
const mofb__json *mofb__preset_values(const mofb__preset *p, const char *kind);

/* not_found/unknown_preset, naming the nearest, or saying that it has nothing for this kind. */
mofb_status mofb__presets_find(const mofb__preset **out, const mofb__presets *p, const char *id,
                               const char *kind);

#endif
