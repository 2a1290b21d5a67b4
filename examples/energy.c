/* SPDX-License-Identifier: MIT */
/* Energy, largest force and pressure of a MOF in a CIF file.

     cc energy.c $(pkg-config --cflags --libs mofbench) -lm -o energy && ./energy MOF-5.cif */
#include <math.h>
#include <mofbench/mofbench.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(void) {
    fprintf(stderr, "%s: %s\n", mofb_error_reason(), mofb_error_message());
    return EXIT_FAILURE;
}

int main(int argc, char **argv) {
    mofb_structure *mof = NULL;
    mofb_model *model = NULL;
    mofb_evaluator *evaluator = NULL;
    mofb_system *system = NULL;
    if (argc < 2) return fprintf(stderr, "usage: energy FILE [MODEL]\n"), EXIT_FAILURE;

    if (mofb_structure_open(&mof, argv[1], NULL)) return fail();
    if (mofb_model_open(&model, argc > 2 ? argv[2] : "uff4mof", NULL)) return fail();
    if (mofb_evaluator_new(&evaluator, model, NULL)) return fail(); /* on the CPU, all threads */
    if (mofb_system_new(&system, evaluator, mof)) return fail();    /* atom types, neighbours */

    size_t n = mofb_structure_count(mof);
    double *forces = malloc(3 * n * sizeof *forces), stress[9], fmax = 0;
    mofb_request request = {.struct_size = sizeof request,
                            .system = system,
                            .want = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS,
                            .forces = forces,
                            .stress = stress};
    mofb_request *batch[] = {&request}; /* one evaluation, or hundreds */
    if (!forces || mofb_evaluator_run(evaluator, batch, 1)) return fail();

    for (size_t i = 0; i < n; i++)
        fmax = fmax > hypot(hypot(forces[3 * i], forces[3 * i + 1]), forces[3 * i + 2])
                   ? fmax
                   : hypot(hypot(forces[3 * i], forces[3 * i + 1]), forces[3 * i + 2]);
    printf("%s: %zu atoms, E = %.6f eV, largest force %.4f eV/Å, pressure %.4f GPa\n",
           mofb_structure_name(mof), n, request.energy, fmax,
           -(stress[0] + stress[4] + stress[8]) / 3 * 160.2176634);

    free(forces);
    mofb_system_free(system);
    mofb_evaluator_free(evaluator);
    mofb_model_free(model);
    mofb_structure_free(mof);
    return EXIT_SUCCESS;
}
