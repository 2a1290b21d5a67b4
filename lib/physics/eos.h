/* SPDX-License-Identifier: MIT */
/* Equations of state fitted to E(V) by least squares. */
#ifndef MOFB_PHYSICS_EOS_H
#define MOFB_PHYSICS_EOS_H

#include <stdbool.h>
#include <stddef.h>
#include "base/alloc.h"
#include "base/error.h"

typedef struct mofb__eos_fit {
    double e0, v0, b0, b1; /* eV, Å³, eV/Å³, 1 */
    double r2, rms;        /* of the fit; rms in eV */
    bool converged;
} mofb__eos_fit;

/* kind: "birch_murnaghan" (third order; F. Birch, Phys. Rev. 71, 809 (1947)), "murnaghan", "vinet". count ≥ 4
   (invalid/too_few_points otherwise; not_found/unknown_eos). A fit that fails (values that are not finite,
   fewer than four distinct volumes, a curve without a minimum) is a finding: converged is false and the rest
   nan. */
mofb_status mofb__eos_fit_curve(mofb__eos_fit *out, const char *kind, const double *volumes,
                                const double *energies, size_t count, const mofb_allocator *a);

/* E(V) of a fit. */
double mofb__eos_energy(const mofb__eos_fit *fit, const char *kind, double volume);

#endif
