/* SPDX-License-Identifier: MIT */
/* The attempt directory: one run of a task on the disk, in a form that survives being killed at any moment.

     attempt.json   what is run: task, parameters, model, structures, library; written first
     checkpoint     the task's state and the length of every appended file at that moment; replaced in whole
     *.extxyz, *.csv ...  artefacts; appended ones are cut back to their checkpointed length on a resume
     result.json    the result; written last, by rename, after which the checkpoint goes */
#ifndef MOFB_TASKS_ATTEMPT_H
#define MOFB_TASKS_ATTEMPT_H

#include <stdbool.h>
#include "base/blob.h"
#include "base/file.h"
#include "tasks/result.h"

typedef struct mofb__attempt {
    const mofb_allocator *a;
    char *folder; /* NULL: nothing is kept and every call below does nothing */
    int lock;     /* descriptor of attempt.json, which keeps other processes out; -1: none */
    struct mofb__attempt_file {
        char *name;
        mofb__appender appender;
    } * files;
    size_t count, capacity;
} mofb__attempt;

/* Opens or makes the folder for the run that `identity` (a JSON object's text) describes. One that holds
   another run is refused with exists/other_attempt, naming what differs, unless `fresh`, which forgets what
   is there; one that another process is at with busy/attempt_in_use. On failure nothing needs closing. */
mofb_status mofb__attempt_open(mofb__attempt *out, const char *folder, const char *identity, bool fresh,
                               const mofb_allocator *a);
mofb_status mofb__attempt_close(mofb__attempt *t);

/* The finished result, or NULL if there is none yet. */
mofb_status mofb__attempt_result(mofb_result **out, const mofb__attempt *t);

/* The checkpoint's host and task states (initialised blobs), with all appended files cut back to it. *found:
   whether there was one. */
mofb_status mofb__attempt_restore(mofb__attempt *t, mofb__blob *host, mofb__blob *task, bool *found);

/* Syncs the appended files, then replaces the checkpoint. */
mofb_status mofb__attempt_save(mofb__attempt *t, const mofb__blob *host, const mofb__blob *task);

mofb_status mofb__attempt_append(mofb__attempt *t, const char *name, const void *data, size_t size);
mofb_status mofb__attempt_write(mofb__attempt *t, const char *name, const void *data, size_t size);

/* Ends the attempt: everything synced, result.json renamed into place, the checkpoint removed. */
mofb_status mofb__attempt_finish(mofb__attempt *t, const mofb_result *result);

#endif
