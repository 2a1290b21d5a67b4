/* SPDX-License-Identifier: MIT */
/* The passes over pairs. Eight atoms are taken side by side. What is done to a pair does not depend on the width of
   the machine's vectors: the same bits with any. */
#include <string.h>

#include "models/d3/d3.h"

/* Vectors are passed between functions that are always inlined: no calling convention is involved. */
#pragma GCC diagnostic ignored "-Wpsabi"

enum { LANES = MOFB__D3_LANES, REFERENCES = MOFB__D3_REFERENCES };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef double loose __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef int64_t mask __attribute__((vector_size(LANES * sizeof(int64_t))));
typedef uint64_t bits __attribute__((vector_size(LANES * sizeof(int64_t))));
typedef int32_t ints __attribute__((vector_size(LANES * sizeof(int32_t))));
typedef int16_t shorts __attribute__((vector_size(LANES * sizeof(int16_t)), aligned(sizeof(int16_t)), may_alias));

#define INLINE static inline __attribute__((always_inline))

/* Values of a block's atoms. */
INLINE lanes take(const double *restrict from, const mofb__d3_block *b) {
    if (b->run) return *(const loose *)(from + b->j[0]);
    lanes v;
    for (int k = 0; k < LANES; k++) v[k] = from[b->j[k]];
    return v;
}

INLINE void add(double *restrict to, const mofb__d3_block *b, lanes v) {
    if (b->run) {
        *(loose *)(to + b->j[0]) += v;
        return;
    }
    for (int k = 0; k < LANES; k++) to[b->j[k]] += v[k];
}

