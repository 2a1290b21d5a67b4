/* SPDX-License-Identifier: MIT */
/* A Hessian guessed from the geometry: R. Lindh, A. Bernhardsson, G. Karlström, P.-Å. Malmqvist, Chem. Phys.
   Lett. 241, 423 (1995) (stretches, bends and torsions whose force constants fade with the distances, so that
   no bonds need be known), continued to the rows of the cell filter, and factorised: a preconditioner for any
   potential. */
#ifndef MOFB_PHYSICS_MODELHESSIAN_H
#define MOFB_PHYSICS_MODELHESSIAN_H

#include "physics/blockchol.h"
#include "physics/optimiser.h"

/* *out: positive definite and factorised, of setup->n_rows nodes; eV/Å². The setup must know numbers and
   positions, and a cell if it has rows for it. reference: the cell filter's cell [9] when setup's is another
   one by now; NULL: the same. Errors: invalid (coordinates without a model), unsupported/too_costly (too large
   or too dense to factorise in seconds), no_memory. */
mofb_status mofb__model_hessian_new(mofb__blockchol **out, const mofb__optimiser_setup *setup,
                                    const double *reference, const mofb_allocator *a);

#endif
