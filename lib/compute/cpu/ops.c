/* SPDX-License-Identifier: MIT */
/* The table of one instruction set and precision. */
#include "compute/cpu/simd.h"

mofb_status KERNEL(pack)(NAME(mofb__matrix) * m, const double *weights, const double *bias, size_t out,
                         size_t in, const mofb_allocator *a);
void KERNEL(matmul)(NAME(mofb__rows) y, NAME(mofb__from) x, size_t groups, size_t group,
                    const NAME(mofb__matrix) * m, mofb__start start);
void KERNEL(silu)(REAL *y, const REAL *x, size_t count);
void KERNEL(silu_vjp)(REAL *g, const REAL *x, size_t count);
void KERNEL(layernorm)(REAL *y, REAL *hat, REAL *scale, const REAL *x, const REAL *gamma, const REAL *beta,
                       size_t rows, size_t width);
void KERNEL(layernorm_vjp)(REAL *g, const REAL *hat, const REAL *scale, const REAL *gamma, size_t rows,
                           size_t width);
void KERNEL(table_eval)(REAL *f, REAL *slope, const NAME(mofb__table) * t, const double *r, size_t count);
void KERNEL(tensor_embed)(REAL *x, const NAME(mofb__embedding) * e, const REAL *z, const double *sums);
void KERNEL(tensor_embed_vjp)(double *gsums, const NAME(mofb__embedding) * e, const REAL *z, const REAL *gx);
void KERNEL(tensor_norm)(REAL *norm, const REAL *x, size_t rows, size_t channels);
void KERNEL(tensor_norm_vjp)(REAL *gx, const REAL *gnorm, const REAL *x, size_t rows, size_t channels);
void KERNEL(tensor_parts)(REAL *norms, const REAL *x, size_t rows, size_t channels);
void KERNEL(tensor_parts_vjp)(REAL *gx, const REAL *gnorms, const REAL *x, size_t rows, size_t channels);
void KERNEL(tensor_scale)(REAL *y, const REAL *s, const REAL *x, size_t rows, size_t channels);
void KERNEL(tensor_scale_vjp)(REAL *gx, REAL *gs, const REAL *gy, const REAL *s, const REAL *x, size_t rows,
                              size_t channels);
void KERNEL(tensor_normalise)(REAL *y, REAL *scale, const REAL *x, size_t rows, size_t channels);
void KERNEL(tensor_normalise_vjp)(REAL *gx, const REAL *gy, const REAL *y, const REAL *scale, size_t rows,
                                  size_t channels);
void KERNEL(tensor_product)(REAL *q, const REAL *m, const REAL *y, size_t rows, size_t channels);
void KERNEL(tensor_product_vjp)(REAL *gm, REAL *gy, const REAL *gq, const REAL *m, const REAL *y, size_t rows,
                                size_t channels);
void KERNEL(tensor_update)(REAL *out, const REAL *x, const REAL *d, size_t rows, size_t channels);
void KERNEL(tensor_update_vjp)(REAL *gd, const REAL *g, const REAL *d, size_t rows, size_t channels);
void KERNEL(message)(REAL *m, const REAL *f, const REAL *y, const int32_t *neighbour, size_t count,
                     size_t channels);
void KERNEL(message_vjp)(REAL *gy, double *gr, const REAL *f, const REAL *slope, const REAL *gm,
                         const REAL *y, const int32_t *neighbour, size_t count, size_t channels);

/* Whether this processor and system can run what this file was compiled for. */
bool KERNEL(runs)(void) {
#if defined(__AVX512F__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx2") &&
           __builtin_cpu_supports("fma");
#elif defined(__AVX2__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
    return true;
#endif
}

const NAME(mofb__ops) KERNEL(ops) = {
    .pack = KERNEL(pack),
    .matmul = KERNEL(matmul),
    .silu = KERNEL(silu),
    .silu_vjp = KERNEL(silu_vjp),
    .layernorm = KERNEL(layernorm),
    .layernorm_vjp = KERNEL(layernorm_vjp),
    .table_eval = KERNEL(table_eval),
    .tensor_embed = KERNEL(tensor_embed),
    .tensor_embed_vjp = KERNEL(tensor_embed_vjp),
    .tensor_norm = KERNEL(tensor_norm),
    .tensor_norm_vjp = KERNEL(tensor_norm_vjp),
    .tensor_parts = KERNEL(tensor_parts),
    .tensor_parts_vjp = KERNEL(tensor_parts_vjp),
    .tensor_scale = KERNEL(tensor_scale),
    .tensor_scale_vjp = KERNEL(tensor_scale_vjp),
    .tensor_normalise = KERNEL(tensor_normalise),
    .tensor_normalise_vjp = KERNEL(tensor_normalise_vjp),
    .tensor_product = KERNEL(tensor_product),
    .tensor_product_vjp = KERNEL(tensor_product_vjp),
    .tensor_update = KERNEL(tensor_update),
    .tensor_update_vjp = KERNEL(tensor_update_vjp),
    .message = KERNEL(message),
    .message_vjp = KERNEL(message_vjp),
};