INLINE double sum(lanes v) {
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

/* 1/√x for positive normal x to the last digits: Newton's iteration from a guess that halves the exponent. */
INLINE lanes inverse_root(lanes x) {
    lanes y = (lanes)(0x5fe6eb50c7b537a9u - ((bits)x >> 1)), half = 0.5 * x;
    for (int k = 0; k < 4; k++) y = y * (1.5 - half * y * y);
    return y;
}

/* exp(t) for |t| < 700: 2^k times the Taylor series on |rest| ≤ ln 2/2, where degree 12 leaves 2e-16. */
INLINE lanes exponential(lanes t) {
    const double shifter = 0x1.8p52; /* leaves the nearest whole number in the lowest bits */
    lanes k = t * 1.4426950408889634 + shifter;
    bits whole = (bits)k;
    k -= shifter;
    lanes x = (t - k * 0x1.62e42fefap-1) - k * 0x1.cf79abc9e3b3ap-40, x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
    lanes p0 = (1.0 + x) + x2 * (1.0 / 2 + x * (1.0 / 6));
    lanes p4 = (1.0 / 24 + x * (1.0 / 120)) + x2 * (1.0 / 720 + x * (1.0 / 5040));
    lanes p8 = (1.0 / 40320 + x * (1.0 / 362880)) + x2 * (1.0 / 3628800 + x * (1.0 / 39916800));
    lanes p = (p0 + x4 * p4) + x8 * (p8 + x4 * (1.0 / 479001600));
    return p * (lanes)((whole << 52) + 0x3ff0000000000000u);
}

/* Parameters of a row's element with the atoms of a block. */
typedef struct pairing {
    lanes x, y, z;              /* r_j − r_i, Å */
    lanes radii, q8, f6, f8;
} pairing;

INLINE pairing pair_up(const mofb__d3_system *s, const mofb__d3_block *b, size_t i) {
    const double *p = s->parameters + (size_t)s->kind[i] * MOFB__D3_PARAMETERS * s->stride, *r = s->place;
    size_t n = s->stride;
    return (pairing){take(r, b) - r[i], take(r + n, b) - r[n + i], take(r + 2 * n, b) - r[2 * n + i],
                     take(p + MOFB__D3_RADII * n, b), take(p + MOFB__D3_Q8 * n, b), take(p + MOFB__D3_F6 * n, b),
                     take(p + MOFB__D3_F8 * n, b)};
}

/* Eight pairs: vectors, and what both passes need of the two functions of r. */
typedef struct eight {
    lanes x, y, z;        /* Å */
    lanes r2, inverse;    /* r², 1/r */
    lanes u, count;       /* exp(−16 (R/r − 1)) and 1/(1 + u) */
    lanes t6, t8;         /* 1/(r⁶ + f⁶), 1/(r⁸ + f⁸) */
    mask within;
} eight;

INLINE lanes component(const mofb__d3_entry *e, int axis) {
    return __builtin_convertvector(__builtin_convertvector(*(const shorts *)e->shift[axis], ints), lanes);
}

INLINE eight measure(const pairing *p, const mofb__d3_entry *e, const double *cell, double limit) {
    eight v;
    lanes a = component(e, 0), b = component(e, 1), c = component(e, 2);
    v.x = p->x + ((a * cell[0] + b * cell[3]) + c * cell[6]);
    v.y = p->y + ((a * cell[1] + b * cell[4]) + c * cell[7]);
    v.z = p->z + ((a * cell[2] + b * cell[5]) + c * cell[8]);
    v.r2 = v.x * v.x + v.y * v.y + v.z * v.z;
    v.within = (v.r2 <= limit) & __builtin_convertvector(*(const shorts *)e->used, mask);
    v.inverse = inverse_root(v.r2);
    lanes t = 16.0 - 16.0 * (p->radii * v.inverse);
    mask near = t < -600.0; /* where the count is 1 to the last digit */
    t = (lanes)(((mask)t & ~near) | ((mask)(t - t - 600.0) & near));
    v.u = exponential(t);
    lanes r6 = v.r2 * v.r2 * v.r2, d6 = r6 + p->f6, d8 = r6 * v.r2 + p->f8, w = 1.0 + v.u, d = d6 * d8;
    lanes one = 1.0 / (w * d); /* one division for three */
    v.count = d * one;
    one *= w;
    v.t6 = d8 * one;
    v.t8 = d6 * one;
    return v;
}

INLINE lanes keep(lanes v, mask within) {
    return (lanes)((mask)v & within);
}

INLINE void sum_rows(const mofb__d3_job *job) {
    const mofb__d3_system *s = job->s;
    const double s6 = s->model->functional->s6;
    for (size_t i = job->from; i < job->to; i++) {
        lanes own = {0};
        for (size_t n = s->pairs.row[i]; n < s->pairs.row[i + 1]; n++) {
            const mofb__d3_block *b = &s->pairs.blocks[n];
            const pairing p = pair_up(s, b, i);
            lanes g = {0}, count = {0};
            for (size_t e = b->first; e < b[1].first; e++) {
                const eight v = measure(&p, &s->pairs.entries[e], job->cell, job->limit);
                g += keep(s6 * v.t6 + p.q8 * v.t8, v.within);
                count += keep(v.count, v.within);
            }
            *(loose *)(s->pair + LANES * n) = g;
            add(job->partial, b, count);
            own += count;
        }
        job->partial[i] += sum(own);
    }
}

INLINE double mix_rows(const mofb__d3_job *job) {
    const mofb__d3_system *s = job->s;
    double total = 0, *slopes = job->partial, *energies = job->partial + s->stride;
    for (size_t i = job->from; i < job->to; i++) {
        size_t kind = (size_t)s->kind[i];
        int count = mofb__d3_references[s->elements[kind]];
        const double *w = s->weight + i, *mixed = s->mixed + 2 * kind * REFERENCES * s->stride;
        lanes own = {0}, own_slope = {0};
        for (size_t n = s->pairs.row[i]; n < s->pairs.row[i + 1]; n++) {
            const mofb__d3_block *b = &s->pairs.blocks[n];
            lanes g = *(const loose *)(s->pair + LANES * n), c6 = {0}, mine = {0}, other = {0};
            for (int a = 0; a < count; a++) {
                double wa = w[(size_t)a * s->stride], dwa = w[(size_t)(REFERENCES + a) * s->stride];
                lanes c = take(mixed + 2 * (size_t)a * s->stride, b);
                c6 += wa * c;
                mine += dwa * c;
                other += wa * take(mixed + (2 * (size_t)a + 1) * s->stride, b);
            }
            *(loose *)(s->pair + LANES * n) = c6;
            own -= c6 * g;
            own_slope -= mine * g;
            add(slopes, b, -(other * g));
            add(energies, b, -0.5 * (c6 * g));
        }
        double energy = sum(own);
        total += energy;
        energies[i] += 0.5 * energy;
        slopes[i] += sum(own_slope);
    }
    return total;
}

INLINE void force_rows(const mofb__d3_job *job) {
    const mofb__d3_system *s = job->s;
    const double s6 = 6 * s->model->functional->s6;
    double *fx = job->partial, *fy = fx + s->stride, *fz = fy + s->stride;
    lanes virial[6];
    memset(virial, 0, sizeof virial);
    for (size_t i = job->from; i < job->to; i++) {
        lanes x = {0}, y = {0}, z = {0};
        for (size_t n = s->pairs.row[i]; n < s->pairs.row[i + 1]; n++) {
            const mofb__d3_block *b = &s->pairs.blocks[n];
            const pairing p = pair_up(s, b, i);
            lanes c6 = *(const loose *)(s->pair + LANES * n), d = 16.0 * (s->slope[i] + take(s->slope, b)) * p.radii;
            lanes bx = {0}, by = {0}, bz = {0};
            for (size_t e = b->first; e < b[1].first; e++) {
                const eight v = measure(&p, &s->pairs.entries[e], job->cell, job->limit);
                /* (dE/dr)/r */
                lanes r4 = v.r2 * v.r2, t6 = v.t6 * v.t6, t8 = v.t8 * v.t8;
                lanes slope = c6 * (r4 * (s6 * t6 + 8.0 * p.q8 * (v.r2 * t8)));
                slope -= d * (v.inverse * v.inverse * v.inverse) * (v.u * (v.count * v.count));
                slope = keep(slope, v.within);
                lanes gx = slope * v.x, gy = slope * v.y, gz = slope * v.z;
                bx += gx, by += gy, bz += gz;
                if (!job->virial) continue;
                virial[0] += gx * v.x, virial[1] += gy * v.y, virial[2] += gz * v.z;
                virial[3] += gy * v.z, virial[4] += gx * v.z, virial[5] += gx * v.y;
            }
            x += bx, y += by, z += bz;
            add(fx, b, -bx), add(fy, b, -by), add(fz, b, -bz);
        }
        fx[i] += sum(x), fy[i] += sum(y), fz[i] += sum(z);
    }
    for (int k = 0; job->virial && k < 6; k++) job->virial[k] += sum(virial[k]);
}

typedef struct kernels {
    void (*sum)(const mofb__d3_job *);
    double (*mix)(const mofb__d3_job *);
    void (*force)(const mofb__d3_job *);
} kernels;

#define KERNELS(name, target)                                                                                      \
    target static void sum_##name(const mofb__d3_job *job) { sum_rows(job); }                                      \
    target static double mix_##name(const mofb__d3_job *job) { return mix_rows(job); }                             \
    target static void force_##name(const mofb__d3_job *job) { force_rows(job); }                                  \
    static const kernels name = {sum_##name, mix_##name, force_##name};

KERNELS(plain, )

#ifdef __x86_64__
KERNELS(avx2, __attribute__((target("avx2"))))
KERNELS(avx512, __attribute__((target("avx512f,avx512dq,avx512vl"))))

static const kernels *fastest(void) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
        return &avx512;
    return __builtin_cpu_supports("avx2") ? &avx2 : &plain;
}
#else
static const kernels *fastest(void) {
    return &plain;
}
#endif

void mofb__d3_sum_rows(const mofb__d3_job *job) {
    fastest()->sum(job);
}

double mofb__d3_mix_rows(const mofb__d3_job *job) {
    return fastest()->mix(job);
}

void mofb__d3_force_rows(const mofb__d3_job *job) {
    fastest()->force(job);
}
