/* SPDX-License-Identifier: MIT */
#include "base/rng.h"

#include <math.h>

void mofb__rng_seed(mofb__rng *r, uint64_t seed) {
    for (int k = 0; k < 4; k++) {
        uint64_t z = seed += 0x9e3779b97f4a7c15u;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        r->s[k] = z ^ (z >> 31);
    }
    r->spare = 0;
    r->has_spare = 0;
}

static uint64_t rotate(uint64_t x, int k) {
    return (x << k) | (x >> (64 - k));
}

uint64_t mofb__rng_u64(mofb__rng *r) {
    uint64_t *s = r->s, result = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double mofb__rng_uniform(mofb__rng *r) {
    return (double)(mofb__rng_u64(r) >> 11) * 0x1.0p-53;
}

double mofb__rng_normal(mofb__rng *r) {
    double u, v, q;
    if (r->has_spare) {
        r->has_spare = 0;
        return r->spare;
    }
    do {
        u = 2 * mofb__rng_uniform(r) - 1;
        v = 2 * mofb__rng_uniform(r) - 1;
        q = u * u + v * v;
    } while (q >= 1 || q == 0);
    double factor = sqrt(-2 * log(q) / q);
    r->spare = v * factor;
    r->has_spare = 1;
    return u * factor;
}

void mofb__rng_normals(mofb__rng *r, double *out, size_t count) {
    for (size_t k = 0; k < count; k++) out[k] = mofb__rng_normal(r);
}
