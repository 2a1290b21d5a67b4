/* SPDX-License-Identifier: MIT */
/* Candidate pairs of a neighbour list: all pairs within a reach, and a few just beyond it. */
#ifndef MOFB_STRUCTURE_NSEARCH_H
#define MOFB_STRUCTURE_NSEARCH_H

#include <stdbool.h>
#include <stdint.h>
#include "base/alloc.h"

/* Atom j moved by s cell vectors, for positions as given: s = T - W_j, where W_j brings j into the cell and
   T is the image. An atom i that was itself brought in by W_i sees it at shift s + W_i. */
typedef struct mofb__image {
    int32_t j, s[3];
} mofb__image;

/* Candidates of the rows [row, next): for each row the numbers of images, ascending. */
typedef struct mofb__segment {
    size_t row, next;
    uint32_t *ids;
    size_t count, capacity;
} mofb__segment;

/* What one thread needs to search; sized for all images. */
typedef struct mofb__scratch {
    uint32_t *hits;
    uint64_t *bits, *summary; /* one bit an image; one bit a word of bits */
    size_t hits_capacity, bits_capacity, summary_capacity;
} mofb__scratch;

/* An image in the grid. */
typedef struct mofb__point {
    float at[3];
    uint32_t id;
} mofb__point;

typedef struct mofb__search {
    const mofb_allocator *a;
    size_t n_atoms;
    bool half;             /* keep images after the atom itself only */
    int32_t periodic[3];
    int32_t *wrap;         /* W [n_atoms][3] */
    uint32_t *self;        /* [n_atoms] number of the image that is the atom itself */
    mofb__image *images;   /* in the order (j, T): rows sorted by number are sorted by (j, shift) */
    double *points;        /* [n_images][3] where they are */
    size_t n_images, images_capacity, points_capacity;
    mofb__point *sorted;   /* the images by bins of a Cartesian grid */
    uint32_t *bin, *start; /* bin of each image; first of each bin in `sorted` */
    size_t sorted_capacity, bin_capacity, start_capacity;
    double corner[3]; /* coordinates in the grid are relative to it */
    float width[3], per_width[3];
    int32_t bins[3];
    float reach;
    double expected; /* candidates of a row, were the points spread evenly, and some more */
    mofb__segment *segments; /* fixed by the number of atoms */
    size_t n_segments;
    size_t *row_end;         /* [n_atoms] end of the row's candidates in its segment */
    mofb__scratch *scratch;
    size_t n_scratch;
} mofb__search;

mofb_status mofb__search_init(mofb__search *s, size_t n_atoms, bool half, const int32_t periodic[3],
                              const mofb_allocator *a);
void mofb__search_free(mofb__search *s);

/* Finds all pairs within `reach` Å. cell: complete (mofb__cell_complete). Errors: invalid/not_finite,
   unsupported/cutoff_too_large, unsupported/too_large, no_memory. */
mofb_status mofb__search_run(mofb__search *s, const double *positions, const double cell[9],
                             const double inverse[9], double reach, int threads);

/* The thread count for a request; 0 = all. */
int mofb__search_threads(int32_t wanted);

#endif
