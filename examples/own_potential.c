/* SPDX-License-Identifier: MIT */
/* A potential of your own, without touching the library: a purely repulsive exponential wall, E = Σ A·exp(−r/ρ)
   over pairs. The host finds the pairs, checks elements, batches; the model turns pairs into energies. */
#include <math.h>
#include <mofbench/ext/model.h>
#include <mofbench/mofbench.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct wall {
    double a, rho; /* eV, Å */
} wall;

static const mofb_row options[] = {
    {"a", MOFB_TYPE_NUMBER, 0, "eV", "", "100", 0, 1e6, NULL, "strength"},
    {"rho", MOFB_TYPE_NUMBER, 0, "Å", "", "0.4", 0.01, 10, NULL, "decay length"},
};

static mofb_status wall_open(void **state, mofb_model_info *info, const mofb_values *values,
                             const mofb_allocator *allocator) {
    wall *w = malloc(sizeof *w);
    (void)allocator;
    if (!w) return mofb_ext_fail(MOFB_ERR_NO_MEMORY, "no_memory", "out of memory");
    w->a = mofb_values_number(values, "a");
    w->rho = mofb_values_number(values, "rho");
    info->outputs = MOFB_ENERGY | MOFB_FORCES; /* no stress: nobody can ask for it then */
    info->edges = MOFB_EDGES_FULL;
    info->cutoff = 20 * w->rho;
    memset(info->elements + 1, 1, sizeof info->elements - 1);
    *state = w;
    return MOFB_OK;
}

static mofb_status wall_system_new(void **system, void *state, const mofb_structure *structure,
                                   const mofb_allocator *allocator) {
    (void)structure, (void)allocator;
    *system = state;
    return MOFB_OK;
}

static void wall_system_free(void *system) {
    (void)system;
}

static mofb_status wall_evaluate(void *state, mofb_work *items, size_t count, int32_t threads) {
    const wall *p = state;
    (void)threads;
    for (size_t k = 0; k < count; k++) {
        mofb_work *w = &items[k];
        double energy = 0;
        if (w->forces) memset(w->forces, 0, 3 * w->n_atoms * sizeof(double));
        for (size_t i = 0; i < w->n_atoms; i++)
            for (size_t e = w->edges->first[i]; e < w->edges->first[i + 1]; e++) {
                const double *v = w->edges->vec + 3 * e;
                double r = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]), pair = p->a * exp(-r / p->rho);
                energy += 0.5 * pair; /* each pair comes twice */
                for (int x = 0; w->forces && x < 3; x++)
                    w->forces[3 * i + (size_t)x] -= pair / p->rho * v[x] / r;
            }
        if (w->energy) *w->energy = energy;
    }
    return MOFB_OK;
}

static const mofb_model_vtable wall_model = {
    .struct_size = sizeof(mofb_model_vtable),
    .name = "wall",
    .summary = "exponential repulsion",
    .citations = "M. Born, J. E. Mayer, Z. Phys. 75, 1 (1932)",
    .options = options,
    .n_options = 2,
    .open = wall_open,
    .free = free,
    .system_new = wall_system_new,
    .system_free = wall_system_free,
    .evaluate = wall_evaluate,
};

static int fail(void) {
    fprintf(stderr, "%s: %s\n", mofb_error_reason(), mofb_error_message());
    return EXIT_FAILURE;
}

int main(int argc, char **argv) {
    mofb_model_options with = {.struct_size = sizeof with, .vtable = &wall_model};
    mofb_structure *mof = NULL;
    mofb_model *model = NULL;
    mofb_task *task = NULL;
    mofb_result *result = NULL;
    double energy;
    if (argc < 2) return fprintf(stderr, "usage: own_potential FILE\n"), EXIT_FAILURE;
    if (mofb_structure_open(&mof, argv[1], NULL)) return fail();
    if (mofb_model_open(&model, "wall:rho=0.35", &with)) return fail();
    if (mofb_task_new(&task, "single_point", NULL, NULL)) return fail();
    if (mofb_task_set_structure(task, "structure", mof)) return fail();
    if (mofb_run(&result, task, model, NULL)) return fail();
    if (mofb_result_number(&energy, result, "energy_eV")) return fail();
    printf("%s with %s: %.4f eV\n", mofb_structure_name(mof), mofb_model_id(model), energy);
    mofb_result_free(result);
    mofb_task_free(task);
    mofb_model_free(model);
    mofb_structure_free(mof);
    return EXIT_SUCCESS;
}
