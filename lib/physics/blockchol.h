/* SPDX-License-Identifier: MIT */
/* Sparse Cholesky factorisation of a symmetric positive definite matrix of 3×3 blocks, in the order of least
   degree (J. A. George, J. W. H. Liu, SIAM Rev. 31, 1 (1989)). Serial: the same bits everywhere. */
#ifndef MOFB_PHYSICS_BLOCKCHOL_H
#define MOFB_PHYSICS_BLOCKCHOL_H

#include <stdbool.h>
#include <stdint.h>
#include "base/alloc.h"
#include "base/error.h"

typedef struct mofb__blockchol mofb__blockchol;

/* A matrix of n_nodes block rows, nothing but its diagonal linked. The last n_last nodes are eliminated last
   and are linked to all. Errors: unsupported/too_costly (more than 46000 nodes), no_memory. */
mofb_status mofb__blockchol_new(mofb__blockchol **out, size_t n_nodes, size_t n_last,
                                const mofb_allocator *a);
void mofb__blockchol_free(mofb__blockchol *c);

/* Announces that block (i, j) will not be zero. Only before order. */
void mofb__blockchol_link(mofb__blockchol *c, size_t i, size_t j);

/* Finds the order and lays out the factor, all zero. Errors: unsupported/too_costly where the factorisation
   would take more than a few seconds, which links alone decide; no_memory. */
mofb_status mofb__blockchol_order(mofb__blockchol *c);

/* Adds scale · u vᵀ to block (i, j) and its transpose to (j, i); with i = j both to the one block. */
void mofb__blockchol_add(mofb__blockchol *c, size_t i, size_t j, double scale, const double u[3],
                         const double v[3]);
/* Adds value to the diagonal of node i. */
void mofb__blockchol_add_diagonal(mofb__blockchol *c, size_t i, double value);

/* In place. invalid/not_positive_definite if it is not. */
mofb_status mofb__blockchol_factor(mofb__blockchol *c);

/* x [n_nodes][3] := A⁻¹ x. */
void mofb__blockchol_solve(const mofb__blockchol *c, double *x);

/* Blocks below the diagonal of the factor. */
size_t mofb__blockchol_blocks(const mofb__blockchol *c);

#endif
