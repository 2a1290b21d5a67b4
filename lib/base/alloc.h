/* SPDX-License-Identifier: MIT */
/* Memory from a caller's allocator. Each block carries its allocator and size in a hidden header, so
   that freeing needs nothing but the pointer. Blocks are 64-byte aligned for SIMD loads. */
#ifndef MOFB_BASE_ALLOC_H
#define MOFB_BASE_ALLOC_H

#include <stddef.h>
#include "mofbench/allocator.h"
#include "mofbench/error.h"

/* Uninitialised block of `size` bytes; NULL when out of memory. a: NULL = malloc. size 0 gives a block. */
void *mofb__alloc(const mofb_allocator *a, size_t size);

/* Zeroed block of count·size bytes; NULL when out of memory or on overflow. */
void *mofb__calloc(const mofb_allocator *a, size_t count, size_t size);

/* Block resized to `size` bytes, old contents kept; NULL leaves the old block alone. block NULL = alloc. */
void *mofb__realloc(const mofb_allocator *a, void *block, size_t size);

/* NULL is fine. */
void mofb__free(void *block);

/* Copy of a string or of memory. */
char *mofb__strdup(const mofb_allocator *a, const char *text);
void *mofb__memdup(const mofb_allocator *a, const void *from, size_t size);

/* Makes *array hold at least `need` elements of `size` bytes, growing geometrically. */
mofb_status mofb__grow(const mofb_allocator *a, void *array_pointer, size_t *capacity, size_t need,
                       size_t size);

#endif
