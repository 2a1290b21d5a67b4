/* SPDX-License-Identifier: MIT */
/* A relaxation: optimiser, optional cell filter and stop rule as a step machine. The owner evaluates, so
   that many relaxations share a batch:

     for (;;) {
         mofb__relax_ask(r, &request);   fills positions, cell, want, buffers
         evaluate(&request);
         mofb__relax_tell(r, energy);    decides; when not r->done, moves to the next coordinates
     } */
#ifndef MOFB_PHYSICS_RELAX_H
#define MOFB_PHYSICS_RELAX_H

#include <stdbool.h>
#include "mofbench/evaluator.h"
#include "physics/cellfilter.h"
#include "physics/optimiser.h"

typedef struct mofb__relax_options {
    const char *optimiser;
    bool relax_cell;        /* Frechet cell filter, all six strains */
    double fmax;            /* eV/Å, on the generalised forces */
    uint64_t max_steps;     /* optimiser steps; force calls are one more at most */
    double max_energy;      /* eV; |E| above it aborts (1e5) */
    const int32_t *numbers; /* atomic numbers [n_atoms] for optimisers that look at the structure; NULL:
                               unknown. Borrowed for the call of new. */
} mofb__relax_options;

typedef enum mofb__relax_end {
    MOFB__RELAX_RUNNING,
    MOFB__RELAX_CONVERGED,
    MOFB__RELAX_MAX_STEPS,
    MOFB__RELAX_EXPLODED /* NaN, |E| too large, vanishing volume */
} mofb__relax_end;

typedef struct mofb__relax {
    mofb__relax_options options;
    size_t n_atoms, n_rows;
    double *positions, *forces; /* [n][3], at the last evaluated coordinates after tell */
    double cell[9], stress[9];
    bool has_cell;
    double energy, fmax_atoms, fmax_generalised;
    uint64_t steps, force_calls;
    mofb__relax_end end;
    /* private */
    mofb__cellfilter filter;
    mofb__optimiser *optimiser;
    double *x, *g; /* coordinates of the next evaluation, generalised forces of the last [n_rows][3] */
    double start_volume;
} mofb__relax;

/* cell NULL: cluster (relax_cell must be false, else invalid/no_cell). Errors: not_found/unknown_optimiser,
   invalid/singular_matrix, no_memory. */
mofb_status mofb__relax_new(mofb__relax **out, size_t n_atoms, const double *positions, const double *cell,
                            const mofb__relax_options *options, const mofb_allocator *a);
void mofb__relax_free(mofb__relax *r);

/* Points the request at the coordinates to evaluate and at the buffers for the answer (request->system is the
   owner's business). Stress is wanted with relax_cell; the owner may add its bit otherwise, the buffer is
   there whenever there is a cell. */
void mofb__relax_ask(mofb__relax *r, mofb_request *request);

/* Takes the answer: energies and forces are in the buffers that ask handed out. Afterwards positions, cell,
   energy and forces describe the evaluated point until the next ask; `end` says whether to go on. */
mofb_status mofb__relax_tell(mofb__relax *r, double energy);

/* Between tell and ask. Loading goes into a relaxation made with the same arguments; afterwards both continue
   with the same bits. format/bad_checkpoint if the blob is of another one. */
void mofb__relax_save(const mofb__relax *r, mofb__blob *b);
mofb_status mofb__relax_load(mofb__relax *r, mofb__blob *b);

#endif
