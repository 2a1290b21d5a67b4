/* SPDX-License-Identifier: MIT */
/* Coordination of every metal atom at the moments of a run. */
#ifndef MOFB_TASKS_METALS_H
#define MOFB_TASKS_METALS_H

#include "tasks/result.h"

enum { MOFB__METALS_START, MOFB__METALS_RELAXED, MOFB__METALS_END, MOFB__METALS_MOMENTS };

typedef struct mofb__metals {
    const mofb_allocator *a;
    const mofb_structure *structure; /* names the atoms; borrowed */
    size_t count;
    size_t *atoms;  /* [count] */
    double *values; /* [moments][2][count]: CrystalNN, simple count; nan where there is none */
} mofb__metals;

mofb_status mofb__metals_new(mofb__metals *out, const mofb_structure *structure, const mofb_allocator *a);
void mofb__metals_free(mofb__metals *m);

/* Counts at positions [n][3] and cell (NULL: none). factor: of the covalent radii, for the simple count. A
   number that does not exist (no cell, an element without radius) stays absent. Errors: no_memory. */
mofb_status mofb__metals_measure(mofb__metals *m, int moment, const double *positions, const double *cell,
                                 double factor);

/* Rows coordination (a list, one object per element), metal_atoms, coordination_crystalnn_start, ... */
/* clang-format off */
#define MOFB__METALS_ROWS \
    {"metal_atoms", MOFB_TYPE_NUMBERS, 0, "", "n_metals", NULL, 0, 0, NULL, \
     "indices of the metal atoms, from 0"}, \
    {"coordination_crystalnn_start", MOFB_TYPE_NUMBERS, 0, "", "n_metals", NULL, 0, 0, NULL, \
     "CrystalNN coordination of the metals in the input"}, \
    {"coordination_simple_start", MOFB_TYPE_NUMBERS, 0, "", "n_metals", NULL, 0, 0, NULL, \
     "neighbours within the covalent radii times coordination_factor, in the input"}, \
    {"coordination_crystalnn_relaxed", MOFB_TYPE_NUMBERS, 0, "", "n_metals", NULL, 0, 0, NULL, \
     "CrystalNN coordination after relaxation"}, \
    {"coordination_simple_relaxed", MOFB_TYPE_NUMBERS, 0, "", "n_metals", NULL, 0, 0, NULL, \
     "simple coordination after relaxation"}, \
    {"coordination_crystalnn_end", MOFB_TYPE_NUMBERS, 0, "", "n_metals", NULL, 0, 0, NULL, \
     "CrystalNN coordination at the end"}, \
    {"coordination_simple_end", MOFB_TYPE_NUMBERS, 0, "", "n_metals", NULL, 0, 0, NULL, \
     "simple coordination at the end"}, \
    {"coordination", MOFB_TYPE_TEXT, 0, "", "n_elements", NULL, 0, 0, NULL, \
     "list with element, n_atoms and the means of the six counts above, an object per metal element"}
/* clang-format on */

mofb_status mofb__metals_report(mofb_result *r, const mofb__metals *m);

#endif
