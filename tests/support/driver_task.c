/* SPDX-License-Identifier: MIT */
/* driver_task KIND PARAMETERS STRUCTURE DIRECTORY SECONDS: runs a task in an attempt directory, with a checkpoint
   every SECONDS, and prints the result's JSON. STRUCTURE: n for an argon crystal of n³ cubes and lj, or a file for
   uff4mof. Made to be killed. */
#include <stdio.h>
#include <stdlib.h>

#include "mofbench/mofbench.h"
#include "support/crystal.h"

static mofb_status run(char **argv) {
    mofb_run_options o = {
        .struct_size = sizeof o, .threads = 1, .directory = argv[4], .checkpoint_seconds = atof(argv[5])};
    mofb_structure *s = NULL;
    mofb_model *model = NULL;
    mofb_task *task = NULL;
    mofb_result *r = NULL;
    int cells = atoi(argv[3]);
    mofb_status status = cells ? crystal_argon(&s, cells, 5.35, 0.2) : mofb_structure_open(&s, argv[3], NULL);
    if (!status)
        status = mofb_model_open(&model, cells ? "lj:epsilon=0.0104,sigma=3.4,cutoff=8.7" : "uff4mof", NULL);
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
