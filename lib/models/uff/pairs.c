/* SPDX-License-Identifier: MIT */
/* The list of van der Waals pairs. */
#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "models/uff/terms.h"
#include "mofbench/evaluator.h"
#include "structure/nsearch.h"

static const double SKIN = 1.0; /* Å */

mofb_status mofb__uff_pairs_init(mofb__uff_pairs *out, const mofb_structure *structure, double cutoff,
                                 size_t chunks, const mofb_allocator *a) {
    size_t n = mofb_structure_count(structure);
    mofb__uff_pairs p = {.a = a};
    p.first = mofb__calloc(a, n + 1, sizeof *p.first);
    if (!p.first) return mofb__no_memory();
    mofb_status status =
        mofb__nlist_new(&p.list, n, MOFB_EDGES_HALF, cutoff, SKIN, mofb_structure_periodic(structure), a);
    if (status) {
        mofb__free(p.first);
        return status;
    }
    p.structure = mofb_structure_ref(structure);
    /* row i holds the pairs with later atoms: a share of (n − i)/n of the atom's pairs */
    for (size_t k = 0; k <= chunks; k++)
        p.bound[k] = k == chunks ? n : (size_t)((double)n * (1 - sqrt(1 - (double)k / (double)chunks)));
    *out = p;
    return MOFB_OK;
}

void mofb__uff_pairs_free(mofb__uff_pairs *p) {
    mofb_structure_free(p->structure);
    mofb__nlist_free(p->list);
    mofb__free(p->first);
    mofb__free(p->pairs);
    mofb__free(p->shifts);
    mofb__free(p->offsets);
    mofb__free(p->table);
    *p = (mofb__uff_pairs){0};
}

static size_t hash_shift(const int32_t s[3], size_t size) {
    uint32_t h = (uint32_t)s[0] * 73856093u ^ (uint32_t)s[1] * 19349663u ^ (uint32_t)s[2] * 83492791u;
    return (h ^ h >> 15) & (size - 1);
}

/* Twice the room in the table of shifts, at least 64. */
static mofb_status grow_table(mofb__uff_pairs *p) {
    size_t size = p->table_size ? 2 * p->table_size : 64;
    int32_t *table = mofb__calloc(p->a, size, sizeof *table);
    if (!table) return mofb__no_memory();
    for (size_t k = 0; k < p->n_offsets; k++) {
        size_t at = hash_shift(p->shifts + 3 * k, size);
        while (table[at]) at = (at + 1) & (size - 1);
        table[at] = (int32_t)k + 1;
    }
    mofb__free(p->table);
    p->table = table;
    p->table_size = size;
    return MOFB_OK;
}

/* The row of a shift, which is added if it is new. */
static mofb_status find_offset(int32_t *out, mofb__uff_pairs *p, const int32_t s[3]) {
    if (2 * p->n_offsets >= p->table_size) MOFB__TRY(grow_table(p));
    size_t at = hash_shift(s, p->table_size);
    for (; p->table[at]; at = (at + 1) & (p->table_size - 1))
        if (!memcmp(p->shifts + 3 * (p->table[at] - 1), s, 3 * sizeof *s)) {
            *out = p->table[at] - 1;
            return MOFB_OK;
        }
    MOFB__TRY(mofb__grow(p->a, &p->shifts, &p->shifts_capacity, 3 * (p->n_offsets + 1), sizeof *p->shifts));
    MOFB__TRY(
        mofb__grow(p->a, &p->offsets, &p->offsets_capacity, 3 * (p->n_offsets + 1), sizeof *p->offsets));
    memcpy(p->shifts + 3 * p->n_offsets, s, 3 * sizeof *s);
    *out = (int32_t)p->n_offsets++;
    p->table[at] = *out + 1;
    return MOFB_OK;
}

/* Where a list is being filled. */
typedef struct cursor {
    const mofb__uff_vdw *v;
    size_t i, count, excluded; /* row; pairs so far; next excluded pair of the row */
    int32_t last[3], offset;   /* the shift before, and its row */
} cursor;

/* Forgets the old pairs and makes room for `most`. */
static mofb_status start(mofb__uff_pairs *p, cursor *c, const mofb__uff_vdw *v, size_t most) {
    static const int32_t none[3] = {0};
    p->n_offsets = 0;
    p->builds = 0;
    p->held = false;
    if (p->table) memset(p->table, 0, p->table_size * sizeof *p->table);
    *c = (cursor){.v = v};
    MOFB__TRY(find_offset(&c->offset, p, none));
    return mofb__grow(p->a, &p->pairs, &p->pairs_capacity, most, sizeof *p->pairs);
}

