/* SPDX-License-Identifier: MIT */
/* Which atoms are bonded, from distances and covalent radii: B. Cordero et al., Dalton Trans. 2832 (2008). */
#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "models/uff/build.h"
#include "structure/elements.h"
#include "structure/nlist.h"

/* Å beyond the sum of radii: the customary margin of crystallographic programmes for the bonds of metals,
   less between non-metals, whose bonds scatter less and whose contacts begin earlier (hydrogen bonds at
   1.4 Å). */
static const double metal_margin = 0.4, margin = 0.3;
static const double lantern = 3.3; /* Å, longest metal-metal distance in a paddle-wheel */

typedef struct candidates {
    const mofb__uff_build *b;
    mofb__uff_bond *bonds;
    size_t n, capacity;
} candidates;

bool mofb__uff_tool_metal(int32_t z) {
    static const uint8_t metalloids[] = {5, 14, 32, 33, 51, 52, 85};
    if ((z >= 57 && z <= 71) || (z >= 89 && z <= 103)) return false;
    return memchr(metalloids, z, sizeof metalloids) || mofb__element_is_metal(z);
}

static bool alkali(int32_t z) {
    return z == 3 || z == 11 || z == 19 || z == 37 || z == 55 || z == 87;
}

/* The published programme bonds atoms closer than (r1 + r2) / f; f by the elements. */
static double tool_factor(int32_t z1, int32_t z2) {
    int32_t low = z1 < z2 ? z1 : z2, high = z1 < z2 ? z2 : z1;
    if (low == Z_H && high == Z_O) return 0.8;
    if (low == Z_C && high == Z_O) return 0.8;
    if (low == Z_H && high == Z_N) return 0.67;
    if (low == Z_N && high == Z_MG) return 0.8;
    if (low == Z_H && high == Z_C) return 0.8;
    bool metal1 = mofb__uff_tool_metal(z1), metal2 = mofb__uff_tool_metal(z2);
    if ((z1 == Z_O && metal2) || (z2 == Z_O && metal1)) return 0.82;
    if ((z1 == Z_F && metal2) || (z2 == Z_F && metal1)) return 0.8;
    return 0.9;
}

static double radius(bool tool, int32_t z) {
    return tool && z == Z_ZR ? 1.5 : mofb__element_covalent_radius(z);
}

/* Bonded below this distance, Å; 0: never. */
static double limit(bool tool, int32_t z1, int32_t z2) {
    double r1 = radius(tool, z1), r2 = radius(tool, z2);
    if (r1 == 0 || r2 == 0) return 0;
    if (tool) return alkali(z1) || alkali(z2) ? 0 : (r1 + r2) / tool_factor(z1, z2);
    bool metal1 = mofb__element_is_metal(z1), metal2 = mofb__element_is_metal(z2);
    if (metal1 && metal2) return fmax(r1 + r2, lantern);
    return r1 + r2 + (metal1 || metal2 ? metal_margin : margin);
}

static double longest(const mofb__uff_build *b) {
    uint8_t present[MOFB__MAX_Z + 1] = {0};
    double far = 0;
    for (size_t i = 0; i < b->n_atoms; i++) present[b->numbers[i]] = 1;
    for (int32_t p = 1; p <= MOFB__MAX_Z; p++)
        for (int32_t q = p; present[p] && q <= MOFB__MAX_Z; q++)
            if (present[q]) far = fmax(far, limit(b->tool, p, q));
    return far;
}

static mofb_status add(candidates *c, size_t i, size_t j, const int32_t *shift) {
    MOFB__TRY(mofb__grow(c->b->a, &c->bonds, &c->capacity, c->n + 1, sizeof *c->bonds));
    c->bonds[c->n++] = (mofb__uff_bond){(int32_t)i, (int32_t)j, {shift[0], shift[1], shift[2]}, 1.0};
    return MOFB_OK;
}

/* Fractional coordinates in the cell, and what was taken off (numbers a rounding error below 1 count as 0
   of the next cell, as a file that says 0 means it). */
