/* SPDX-License-Identifier: MIT */
/* The .ZIP file format specification (APPNOTE 6.3.10), sections 4.3.7, 4.3.12, 4.3.16, as far as needed. */
#include "models/weights/archive.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { END_SIZE = 22, CENTRAL_SIZE = 46, LOCAL_SIZE = 30, COMMENT_LIMIT = 65535, NAME_LIMIT = 1000 };

typedef struct entry {
    const char *name;
    size_t name_length, local, size; /* local: place of the local header */
    uint32_t crc;
} entry;

struct mofb__archive {
    const unsigned char *bytes;
    size_t size;
    entry *entries; /* sorted by name */
    size_t count;
};

static uint32_t u16(const unsigned char *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t u32(const unsigned char *p) {
    return u16(p) | u16(p + 2) << 16;
}

static mofb_status bad_at(size_t byte, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_archive", "archive: %s at byte %zu", what, byte);
}

static mofb_status bad_entry(const entry *e, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_archive", "archive: entry '%.*s': %s",
                      e->name_length < 200 ? (int)e->name_length : 200, e->name, what);
}

/* CRC-32 (reflected polynomial 0xedb88320), four bits at a time. */
static uint32_t crc32_of(const unsigned char *data, size_t size) {
    static const uint32_t table[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                       0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                       0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    uint32_t crc = 0xffffffff;
    for (size_t k = 0; k < size; k++) {
        crc ^= data[k];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
    }
    return ~crc;
}

static int compare_names(const char *a, size_t a_length, const char *b, size_t b_length) {
    int order = memcmp(a, b, a_length < b_length ? a_length : b_length);
    return order ? order : (a_length > b_length) - (a_length < b_length);
}

static int by_name(const void *a, const void *b) {
    const entry *x = a, *y = b;
    return compare_names(x->name, x->name_length, y->name, y->name_length);
}

/* Byte of the end-of-directory record, which is followed by nothing but its comment. */
static mofb_status find_end(size_t *out, const unsigned char *bytes, size_t size) {
    for (size_t back = END_SIZE; back <= size && back <= END_SIZE + COMMENT_LIMIT; back++) {
        const unsigned char *p = bytes + size - back;
        if (u32(p) != 0x06054b50 || u16(p + 20) != back - END_SIZE) continue;
        *out = size - back;
        return MOFB_OK;
    }
    return mofb__fail(MOFB_ERR_FORMAT, "bad_archive",
                      "not a zip archive, or cut off: no directory at the end of %zu bytes", size);
}

/* One record of the directory at *at, which ends before `end`; moves *at behind it. */
static mofb_status read_entry(entry *e, const unsigned char *bytes, size_t *at, size_t end) {
    const unsigned char *p = bytes + *at;
    if (end - *at < CENTRAL_SIZE || u32(p) != 0x02014b50) return bad_at(*at, "no directory record");
    size_t rest = (size_t)u16(p + 28) + u16(p + 30) + u16(p + 32);
    if (end - *at - CENTRAL_SIZE < rest) return bad_at(*at, "a directory record is cut off");
    *e = (entry){.name = (const char *)p + CENTRAL_SIZE,
                 .name_length = u16(p + 28),
                 .local = u32(p + 42),
                 .size = u32(p + 24),
                 .crc = u32(p + 16)};
    *at += CENTRAL_SIZE + rest;
    if (e->name_length > NAME_LIMIT) return bad_entry(e, "the name is too long");
    if (u16(p + 8) & 1) return bad_entry(e, "is encrypted");
    if (u16(p + 10)) return bad_entry(e, "is compressed; checkpoints store their entries as they are");
    if (e->local == 0xffffffff || e->size == 0xffffffff || u32(p + 20) == 0xffffffff)
        return bad_entry(e, "has 64-bit sizes");
    return u32(p + 20) == e->size ? MOFB_OK : bad_entry(e, "its two sizes differ");
}

static mofb_status read_directory(mofb__archive *z, size_t end, const mofb_allocator *a) {
    const unsigned char *p = z->bytes + end;
    size_t count = u16(p + 10), length = u32(p + 12), at = u32(p + 16);
    if (u16(p + 4) || u16(p + 6) || u16(p + 8) != count) return bad_at(end, "an archive in several parts");
    if (count == 0xffff || length == 0xffffffff || at == 0xffffffff) return bad_at(end, "64-bit sizes");
    if (at > end || length > end - at) return bad_at(end, "a directory outside the file");
    z->entries = mofb__calloc(a, count + 1, sizeof *z->entries);
    if (!z->entries) return mofb__no_memory();
    for (end = at + length; z->count < count; z->count++)
        MOFB__TRY(read_entry(&z->entries[z->count], z->bytes, &at, end));
    qsort(z->entries, count, sizeof *z->entries, by_name);
    for (size_t k = 1; k < count; k++)
        if (!by_name(&z->entries[k - 1], &z->entries[k])) return bad_entry(&z->entries[k], "is there twice");
    return MOFB_OK;
}

mofb_status mofb__archive_open(mofb__archive **out, const void *bytes, size_t size, const mofb_allocator *a) {
    size_t end = 0;
    MOFB__TRY(find_end(&end, bytes, size));
    mofb__archive *z = mofb__calloc(a, 1, sizeof *z);
    if (!z) return mofb__no_memory();
    z->bytes = bytes;
    z->size = size;
    mofb_status status = read_directory(z, end, a);
    if (status) mofb__archive_free(z);
    else *out = z;
    return status;
}

void mofb__archive_free(mofb__archive *z) {
    if (z) mofb__free(z->entries);
    mofb__free(z);
}

mofb_status mofb__archive_root(const char **name, size_t *length, const mofb__archive *z) {
    static const char leaf[] = "/data.pkl";
    const size_t n = sizeof leaf - 1;
    bool found = false;
    for (size_t k = 0; k < z->count; k++) {
        const entry *e = &z->entries[k];
        if (e->name_length <= n || memcmp(e->name + e->name_length - n, leaf, n)) continue;
        if (found) return bad_entry(e, "a second data.pkl");
        found = true;
        *name = e->name;
        *length = e->name_length - n;
    }
    return found ? MOFB_OK
                 : mofb__fail(MOFB_ERR_FORMAT, "bad_archive", "archive: no data.pkl: not a checkpoint");
}

/* Where the entry's bytes begin: behind its local header, which has the same name. */
static mofb_status locate(size_t *out, const mofb__archive *z, const entry *e) {
    const unsigned char *p = z->bytes + e->local;
    if (e->local > z->size || z->size - e->local < LOCAL_SIZE || u32(p) != 0x04034b50)
        return bad_entry(e, "no header where the directory says");
    size_t names = (size_t)u16(p + 26) + u16(p + 28), left = z->size - e->local - LOCAL_SIZE;
    if (left < names || left - names < e->size) return bad_entry(e, "is cut off");
    if (compare_names((const char *)p + LOCAL_SIZE, u16(p + 26), e->name, e->name_length))
        return bad_entry(e, "has another name in its header");
    *out = e->local + LOCAL_SIZE + names;
    return MOFB_OK;
}

mofb_status mofb__archive_get(const void **data, size_t *size, const mofb__archive *z, const char *path) {
    char full[NAME_LIMIT + 1];
    const char *root = NULL;
    size_t length = 0, at = 0, n = strlen(path);
    MOFB__TRY(mofb__archive_root(&root, &length, z));
    if (length + 1 + n > NAME_LIMIT)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_archive", "archive: a name is too long");
    memcpy(full, root, length);
    full[length] = '/';
    memcpy(full + length + 1, path, n);
    entry key = {.name = full, .name_length = length + 1 + n};
    const entry *e = bsearch(&key, z->entries, z->count, sizeof key, by_name);
    if (!e) return bad_entry(&key, "is missing");
    MOFB__TRY(locate(&at, z, e));
    if (crc32_of(z->bytes + at, e->size) != e->crc) return bad_entry(e, "is damaged (checksum differs)");
    *data = z->bytes + at;
    *size = e->size;
    return MOFB_OK;
}
