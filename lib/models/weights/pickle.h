/* SPDX-License-Identifier: MIT */
/* A reader of pickles that can only make tensors and plain values: it has no way to call anything. Types
   other than collections.OrderedDict, torch's storages and torch._utils._rebuild_tensor_v2 are refused by
   name. */
#ifndef MOFB_MODELS_WEIGHTS_PICKLE_H
#define MOFB_MODELS_WEIGHTS_PICKLE_H

#include "models/weights/weights.h"

enum {
    MOFB__PICKLED_NONE,
    MOFB__PICKLED_BOOL,
    MOFB__PICKLED_INTEGER,
    MOFB__PICKLED_NUMBER,
    MOFB__PICKLED_TEXT,
    MOFB__PICKLED_TUPLE,
    MOFB__PICKLED_LIST,
    MOFB__PICKLED_DICT,
    MOFB__PICKLED_GLOBAL,
    MOFB__PICKLED_STORAGE,
    MOFB__PICKLED_TENSOR
};

/* A tensor as a view: element (i, j, ...) is number offset + i·stride[0] + j·stride[1] + ... of its storage. */
typedef struct mofb__view {
    int64_t offset, storage_count; /* elements */
    size_t rank;
    int64_t shape[MOFB__TENSOR_MAX_RANK], stride[MOFB__TENSOR_MAX_RANK]; /* none below 0 */
    size_t count;                                                        /* product of shape */
} mofb__view;

typedef struct mofb__pickled mofb__pickled;
struct mofb__pickled {
    int32_t kind, dtype; /* dtype: of storages and tensors */
    int64_t integer;     /* bool, integer; elements of a storage */
    double number;
    const char *text; /* of `length` bytes, not terminated; of storages and tensors the storage's key */
    size_t length;
    mofb__pickled **items; /* tuple, list; dict: keys and values in turn, in order */
    size_t count, capacity;
    const mofb__view *view; /* of tensors: every element lies within storage_count */
};

typedef struct mofb__pickle mofb__pickle;

/* The bytes are borrowed: texts point into them. Time is linear in the size (4 MiB at most), memory bounded,
   nesting costs no stack. Values may contain each other and themselves. Errors: format/bad_pickle naming the
   byte. */
mofb_status mofb__pickle_read(mofb__pickle **out, const void *bytes, size_t size, const mofb_allocator *a);
void mofb__pickle_free(mofb__pickle *p);

const mofb__pickled *mofb__pickle_root(const mofb__pickle *p);

/* Elements of a tensor in C order into `to`, view->count of them. storage: size bytes; format/bad_pickle
   unless they are as many as the tensor's storage has. */
mofb_status mofb__pickled_gather(void *to, const mofb__pickled *tensor, const void *storage, size_t size);

#endif
