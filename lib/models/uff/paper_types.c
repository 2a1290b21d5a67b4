/* SPDX-License-Identifier: MIT */
/* Atom types of the papers: by resonance structures for C N O, by neighbours for S P, by coordination for the
   rest; and the bond orders that depend on them. */
#include <math.h>

#include "base/mat3.h"
#include "models/uff/build.h"
#include "structure/elements.h"

static const double amide_order = 1.41; /* UFF paper, section on bond orders */
static const double oxo = 0.8;          /* of the sum of radii: a terminal oxygen nearer than that is M=O */

/* Bond orders around an atom, metals left out. */
typedef struct orders {
    double most, sum; /* of order - 1 */
    bool partial;     /* some order is no whole number */
} orders;

static orders orders_of(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    orders o = {0};
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        if (mofb__uff_metal(b, (size_t)t->neighbour[r])) continue;
        double extra = t->bonds[b->row_bond[r]].order - 1.0;
        o.most = fmax(o.most, extra);
        o.sum += extra;
        o.partial = o.partial || extra != floor(extra);
    }
    return o;
}

static double row_order(const mofb__uff_build *b, size_t r) {
    return b->t->bonds[b->row_bond[r]].order;
}

/* A carbonyl carbon outside aromatic rings: C=O of order 2. */
static bool carbonyl(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    if (b->numbers[i] != Z_C || b->in_ring[i] || mofb__uff_organic_degree(b, i) != 3) return false;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (b->numbers[t->neighbour[r]] == Z_O && row_order(b, r) == 2.0) return true;
    return false;
}

/* A nitrogen that can share its lone pair: three organic neighbours, no multiple bond. */
static bool amino(const mofb__uff_build *b, size_t i) {
    if (b->numbers[i] != Z_N || b->in_ring[i]) return false;
    return mofb__uff_organic_degree(b, i) == 3 && orders_of(b, i).sum == 0;
}

/* Marks amides in `amides` (both atoms); orders follow when all are found, lest one hide the next. */
static void find_amides(const mofb__uff_build *b, uint8_t *amides) {
    const mofb__uff_topology *t = b->t;
    for (size_t k = 0; k < t->n_bonds; k++) {
        size_t i = (size_t)t->bonds[k].i, j = (size_t)t->bonds[k].j;
        if ((carbonyl(b, i) && amino(b, j)) || (carbonyl(b, j) && amino(b, i))) amides[i] = amides[j] = 1;
    }
}

static void set_amides(const mofb__uff_build *b, const uint8_t *amides) {
    const mofb__uff_topology *t = b->t;
    for (size_t k = 0; k < t->n_bonds; k++) {
        size_t i = (size_t)t->bonds[k].i, j = (size_t)t->bonds[k].j;
        bool pair = b->numbers[i] + b->numbers[j] == Z_C + Z_N;
        if (pair && amides[i] && amides[j]) t->bonds[k].order = amide_order;
    }
}

/* Ring carbon beside a nitrogen of its ring: where the bridges of a porphyrin or phthalocyanine sit. */
static bool alpha_carbon(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; b->numbers[i] == Z_C && b->in_ring[i] && r < t->first[i + 1]; r++)
        if (b->numbers[t->neighbour[r]] == Z_N && b->same_ring[b->row_bond[r]]) return true;
    return false;
}

/* The bridge (C of three neighbours, N of two) is conjugated with the two rings it joins, though no resonance
   structure of theirs alone says so. */
static void set_bridge(mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    size_t n = 0, organic = mofb__uff_organic_degree(b, i);
    bool sp2 = (b->numbers[i] == Z_C && organic == 3) || (b->numbers[i] == Z_N && organic == 2);
    if (!sp2 || b->in_ring[i] || mofb__uff_metal_degree(b, i) || orders_of(b, i).sum > 0) return;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) n += alpha_carbon(b, (size_t)t->neighbour[r]);
    for (size_t r = t->first[i]; n == 2 && r < t->first[i + 1]; r++)
        if (alpha_carbon(b, (size_t)t->neighbour[r])) t->bonds[b->row_bond[r]].order = 1.5;
}

/* A ring's carbonyl or phenolate oxygen shares the ring's electrons. */
static void set_ring_oxygen(mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    if (b->numbers[i] != Z_O || mofb__uff_degree(b, i) != 1) return;
    size_t j = (size_t)t->neighbour[t->first[i]];
    if (b->numbers[j] == Z_C && b->in_ring[j]) t->bonds[b->row_bond[t->first[i]]].order = 1.5;
}

