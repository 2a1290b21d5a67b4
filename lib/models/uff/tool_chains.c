/* SPDX-License-Identifier: MIT */
/* The published programme's second pass over multiple bonds. From each end of such a bond it walks, breadth
   first, to the last atom before a metal (or of the fragment), grows a depth-first tree from there, and
   alternates the orders along every path from that root to a leaf. */
#include <string.h>

#include "models/uff/build.h"

enum { WALK = 501 }; /* atoms the walk may take */

typedef struct chains {
    mofb__uff_build *b;
    /* ends still to be looked at: a stack, from which an atom can also lose its first entry */
    const int32_t *ends;
    uint8_t *gone;
    size_t n_ends;
    size_t *head, *next; /* first entry of an atom + 1, and of each entry the next of the same atom + 1 */
    /* walk */
    uint32_t *seen;
    int32_t *queue;
    size_t queue_capacity;
    /* tree */
    uint32_t *placed;
    size_t *cursor;
    int32_t *path;
    size_t *path_bonds;
    uint32_t round;
} chains;

static bool hydrogen(const chains *c, size_t row) {
    return c->b->numbers[c->b->t->neighbour[row]] == Z_H;
}

static void take_first(chains *c, int32_t atom) {
    size_t *head = c->head + atom;
    while (*head && c->gone[*head - 1]) *head = c->next[*head - 1];
    if (*head) c->gone[*head - 1] = 1;
}

/* The last atom of the walk from `start`, every atom of it struck off the ends. */
static mofb_status walk(chains *c, int32_t start, int32_t *last) {
    const mofb__uff_topology *t = c->b->t;
    size_t n = 1;
    MOFB__TRY(mofb__grow(c->b->a, &c->queue, &c->queue_capacity, 1, sizeof *c->queue));
    c->queue[0] = start;
    for (size_t k = 0; k < n && k < WALK; k++) {
        int32_t i = c->queue[k];
        c->seen[i] = c->round;
        *last = i;
        take_first(c, i);
        for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
            if (c->seen[t->neighbour[r]] == c->round || hydrogen(c, r)) continue;
            MOFB__TRY(mofb__grow(c->b->a, &c->queue, &c->queue_capacity, n + 1, sizeof *c->queue));
            c->queue[n++] = t->neighbour[r];
        }
        if (mofb__uff_tool_metal(c->b->numbers[i])) break;
    }
    return MOFB_OK;
}

/* Alternates the m bonds of the path; the bonds of a path are distinct, so changes are made in place. */
static void alternate(chains *c, size_t m) {
    mofb__uff_topology *t = c->b->t;
    for (size_t k = 0; k < m; k++) {
        size_t p = (size_t)c->path[k], q = (size_t)c->path[k + 1];
        uint8_t hybrid = t->hybrids[p];
        if (hybrid != t->hybrids[q] || (hybrid != MOFB__SP2 && hybrid != MOFB__SP)) continue;
        double *order = &t->bonds[c->path_bonds[k]].order;
        if (k == 0) {
            if (hybrid == MOFB__SP2) *order = 2.0;
            continue;
        }
        double *before = &t->bonds[c->path_bonds[k - 1]].order;
        bool last = k + 1 == m;
        double after = last ? 0.0 : t->bonds[c->path_bonds[k + 1]].order;
        if (hybrid == MOFB__SP) {
            if (*before == 3.0 && (last || after == 3.0)) *order = 1.0;
            continue;
        }
        int32_t zp = c->b->numbers[p], zq = c->b->numbers[q];
        size_t oxygen = zq == Z_O ? q : p;
        bool enol = last && *order == 2.0 && zp + zq == Z_C + Z_O && (zp == Z_O || zq == Z_O) &&
                    mofb__uff_degree(c->b, oxygen) == 1;
        if (*before == 2.0 && (enol || after == 1.0)) *before = *order = 1.5;
        else if (*before == 2.0 && after == 2.0) *order = 1.0;
    }
}

/* The next neighbour of i that is not in the tree. */
static size_t next_row(chains *c, int32_t i) {
    const mofb__uff_topology *t = c->b->t;
    size_t *at = c->cursor + i;
    while (*at < t->first[i + 1] && (hydrogen(c, *at) || c->placed[t->neighbour[*at]] == c->round)) ++*at;
    return *at < t->first[i + 1] ? *at : SIZE_MAX;
}

static void place(chains *c, int32_t i) {
    c->placed[i] = c->round;
    c->cursor[i] = c->b->t->first[i];
}

static void tree(chains *c, int32_t root) {
    size_t depth = 0; /* bonds of the path */
    bool grown = true;
    c->path[0] = root;
    place(c, root);
    for (;;) {
        int32_t i = c->path[depth];
        size_t row = next_row(c, i);
        if (row != SIZE_MAX) {
            c->path_bonds[depth] = c->b->row_bond[row];
            c->path[++depth] = c->b->t->neighbour[row];
            place(c, c->path[depth]);
            grown = true;
            continue;
        }
        if (grown) alternate(c, depth);
        grown = false;
        if (!depth) return;
        depth--;
    }
}

static mofb_status run(chains *c) {
    for (size_t k = c->n_ends; k-- > 0;) {
        if (c->gone[k]) continue;
        int32_t root = c->ends[k];
        c->gone[k] = 1;
        c->round++;
        MOFB__TRY(walk(c, c->ends[k], &root));
        tree(c, root);
    }
    return MOFB_OK;
}

static mofb_status prepare(chains *c) {
    const mofb_allocator *a = c->b->a;
    size_t n = c->b->n_atoms;
    c->gone = mofb__calloc(a, c->n_ends, 1);
    c->next = mofb__calloc(a, c->n_ends, sizeof *c->next);
    c->head = mofb__calloc(a, n, sizeof *c->head);
    c->seen = mofb__calloc(a, n, sizeof *c->seen);
    c->placed = mofb__calloc(a, n, sizeof *c->placed);
    c->cursor = mofb__calloc(a, n, sizeof *c->cursor);
    c->path = mofb__calloc(a, n, sizeof *c->path);
    c->path_bonds = mofb__calloc(a, n, sizeof *c->path_bonds);
    bool walking = c->gone && c->next && c->head && c->seen;
    if (!walking || !c->placed || !c->cursor || !c->path || !c->path_bonds) return mofb__no_memory();
    for (size_t k = c->n_ends; k-- > 0;) {
        c->next[k] = c->head[c->ends[k]];
        c->head[c->ends[k]] = k + 1;
    }
    return MOFB_OK;
}

mofb_status mofb__uff_tool_chains(mofb__uff_build *b, int32_t *ends, size_t n_ends) {
    chains c = {.b = b, .ends = ends, .n_ends = n_ends};
    if (!n_ends) return MOFB_OK;
    mofb_status status = prepare(&c);
    if (!status) status = run(&c);
    mofb__free(c.gone), mofb__free(c.next), mofb__free(c.head), mofb__free(c.seen), mofb__free(c.queue);
    mofb__free(c.placed), mofb__free(c.cursor), mofb__free(c.path), mofb__free(c.path_bonds);
    return status;
}
