/* SPDX-License-Identifier: MIT */
/* Bond orders of the papers' rules: 1.5 in aromatic rings; elsewhere one plus the share of the resonance
   structures in which a bond is double (L. Pauling, The Nature of the Chemical Bond, 3rd ed., ch. 7), taken
   over all ways to place as many multiple bonds as the atoms' valences allow. Metals take no part: their
   bonds are dative. Carboxylates and nitro groups come out as 1.5, carbonate as 4/3, C=N as 2, C#N as 3. */
#include <string.h>

#include "models/uff/build.h"

/* A fragment with more candidate bonds than this (those that may be triple count twice), or one that runs
   through the whole crystal, is delocalised: its bonds count 1.5. */
enum { MAX_EDGES = 20 };

typedef struct structures {
    mofb__uff_build *b;
    uint8_t *valence; /* [n_atoms] further bonds the atom can take */
    uint8_t *open;    /* [n_bonds] candidate, not yet placed in a fragment */
    int32_t *shifts;  /* [n_atoms][3] cell an atom of the fragment was reached in */
    uint8_t *seen;
    size_t *queue;
    /* the fragment */
    size_t edges[MAX_EDGES], n_edges, cost;
    bool endless;
    /* enumeration */
    int placed[MAX_EDGES], total, best;
    double sums[MAX_EDGES], count;
} structures;

static bool linear(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    double v[2][3];
    if (mofb__uff_degree(b, i) != 2) return true;
    mofb__uff_row_vector(v[0], b, i, t->first[i]);
    mofb__uff_row_vector(v[1], b, i, t->first[i] + 1);
    return mofb__uff_angle(v[0], v[1]) > 150.0;
}

/* Neighbours that are oxygen or sulphur and have no other non-metal. */
static size_t oxides(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    size_t n = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        size_t j = (size_t)t->neighbour[r];
        n += (b->numbers[j] == Z_O || b->numbers[j] == Z_S) && mofb__uff_organic_degree(b, j) == 1;
    }
    return n;
}

static uint8_t carbon_valence(const mofb__uff_build *b, size_t i, size_t organic) {
    bool metal = mofb__uff_metal_degree(b, i) > 0;
    if (organic == 3) return !metal;
    if (organic == 2) return !metal && linear(b, i) ? 2 : 1;
    return organic == 1 ? 2 : 0;
}

static uint8_t nitrogen_valence(const mofb__uff_build *b, size_t i, size_t organic) {
    const mofb__uff_topology *t = b->t;
    if (organic == 3) return oxides(b, i) > 0;
    if (organic != 2) return organic == 1 ? 2 : 0;
    size_t nitrogens = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) nitrogens += b->numbers[t->neighbour[r]] == Z_N;
    return nitrogens == 2 && linear(b, i) ? 2 : 1; /* the middle of an azide */
}

static uint8_t valence(const mofb__uff_build *b, size_t i) {
    size_t organic = mofb__uff_organic_degree(b, i);
    if (b->in_ring[i]) return 0;
    switch (b->numbers[i]) {
    case Z_C: return carbon_valence(b, i, organic);
    case Z_N: return nitrogen_valence(b, i, organic);
    case Z_O: return organic == 1;
    case Z_P: return organic == 4 && oxides(b, i) > 0;
    case Z_S:
        if (organic < 3) return organic == 1;
        return oxides(b, i) == 0 ? 0 : organic == 3 ? 1 : 2;
    default: return 0;
    }
}

/* Atoms with a valence of their charged or expanded form take bonds from outer O and S alone. */
static bool expanded(const mofb__uff_build *b, size_t i) {
    return b->numbers[i] != Z_C && mofb__uff_organic_degree(b, i) >= 3;
}

static bool candidate(const structures *s, const mofb__uff_bond *bond) {
    const mofb__uff_build *b = s->b;
    size_t i = (size_t)bond->i, j = (size_t)bond->j;
    if (!s->valence[i] || !s->valence[j] || mofb__uff_metal(b, i) || mofb__uff_metal(b, j)) return false;
    if (expanded(b, i)) return !expanded(b, j) && b->numbers[j] != Z_C && mofb__uff_organic_degree(b, j) == 1;
    if (expanded(b, j)) return b->numbers[i] != Z_C && mofb__uff_organic_degree(b, i) == 1;
    return true;
}

/* The one bond of a carbon that ends in N (cyanide, nitrile) or in O (carbonyl on a metal); NULL if none or
   more than one. */
static mofb__uff_bond *triple(const structures *s, size_t i) {
    const mofb__uff_build *b = s->b;
    mofb__uff_bond *found = NULL;
    size_t organic = mofb__uff_organic_degree(b, i);
    for (size_t r = b->t->first[i]; r < b->t->first[i + 1]; r++) {
        size_t j = (size_t)b->t->neighbour[r];
        bool end = mofb__uff_organic_degree(b, j) == 1 &&
                   (b->numbers[j] == Z_N || (b->numbers[j] == Z_O && organic == 1));
        if (!end) continue;
        if (found) return NULL;
        found = b->t->bonds + b->row_bond[r];
    }
    return found;
}

