/* SPDX-License-Identifier: MIT */
/* The network in float; radial functions from tables. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/tensornet/tensornet.h"

#define MOFB_BITS 32
#include "compute/real.h"
#define EXACT_SCRATCH(net) ((void)(net), (size_t)0)
#include "models/tensornet/network.inc"

static void radial_rows(float *f, float *slope, const pass *p, size_t block, size_t first, size_t count,
                        double *scratch) {
    (void)scratch;
    p->net->ops->table_eval(f, slope, &p->net->block[block].table, p->w->r + first, count);
}

/* Knots by value and slope times spacing, from the network in double. */
static void fill_knots(mofb__table_f32 *t, const mofb__tn_shape *shape, size_t block, size_t first,
                       size_t count, double *memory) {
    double *rows = memory, *f = rows + count * MOFB__RADIAL_ROW, *slope = f + count * t->width;
    double h = t->span.cutoff / (double)t->span.intervals;
    for (size_t k = 0; k < count; k++)
        mofb__radial_basis(rows + k * MOFB__RADIAL_ROW, (double)(first + k) * h, t->span.cutoff);
    mofb__radial_eval(f, slope, &shape->radial[block], shape->compute->f64, rows, count,
                      slope + count * t->width);
    for (size_t k = 0; k < count * t->width; k++) {
        float *knot = t->knots + (2 * first + 2 * (k / t->width)) * t->width + k % t->width;
        knot[0] = (float)f[k];
        knot[t->width] = (float)(slope[k] * h);
    }
}

static mofb_status build_table(mofb__table_f32 *t, const mofb__tn_shape *shape, size_t block,
                               const mofb_allocator *a) {
    enum { CHUNK = 24 };
    size_t knots = MOFB__TN_TABLE + 1, width = 3 * shape->channels;
    *t = (mofb__table_f32){.span = {shape->cutoff, MOFB__TN_TABLE}, .width = width};
    t->knots = mofb__alloc(a, knots * 2 * width * sizeof *t->knots);
    double *memory =
        mofb__alloc(a, CHUNK * (MOFB__RADIAL_ROW + 2 * width + mofb__radial_scratch(&shape->radial[block])) *
                           sizeof *memory);
    if (t->knots && memory)
        for (size_t k = 0; k < knots; k += CHUNK)
            fill_knots(t, shape, block, k, knots - k < CHUNK ? knots - k : CHUNK, memory);
    mofb_status status = t->knots && memory ? MOFB_OK : mofb__no_memory();
    mofb__free(memory);
    return status;
}

#define OPS f32
#include "models/tensornet/build.inc"
