/* SPDX-License-Identifier: MIT */
/* A model: an interatomic potential with its parameters and options. It never changes after it was
   opened, is reference counted, and may be shared between threads freely. */
#ifndef MOFBENCH_MODEL_H
#define MOFBENCH_MODEL_H

#include "structure.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mofb_model mofb_model;
struct mofb_model_vtable;

/* Quantities a model can give; also the request mask of an evaluation. What a model does not declare
   is absent from results, not zero. */
enum {
    MOFB_ENERGY = 1 << 0,        /* eV */
    MOFB_FORCES = 1 << 1,        /* −dE/dr, eV/Å [n][3] */
    MOFB_STRESS = 1 << 2,        /* (1/V) dE/dε, symmetric, positive = tension, eV/Å³ [3][3] */
    MOFB_ATOM_ENERGIES = 1 << 3, /* eV [n] */
    MOFB_VIRIALS = 1 << 4,       /* per atom, −Σ r⊗f, eV [n][3][3] */
    MOFB_CHARGES = 1 << 5,       /* e [n] */
    MOFB_MAGMOMS = 1 << 6        /* µB [n] */
};

typedef struct mofb_model_options {
    size_t struct_size;
    const mofb_allocator *allocator;         /* NULL: malloc */
    const struct mofb_model_vtable *vtable;  /* an out-of-tree potential (ext/model.h), borrowed while the
                                                model lives; NULL: those of the build */
    const char *folder;                      /* files of weights (weights.h), which ids name; NULL: none */
} mofb_model_options;

/* Opens a model. id: "name" or "name:key=value,key=value", e.g. "uff4mof:rules=lammps_interface", or a sum of
   models with '+' between, e.g. "lj+d3:functional=pbe": energies, forces, stresses, per-atom energies and
   virials add up; it knows the elements and gives the outputs that all parts do. A name may also be that of a
   file of weights in options->folder, or a path to one (first in a sum): its metadata says which family reads
   it. options: nullable. Caller owns *out. Errors: not_found (unknown_model, naming the nearest; no_weights),
   format (bad_weights), unsupported (unknown_architecture), invalid (unknown_parameter, bad_value,
   out_of_range, missing_functional), no_memory. Thread: any. Since 0.1. */
MOFB_API mofb_status mofb_model_open(mofb_model **out, const char *id, const mofb_model_options *options);

/* A further reference. Thread: any. */
MOFB_API mofb_model *mofb_model_ref(const mofb_model *model);

/* Gives up one reference. NULL is fine. Thread: any. */
MOFB_API void mofb_model_free(mofb_model *model);

/* Canonical id: the name and every option that is not at its default. Borrowed. */
MOFB_API const char *mofb_model_id(const mofb_model *model);

/* SHA-256 (64 hexadecimal digits) over architecture, options and parameters. Borrowed. */
MOFB_API const char *mofb_model_sha256(const mofb_model *model);

/* Largest interaction distance in Å. */
MOFB_API double mofb_model_cutoff(const mofb_model *model);

/* Mask of MOFB_ENERGY, ... that the model declares. */
MOFB_API uint32_t mofb_model_outputs(const mofb_model *model);

/* MOFB_OK if the model knows every element of the structure, else unsupported with reason
   unsupported_element and a message listing the missing ones. Thread: any. */
MOFB_API mofb_status mofb_model_supports(const mofb_model *model, const mofb_structure *structure);

/* Number of model families in this build, and the name of one. Borrowed, static. NULL past the end. */
MOFB_API size_t mofb_model_kind_count(void);
MOFB_API const char *mofb_model_kind_name(size_t index);

/* JSON object describing a family: name, summary, citations, options with type, unit, default,
   range and meaning. *out: NUL-terminated, the caller frees it with mofb_text_free. Errors: not_found. */
MOFB_API mofb_status mofb_model_kind_describe(char **out, const char *name);

/* Frees a text the library returned as owned by the caller. NULL is fine. Thread: any. */
MOFB_API void mofb_text_free(char *text);

#ifdef __cplusplus
}
#endif
#endif
