/* SPDX-License-Identifier: MIT */
/* What a task kind is, and the task object: a kind, its named structures and its parameter values. */
#ifndef MOFB_TASKS_TASK_H
#define MOFB_TASKS_TASK_H

#include <stdbool.h>
#include "base/values.h"
#include "mofbench/task.h"
#include "tasks/preset.h"
#include "tasks/result.h"

typedef struct mofb__context mofb__context;

typedef struct mofb__input {
    const char *name;
    bool required;
    const char *help;
} mofb__input;

/* A word the result's outcome may be. A task with `strict` fails where it is not a good one. */
typedef struct mofb__outcome {
    const char *name;
    bool good;
    const char *help;
} mofb__outcome;

/* A drawing of series of the result; nothing is drawn where they are absent. */
typedef struct mofb__plot {
    const char *file; /* "eos.svg" */
    const char *title;
    const char *x;    /* key of a series */
    const char *y[4]; /* keys, NULL behind the last if fewer */
    const char *x_label, *y_label;
    bool points; /* marks at the values, besides lines */
    bool log_y;  /* logarithmic axis */
} mofb__plot;

typedef struct mofb__task_kind {
    const char *name;    /* "bulk_modulus" */
    const char *title;   /* "Bulk modulus" */
    const char *summary; /* one line */
    const mofb__input *inputs;
    size_t n_inputs;
    const mofb_row
        *params; /* besides the common ones (preset, strict); defaults are those of default_preset */
    size_t n_params;
    const mofb__outcome *outcomes;
    size_t n_outcomes;
    const mofb_row *results; /* besides those every result has (mofb__common_results) */
    size_t n_results;
    const mofb__plot *plots;
    size_t n_plots;
    const char *default_preset;
    /* Straight-line code; inputs [n_inputs], NULL where an optional one is not given. Findings go into the
       result (mofb__result_outcome), failures into the status. */
    mofb_status (*run)(mofb__context *ctx, const mofb_values *params, const mofb_structure *const *inputs,
                       mofb_result *result);
} mofb__task_kind;

struct mofb_task {
    const mofb_allocator *a;
    const mofb__task_kind *kind;
    mofb_row *rows; /* common and kind's [n_rows] */
    size_t n_rows;
    mofb__presets presets;
    const mofb__preset *preset;  /* the one in force */
    mofb__json *given;           /* what the caller set, in order; later members win */
    mofb_values *values;         /* defaults, then the preset's, then `given` */
    char *text;                  /* the values as JSON */
    mofb_structure **structures; /* [kind->n_inputs] */
};

/* All kinds, generated from meson's list. */
const mofb__task_kind *const *mofb__task_kinds(size_t *count);

/* Whether two names of kinds mean the same: hyphens are underscores, American spelling, capitals. */
bool mofb__task_same_name(const char *a, const char *b);

/* By name or alias (hyphens, American spelling); not_found/unknown_task naming the nearest. */
mofb_status mofb__task_kind_find(const mofb__task_kind **out, const char *name);

/* Parameter rows of a kind, the common ones first; freed with mofb__free. */
mofb_status mofb__task_rows(mofb_row **out, size_t *count, const mofb__task_kind *kind,
                            const mofb_allocator *a);

/* Keys that every result has, whatever the kind. */
const mofb_row *mofb__common_results(size_t *count);

mofb_status mofb__task_new(mofb_task **out, const char *kind, const char *parameters,
                           const char *preset_folder, const mofb_allocator *a);
void mofb__task_free(mofb_task *t);
mofb_status mofb__task_set(mofb_task *t, const char *key, const char *value);
mofb_status mofb__task_set_structure(mofb_task *t, const char *name, const mofb_structure *structure);
mofb_status mofb__task_describe(char **out, const mofb__task_kind *kind);

#endif
