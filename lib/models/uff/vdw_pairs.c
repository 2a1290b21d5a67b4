/* SPDX-License-Identifier: MIT */
/* The loop over van der Waals pairs. Rows of the half list are taken in blocks of fixed size: coordinates and
   coefficients are gathered, the arithmetic runs on whole blocks, then forces are scattered. Sums run in four
   lanes by the place in the block, so the width of vector instructions changes no bit. Excluded pairs are found
   in a row by where they were last time, else by bisection, and zeroed. */
#include <string.h>

#include "models/uff/terms.h"

enum { BLOCK = 64, LANES = 4 };

typedef struct block {
    double x[BLOCK], y[BLOCK], z[BLOCK]; /* Å; afterwards times dE/dr / r */
    double a[BLOCK], b[BLOCK];           /* coefficients; afterwards energy and dE/dr / r */
} block;

/* Compares edge e with an excluded (j, S). */
static int compare(const mofb_edges *edges, size_t e, const int32_t *excluded) {
    const int32_t *s = edges->shift + 3 * e;
    if (edges->j[e] != excluded[0]) return edges->j[e] < excluded[0] ? -1 : 1;
    for (int k = 0; k < 3; k++)
        if (s[k] != excluded[1 + k]) return s[k] < excluded[1 + k] ? -1 : 1;
    return 0;
}

/* Places in the row of atom i of its excluded pairs, ascending; SIZE_MAX where a pair is not an edge. */
static void find_excluded(mofb__uff_vdw *v, const mofb_edges *edges, size_t i) {
    size_t first = edges->first[i], last = edges->first[i + 1], low = first;
    for (size_t k = v->excluded_first[i]; k < v->excluded_first[i + 1]; k++) {
        const int32_t *excluded = v->excluded + 4 * k;
        size_t hint = v->excluded_slot[k], from = low, to = last;
        if (hint < last - first && !compare(edges, first + hint, excluded)) continue;
        while (from < to) {
            size_t middle = from + (to - from) / 2;
            if (compare(edges, middle, excluded) < 0) from = middle + 1;
            else to = middle;
        }
        v->excluded_slot[k] = from < last && !compare(edges, from, excluded) ? from - first : SIZE_MAX;
        low = from;
    }
}

/* Gathers `count` edges from e on and pads to whole lanes with pairs of no energy. */
static size_t gather(block *restrict b, const mofb__uff_vdw *v, const double *pair, const mofb_edges *edges, size_t e,
                     size_t count) {
    const double *vec = edges->vec + 3 * e;
    const int32_t *j = edges->j + e;
    size_t k = 0;
    for (; k < count; k++) {
        const double *ab = pair + 2 * v->kind[j[k]];
        b->x[k] = vec[3 * k], b->y[k] = vec[3 * k + 1], b->z[k] = vec[3 * k + 2];
        b->a[k] = ab[0], b->b[k] = ab[1];
    }
    for (; k % LANES; k++) b->x[k] = b->y[k] = b->z[k] = 1, b->a[k] = b->b[k] = 0;
    return k;
}

/* a and b become energy and (dE/dr)/r. */
static void sharp(block *restrict b, size_t count) {
    for (size_t k = 0; k < count; k++) {
        double inverse = 1 / (b->x[k] * b->x[k] + b->y[k] * b->y[k] + b->z[k] * b->z[k]);
        double i6 = inverse * inverse * inverse, repulsion = b->a[k] * i6 * i6, attraction = b->b[k] * i6;
        b->a[k] = repulsion - attraction;
        b->b[k] = (6 * attraction - 12 * repulsion) * inverse;
    }
}

static void smooth(block *restrict b, size_t count, double inner2, double width) {
    for (size_t k = 0; k < count; k++) {
        double r2 = b->x[k] * b->x[k] + b->y[k] * b->y[k] + b->z[k] * b->z[k], inverse = 1 / r2;
        double i6 = inverse * inverse * inverse, repulsion = b->a[k] * i6 * i6, attraction = b->b[k] * i6;
        double energy = repulsion - attraction, slope = (6 * attraction - 12 * repulsion) * inverse;
        double t = (r2 - inner2) * width, x = t < 0 ? 0 : t, y = x > 1 ? 1 : x;
        double kept = 1 - y * y * y * (10 - y * (15 - 6 * y)), falls = -60 * y * y * (1 - y) * (1 - y) * width;
        b->a[k] = energy * kept;
        b->b[k] = slope * kept + energy * falls;
    }
}

/* Sums over a block: force and energy of atom i. x, y and z become forces. */
static void sum_block(double out[4], double *virial, block *restrict b, size_t count) {
    double lanes[4][LANES] = {{0}}, strain[6][LANES] = {{0}};
    for (size_t k = 0; virial && k < count; k += LANES)
        for (size_t l = 0; l < LANES; l++) {
            double x = b->x[k + l], y = b->y[k + l], z = b->z[k + l], f = b->b[k + l];
            strain[0][l] += f * x * x, strain[1][l] += f * y * y, strain[2][l] += f * z * z;
            strain[3][l] += f * y * z, strain[4][l] += f * x * z, strain[5][l] += f * x * y;
        }
    for (size_t k = 0; k < count; k += LANES)
        for (size_t l = 0; l < LANES; l++) {
            lanes[0][l] += b->x[k + l] *= b->b[k + l];
            lanes[1][l] += b->y[k + l] *= b->b[k + l];
            lanes[2][l] += b->z[k + l] *= b->b[k + l];
            lanes[3][l] += b->a[k + l];
        }
    for (int c = 0; c < 4; c++) out[c] += (lanes[c][0] + lanes[c][1]) + (lanes[c][2] + lanes[c][3]);
    for (int c = 0; virial && c < 6; c++)
        virial[c] += (strain[c][0] + strain[c][1]) + (strain[c][2] + strain[c][3]);
}

static void scatter(double *restrict forces, const block *restrict b, const int32_t *restrict j, size_t count) {
    for (size_t k = 0; k < count; k++) {
        double *f = forces + 4 * j[k];
        f[0] -= b->x[k], f[1] -= b->y[k], f[2] -= b->z[k], f[3] += 0.5 * b->a[k];
    }
}

void mofb__uff_vdw_rows(double *forces, double *virial, mofb__uff_vdw *v, const mofb_edges *edges, size_t from,
                        size_t to) {
    double inner2 = v->inner * v->inner, width = 1 / (v->cutoff * v->cutoff - inner2);
    block b;
    for (size_t i = from; i < to; i++) {
        const double *pair = v->pair + 2 * v->n_kinds * (size_t)v->kind[i];
        size_t first = edges->first[i], length = edges->first[i + 1] - first, x = v->excluded_first[i];
        double own[4] = {0};
        find_excluded(v, edges, i);
        for (size_t at = 0; at < length; at += BLOCK) {
            size_t count = length - at < BLOCK ? length - at : BLOCK;
            size_t padded = gather(&b, v, pair, edges, first + at, count);
            if (v->smooth) smooth(&b, padded, inner2, width);
            else sharp(&b, padded);
            for (; x < v->excluded_first[i + 1]; x++) {
                size_t slot = v->excluded_slot[x];
                if (slot == SIZE_MAX) continue;
                if (slot >= at + BLOCK) break;
                b.a[slot - at] = b.b[slot - at] = 0;
            }
            sum_block(own, virial, &b, padded);
            scatter(forces, &b, edges->j + first + at, count);
        }
        double *f = forces + 4 * i;
        f[0] += own[0], f[1] += own[1], f[2] += own[2], f[3] += 0.5 * own[3];
    }
}
