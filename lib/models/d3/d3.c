/* SPDX-License-Identifier: MIT */
/* The model `d3`. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/sha256.h"
#include "models/d3/d3.h"

static const mofb_row options[] = {
    {"functional", MOFB_TYPE_CHOICE, 0, "", "", NULL, 0, 0, MOFB__D3_CHOICES,
     "whose published damping parameters; behind another model (a+d3) its training functional unless given"},
    {"cutoff", MOFB_TYPE_NUMBER, 0, "bohr", "", "40", 1, 200, NULL,
     "largest distance of a pair, sharp, for energy and coordination numbers alike"},
};

/* Over the architecture, the parameters and the tables. */
static mofb_status hash_model(char hex[65], const mofb__d3 *m, double cutoff) {
    char text[160];
    const mofb__d3_functional *f = m->functional;
    mofb__sha256 *h = mofb__sha256_new();
    snprintf(text, sizeof text, "d3 1 s6=%.17g s8=%.17g a1=%.17g a2=%.17g cutoff=%.17g", f->s6, f->s8, f->a1,
             f->a2, cutoff);
    mofb__sha256_add(h, text, strlen(text) + 1);
    mofb__sha256_add(h, mofb__d3_coordination, sizeof mofb__d3_coordination);
    mofb__sha256_add(h, mofb__d3_radius, sizeof mofb__d3_radius);
    mofb__sha256_add(h, mofb__d3_r2r4, sizeof mofb__d3_r2r4);
    mofb__sha256_add(h, mofb__d3_c6, sizeof mofb__d3_c6);
    return mofb__sha256_finish(hex, h);
}

static mofb_status d3_open(void **state, mofb_model_info *info, const mofb_values *values,
                           const mofb_allocator *allocator) {
    const char *name = mofb_values_text(values, "functional");
    double cutoff = mofb_values_number(values, "cutoff");
    if (!*name)
        return mofb__fail(MOFB_ERR_INVALID, "missing_functional",
                          "d3 must know the functional whose energies it completes: write d3:functional=pbe");
    mofb__d3 *m = mofb__alloc(allocator, sizeof *m);
    if (!m) return mofb__no_memory();
    *m = (mofb__d3){.functional = mofb__d3_find_functional(name), .cutoff = cutoff * MOFB__D3_BOHR};
    mofb_status status = hash_model(info->sha256, m, cutoff);
    if (status) {
        mofb__free(m);
        return status;
    }
    info->outputs = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS | MOFB_ATOM_ENERGIES;
    info->edges = MOFB_EDGES_NONE;
    info->cutoff = m->cutoff;
    info->licence = "MIT";
    memset(info->elements + 1, 1, MOFB__D3_MAX_Z);
    *state = m;
    return MOFB_OK;
}

static mofb_status d3_system_new(void **system, void *state, const mofb_structure *structure,
                                 const mofb_allocator *allocator) {
    mofb__d3_system *made;
    MOFB__TRY(mofb__d3_system_build(&made, state, structure, allocator));
    *system = made;
    return MOFB_OK;
}

static void d3_system_free(void *system) {
    mofb__d3_system_free(system);
}

static mofb_status d3_evaluate(void *state, mofb_work *items, size_t count, int32_t threads) {
    (void)state;
    if (count == 1) return mofb__d3_evaluate(items->system, items, threads);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (size_t k = 0; k < count; k++) items[k].status = mofb__d3_evaluate(items[k].system, &items[k], 1);
    /* a worker thread's error is not the caller's: the failed item is done again here, to be told */
    for (size_t k = 0; k < count; k++)
        if (items[k].status) MOFB__TRY(items[k].status = mofb__d3_evaluate(items[k].system, &items[k], 1));
    return MOFB_OK;
}

/* Members: functional with its parameters; coordination_numbers [n_atoms] at the last evaluated coordinates, absent
   before an evaluation. */
static mofb_status d3_describe(char **json, void *system, const mofb_work *last) {
    mofb__d3_system *s = system;
    const mofb__d3_functional *f = s->model->functional;
    if (last) {
        mofb_work w = *last;
        MOFB__TRY(mofb__d3_evaluate(s, &w, 1));
    }
    mofb__json *root = mofb__json_new_object();
    mofb__json_add_text(root, "functional", f->name);
    mofb__json_add_number(root, "s6", f->s6);
    mofb__json_add_number(root, "s8", f->s8);
    mofb__json_add_number(root, "a1", f->a1);
    mofb__json_add_number(root, "a2_bohr", f->a2);
    mofb__json_add_number(root, "cutoff_A", s->model->cutoff);
    if (last) mofb__json_add_numbers(root, "coordination_numbers", s->cn, s->n_atoms, 0);
    mofb_status status = mofb__json_text(json, root, s->a);
    mofb__json_free(root);
    return status;
}

const mofb_model_vtable mofb__model_d3 = {
    .struct_size = sizeof(mofb_model_vtable),
    .name = "d3",
    .summary =
        "DFT-D3 dispersion with Becke-Johnson damping, pairs only; for itself or added to a model (name+d3)",
    .citations = "S. Grimme, J. Antony, S. Ehrlich, H. Krieg, J. Chem. Phys. 132, 154104 (2010); "
                 "S. Grimme, S. Ehrlich, L. Goerigk, J. Comput. Chem. 32, 1456 (2011)",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .open = d3_open,
    .free = mofb__free,
    .system_new = d3_system_new,
    .system_free = d3_system_free,
    .evaluate = d3_evaluate,
    .describe = d3_describe,
};
