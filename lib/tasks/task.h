/* SPDX-License-Identifier: MIT */
/* What a task kind is and what it sees while it runs: a context, never a job, a thread or a database. */
#ifndef MOFB_TASKS_TASK_H
#define MOFB_TASKS_TASK_H

#include <stdbool.h>
#include "base/blob.h"
#include "base/file.h"
#include "base/values.h"
#include "mofbench/evaluator.h"
#include "mofbench/run.h"
#include "tasks/result.h"

typedef struct mofb__input {
    const char *name;
    bool required;
    const char *help;
} mofb__input;

typedef struct mofb__context mofb__context;

typedef struct mofb__task_kind {
    const char *name;    /* "bulk_modulus" */
    const char *title;   /* "Bulk modulus" */
    const char *summary; /* one line */
    const mofb__input *inputs;
    size_t n_inputs;
    const mofb_row *params; /* besides the common ones (preset, strict) */
    size_t n_params;
    const mofb_row *results;
    size_t n_results;
    const char *default_preset;
    /* Straight-line code. Findings go into the result (mofb__result_outcome), failures into the status. */
    mofb_status (*run)(mofb__context *ctx, const mofb_values *params, const mofb_structure *const *inputs,
                       mofb_result *result);
} mofb__task_kind;

/* All kinds, generated from meson's list. */
const mofb__task_kind *const *mofb__task_kinds(size_t *count);

/* The services a task has. mofb_run makes one; later the engine does. */
struct mofb__context {
    const mofb_allocator *a;
    mofb_evaluator *evaluator;

    /* Evaluates a batch, counting force calls; cancelled when the caller asked to stop. */
    mofb_status (*evaluate)(mofb__context *ctx, mofb_request *const *requests, size_t count);
    /* Tells how far it is; returns cancelled when the caller asked to stop, after saving a checkpoint is the
       task's business (see mofb__context_tick). */
    mofb_status (*progress)(mofb__context *ctx, const char *stage, uint64_t step, uint64_t total,
                            double fraction, const char *note);
    void (*log)(mofb__context *ctx, int32_t level, const char *format, ...);

    /* Checkpoints: due() says whether it is time; save() stores the task's blob together with the length of
       every appended artefact; restored is the blob found at the start (positioned at its first record), or
       NULL when the task begins anew. Without a directory due() is never true. */
    bool (*checkpoint_due)(mofb__context *ctx);
    mofb_status (*checkpoint_save)(mofb__context *ctx, const mofb__blob *blob);
    mofb__blob *restored;

    /* Artefacts: append() adds to a growing file of the attempt directory (opened at its checkpointed length
       after a resume); write() stores a whole one. Both do nothing without a directory. */
    mofb_status (*append)(mofb__context *ctx, const char *name, const void *data, size_t size);
    mofb_status (*write)(mofb__context *ctx, const char *name, const void *data, size_t size);

    uint64_t force_calls, launches; /* evaluations and batches; kept across a resume by the host */
};

#endif
