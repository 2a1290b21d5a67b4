/* SPDX-License-Identifier: MIT */
/* The structure object and the builder that readers fill. */
#ifndef MOFB_STRUCTURE_STRUCTURE_H
#define MOFB_STRUCTURE_STRUCTURE_H

#include <stdatomic.h>
#include <stdbool.h>
#include "base/str.h"
#include "mofbench/structure.h"

/* A named per-atom array of doubles [n_atoms][width]. */
typedef struct mofb__array {
    char *name;
    size_t width;
    double *values;
} mofb__array;

struct mofb_structure {
    const mofb_allocator *a;
    atomic_size_t references;
    size_t n_atoms;
    int32_t *numbers;
    double *positions;   /* Å [n][3] */
    bool has_cell;
    double cell[9];      /* Å, rows; zero without a cell */
    int32_t periodic[3];
    double volume, mass; /* Å³, amu */
    char *name;
    mofb__array *arrays; /* optional */
    size_t n_arrays;
    char *info;          /* JSON object of key-value pairs of an extxyz comment or "" */
    char sha256[65];
};

/* What a reader gathers; everything is copied or taken by mofb__structure_build. */
typedef struct mofb__draft {
    const mofb_allocator *a;
    size_t n_atoms;
    int32_t *numbers;
    double *positions;
    bool has_cell;
    double cell[9];
    int32_t periodic[3];
    char *name;
    mofb__array *arrays;
    size_t n_arrays;
    char *info;
} mofb__draft;

/* Makes a structure of the draft, taking its memory (also on failure, when it is freed). Checks: finite
   numbers (not_finite), known elements (unknown_element), a cell with volume (bad_cell), and no two atoms
   closer than min_distance Å under periodicity (atoms_too_close; 0 = 0.1 Å; negative = not checked). */
mofb_status mofb__structure_build(mofb_structure **out, mofb__draft *draft, double min_distance);

void mofb__draft_free(mofb__draft *draft);

/* Same atoms, name and periodicity, other positions [n][3] and cell [9] (NULL: as before). Arrays and info
   are not carried over. */
mofb_status mofb__structure_moved(mofb_structure **out, const mofb_structure *from, const double *positions,
                                  const double *cell, const mofb_allocator *a);

/* Another name, made of two parts, for a structure that nobody shares yet. */
mofb_status mofb__structure_rename(mofb_structure *s, const char *name, const char *suffix);

#endif
