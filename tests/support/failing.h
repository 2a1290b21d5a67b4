/* SPDX-License-Identifier: MIT */
/* An allocator that fails from its n-th allocation on, and counts what was not freed. */
#ifndef MOFB_TESTS_FAILING_H
#define MOFB_TESTS_FAILING_H

#include <stdlib.h>
#include "mofbench/allocator.h"

typedef struct failing {
    mofb_allocator allocator; /* pass &f.allocator */
    long left;                /* allocations that still succeed; negative: unlimited */
    long made;                /* attempts so far */
    long live;                /* blocks not freed */
} failing;

static inline void *failing_alloc(void *user, size_t size) {
    failing *f = user;
    f->made++;
    if (f->left == 0) return NULL;
    if (f->left > 0) f->left--;
    void *block = malloc(size);
    if (block) f->live++;
    return block;
}

static inline void failing_free(void *user, void *block, size_t size) {
    (void)size;
    ((failing *)user)->live--;
    free(block);
}

static inline void failing_init(failing *f, long left) {
    *f = (failing){.allocator = {sizeof(mofb_allocator), NULL, failing_alloc, failing_free}, .left = left};
    f->allocator.user = f;
}

#endif
