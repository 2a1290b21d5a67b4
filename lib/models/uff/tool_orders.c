/* SPDX-License-Identifier: MIT */
/* Hybridisation and bond orders as the published programme decides them: bonds are visited in (i, j) order
   and what one changes, later ones see. Unusual chemistry in here is the programme's, kept on purpose. */
#include "models/uff/build.h"

static const int32_t not_found = -1;

static int32_t z_of(const mofb__uff_build *b, size_t r) {
    return b->numbers[b->t->neighbour[r]];
}

static bool organic(int32_t z) {
    return z == Z_H || z == Z_C || z == Z_N || z == Z_O || z == Z_S;
}

/* All neighbours of i but `without` (pass -1 for none) are organic. */
static bool organic_neighbours(const mofb__uff_build *b, size_t i, int32_t without) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (t->neighbour[r] != without && !organic(z_of(b, r))) return false;
    return true;
}

/* The lowest neighbour of i of this element, `without` left out. */
static int32_t first_of(const mofb__uff_build *b, size_t i, int32_t z, int32_t without) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (t->neighbour[r] != without && z_of(b, r) == z) return t->neighbour[r];
    return not_found;
}

/* i has further neighbours than `without`, and all are of this element. */
static bool only(const mofb__uff_build *b, size_t i, int32_t z, int32_t without) {
    const mofb__uff_topology *t = b->t;
    size_t n = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        if (t->neighbour[r] == without) continue;
        if (z_of(b, r) != z) return false;
        n++;
    }
    return n > 0;
}

static mofb__hybrid oxygen_start(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    size_t degree = mofb__uff_degree(b, i);
    if (degree < 2) return degree ? MOFB__SP2 : MOFB__SP3;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (!mofb__uff_tool_metal(z_of(b, r))) return MOFB__SP3;
    return MOFB__SP2;
}

static mofb__hybrid start(const mofb__uff_build *b, size_t i) {
    size_t degree = mofb__uff_degree(b, i);
    switch (b->numbers[i]) {
    case Z_C: return degree >= 4 ? MOFB__SP3 : degree == 3 ? MOFB__SP2 : MOFB__SP;
    case Z_N: return degree == 2 ? MOFB__SP2 : degree == 1 ? MOFB__SP : MOFB__SP3;
    case Z_O: return oxygen_start(b, i);
    case Z_S: return degree == 1 ? MOFB__SP2 : MOFB__SP3;
    default: return MOFB__SP3;
    }
}

static void set(mofb__uff_build *b, size_t p, mofb__hybrid hp, size_t q, mofb__hybrid hq) {
    b->t->hybrids[p] = (uint8_t)hp;
    b->t->hybrids[q] = (uint8_t)hq;
}

/* C-O beside another O (`other`) on the carbon. */
static double carboxyl(mofb__uff_build *b, size_t c, size_t o, size_t other) {
    bool terminal = mofb__uff_degree(b, o) == 1;
    if (mofb__uff_degree(b, other) == 1) {
        if (terminal) { /* CO2, and the free acid's anion */
            set(b, c, MOFB__SP, o, MOFB__SP2);
            return 2.0;
        }
        if (organic_neighbours(b, o, (int32_t)c)) { /* the ether side of an ester */
            set(b, c, MOFB__SP2, o, MOFB__SP2);
            return 1.0;
        }
    } else if (terminal && organic_neighbours(b, other, not_found)) { /* its carbonyl side */
        set(b, c, MOFB__SP2, o, MOFB__SP2);
        return 2.0;
    }
    set(b, c, MOFB__AROMATIC, o, MOFB__AROMATIC);
    return 1.5;
}

/* C-O without a further O or N on the carbon. */
static double lone_oxygen(mofb__uff_build *b, size_t c, size_t o) {
    if (mofb__uff_degree(b, o) > 1) {
        b->t->hybrids[o] = MOFB__SP3;
        return 1.0;
    }
    bool ring = b->in_ring[c] && b->t->hybrids[c] == MOFB__AROMATIC;
    b->t->hybrids[o] = ring ? MOFB__AROMATIC : MOFB__SP2;
    return ring ? 1.5 : 2.0;
}

