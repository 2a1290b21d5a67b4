/* SPDX-License-Identifier: MIT */
/* Every primitive of every table this processor can run, in one precision (MOFB_PRECISION), against formulas written
   down naively in double. */
#ifndef MOFB_TESTS_COMPUTE_OPS_H
#define MOFB_TESTS_COMPUTE_OPS_H

#include "base/rng.h"
#include "compute/compute.h"
#include "support/tap.h"

#define MOFB_BITS MOFB_PRECISION
#include "compute/real.h"

static const NAME(mofb__ops) * ops; /* under test */

/* Rounding of a few hundred operations on numbers of order one. */
static const double rounding = MOFB_PRECISION == 64 ? 1e-12 : 1e-5;
/* The same, where the expected value is a finite difference in double. */
static const double by_difference = MOFB_PRECISION == 64 ? 1e-7 : 1e-4;

/* Runs the tests on each table. */
static inline void each_table(void (*tests)(void)) {
    size_t count;
    const mofb__compute *const *all = mofb__compute_cpu(&count);
    for (size_t k = 0; k < count; k++) {
        printf("# %s, %d bits\n", all[k]->name, MOFB_PRECISION);
#if MOFB_PRECISION == 64
        ops = all[k]->f64;
#else
        ops = all[k]->f32;
#endif
        tests();
    }
}

/* Normal random numbers; in double exactly the rounded ones. */
static inline REAL *numbers(size_t count, uint64_t seed) {
    REAL *x = mofb__alloc(NULL, (count ? count : 1) * sizeof *x);
    mofb__rng r;
    mofb__rng_seed(&r, seed);
    for (size_t k = 0; k < count; k++) x[k] = (REAL)mofb__rng_normal(&r);
    return x;
}

static inline double *widened(const REAL *x, size_t count) {
    double *y = mofb__alloc(NULL, (count ? count : 1) * sizeof *y);
    for (size_t k = 0; k < count; k++) y[k] = (double)x[k];
    return y;
}

/* Largest |a − b| in units of 1 + |b|. */
static inline double difference(const REAL *a, const double *b, size_t count) {
    double worst = 0;
    for (size_t k = 0; k < count; k++) worst = fmax(worst, fabs((double)a[k] - b[k]) / (1 + fabs(b[k])));
    return worst;
}

/* Gradient of Σ g·f(x) by x from central differences, for f: [n] → [m] in double. */
static inline double *gradient_of(void (*f)(double *y, const double *x), const double *x, size_t n,
                                  const double *g, size_t m) {
    double *at = mofb__memdup(NULL, x, n * sizeof *x), *grad = mofb__alloc(NULL, n * sizeof *grad);
    double *up = mofb__alloc(NULL, 2 * m * sizeof *up), *down = up + m, h = 1e-5;
    for (size_t k = 0; k < n; k++) {
        at[k] = x[k] + h;
        f(up, at);
        at[k] = x[k] - h;
        f(down, at);
        at[k] = x[k];
        grad[k] = 0;
        for (size_t j = 0; j < m; j++) grad[k] += g[j] * (up[j] - down[j]) / (2 * h);
    }
    mofb__free(at);
    mofb__free(up);
    return grad;
}

#endif
