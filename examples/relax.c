/* SPDX-License-Identifier: MIT */
/* A task from start to end: relax a MOF and its cell, show progress, read the result, keep the structure.

     cc relax.c $(pkg-config --cflags --libs mofbench) -o relax && ./relax MOF-5.cif relaxed.cif */
#include <mofbench/mofbench.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(void) {
    fprintf(stderr, "%s: %s\n", mofb_error_reason(), mofb_error_message());
    return EXIT_FAILURE;
}

/* Called at every step on this thread; returning non-zero would stop the run. */
static int32_t show(const mofb_progress *progress, void *user) {
    (void)user;
    if (progress->step % 20 == 0)
        printf("%s step %llu %s\n", progress->stage, (unsigned long long)progress->step, progress->note);
    return 0;
}

int main(int argc, char **argv) {
    mofb_structure *mof = NULL;
    mofb_model *model = NULL;
    mofb_task *task = NULL;
    mofb_result *result = NULL;
    mofb_run_options options;
    const mofb_structure *relaxed;
    double volume, change;
    if (argc < 2) return fprintf(stderr, "usage: relax FILE [OUTPUT]\n"), EXIT_FAILURE;

    if (mofb_structure_open(&mof, argv[1], NULL)) return fail();
    if (mofb_model_open(&model, "uff4mof", NULL)) return fail();
    if (mofb_task_new(&task, "optimisation", "{\"preset\": \"quick\"}", NULL)) return fail();
    if (mofb_task_set(task, "fmax_eV_per_A", "0.1")) return fail(); /* what --set does */
    if (mofb_task_set_structure(task, "structure", mof)) return fail();

    mofb_run_options_init(&options, sizeof options);
    options.on_progress = show;
    if (mofb_run(&result, task, model, &options)) return fail();

    if (mofb_result_number(&volume, result, "volume_A3")) return fail();
    if (mofb_result_number(&change, result, "volume_change_percent")) return fail();
    printf("%s: V = %.1f Å3 (%+.2f %%)\n", mofb_result_outcome(result), volume, change);
    if (mofb_result_structure(&relaxed, result, "final_structure")) return fail();
    if (argc > 2 && mofb_structure_write(relaxed, argv[2], NULL)) return fail();

    mofb_result_free(result);
    mofb_task_free(task);
    mofb_model_free(model);
    mofb_structure_free(mof);
    return EXIT_SUCCESS;
}
