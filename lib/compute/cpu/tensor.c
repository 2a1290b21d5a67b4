/* SPDX-License-Identifier: MIT */
/* Per-channel 3×3 algebra, LANES channels at a time, whole matrices in registers. */
#include "compute/tensor.h"
#include "compute/cpu/simd.h"

/* The nine components of LANES channels, and the nine entries of their matrices row by row. */
typedef struct parts {
    vec x[9];
} parts;

typedef struct matrix {
    vec m[9];
} matrix;

INLINE parts load_parts(const REAL *x, size_t channels) {
    parts p;
#pragma GCC unroll 9
    for (size_t k = 0; k < 9; k++) p.x[k] = load(x + k * channels);
    return p;
}

INLINE void store_parts(REAL *x, size_t channels, const parts *p) {
#pragma GCC unroll 9
    for (size_t k = 0; k < 9; k++) store(x + k * channels, p->x[k]);
}

INLINE matrix compose(const parts *p) {
    const vec *x = p->x;
    return (matrix){{x[0] + x[4], x[6] - x[3], x[7] + x[2], x[6] + x[3], x[0] + x[5], x[8] - x[1],
                     x[7] - x[2], x[8] + x[1], x[0] - x[4] - x[5]}};
}

/* Gradient by the parts from that by the entries. */
INLINE parts compose_vjp(const matrix *g) {
    const vec *m = g->m;
    return (parts){{m[0] + m[4] + m[8], m[7] - m[5], m[2] - m[6], m[3] - m[1], m[0] - m[8], m[4] - m[8],
                    m[1] + m[3], m[2] + m[6], m[5] + m[7]}};
}

INLINE parts decompose(const matrix *a) {
    const vec *m = a->m, half = splat((REAL)0.5);
    vec s = (m[0] + m[4] + m[8]) * splat((REAL)(1.0 / 3));
    return (parts){{s, (m[7] - m[5]) * half, (m[2] - m[6]) * half, (m[3] - m[1]) * half, m[0] - s, m[4] - s,
                    (m[1] + m[3]) * half, (m[2] + m[6]) * half, (m[5] + m[7]) * half}};
}

INLINE matrix decompose_vjp(const parts *g) {
    const vec *x = g->x, half = splat((REAL)0.5);
    vec common = (x[0] - x[4] - x[5]) * splat((REAL)(1.0 / 3));
    return (matrix){{common + x[4], (x[6] - x[3]) * half, (x[7] + x[2]) * half, (x[6] + x[3]) * half,
                     common + x[5], (x[8] - x[1]) * half, (x[7] - x[2]) * half, (x[8] + x[1]) * half,
                     common}};
}

/* c += a b, a bᵀ or aᵀ b by the strides of rows and columns in the factors. */
INLINE void add_product(matrix *c, const matrix *a, int ar, int ac, const matrix *b, int br, int bc) {
#pragma GCC unroll 3
    for (int i = 0; i < 3; i++)
#pragma GCC unroll 3
        for (int j = 0; j < 3; j++)
#pragma GCC unroll 3
            for (int k = 0; k < 3; k++)
                c->m[3 * i + j] = fma_(a->m[i * ar + k * ac], b->m[k * br + j * bc], c->m[3 * i + j]);
}

#define ZERO_MATRIX                                                                                          \
    {                                                                                                        \
        {                                                                                                    \
            { 0 }                                                                                            \
        }                                                                                                    \
    }

INLINE vec norm_of(const vec *x) {
    vec zz = x[4] + x[5], a = fma_(x[3], x[3], fma_(x[2], x[2], x[1] * x[1]));
    vec off = fma_(x[8], x[8], fma_(x[7], x[7], x[6] * x[6])),
        s = fma_(zz, zz, fma_(x[5], x[5], x[4] * x[4]));
    return fma_(splat(3), x[0] * x[0], fma_(splat(2), a + off, s));
}

/* ½ d‖X‖²/dx */
INLINE parts half_slope(const vec *x) {
    vec two = splat(2);
    return (parts){{splat(3) * x[0], two * x[1], two * x[2], two * x[3], fma_(two, x[4], x[5]),
                    fma_(two, x[5], x[4]), two * x[6], two * x[7], two * x[8]}};
}

#define EACH_CHANNELS                                                                                        \
    for (size_t row = 0; row < rows; row++)                                                                  \
        for (size_t c = 0; c < channels; c += LANES)

/* Where the row's components of these channels start. */
#define AT (row * MOFB__COMPONENTS * channels + c)

INLINE int part_of(int component) {
    return component == 0 ? 0 : component < 4 ? 1 : 2;
}