static void place_triples(structures *s) {
    for (size_t i = 0; i < s->b->n_atoms; i++) {
        if (s->b->numbers[i] != Z_C || s->valence[i] != 2) continue;
        mofb__uff_bond *bond = triple(s, i);
        if (!bond) continue;
        bond->order = 3.0;
        s->valence[bond->i] = s->valence[bond->j] = 0;
    }
}

/* Gathers the fragment of candidates around a bond. */
static void gather(structures *s, size_t bond) {
    const mofb__uff_topology *t = s->b->t;
    size_t n = 1;
    s->queue[0] = (size_t)t->bonds[bond].i;
    s->seen[s->queue[0]] = 1;
    s->n_edges = s->cost = 0;
    s->endless = false;
    for (size_t k = 0; k < n; k++) {
        size_t i = s->queue[k];
        for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
            size_t e = s->b->row_bond[r], j = (size_t)t->neighbour[r];
            int32_t shift[3];
            if (!s->open[e]) continue;
            for (size_t c = 0; c < 3; c++) shift[c] = s->shifts[3 * i + c] + t->neighbour_shift[3 * r + c];
            if (!s->seen[j]) {
                s->seen[j] = 1;
                s->queue[n++] = j;
                memcpy(s->shifts + 3 * j, shift, sizeof shift);
            } else if (memcmp(s->shifts + 3 * j, shift, sizeof shift)) {
                s->endless = true;
            }
            if (t->bonds[e].i == (int32_t)i) {
                s->cost += s->valence[i] < s->valence[j] ? s->valence[i] : s->valence[j];
                if (s->n_edges < MAX_EDGES) s->edges[s->n_edges++] = e;
            }
        }
    }
    if (s->cost > MAX_EDGES) s->endless = true;
    for (size_t k = 0; k < n; k++)
        for (size_t r = t->first[s->queue[k]]; r < t->first[s->queue[k] + 1]; r++) {
            size_t e = s->b->row_bond[r];
            if (s->open[e] && s->endless) t->bonds[e].order = 1.5;
            s->open[e] = 0;
        }
}

static void weigh(structures *s, size_t k) {
    if (k == s->n_edges) {
        if (s->total < s->best) return;
        if (s->total > s->best) {
            s->best = s->total;
            s->count = 0;
            memset(s->sums, 0, sizeof s->sums);
        }
        s->count += 1;
        for (size_t e = 0; e < s->n_edges; e++) s->sums[e] += s->placed[e];
        return;
    }
    const mofb__uff_bond *bond = s->b->t->bonds + s->edges[k];
    uint8_t *p = s->valence + bond->i, *q = s->valence + bond->j;
    int most = *p < *q ? *p : *q;
    for (int m = most; m >= 0; m--) {
        *p -= (uint8_t)m, *q -= (uint8_t)m;
        s->placed[k] = m;
        s->total += m;
        if (s->total + 2 * (int)(s->n_edges - k - 1) >= s->best) weigh(s, k + 1);
        s->total -= m;
        *p += (uint8_t)m, *q += (uint8_t)m;
    }
}

static void resolve(structures *s, size_t bond) {
    gather(s, bond);
    if (s->endless) return;
    s->total = 0;
    s->best = -1;
    weigh(s, 0);
    for (size_t e = 0; e < s->n_edges; e++) s->b->t->bonds[s->edges[e]].order = 1.0 + s->sums[e] / s->count;
}

static void find(structures *s) {
    mofb__uff_topology *t = s->b->t;
    for (size_t k = 0; k < t->n_bonds; k++)
        if (s->b->same_ring[k]) t->bonds[k].order = 1.5;
    for (size_t i = 0; i < s->b->n_atoms; i++) s->valence[i] = valence(s->b, i);
    place_triples(s);
    for (size_t k = 0; k < t->n_bonds; k++) s->open[k] = candidate(s, t->bonds + k);
    for (size_t k = 0; k < t->n_bonds; k++)
        if (s->open[k]) resolve(s, k);
}

mofb_status mofb__uff_resonance(mofb__uff_build *b) {
    MOFB__TRY(mofb__uff_find_rings(b));
    structures s = {.b = b};
    s.valence = mofb__calloc(b->a, b->n_atoms, 1);
    s.seen = mofb__calloc(b->a, b->n_atoms, 1);
    s.open = mofb__calloc(b->a, b->t->n_bonds, 1);
    s.shifts = mofb__calloc(b->a, 3 * b->n_atoms, sizeof *s.shifts);
    s.queue = mofb__calloc(b->a, b->n_atoms, sizeof *s.queue);
    mofb_status status = s.valence && s.seen && s.open && s.shifts && s.queue ? MOFB_OK : mofb__no_memory();
    if (!status) find(&s);
    mofb__free(s.valence), mofb__free(s.seen), mofb__free(s.open), mofb__free(s.shifts), mofb__free(s.queue);
    return status;
}
