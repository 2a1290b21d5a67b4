/* SPDX-License-Identifier: MIT */
/* torch's archive of a state dictionary (torch.save since 1.6): data.pkl is a pickle of views, data/<key>
   their storages. */
#include <stdio.h>
#include <string.h>

#include "models/weights/archive.h"
#include "models/weights/import.h"
#include "models/weights/pickle.h"

enum { NAME_LIMIT = 200, COUNT_LIMIT = 100000 };

/* Text without control characters, NUL-terminated, of limited length. */
static bool copy_text(char *out, size_t limit, const mofb__pickled *text) {
    if (!text->length || text->length >= limit) return false;
    for (size_t k = 0; k < text->length; k++)
        if ((unsigned char)text->text[k] < ' ') return false;
    memcpy(out, text->text, text->length);
    out[text->length] = 0;
    return true;
}

static mofb_status bad(const char *name, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_pickle", "tensor '%s': %s", name, what);
}

static mofb_status read_tensor(mofb__tensor *t, const mofb__archive *z, const mofb__pickled *key,
                               const mofb__pickled *value, size_t *budget, const mofb_allocator *a) {
    char name[NAME_LIMIT + 1], storage_key[32], path[48];
    const void *storage = NULL;
    size_t size = 0;
    if (key->kind != MOFB__PICKLED_TEXT || !copy_text(name, sizeof name, key))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_pickle",
                          "the state dictionary has a key that is no usable name");
    if (value->kind != MOFB__PICKLED_TENSOR) return bad(name, "is no tensor");
    if (!copy_text(storage_key, sizeof storage_key, value)) return bad(name, "its storage has no usable key");
    const mofb__view *v = value->view;
    *t = (mofb__tensor){.dtype = value->dtype,
                        .rank = v->rank,
                        .count = v->count,
                        .size = v->count * mofb__dtype_size(value->dtype)};
    for (size_t d = 0; d < v->rank; d++) t->shape[d] = (size_t)v->shape[d];
    /* Views may repeat a few bytes without end. */
    if (t->size > *budget) return bad(name, "the tensors are much larger than the file");
    *budget -= t->size;
    snprintf(path, sizeof path, "data/%s", storage_key);
    MOFB__TRY(mofb__fail_prefix(mofb__archive_get(&storage, &size, z, path), "tensor '%s'", name));
    void *data = mofb__alloc(a, t->size);
    t->data = data;
    t->name = mofb__strdup(a, name);
    if (!data || !t->name) return mofb__no_memory();
    return mofb__fail_prefix(mofb__pickled_gather(data, value, storage, size), "tensor '%s'", name);
}

static mofb_status check_byteorder(const mofb__archive *z) {
    const void *text = NULL;
    size_t size = 0;
    if (mofb__archive_get(&text, &size, z, "byteorder")) return MOFB_OK; /* older files have none: little */
    if (size == 6 && !memcmp(text, "little", 6)) return MOFB_OK;
    return mofb__fail(MOFB_ERR_FORMAT, "bad_archive", "archive: its byte order is not little-endian");
}

static mofb_status read_dict(mofb__tensors *out, const mofb__archive *z, const mofb__pickled *root,
                             size_t budget, const mofb_allocator *a) {
    if (root->kind != MOFB__PICKLED_DICT || root->count / 2 > COUNT_LIMIT)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_pickle", "state.pt does not hold a dictionary of tensors");
    out->items = mofb__calloc(a, root->count / 2 + 1, sizeof *out->items);
    if (!out->items) return mofb__no_memory();
    for (size_t k = 0; k < root->count; k += 2)
        MOFB__TRY(read_tensor(&out->items[out->count++], z, root->items[k], root->items[k + 1], &budget, a));
    return MOFB_OK;
}

mofb_status mofb__import_state(mofb__tensors *out, const void *bytes, size_t size, const mofb_allocator *a) {
    mofb__archive *z = NULL;
    mofb__pickle *p = NULL;
    const void *data = NULL;
    size_t length = 0;
    mofb_status status;
    *out = (mofb__tensors){0};
    MOFB__TRY(mofb__archive_open(&z, bytes, size, a));
    MOFB__TRY_GOTO(status, check_byteorder(z), done);
    MOFB__TRY_GOTO(status, mofb__archive_get(&data, &length, z, "data.pkl"), done);
    MOFB__TRY_GOTO(status, mofb__pickle_read(&p, data, length, a), done);
    status = read_dict(out, z, mofb__pickle_root(p), 2 * size, a);
done:
    mofb__pickle_free(p);
    mofb__archive_free(z);
    if (status) mofb__tensors_free(out);
    return status;
}

void mofb__tensors_free(mofb__tensors *t) {
    for (size_t k = 0; k < t->count; k++) {
        mofb__free((char *)t->items[k].name);
        mofb__free((void *)t->items[k].data);
    }
    mofb__free(t->items);
    *t = (mofb__tensors){0};
}
