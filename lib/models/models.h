/* SPDX-License-Identifier: MIT */
/* The families of the build and the open model object. */
#ifndef MOFB_MODELS_MODELS_H
#define MOFB_MODELS_MODELS_H

#include <stdatomic.h>
#include "base/values.h"
#include "mofbench/ext/model.h"

struct mofb_model {
    const mofb_allocator *a;
    atomic_size_t references;
    const mofb_model_vtable *vtable;
    void *state;
    mofb_model_info info;
    char *id; /* canonical */
};

/* All families, generated from meson's list. */
const mofb_model_vtable *const *mofb__models(size_t *count);

#endif