static const char *carbon(const mofb__uff_build *b, size_t i, bool amide) {
    size_t degree = mofb__uff_degree(b, i);
    orders o = orders_of(b, i);
    if (b->in_ring[i] || amide) return "C_R";
    if (o.sum >= 2.0) return "C_1";
    if (o.partial) return "C_R";
    if (o.sum > 0) return "C_2";
    return degree >= 4 ? "C_3" : degree == 3 ? "C_2" : "C_1";
}

static bool beside_pi(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        size_t j = (size_t)t->neighbour[r];
        if (b->numbers[j] == Z_C && (b->in_ring[j] || orders_of(b, j).sum > 0)) return true;
    }
    return false;
}

static const char *nitrogen(const mofb__uff_build *b, size_t i, bool amide) {
    orders o = orders_of(b, i);
    if (b->in_ring[i] || amide) return "N_R";
    if (o.sum >= 2.0) return "N_1";
    if (o.partial) return "N_R";
    if (o.sum > 0) return "N_2";
    return mofb__uff_flat(b, i) && beside_pi(b, i) ? "N_R" : "N_3"; /* aniline */
}

/* Si-O-Si, Si-O-Al. */
static bool zeolitic(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    bool silicon = false;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        int32_t z = b->numbers[t->neighbour[r]];
        if (z != Z_SI && z != Z_AL) return false;
        silicon = silicon || z == Z_SI;
    }
    return silicon && mofb__uff_degree(b, i) == 2;
}

/* Terminal oxygen on a metal, at a distance no water or hydroxide has. */
static bool terminal_oxo(const mofb__uff_build *b, size_t i) {
    size_t r = b->t->first[i], j = (size_t)b->t->neighbour[r];
    double v[3];
    mofb__uff_row_vector(v, b, i, r);
    double radii = mofb__element_covalent_radius(Z_O) + mofb__element_covalent_radius(b->numbers[j]);
    return sqrt(mofb__dot(v, v)) < oxo * radii;
}

/* Oxygen of three neighbours lies near their plane rather than on top of a pyramid. */
static bool trigonal(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    double v[3][3], p[3], q[3], n[3];
    for (size_t k = 0; k < 3; k++) {
        mofb__uff_row_vector(v[k], b, i, t->first[i] + k);
        double length = sqrt(mofb__dot(v[k], v[k]));
        for (int l = 0; l < 3; l++) v[k][l] /= length;
    }
    /* height of the atom over the plane of the three directions: 0 in the plane, 1/3 for a tetrahedron */
    for (int l = 0; l < 3; l++) p[l] = v[1][l] - v[0][l], q[l] = v[2][l] - v[0][l];
    mofb__cross(n, p, q);
    return fabs(mofb__dot(v[0], n)) < sqrt(mofb__dot(n, n)) / 6.0;
}

static const char *bridging_oxygen(const mofb__uff_build *b, size_t i, size_t metals, size_t organic) {
    size_t degree = metals + organic;
    bool mof = b->settings->uff4mof;
    if (organic == 0 && degree == 3) return !trigonal(b, i) ? (mof ? "O_3_f" : "O_3") : mof ? "O_2_z" : "O_2";
    if (organic == 0 && degree > 3) return mof ? "O_3_f" : "O_3";
    if (organic == 0) return mof || metals == 2 ? "O_2" : "O_3";
    if (!mof) return "O_3";
    size_t r = b->t->first[i], hydrogens = 0;
    for (; r < b->t->first[i + 1]; r++) hydrogens += b->numbers[b->t->neighbour[r]] == Z_H;
    if (degree > 3 && hydrogens == organic) return "O_3_f"; /* mu3-OH */
    return organic == 1 && (metals == 2 || !hydrogens) ? "O_2" : "O_3";
}

static const char *oxygen(const mofb__uff_build *b, size_t i) {
    size_t metals = mofb__uff_metal_degree(b, i), organic = mofb__uff_organic_degree(b, i);
    orders o = orders_of(b, i);
    if (zeolitic(b, i)) return "O_3_z";
    if (b->in_ring[i]) return "O_R";
    if (metals == 1 && organic == 0) return terminal_oxo(b, i) ? "O_2" : "O_3";
    if (metals && b->settings->uff4mof) return bridging_oxygen(b, i, metals, organic);
    if (o.sum >= 2.0) return "O_1";
    if (o.partial) return "O_R";
    if (o.sum > 0) return "O_2";
    return metals ? bridging_oxygen(b, i, metals, organic) : "O_3";
}

