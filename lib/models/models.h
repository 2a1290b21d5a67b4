/* SPDX-License-Identifier: MIT */
/* The families of the build, the open model, and the host side of the model vtable: evaluator and system. */
#ifndef MOFB_MODELS_MODELS_H
#define MOFB_MODELS_MODELS_H

#include <stdatomic.h>
#include "base/values.h"
#include "mofbench/evaluator.h"
#include "mofbench/ext/model.h"
#include "structure/nlist.h"

struct mofb_model {
    const mofb_allocator *a;
    atomic_size_t references;
    const mofb_model_vtable *vtable;
    void *state;
    mofb_model_info info;
    char *id; /* canonical */
};

struct mofb_evaluator {
    const mofb_allocator *a;
    atomic_size_t references; /* the owner's and one for each system */
    mofb_model *model;
    int32_t threads;
    double skin;
    atomic_flag running;
    uint64_t batch;  /* number of the batch that runs, from 1 */
    mofb_work *work; /* grows to the largest batch */
    mofb_status *status;
    size_t work_capacity, status_capacity;
};

struct mofb_system {
    const mofb_allocator *a;
    mofb_evaluator *evaluator;
    mofb_structure *structure;
    void *state;       /* the model's */
    mofb__nlist *list; /* NULL if the model wants no edges */
    bool held;         /* the list holds the pairs of the structure */
    uint64_t batch;    /* the last one it was in */
    mofb_work last;    /* of the last evaluation, for describing; output pointers cleared */
    double *last_positions;
    double last_cell[9];
};

/* All families, generated from meson's list. */
const mofb_model_vtable *const *mofb__models(size_t *count);

/* The family of that name; not_found/unknown_model naming the nearest. */
mofb_status mofb__model_family(const mofb_model_vtable **out, const char *name);

/* Opens `id` ("name:key=value,...") from the given family, or from the build's if vtable is NULL. */
mofb_status mofb__model_open(mofb_model **out, const char *id, const mofb_model_vtable *vtable,
                             const mofb_allocator *a);
void mofb__model_unref(mofb_model *m);

/* unsupported/unsupported_element listing what the model lacks. */
mofb_status mofb__model_supports(const mofb_model *m, const mofb_structure *s);

mofb_status mofb__evaluator_new(mofb_evaluator **out, const mofb_model *model,
                                const mofb_evaluator_options *options);
void mofb__evaluator_unref(mofb_evaluator *e);
mofb_status mofb__system_new(mofb_system **out, mofb_evaluator *e, const mofb_structure *s);
void mofb__system_free(mofb_system *system);
mofb_status mofb__system_describe(char **out, mofb_system *system);
mofb_status mofb__evaluator_run(mofb_evaluator *e, mofb_request *const *requests, size_t count);

#endif
