/* SPDX-License-Identifier: MIT */
/* From published checkpoints to files of weights, and the folder they are kept in. */
#ifndef MOFB_MODELS_WEIGHTS_IMPORT_H
#define MOFB_MODELS_WEIGHTS_IMPORT_H

#include "models/weights/weights.h"
#include "mofbench/weights.h"

/* What is known of a published checkpoint. */
typedef struct mofb__published {
    const char *state_sha256, *json_sha256; /* of state.pt and model.json */
    const char *name, *convention, *functional, *licence, *citation;
} mofb__published;

/* NULL unless both files are the published ones. *state_only, if not NULL, tells that just state.pt is. */
const mofb__published *mofb__published_by_hash(const char *state_sha256, const char *json_sha256,
                                               bool *state_only);

/* A checkpoint folder as the bytes of a file of weights, checked. name, functional, licence, citation and
   convention as in mofb_import_options. */
mofb_status mofb__import_folder(mofb__str *out, const char *source, const mofb_import_options *o);

/* Tensors and plain values of the archive state.pt, as tensors of memory for mofb__tensors_free. */
typedef struct mofb__tensors {
    mofb__tensor *items;
    size_t count;
} mofb__tensors;
mofb_status mofb__import_state(mofb__tensors *out, const void *bytes, size_t size, const mofb_allocator *a);
void mofb__tensors_free(mofb__tensors *t);

mofb_status mofb__weights_import(char **info, const char *source, const mofb_import_options *o);

/* folder.c. Path of an id: itself if it is a path (has a '/' or ends in ".safetensors"), else the file of
   that name in the folder (nullable); not_found/no_weights. */
mofb_status mofb__weights_find(char **path, const char *id, const char *folder, const mofb_allocator *a);
bool mofb__weights_is_path(const char *id);

mofb_status mofb__weights_list(char **json, const char *folder, const mofb_allocator *a);
mofb_status mofb__weights_info(char **json, const char *id, const char *folder, const mofb_allocator *a);
mofb_status mofb__weights_remove(const char *id, const char *folder);

/* Before `id` with weights of this hash goes into the folder: exists/duplicate_weights naming the other id
   that has them (which is left in *other if that is not NULL: then MOFB_OK), exists/other_weights if `id` is
   taken. */
mofb_status mofb__weights_admit(char **other, const char *id, const char *sha256, const char *folder,
                                const mofb_allocator *a);
/* Makes `alias` stand for `id`. */
mofb_status mofb__weights_alias(const char *alias, const char *id, const char *folder);

#endif
