/* SPDX-License-Identifier: MIT */
/* The loop over van der Waals pairs. Rows are taken in blocks: coordinates and coefficients are gathered,
   the arithmetic runs on several pairs at once, then forces are summed and scattered one by one, in the
   order of the list. What is done to a pair does not depend on the width of the machine's vectors: the
   same bits with any. */
#include <math.h>
#include <string.h>

#include "models/uff/terms.h"

enum { BLOCK = 128, LANES = 8 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t mask __attribute__((vector_size(LANES * sizeof(double))));

typedef union column {
    double at[BLOCK];
    lanes wide[BLOCK / LANES];
} column;

typedef struct block {
    column x, y, z; /* r_j − r_i, Å */
    column a, b;    /* coefficients; afterwards energy and (dE/dr)/r */
} block;

#define INLINE static inline __attribute__((always_inline))

INLINE void gather(block *restrict b, const mofb__uff_pair *restrict pairs, size_t count,
                   const double *restrict positions, const double *restrict offsets,
                   const double *restrict mixes, size_t i) {
    const double xi = positions[3 * i], yi = positions[3 * i + 1], zi = positions[3 * i + 2];
    for (size_t k = 0; k < count; k++) {
        const double *at = positions + 3 * (size_t)pairs[k].j,
                     *offset = offsets + 3 * (size_t)pairs[k].offset;
        const double *ab = mixes + 2 * (size_t)pairs[k].mix;
        b->x.at[k] = (at[0] - xi) + offset[0];
        b->y.at[k] = (at[1] - yi) + offset[1];
        b->z.at[k] = (at[2] - zi) + offset[2];
        b->a.at[k] = ab[0], b->b.at[k] = ab[1];
    }
}

/* a and b become energy and (dE/dr)/r: zero beyond `limit`, Å². */
INLINE void sharp(block *restrict b, size_t count, double limit) {
    for (size_t k = 0; k * LANES < count; k++) {
        lanes x = b->x.wide[k], y = b->y.wide[k], z = b->z.wide[k], r2 = x * x + y * y + z * z,
              inverse = 1 / r2;
        lanes i6 = inverse * inverse * inverse, attraction = b->b.wide[k] * i6,
              repulsion = b->a.wide[k] * i6 * i6;
        lanes energy = repulsion - attraction, slope = (6 * attraction - 12 * repulsion) * inverse;
        mask within = r2 <= limit;
        b->a.wide[k] = (lanes)((mask)energy & within);
        b->b.wide[k] = (lanes)((mask)slope & within);
    }
}

/* The same with S falling between the squared distances inner2 and inner2 + 1/width. */
INLINE void smooth(block *restrict b, size_t count, double inner2, double width) {
    for (size_t k = 0; k * LANES < count; k++) {
        lanes x = b->x.wide[k], y = b->y.wide[k], z = b->z.wide[k], r2 = x * x + y * y + z * z,
              inverse = 1 / r2;
        lanes i6 = inverse * inverse * inverse, attraction = b->b.wide[k] * i6,
              repulsion = b->a.wide[k] * i6 * i6;
        lanes energy = repulsion - attraction, slope = (6 * attraction - 12 * repulsion) * inverse;
        lanes t = (r2 - inner2) * width;
        mask within = t < 1;
        t = (lanes)((mask)t & (t > 0));
        lanes u = 1 - t, kept = 1 - t * t * t * (10 - t * (15 - 6 * t)),
              falls = -60 * width * (t * t) * (u * u);
        b->a.wide[k] = (lanes)((mask)(energy * kept) & within);
        b->b.wide[k] = (lanes)((mask)(slope * kept + energy * falls) & within);
    }
}

/* Adds to own[4] the force and energy of atom i, and the opposite forces to the others. */
INLINE void scatter(double *restrict forces, double own[4], const block *restrict b,
                    const mofb__uff_pair *restrict pairs, size_t count) {
    double x = own[0], y = own[1], z = own[2], e = own[3];
    for (size_t k = 0; k < count; k++) {
        double *f = forces + 4 * (size_t)pairs[k].j, slope = b->b.at[k];
        double fx = slope * b->x.at[k], fy = slope * b->y.at[k], fz = slope * b->z.at[k];
        x += fx, y += fy, z += fz, e += b->a.at[k];
        f[0] -= fx, f[1] -= fy, f[2] -= fz;
    }
    own[0] = x, own[1] = y, own[2] = z, own[3] = e;
}

INLINE void add_virial(double *virial, const block *restrict b, size_t count) {
    double v[6];
    memcpy(v, virial, sizeof v);
    for (size_t k = 0; k < count; k++) {
        double x = b->x.at[k], y = b->y.at[k], z = b->z.at[k], fx = b->b.at[k] * x, fy = b->b.at[k] * y;
        v[0] += fx * x, v[1] += fy * y, v[2] += b->b.at[k] * z * z;
        v[3] += fy * z, v[4] += fx * z, v[5] += fx * y;
    }
    memcpy(virial, v, sizeof v);
}

typedef struct job {
    double *forces, *virial;
    const mofb__uff_vdw *v;
    const mofb__uff_pairs *p;
    const double *positions;
    size_t from, to;
    bool by_atom;
} job;

INLINE double rows(const job *w) {
    const mofb__uff_vdw *v = w->v;
    const mofb__uff_pairs *p = w->p;
    double inner2 = v->inner * v->inner, width = 1 / (v->cutoff * v->cutoff - inner2), total = 0;
    double limit = p->held ? INFINITY : v->cutoff * v->cutoff;
    block b;
    memset(&b, 0, sizeof b); /* lanes past the end of a row are computed and not used */
    for (size_t i = w->from; i < w->to; i++) {
        double own[4] = {0}, *f = w->forces + 4 * i;
        for (size_t at = p->first[i]; at < p->first[i + 1]; at += BLOCK) {
            size_t left = p->first[i + 1] - at, count = left < BLOCK ? left : BLOCK;
            const mofb__uff_pair *pairs = p->pairs + at;
            gather(&b, pairs, count, w->positions, p->offsets, v->pair, i);
            if (v->smooth) smooth(&b, count, inner2, width);
            else sharp(&b, count, limit);
            scatter(w->forces, own, &b, pairs, count);
            if (w->virial) add_virial(w->virial, &b, count);
            for (size_t k = 0; w->by_atom && k < count; k++)
                w->forces[4 * (size_t)pairs[k].j + 3] += 0.5 * b.a.at[k];
        }
        for (int k = 0; k < 3; k++) f[k] += own[k];
        f[3] += 0.5 * own[3];
        total += own[3];
    }
    return total;
}

static double rows_plain(const job *w) {
    return rows(w);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static double rows_avx2(const job *w) {
    return rows(w);
}

__attribute__((target("avx512f,avx512dq,avx512vl"))) static double rows_avx512(const job *w) {
    return rows(w);
}

static double (*fastest(void))(const job *) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return rows_avx512;
    return __builtin_cpu_supports("avx2") ? rows_avx2 : rows_plain;
}
#else
static double (*fastest(void))(const job *) {
    return rows_plain;
}
#endif

double mofb__uff_vdw_rows(double *forces, double *virial, const mofb__uff_vdw *v, const mofb__uff_pairs *p,
                          const double *positions, const size_t range[2], bool by_atom) {
    const job w = {forces, virial, v, p, positions, range[0], range[1], by_atom};
    return fastest()(&w);
}
