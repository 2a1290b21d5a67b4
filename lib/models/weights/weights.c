/* SPDX-License-Identifier: MIT */
/* Reading safetensors: u64 length of a JSON header, the header, the tensors' bytes without holes. */
#define _POSIX_C_SOURCE 200809L
#include "models/weights/weights.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum { HEADER_LIMIT = 4 << 20, NAME_LIMIT = 200, META_LIMIT = 256 };

struct mofb__weights {
    const mofb_allocator *a;
    void *map; /* NULL: the bytes are borrowed */
    size_t map_size;
    mofb__json *header, *config, *conventions;
    const mofb__json *meta; /* in header; NULL if it has none */
    mofb__tensor *tensors;
    size_t count;
};

static const struct {
    const char *name;
    size_t size;
} dtypes[] = {
    [MOFB__F64] = {"F64", 8}, [MOFB__F32] = {"F32", 4},  [MOFB__F16] = {"F16", 2}, [MOFB__BF16] = {"BF16", 2},
    [MOFB__I64] = {"I64", 8}, [MOFB__I32] = {"I32", 4},  [MOFB__I16] = {"I16", 2}, [MOFB__I8] = {"I8", 1},
    [MOFB__U8] = {"U8", 1},   [MOFB__BOOL] = {"BOOL", 1}};

const char *mofb__dtype_name(int32_t dtype) {
    return dtypes[dtype].name;
}

size_t mofb__dtype_size(int32_t dtype) {
    return dtypes[dtype].size;
}

static mofb_status bad_tensor(const char *name, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "tensor '%.200s': %s", name, what);
}

/* A count or an offset: JSON has no integers, but doubles hold these exactly. */
static bool size_of(size_t *out, const mofb__json *value) {
    double x = mofb__json_is_number(value) ? mofb__json_number_of(value, -1) : -1;
    if (!(x >= 0 && x <= 9007199254740992.0) || x != floor(x) || x > (double)(SIZE_MAX / 2)) return false;
    *out = (size_t)x;
    return true;
}

static mofb_status read_dtype(mofb__tensor *t, const mofb__json *entry) {
    const char *name = mofb__json_text_of(mofb__json_get(entry, "dtype"));
    for (t->dtype = 0; name && t->dtype < MOFB__N_DTYPES; t->dtype++)
        if (!strcmp(name, dtypes[t->dtype].name)) return MOFB_OK;
    return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "tensor '%.200s': unknown dtype '%.20s'", t->name,
                      name ? name : "");
}

static mofb_status read_shape(mofb__tensor *t, const mofb__json *entry) {
    const mofb__json *shape = mofb__json_get(entry, "shape");
    if (!mofb__json_is_array(shape)) return bad_tensor(t->name, "has no shape");
    t->count = 1;
    for (const mofb__json *v = mofb__json_first(shape); v; v = mofb__json_next(v)) {
        size_t n;
        if (t->rank == MOFB__TENSOR_MAX_RANK) return bad_tensor(t->name, "has more than 8 dimensions");
        if (!size_of(&n, v)) return bad_tensor(t->name, "its shape is not made of counts");
        t->shape[t->rank++] = n;
        if (n && t->count > SIZE_MAX / 16 / n) return bad_tensor(t->name, "its shape is too large");
        t->count *= n;
    }
    t->size = t->count * dtypes[t->dtype].size;
    return MOFB_OK;
}

static mofb_status read_offsets(mofb__tensor *t, const mofb__json *entry, const char *data, size_t size) {
    const mofb__json *offsets = mofb__json_get(entry, "data_offsets"), *first = mofb__json_first(offsets);
    size_t begin, end;
    if (!mofb__json_is_array(offsets) || mofb__json_count(offsets) != 2 || !size_of(&begin, first) ||
        !size_of(&end, mofb__json_next(first)))
        return bad_tensor(t->name, "data_offsets are not two counts");
    if (begin > end || end > size)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                          "tensor '%.200s': its bytes %zu to %zu are not within the file's %zu", t->name,
                          begin, end, size);
    if (end - begin != t->size)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                          "tensor '%.200s': %zu bytes for a shape that needs %zu", t->name, end - begin,
                          t->size);
    t->data = data + begin;
    if ((uintptr_t)t->data % dtypes[t->dtype].size) return bad_tensor(t->name, "its data is not aligned");
    return MOFB_OK;
}