static void carbon_oxygen(mofb__uff_build *b, mofb__uff_bond *bond, size_t c, size_t o) {
    int32_t other = first_of(b, c, Z_O, (int32_t)o);
    int32_t nitrogen = first_of(b, c, Z_N, (int32_t)o);
    if (other >= 0) bond->order = carboxyl(b, c, o, (size_t)other);
    if (nitrogen >= 0 && mofb__uff_degree(b, o) == 1) { /* amide */
        bond->order = 1.5;
        set(b, c, MOFB__AROMATIC, o, MOFB__AROMATIC);
    }
    if (other < 0 && nitrogen < 0) bond->order = lone_oxygen(b, c, o);
}

static void carbon_nitrogen(mofb__uff_build *b, mofb__uff_bond *bond, size_t c, size_t n) {
    mofb__uff_topology *t = b->t;
    if (t->hybrids[c] == MOFB__AROMATIC && only(b, n, Z_H, (int32_t)c)) { /* amine on a ring */
        bond->order = 1.5;
        t->hybrids[n] = MOFB__AROMATIC;
        return;
    }
    if (mofb__uff_degree(b, c) != 3 || mofb__uff_degree(b, n) < 3) return;
    if (first_of(b, c, Z_O, (int32_t)n) >= 0) { /* amide */
        bond->order = 1.5;
        t->hybrids[n] = MOFB__AROMATIC;
    }
    if (!only(b, n, Z_O, (int32_t)c)) return;
    bond->order = 1.0; /* nitro */
    t->hybrids[n] = MOFB__AROMATIC;
    for (size_t r = t->first[n]; r < t->first[n + 1]; r++) {
        if ((size_t)t->neighbour[r] == c) continue;
        t->bonds[b->row_bond[r]].order = 1.5;
        t->hybrids[t->neighbour[r]] = MOFB__AROMATIC;
    }
}

/* Returns whether the bond became a double or triple one that the chains are to check. */
static bool visit(mofb__uff_build *b, size_t k) {
    mofb__uff_bond *bond = b->t->bonds + k;
    size_t i = (size_t)bond->i, j = (size_t)bond->j;
    int32_t zi = b->numbers[i], zj = b->numbers[j];
    uint8_t hybrid = b->t->hybrids[i];
    bool alike = hybrid == b->t->hybrids[j];
    bool ring = alike && hybrid == MOFB__AROMATIC && b->same_ring[k];
    if (ring) bond->order = 1.5;
    if ((zi == Z_C && zj == Z_O) || (zi == Z_O && zj == Z_C)) {
        carbon_oxygen(b, bond, zi == Z_C ? i : j, zi == Z_C ? j : i);
    } else if (!ring && ((zi == Z_C && zj == Z_N) || (zi == Z_N && zj == Z_C))) {
        carbon_nitrogen(b, bond, zi == Z_C ? i : j, zi == Z_C ? j : i);
    } else if (!b->in_ring[i] && !b->in_ring[j] && organic(zi) && organic(zj) && alike &&
               (hybrid == MOFB__SP2 || hybrid == MOFB__SP)) {
        bond->order = hybrid == MOFB__SP2 ? 2.0 : 3.0;
        return true;
    }
    return false;
}

mofb_status mofb__uff_tool_orders(mofb__uff_build *b) {
    mofb__uff_topology *t = b->t;
    for (size_t i = 0; i < b->n_atoms; i++) t->hybrids[i] = (uint8_t)start(b, i);
    MOFB__TRY(mofb__uff_find_rings(b));
    for (size_t i = 0; i < b->n_atoms; i++)
        if (b->in_ring[i]) t->hybrids[i] = MOFB__AROMATIC;
    int32_t *ends = mofb__calloc(b->a, 2 * t->n_bonds, sizeof *ends);
    if (!ends) return mofb__no_memory();
    size_t n = 0;
    for (size_t k = 0; k < t->n_bonds; k++)
        if (visit(b, k)) ends[n++] = t->bonds[k].i, ends[n++] = t->bonds[k].j;
    mofb_status status = mofb__uff_tool_chains(b, ends, n);
    mofb__free(ends);
    return status;
}