void KERNEL(tensor_embed)(REAL *x, const NAME(mofb__embedding) * e, const REAL *z, const double *sums) {
    size_t channels = e->channels;
    REAL s[36];
    for (int k = 0; k < 36; k++) s[k] = (REAL)sums[k];
    for (size_t c = 0; c < channels; c += LANES) {
        vec zc = load(z + c);
#pragma GCC unroll 3
        for (int part = 0; part < 3; part++) {
            vec w[4];
#pragma GCC unroll 4
            for (int q = 0; q < 4; q++) w[q] = load(e->radial + (size_t)(4 * part + q) * channels + c);
#pragma GCC unroll 5
            for (int k = part * part; k < (part + 1) * (part + 1); k++) {
                REAL *at = x + (size_t)k * channels + c;
                vec v = fma_(w[3], splat(s[27 + k]),
                             fma_(w[2], splat(s[18 + k]), fma_(w[1], splat(s[9 + k]), w[0] * splat(s[k]))));
                store(at, fma_(zc, v, load(at)));
            }
        }
    }
}

void KERNEL(tensor_embed_vjp)(double *gsums, const NAME(mofb__embedding) * e, const REAL *z, const REAL *gx) {
    size_t channels = e->channels;
    for (int k = 0; k < MOFB__COMPONENTS; k++) {
        const REAL *w = e->radial + (size_t)(4 * part_of(k)) * channels, *g = gx + (size_t)k * channels;
        vec sum[4] = {splat(0), splat(0), splat(0), splat(0)};
        for (size_t c = 0; c < channels; c += LANES) {
            vec zg = load(z + c) * load(g + c);
#pragma GCC unroll 4
            for (size_t q = 0; q < 4; q++) sum[q] = fma_(zg, load(w + q * channels + c), sum[q]);
        }
        for (int q = 0; q < 4; q++) gsums[9 * q + k] = total(sum[q]);
    }
}

void KERNEL(tensor_norm)(REAL *norm, const REAL *x, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(x + AT, channels);
        store(norm + row * channels + c, norm_of(p.x));
    }
}

void KERNEL(tensor_norm_vjp)(REAL *gx, const REAL *gnorm, const REAL *x, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(x + AT, channels), w = half_slope(p.x), g = load_parts(gx + AT, channels);
        vec twice = splat(2) * load(gnorm + row * channels + c);
        for (int k = 0; k < 9; k++) g.x[k] = fma_(twice, w.x[k], g.x[k]);
        store_parts(gx + AT, channels, &g);
    }
}

void KERNEL(tensor_parts)(REAL *norms, const REAL *x, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(x + AT, channels);
        REAL *to = norms + row * MOFB__PARTS * channels + c;
        vec i[9] = {p.x[0]}, a[9] = {splat(0), p.x[1], p.x[2], p.x[3]};
        p.x[0] = p.x[1] = p.x[2] = p.x[3] = splat(0);
        store(to, norm_of(i));
        store(to + channels, norm_of(a));
        store(to + 2 * channels, norm_of(p.x));
    }
}

void KERNEL(tensor_parts_vjp)(REAL *gx, const REAL *gnorms, const REAL *x, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(x + AT, channels), w = half_slope(p.x);
        const REAL *g = gnorms + row * MOFB__PARTS * channels + c;
        for (int k = 0; k < 9; k++) w.x[k] *= splat(2) * load(g + (size_t)part_of(k) * channels);
        store_parts(gx + AT, channels, &w);
    }
}

void KERNEL(tensor_scale)(REAL *y, const REAL *s, const REAL *x, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(x + AT, channels);
        const REAL *by = s + row * MOFB__PARTS * channels + c;
        for (int k = 0; k < 9; k++) p.x[k] *= load(by + (size_t)part_of(k) * channels);
        store_parts(y + AT, channels, &p);
    }
}

void KERNEL(tensor_scale_vjp)(REAL *gx, REAL *gs, const REAL *gy, const REAL *s, const REAL *x, size_t rows,
                              size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(x + AT, channels), g = load_parts(gy + AT, channels);
        size_t at = row * MOFB__PARTS * channels + c;
        vec sum[3] = {splat(0), splat(0), splat(0)};
        for (int k = 0; k < 9; k++) {
            sum[part_of(k)] = fma_(p.x[k], g.x[k], sum[part_of(k)]);
            g.x[k] *= load(s + at + (size_t)part_of(k) * channels);
        }
        store_parts(gx + AT, channels, &g);
        for (size_t k = 0; k < 3; k++) store(gs + at + k * channels, sum[k]);
    }
}

void KERNEL(tensor_normalise)(REAL *y, REAL *scale, const REAL *x, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(x + AT, channels);
        vec r = splat(1) / (norm_of(p.x) + splat(1));
        for (int k = 0; k < 9; k++) p.x[k] *= r;
        store(scale + row * channels + c, r);
        store_parts(y + AT, channels, &p);
    }
}

