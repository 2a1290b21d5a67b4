/* SPDX-License-Identifier: MIT */
/* Vectors of REAL as wide as the instruction set this file is compiled for. The sources of this folder are compiled
   once for each instruction set (MOFB_ISA) and precision (MOFB_PRECISION bits), so that nothing else has to choose. */
#ifndef MOFB_COMPUTE_CPU_SIMD_H
#define MOFB_COMPUTE_CPU_SIMD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#if defined(__AVX512F__) || (defined(__AVX2__) && defined(__FMA__))
#include <immintrin.h>
#endif

#include "compute/compute.h"
#define MOFB_BITS MOFB_PRECISION
#include "compute/real.h"

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define TILE_VECTORS 4 /* columns of a matrix tile, in vectors: 6 × 4 sums in 32 registers */
#else
#define TILE_VECTORS 2 /* 6 × 2 sums in 16 registers */
#if defined(__AVX2__) && defined(__FMA__)
#define VECTOR_BYTES 32
#else
#define VECTOR_BYTES 16
#endif
#endif

#if MOFB_BITS == 64
typedef int64_t integer;
#else
typedef int32_t integer;
#endif
typedef REAL vec __attribute__((vector_size(VECTOR_BYTES)));
typedef integer ivec __attribute__((vector_size(VECTOR_BYTES)));

/* mofb__<stem>_<instruction set>_<precision> */
#define KERNEL_JOIN(stem, isa) NAME(mofb__##stem##_##isa)
#define KERNEL_NAME(stem, isa) KERNEL_JOIN(stem, isa)
#define KERNEL(stem) KERNEL_NAME(stem, MOFB_ISA)

#define LANES (VECTOR_BYTES / sizeof(REAL))
#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const REAL *x) {
    vec v;
    memcpy(&v, x, sizeof v);
    return v;
}

INLINE void store(REAL *x, vec v) {
    memcpy(x, &v, sizeof v);
}

INLINE vec splat(REAL x) {
    return x - (vec){0};
}

/* a·b + c: rounded once where the processor can, else twice. */
INLINE vec fma_(vec a, vec b, vec c) {
#if VECTOR_BYTES == 64 && MOFB_BITS == 64
    return (vec)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif VECTOR_BYTES == 64
    return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif VECTOR_BYTES == 32 && MOFB_BITS == 64
    return (vec)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif VECTOR_BYTES == 32
    return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
    return a * b + c;
#endif
}

/* The first n < LANES numbers, the rest 0; and back. */
INLINE vec load_some(const REAL *x, size_t n) {
    REAL t[LANES] = {0};
    for (size_t k = 0; k < n; k++) t[k] = x[k];
    return load(t);
}

INLINE void store_some(REAL *x, vec v, size_t n) {
    REAL t[LANES];
    store(t, v);
    for (size_t k = 0; k < n; k++) x[k] = t[k];
}

/* Sum over the lanes, in order, in double. */
INLINE double total(vec v) {
    REAL t[LANES];
    double sum = 0;
    store(t, v);
    for (size_t k = 0; k < LANES; k++) sum += (double)t[k];
    return sum;
}

#endif
