/* SPDX-License-Identifier: MIT */
/* The memory of limited-memory BFGS: the last steps s and gradient changes y, and the two-loop recursion, J.
   Nocedal, Math. Comput. 35, 773 (1980). Vectors are flat arrays of n doubles. */
#ifndef MOFB_PHYSICS_PAIRS_H
#define MOFB_PHYSICS_PAIRS_H

#include "base/blob.h"

typedef struct mofb__pairs {
    size_t n, memory, count, first; /* the oldest pair is at `first`, younger ones follow cyclically */
    double *s, *y;                  /* [memory][n] */
    double *rho;                    /* 1/(y·s) [memory] */
    double *a;                      /* of the recursion [memory] */
} mofb__pairs;

mofb_status mofb__pairs_init(mofb__pairs *p, size_t n, size_t memory, const mofb_allocator *a);
void mofb__pairs_free(mofb__pairs *p);

/* Adds s = x − x0 and y = f0 − f, forgetting the oldest pair when full. y·s = 0: nothing is added. Returns it. */
double mofb__pairs_add(mofb__pairs *p, const double *x, const double *x0, const double *f, const double *f0);
void mofb__pairs_clear(mofb__pairs *p);

/* First loop: q −= Σ aᵢ yᵢ, youngest first. Between the loops the caller applies its inverse Hessian to q.
   Second loop: z += Σ (aᵢ − bᵢ) sᵢ, oldest first. */
void mofb__pairs_first_loop(mofb__pairs *p, double *q);
void mofb__pairs_second_loop(const mofb__pairs *p, double *z);

void mofb__pairs_save(const mofb__pairs *p, mofb__blob *b);
mofb_status mofb__pairs_load(mofb__pairs *p, mofb__blob *b);

/* Σ aᵢ bᵢ in an order that n alone decides. */
double mofb__dot_n(const double *a, const double *b, size_t n);
/* Largest norm of the rows of three. */
double mofb__row_max(const double *v, size_t n_rows);

#endif
