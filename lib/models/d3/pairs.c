/* SPDX-License-Identifier: MIT */
/* The list of pairs in blocks of eight atoms. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "models/d3/d3.h"
#include "mofbench/evaluator.h"
#include "structure/nsearch.h"

enum { LANES = MOFB__D3_LANES, FEWEST = 4 }; /* eight consecutive atoms are taken together if so many have pairs */
static const double SKIN = 1.0;              /* Å */

typedef struct mofb__d3_image {
    int32_t j;
    int16_t shift[3];
} image;

mofb_status mofb__d3_pairs_init(mofb__d3_pairs *out, const mofb_structure *structure, double cutoff,
                                const mofb_allocator *a) {
    size_t n = mofb_structure_count(structure);
    mofb__d3_pairs p = {.a = a};
    p.row = mofb__calloc(a, n + 1, sizeof *p.row);
    if (!p.row) return mofb__no_memory();
    mofb_status status =
        mofb__nlist_new(&p.list, n, MOFB_EDGES_HALF, cutoff, SKIN, mofb_structure_periodic(structure), a);
    if (status) {
        mofb__free(p.row);
        return status;
    }
    p.structure = mofb_structure_ref(structure);
    *out = p;
    return MOFB_OK;
}

void mofb__d3_pairs_free(mofb__d3_pairs *p) {
    mofb_structure_free(p->structure);
    mofb__nlist_free(p->list);
    mofb__free(p->row);
    mofb__free(p->blocks);
    mofb__free(p->entries);
    mofb__free(p->images);
    *p = (mofb__d3_pairs){0};
}

/* Forgets the old pairs. */
static void start(mofb__d3_pairs *p) {
    p->n_blocks = p->n_entries = 0;
    p->builds = 0;
    p->held = false;
}

static mofb_status add_image(mofb__d3_pairs *p, size_t at, int32_t j, const int32_t shift[3]) {
    MOFB__TRY(mofb__grow(p->a, &p->images, &p->images_capacity, at + 1, sizeof *p->images));
    image *to = &p->images[at];
    to->j = j;
    for (int k = 0; k < 3; k++) {
        if (shift[k] < INT16_MIN || shift[k] > INT16_MAX)
            return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_large", "atom %d is more than %d cells away", (int)j + 1, INT16_MAX);
        to->shift[k] = (int16_t)shift[k];
    }
    return MOFB_OK;
}

/* Fills *b with atoms from images[at] on; returns the image after the last of theirs. */
static size_t choose_atoms(mofb__d3_block *b, const image *images, size_t at, size_t count, int32_t free_lane) {
    int32_t first = images[at].j, atoms = 0;
    size_t end = at;
    for (int32_t last = -1; end < count && images[end].j < first + LANES; last = images[end++].j)
        atoms += images[end].j != last;
    b->run = atoms >= FEWEST;
    if (b->run) {
        for (int32_t k = 0; k < LANES; k++) b->j[k] = first + k;
        return end;
    }
    int lanes = 0;
    for (end = at; end < count; end++) {
        if (lanes && images[end].j == b->j[lanes - 1]) continue;
        if (lanes == LANES) break;
        b->j[lanes++] = images[end].j;
    }
    while (lanes < LANES) b->j[lanes++] = free_lane;
    return end;
}

/* Entries of one block from its images. */
static mofb_status fill_block(mofb__d3_pairs *p, const mofb__d3_block *b, const image *images, size_t count) {
    size_t next[LANES];
    int lane = 0;
    for (int k = 0; k < LANES; k++) next[k] = b->first;
    for (size_t k = 0; k < count; k++) {
        while (b->j[lane] != images[k].j) lane++;
        size_t entry = next[lane]++;
        if (entry == p->n_entries) {
            MOFB__TRY(mofb__grow(p->a, &p->entries, &p->entries_capacity, entry + 1, sizeof *p->entries));
            memset(&p->entries[p->n_entries++], 0, sizeof *p->entries);
        }
        for (int c = 0; c < 3; c++) p->entries[entry].shift[c][lane] = images[k].shift[c];
        p->entries[entry].used[lane] = -1;
    }
    return MOFB_OK;
}

/* Appends the blocks of a row to the list. */
static mofb_status finish_row(mofb__d3_pairs *p, size_t count) {
    int32_t free_lane = (int32_t)mofb_structure_count(p->structure);
    for (size_t at = 0; at < count;) {
        MOFB__TRY(mofb__grow(p->a, &p->blocks, &p->blocks_capacity, p->n_blocks + 2, sizeof *p->blocks));
        mofb__d3_block *b = &p->blocks[p->n_blocks++];
        b->first = p->n_entries;
        size_t end = choose_atoms(b, p->images, at, count, free_lane);
        MOFB__TRY(fill_block(p, b, p->images + at, end - at));
        at = end;
    }
    return MOFB_OK;
}

/* Closes the list of n rows. */
static mofb_status finish(mofb__d3_pairs *p, size_t n) {
    MOFB__TRY(mofb__grow(p->a, &p->blocks, &p->blocks_capacity, p->n_blocks + 1, sizeof *p->blocks));
    p->blocks[p->n_blocks].first = p->n_entries;
    p->row[n] = p->n_blocks;
    return MOFB_OK;
}

static mofb_status take_candidates(mofb__d3_pairs *p, const struct mofb__search *s) {
    start(p);
    for (size_t g = 0; g < s->n_segments; g++) {
        const mofb__segment *segment = &s->segments[g];
        for (size_t i = segment->row, k = 0; i < segment->next; i++) {
            const int32_t *w = s->wrap + 3 * i;
            size_t count = 0;
            p->row[i] = p->n_blocks;
            for (; k < s->row_end[i]; k++) {
                const mofb__image *x = &s->images[segment->ids[k]];
                const int32_t shift[3] = {x->s[0] + w[0], x->s[1] + w[1], x->s[2] + w[2]};
                MOFB__TRY(add_image(p, count++, x->j, shift));
            }
            MOFB__TRY(finish_row(p, count));
        }
    }
    return finish(p, s->n_atoms);
}

/* The pairs within the cutoff in the structure itself. */
static mofb_status hold(mofb__d3_pairs *p, int32_t threads) {
    const mofb_edges *edges;
    size_t n = mofb_structure_count(p->structure);
    MOFB__TRY(mofb__nlist_update(&edges, p->list, mofb_structure_positions(p->structure),
                                 mofb_structure_cell(p->structure), threads));
    start(p);
    for (size_t i = 0; i < n; i++) {
        size_t count = 0;
        p->row[i] = p->n_blocks;
        for (size_t e = edges->first[i]; e < edges->first[i + 1]; e++)
            MOFB__TRY(add_image(p, count++, edges->j[e], edges->shift + 3 * e));
        MOFB__TRY(finish_row(p, count));
    }
    MOFB__TRY(finish(p, n));
    p->held = true;
    return MOFB_OK;
}

mofb_status mofb__d3_pairs_update(mofb__d3_pairs *p, const mofb_work *w, int32_t threads) {
    if (w->flags & MOFB_REQUEST_HOLD_PAIRS) return p->held ? MOFB_OK : hold(p, threads);
    const struct mofb__search *search;
    MOFB__TRY(mofb__nlist_candidates(&search, p->list, w->positions, w->cell, threads));
    if (p->builds == mofb__nlist_builds(p->list)) return MOFB_OK;
    MOFB__TRY(take_candidates(p, search));
    p->builds = mofb__nlist_builds(p->list);
    return MOFB_OK;
}