static void wrapped(double f[3], int32_t cells[3], const mofb__uff_build *b, size_t i) {
    mofb__row_times(f, b->positions + 3 * i, b->inverse);
    for (int k = 0; k < 3; k++) {
        cells[k] = b->periodic[k] ? (int32_t)floor(f[k] + 1e-9) : 0;
        f[k] -= cells[k];
    }
}

/* The published programme's distance: each fractional difference rounded to the nearest integer. */
static double rounded_distance(const mofb__uff_build *b, const double *fi, const double *fj) {
    double d[3], v[3];
    for (int k = 0; k < 3; k++) {
        d[k] = fi[k] - fj[k];
        if (b->periodic[k]) d[k] -= nearbyint(d[k]);
    }
    mofb__row_times(v, d, b->cell);
    return sqrt(mofb__dot(v, v));
}

/* And its image: the nearest of the 27 around, the first in a tie. */
static void tool_image(int32_t shift[3], const mofb__uff_build *b, const double *fi, const double *fj) {
    double best = INFINITY;
    int32_t s[3];
    for (s[0] = -b->periodic[0]; s[0] <= b->periodic[0]; s[0]++)
        for (s[1] = -b->periodic[1]; s[1] <= b->periodic[1]; s[1]++)
            for (s[2] = -b->periodic[2]; s[2] <= b->periodic[2]; s[2]++) {
                double d[3], v[3];
                for (int k = 0; k < 3; k++) d[k] = fj[k] + s[k] - fi[k];
                mofb__row_times(v, d, b->cell);
                double length = sqrt(mofb__dot(v, v));
                if (length >= best - 1e-9) continue;
                best = length;
                memcpy(shift, s, sizeof s);
            }
}

static mofb_status tool_pair(candidates *c, size_t i, size_t j) {
    const mofb__uff_build *b = c->b;
    double fi[3], fj[3];
    int32_t ci[3], cj[3], shift[3] = {0};
    wrapped(fi, ci, b, i);
    wrapped(fj, cj, b, j);
    if (rounded_distance(b, fi, fj) >= limit(true, b->numbers[i], b->numbers[j])) return MOFB_OK;
    tool_image(shift, b, fi, fj);
    for (int k = 0; k < 3; k++) shift[k] += ci[k] - cj[k];
    return add(c, i, j, shift);
}

static mofb_status gather(candidates *c, const mofb_edges *edges) {
    const mofb__uff_build *b = c->b;
    for (size_t i = 0; i < b->n_atoms; i++)
        for (size_t e = edges->first[i]; e < edges->first[i + 1]; e++) {
            size_t j = (size_t)edges->j[e];
            if (b->tool) { /* one bond at most for each pair, none to an own image */
                bool repeated = e > edges->first[i] && edges->j[e - 1] == edges->j[e];
                if (i != j && !repeated) MOFB__TRY(tool_pair(c, i, j));
                continue;
            }
            double length = sqrt(mofb__dot(edges->vec + 3 * e, edges->vec + 3 * e));
            if (length < limit(false, b->numbers[i], b->numbers[j]))
                MOFB__TRY(add(c, i, j, edges->shift + 3 * e));
        }
    return MOFB_OK;
}

mofb_status mofb__uff_find_bonds(mofb__uff_build *b) {
    candidates c = {.b = b};
    mofb__nlist *list = NULL;
    const mofb_edges *edges;
    mofb_status status;
    const double *cell = b->has_cell ? b->cell : NULL;
    double far = longest(b) + 1e-6;
    status = mofb__nlist_new(&list, b->n_atoms, MOFB_EDGES_HALF, far, 0.0, b->periodic, b->a);
    if (!status) status = mofb__nlist_update(&edges, list, b->positions, cell, 1);
    if (!status) status = gather(&c, edges);
    if (!status && !c.bonds) status = mofb__grow(b->a, &c.bonds, &c.capacity, 1, sizeof *c.bonds);
    mofb__nlist_free(list);
    b->t->bonds = c.bonds; /* freed with the topology, also after a failure */
    b->t->n_bonds = c.n;
    if (status) return status;
    return b->tool ? mofb__uff_link(b) : mofb__uff_prune_bonds(b);
}
