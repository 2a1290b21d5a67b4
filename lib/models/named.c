/* SPDX-License-Identifier: MIT */
/* Models whose id is the name of a file of weights: the file says which family reads it. */
#include <string.h>

#include "base/alloc.h"
#include "models/models.h"
#include "models/weights/import.h"

static const char option[] = "weights";

static bool takes_weights(const mofb_model_vtable *vtable) {
    for (size_t k = 0; k < vtable->n_options; k++)
        if (!strcmp(vtable->options[k].name, option)) return true;
    return false;
}

/* The family of the build for the file's architecture; `own` goes before it. */
static mofb_status family_of_file(const mofb_model_vtable **out, const char *path,
                                  const mofb_model_vtable *own, const mofb_allocator *a) {
    mofb__weights *w = NULL;
    size_t n;
    const mofb_model_vtable *const *all = mofb__models(&n);
    MOFB__TRY(mofb__weights_open(&w, path, a));
    const char *name = mofb__weights_meta(w, "architecture");
    *out = name && own && takes_weights(own) ? own : NULL;
    for (size_t k = 0; name && k < n && !*out; k++)
        if (!strcmp(all[k]->name, name) && takes_weights(all[k])) *out = all[k];
    mofb_status status =
        *out ? MOFB_OK
             : mofb__fail(MOFB_ERR_UNSUPPORTED, "unknown_architecture",
                          "%.300s: no model family of this build reads weights of the architecture '%.80s'",
                          path, name ? name : "");
    mofb__weights_free(w);
    return status;
}

mofb_status mofb__model_resolve(const mofb_model_vtable **vtable, char **file, const char *name,
                                const char *folder, const mofb_allocator *a) {
    const mofb_model_vtable *own = *vtable;
    bool path = mofb__weights_is_path(name);
    *file = NULL;
    if (!path && own) return MOFB_OK;
    if (!path && (!folder || mofb__weights_find(file, name, folder, a)))
        return mofb__model_family(vtable, name);
    if (!path && !mofb__model_family(vtable, name)) { /* a family's own name goes before files */
        mofb__free(*file);
        *file = NULL;
        return MOFB_OK;
    }
    if (path) MOFB__TRY(mofb__weights_find(file, name, NULL, a));
    mofb_status status = family_of_file(vtable, *file, own, a);
    if (!status) return MOFB_OK;
    mofb__free(*file);
    *file = NULL;
    return status;
}

mofb_status mofb__model_name(mofb__str *out, const mofb_model_vtable *vtable, const mofb_values *values) {
    const char *path = takes_weights(vtable) ? mofb_values_text(values, option) : "";
    mofb__weights *w = NULL;
    if (!path || !*path) {
        mofb__str_puts(out, vtable->name);
        return MOFB_OK;
    }
    MOFB__TRY(mofb__weights_open(&w, path, out->a));
    const char *name = mofb__weights_meta(w, "name");
    mofb__str_puts(out, name && *name ? name : vtable->name);
    mofb__weights_free(w);
    return MOFB_OK;
}
