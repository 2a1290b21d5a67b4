/* SPDX-License-Identifier: MIT */
/* Neighbour list: linear-time cell search, any cell shape, cutoffs beyond the cell, a skin. Edges are
   compacted at each update in (i, j, S) order, so that the age of the skin list changes no bit. */
#ifndef MOFB_STRUCTURE_NLIST_H
#define MOFB_STRUCTURE_NLIST_H

#include <stdbool.h>
#include "base/alloc.h"
#include "mofbench/ext/model.h"

typedef struct mofb__nlist mofb__nlist;
struct mofb__search;

/* kind: MOFB_EDGES_FULL or MOFB_EDGES_HALF. cutoff and skin in Å. */
mofb_status mofb__nlist_new(mofb__nlist **out, size_t n_atoms, int32_t kind, double cutoff, double skin,
                            const int32_t periodic[3], const mofb_allocator *a);
void mofb__nlist_free(mofb__nlist *list);

/* Edges within the cutoff for these positions and cell ([9] or NULL), rebuilding the skin list only if
   atoms or cell moved too far. *edges is borrowed until the next update. threads: 0 = all; changes no bit. */
mofb_status mofb__nlist_update(const mofb_edges **edges, mofb__nlist *list, const double *positions,
                               const double *cell, int32_t threads);

/* The pairs of the last update with new vectors, whatever the distances. */
mofb_status mofb__nlist_hold(const mofb_edges **edges, mofb__nlist *list, const double *positions,
                             const double *cell);

/* The skin list alone, for models with a pair loop of their own: rows and images of `search` (nsearch.h), pair
   (i, image) having the shift image.s + wrap of i. It holds all pairs within the cutoff, and others; it changes
   only when mofb__nlist_builds does. Borrowed until the next update. */
mofb_status mofb__nlist_candidates(const struct mofb__search **search, mofb__nlist *list, const double *positions,
                                   const double *cell, int32_t threads);

/* How often the skin list was built, for tests and metrics. */
size_t mofb__nlist_builds(const mofb__nlist *list);

#endif
