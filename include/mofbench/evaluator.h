/* SPDX-License-Identifier: MIT */
/* An evaluator is a model resident on a device; a system is a structure prepared for it (typed
   topology, neighbour slots, buffers). Evaluations take batches of systems; what shares a batch
   changes no bit of a result. */
#ifndef MOFBENCH_EVALUATOR_H
#define MOFBENCH_EVALUATOR_H

#include "model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mofb_evaluator mofb_evaluator;
typedef struct mofb_system mofb_system;

typedef struct mofb_evaluator_options {
    size_t struct_size;
    const mofb_allocator *allocator; /* NULL: malloc */
    const char *device;              /* id of a device; NULL: the CPU */
    int32_t threads;                 /* CPU threads of an evaluation, up to 1024; 0: all */
    int32_t reserved;                /* 0 */
    double skin;                     /* Å of neighbour-list skin; 0: 1.0. Changes speed, not a bit. */
} mofb_evaluator_options;

enum {
    /* Keep the pairs of the structure the system was made from, whatever the distances become: for
       finite differences of potentials whose cutoff is sharp. */
    MOFB_REQUEST_HOLD_PAIRS = 1 << 0
};

/* One evaluation. The caller sets the first part, the library fills the buffers of the second part
   whose bit is set in `want`; a wanted buffer must not be NULL. */
typedef struct mofb_request {
    size_t struct_size;
    mofb_system *system;
    const double *positions; /* Å [n][3]; NULL: those of the structure */
    const double *cell;      /* Å [3][3]; NULL: that of the structure */
    uint32_t want;           /* mask of MOFB_ENERGY, ... */
    uint32_t flags;          /* MOFB_REQUEST_* */

    double energy;           /* eV */
    double *forces;          /* eV/Å [n][3] */
    double *stress;          /* eV/Å³ [3][3] */
    double *atom_energies;   /* eV [n] */
    double *virials;         /* eV [n][3][3] */
    double *charges;         /* e [n] */
    double *magmoms;         /* µB [n] */
} mofb_request;

/* Makes a model resident on a device. The evaluator holds a reference to the model. Caller owns *out.
   options: nullable. Errors: not_found (unknown_device), invalid (out_of_range), device, no_memory. Thread: any. Since 0.1. */
MOFB_API mofb_status mofb_evaluator_new(mofb_evaluator **out, const mofb_model *model,
                                        const mofb_evaluator_options *options);

/* Frees it once the last of its systems is gone; order does not matter. NULL is fine. */
MOFB_API void mofb_evaluator_free(mofb_evaluator *evaluator);

/* Prepares a structure: perceives topology and types once. Caller owns *out. Errors: unsupported
   (unsupported_element, listing them), no_memory. Thread: any. */
MOFB_API mofb_status mofb_system_new(mofb_system **out, mofb_evaluator *evaluator,
                                     const mofb_structure *structure);

/* NULL is fine. Thread: one. */
MOFB_API void mofb_system_free(mofb_system *system);

/* The structure it was made from. Borrowed. */
MOFB_API const mofb_structure *mofb_system_structure(const mofb_system *system);

/* JSON object with what the model perceived of the structure (atom types, bonds with order and cell
   shift, energy by term, ...), {} if it has nothing to say. Caller frees with mofb_text_free. Thread: one. */
MOFB_API mofb_status mofb_system_describe(char **out, mofb_system *system);

/* Evaluates a batch. requests: [count] pointers; each system appears at most once. The first failing
   request ends the call with its status; outputs are then undefined. Errors: unsupported (a quantity
   the model does not declare, stress without a periodic cell), invalid (not_finite input),
   no_memory, device. Thread: one evaluator at a time. */
MOFB_API mofb_status mofb_evaluator_run(mofb_evaluator *evaluator, mofb_request *const *requests,
                                        size_t count);

#ifdef __cplusplus
}
#endif
#endif
