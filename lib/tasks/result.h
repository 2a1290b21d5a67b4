/* SPDX-License-Identifier: MIT */
/* Building results. A result's JSON has three parts in this order: the head (what was run, by whom), the rows
   of the kind's result table in the order of adding, and "run" with the facts that differ between two runs of
   the same task. Sealing prints the text and reads it back, so that a fresh result and a parsed one answer
   from the same values. */
#ifndef MOFB_TASKS_RESULT_H
#define MOFB_TASKS_RESULT_H

#include <stdbool.h>
#include "base/json.h"
#include "mofbench/result.h"

mofb_status mofb__result_new(mofb_result **out, const mofb_allocator *a);

/* Sticky on failure; mofb__result_seal tells. Numbers that are not finite are left out: absent, not zero. */
void mofb__result_outcome(mofb_result *r, const char *outcome); /* a static text */
void mofb__result_number(mofb_result *r, const char *key, double value);
void mofb__result_integer(mofb_result *r, const char *key, int64_t value);
void mofb__result_bool(mofb_result *r, const char *key, bool value);
void mofb__result_text(mofb_result *r, const char *key, const char *value);
/* [count] values, non-finite ones as null; columns > 0: rows of that many in the JSON. */
void mofb__result_series(mofb_result *r, const char *key, const double *values, size_t count, size_t columns);
void mofb__result_structure(mofb_result *r, const char *key, const mofb_structure *structure);

/* The three parts while building; borrowed. */
mofb__json *mofb__result_head(mofb_result *r);
mofb__json *mofb__result_rows(mofb_result *r);
mofb__json *mofb__result_run(mofb_result *r);

/* Fixes the JSON text; after that the result is immutable and can be read. Errors: no_memory. */
mofb_status mofb__result_seal(mofb_result *r);

/* A sealed result from its text. Errors: format (bad_json, bad_result), no_memory. */
mofb_status mofb__result_read(mofb_result **out, const char *text, size_t length, const mofb_allocator *a);
void mofb__result_free(mofb_result *r);

/* Values of a sealed result. Keys are those of the JSON; members of nested objects and lists are reached with
   dots ("run.wall_seconds", "coordination.0.element"). NULL if absent. */
typedef enum mofb__entry_kind {
    MOFB__ENTRY_NUMBER,
    MOFB__ENTRY_TEXT,
    MOFB__ENTRY_SERIES,
    MOFB__ENTRY_STRUCTURE
} mofb__entry_kind;

typedef struct mofb__entry {
    char *key;
    mofb__entry_kind kind;
    double number;
    char *text;
    double *values; /* [count]; nan where the JSON has null */
    size_t count;
    mofb_structure *structure;
} mofb__entry;

const mofb__entry *mofb__result_find(const mofb_result *r, const char *key, mofb__entry_kind kind);
const char *mofb__result_text_line(const mofb_result *r);
const char *mofb__result_outcome_of(const mofb_result *r);

#endif
