/* SPDX-License-Identifier: MIT */
/* Messages of TensorNet: m = Σ_e f_e[part] ⊙ y[neighbour_e]. Nothing is scattered: since every bond is there in
   both directions and f depends on its length alone, the gradient by an atom's y is the sum of the neighbours' gm
   over the atom's own row. The channels of one component stay in a register over all edges of the row. */
#include "compute/cpu/simd.h"
#include "compute/tensor.h"

static const unsigned char part_of[MOFB__COMPONENTS] = {0, 1, 1, 1, 2, 2, 2, 2, 2};

/* Sums of the nine components of LANES channels over the edges of a row. */
INLINE void sum_row(REAL *m, const REAL *f, const REAL *y, const int32_t *neighbour, size_t count,
                    size_t channels, bool add) {
    vec sum[MOFB__COMPONENTS];
#pragma GCC unroll 9
    for (size_t k = 0; k < MOFB__COMPONENTS; k++) sum[k] = add ? load(m + k * channels) : splat(0);
    for (size_t e = 0; e < count; e++) {
        const REAL *from = y + (size_t)neighbour[e] * MOFB__COMPONENTS * channels;
        vec w[MOFB__PARTS];
#pragma GCC unroll 3
        for (size_t k = 0; k < MOFB__PARTS; k++) w[k] = load(f + (e * MOFB__PARTS + k) * channels);
#pragma GCC unroll 9
        for (size_t k = 0; k < MOFB__COMPONENTS; k++)
            sum[k] = fma_(w[part_of[k]], load(from + k * channels), sum[k]);
    }
#pragma GCC unroll 9
    for (size_t k = 0; k < MOFB__COMPONENTS; k++) store(m + k * channels, sum[k]);
}

void KERNEL(message)(REAL *m, const REAL *f, const REAL *y, const int32_t *neighbour, size_t count,
                     size_t channels) {
    for (size_t c = 0; c < channels; c += LANES)
        sum_row(m + c, f + c, y + c, neighbour, count, channels, false);
}

/* Σ_channels,components slope ⊙ gm[neighbour] ⊙ y */
INLINE double along_edge(const REAL *slope, const REAL *gm, const REAL *y, size_t channels) {
    vec sum = splat(0);
    for (size_t c = 0; c < channels; c += LANES) {
        vec part[MOFB__PARTS] = {splat(0), splat(0), splat(0)};
#pragma GCC unroll 9
        for (size_t k = 0; k < MOFB__COMPONENTS; k++)
            part[part_of[k]] =
                fma_(load(gm + k * channels + c), load(y + k * channels + c), part[part_of[k]]);
#pragma GCC unroll 3
        for (size_t k = 0; k < MOFB__PARTS; k++) sum = fma_(part[k], load(slope + k * channels + c), sum);
    }
    return total(sum);
}

void KERNEL(message_vjp)(REAL *gy, double *gr, const REAL *f, const REAL *slope, const REAL *gm,
                         const REAL *y, const int32_t *neighbour, size_t count, size_t channels) {
    for (size_t e = 0; e < count; e++)
        gr[e] += along_edge(slope + e * MOFB__PARTS * channels,
                            gm + (size_t)neighbour[e] * MOFB__COMPONENTS * channels, y, channels);
    for (size_t c = 0; c < channels; c += LANES)
        sum_row(gy + c, f + c, gm + c, neighbour, count, channels, true);
}
