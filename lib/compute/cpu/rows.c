/* SPDX-License-Identifier: MIT */
/* Blocks of rows over threads. */
#include "compute/compute.h"

#ifdef _OPENMP
#include <omp.h>
#endif

static int32_t my_lane(void) {
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

void mofb__compute_rows(mofb__stage *stage, void *context, size_t rows, size_t block, int32_t threads) {
    size_t blocks = (rows + block - 1) / block;
#pragma omp parallel for schedule(dynamic) num_threads(threads) if (threads > 1 && blocks > 1)
    for (size_t b = 0; b < blocks; b++)
        stage(context, b * block, rows - b * block < block ? rows - b * block : block, my_lane());
}
