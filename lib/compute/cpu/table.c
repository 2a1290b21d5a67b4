/* SPDX-License-Identifier: MIT */
/* Cubic Hermite interpolation of many functions of one distance on a common uniform grid. */
#include "compute/cpu/simd.h"

/* Weights of value and slope·spacing at both ends of an interval, for the value or the derivative by t·spacing. */
typedef struct weights {
    vec v0, s0, v1, s1;
} weights;

INLINE weights value_weights(double t) {
    double u = 1 - t;
    return (weights){splat((REAL)((1 + 2 * t) * u * u)), splat((REAL)(t * u * u)),
                     splat((REAL)(t * t * (3 - 2 * t))), splat((REAL)(-t * t * u))};
}

INLINE weights slope_weights(double t, double h) {
    double a = 6 * t * (t - 1) / h;
    return (weights){splat((REAL)a), splat((REAL)((1 - t) * (1 - 3 * t) / h)), splat((REAL)-a),
                     splat((REAL)(t * (3 * t - 2) / h))};
}

INLINE void blend(REAL *f, const REAL *knot, size_t width, weights w) {
    for (size_t k = 0; k < width; k += LANES) {
        vec v = w.v0 * load(knot + k);
        v = fma_(w.s0, load(knot + width + k), v);
        v = fma_(w.v1, load(knot + 2 * width + k), v);
        store(f + k, fma_(w.s1, load(knot + 3 * width + k), v));
    }
}

void KERNEL(table_eval)(REAL *f, REAL *slope, const NAME(mofb__table) * t, const double *r, size_t count) {
    double h = t->span.cutoff / (double)t->span.intervals;
    for (size_t k = 0; k < count; k++) {
        if (r[k] >= t->span.cutoff) {
            memset(f + k * t->width, 0, t->width * sizeof(REAL));
            if (slope) memset(slope + k * t->width, 0, t->width * sizeof(REAL));
            continue;
        }
        double x = r[k] / h;
        size_t i = (size_t)x < t->span.intervals ? (size_t)x : t->span.intervals - 1;
        const REAL *knot = t->knots + i * 2 * t->width;
        blend(f + k * t->width, knot, t->width, value_weights(x - (double)i));
        if (slope) blend(slope + k * t->width, knot, t->width, slope_weights(x - (double)i, h));
    }
}
