/* SPDX-License-Identifier: MIT */
/* Steps from a structure to a typed topology; each fills its part of the build. */
#ifndef MOFB_MODELS_UFF_BUILD_H
#define MOFB_MODELS_UFF_BUILD_H

#include "base/error.h"
#include "models/uff/uff.h"

enum {
    Z_H = 1, Z_B = 5, Z_C = 6, Z_N = 7, Z_O = 8, Z_F = 9,
    Z_MG = 12, Z_AL = 13, Z_SI = 14, Z_P = 15, Z_S = 16, Z_ZR = 40
};

typedef struct mofb__uff_build {
    const mofb_allocator *a;
    const mofb__uff_settings *settings;
    bool tool; /* rules=lammps_interface: marks every place where the rule sets differ */
    size_t n_atoms;
    const int32_t *numbers;
    const double *positions; /* Å [n_atoms][3] */
    bool has_cell;
    double cell[9], inverse[9]; /* completed where not periodic */
    int32_t periodic[3];
    mofb__uff_topology *t;
    size_t *row_bond;   /* [2 n_bonds] the bond of a neighbour row */
    uint8_t *in_ring;   /* [n_atoms] in an aromatic ring */
    uint8_t *same_ring; /* [n_bonds] both ends in one aromatic ring */
} mofb__uff_build;

/* Bonds of the topology, all of order 1. */
mofb_status mofb__uff_find_bonds(mofb__uff_build *b);
/* Takes from candidate bonds those that chemistry forbids (the papers' rules). */
mofb_status mofb__uff_prune_bonds(mofb__uff_build *b);

/* Sorts t->bonds and makes the neighbour rows (without orders) and row_bond anew. */
mofb_status mofb__uff_link(mofb__uff_build *b);

/* in_ring and same_ring. The tool's atoms become aromatic on the way. */
mofb_status mofb__uff_find_rings(mofb__uff_build *b);

/* Three non-metal neighbours, nearly in a plane with the atom. */
bool mofb__uff_flat(const mofb__uff_build *b, size_t i);
/* Electrons of a ring's atoms fit 4n+2 (the papers' rules; atoms: [n]). */
bool mofb__uff_huckel(const mofb__uff_build *b, const int32_t *atoms, size_t n);
/* The atom can be part of an aromatic ring. */
bool mofb__uff_ring_atom(const mofb__uff_build *b, size_t i);

/* Bond orders and hybridisation: of the published programme, and from resonance structures. */
mofb_status mofb__uff_tool_orders(mofb__uff_build *b);
mofb_status mofb__uff_tool_chains(mofb__uff_build *b, int32_t *ends, size_t n_ends);
mofb_status mofb__uff_resonance(mofb__uff_build *b);

/* Types, and what they change in orders. */
mofb_status mofb__uff_tool_types(mofb__uff_build *b);
mofb_status mofb__uff_paper_types(mofb__uff_build *b);
/* The type of a metal (or of any element without rules of its own) by coordination and geometry. */
const mofb__uff_type *mofb__uff_nearest_type(const mofb__uff_build *b, size_t i);

/* Table of the settings, and a type by name; NULL if there is none. */
const mofb__uff_type *mofb__uff_types(const mofb__uff_build *b, size_t *count);
const mofb__uff_type *mofb__uff_type_named(const mofb__uff_build *b, const char *name);
mofb_status mofb__uff_no_type(const mofb__uff_build *b, size_t i, const char *wanted);

/* What the published programme calls a metal: with metalloids, without f elements. */
bool mofb__uff_tool_metal(int32_t z);
bool mofb__uff_metal(const mofb__uff_build *b, size_t i); /* a metal proper */

size_t mofb__uff_degree(const mofb__uff_build *b, size_t i);
/* Neighbours that are metals, and that are not. */
size_t mofb__uff_metal_degree(const mofb__uff_build *b, size_t i);
size_t mofb__uff_organic_degree(const mofb__uff_build *b, size_t i);
/* Angle between two vectors, degrees. */
double mofb__uff_angle(const double *v, const double *w);
/* Vector to the neighbour of row r of atom i, Å. */
void mofb__uff_row_vector(double out[3], const mofb__uff_build *b, size_t i, size_t r);

#endif
