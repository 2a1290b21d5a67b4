/* SPDX-License-Identifier: MIT */
/* Types by coordination. The third character of a name is the geometry around the atom: 1 linear, 2 trigonal,
   3 tetrahedral, 4 square planar (also the square pyramid of a paddle-wheel), 6 octahedral, 8 cubic (as the
   UFF and UFF4MOF papers name them). The nearest geometry the table has for the element is taken. */
#include <math.h>
#include <string.h>

#include "models/uff/build.h"

static const double square = 0.5; /* tau4: 0 square planar, 1 tetrahedral */

/* tau4 = (360° - the two largest angles) / 141°: L. Yang, D. R. Powell, R. P. Houser, Dalton Trans. 955
   (2007). */
static double tau4(const mofb__uff_build *b, size_t i, bool metals) {
    const mofb__uff_topology *t = b->t;
    double v[4][3], first = 0, second = 0;
    size_t n = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (metals || !mofb__uff_metal(b, (size_t)t->neighbour[r])) mofb__uff_row_vector(v[n++], b, i, r);
    for (size_t p = 0; p < n; p++)
        for (size_t q = p + 1; q < n; q++) {
            double angle = mofb__uff_angle(v[p], v[q]);
            if (angle > first) second = first, first = angle;
            else if (angle > second) second = angle;
        }
    return (360.0 - first - second) / 141.0;
}

static int digit(const mofb__uff_type *type) {
    char c = strlen(type->name) > 2 ? type->name[2] : 0;
    return c >= '1' && c <= '8' ? c - '0' : 0;
}

/* How badly a geometry suits a coordination number; smaller is better. */
static double misfit(int geometry, int coordination, bool planar) {
    static const int coordinations[9] = {0, 2, 3, 4, 4, 5, 6, 7, 8};
    if (!geometry) return coordination ? 100.0 : -1.0;
    double cost = fabs((double)(coordinations[geometry] - coordination));
    if (geometry == 3 && (coordination != 4 || planar)) cost += 0.5; /* other atoms sit at right angles */
    if (geometry == 4 && coordination == 4 && !planar) cost += 0.5;
    if (geometry == 8 && coordination == 6) cost += 0.25;
    if (geometry == 6 && (coordination == 5 || coordination == 7)) cost += 0.25;
    return cost;
}

const mofb__uff_type *mofb__uff_nearest_type(const mofb__uff_build *b, size_t i) {
    size_t n, degree = mofb__uff_degree(b, i), organic = mofb__uff_organic_degree(b, i);
    bool metals = organic == 0 || !mofb__uff_metal(b, i); /* bonds between metals do not count */
    size_t coordination = metals ? degree : organic;
    bool planar = coordination == 4 && tau4(b, i, metals) < square;
    const mofb__uff_type *table = mofb__uff_types(b, &n), *best = NULL;
    double least = 0;
    for (size_t k = 0; k < n; k++) {
        if (table[k].z != b->numbers[i]) continue;
        double cost = misfit(digit(table + k), (int)coordination, planar);
        /* of equals the first of UFF's, the last of UFF4MOF's, which come after those of UFF */
        if (!best || cost < least || (cost == least && b->settings->uff4mof)) best = table + k, least = cost;
    }
    return best;
}
