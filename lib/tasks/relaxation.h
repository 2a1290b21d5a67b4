/* SPDX-License-Identifier: MIT */
/* Relaxations as tasks need them: with history, trajectory, progress and checkpoints, any number in step on
   one batch. Systems are made by the task, from its input structure, and serve all its stages: what a force
   field perceives there stays. */
#ifndef MOFB_TASKS_RELAXATION_H
#define MOFB_TASKS_RELAXATION_H

#include "physics/relax.h"
#include "tasks/context.h"

typedef struct mofb__relaxation {
    const mofb_allocator *a;
    mofb_system *system; /* borrowed */
    size_t n_atoms;
    /* The last evaluated point. */
    double *positions, *forces; /* [n][3] */
    double cell[9], stress[9];
    bool has_cell;
    bool has_stress; /* as with relax_cell; may be set before the first step */
    double energy, fmax, fmax_generalised;
    uint64_t steps;
    mofb__relax_end end;
    /* Energy (eV), fmax and fmax_generalised (eV/Å), volume (Å³) of every evaluated point. */
    double *history; /* [n_history][4] */
    size_t n_history, capacity;
    mofb__relax *machine; /* NULL once ended */
    mofb__relax_options options;
} mofb__relaxation;

/* Starts at positions [n][3] and cell (NULL: no cell). options are copied, their texts borrowed. */
mofb_status mofb__relaxation_new(mofb__relaxation **out, mofb_system *system, const double *positions,
                                 const double *cell, const mofb__relax_options *options,
                                 const mofb_allocator *a);
void mofb__relaxation_free(mofb__relaxation *r);

/* The options every task takes from its parameters: <prefix>optimiser, <prefix>fmax_eV_per_A,
   <prefix>max_steps. */
mofb__relax_options mofb__relaxation_options(const mofb_values *params, const char *prefix, bool relax_cell);

void mofb__relaxation_save(const mofb__relaxation *r, mofb__blob *b);
mofb_status mofb__relaxation_load(mofb__relaxation *r, mofb__blob *b);

/* How a stage is run and told. */
typedef struct mofb__relaxation_stage {
    const char *name;
    const char *trajectory, *csv; /* artefacts of the first relaxation; NULL: none */
    uint64_t interval;            /* steps between frames; the last point always has one */
    double from, to;              /* fractions of the task */
    void (*save)(void *user, mofb__blob *b);
    void *user;
} mofb__relaxation_stage;

/* Runs all to their ends. */
mofb_status mofb__relaxation_run(mofb__context *ctx, mofb__relaxation *const *list, size_t count,
                                 const mofb__relaxation_stage *stage);

/* "converged", "not_converged" or "exploded". */
const char *mofb__relaxation_outcome(const mofb__relaxation *r);

/* Rows for tasks that relax first: relaxation_converged, relaxation_steps, ... and relaxed_structure. */
/* clang-format off */
#define MOFB__RELAXATION_ROWS \
    {"relaxation_converged", MOFB_TYPE_BOOL, 0, "", "", NULL, 0, 0, NULL, \
     "whether the relaxation reached its fmax"}, \
    {"relaxation_steps", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL, \
     "optimiser steps of the relaxation"}, \
    {"relaxation_energy_initial_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, \
     "energy of the input"}, \
    {"relaxation_energy_final_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, \
     "energy after relaxation"}, \
    {"relaxation_fmax_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", NULL, 0, 0, NULL, \
     "largest force on an atom after relaxation"}, \
    {"relaxation_fmax_generalised", MOFB_TYPE_NUMBER, 0, "eV/Å", "", NULL, 0, 0, NULL, \
     "largest generalised force, cell rows included; decides the stop"}, \
    {"relaxation_volume_initial_A3", MOFB_TYPE_NUMBER, 0, "Å³", "", NULL, 0, 0, NULL, \
     "volume of the input"}, \
    {"relaxation_volume_final_A3", MOFB_TYPE_NUMBER, 0, "Å³", "", NULL, 0, 0, NULL, \
     "volume after relaxation"}, \
    {"relaxed_structure", MOFB_TYPE_STRUCTURE, 0, "", "", NULL, 0, 0, NULL, \
     "the structure after relaxation"}
/* clang-format on */

mofb_status mofb__relaxation_report(mofb_result *result, const mofb__relaxation *r, mofb__context *ctx);

#endif
