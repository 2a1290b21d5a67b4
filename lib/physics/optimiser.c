/* SPDX-License-Identifier: MIT */
#include "physics/optimiser.h"

#include <string.h>

#define MEMBER(name) extern const mofb__optimiser_kind mofb__optimiser_##name;
#include "physics/optimisers.inc"
#undef MEMBER

#define MEMBER(name) &mofb__optimiser_##name,
static const mofb__optimiser_kind *const kinds[] = {
#include "physics/optimisers.inc"
};
#undef MEMBER

enum { n_kinds = sizeof kinds / sizeof *kinds };

const mofb__optimiser_kind *const *mofb__optimisers(size_t *count) {
    *count = n_kinds;
    return kinds;
}

mofb_status mofb__optimiser_make(mofb__optimiser **out, const char *name, const mofb__optimiser_setup *setup,
                                 const mofb_allocator *a) {
    const char *names[n_kinds];
    for (size_t k = 0; k < n_kinds; k++) {
        if (!strcmp(kinds[k]->name, name)) return kinds[k]->make(out, setup, a);
        names[k] = kinds[k]->name;
    }
    const char *near = mofb__nearest(name, names, n_kinds);
    return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_optimiser",
                      "unknown optimiser '%.80s'; did you mean '%s'?", name, near ? near : names[0]);
}

mofb_status mofb__optimiser_new(mofb__optimiser **out, const char *name, size_t n_rows,
                                const mofb_allocator *a) {
    mofb__optimiser_setup setup = {.n_rows = n_rows};
    return mofb__optimiser_make(out, name, &setup, a);
}

void mofb__optimiser_free(mofb__optimiser *o) {
    if (o) o->free(o);
}
