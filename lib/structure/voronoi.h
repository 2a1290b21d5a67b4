/* SPDX-License-Identifier: MIT */
/* The Voronoi cell of one point among others. */
#ifndef MOFB_STRUCTURE_VORONOI_H
#define MOFB_STRUCTURE_VORONOI_H

#include <stdbool.h>
#include "base/alloc.h"

/* Facet that the cell shares with one neighbour; zero where they share none. */
typedef struct mofb__facet {
    double solid_angle; /* sr, seen from the point */
    double area;        /* Å² */
} mofb__facet;

/* Facets [n] of the cell of the origin among points [n][3] (Å), sorted by distance, none at the origin. A
   cell that reaches 10⁹ times as far as the last point counts as open: *closed is false and the facets mean
   nothing. Each facet is cut out of its plane by itself, so that no arrangement, however symmetric, can make
   the cell inconsistent; what degenerates becomes a facet of no area. Errors: no_memory. */
mofb_status mofb__voronoi_cell(mofb__facet *facets, bool *closed, const double *points, size_t n,
                               const mofb_allocator *a);

#endif
