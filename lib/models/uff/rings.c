/* SPDX-License-Identifier: MIT */
/* Aromatic rings: for every bond the short paths between its ends that avoid it. The search runs over the
   infinite crystal (an atom and its image are two atoms), for the published programme over the atoms of the
   cell. Its cost for a bond is bounded by the length of the path. */
#include <string.h>

#include "models/uff/build.h"

/* Path lengths in bonds. The programme takes shortest paths of up to 10 atoms, then all simple paths with one
   bond more, and gives up on a bond that has more than ten. Otherwise rings of five to seven atoms count. */
enum { TOOL_SHORTEST = 9, TOOL_PATHS = 10, SHORTEST = 6, MAX_PATHS = 32, MAX_NODES = 12, FAR = 255 };

typedef struct node {
    int32_t atom, shift[3];
} node;

typedef struct search {
    mofb__uff_build *b;
    size_t bond;
    node from, to;
    node *nodes; /* reached from `to`, breadth first */
    uint8_t *distance;
    size_t n, capacity, distance_capacity;
    size_t *slots; /* open addressing, node + 1 */
    size_t n_slots;
    int cutoff;
    size_t n_paths, limit;
    int length[MAX_PATHS]; /* atoms of a path */
    node paths[MAX_PATHS][MAX_NODES];
    node stack[MAX_NODES];
} search;

static bool same(const node *p, const node *q) {
    return !memcmp(p, q, sizeof *p);
}

static size_t slot_of(const search *s, const node *p) {
    uint64_t h = (uint64_t)(uint32_t)p->atom * 0x9e3779b97f4a7c15u;
    for (int k = 0; k < 3; k++) h = (h ^ (uint64_t)(uint32_t)p->shift[k]) * 0xff51afd7ed558ccdu, h ^= h >> 29;
    size_t at = (size_t)h & (s->n_slots - 1);
    while (s->slots[at] && !same(&s->nodes[s->slots[at] - 1], p)) at = (at + 1) & (s->n_slots - 1);
    return at;
}

static int distance_of(const search *s, const node *p) {
    size_t at = slot_of(s, p);
    return s->slots[at] ? s->distance[s->slots[at] - 1] : FAR;
}

static mofb_status rehash(search *s) {
    size_t n_slots = s->n_slots ? 2 * s->n_slots : 256;
    size_t *slots = mofb__calloc(s->b->a, n_slots, sizeof *slots);
    if (!slots) return mofb__no_memory();
    mofb__free(s->slots);
    s->slots = slots;
    s->n_slots = n_slots;
    for (size_t k = 0; k < s->n; k++) s->slots[slot_of(s, s->nodes + k)] = k + 1;
    return MOFB_OK;
}

static mofb_status reach(search *s, const node *p, int distance) {
    if (2 * (s->n + 1) > s->n_slots) MOFB__TRY(rehash(s));
    size_t at = slot_of(s, p);
    if (s->slots[at]) return MOFB_OK;
    MOFB__TRY(mofb__grow(s->b->a, &s->nodes, &s->capacity, s->n + 1, sizeof *s->nodes));
    MOFB__TRY(mofb__grow(s->b->a, &s->distance, &s->distance_capacity, s->n + 1, 1));
    s->nodes[s->n] = *p;
    s->distance[s->n] = (uint8_t)distance;
    s->slots[at] = ++s->n;
    return MOFB_OK;
}

static void forget(search *s) {
    if (s->n_slots) memset(s->slots, 0, s->n_slots * sizeof *s->slots);
    s->n = 0;
}

/* The node a row of node p leads to; false if that is the bond looked at, or no part of a ring. */
static bool step(const search *s, node *next, const node *p, size_t row) {
    const mofb__uff_topology *t = s->b->t;
    next->atom = t->neighbour[row];
    for (int k = 0; k < 3; k++)
        next->shift[k] = s->b->tool ? 0 : p->shift[k] + t->neighbour_shift[3 * row + (size_t)k];
    if (s->b->row_bond[row] == s->bond &&
        ((same(p, &s->from) && same(next, &s->to)) || (same(p, &s->to) && same(next, &s->from))))
        return false;
    return s->b->tool || mofb__uff_ring_atom(s->b, (size_t)next->atom);
}

