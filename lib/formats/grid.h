/* SPDX-License-Identifier: MIT */
/* Points in a periodic cell, found again by distance: a hash of small boxes in fractional space. */
#ifndef MOFB_FORMATS_GRID_H
#define MOFB_FORMATS_GRID_H

#include <stdint.h>
#include "base/alloc.h"

typedef struct mofb__grid_point {
    double fract[3]; /* in [0, 1) */
    int32_t box[3];
    uint32_t next;
} mofb__grid_point;

typedef struct mofb__grid {
    const mofb_allocator *a;
    double cell[9];
    int32_t boxes[3];
    int32_t images; /* neighbouring cells to look into: 1 where the cell is narrow, else 0 */
    double radius;
    mofb__grid_point *points;
    size_t count, capacity;
    uint32_t *heads;
    size_t n_heads; /* power of two */
} mofb__grid;

/* For questions up to `radius` Å. */
void mofb__grid_init(mofb__grid *g, const double cell[9], double radius, const mofb_allocator *a);
void mofb__grid_free(mofb__grid *g);

/* Points are numbered as they come. */
mofb_status mofb__grid_add(mofb__grid *g, const double fract[3]);

/* Points nearer than `radius` to a place: indices and distances (Å) of up to `limit`. Returns their number,
   limit + 1 if there are more. */
size_t mofb__grid_near(const mofb__grid *g, const double fract[3], double radius, uint32_t *found,
                       double *distances, size_t limit);

#endif
