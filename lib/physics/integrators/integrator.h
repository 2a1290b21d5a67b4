/* SPDX-License-Identifier: MIT */
/* An integrator: one file <name>.c defining `const mofb__integrator_kind mofb__integrator_<name>`, one word
   in this folder's meson.build. */
#ifndef MOFB_PHYSICS_INTEGRATORS_INTEGRATOR_H
#define MOFB_PHYSICS_INTEGRATORS_INTEGRATOR_H

#include "physics/md.h"

typedef struct mofb__integrator_kind {
    const char *name;
    /* The name is resolved and the time step checked; the rest is checked here. */
    mofb_status (*make)(mofb__integrator **out, const mofb__integrator_options *options,
                        const mofb__md_state *state, const mofb_allocator *a);
} mofb__integrator_kind;

/* invalid/bad_value naming the option unless value is finite and positive. */
mofb_status mofb__integrator_positive(const char *option, double value);

/* v += factor · F / m, the half step that all schemes share. */
void mofb__integrator_kick(mofb__md_state *s, double factor);

/* r += factor · v. */
void mofb__integrator_drift(mofb__md_state *s, double factor);

#endif