/* Distances to `to` of all nodes no farther than `from`; *found: bonds between the two, 0 if too many. */
static mofb_status breadth(search *s, int *found) {
    const mofb__uff_topology *t = s->b->t;
    int longest = s->b->tool ? TOOL_SHORTEST : SHORTEST;
    *found = 0;
    forget(s);
    MOFB__TRY(reach(s, &s->to, 0));
    for (size_t k = 0; k < s->n; k++) {
        node p = s->nodes[k], next;
        int d = s->distance[k] + 1;
        if (d > (*found ? *found : longest)) break;
        for (size_t r = t->first[p.atom]; r < t->first[p.atom + 1]; r++) {
            if (!step(s, &next, &p, r)) continue;
            MOFB__TRY(reach(s, &next, d));
            if (!*found && same(&next, &s->from)) *found = d;
        }
    }
    return MOFB_OK;
}

static bool on_path(const node *path, int n, const node *p) {
    for (int k = 0; k < n; k++)
        if (same(path + k, p)) return true;
    return false;
}

/* All simple paths of up to `cutoff` bonds from the top of the stack to `to`. */
static void paths(search *s, int depth) {
    const mofb__uff_topology *t = s->b->t;
    const node *p = s->stack + depth;
    for (size_t r = t->first[p->atom]; r < t->first[p->atom + 1] && s->n_paths < s->limit; r++) {
        node next;
        if (!step(s, &next, p, r) || depth + 1 > s->cutoff) continue;
        if (same(&next, &s->to)) {
            memcpy(s->paths[s->n_paths], s->stack, ((size_t)depth + 1) * sizeof next);
            s->paths[s->n_paths][depth + 1] = next;
            s->length[s->n_paths++] = depth + 2;
        } else if (depth + 1 + distance_of(s, &next) <= s->cutoff && !on_path(s->stack, depth + 1, &next)) {
            s->stack[depth + 1] = next;
            paths(s, depth + 1);
        }
    }
}

static bool aromatic(const mofb__uff_build *b, const node *ring, int n) {
    int32_t atoms[MAX_NODES];
    for (int k = 0; k < n; k++) {
        atoms[k] = ring[k].atom;
        if (!mofb__uff_ring_atom(b, (size_t)ring[k].atom)) return false;
    }
    return b->tool || mofb__uff_huckel(b, atoms, (size_t)n);
}

static void mark(mofb__uff_build *b, const node *ring, int n) {
    const mofb__uff_topology *t = b->t;
    for (int k = 0; k < n; k++) {
        b->in_ring[ring[k].atom] = 1;
        for (size_t r = t->first[ring[k].atom]; r < t->first[ring[k].atom + 1]; r++) {
            node next = {t->neighbour[r], {0, 0, 0}};
            for (int c = 0; c < 3 && !b->tool; c++)
                next.shift[c] = ring[k].shift[c] + t->neighbour_shift[3 * r + (size_t)c];
            if (on_path(ring, n, &next)) b->same_ring[b->row_bond[r]] = 1;
        }
    }
}

static mofb_status rings_of_bond(search *s) {
    mofb__uff_build *b = s->b;
    const mofb__uff_bond *bond = b->t->bonds + s->bond;
    int found;
    s->from = (node){bond->i, {0, 0, 0}};
    s->to = (node){bond->j, {0, 0, 0}};
    if (!b->tool) memcpy(s->to.shift, bond->shift, sizeof bond->shift);
    MOFB__TRY(breadth(s, &found));
    if (!found) return MOFB_OK;
    s->cutoff = b->tool ? found + 1 : found;
    s->limit = b->tool ? TOOL_PATHS + 1 : MAX_PATHS;
    s->n_paths = 0;
    s->stack[0] = s->from;
    paths(s, 0);
    if (b->tool && s->n_paths > TOOL_PATHS) return MOFB_OK;
    for (size_t k = 0; k < s->n_paths; k++)
        if (aromatic(b, s->paths[k], s->length[k])) mark(b, s->paths[k], s->length[k]);
    return MOFB_OK;
}

mofb_status mofb__uff_find_rings(mofb__uff_build *b) {
    search *s = mofb__calloc(b->a, 1, sizeof *s);
    if (!s) return mofb__no_memory();
    mofb_status status = MOFB_OK;
    s->b = b;
    for (s->bond = 0; s->bond < b->t->n_bonds; s->bond++) {
        const mofb__uff_bond *bond = b->t->bonds + s->bond;
        size_t i = (size_t)bond->i, j = (size_t)bond->j;
        if (mofb__uff_degree(b, i) < 2 || mofb__uff_degree(b, j) < 2) continue;
        if (!b->tool && !(mofb__uff_ring_atom(b, i) && mofb__uff_ring_atom(b, j))) continue;
        MOFB__TRY_GOTO(status, rings_of_bond(s), done);
    }
done:
    mofb__free(s->nodes), mofb__free(s->distance), mofb__free(s->slots);
    mofb__free(s);
    return status;
}
