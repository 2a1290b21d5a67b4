/* SPDX-License-Identifier: MIT */
/* Layer normalisation: J. L. Ba, J. R. Kiros, G. E. Hinton, arXiv:1607.06450. Sums over a row run in lanes and are
   joined in double. */
#include <math.h>

#include "compute/cpu/simd.h"

/* Row widths are multiples of MOFB__CHANNEL_STEP, so of LANES. */
INLINE double mean_of(const REAL *x, size_t width) {
    vec sum = splat(0);
    for (size_t k = 0; k < width; k += LANES) sum += load(x + k);
    return total(sum) / (double)width;
}

void KERNEL(layernorm)(REAL *y, REAL *hat, REAL *scale, const REAL *x, const REAL *gamma, const REAL *beta,
                       size_t rows, size_t width) {
    for (size_t r = 0; r < rows; r++, x += width, y += width) {
        vec mean = splat((REAL)mean_of(x, width)), squares = splat(0);
        for (size_t k = 0; k < width; k += LANES) {
            vec d = load(x + k) - mean;
            squares = fma_(d, d, squares);
        }
        scale[r] = (REAL)(1 / sqrt(total(squares) / (double)width + 1e-5));
        for (size_t k = 0; k < width; k += LANES) {
            vec h = (load(x + k) - mean) * splat(scale[r]);
            if (hat) store(hat + r * width + k, h);
            store(y + k, fma_(h, load(gamma + k), load(beta + k)));
        }
    }
}

void KERNEL(layernorm_vjp)(REAL *g, const REAL *hat, const REAL *scale, const REAL *gamma, size_t rows,
                           size_t width) {
    for (size_t r = 0; r < rows; r++, g += width, hat += width) {
        vec sum = splat(0), along = splat(0);
        for (size_t k = 0; k < width; k += LANES) {
            vec d = load(g + k) * load(gamma + k);
            sum += d;
            along = fma_(d, load(hat + k), along);
        }
        vec mean = splat((REAL)(total(sum) / (double)width)),
            slope = splat((REAL)(total(along) / (double)width));
        for (size_t k = 0; k < width; k += LANES) {
            vec d = load(g + k) * load(gamma + k) - mean - slope * load(hat + k);
            store(g + k, d * splat(scale[r]));
        }
    }
}
