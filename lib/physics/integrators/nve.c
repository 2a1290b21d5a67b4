/* SPDX-License-Identifier: MIT */
/* Velocity Verlet: W. C. Swope et al., J. Chem. Phys. 76, 637 (1982). */
#include "base/units.h"
#include "physics/integrators/integrator.h"

typedef struct nve {
    mofb__integrator base;
    double dt;
} nve;

static mofb_status step(mofb__integrator *self, mofb__md_state *s, const mofb__force_source *forces) {
    double dt = ((nve *)self)->dt;
    mofb__integrator_kick(s, dt / 2);
    mofb__integrator_drift(s, dt);
    MOFB__TRY(mofb__md_evaluate(s, forces, false));
    mofb__integrator_kick(s, dt / 2);
    return MOFB_OK;
}

static double conserved(const mofb__integrator *self, const mofb__md_state *s) {
    (void)self;
    return s->energy + mofb__md_kinetic(s);
}

/* Nothing but the state changes from step to step; the record says whose checkpoint this is. */
static void save(const mofb__integrator *self, mofb__blob *b) {
    (void)self;
    mofb__blob_put(b, "nve", NULL, 0);
}

static mofb_status load(mofb__integrator *self, mofb__blob *b) {
    (void)self;
    return mofb__blob_get(b, "nve", NULL, 0);
}

static void release(mofb__integrator *self) {
    mofb__free(self);
}

static mofb_status make(mofb__integrator **out, const mofb__integrator_options *options,
                        const mofb__md_state *state, const mofb_allocator *a) {
    (void)state;
    nve *self = mofb__calloc(a, 1, sizeof *self);
    if (!self) return mofb__no_memory();
    self->base = (mofb__integrator){"nve", false, step, conserved, save, load, release};
    self->dt = options->timestep * MOFB__FS;
    *out = &self->base;
    return MOFB_OK;
}

const mofb__integrator_kind mofb__integrator_nve = {"nve", make};
