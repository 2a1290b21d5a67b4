/* SPDX-License-Identifier: MIT */
/* Whole files in, whole files out, and files that only grow. Messages name the path. */
#ifndef MOFB_BASE_FILE_H
#define MOFB_BASE_FILE_H

#include <stdint.h>
#include <stdio.h>
#include "base/str.h"

/* The contents, NUL-terminated. Errors: io (unreadable, a folder, over `limit` bytes; 0 = no limit). */
mofb_status mofb__file_read(mofb__str *out, const char *path, size_t limit);

/* Written beside the name, synced and renamed: afterwards the file is whole or was not touched. */
mofb_status mofb__file_write(const char *path, const void *data, size_t size);

/* Creates a folder and its parents. */
mofb_status mofb__folder_make(const char *path);

/* A file that is appended to and can be cut back to a checkpointed length. */
typedef struct mofb__appender {
    FILE *file;
    char *path;
    uint64_t length;
} mofb__appender;

/* Opens for appending and truncates to `length` (0 = start anew). format/bad_checkpoint if shorter. */
mofb_status mofb__appender_open(mofb__appender *f, const char *path, uint64_t length,
                                const mofb_allocator *a);
mofb_status mofb__appender_write(mofb__appender *f, const void *data, size_t size);
mofb_status mofb__appender_sync(mofb__appender *f); /* what was written is on the disk */
mofb_status mofb__appender_close(mofb__appender *f); /* a closed or never opened one is fine */

#endif
