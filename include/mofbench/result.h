/* SPDX-License-Identifier: MIT */
/* A result: outcome, values by name, series, structures. Immutable. Findings (not converged,
   exploded, badly fitted) are values here, not errors. */
#ifndef MOFBENCH_RESULT_H
#define MOFBENCH_RESULT_H

#include "structure.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mofb_result mofb_result;

/* What became of the task in one word: "converged", "stable", "exploded", ... Borrowed. */
MOFB_API const char *mofb_result_outcome(const mofb_result *result);

/* Values are named by the keys of the JSON; members of nested objects and lists are reached with dots:
   "run.wall_seconds", "coordination.0.element". */

/* A number (booleans read as 0 and 1) by key, e.g. "bulk_modulus_GPa". Errors: not_found (absent, also
   where the quantity does not exist for this structure). Thread: any. Since 0.1. */
MOFB_API mofb_status mofb_result_number(double *out, const mofb_result *result, const char *key);

/* A text by key. Borrowed from the result. Errors: not_found. */
MOFB_API mofb_status mofb_result_text(const char **out, const mofb_result *result, const char *key);

/* A series by key, e.g. "eos_volumes_A3": *values [*count], borrowed; rows of a table one behind the other; nan
   where a single value is absent. Errors: not_found. */
MOFB_API mofb_status mofb_result_series(const double **values, size_t *count,
                                        const mofb_result *result, const char *key);

/* A structure by key, e.g. "final_structure". Borrowed. Errors: not_found. */
MOFB_API mofb_status mofb_result_structure(const mofb_structure **out, const mofb_result *result,
                                           const char *key);

/* The whole result as one line of JSON. Volatile facts (times, host) are under "run"; everything else
   is the same for every run of the same build. Borrowed. */
MOFB_API const char *mofb_result_json(const mofb_result *result);

/* Reads a result back from its JSON. Caller owns *out. Errors: format, no_memory. */
MOFB_API mofb_status mofb_result_parse(mofb_result **out, const char *json,
                                       const mofb_allocator *allocator);

/* NULL is fine. */
MOFB_API void mofb_result_free(mofb_result *result);

#ifdef __cplusplus
}
#endif
#endif
