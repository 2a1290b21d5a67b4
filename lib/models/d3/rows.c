/* SPDX-License-Identifier: MIT */
/* The passes over pairs for the machine at hand. Eight atoms are taken side by side, in as many vectors as that
   needs; what is done to a pair and the order of sums do not depend on it: the same bits on any machine. */
#include <string.h>

#include "models/d3/d3.h"

enum { LANES = MOFB__D3_LANES, REFERENCES = MOFB__D3_REFERENCES };

#define INLINE static inline __attribute__((always_inline))

INLINE double total(const double v[LANES]) {
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

typedef struct kernels {
    void (*sum)(const mofb__d3_job *);
    double (*mix)(const mofb__d3_job *);
    void (*force)(const mofb__d3_job *);
} kernels;

#define WIDTH 2
#define NAME(x) plain_##x
#define OPEN
#include "models/d3/rows_width.h"

#ifdef __x86_64__
#define WIDTH 4
#define NAME(x) avx2_##x
#define OPEN __attribute__((target("avx2")))
#include "models/d3/rows_width.h"

#define WIDTH 8
#define NAME(x) avx512_##x
#define OPEN __attribute__((target("avx512f,avx512dq,avx512vl")))
#include "models/d3/rows_width.h"

static const kernels *fastest(void) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return &avx512_kernels;
    return __builtin_cpu_supports("avx2") ? &avx2_kernels : &plain_kernels;
}
#else
static const kernels *fastest(void) {
    return &plain_kernels;
}
#endif

void mofb__d3_sum_rows(const mofb__d3_job *job) {
    fastest()->sum(job);
}

double mofb__d3_mix_rows(const mofb__d3_job *job) {
    return fastest()->mix(job);
}

void mofb__d3_force_rows(const mofb__d3_job *job) {
    fastest()->force(job);
}
