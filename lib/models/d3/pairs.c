/* SPDX-License-Identifier: MIT */
/* The list of pairs in blocks of eight atoms. */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "models/d3/d3.h"
#include "mofbench/evaluator.h"
#include "structure/nsearch.h"

enum {
    LANES = MOFB__D3_LANES,
    FEWEST = 4
};                              /* eight consecutive atoms are taken together if so many have pairs */
static const double SKIN = 1.0; /* Å */

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

/* Room for the images of one row, the largest. */
static mofb_status room_for_row(mofb__d3_pairs *p, size_t count) {
    return mofb__grow(p->a, &p->images, &p->images_capacity, count, sizeof *p->images);
}

/* Whether the shift fits. */
static bool set_image(image *to, int32_t j, int32_t a, int32_t b, int32_t c) {
    *to = (image){j, {(int16_t)a, (int16_t)b, (int16_t)c}};
    return to->shift[0] == a && to->shift[1] == b && to->shift[2] == c;
}

static mofb_status fail_shift(void) {
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_large", "atoms are more than %d cells away from each other",
                      INT16_MAX);
}

/* Fills *b with atoms from images[at] on; returns the image after the last of theirs. */
static size_t choose_atoms(mofb__d3_block *b, const image *images, size_t at, size_t count,
                           int32_t free_lane) {
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
    size_t next[LANES], end = p->n_entries;
    MOFB__TRY(mofb__grow(p->a, &p->entries, &p->entries_capacity, end + count, sizeof *p->entries));
    int lane = 0;
    for (int k = 0; k < LANES; k++) next[k] = end;
    for (size_t k = 0; k < count; k++) {
        while (b->j[lane] != images[k].j) lane++;
        mofb__d3_entry *e = &p->entries[next[lane]++];
        if (next[lane] > end) {
            memset(e, 0, sizeof *e);
            end++;
        }
        for (int c = 0; c < 3; c++) e->shift[c][lane] = images[k].shift[c];
        e->used[lane] = -1;
    }
    p->n_entries = end;
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

/* The images of row i from number `from` of its segment on. */
static mofb_status take_row(mofb__d3_pairs *p, const struct mofb__search *s, const mofb__segment *segment,
                            size_t i, size_t from) {
    const int32_t *w = s->wrap + 3 * i;
    size_t count = s->row_end[i] - from;
    bool fits = true;
    MOFB__TRY(room_for_row(p, count));
    for (size_t k = 0; k < count; k++) {
        const mofb__image *x = &s->images[segment->ids[from + k]];
        fits &= set_image(&p->images[k], x->j, x->s[0] + w[0], x->s[1] + w[1], x->s[2] + w[2]);
    }
    p->row[i] = p->n_blocks;
    return fits ? finish_row(p, count) : fail_shift();
}

static mofb_status take_candidates(mofb__d3_pairs *p, const struct mofb__search *s) {
    size_t all = 0;
    for (size_t g = 0; g < s->n_segments; g++) all += s->segments[g].count;
    start(p);
    /* most lists have less than three in eight of their lanes free */
    MOFB__TRY(mofb__grow(p->a, &p->entries, &p->entries_capacity, all / (LANES - 3), sizeof *p->entries));
    for (size_t g = 0; g < s->n_segments; g++) {
        const mofb__segment *segment = &s->segments[g];
        for (size_t i = segment->row; i < segment->next; i++)
            MOFB__TRY(take_row(p, s, segment, i, i > segment->row ? s->row_end[i - 1] : 0));
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
        size_t count = edges->first[i + 1] - edges->first[i];
        bool fits = true;
        MOFB__TRY(room_for_row(p, count));
        for (size_t k = 0; k < count; k++) {
            size_t e = edges->first[i] + k;
            const int32_t *t = edges->shift + 3 * e;
            fits &= set_image(&p->images[k], edges->j[e], t[0], t[1], t[2]);
        }
        p->row[i] = p->n_blocks;
        MOFB__TRY(fits ? finish_row(p, count) : fail_shift());
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
