/* SPDX-License-Identifier: MIT */
/* The network in double; radial functions by their own network. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/tensornet/tensornet.h"

#define MOFB_BITS 64
#include "compute/real.h"
#define EXACT_SCRATCH(net) mofb__radial_scratch(&(net)->shape->radial[0])
#include "models/tensornet/network.inc"

static void radial_rows(double *f, double *slope, const pass *p, size_t block, size_t first, size_t count,
                        double *scratch) {
    mofb__radial_eval(f, slope, &p->net->shape->radial[block], p->net->ops,
                      p->w->basis + MOFB__RADIAL_ROW * first, count, scratch);
}

static mofb_status build_table(mofb__table_f64 *t, const mofb__tn_shape *shape, size_t block,
                               const mofb_allocator *a) {
    (void)t, (void)shape, (void)block, (void)a;
    return MOFB_OK;
}

#define OPS f64
#include "models/tensornet/build.inc"
