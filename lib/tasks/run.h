/* SPDX-License-Identifier: MIT */
/* Running a task on the calling thread. */
#ifndef MOFB_TASKS_RUN_H
#define MOFB_TASKS_RUN_H

#include "mofbench/run.h"

/* options: complete (read from the caller's). */
mofb_status mofb__run(mofb_result **out, const mofb_task *task, const mofb_model *model,
                      const mofb_run_options *options);

#endif