static mofb_status read_tensor(mofb__tensor *t, const mofb__json *entry, const char *data, size_t size) {
    t->name = mofb__json_key(entry);
    if (!*t->name || strlen(t->name) > NAME_LIMIT)
        return bad_tensor(t->name, "the name is empty or longer than 200 bytes");
    if (!mofb__json_is_object(entry) || mofb__json_count(entry) != 3)
        return bad_tensor(t->name, "is not described by dtype, shape and data_offsets");
    MOFB__TRY(read_dtype(t, entry));
    MOFB__TRY(read_shape(t, entry));
    return read_offsets(t, entry, data, size);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const mofb__tensor *)a)->name, ((const mofb__tensor *)b)->name);
}

static int by_place(const void *a, const void *b) {
    const mofb__tensor *x = a, *y = b;
    if (x->data != y->data) return x->data < y->data ? -1 : 1;
    return (x->size > y->size) - (x->size < y->size);
}

/* Every byte belongs to one tensor; names are unique. Leaves the tensors sorted by name. */
static mofb_status check_layout(mofb__weights *w, const char *data, size_t size) {
    const char *at = data;
    qsort(w->tensors, w->count, sizeof *w->tensors, by_place);
    for (size_t k = 0; k < w->count; k++) {
        const mofb__tensor *t = &w->tensors[k];
        if ((const char *)t->data < at) return bad_tensor(t->name, "shares bytes with another tensor");
        if ((const char *)t->data > at)
            return bad_tensor(t->name, "lies behind bytes that belong to no tensor");
        at = (const char *)t->data + t->size;
    }
    if (at != data + size)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                          "%zu bytes at the end of the file belong to no tensor", (size_t)(data + size - at));
    qsort(w->tensors, w->count, sizeof *w->tensors, by_name);
    for (size_t k = 1; k < w->count; k++)
        if (!strcmp(w->tensors[k - 1].name, w->tensors[k].name))
            return bad_tensor(w->tensors[k].name, "is described twice");
    return MOFB_OK;
}

static mofb_status read_meta(mofb__weights *w, const mofb__json *meta) {
    if (w->meta || !mofb__json_is_object(meta) || mofb__json_count(meta) > META_LIMIT)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                          "__metadata__ is not one object of at most %d texts", META_LIMIT);
    w->meta = meta;
    for (const mofb__json *v = mofb__json_first(meta); v; v = mofb__json_next(v))
        if (!mofb__json_text_of(v) || mofb__json_get(meta, mofb__json_key(v)) != v)
            return mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                              "__metadata__: '%.80s' is no text or there twice", mofb__json_key(v));
    return MOFB_OK;
}

/* A JSON object written as text under `key`. */
static mofb_status read_object(mofb__json **out, const mofb__weights *w, const char *key) {
    const char *text = mofb__weights_meta(w, key);
    if (!text) text = "{}";
    mofb_status status = mofb__json_parse(out, text, strlen(text));
    if (!status && mofb__json_is_object(*out)) return MOFB_OK;
    return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "__metadata__: '%s' is not a JSON object", key);
}

static mofb_status read_header(mofb__weights *w, const char *bytes, size_t size) {
    uint64_t length = 0;
    size_t n = 0;
    for (int k = 7; k >= 0 && size >= 8; k--) length = length << 8 | (unsigned char)bytes[k];
    if (size < 8 || length > size - 8)
        return mofb__fail(
            MOFB_ERR_FORMAT, "bad_weights",
            "not a safetensors file, or cut off: byte 0 announces a header of %llu bytes, the file has %zu",
            (unsigned long long)length, size);
    if (length > HEADER_LIMIT)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                          "byte 0 announces a header of %llu bytes; more than %d are refused",
                          (unsigned long long)length, HEADER_LIMIT);
    if (!length || bytes[8] != '{' || mofb__json_parse(&w->header, bytes + 8, (size_t)length))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "the header at byte 8 is not a JSON object");
    w->tensors = mofb__calloc(w->a, mofb__json_count(w->header) + 1, sizeof *w->tensors);
    if (!w->tensors) return mofb__no_memory();
    const char *data = bytes + 8 + length;
    for (const mofb__json *v = mofb__json_first(w->header); v; v = mofb__json_next(v)) {
        if (!strcmp(mofb__json_key(v), "__metadata__")) MOFB__TRY(read_meta(w, v));
        else MOFB__TRY(read_tensor(&w->tensors[n++], v, data, size - 8 - (size_t)length));
    }
    w->count = n;
    MOFB__TRY(check_layout(w, data, size - 8 - (size_t)length));
    MOFB__TRY(read_object(&w->config, w, "config"));
    return read_object(&w->conventions, w, "conventions");
}

