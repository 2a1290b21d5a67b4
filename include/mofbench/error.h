/* SPDX-License-Identifier: MIT */
#ifndef MOFBENCH_ERROR_H
#define MOFBENCH_ERROR_H

#include "version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What every fallible function returns: 0 or one of the negative codes below. Numbers are never
   reused. On failure outputs are untouched and mofb_error_* describe what happened. */
typedef int32_t mofb_status;

enum {
    MOFB_OK = 0,
    MOFB_ERR_INVALID = -1,     /* an argument, parameter or input value is wrong */
    MOFB_ERR_NO_MEMORY = -2,   /* an allocation failed */
    MOFB_ERR_NOT_FOUND = -3,   /* a named thing does not exist */
    MOFB_ERR_EXISTS = -4,      /* a named thing exists already */
    MOFB_ERR_UNSUPPORTED = -5, /* understood, but cannot be done (element, feature, combination) */
    MOFB_ERR_FORMAT = -6,      /* a file or text does not follow its format */
    MOFB_ERR_IO = -7,          /* the operating system refused to read or write */
    MOFB_ERR_BUSY = -8,        /* the object is in use, or waiting here would deadlock */
    MOFB_ERR_CANCELLED = -9,   /* stopped because the caller asked for it */
    MOFB_ERR_TIMEOUT = -10,    /* a time limit passed */
    MOFB_ERR_DEVICE = -11,     /* a compute device failed */
    MOFB_ERR_CALLBACK = -12,   /* a caller's callback returned non-zero */
    MOFB_ERR_ABI = -13,        /* a struct is newer than the library and uses what it lacks */
    MOFB_ERR_INTERNAL = -14    /* a defect of the library */
};

/* Name of a status code, e.g. "format"; "unknown" for a number that is none. Borrowed, static.
   Thread: any. Since 0.1. */
MOFB_API const char *mofb_status_name(mofb_status status);

/* One line about the last failed call on this thread, naming file, line and value where there are
   any; "" if none failed. Borrowed until the next failing call on this thread. Thread: any. Since 0.1. */
MOFB_API const char *mofb_error_message(void);

/* Stable identifier of the last failure on this thread ("unknown_element", "cif_no_cell", ...), the
   full list is docs/errors.md. Borrowed until the next failing call on this thread. Thread: any.
   Since 0.1. */
MOFB_API const char *mofb_error_reason(void);

#ifdef __cplusplus
}
#endif
#endif
