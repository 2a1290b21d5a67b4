/* SPDX-License-Identifier: MIT */
/* Building results. Rows keep the order of adding; the keys are those of the kind's result table. */
#ifndef MOFB_TASKS_RESULT_H
#define MOFB_TASKS_RESULT_H

#include <stdbool.h>
#include "base/json.h"
#include "mofbench/result.h"

mofb_status mofb__result_new(mofb_result **out, const mofb_allocator *a);

/* Sticky on failure; mofb__result_status tells. Numbers that are not finite are left out: absent, not zero. */
void mofb__result_outcome(mofb_result *r, const char *outcome);
void mofb__result_number(mofb_result *r, const char *key, double value);
void mofb__result_integer(mofb_result *r, const char *key, int64_t value);
void mofb__result_bool(mofb_result *r, const char *key, bool value);
void mofb__result_text(mofb_result *r, const char *key, const char *value);
/* Copies [count] values; columns > 0: rows of that many in the JSON. */
void mofb__result_series(mofb_result *r, const char *key, const double *values, size_t count, size_t columns);
/* A nested JSON value of a form the table describes in words; taken. */
void mofb__result_json(mofb_result *r, const char *key, mofb__json *taken);
void mofb__result_structure(mofb_result *r, const char *key, const mofb_structure *structure);
mofb_status mofb__result_status(const mofb_result *r);

/* The members so far as an object to add head and run sections to; borrowed. */
mofb__json *mofb__result_object(mofb_result *r);

/* Fixes the JSON text; after that the result is immutable. */
mofb_status mofb__result_seal(mofb_result *r);

#endif
