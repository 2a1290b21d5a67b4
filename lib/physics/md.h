/* SPDX-License-Identifier: MIT */
/* Molecular dynamics: one state, integrators that advance it by one step. Internal units: Å, eV, amu and
   Å·√(amu/eV) for time (units.h). */
#ifndef MOFB_PHYSICS_MD_H
#define MOFB_PHYSICS_MD_H

#include <stdbool.h>
#include "base/blob.h"
#include "base/rng.h"

/* How an integrator gets forces: fills energy (eV), forces [n][3] (eV/Å) and, if stress is not NULL, stress
   [9] (eV/Å³, positive = tension) for positions [n][3] and cell [9] (NULL without one). */
typedef struct mofb__force_source {
    mofb_status (*evaluate)(void *user, const double *positions, const double *cell, double *energy,
                            double *forces, double *stress);
    void *user;
} mofb__force_source;

typedef struct mofb__md_state {
    size_t n_atoms;
    double *masses;     /* amu [n] */
    double *positions;  /* Å [n][3], not wrapped */
    double *velocities; /* Å per internal time [n][3] */
    double *forces;     /* eV/Å [n][3] */
    double cell[9];     /* Å */
    double stress[9];   /* eV/Å³, potential part; valid where the integrator needs it */
    double energy;      /* potential, eV */
    bool has_cell;
} mofb__md_state;

/* A state at rest, forces not yet evaluated (mofb__md_evaluate). cell: NULL for a cluster. Errors: no_memory,
   invalid/unknown_element. */
mofb_status mofb__md_state_new(mofb__md_state **out, size_t n_atoms, const int32_t *numbers,
                               const double *positions, const double *cell, const mofb_allocator *a);
void mofb__md_state_free(mofb__md_state *s);

/* Everything a step depends on, forces included, so that a resume evaluates nothing anew. Loading goes into a
   state of the same number of atoms; format/bad_checkpoint otherwise. */
void mofb__md_state_save(const mofb__md_state *s, mofb__blob *b);
mofb_status mofb__md_state_load(mofb__md_state *s, mofb__blob *b);

/* Energy, forces and (if wanted) stress at the state's positions and cell. */
mofb_status mofb__md_evaluate(mofb__md_state *s, const mofb__force_source *source, bool stress);

/* Maxwell–Boltzmann velocities at T (K); then linear, then angular momentum removed, each keeping the kinetic
   energy (ASE's MaxwellBoltzmannDistribution, Stationary, ZeroRotation). As there, the kinetic energy is that
   of the draw and not scaled to 3/2 N kT. */
void mofb__md_thermalise(mofb__md_state *s, double temperature, mofb__rng *rng);

/* Removes the momentum of the centre of mass, or the rotation about it (positions as they are, not minimum
   images); velocities are then scaled to the former kinetic energy, and are zero where nothing else moved. */
void mofb__md_remove_linear(mofb__md_state *s);
void mofb__md_remove_angular(mofb__md_state *s);

double mofb__md_kinetic(const mofb__md_state *s);      /* eV */
double mofb__md_temperature(const mofb__md_state *s);  /* K, 3N degrees of freedom */
double mofb__md_pressure(const mofb__md_state *s);     /* eV/Å³, kinetic part included, from s->stress */
double mofb__md_volume(const mofb__md_state *s);       /* Å³, 0 without a cell */

typedef struct mofb__integrator mofb__integrator;

typedef struct mofb__integrator_options {
    const char *name;      /* "nve", "langevin", "nhc", "mtk" */
    double timestep;       /* fs */
    double temperature;    /* K; not nve */
    double friction;       /* 1/fs, langevin */
    double pressure;       /* bar, mtk */
    double tdamp, pdamp;   /* fs, nhc and mtk */
    uint64_t seed;         /* langevin */
    int32_t chain;         /* thermostats per chain, 0 = 3 */
} mofb__integrator_options;

struct mofb__integrator {
    const char *name;
    bool needs_stress;
    /* One step; state->forces (and stress) must belong to state->positions on entry and do on return. If the
       forces cannot be had, their status; the state is then between two steps and of no further use. */
    mofb_status (*step)(mofb__integrator *self, mofb__md_state *state, const mofb__force_source *forces);
    /* Conserved quantity, eV; nan where there is none (langevin). */
    double (*conserved)(const mofb__integrator *self, const mofb__md_state *state);
    /* All that changes from step to step; the options are the owner's to keep. */
    void (*save)(const mofb__integrator *self, mofb__blob *b);
    mofb_status (*load)(mofb__integrator *self, mofb__blob *b);
    void (*free)(mofb__integrator *self);
};

/* nve: velocity Verlet. langevin: Vanden-Eijnden and Ciccotti, centre of mass held as by ASE's fixcm. nhc:
   Nosé–Hoover chain. mtk: isotropic Martyna–Tobias–Klein with the masses of the stability task (chain.h,
   mtk.c); its reference cell is the state's cell at this call. Steps allocate nothing. Errors:
   not_found/unknown_integrator, invalid/bad_value, invalid/too_few_atoms (langevin of one atom),
   unsupported/no_cell (mtk), no_memory. */
mofb_status mofb__integrator_new(mofb__integrator **out, const mofb__integrator_options *options,
                                 const mofb__md_state *state, const mofb_allocator *a);
void mofb__integrator_free(mofb__integrator *i);

#endif