static void start_row(mofb__uff_pairs *p, cursor *c, size_t i) {
    c->i = i;
    c->excluded = c->v->excluded_first[i];
    p->first[i] = c->count;
}

/* Appends (j, S) to the row unless it is excluded; both lists are sorted alike. */
static mofb_status add_pair(mofb__uff_pairs *p, cursor *c, int32_t j, const int32_t s[3]) {
    const mofb__uff_vdw *v = c->v;
    for (; c->excluded < v->excluded_first[c->i + 1]; c->excluded++) {
        const int32_t *x = v->excluded + 4 * c->excluded;
        int order = x[0] != j ? (x[0] < j ? -1 : 1) : 0;
        for (int k = 0; !order && k < 3; k++) order = x[1 + k] != s[k] ? (x[1 + k] < s[k] ? -1 : 1) : 0;
        if (order == 0) return MOFB_OK;
        if (order > 0) break;
    }
    if (memcmp(s, c->last, sizeof c->last)) {
        MOFB__TRY(find_offset(&c->offset, p, s));
        memcpy(c->last, s, sizeof c->last);
    }
    int32_t mix = v->kind[c->i] * (int32_t)v->n_kinds + v->kind[j];
    p->pairs[c->count++] = (mofb__uff_pair){j, c->offset, mix};
    return MOFB_OK;
}

static mofb_status take_candidates(mofb__uff_pairs *p, const mofb__uff_vdw *v, const struct mofb__search *s) {
    size_t most = 0;
    cursor c;
    for (size_t k = 0; k < s->n_segments; k++) most += s->segments[k].count;
    MOFB__TRY(start(p, &c, v, most));
    for (size_t g = 0; g < s->n_segments; g++) {
        const mofb__segment *segment = &s->segments[g];
        for (size_t i = segment->row, k = 0; i < segment->next; i++) {
            const int32_t *w = s->wrap + 3 * i;
            for (start_row(p, &c, i); k < s->row_end[i]; k++) {
                const mofb__image *image = &s->images[segment->ids[k]];
                const int32_t shift[3] = {image->s[0] + w[0], image->s[1] + w[1], image->s[2] + w[2]};
                MOFB__TRY(add_pair(p, &c, image->j, shift));
            }
        }
    }
    p->first[s->n_atoms] = c.count;
    return MOFB_OK;
}

/* The pairs within the cutoff in the structure itself. */
static mofb_status hold(mofb__uff_pairs *p, const mofb__uff_vdw *v, int32_t threads) {
    const mofb_edges *edges;
    size_t n = mofb_structure_count(p->structure);
    cursor c;
    MOFB__TRY(mofb__nlist_update(&edges, p->list, mofb_structure_positions(p->structure),
                                 mofb_structure_cell(p->structure), threads));
    MOFB__TRY(start(p, &c, v, edges->count));
    for (size_t i = 0; i < n; i++) {
        start_row(p, &c, i);
        for (size_t e = edges->first[i]; e < edges->first[i + 1]; e++)
            MOFB__TRY(add_pair(p, &c, edges->j[e], edges->shift + 3 * e));
    }
    p->first[n] = c.count;
    p->held = true;
    return MOFB_OK;
}

mofb_status mofb__uff_pairs_update(mofb__uff_pairs *p, const mofb__uff_vdw *v, const mofb_work *w,
                                   int32_t threads) {
    if (w->flags & MOFB_REQUEST_HOLD_PAIRS) {
        if (!p->held) MOFB__TRY(hold(p, v, threads));
    } else {
        const struct mofb__search *search;
        MOFB__TRY(mofb__nlist_candidates(&search, p->list, w->positions, w->cell, threads));
        if (p->builds != mofb__nlist_builds(p->list)) {
            MOFB__TRY(take_candidates(p, v, search));
            p->builds = mofb__nlist_builds(p->list);
        }
    }
    for (size_t k = 0; k < p->n_offsets; k++) {
        const int32_t *z = p->shifts + 3 * k;
        double s[3] = {z[0], z[1], z[2]}, *offset = p->offsets + 3 * k;
        memset(offset, 0, 3 * sizeof *offset);
        if (w->cell) mofb__row_times(offset, s, w->cell);
    }
    return MOFB_OK;
}
