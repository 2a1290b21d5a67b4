/* SPDX-License-Identifier: MIT */
/* The calling thread's last error, in a fixed buffer: reporting never allocates. */
#ifndef MOFB_BASE_ERROR_H
#define MOFB_BASE_ERROR_H

#include <stddef.h>
#include "mofbench/error.h"

#if defined(__GNUC__)
#define MOFB__PRINTF(f, a) __attribute__((format(printf, f, a)))
#else
#define MOFB__PRINTF(f, a)
#endif

/* Records reason and message, returns status. The message is one line and says what to do if it can. */
mofb_status mofb__fail(mofb_status status, const char *reason, const char *format, ...) MOFB__PRINTF(3, 4);

/* Puts "prefix: " before the recorded message (a file name, a parameter) and returns status. */
mofb_status mofb__fail_prefix(mofb_status status, const char *format, ...) MOFB__PRINTF(2, 3);

/* MOFB_ERR_NO_MEMORY with its reason. */
mofb_status mofb__no_memory(void);

/* Returns from the function if the call failed. */
#define MOFB__TRY(call)                                                                            \
    do {                                                                                           \
        mofb_status mofb__s = (call);                                                              \
        if (mofb__s) return mofb__s;                                                               \
    } while (0)

/* Stores the status and jumps to the unwinding label if the call failed. */
#define MOFB__TRY_GOTO(status, call, label)                                                        \
    do {                                                                                           \
        (status) = (call);                                                                         \
        if (status) goto label;                                                                    \
    } while (0)

/* For exported functions: a NULL argument is an error naming it. */
#define MOFB__REQUIRE(condition)                                                                   \
    do {                                                                                           \
        if (!(condition))                                                                          \
            return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "%s: needs %s", __func__, #condition); \
    } while (0)

/* Reads a caller's options struct of struct_size bytes into `to` (size bytes, holding defaults):
   copies the smaller size, refuses a longer one whose tail is not zero. options may be NULL. */
mofb_status mofb__options_read(void *to, size_t size, const void *options);

#endif
