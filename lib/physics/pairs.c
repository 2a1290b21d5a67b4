/* SPDX-License-Identifier: MIT */
#include "physics/pairs.h"

#include <math.h>
#include <string.h>

double mofb__dot_n(const double *a, const double *b, size_t n) {
    double part[4] = {0, 0, 0, 0};
    size_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (size_t l = 0; l < 4; l++) part[l] += a[k + l] * b[k + l];
    for (; k < n; k++) part[0] += a[k] * b[k];
    return (part[0] + part[1]) + (part[2] + part[3]);
}

double mofb__row_max(const double *v, size_t n_rows) {
    double most = 0;
    for (size_t i = 0; i < n_rows; i++) {
        const double *r = v + 3 * i;
        double square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
        if (!(square <= most)) most = square; /* a nan stays visible */
        if (isnan(square)) break;
    }
    return sqrt(most);
}

mofb_status mofb__pairs_init(mofb__pairs *p, size_t n, size_t memory, const mofb_allocator *a) {
    *p = (mofb__pairs){.n = n, .memory = memory};
    p->s = mofb__calloc(a, n * memory, sizeof *p->s);
    p->y = mofb__calloc(a, n * memory, sizeof *p->y);
    p->rho = mofb__calloc(a, memory, sizeof *p->rho);
    p->a = mofb__calloc(a, memory, sizeof *p->a);
    if (p->s && p->y && p->rho && p->a) return MOFB_OK;
    mofb__pairs_free(p);
    return mofb__no_memory();
}

void mofb__pairs_free(mofb__pairs *p) {
    mofb__free(p->s);
    mofb__free(p->y);
    mofb__free(p->rho);
    mofb__free(p->a);
    *p = (mofb__pairs){0};
}

static size_t slot(const mofb__pairs *p, size_t k) {
    return (p->first + k) % p->memory;
}

double mofb__pairs_add(mofb__pairs *p, const double *x, const double *x0, const double *f, const double *f0) {
    size_t at = slot(p, p->count); /* the oldest one's place when full */
    double *s = p->s + at * p->n, *y = p->y + at * p->n, product = 0;
    double parts[4] = {0, 0, 0, 0};
    for (size_t k = 0; k < p->n; k++) parts[k & 3] += (x[k] - x0[k]) * (f0[k] - f[k]);
    product = (parts[0] + parts[1]) + (parts[2] + parts[3]);
    if (product == 0) return product;
    for (size_t k = 0; k < p->n; k++) {
        s[k] = x[k] - x0[k];
        y[k] = f0[k] - f[k];
    }
    p->rho[at] = 1 / product;
    if (p->count < p->memory) p->count++;
    else p->first = slot(p, 1);
    return product;
}

void mofb__pairs_clear(mofb__pairs *p) {
    p->count = p->first = 0;
}

void mofb__pairs_first_loop(mofb__pairs *p, double *q) {
    for (size_t i = p->count; i-- > 0;) {
        size_t at = slot(p, i);
        const double *y = p->y + at * p->n;
        double a = p->a[i] = p->rho[at] * mofb__dot_n(p->s + at * p->n, q, p->n);
        for (size_t k = 0; k < p->n; k++) q[k] -= a * y[k];
    }
}

void mofb__pairs_second_loop(const mofb__pairs *p, double *z) {
    for (size_t i = 0; i < p->count; i++) {
        size_t at = slot(p, i);
        const double *s = p->s + at * p->n;
        double c = p->a[i] - p->rho[at] * mofb__dot_n(p->y + at * p->n, z, p->n);
        for (size_t k = 0; k < p->n; k++) z[k] += c * s[k];
    }
}

void mofb__pairs_save(const mofb__pairs *p, mofb__blob *b) {
    mofb__blob_put_u64(b, "pairs", p->count);
    for (size_t i = 0; i < p->count; i++) {
        size_t at = slot(p, i);
        mofb__blob_put_f64(b, "s", p->s + at * p->n, p->n);
        mofb__blob_put_f64(b, "y", p->y + at * p->n, p->n);
        mofb__blob_put_f64(b, "rho", p->rho + at, 1);
    }
}

mofb_status mofb__pairs_load(mofb__pairs *p, mofb__blob *b) {
    uint64_t count;
    MOFB__TRY(mofb__blob_get_u64(b, "pairs", &count));
    if (count > p->memory)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "checkpoint: %llu pairs where %zu fit",
                          (unsigned long long)count, p->memory);
    p->first = 0;
    p->count = 0;
    for (size_t i = 0; i < count; i++) {
        MOFB__TRY(mofb__blob_get_f64(b, "s", p->s + i * p->n, p->n));
        MOFB__TRY(mofb__blob_get_f64(b, "y", p->y + i * p->n, p->n));
        MOFB__TRY(mofb__blob_get_f64(b, "rho", p->rho + i, 1));
        p->count = i + 1;
    }
    return MOFB_OK;
}
