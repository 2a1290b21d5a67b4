/* SPDX-License-Identifier: MIT */
/* Named binary records for checkpoints: little-endian, with a checksum over the whole. Writing sticks on
   failure. Readers ask for records in the order they were written and are told which one does not fit. */
#ifndef MOFB_BASE_BLOB_H
#define MOFB_BASE_BLOB_H

#include <stdint.h>
#include "base/str.h"

typedef struct mofb__blob {
    mofb__str bytes;
    size_t at; /* reading position */
} mofb__blob;

void mofb__blob_init(mofb__blob *b, const mofb_allocator *a);
void mofb__blob_free(mofb__blob *b);

void mofb__blob_put(mofb__blob *b, const char *name, const void *data, size_t size);
void mofb__blob_put_f64(mofb__blob *b, const char *name, const double *values, size_t count);
void mofb__blob_put_u64(mofb__blob *b, const char *name, uint64_t value);

/* format/bad_checkpoint if the next record has another name or size. */
mofb_status mofb__blob_get(mofb__blob *b, const char *name, void *data, size_t size);
mofb_status mofb__blob_get_f64(mofb__blob *b, const char *name, double *values, size_t count);
mofb_status mofb__blob_get_u64(mofb__blob *b, const char *name, uint64_t *value);
/* Size in bytes of the next record, which must be called `name`. */
mofb_status mofb__blob_size(mofb__blob *b, const char *name, size_t *size);

/* Whole file: written beside its name, synced, renamed; reading verifies the checksum
   (format/bad_checkpoint). Missing file: not_found. */
mofb_status mofb__blob_write_file(const mofb__blob *b, const char *path);
mofb_status mofb__blob_read_file(mofb__blob *b, const char *path);

#endif
