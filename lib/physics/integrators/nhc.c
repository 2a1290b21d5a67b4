/* SPDX-License-Identifier: MIT */
/* Nosé–Hoover chain NVT (chain.h), velocity Verlet between two half steps of the chain. Masses Q1 = 3N kT τ²,
   Qj = kT τ². */
#include "base/units.h"
#include "physics/integrators/chain.h"
#include "physics/integrators/integrator.h"

typedef struct nhc {
    mofb__integrator base;
    double dt;
    mofb__chain chain;
} nhc;

static void thermostat(nhc *self, mofb__md_state *s) {
    double scale = mofb__chain_advance(&self->chain, 2 * mofb__md_kinetic(s), self->dt / 2);
    for (size_t c = 0; c < 3 * s->n_atoms; c++) s->velocities[c] *= scale;
}

static mofb_status step(mofb__integrator *base, mofb__md_state *s, const mofb__force_source *forces) {
    nhc *self = (nhc *)base;
    thermostat(self, s);
    mofb__integrator_kick(s, self->dt / 2);
    mofb__integrator_drift(s, self->dt);
    MOFB__TRY(mofb__md_evaluate(s, forces, false));
    mofb__integrator_kick(s, self->dt / 2);
    thermostat(self, s);
    return MOFB_OK;
}

static double conserved(const mofb__integrator *base, const mofb__md_state *s) {
    return s->energy + mofb__md_kinetic(s) + mofb__chain_energy(&((const nhc *)base)->chain);
}

static void save(const mofb__integrator *base, mofb__blob *b) {
    mofb__chain_save(&((const nhc *)base)->chain, b, "nhc.chain");
}

static mofb_status load(mofb__integrator *base, mofb__blob *b) {
    return mofb__chain_load(&((nhc *)base)->chain, b, "nhc.chain");
}

static void release(mofb__integrator *base) {
    mofb__free(base);
}

static mofb_status make(mofb__integrator **out, const mofb__integrator_options *options,
                        const mofb__md_state *state, const mofb_allocator *a) {
    mofb__chain chain;
    double dof = 3 * (double)state->n_atoms;
    MOFB__TRY(mofb__chain_init(&chain, options->chain, options->temperature, dof, dof, "tdamp",
                               options->tdamp * MOFB__FS));
    nhc *self = mofb__alloc(a, sizeof *self);
    if (!self) return mofb__no_memory();
    *self = (nhc){{"nhc", false, step, conserved, save, load, release}, options->timestep * MOFB__FS, chain};
    *out = &self->base;
    return MOFB_OK;
}

const mofb__integrator_kind mofb__integrator_nhc = {"nhc", make};
