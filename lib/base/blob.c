/* SPDX-License-Identifier: MIT */
#include "base/blob.h"

#include <string.h>

#include "base/file.h"
#include "base/sha256.h"

static const char magic[8] = {'M', 'O', 'F', 'B', 'C', 'K', '0', '1'};

void mofb__blob_init(mofb__blob *b, const mofb_allocator *a) {
    mofb__str_init(&b->bytes, a);
    b->at = sizeof magic;
    mofb__str_append(&b->bytes, magic, sizeof magic);
}

void mofb__blob_free(mofb__blob *b) {
    mofb__str_free(&b->bytes);
}

static void put_size(mofb__blob *b, uint64_t value) {
    unsigned char bytes[8];
    for (int k = 0; k < 8; k++) bytes[k] = (unsigned char)(value >> (8 * k));
    mofb__str_append(&b->bytes, bytes, 8);
}

static uint64_t get_size(const char *at) {
    uint64_t value = 0;
    for (int k = 7; k >= 0; k--) value = value << 8 | (unsigned char)at[k];
    return value;
}

void mofb__blob_put(mofb__blob *b, const char *name, const void *data, size_t size) {
    size_t length = strlen(name);
    put_size(b, length);
    mofb__str_append(&b->bytes, name, length);
    put_size(b, size);
    mofb__str_append(&b->bytes, data, size);
}

/* Doubles are stored in the machine's order: checkpoints continue on the kind of machine that wrote
   them, where alone the bits can agree. */
void mofb__blob_put_f64(mofb__blob *b, const char *name, const double *values, size_t count) {
    mofb__blob_put(b, name, values, count * sizeof *values);
}

void mofb__blob_put_u64(mofb__blob *b, const char *name, uint64_t value) {
    mofb__blob_put(b, name, &value, sizeof value);
}

static mofb_status bad(const char *name) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "checkpoint: record '%s' is missing or of another size", name);
}

mofb_status mofb__blob_size(mofb__blob *b, const char *name, size_t *size) {
    size_t length = strlen(name), left = b->bytes.len - b->at;
    const char *at = b->bytes.data + b->at;
    if (left < 16 + length || get_size(at) != length || memcmp(at + 8, name, length)) return bad(name);
    uint64_t n = get_size(at + 8 + length);
    if (n > left - 16 - length) return bad(name);
    *size = (size_t)n;
    return MOFB_OK;
}

mofb_status mofb__blob_get(mofb__blob *b, const char *name, void *data, size_t size) {
    size_t stored;
    MOFB__TRY(mofb__blob_size(b, name, &stored));
    if (stored != size) return bad(name);
    if (size) memcpy(data, b->bytes.data + b->at + 16 + strlen(name), size);
    b->at += 16 + strlen(name) + size;
    return MOFB_OK;
}

mofb_status mofb__blob_get_f64(mofb__blob *b, const char *name, double *values, size_t count) {
    return mofb__blob_get(b, name, values, count * sizeof *values);
}

mofb_status mofb__blob_get_u64(mofb__blob *b, const char *name, uint64_t *value) {
    return mofb__blob_get(b, name, value, sizeof *value);
}

static mofb_status digest(char hex[65], const char *data, size_t size) {
    mofb__sha256 *h = mofb__sha256_new();
    mofb__sha256_add(h, data, size);
    return mofb__sha256_finish(hex, h);
}

mofb_status mofb__blob_write_file(const mofb__blob *b, const char *path) {
    char hex[65];
    mofb__str all;
    MOFB__TRY(mofb__str_status(&b->bytes));
    MOFB__TRY(digest(hex, b->bytes.data, b->bytes.len));
    mofb__str_init(&all, b->bytes.a);
    mofb__str_append(&all, b->bytes.data, b->bytes.len);
    mofb__str_append(&all, hex, 64);
    mofb_status status = mofb__str_status(&all);
    if (!status) status = mofb__file_write(path, all.data, all.len);
    mofb__str_free(&all);
    return status;
}

mofb_status mofb__blob_read_file(mofb__blob *b, const char *path) {
    char hex[65];
    FILE *there = fopen(path, "rb");
    if (!there) return mofb__fail(MOFB_ERR_NOT_FOUND, "no_checkpoint", "%s: no checkpoint", path);
    fclose(there);
    mofb__str_clear(&b->bytes);
    MOFB__TRY(mofb__file_read(&b->bytes, path, 0));
    size_t n = b->bytes.len;
    if (n < sizeof magic + 64 || memcmp(b->bytes.data, magic, sizeof magic))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "%s: not a checkpoint", path);
    MOFB__TRY(digest(hex, b->bytes.data, n - 64));
    if (memcmp(hex, b->bytes.data + n - 64, 64))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "%s: damaged (checksum differs)", path);
    b->bytes.len = n - 64;
    b->at = sizeof magic;
    return MOFB_OK;
}
