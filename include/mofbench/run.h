/* SPDX-License-Identifier: MIT */
/* Running a task on the calling thread. */
#ifndef MOFBENCH_RUN_H
#define MOFBENCH_RUN_H

#include "model.h"
#include "result.h"
#include "task.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mofb_progress {
    size_t struct_size;
    const char *stage;     /* "relaxation", "npt", ...; valid during the call */
    const char *note;      /* one line to show beside it, "" if none */
    uint64_t step, total;  /* of the stage; total 0: unknown */
    double fraction;       /* of the whole task, 0..1 */
} mofb_progress;

enum { MOFB_LOG_INFO = 0, MOFB_LOG_WARNING = 1 };

typedef struct mofb_run_options {
    size_t struct_size;
    const mofb_allocator *allocator; /* NULL: malloc */
    const char *device;              /* NULL: the CPU */
    int32_t threads;                 /* CPU threads, up to 1024; 0: all */
    int32_t fresh;                   /* 1: do not continue from what the directory holds */
    const char *directory;           /* attempt directory for checkpoints, trajectory, result.json and other
                                        artefacts; made if missing; NULL: nothing is written and a
                                        cancelled run starts over. An unfinished run of the same task,
                                        model and structures found there is continued to the same bits. */
    double checkpoint_seconds;       /* time between checkpoints; 0: 30 s; negative: every step */
    int32_t (*on_progress)(const mofb_progress *progress, void *user);            /* non-zero cancels; nullable */
    int32_t (*on_log)(int32_t level, const char *message, size_t length, void *user); /* nullable */
    void *user;                      /* for both callbacks; they come on the calling thread */
} mofb_run_options;

/* Fills *options with defaults. size: sizeof(mofb_run_options) of the caller. Thread: any. */
MOFB_API void mofb_run_options_init(mofb_run_options *options, size_t size);

/* Runs a task with a model and waits for it. options: nullable. Caller owns *out. on_progress is called
   at every step (cancellation is acknowledged within one). Errors: invalid (missing_input, strict
   findings as strict_<outcome>), unsupported (elements; needs_cell), exists (other_attempt: the directory holds
   another run), busy (attempt_in_use), cancelled, io, no_memory, device.
   Thread: any; the model and structures may be shared, the task may not change meanwhile. Since 0.1. */
MOFB_API mofb_status mofb_run(mofb_result **out, const mofb_task *task, const mofb_model *model,
                              const mofb_run_options *options);

#ifdef __cplusplus
}
#endif
#endif
