/* SPDX-License-Identifier: MIT */
/* driver_task KIND PARAMETERS CELLS DIRECTORY SECONDS: runs a task on an argon crystal of CELLS³ cubes in an attempt
   directory, with a checkpoint every SECONDS, and prints the result's JSON. Made to be killed. */
#include <stdio.h>
#include <stdlib.h>

#include "mofbench/mofbench.h"
#include "support/crystal.h"

static mofb_status run(char **argv) {
    mofb_run_options o = {.struct_size = sizeof o,
                          .threads = 1,
                          .directory = argv[4],
                          .checkpoint_seconds = atof(argv[5])};
    mofb_structure *s = NULL;
    mofb_model *model = NULL;
    mofb_task *task = NULL;
    mofb_result *r = NULL;
    mofb_status status = crystal_argon(&s, atoi(argv[3]), 5.35, 0.2);
    if (!status) status = mofb_model_open(&model, "lj:epsilon=0.0104,sigma=3.4,cutoff=8.7", NULL);
    if (!status) status = mofb_task_new(&task, argv[1], argv[2], NULL);
    if (!status) status = mofb_task_set_structure(task, "structure", s);
    if (!status) status = mofb_run(&r, task, model, &o);
    if (!status) puts(mofb_result_json(r));
    else fprintf(stderr, "%s: %s\n", mofb_error_reason(), mofb_error_message());
    mofb_result_free(r);
    mofb_task_free(task);
    mofb_model_free(model);
    mofb_structure_free(s);
    return status;
}

int main(int argc, char **argv) {
    return argc == 6 ? run(argv) != MOFB_OK : 2;
}
