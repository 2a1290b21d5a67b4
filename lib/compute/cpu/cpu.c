/* SPDX-License-Identifier: MIT */
/* Which of the compiled tables this processor can run, and blocks of rows over threads. */
#include "compute/compute.h"

#define MEMBER(isa)                                                                                          \
    extern const mofb__ops_f32 mofb__ops_##isa##_f32;                                                        \
    extern const mofb__ops_f64 mofb__ops_##isa##_f64;                                                        \
    bool mofb__runs_##isa##_f32(void);                                                                       \
    static const mofb__compute table_##isa = {"cpu/" #isa, &mofb__ops_##isa##_f32, &mofb__ops_##isa##_f64};
#include "instruction_sets.inc"
#undef MEMBER

#define MEMBER(isa) +1
enum {
    N_TABLES = 0
#include "instruction_sets.inc"
};
#undef MEMBER

const mofb__compute *const *mofb__compute_cpu(size_t *count) {
    static const mofb__compute *const all[] = {
#define MEMBER(isa) &table_##isa,
#include "instruction_sets.inc"
#undef MEMBER
    };
    static bool (*const runs[])(void) = {
#define MEMBER(isa) mofb__runs_##isa##_f32,
#include "instruction_sets.inc"
#undef MEMBER
    };
    size_t first = 0; /* listed best first, and what can run a better one runs those behind it */
    while (first + 1 < N_TABLES && !runs[first]()) first++;
    *count = N_TABLES - first;
    return all + first;
}
