/* SPDX-License-Identifier: MIT */
/* A Nosé–Hoover chain: G. J. Martyna, M. L. Klein, M. Tuckerman, J. Chem. Phys. 97, 2635 (1992); factorised
   as in G. J. Martyna, M. E. Tuckerman, D. J. Tobias, M. L. Klein, Mol. Phys. 87, 1117 (1996). */
#ifndef MOFB_PHYSICS_INTEGRATORS_CHAIN_H
#define MOFB_PHYSICS_INTEGRATORS_CHAIN_H

#include "base/blob.h"

enum { MOFB__CHAIN_MAX = 16 };

typedef struct mofb__chain {
    int32_t length;
    double kt;                    /* eV */
    double dof;                   /* degrees of freedom that the first thermostat sees */
    double mass[MOFB__CHAIN_MAX]; /* eV · time² */
    double eta[MOFB__CHAIN_MAX], p[MOFB__CHAIN_MAX];
} mofb__chain;

/* At rest. length: 0 = 3. first, rest: masses in units of kT·damp² (damp in internal time). Errors:
   invalid/bad_value (length out of range, temperature or damp not positive; `what` names the damping). */
mofb_status mofb__chain_init(mofb__chain *c, int32_t length, double temperature, double dof, double first,
                             const char *what, double damp);

/* Advances the chain by `dt` and returns the factor by which the momenta it thermostats are scaled;
   twice_kinetic is Σ p²/m of those. */
double mofb__chain_advance(mofb__chain *c, double twice_kinetic, double dt);

/* Its part of the conserved quantity, eV. */
double mofb__chain_energy(const mofb__chain *c);

void mofb__chain_save(const mofb__chain *c, mofb__blob *b, const char *name);
mofb_status mofb__chain_load(mofb__chain *c, mofb__blob *b, const char *name);

#endif