mofb_status mofb__weights_from_memory(mofb__weights **out, const void *bytes, size_t size,
                                      const mofb_allocator *a) {
    const uint16_t one = 1;
    if (*(const unsigned char *)&one != 1)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "big_endian",
                          "weights are read on little-endian machines only");
    mofb__weights *w = mofb__calloc(a, 1, sizeof *w);
    if (!w) return mofb__no_memory();
    w->a = a;
    mofb_status status = read_header(w, bytes, size);
    if (status) mofb__weights_free(w);
    else *out = w;
    return status;
}

static mofb_status map_file(void **map, size_t *size, const char *path) {
    struct stat info;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 && errno == ENOENT)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "no_weights", "%s: no such file", path);
    if (file < 0 || fstat(file, &info) || !S_ISREG(info.st_mode)) {
        if (file >= 0) close(file);
        return mofb__fail(MOFB_ERR_IO, "io", "%s: cannot open: %s", path,
                          file < 0 ? strerror(errno) : "not a file");
    }
    *size = (size_t)info.st_size;
    *map = *size ? mmap(NULL, *size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    int reason = errno;
    close(file);
    if (!*size) return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "%s: the file is empty", path);
    if (*map == MAP_FAILED)
        return mofb__fail(MOFB_ERR_IO, "io", "%s: cannot map: %s", path, strerror(reason));
    return MOFB_OK;
}

mofb_status mofb__weights_open(mofb__weights **out, const char *path, const mofb_allocator *a) {
    void *map = NULL;
    size_t size = 0;
    mofb__weights *w = NULL;
    MOFB__TRY(map_file(&map, &size, path));
    mofb_status status = mofb__fail_prefix(mofb__weights_from_memory(&w, map, size, a), "%s", path);
    if (status) {
        munmap(map, size);
        return status;
    }
    w->map = map;
    w->map_size = size;
    *out = w;
    return MOFB_OK;
}

void mofb__weights_free(mofb__weights *w) {
    if (!w) return;
    mofb__json_free(w->header);
    mofb__json_free(w->config);
    mofb__json_free(w->conventions);
    mofb__free(w->tensors);
    if (w->map) munmap(w->map, w->map_size);
    mofb__free(w);
}

size_t mofb__weights_count(const mofb__weights *w) {
    return w->count;
}

const mofb__tensor *mofb__weights_at(const mofb__weights *w, size_t k) {
    return &w->tensors[k];
}

mofb_status mofb__weights_get(const mofb__tensor **out, const mofb__weights *w, const char *name) {
    mofb__tensor key = {.name = name};
    *out = bsearch(&key, w->tensors, w->count, sizeof key, by_name);
    return *out ? MOFB_OK : bad_tensor(name, "is missing");
}

mofb_status mofb__weights_f32(const float **out, const mofb__weights *w, const char *name, size_t rank,
                              const size_t *shape) {
    const mofb__tensor *t;
    MOFB__TRY(mofb__weights_get(&t, w, name));
    if (t->dtype != MOFB__F32) return bad_tensor(name, "is not F32");
    if (t->rank != rank || (rank && memcmp(t->shape, shape, rank * sizeof *shape)))
        return bad_tensor(name, "has another shape than the architecture wants");
    *out = t->data;
    return MOFB_OK;
}

const char *mofb__weights_meta(const mofb__weights *w, const char *key) {
    return w->meta ? mofb__json_text_of(mofb__json_get(w->meta, key)) : NULL;
}

const mofb__json *mofb__weights_config(const mofb__weights *w) {
    return w->config;
}

const mofb__json *mofb__weights_conventions(const mofb__weights *w) {
    return w->conventions;
}
