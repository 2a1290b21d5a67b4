/* SPDX-License-Identifier: MIT */
/* Minimisers as step machines: each call takes energy and forces at the present coordinates and moves to the
   next ones. So any number can advance in step and share one batch of evaluations, and all state can be
   stored. Coordinates are rows of three; with a cell filter the last three rows are the cell's. */
#ifndef MOFB_PHYSICS_OPTIMISER_H
#define MOFB_PHYSICS_OPTIMISER_H

#include "base/blob.h"

typedef struct mofb__optimiser mofb__optimiser;

/* What an optimiser may know of its coordinates besides their number. All but n_rows may be absent; borrowed
   for the call of make. Rows 0 .. n_atoms−1 are atoms, three further rows (if there are) the cell's. */
typedef struct mofb__optimiser_setup {
    size_t n_rows;
    size_t n_atoms;          /* 0: nothing is known */
    const int32_t *numbers;  /* atomic numbers [n_atoms]; NULL: unknown */
    const double *positions; /* Å [n_atoms][3] at the start */
    const double *cell;      /* Å [9] at the start; NULL: no cell */
} mofb__optimiser_setup;

typedef struct mofb__optimiser_kind {
    const char *name; /* "lbfgs", "fire", ... as in the tasks' tables */
    const char *summary;
    mofb_status (*make)(mofb__optimiser **out, const mofb__optimiser_setup *setup, const mofb_allocator *a);
} mofb__optimiser_kind;

/* Implementations begin with this. */
struct mofb__optimiser {
    const mofb__optimiser_kind *kind;
    /* Moves x [n_rows][3] (Å or generalised) using energy (eV) and forces f = −dE/dx [n_rows][3]. */
    mofb_status (*step)(mofb__optimiser *self, double *x, double energy, const double *f);
    void (*save)(const mofb__optimiser *self, mofb__blob *b);
    mofb_status (*load)(mofb__optimiser *self, mofb__blob *b);
    void (*free)(mofb__optimiser *self);
};

/* By name; not_found/unknown_optimiser naming the nearest. The second form knows nothing but the rows. */
mofb_status mofb__optimiser_make(mofb__optimiser **out, const char *name, const mofb__optimiser_setup *setup,
                                 const mofb_allocator *a);
mofb_status mofb__optimiser_new(mofb__optimiser **out, const char *name, size_t n_rows,
                                const mofb_allocator *a);
void mofb__optimiser_free(mofb__optimiser *o);

/* The kinds of the build ("lbfgs": ASE's L-BFGS; "fire": ASE's FIRE; and our own). */
const mofb__optimiser_kind *const *mofb__optimisers(size_t *count);

#endif
