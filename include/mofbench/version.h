/* SPDX-License-Identifier: MIT */
#ifndef MOFBENCH_VERSION_H
#define MOFBENCH_VERSION_H

#include <stdint.h>

#if defined(_WIN32)
#define MOFB_API
#else
#define MOFB_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

enum {
    /* Number of the binary interface; the soname follows from it. It grows when a caller compiled
       against an older header could misbehave, never otherwise. */
    MOFB_ABI_VERSION = 0
};

/* Version of the library as "major.minor.patch". Borrowed, static. Thread: any. Since 0.1. */
MOFB_API const char *mofb_version(void);

/* MOFB_ABI_VERSION of the library that was loaded. Thread: any. Since 0.1. */
MOFB_API int32_t mofb_abi_version(void);

/* 1 if the build has the named feature ("openmp", "cuda", "cif", "uff", ...), else 0; an unknown name
   is 0. name: not NULL. Thread: any. Since 0.1. */
MOFB_API int32_t mofb_feature(const char *name);

#ifdef __cplusplus
}
#endif
#endif
