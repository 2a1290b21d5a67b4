/* SPDX-License-Identifier: MIT */
#ifndef MOFBENCH_ALLOCATOR_H
#define MOFBENCH_ALLOCATOR_H

#include <stddef.h>
#include "version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Where an object takes its memory from. Passed in options structs; NULL there means malloc and free.
   It covers the library's own allocations, not those of the libraries beneath it. The struct is
   borrowed and must outlive every object made with it. Both functions may be called from any thread. */
typedef struct mofb_allocator {
    size_t struct_size;                                /* sizeof(mofb_allocator) */
    void *user;                                        /* handed back to both functions */
    void *(*alloc)(void *user, size_t size);           /* NULL when there is none; any alignment of malloc */
    void (*free)(void *user, void *block, size_t size); /* size as given to alloc */
} mofb_allocator;

#ifdef __cplusplus
}
#endif
#endif
