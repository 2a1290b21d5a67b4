/* SPDX-License-Identifier: MIT */
/* A stage of molecular dynamics as tasks need it: series, trajectory, progress, checkpoints, and an end when
   the structure falls apart. */
#ifndef MOFB_TASKS_DYNAMICS_H
#define MOFB_TASKS_DYNAMICS_H

#include "physics/md.h"
#include "tasks/context.h"

/* Columns of the series, in this order. */
enum {
    MOFB__MD_STEP,
    MOFB__MD_TEMPERATURE,
    MOFB__MD_PRESSURE,
    MOFB__MD_VOLUME,
    MOFB__MD_POTENTIAL,
    MOFB__MD_KINETIC,
    MOFB__MD_CONSERVED,
    MOFB__MD_COLUMNS
};

typedef enum mofb__md_end {
    MOFB__MD_RUNNING,
    MOFB__MD_COMPLETE,
    MOFB__MD_EXPLODED, /* NaN, |E| too large, too hot */
    MOFB__MD_COLLAPSED /* volume too small */
} mofb__md_end;

typedef struct mofb__dynamics_setup {
    char name[24];
    mofb__integrator_options integrator;
    uint64_t n_steps, interval;
    double max_energy;      /* eV, |E| beyond it is an explosion */
    double max_temperature; /* K */
    double min_volume;      /* Å³; 0: not checked */
} mofb__dynamics_setup;

typedef struct mofb__dynamics {
    const mofb_allocator *a;
    mofb__dynamics_setup setup;
    mofb__context *ctx;
    mofb_system *system;   /* borrowed */
    mofb__md_state *state; /* borrowed; its owner stores it */
    mofb__integrator *integrator;
    uint64_t step;
    mofb__md_end end;
    bool unsound;   /* a step led to where nothing is evaluated any more */
    bool sampling;  /* this step's stress is wanted */
    double *series; /* [n_series][MOFB__MD_COLUMNS]: K, bar, Å³, eV; nan where there is none */
    size_t n_series, capacity;
} mofb__dynamics;

/* A stage from the state as it is. Forces (and stress) are evaluated at its start, as they are by a program
   that begins anew. */
mofb_status mofb__dynamics_new(mofb__dynamics **out, mofb__context *ctx, mofb_system *system,
                               mofb__md_state *state, const mofb__dynamics_setup *setup);
void mofb__dynamics_free(mofb__dynamics *d);

/* Series, step and integrator; not the state. */
void mofb__dynamics_save(const mofb__dynamics *d, mofb__blob *b);
mofb_status mofb__dynamics_load(mofb__dynamics *d, mofb__blob *b);

/* Runs to the end, adding frames to `trajectory` and lines to <name>.csv. moment: stage, step, total and note
   are filled here; fraction says where the stage starts and `to` where it ends. */
mofb_status mofb__dynamics_run(mofb__dynamics *d, const char *trajectory, mofb__moment moment, double to);

#endif
