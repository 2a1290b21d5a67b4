/* SPDX-License-Identifier: MIT */
/* Matrix products with constant weights. The weights are packed in panels of TILE_VECTORS vectors of outputs,
   [panel][in][columns]; a tile of up to six rows keeps its sums in registers while it walks down a panel. Each sum
   runs over `in` in order whatever the tile, in chunks whose sums are added to what is there already: in float that
   keeps the rounding of long sums down. */
#include "compute/cpu/simd.h"

#define COLUMNS (TILE_VECTORS * LANES)
enum { TILE_ROWS = 6, CHUNK = 16 };

static size_t panels(size_t out) {
    return (out + COLUMNS - 1) / COLUMNS;
}

mofb_status KERNEL(pack)(NAME(mofb__matrix) * m, const double *weights, const double *bias, size_t out,
                         size_t in, const mofb_allocator *a) {
    *m = (NAME(mofb__matrix)){.in = in, .out = out};
    m->packed = mofb__calloc(a, panels(out) * COLUMNS * in, sizeof(REAL));
    if (bias) m->bias = mofb__calloc(a, out, sizeof(REAL));
    if (!m->packed || (bias && !m->bias)) {
        mofb__free(m->packed);
        mofb__free(m->bias);
        *m = (NAME(mofb__matrix)){0};
        return mofb__no_memory();
    }
    for (size_t o = 0; o < out; o++)
        for (size_t i = 0; i < in; i++)
            m->packed[(o / COLUMNS * in + i) * COLUMNS + o % COLUMNS] = (REAL)weights[o * in + i];
    for (size_t o = 0; bias && o < out; o++) m->bias[o] = (REAL)bias[o];
    return MOFB_OK;
}

/* One tile: `rows` is a constant wherever this is expanded. `start` rows may be NULL: zero. */
INLINE void tile(REAL *const *y, const REAL *const *x, const REAL *const *start, const REAL *w, size_t in,
                 int rows, size_t columns) {
    size_t first = 0;
    do {
        size_t end = in - first < CHUNK ? in : first + CHUNK;
        vec sum[TILE_ROWS][TILE_VECTORS];
#pragma GCC unroll 6
        for (int r = 0; r < rows; r++)
#pragma GCC unroll 4
            for (size_t v = 0; v < TILE_VECTORS; v++) sum[r][v] = splat(0);
        for (size_t i = first; i < end; i++, w += COLUMNS) {
            vec b[TILE_VECTORS];
#pragma GCC unroll 4
            for (size_t v = 0; v < TILE_VECTORS; v++) b[v] = load(w + v * LANES);
#pragma GCC unroll 6
            for (int r = 0; r < rows; r++) {
                vec a = splat(x[r][i]);
#pragma GCC unroll 4
                for (size_t v = 0; v < TILE_VECTORS; v++) sum[r][v] = fma_(a, b[v], sum[r][v]);
            }
        }
#pragma GCC unroll 6
        for (int r = 0; r < rows; r++) {
            const REAL *before = first ? y[r] : start[r];
#pragma GCC unroll 4
            for (size_t v = 0; v < TILE_VECTORS; v++) {
                size_t left = columns > v * LANES ? columns - v * LANES : 0;
                if (left >= LANES) {
                    vec b = before ? load(before + v * LANES) : splat(0);
                    store(y[r] + v * LANES, sum[r][v] + b);
                } else if (left) {
                    vec b = before ? load_some(before + v * LANES, left) : splat(0);
                    store_some(y[r] + v * LANES, sum[r][v] + b, left);
                }
            }
        }
        first = end;
    } while (first < in);
}

static void some_rows(REAL *const *y, const REAL *const *x, const REAL *const *start, const REAL *w,
                      size_t in, size_t rows, size_t columns) {
    if (columns == COLUMNS && rows == TILE_ROWS) {
        tile(y, x, start, w, in, TILE_ROWS, COLUMNS);
        return;
    }
    switch (rows) {
    case 6: tile(y, x, start, w, in, 6, columns); return;
    case 5: tile(y, x, start, w, in, 5, columns); return;
    case 4: tile(y, x, start, w, in, 4, columns); return;
    case 3: tile(y, x, start, w, in, 3, columns); return;
    case 2: tile(y, x, start, w, in, 2, columns); return;
    default: tile(y, x, start, w, in, 1, columns); return;
    }
}

void KERNEL(matmul)(NAME(mofb__rows) y, NAME(mofb__from) x, size_t groups, size_t group,
                    const NAME(mofb__matrix) * m, mofb__start start) {
    size_t rows = groups * group;
    for (size_t p = 0; p < panels(m->out); p++) {
        size_t first = p * COLUMNS, columns = m->out - first < COLUMNS ? m->out - first : COLUMNS;
        const REAL *bias = start == MOFB__BIAS && m->bias ? m->bias + first : NULL;
        for (size_t r = 0; r < rows; r += TILE_ROWS) {
            REAL *yr[TILE_ROWS];
            const REAL *xr[TILE_ROWS], *sr[TILE_ROWS];
            size_t here = rows - r < TILE_ROWS ? rows - r : TILE_ROWS;
            for (size_t k = 0; k < here; k++) {
                size_t g = (r + k) / group, i = (r + k) % group;
                yr[k] = y.at + g * y.stride + i * m->out + first;
                xr[k] = x.at + g * x.stride + i * m->in;
                sr[k] = start == MOFB__ADD ? yr[k] : bias;
            }
            some_rows(yr, xr, sr, m->packed + first * m->in, m->in, here, columns);
        }
    }
}
