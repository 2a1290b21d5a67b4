/* SPDX-License-Identifier: MIT */
/* What exists in both precisions is written once in REAL and NAME(stem), and compiled or included for each:
   #define MOFB_BITS 32 or 64, then include this. No include guard: the choice may change in between. */
#undef REAL
#undef NAME
#if MOFB_BITS == 64
#define REAL double
#define NAME(stem) stem##_f64
#else
#define REAL float
#define NAME(stem) stem##_f32
#endif
