/* SPDX-License-Identifier: MIT */
/* The families of the build, the open model, and the host side of the model vtable: evaluator and system. */
#ifndef MOFB_MODELS_MODELS_H
#define MOFB_MODELS_MODELS_H

#include <stdatomic.h>
#include "base/values.h"
#include "mofbench/evaluator.h"
#include "mofbench/ext/model.h"
#include "structure/nlist.h"

/* A model of one family, or the sum of several. */
struct mofb_model {
    const mofb_allocator *a;
    atomic_size_t references;
    const mofb_model_vtable *vtable; /* NULL: a sum */
    void *state;
    mofb_model_info info;
    char *id;           /* canonical */
    mofb_model **parts; /* [n_parts]; the model itself, not counted, if it is no sum */
    size_t n_parts;
    mofb_model *self;
};

struct mofb_evaluator {
    const mofb_allocator *a;
    atomic_size_t references; /* the owner's and one for each system */
    mofb_model *model;
    int32_t threads;
    double skin;
    atomic_flag running;
    uint64_t batch;            /* number of the batch that runs, from 1 */
    mofb_work *work, *addends; /* grow to the largest batch; addends: of the later parts of a sum */
    mofb_status *status;
    double *scratch; /* what the addends' outputs go to */
    size_t work_capacity, addends_capacity, status_capacity, scratch_capacity;
};

/* A structure prepared for one part of the model. */
typedef struct mofb__slot {
    const mofb_model *part;
    void *state;       /* the part's */
    mofb__nlist *list; /* NULL if the part wants no edges */
    bool held;         /* the list holds the pairs of the structure */
} mofb__slot;

struct mofb_system {
    const mofb_allocator *a;
    mofb_evaluator *evaluator;
    mofb_structure *structure;
    mofb__slot *slots; /* [the model's n_parts] */
    uint64_t batch;    /* the last one it was in */
    mofb_work last;    /* of the last evaluation, for describing; output pointers cleared */
    double *last_positions;
    double last_cell[9];
};

/* All families, generated from meson's list. */
const mofb_model_vtable *const *mofb__models(size_t *count);

/* The family of that name; not_found/unknown_model naming the nearest. */
mofb_status mofb__model_family(const mofb_model_vtable **out, const char *name);

/* Opens `id`: "name:key=value,..." or several of these with '+' between, a sum. Names are of the build's
   families and of vtable (nullable), which a single name always means, and of files of weights: paths, or
   names in `folder` (nullable). In a sum, an option `functional` without a default takes the training
   functional of a part before it. */
mofb_status mofb__model_open(mofb_model **out, const char *id, const mofb_model_vtable *vtable, const char *folder,
                             const mofb_allocator *a);
void mofb__model_unref(mofb_model *m);

/* named.c. The family a name means; *vtable, if not NULL, goes before those of the build. *file: the file of
   weights that the name means, NULL if it is a family's own. Errors: unknown_model, no_weights, bad_weights,
   unsupported/unknown_architecture. */
mofb_status mofb__model_resolve(const mofb_model_vtable **vtable, char **file, const char *name, const char *folder,
                                const mofb_allocator *a);
/* What ids call the model: the name in its weights, or the family's. */
mofb_status mofb__model_name(mofb__str *out, const mofb_model_vtable *vtable, const mofb_values *values);

/* Cuts `text` behind its first part and returns the next, NULL if there is none. A '+' before a name cuts. */
char *mofb__sum_cut(char *text);
/* Id and info of a sum from its parts. */
mofb_status mofb__sum_combine(mofb_model *m);
/* Copies of work items whose outputs go to scratch of the evaluator's, in e->addends. */
mofb_status mofb__sum_prepare(mofb_evaluator *e, const mofb_work *work, size_t count);
/* Adds the outputs of an addend. */
void mofb__sum_add(mofb_work *w, const mofb_work *addend);

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