/* y = r x, r = 1/(N + 1): gx = r gy − (Σ y gy) dN/dx r, and r dN/dx is dN/dx taken at y. */
void KERNEL(tensor_normalise_vjp)(REAL *gx, const REAL *gy, const REAL *y, const REAL *scale, size_t rows,
                                  size_t channels) {
    EACH_CHANNELS {
        parts p = load_parts(y + AT, channels), w = half_slope(p.x), g = load_parts(gy + AT, channels);
        vec r = load(scale + row * channels + c), along = splat(0);
        for (int k = 0; k < 9; k++) along = fma_(p.x[k], g.x[k], along);
        along *= splat(-2);
        for (int k = 0; k < 9; k++) g.x[k] = fma_(along, w.x[k], r * g.x[k]);
        store_parts(gx + AT, channels, &g);
    }
}

/* P = M Y + Y M, and 1/(‖P‖² + 1). */
INLINE vec anticommutator(matrix *p, const matrix *m, const matrix *y) {
    vec norm = splat(1);
    *p = (matrix)ZERO_MATRIX;
    add_product(p, m, 3, 1, y, 3, 1);
    add_product(p, y, 3, 1, m, 3, 1);
    for (int k = 0; k < 9; k++) norm = fma_(p->m[k], p->m[k], norm);
    return splat(1) / norm;
}

void KERNEL(tensor_product)(REAL *q, const REAL *m, const REAL *y, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts mp = load_parts(m + AT, channels), yp = load_parts(y + AT, channels), d;
        matrix p, mm = compose(&mp), ym = compose(&yp);
        vec r = anticommutator(&p, &mm, &ym);
        d = decompose(&p);
        for (int k = 0; k < 9; k++) d.x[k] *= r;
        store_parts(q + AT, channels, &d);
    }
}

void KERNEL(tensor_product_vjp)(REAL *gm, REAL *gy, const REAL *gq, const REAL *m, const REAL *y, size_t rows,
                                size_t channels) {
    EACH_CHANNELS {
        parts mp = load_parts(m + AT, channels), yp = load_parts(y + AT, channels),
              g = load_parts(gq + AT, channels);
        matrix p, mm = compose(&mp), ym = compose(&yp), gmm = ZERO_MATRIX, gym = ZERO_MATRIX;
        vec r = anticommutator(&p, &mm, &ym), along = splat(0);
        parts d = decompose(&p);
        for (int k = 0; k < 9; k++) {
            along = fma_(d.x[k], g.x[k], along);
            g.x[k] *= r;
        }
        along *= splat(-2) * r * r; /* dE/dN·dN/dP = −r² (Σ d gq) · 2 P */
        matrix gp = decompose_vjp(&g);
        for (int k = 0; k < 9; k++) gp.m[k] = fma_(along, p.m[k], gp.m[k]);
        add_product(&gmm, &gp, 3, 1, &ym, 1, 3);
        add_product(&gmm, &ym, 1, 3, &gp, 3, 1);
        add_product(&gym, &mm, 1, 3, &gp, 3, 1);
        add_product(&gym, &gp, 3, 1, &mm, 1, 3);
        mp = compose_vjp(&gmm);
        yp = compose_vjp(&gym);
        store_parts(gm + AT, channels, &mp);
        store_parts(gy + AT, channels, &yp);
    }
}

void KERNEL(tensor_update)(REAL *out, const REAL *x, const REAL *d, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts xp = load_parts(x + AT, channels), dp = load_parts(d + AT, channels), sp;
        matrix dm = compose(&dp), square = ZERO_MATRIX;
        add_product(&square, &dm, 3, 1, &dm, 3, 1);
        sp = decompose(&square);
        for (int k = 0; k < 9; k++) xp.x[k] += dp.x[k] + sp.x[k];
        store_parts(out + AT, channels, &xp);
    }
}

void KERNEL(tensor_update_vjp)(REAL *gd, const REAL *g, const REAL *d, size_t rows, size_t channels) {
    EACH_CHANNELS {
        parts gp = load_parts(g + AT, channels), dp = load_parts(d + AT, channels);
        matrix dm = compose(&dp), gs = decompose_vjp(&gp), gdm = ZERO_MATRIX;
        add_product(&gdm, &gs, 3, 1, &dm, 1, 3);
        add_product(&gdm, &dm, 1, 3, &gs, 3, 1);
        dp = compose_vjp(&gdm);
        for (int k = 0; k < 9; k++) gp.x[k] += dp.x[k];
        store_parts(gd + AT, channels, &gp);
    }
}
