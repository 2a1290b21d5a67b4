/* SPDX-License-Identifier: MIT */
/* Writing safetensors, and the hash of what weights say. */
#include "models/weights/weights.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/sha256.h"

enum { ALIGN = 64 };

/* Holes are not allowed, so what keeps the alignment comes first; the rest falls in size of element. */
static int by_alignment(const void *a, const void *b) {
    const mofb__tensor *x = *(const mofb__tensor *const *)a, *y = *(const mofb__tensor *const *)b;
    int x_first = x->size % ALIGN == 0, y_first = y->size % ALIGN == 0;
    size_t x_size = mofb__dtype_size(x->dtype), y_size = mofb__dtype_size(y->dtype);
    if (x_first != y_first) return y_first - x_first;
    if (!x_first && x_size != y_size) return x_size > y_size ? -1 : 1;
    return strcmp(x->name, y->name);
}

static mofb_status header_text(char **out, const mofb__tensor *const *sorted, size_t count,
                               const mofb__meta *meta, size_t n_meta, const mofb_allocator *a) {
    mofb__json *header = mofb__json_new_object(), *texts = mofb__json_add_object(header, "__metadata__");
    size_t at = 0;
    for (size_t k = 0; k < n_meta; k++)
        if (meta[k].value) mofb__json_add_text(texts, meta[k].key, meta[k].value);
    for (size_t k = 0; k < count; k++) {
        const mofb__tensor *t = sorted[k];
        mofb__json *entry = mofb__json_add_object(header, t->name), *list;
        mofb__json_add_text(entry, "dtype", mofb__dtype_name(t->dtype));
        list = mofb__json_add_array(entry, "shape");
        for (size_t d = 0; d < t->rank; d++) mofb__json_add_integer(list, NULL, (int64_t)t->shape[d]);
        list = mofb__json_add_array(entry, "data_offsets");
        mofb__json_add_integer(list, NULL, (int64_t)at);
        at += t->size;
        mofb__json_add_integer(list, NULL, (int64_t)at);
    }
    mofb_status status = mofb__json_text(out, header, a);
    mofb__json_free(header);
    return status;
}

static void put_u64(mofb__str *out, uint64_t value) {
    unsigned char bytes[8];
    for (int k = 0; k < 8; k++) bytes[k] = (unsigned char)(value >> (8 * k));
    mofb__str_append(out, bytes, 8);
}

mofb_status mofb__weights_to_memory(mofb__str *out, const mofb__tensor *tensors, size_t count,
                                    const mofb__meta *meta, size_t n_meta) {
    char *text = NULL;
    const mofb__tensor **sorted = mofb__calloc(out->a, count + 1, sizeof *sorted);
    if (!sorted) return mofb__no_memory();
    for (size_t k = 0; k < count; k++) sorted[k] = &tensors[k];
    qsort(sorted, count, sizeof *sorted, by_alignment);
    mofb_status status = header_text(&text, sorted, count, meta, n_meta, out->a);
    if (!status) {
        size_t length = strlen(text), padded = (8 + length + ALIGN - 1) / ALIGN * ALIGN - 8;
        put_u64(out, padded);
        mofb__str_append(out, text, length);
        for (; length < padded; length++) mofb__str_append(out, " ", 1);
        for (size_t k = 0; k < count; k++) mofb__str_append(out, sorted[k]->data, sorted[k]->size);
        status = mofb__str_status(out);
    }
    mofb__free(text);
    mofb__free(sorted);
    return status;
}

mofb_status mofb__weights_write(const char *path, const mofb__tensor *tensors, size_t count,
                                const mofb__meta *meta, size_t n_meta, const mofb_allocator *a) {
    mofb__str out;
    mofb__str_init(&out, a);
    mofb_status status = mofb__weights_to_memory(&out, tensors, count, meta, n_meta);
    if (!status) status = mofb__file_write(path, out.data, out.len);
    mofb__str_free(&out);
    return status;
}

static void hash_u64(mofb__sha256 *h, uint64_t value) {
    unsigned char bytes[8];
    for (int k = 0; k < 8; k++) bytes[k] = (unsigned char)(value >> (8 * k));
    mofb__sha256_add(h, bytes, 8);
}

static void hash_text(mofb__sha256 *h, const char *text) {
    hash_u64(h, strlen(text));
    mofb__sha256_add(h, text, strlen(text));
}

static int by_key(const void *a, const void *b) {
    return strcmp(mofb__json_key(*(const mofb__json *const *)a),
                  mofb__json_key(*(const mofb__json *const *)b));
}

static mofb_status hash_json(mofb__sha256 *h, const mofb__json *value, const mofb_allocator *a);

/* Members in the order of their keys, however they were written. */
static mofb_status hash_container(mofb__sha256 *h, const mofb__json *value, const mofb_allocator *a) {
    bool object = mofb__json_is_object(value);
    size_t n = 0, count = mofb__json_count(value);
    const mofb__json **members = mofb__calloc(a, count + 1, sizeof *members);
    mofb_status status = MOFB_OK;
    if (!members) return mofb__no_memory();
    for (const mofb__json *v = mofb__json_first(value); v; v = mofb__json_next(v)) members[n++] = v;
    if (object) qsort(members, n, sizeof *members, by_key);
    hash_text(h, object ? "object" : "array");
    hash_u64(h, n);
    for (size_t k = 0; k < n && !status; k++) {
        if (object) hash_text(h, mofb__json_key(members[k]));
        status = hash_json(h, members[k], a);
    }
    mofb__free(members);
    return status;
}

static mofb_status hash_json(mofb__sha256 *h, const mofb__json *value, const mofb_allocator *a) {
    char number[32] = "null";
    if (mofb__json_is_object(value) || mofb__json_is_array(value)) return hash_container(h, value, a);
    if (mofb__json_text_of(value)) {
        hash_text(h, "text");
        hash_text(h, mofb__json_text_of(value));
        return MOFB_OK;
    }
    if (mofb__json_is_bool(value)) strcpy(number, mofb__json_number_of(value, 0) != 0 ? "true" : "false");
    else if (mofb__json_is_number(value)) mofb__number_text(number, mofb__json_number_of(value, 0));
    hash_text(h, number);
    return MOFB_OK;
}

mofb_status mofb__weights_sha256(char hex[65], const mofb__weights *w) {
    const char *architecture = mofb__weights_meta(w, "architecture");
    char unused[65];
    mofb__sha256 *h = mofb__sha256_new();
    hash_text(h, architecture ? architecture : "");
    mofb_status status = hash_json(h, mofb__weights_config(w), NULL);
    if (!status) status = hash_json(h, mofb__weights_conventions(w), NULL);
    for (size_t k = 0; k < mofb__weights_count(w); k++) {
        const mofb__tensor *t = mofb__weights_at(w, k);
        hash_text(h, t->name);
        hash_text(h, mofb__dtype_name(t->dtype));
        hash_u64(h, t->rank);
        for (size_t d = 0; d < t->rank; d++) hash_u64(h, t->shape[d]);
        mofb__sha256_add(h, t->data, t->size);
    }
    mofb_status finished = mofb__sha256_finish(status ? unused : hex, h);
    return status ? status : finished;
}
