/* SPDX-License-Identifier: MIT */
/* Tables that describe parameters, inputs and results. Validation, --set, JSON, help texts and
   reference pages are generated from them. */
#ifndef MOFBENCH_EXT_TABLE_H
#define MOFBENCH_EXT_TABLE_H

#include <stddef.h>
#include "../error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    MOFB_TYPE_BOOL = 0,    /* true, false */
    MOFB_TYPE_INTEGER = 1, /* int64 */
    MOFB_TYPE_NUMBER = 2,  /* double */
    MOFB_TYPE_TEXT = 3,    /* UTF-8 */
    MOFB_TYPE_CHOICE = 4,  /* one of `choices` */
    MOFB_TYPE_NUMBERS = 5, /* list of doubles, "1,2,3" as text */
    MOFB_TYPE_STRUCTURE = 6
};

enum {
    MOFB_ROW_HEADLINE = 1 /* a result that belongs into a one-line summary */
};

/* One parameter, or one result. */
typedef struct mofb_row {
    const char *name;      /* key; results carry their unit in it: "volume_A3" */
    int32_t type;          /* MOFB_TYPE_* */
    int32_t flags;         /* MOFB_ROW_* */
    const char *unit;      /* "eV", "GPa", ...; "" = none */
    const char *shape;     /* "" scalar, "n_atoms,3", "n_steps", ... */
    const char *fallback;  /* default as text; NULL: required (parameters), unused for results */
    double min, max;       /* inclusive range; equal = unlimited */
    const char *choices;   /* "a|b|c" for MOFB_TYPE_CHOICE, else NULL */
    const char *help;      /* one line of meaning */
} mofb_row;

/* Parsed values of a parameter table; read with the functions below. */
typedef struct mofb_values mofb_values;

/* The value of a row. `name` must be a row of the table with the fitting type, else the defaults
   0 / "" / NULL are returned. Texts and lists are borrowed from `values`. Thread: any. */
MOFB_API int32_t mofb_values_bool(const mofb_values *values, const char *name);
MOFB_API int64_t mofb_values_integer(const mofb_values *values, const char *name);
MOFB_API double mofb_values_number(const mofb_values *values, const char *name);
MOFB_API const char *mofb_values_text(const mofb_values *values, const char *name);
MOFB_API const double *mofb_values_numbers(const mofb_values *values, const char *name, size_t *count);

#ifdef __cplusplus
}
#endif
#endif
