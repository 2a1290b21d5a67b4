/* SPDX-License-Identifier: MIT */
/* Weights of network potentials: published checkpoints are imported once into files of our own, which model
   ids name. docs/weights.md describes the files. */
#ifndef MOFBENCH_WEIGHTS_H
#define MOFBENCH_WEIGHTS_H

#include "allocator.h"
#include "error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mofb_import_options {
    size_t struct_size;
    const mofb_allocator *allocator; /* NULL: malloc */
    const char *output;     /* file to write, replaced if there; NULL: into `folder`, as <name>.safetensors */
    const char *folder;     /* the model folder, made if missing; searched for the same weights. NULL: none */
    const char *convention; /* "embed_at=dst,message_from=dst,message_to=src"; NULL: only known files */
    const char *name;       /* of the model; NULL: the published one, or the source's */
    const char *functional; /* of the training data, e.g. "PBE"; NULL: the known one, or not said */
    const char *licence;    /* likewise */
    const char *citation;   /* likewise */
    int32_t alias;          /* non-zero: weights that `folder` has under another id become an alias of it */
    int32_t reserved;
} mofb_import_options;

/* Imports a published checkpoint folder (model.json and state.pt as matgl writes them), or takes in a file of
   ours. Nothing of the source is executed. The file is written whole or not at all. *info: as
   mofb_weights_info, nullable, freed with mofb_text_free. options: output or folder must be given. Errors:
   not_found (no_weights), io, format (bad_archive, bad_pickle, bad_weights, bad_json: naming entry, byte or
   tensor), unsupported (unknown_architecture, unsupported_config), invalid (unknown_convention: neither known
   nor said; bad_path), exists (duplicate_weights: under another id in the folder; other_weights: this id has
   others), no_memory. Thread: any. Since 0.1. */
MOFB_API mofb_status mofb_weights_import(char **info, const char *source, const mofb_import_options *options);

/* JSON array of what a model folder holds, by id: id, path, and alias_of (the id an alias stands for), and
   either name, architecture, functional, licence, sha256, bytes, and same_as (another id with the same
   weights that is no alias), or error. A missing folder is an empty one. Freed with mofb_text_free. Thread:
   any. Since 0.1. */
MOFB_API mofb_status mofb_weights_list(char **json, const char *folder);

/* JSON object about one file: what mofb_weights_list tells, citation, source_sha256, config, conventions, and
   tensors with name, dtype and shape. id: of `folder` (nullable), or a path. Errors: not_found (no_weights),
   format (bad_weights) and those of a file that its architecture does not fit. Thread: any. Since 0.1. */
MOFB_API mofb_status mofb_weights_info(char **json, const char *id, const char *folder);

/* Removes an id from the folder. Errors: not_found (no_weights), exists (has_alias, naming it), io. Thread:
   any. Since 0.1. */
MOFB_API mofb_status mofb_weights_remove(const char *id, const char *folder);

#ifdef __cplusplus
}
#endif
#endif
