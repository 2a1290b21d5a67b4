/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { ALIGN = 64 };

/* Sits directly before the aligned block. */
typedef struct header {
    const mofb_allocator *allocator;
    void *raw;
    size_t raw_size, size;
} header;

_Static_assert(sizeof(header) <= ALIGN, "the header fits before an aligned block");

static header *header_of(void *block) {
    return (header *)((char *)block - sizeof(header));
}

void *mofb__alloc(const mofb_allocator *a, size_t size) {
    if (size > SIZE_MAX / 2) return NULL;
    size_t raw_size = size + 2 * ALIGN;
    char *raw = a ? a->alloc(a->user, raw_size) : malloc(raw_size);
    if (!raw) return NULL;
    uintptr_t block = ((uintptr_t)raw + sizeof(header) + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1);
    *header_of((void *)block) = (header){a, raw, raw_size, size};
    return (void *)block;
}

void *mofb__calloc(const mofb_allocator *a, size_t count, size_t size) {
    if (size && count > SIZE_MAX / size) return NULL;
    void *block = mofb__alloc(a, count * size);
    if (block) memset(block, 0, count * size);
    return block;
}

void *mofb__realloc(const mofb_allocator *a, void *block, size_t size) {
    void *fresh = mofb__alloc(a, size);
    if (!fresh || !block) return fresh;
    size_t old = header_of(block)->size;
    memcpy(fresh, block, old < size ? old : size);
    mofb__free(block);
    return fresh;
}

void mofb__free(void *block) {
    if (!block) return;
    header h = *header_of(block);
    if (h.allocator) h.allocator->free(h.allocator->user, h.raw, h.raw_size);
    else free(h.raw);
}

void *mofb__memdup(const mofb_allocator *a, const void *from, size_t size) {
    void *copy = mofb__alloc(a, size);
    if (copy && size) memcpy(copy, from, size);
    return copy;
}

char *mofb__strdup(const mofb_allocator *a, const char *text) {
    return mofb__memdup(a, text, strlen(text) + 1);
}

mofb_status mofb__grow(const mofb_allocator *a, void *array_pointer, size_t *capacity, size_t need,
                       size_t size) {
    if (need <= *capacity) return MOFB_OK;
    size_t wanted = *capacity + *capacity / 2 + 8;
    if (wanted < need) wanted = need;
    if (wanted > SIZE_MAX / 2 / size) return mofb__no_memory();
    void *old, *fresh;
    memcpy(&old, array_pointer, sizeof old);
    fresh = mofb__realloc(a, old, wanted * size);
    if (!fresh) return mofb__no_memory();
    memcpy(array_pointer, &fresh, sizeof fresh);
    *capacity = wanted;
    return MOFB_OK;
}
