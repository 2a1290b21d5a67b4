/* SPDX-License-Identifier: MIT */
/* Close contacts that are no bonds. Every decision looks at the bonds of the step before, never at those
   already taken away in the same step, so that the order of atoms does not matter. */
#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "models/uff/build.h"
#include "structure/elements.h"

/* Å by which a metal may be nearer to the donor atom before its contact with the donor's neighbour counts as
   the other side of a chelate. */
static const double chelate_carbon = 0.1, chelate_other = 0.35;
static const double hydrogen_bond = 0.35; /* Å longer than the shortest bond of the same hydrogen */
static const double lantern = 3.3;        /* Å, longest metal-metal bond of a paddle-wheel */

static double row_length(const mofb__uff_build *b, size_t i, size_t r) {
    double v[3];
    mofb__uff_row_vector(v, b, i, r);
    return sqrt(mofb__dot(v, v));
}

/* The row of atom i that leads to (j, shift), or SIZE_MAX. */
static size_t row_to(const mofb__uff_build *b, size_t i, int32_t j, const int32_t *shift) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (t->neighbour[r] == j && !memcmp(t->neighbour_shift + 3 * r, shift, 3 * sizeof *shift)) return r;
    return SIZE_MAX;
}

static void sum(int32_t out[3], const int32_t *p, const int32_t *q) {
    for (int k = 0; k < 3; k++) out[k] = p[k] + q[k];
}

/* Hydrogen on a non-metal: neither hydride nor H2, and its hydrogen bonds are no bonds. */
static void prune_hydrogen(const mofb__uff_build *b, uint8_t *drop, size_t i) {
    const mofb__uff_topology *t = b->t;
    double shortest = INFINITY;
    bool metal = false;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        size_t j = (size_t)t->neighbour[r];
        if (mofb__uff_metal(b, j)) metal = true;
        else if (b->numbers[j] != Z_H) shortest = fmin(shortest, row_length(b, i, r));
    }
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        size_t j = (size_t)t->neighbour[r];
        bool extra = shortest < INFINITY && (mofb__uff_metal(b, j) || b->numbers[j] == Z_H ||
                                             row_length(b, i, r) > shortest + hydrogen_bond);
        if (extra || (metal && b->numbers[j] == Z_H)) drop[b->row_bond[r]] = 1;
    }
}

/* Metal and the far atom of a chelating group: the carbon of a carboxylate, the nitrogen of a nitrate. */
static bool behind_donor(const mofb__uff_build *b, size_t metal, size_t row) {
    const mofb__uff_topology *t = b->t;
    size_t x = (size_t)t->neighbour[row];
    double length = row_length(b, metal, row);
    double spare = b->numbers[x] == Z_C ? chelate_carbon : chelate_other;
    for (size_t r = t->first[x]; r < t->first[x + 1]; r++) {
        size_t donor = (size_t)t->neighbour[r];
        if (mofb__uff_metal(b, donor) || b->numbers[donor] == Z_H || b->numbers[donor] == Z_C) continue;
        int32_t shift[3];
        sum(shift, t->neighbour_shift + 3 * row, t->neighbour_shift + 3 * r);
        size_t direct = row_to(b, metal, t->neighbour[r], shift);
        if (direct != SIZE_MAX && length > row_length(b, metal, direct) + spare) return true;
    }
    return false;
}

static void prune_metal(const mofb__uff_build *b, uint8_t *drop, size_t i) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (b->numbers[t->neighbour[r]] != Z_H && behind_donor(b, i, r)) drop[b->row_bond[r]] = 1;
}

static bool bridge_end(int32_t z) {
    return z == Z_N || z == Z_O || z == Z_S;
}

/* Walks from (i, shift) over non-metals; true if `steps` bonds lead to the bond's second atom. */
static bool leads(const mofb__uff_build *b, const mofb__uff_bond *bond, size_t i, const int32_t *shift,
                  int steps) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        size_t j = (size_t)t->neighbour[r];
        int32_t s[3];
        sum(s, shift, t->neighbour_shift + 3 * r);
        if (steps == 1) {
            if (t->neighbour[r] == bond->j && !memcmp(s, bond->shift, sizeof s)) return true;
        } else if (!mofb__uff_metal(b, j) && (steps != 2 || bridge_end(b->numbers[j])) &&
                   leads(b, bond, j, s, steps - 1)) {
            return true;
        }
    }
    return false;
}

/* Metals are bonded across the four bridges of a paddle-wheel, and where they touch with nothing between
   them. Metals that share an oxide, hydroxide or halide are not. */
static bool metals_bonded(const mofb__uff_build *b, const mofb__uff_bond *bond) {
    const mofb__uff_topology *t = b->t;
    size_t bridges = 0, i = (size_t)bond->i, j = (size_t)bond->j;
    double radii = mofb__element_covalent_radius(b->numbers[i]) + mofb__element_covalent_radius(b->numbers[j]);
    double v[3], s[3] = {bond->shift[0], bond->shift[1], bond->shift[2]};
    mofb__row_times(v, s, b->cell);
    for (size_t k = 0; k < 3; k++) v[k] += b->positions[3 * j + k] - b->positions[3 * i + k];
    double length = sqrt(mofb__dot(v, v));
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        size_t x = (size_t)t->neighbour[r];
        if (mofb__uff_metal(b, x)) continue;
        if (leads(b, bond, x, t->neighbour_shift + 3 * r, 1)) return false;
        bridges += bridge_end(b->numbers[x]) && leads(b, bond, x, t->neighbour_shift + 3 * r, 3);
    }
    return length < radii || (bridges >= 4 && length < lantern);
}

/* Drops marked bonds and links anew. */
static mofb_status apply(mofb__uff_build *b, uint8_t *drop) {
    mofb__uff_topology *t = b->t;
    size_t kept = 0;
    for (size_t k = 0; k < t->n_bonds; k++)
        if (!drop[k]) t->bonds[kept++] = t->bonds[k];
    if (kept) memset(drop, 0, kept);
    t->n_bonds = kept;
    return mofb__uff_link(b);
}

static mofb_status prune(mofb__uff_build *b, uint8_t *drop, mofb__uff_bond *between) {
    mofb__uff_topology *t = b->t;
    size_t n_between = 0;
    for (size_t k = 0; k < t->n_bonds; k++) {
        drop[k] = mofb__uff_metal(b, (size_t)t->bonds[k].i) && mofb__uff_metal(b, (size_t)t->bonds[k].j);
        if (drop[k]) between[n_between++] = t->bonds[k];
    }
    MOFB__TRY(apply(b, drop));
    for (size_t i = 0; i < b->n_atoms; i++)
        if (b->numbers[i] == Z_H) prune_hydrogen(b, drop, i);
    MOFB__TRY(apply(b, drop));
    for (size_t i = 0; i < b->n_atoms; i++)
        if (mofb__uff_metal(b, i)) prune_metal(b, drop, i);
    MOFB__TRY(apply(b, drop));
    size_t n = t->n_bonds; /* there is room: these bonds were there before */
    for (size_t k = 0; k < n_between; k++)
        if (metals_bonded(b, between + k)) t->bonds[n++] = between[k];
    t->n_bonds = n;
    return mofb__uff_link(b);
}

mofb_status mofb__uff_prune_bonds(mofb__uff_build *b) {
    uint8_t *drop = mofb__calloc(b->a, b->t->n_bonds, 1);
    mofb__uff_bond *between = mofb__calloc(b->a, b->t->n_bonds, sizeof *between);
    mofb_status status = drop && between ? prune(b, drop, between) : mofb__no_memory();
    mofb__free(drop), mofb__free(between);
    return status;
}
