/* SPDX-License-Identifier: MIT */
/* Weights of a network potential: a memory-mapped safetensors file whose metadata says which architecture,
   with which hyper-parameters and conventions, the tensors belong to. docs/weights.md describes the file. */
#ifndef MOFB_MODELS_WEIGHTS_WEIGHTS_H
#define MOFB_MODELS_WEIGHTS_WEIGHTS_H

#include "base/json.h"

enum { MOFB__TENSOR_MAX_RANK = 8 };

enum {
    MOFB__F64,
    MOFB__F32,
    MOFB__F16,
    MOFB__BF16,
    MOFB__I64,
    MOFB__I32,
    MOFB__I16,
    MOFB__I8,
    MOFB__U8,
    MOFB__BOOL,
    MOFB__N_DTYPES
};

/* "F32", ...; and bytes of one element. */
const char *mofb__dtype_name(int32_t dtype);
size_t mofb__dtype_size(int32_t dtype);

typedef struct mofb__tensor {
    const char *name;
    int32_t dtype;
    size_t rank; /* 0: a scalar */
    size_t shape[MOFB__TENSOR_MAX_RANK];
    size_t count, size; /* elements, bytes */
    const void
        *data; /* C order, little endian, aligned to the element (files of ours: 64 bytes, but for those
                           whose size is no multiple of it) */
} mofb__tensor;

typedef struct mofb__weights mofb__weights;

/* Maps the file and checks all of it but the values: header, types, shapes, offsets (inside the file, no
   holes, no overlaps, aligned), unique names. The file must not be changed while it is open. Errors:
   not_found/no_weights, io, format/bad_weights naming tensor or byte. */
mofb_status mofb__weights_open(mofb__weights **out, const char *path, const mofb_allocator *a);

/* The same from memory, which is borrowed and 8-byte aligned. */
mofb_status mofb__weights_from_memory(mofb__weights **out, const void *bytes, size_t size,
                                      const mofb_allocator *a);
void mofb__weights_free(mofb__weights *w);

/* Sorted by name. */
size_t mofb__weights_count(const mofb__weights *w);
const mofb__tensor *mofb__weights_at(const mofb__weights *w, size_t k);

/* format/bad_weights naming the tensor if there is none. */
mofb_status mofb__weights_get(const mofb__tensor **out, const mofb__weights *w, const char *name);

/* Values of the F32 tensor `name` of exactly this shape (rank sizes); else format/bad_weights. */
mofb_status mofb__weights_f32(const float **out, const mofb__weights *w, const char *name, size_t rank,
                              const size_t *shape);

/* Metadata: the text of a key, NULL if absent. `config` (hyper-parameters: the published model.json's
   init_args, flat, and calc_repuls) and `conventions` as JSON objects, empty ones if absent. */
const char *mofb__weights_meta(const mofb__weights *w, const char *key);
const mofb__json *mofb__weights_config(const mofb__weights *w);
const mofb__json *mofb__weights_conventions(const mofb__weights *w);

/* Architectures and their conventions: "tensornet" (embed_at, message_from, message_to: "src" or "dst"),
   "m3gnet" (message_to).

   Names and shapes are those of the architecture with its hyper-parameters (architecture.c), the conventions
   are said, every value is finite: then mofb__weights_get finds every tensor of the listing. Errors:
   unsupported/unknown_architecture, unsupported/unsupported_config, format/bad_weights,
   invalid/unknown_convention. */
mofb_status mofb__weights_check(const mofb__weights *w);

/* Atomic numbers of config's element_types in their order: element k is row k of the embedding. *count at
   most 118. format/bad_weights if the list is missing, has unknown symbols or one of them twice. */
mofb_status mofb__weights_elements(int32_t numbers[118], size_t *count, const mofb__json *config);

/* Bytes of a model id that are a path to a file of weights (it has a '/' or ".safetensors", up to a ':' or
   '+' behind that): options, or another model of a sum, may follow. 0 if the id does not begin with a path.
   */
size_t mofb__weights_path_length(const char *id);

/* SHA-256 over architecture, configuration, conventions and tensors (sorted names; dtype, shape, bytes): the
   same for two files with the same weights, whatever their names, order and layout. */
mofb_status mofb__weights_sha256(char hex[65], const mofb__weights *w);

/* One metadata entry to write; value NULL: left out. */
typedef struct mofb__meta {
    const char *key, *value;
} mofb__meta;

/* A safetensors file of these tensors, data 64-byte aligned, whole or not at all. */
mofb_status mofb__weights_write(const char *path, const mofb__tensor *tensors, size_t count,
                                const mofb__meta *meta, size_t n_meta, const mofb_allocator *a);
/* The same into memory. */
mofb_status mofb__weights_to_memory(mofb__str *out, const mofb__tensor *tensors, size_t count,
                                    const mofb__meta *meta, size_t n_meta);

#endif
