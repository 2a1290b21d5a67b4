/* SPDX-License-Identifier: MIT */
/* What a task sees while it runs: evaluations, progress, log, checkpoints and artefacts, never a job, a
   thread or a database. mofb_run makes a context; an engine can make another. */
#ifndef MOFB_TASKS_CONTEXT_H
#define MOFB_TASKS_CONTEXT_H

#include <stdbool.h>
#include "base/blob.h"
#include "mofbench/evaluator.h"
#include "mofbench/run.h"
#include "tasks/task.h"

struct mofb__context {
    const mofb_allocator *a;
    const mofb_model *model;
    mofb_evaluator *evaluator;
    int32_t threads; /* for work beside the evaluations */
    bool keeps;      /* artefacts are kept; without, tasks need not format them */

    /* Evaluates a batch and counts its force calls. */
    mofb_status (*evaluate)(mofb__context *ctx, mofb_request *const *requests, size_t count);
    /* Tells how far the task is; cancelled when the caller asked to stop. */
    mofb_status (*progress)(mofb__context *ctx, const mofb_progress *progress);
    void (*log)(mofb__context *ctx, int32_t level, const char *message);

    /* Checkpoints: due() says whether it is time (never without a place to keep one); save() stores the
       task's state together with the lengths of all appended artefacts, which are on the disk before it. */
    bool (*checkpoint_due)(mofb__context *ctx);
    mofb_status (*checkpoint_save)(mofb__context *ctx, const mofb__blob *state);
    mofb__blob *restored; /* state found at the start, to be read once; NULL: begin anew */

    /* Artefacts: append() adds to a growing file, which after a resume continues at its checkpointed length;
       write() stores a whole one. Both do nothing where nothing is kept. */
    mofb_status (*append)(mofb__context *ctx, const char *name, const void *data, size_t size);
    mofb_status (*write)(mofb__context *ctx, const char *name, const void *data, size_t size);

    uint64_t force_calls, launches; /* systems and batches evaluated so far; survive a resume */
};

/* A point of a task's code where all its state can be stored: between two steps. */
typedef struct mofb__moment {
    const char *stage;
    const char *note; /* NULL: none */
    uint64_t step, total;
    double fraction; /* of the whole task */
    void (*save)(void *user, mofb__blob *b);
    void *user;
} mofb__moment;

/* Tells progress; saves a checkpoint if one is due or the caller asked to stop; then cancelled in that case.
   Every loop of a task calls it once a step. */
mofb_status mofb__context_tick(mofb__context *ctx, const mofb__moment *at);

void mofb__context_log(mofb__context *ctx, int32_t level, const char *format, ...) MOFB__PRINTF(3, 4);

/* Most systems of n_atoms each that a batch should hold: bounds the memory of a task that could ask for any
   number at once. Depends on n_atoms alone. */
size_t mofb__context_batch(size_t n_atoms);

#endif
