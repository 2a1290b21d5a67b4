/* SPDX-License-Identifier: MIT */
/* Force calls of optimisers (optimisers.py makes the table of it): optimisers MODEL FMAX CELL(0|1) MAX_STEPS NAME[,NAME...] FILE... prints one JSON
   line for each structure and optimiser. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mat3.h"
#include "mofbench/mofbench.h"
#include "physics/relax.h"

static int failed(const char *what) {
    fprintf(stderr, "%s: %s (%s)\n", what, mofb_error_message(), mofb_error_reason());
    return 1;
}

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int run(const char *file, mofb_evaluator *evaluator, const mofb_structure *s,
               const mofb__relax_options *options) {
    static const char *const ends[] = {"running", "converged", "max_steps", "exploded"};
    mofb__relax *r = NULL;
    mofb_system *system = NULL;
    size_t n = mofb_structure_count(s);
    int status = 1;
    double start = seconds(), evaluating = 0;
    if (mofb_system_new(&system, evaluator, s) ||
        mofb__relax_new(&r, n, mofb_structure_positions(s), mofb_structure_cell(s), options, NULL))
        goto done;
    double setting_up = seconds() - start;
    while (r->end == MOFB__RELAX_RUNNING) {
        mofb_request q = {.struct_size = sizeof q, .system = system}, *list[1] = {&q};
        mofb__relax_ask(r, &q);
        double before = seconds();
        if (mofb_evaluator_run(evaluator, list, 1)) goto done;
        evaluating += seconds() - before;
        if (mofb__relax_tell(r, q.energy)) goto done;
    }
    printf(
        "{\"file\": \"%s\", \"n_atoms\": %zu, \"optimiser\": \"%s\", \"end\": \"%s\", \"force_calls\": %llu, "
        "\"energy_eV\": %.8f, \"volume_A3\": %.4f, \"fmax\": %.3g, \"seconds\": %.3f, \"evaluating\": %.3f, "
        "\"setup\": %.3f}\n",
        file, n, options->optimiser, ends[r->end], (unsigned long long)r->force_calls, r->energy,
        fabs(mofb__det3(r->cell)), r->fmax_generalised, seconds() - start, evaluating, setting_up);
    fflush(stdout);
    status = 0;
done:
    if (status) failed(file);
    mofb__relax_free(r);
    mofb_system_free(system);
    return status;
}

int main(int argc, char **argv) {
    mofb_model *model = NULL;
    mofb_evaluator *evaluator = NULL;
    int status = 0;
    if (argc < 7) {
        fprintf(stderr, "usage: optimisers MODEL FMAX CELL MAX_STEPS NAME[,NAME...] FILE...\n");
        return 2;
    }
    if (mofb_model_open(&model, argv[1], NULL) || mofb_evaluator_new(&evaluator, model, NULL))
        return failed(argv[1]);
    for (int k = 6; k < argc; k++) {
        mofb_structure *s = NULL;
        if (mofb_structure_open(&s, argv[k], NULL)) {
            status = failed(argv[k]);
            continue;
        }
        char names[512];
        snprintf(names, sizeof names, "%s", argv[5]);
        for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
            mofb__relax_options options = {name,          atoi(argv[3]) != 0,
                                           atof(argv[2]), strtoull(argv[4], NULL, 10),
                                           1e5,           mofb_structure_numbers(s)};
            status |= run(argv[k], evaluator, s, &options);
        }
        mofb_structure_free(s);
    }
    mofb_evaluator_free(evaluator);
    mofb_model_free(model);
    return status;
}
