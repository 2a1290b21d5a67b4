/* SPDX-License-Identifier: MIT */
/* What networks are composed of: a table of primitives on rows of numbers, one table per backend, instruction set
   and precision, and a way to run a stage of a network over blocks of rows.

   Every primitive works on rows that do not depend on each other: a row's result has the same bits whatever the
   number of rows in the call, the row's place among them and the threads. Between instruction sets bits may differ;
   within one build on one kind of processor they do not. Nothing allocates but `pack`. */
#ifndef MOFB_COMPUTE_COMPUTE_H
#define MOFB_COMPUTE_COMPUTE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/alloc.h"
#include "base/error.h"

/* Components per channel of a 3×3 tensor in its irreducible parts: I (1), A (3), S (5). tensor.h has the order. */
enum { MOFB__PARTS = 3, MOFB__COMPONENTS = 9 };

/* Channels must be a multiple of this. */
enum { MOFB__CHANNEL_STEP = 16 };

/* How a matrix product starts its sums. */
typedef enum mofb__start { MOFB__ZERO, MOFB__BIAS, MOFB__ADD } mofb__start;

/* A radial function and where it is to be taken, for the table. */
typedef struct mofb__span {
    double cutoff;    /* Å; the functions and their slopes vanish from here on */
    size_t intervals; /* uniform, on [0, cutoff] */
} mofb__span;

#undef MOFB_BITS
#define MOFB_BITS 32
#include "compute/real.h"
#include "compute/ops.inc"
#undef MOFB_BITS
#define MOFB_BITS 64
#include "compute/real.h"
#include "compute/ops.inc"
#undef MOFB_BITS

/* The primitives of one backend. */
typedef struct mofb__compute {
    const char *name; /* "cpu/avx512", ... */
    const mofb__ops_f32 *f32;
    const mofb__ops_f64 *f64;
} mofb__compute;

/* The CPU tables this build has and this processor can run, best first; the last is plain C. */
const mofb__compute *const *mofb__compute_cpu(size_t *count);

/* Runs stage(context, first, count, lane) over [0, rows) in blocks of at most `block` rows on up to `threads`
   threads; lane < threads names the scratch memory a call may use. Returns when all are done. */
typedef void mofb__stage(void *context, size_t first, size_t count, int32_t lane);
void mofb__compute_rows(mofb__stage *stage, void *context, size_t rows, size_t block, int32_t threads);

#endif
