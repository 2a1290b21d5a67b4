/* SPDX-License-Identifier: MIT */
/* Random numbers with a state that can be stored: xoshiro256++ (D. Blackman, S. Vigna, ACM TOMS 47, 36
   (2021)) seeded by SplitMix64; normals by the polar method. */
#ifndef MOFB_BASE_RNG_H
#define MOFB_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct mofb__rng {
    uint64_t s[4];
    double spare; /* second normal of a pair, if has_spare */
    uint64_t has_spare;
} mofb__rng;

void mofb__rng_seed(mofb__rng *r, uint64_t seed);
uint64_t mofb__rng_u64(mofb__rng *r);
double mofb__rng_uniform(mofb__rng *r); /* [0, 1) */
double mofb__rng_normal(mofb__rng *r);  /* mean 0, variance 1 */
void mofb__rng_normals(mofb__rng *r, double *out, size_t count);

#endif
