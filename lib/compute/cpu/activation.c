/* SPDX-License-Identifier: MIT */
/* silu and its derivative. exp by 2^n · Taylor series on |x| ≤ ½ ln 2, to rounding; the same operations in each lane,
   so a number's place changes nothing. */
#include "compute/cpu/simd.h"

#if MOFB_BITS == 64
#define LOWEST (-708.0)
#define ROUNDER 6755399441055744.0 /* 1.5·2^52: adding it rounds to an integer, in the low bits */
#define LN2_HIGH 0.693147180369123816490
#define LN2_LOW 1.90821492927058770002e-10
#define MANTISSA 52
#define TERMS 13
#else
#define LOWEST (-87.0f)
#define ROUNDER 12582912.0f /* 1.5·2^23 */
#define LN2_HIGH 0.693145751953125f
#define LN2_LOW 1.42860677e-6f
#define MANTISSA 23
#define TERMS 7
#endif

static const REAL factorial_inverse[] = {(REAL)1,
                                         (REAL)1,
                                         (REAL)(1.0 / 2),
                                         (REAL)(1.0 / 6),
                                         (REAL)(1.0 / 24),
                                         (REAL)(1.0 / 120),
                                         (REAL)(1.0 / 720),
                                         (REAL)(1.0 / 5040),
                                         (REAL)(1.0 / 40320),
                                         (REAL)(1.0 / 362880),
                                         (REAL)(1.0 / 3628800),
                                         (REAL)(1.0 / 39916800),
                                         (REAL)(1.0 / 479001600),
                                         (REAL)(1.0 / 6227020800)};

/* e^x for x ≤ 0, 0 < result; x below LOWEST counts as LOWEST. */
INLINE vec exp_of_negative(vec x) {
    ivec below = (ivec)(x < splat(LOWEST));
    x = (vec)(((ivec)x & ~below) | ((ivec)splat(LOWEST) & below));
    vec shifted = fma_(x, splat((REAL)1.44269504088896340736), splat(ROUNDER)), n = shifted - splat(ROUNDER);
    vec f = fma_(n, splat(-LN2_LOW), fma_(n, splat(-LN2_HIGH), x)), p = splat(factorial_inverse[TERMS]);
    for (int k = TERMS - 1; k >= 0; k--) p = fma_(p, f, splat(factorial_inverse[k]));
    return (vec)((ivec)p + ((ivec)shifted << MANTISSA));
}

/* 1/(1 + e^−x), from e^−|x| so that nothing overflows. */
INLINE vec sigmoid(vec x) {
    ivec sign = (ivec)splat((REAL)-0.0), negative = (ivec)(x < splat(0));
    vec e = exp_of_negative((vec)((ivec)x | sign)), r = splat(1) / (splat(1) + e), er = e * r;
    return (vec)(((ivec)er & negative) | ((ivec)r & ~negative));
}

INLINE vec silu_slope(vec x) {
    vec s = sigmoid(x);
    return s * fma_(x, splat(1) - s, splat(1));
}

void KERNEL(silu)(REAL *y, const REAL *x, size_t count) {
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) {
        vec v = load(x + k);
        store(y + k, v * sigmoid(v));
    }
    if (k < count) {
        vec v = load_some(x + k, count - k);
        store_some(y + k, v * sigmoid(v), count - k);
    }
}

void KERNEL(silu_vjp)(REAL *g, const REAL *x, size_t count) {
    size_t k = 0;
    for (; k + LANES <= count; k += LANES) store(g + k, load(g + k) * silu_slope(load(x + k)));
    if (k < count)
        store_some(g + k, load_some(g + k, count - k) * silu_slope(load_some(x + k, count - k)), count - k);
}
