/* SPDX-License-Identifier: MIT */
#include "physics/integrators/integrator.h"

#include <math.h>
#include <string.h>

#define MEMBER(name) extern const mofb__integrator_kind mofb__integrator_##name;
#include "integrators.inc"
#undef MEMBER

static const mofb__integrator_kind *const kinds[] = {
#define MEMBER(name) &mofb__integrator_##name,
#include "integrators.inc"
#undef MEMBER
};

enum { COUNT = sizeof kinds / sizeof *kinds };

mofb_status mofb__integrator_positive(const char *option, double value) {
    if (value > 0 && isfinite(value)) return MOFB_OK;
    return mofb__fail(MOFB_ERR_INVALID, "bad_value", "%s is %g, must be positive", option, value);
}

void mofb__integrator_kick(mofb__md_state *s, double factor) {
    for (size_t k = 0; k < s->n_atoms; k++) {
        double f = factor / s->masses[k];
        for (size_t c = 3 * k; c < 3 * k + 3; c++) s->velocities[c] += f * s->forces[c];
    }
}

void mofb__integrator_drift(mofb__md_state *s, double factor) {
    for (size_t c = 0; c < 3 * s->n_atoms; c++) s->positions[c] += factor * s->velocities[c];
}

mofb_status mofb__integrator_new(mofb__integrator **out, const mofb__integrator_options *options,
                                 const mofb__md_state *state, const mofb_allocator *a) {
    const char *names[COUNT];
    for (size_t k = 0; k < COUNT; k++) {
        names[k] = kinds[k]->name;
        if (strcmp(names[k], options->name)) continue;
        MOFB__TRY(mofb__integrator_positive("timestep", options->timestep));
        return kinds[k]->make(out, options, state, a);
    }
    const char *near = mofb__nearest(options->name, names, COUNT);
    return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_integrator", "no integrator is called '%s'%s%s%s",
                      options->name, near ? "; nearest is '" : "", near ? near : "", near ? "'" : "");
}

void mofb__integrator_free(mofb__integrator *i) {
    if (i) i->free(i);
}
