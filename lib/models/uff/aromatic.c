/* SPDX-License-Identifier: MIT */
/* What makes a ring aromatic: for the papers' rules sp2 atoms whose electrons can add up to six (E. Hückel);
   for the published programme C N O S with at most three neighbours. */
#include "models/uff/build.h"

static const double flat = 340.0; /* degrees, sum of the three angles around an sp2 atom; sp3: 328 */

bool mofb__uff_flat(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    double v[3][3], sum = 0;
    size_t n = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        if (mofb__uff_metal(b, (size_t)t->neighbour[r])) continue;
        if (n == 3) return false;
        mofb__uff_row_vector(v[n++], b, i, r);
    }
    if (n != 3) return false;
    for (int p = 0; p < 3; p++)
        sum += mofb__uff_angle(v[p], v[(p + 1) % 3]);
    return sum > flat;
}

bool mofb__uff_ring_atom(const mofb__uff_build *b, size_t i) {
    int32_t z = b->numbers[i];
    if (z != Z_C && z != Z_N && z != Z_O && z != Z_S) return false;
    size_t degree = mofb__uff_degree(b, i);
    if (b->tool) return degree <= 3;
    size_t organic = mofb__uff_organic_degree(b, i);
    if (z == Z_C) return organic == 2 || organic == 3;
    if (z == Z_N) return degree <= 3 && (organic == 2 || organic == 3);
    return degree == 2 && organic == 2;
}

/* Carbon with an oxygen that has no other neighbour. */
static bool keto(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; b->numbers[i] == Z_C && r < t->first[i + 1]; r++) {
        size_t j = (size_t)t->neighbour[r];
        if (b->numbers[j] == Z_O && mofb__uff_degree(b, j) == 1) return true;
    }
    return false;
}

/* Fewest and most electrons an atom can give to the ring. Nitrogen may stand for a pyridine or a pyrrole
   nitrogen, or for an azolate's, since charges are not known; carbon on a metal may be a carbanion. */
static void electrons(const mofb__uff_build *b, size_t i, int *low, int *high) {
    bool metal = mofb__uff_metal_degree(b, i) > 0;
    size_t organic = mofb__uff_organic_degree(b, i);
    *low = *high = 1;
    if (b->numbers[i] == Z_N) *high = 2;
    else if (b->numbers[i] != Z_C) *low = *high = 2;
    else if (metal && organic == 3) *high = 2;
    else if (metal) *low = 0;
}

bool mofb__uff_huckel(const mofb__uff_build *b, const int32_t *atoms, size_t n) {
    int low = 0, high = 0, ketones = 0;
    if (n < 5 || n > 7) return false;
    for (size_t k = 0; k < n; k++) {
        int fewest, most;
        if (keto(b, (size_t)atoms[k])) {
            ketones++;
            continue;
        }
        electrons(b, (size_t)atoms[k], &fewest, &most);
        low += fewest;
        high += most;
    }
    /* A single C=O may also be a phenolate. */
    return low <= 6 && high + (ketones == 1) >= 6;
}