static const char *sulphur(const mofb__uff_build *b, size_t i) {
    size_t organic = mofb__uff_organic_degree(b, i), metals = mofb__uff_metal_degree(b, i);
    if (b->in_ring[i]) return "S_R";
    if (organic >= 4) return "S_3+6";
    if (organic == 3) return "S_3+4";
    if (organic == 0 && metals >= 3 && b->settings->uff4mof) return "S_3_f";
    return organic == 1 && orders_of(b, i).sum > 0 ? "S_2" : "S_3+2";
}

static const char *phosphorus(const mofb__uff_build *b, size_t i) {
    if (mofb__uff_metal_degree(b, i)) return "P_3+q";
    return mofb__uff_degree(b, i) >= 4 ? "P_3+5" : "P_3+3";
}

static const char *hydrogen(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    size_t borons = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) borons += b->numbers[t->neighbour[r]] == Z_B;
    return borons == 2 ? "H_b" : "H_";
}

static const mofb__uff_type *type_of(const mofb__uff_build *b, size_t i, bool amide) {
    const char *name = NULL;
    switch (b->numbers[i]) {
    case Z_H: name = hydrogen(b, i); break;
    case Z_C: name = carbon(b, i, amide); break;
    case Z_N: name = nitrogen(b, i, amide); break;
    case Z_O: name = oxygen(b, i); break;
    case Z_S: name = sulphur(b, i); break;
    case Z_P: name = phosphorus(b, i); break;
    default: return mofb__uff_nearest_type(b, i);
    }
    return mofb__uff_type_named(b, name);
}

/* The hybridisation a type's name tells. */
static mofb__hybrid hybrid_of(const mofb__uff_build *b, size_t i) {
    int32_t z = b->numbers[i];
    char c = b->t->types[i]->name[2];
    if (z != Z_C && z != Z_N && z != Z_O && z != Z_S) return MOFB__SP3;
    return c == 'R' ? MOFB__AROMATIC : c == '2' ? MOFB__SP2 : c == '1' ? MOFB__SP : MOFB__SP3;
}

/* Bonds of metals: M=O 2; in UFF4MOF 1/2 to oxygen and 1/4 between metals (its first paper). */
static void set_metal_orders(mofb__uff_build *b) {
    mofb__uff_topology *t = b->t;
    for (size_t k = 0; k < t->n_bonds; k++) {
        size_t i = (size_t)t->bonds[k].i, j = (size_t)t->bonds[k].j;
        bool metal_i = mofb__uff_metal(b, i), metal_j = mofb__uff_metal(b, j);
        if (!metal_i && !metal_j) continue;
        size_t other = metal_i ? j : i;
        if (metal_i && metal_j) t->bonds[k].order = b->settings->uff4mof ? 0.25 : 1.0;
        else if (b->numbers[other] != Z_O || zeolitic(b, other)) continue;
        else if (mofb__uff_degree(b, other) == 1 && terminal_oxo(b, other)) t->bonds[k].order = 2.0;
        else if (b->settings->uff4mof) t->bonds[k].order = 0.5;
    }
}

mofb_status mofb__uff_paper_types(mofb__uff_build *b) {
    uint8_t *amides = mofb__calloc(b->a, b->n_atoms, 1);
    mofb_status status = amides ? MOFB_OK : mofb__no_memory();
    if (!status) find_amides(b, amides);
    for (size_t i = 0; !status && i < b->n_atoms; i++) set_bridge(b, i), set_ring_oxygen(b, i);
    for (size_t i = 0; !status && i < b->n_atoms; i++) {
        b->t->types[i] = type_of(b, i, amides[i]);
        if (!b->t->types[i]) status = mofb__uff_no_type(b, i, NULL);
    }
    for (size_t i = 0; !status && i < b->n_atoms; i++) b->t->hybrids[i] = (uint8_t)hybrid_of(b, i);
    if (!status) {
        set_amides(b, amides);
        set_metal_orders(b);
    }
    mofb__free(amides);
    return status;
}
