/* SPDX-License-Identifier: MIT */
/* Zip archives as checkpoints are: entries stored as they are, below 4 GB. */
#ifndef MOFB_MODELS_WEIGHTS_ARCHIVE_H
#define MOFB_MODELS_WEIGHTS_ARCHIVE_H

#include <stdint.h>
#include "base/alloc.h"
#include "base/error.h"

typedef struct mofb__archive mofb__archive;

/* The directory of an archive in memory, which is borrowed. Errors: format/bad_archive naming byte or entry
   (compressed, encrypted and 64-bit entries are refused). */
mofb_status mofb__archive_open(mofb__archive **out, const void *bytes, size_t size, const mofb_allocator *a);
void mofb__archive_free(mofb__archive *z);

/* The folder whose data.pkl this archive has; not NUL-terminated. format/bad_archive unless there is just
   one. */
mofb_status mofb__archive_root(const char **name, size_t *length, const mofb__archive *z);

/* Bytes of the entry "<root>/<path>" in the archive's memory, its checksum verified. format/bad_archive. */
mofb_status mofb__archive_get(const void **data, size_t *size, const mofb__archive *z, const char *path);

#endif
