/* SPDX-License-Identifier: MIT */
/* What a potential implements. lib/models/lj is the smallest example. Stable within a minor version.

   The host resolves names and options, keeps neighbour lists, checks elements and requests, hands
   over batches, and calls one evaluation at a time per evaluator. The model turns edges into
   energies. Whatever else is in the batch must not change a bit of an item's outputs. */
#ifndef MOFBENCH_EXT_MODEL_H
#define MOFBENCH_EXT_MODEL_H

#include "../model.h"
#include "table.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which pairs the host hands to a model. */
enum {
    MOFB_EDGES_NONE = 0,
    MOFB_EDGES_FULL = 1, /* every directed pair (i, j, S), both directions */
    MOFB_EDGES_HALF = 2  /* each unordered pair once: i < j, or i == j and S lexicographically positive */
};

/* Pairs within the cutoff: vec = r_j + S·cell − r_i, |vec| ≤ cutoff, without (i, i, 0), periodic
   self images kept; sorted by (i, j, S), rows in CSR form. Arrays belong to the host. */
typedef struct mofb_edges {
    size_t struct_size;
    size_t count;
    const size_t *first;  /* [n_atoms + 1] */
    const int32_t *j;     /* [count] */
    const int32_t *shift; /* [count][3] in cell vectors, for the positions as given */
    const double *vec;    /* Å [count][3] */
} mofb_edges;

/* What the model is, filled by `open`; strings are borrowed from the model's state. */
typedef struct mofb_model_info {
    size_t struct_size;
    uint32_t outputs;       /* mask of MOFB_ENERGY, ... */
    int32_t edges;          /* MOFB_EDGES_* */
    double cutoff;          /* Å */
    uint8_t elements[128];  /* [Z] = 1 if known */
    const char *functional; /* training functional ("PBE", "r2SCAN"); NULL: none */
    const char *licence;    /* of the parameters; NULL: not said */
    char sha256[65];        /* over architecture, options and parameters */
    char padding[7];
} mofb_model_info;

/* One item of a batch. Output pointers are NULL where not wanted; others are to be overwritten. */
typedef struct mofb_work {
    size_t struct_size;
    void *system;            /* from system_new; used by one thread at a time */
    size_t n_atoms;
    const int32_t *numbers;  /* [n_atoms] */
    const double *positions; /* Å [n_atoms][3] */
    const double *cell;      /* Å [3][3]; NULL: not periodic */
    const int32_t *periodic; /* [3] */
    double volume;           /* Å³; 0 without a cell */
    const mofb_edges *edges; /* NULL if the model asked for none */
    double *energy, *forces, *stress, *atom_energies, *virials, *charges, *magmoms;
    mofb_status status;      /* out, starts as MOFB_OK */
    uint32_t flags;          /* MOFB_REQUEST_* (evaluator.h); edges obey them already */
} mofb_work;

typedef struct mofb_model_vtable {
    size_t struct_size;
    const char *name;      /* "lj" */
    const char *summary;   /* one line */
    const char *citations; /* papers the formulas and parameters come from */
    const mofb_row *options;
    size_t n_options;

    /* Makes the model's state. On failure set the error with mofb_ext_fail and return its status. */
    mofb_status (*open)(void **state, mofb_model_info *info, const mofb_values *options,
                        const mofb_allocator *allocator);
    void (*free)(void *state);

    /* Prepares a structure. `threads`: how many an evaluation may use. */
    mofb_status (*system_new)(void **system, void *state, const mofb_structure *structure,
                              const mofb_allocator *allocator);
    void (*system_free)(void *system);

    /* Evaluates a batch. threads: how many the call may use; results must not depend on it. */
    mofb_status (*evaluate)(void *state, mofb_work *items, size_t count, int32_t threads);

    /* Optional: JSON object for mofb_system_describe, allocated with mofb_ext_text. */
    mofb_status (*describe)(char **json, void *system, const mofb_work *last);
} mofb_model_vtable;

/* Sets the calling thread's error (one line, printf-like) and returns `status`. */
MOFB_API mofb_status mofb_ext_fail(mofb_status status, const char *reason, const char *format, ...);

/* Copy of `text` that mofb_text_free frees; NULL when out of memory. */
MOFB_API char *mofb_ext_text(const char *text, const mofb_allocator *allocator);

#ifdef __cplusplus
}
#endif
#endif
