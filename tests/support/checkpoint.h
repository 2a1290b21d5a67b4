/* SPDX-License-Identifier: MIT */
/* Writes small zip archives and pickles as checkpoints have them, right or deliberately wrong. */
#ifndef MOFB_TESTS_CHECKPOINT_H
#define MOFB_TESTS_CHECKPOINT_H

#include <stdint.h>
#include <string.h>

#include "base/str.h"

/* `value` in `width` bytes, zeros beyond its eight. */
static inline void put_le(mofb__str *s, uint64_t value, int width) {
    for (int k = 0; k < width; k++, value >>= 8) mofb__str_append(s, &(char){(char)value}, 1);
}

typedef struct zip {
    mofb__str bytes, directory;
    int count;
    int method, flags; /* written for every entry */
} zip;

static inline uint32_t zip_crc(const void *data, size_t size) {
    uint32_t crc = 0xffffffff;
    for (size_t k = 0; k < size; k++) {
        crc ^= ((const unsigned char *)data)[k];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc;
}

static inline void zip_begin(zip *z) {
    *z = (zip){0};
    mofb__str_init(&z->bytes, NULL);
    mofb__str_init(&z->directory, NULL);
}

static inline void zip_add(zip *z, const char *name, const void *data, size_t size) {
    size_t at = z->bytes.len;
    uint32_t crc = zip_crc(data, size);
    put_le(&z->bytes, 0x04034b50, 4);
    put_le(&z->bytes, 0, 2);
    put_le(&z->bytes, (uint64_t)z->flags, 2);
    put_le(&z->bytes, (uint64_t)z->method, 2);
    put_le(&z->bytes, 0, 16); /* the directory has time, checksum and sizes */
    put_le(&z->bytes, strlen(name), 2);
    put_le(&z->bytes, 3, 2);
    mofb__str_puts(&z->bytes, name);
    mofb__str_append(&z->bytes, "pad", 3);
    mofb__str_append(&z->bytes, data, size);
    put_le(&z->directory, 0x02014b50, 4);
    put_le(&z->directory, 0, 4);
    put_le(&z->directory, (uint64_t)z->flags, 2);
    put_le(&z->directory, (uint64_t)z->method, 2);
    put_le(&z->directory, 0, 4);
    put_le(&z->directory, crc, 4);
    put_le(&z->directory, size, 4);
    put_le(&z->directory, size, 4);
    put_le(&z->directory, strlen(name), 2);
    put_le(&z->directory, 0, 12);
    put_le(&z->directory, at, 4);
    mofb__str_puts(&z->directory, name);
    z->count++;
}

/* z->bytes is the archive. */
static inline void zip_end(zip *z) {
    size_t at = z->bytes.len;
    mofb__str_append(&z->bytes, z->directory.data, z->directory.len);
    put_le(&z->bytes, 0x06054b50, 4);
    put_le(&z->bytes, 0, 4);
    put_le(&z->bytes, (uint64_t)z->count, 2);
    put_le(&z->bytes, (uint64_t)z->count, 2);
    put_le(&z->bytes, z->directory.len, 4);
    put_le(&z->bytes, at, 4);
    put_le(&z->bytes, 0, 2);
    mofb__str_free(&z->directory);
}

static inline void pickle_text(mofb__str *s, const char *text) {
    mofb__str_puts(s, "X");
    put_le(s, strlen(text), 4);
    mofb__str_puts(s, text);
}

static inline void pickle_integer(mofb__str *s, int64_t value) {
    mofb__str_append(s, "\x8a\x08", 2);
    put_le(s, (uint64_t)value, 8);
}

static inline void pickle_counts(mofb__str *s, const int64_t *values, int count) {
    mofb__str_puts(s, "(");
    for (int k = 0; k < count; k++) pickle_integer(s, values[k]);
    mofb__str_puts(s, "t");
}

/* A view of storage `key`; type: "FloatStorage", ... */
static inline void pickle_tensor(mofb__str *s, const char *type, const char *key, int64_t storage_count, int64_t offset,
                                 int rank, const int64_t *shape, const int64_t *stride) {
    mofb__str_printf(s, "ctorch._utils\n_rebuild_tensor_v2\n((");
    pickle_text(s, "storage");
    mofb__str_printf(s, "ctorch\n%s\n", type);
    pickle_text(s, key);
    pickle_text(s, "cpu");
    pickle_integer(s, storage_count);
    mofb__str_puts(s, "tQ");
    pickle_integer(s, offset);
    pickle_counts(s, shape, rank);
    pickle_counts(s, stride, rank);
    mofb__str_printf(s, "\x89" "ccollections\nOrderedDict\n)RtR");
}

#endif
