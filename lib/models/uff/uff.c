/* SPDX-License-Identifier: MIT */
/* The models `uff` and `uff4mof`. */
#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "models/uff/terms.h"

#define UFF_PAPER                                                                                         \
    "A. K. Rappé, C. J. Casewit, K. S. Colwell, W. A. Goddard III, W. M. Skiff, J. Am. Chem. Soc. 114, " \
    "10024 (1992)"
#define UFF4MOF_PAPERS                                                                            \
    "M. A. Addicoat, N. Vankova, I. F. Akter, T. Heine, J. Chem. Theory Comput. 10, 880 (2014); " \
    "D. E. Coupry, M. A. Addicoat, T. Heine, J. Chem. Theory Comput. 12, 5215 (2016)"

static const mofb_row options[] = {
    {"rules", MOFB_TYPE_CHOICE, 0, "", "", "paper", 0, 0, "paper|lammps_interface",
     "whose rules: the papers', independent of atom order, or those of the programme the published MOF "
     "energies came from"},
    {"cutoff", MOFB_TYPE_NUMBER, 0, "Å", "", "12.5", 3, 100, NULL,
     "van der Waals cutoff; smooth from 0.9 of it on (paper) or sharp (lammps_interface)"},
    {"tail", MOFB_TYPE_BOOL, 0, "", "", "true", 0, 0, NULL,
     "add the van der Waals energy and pressure beyond the cutoff at uniform density (periodic structures)"},
};

typedef struct uff {
    mofb__uff_settings settings;
} uff;

static void hash_table(mofb__sha256 *h, const mofb__uff_type *table, size_t count) {
    for (size_t k = 0; k < count; k++) {
        const mofb__uff_type *t = &table[k];
        double values[] = {t->r1, t->theta0, t->x1, t->d1, t->zeta, t->z1, t->vi, t->uj, t->xi};
        mofb__sha256_add(h, t->name, strlen(t->name) + 1);
        mofb__sha256_add(h, &t->z, sizeof t->z);
        mofb__sha256_add(h, values, sizeof values);
    }
}

/* Over the architecture, the options that change energies, and the parameters. */
static mofb_status hash_model(char hex[65], const mofb__uff_settings *s, const mofb__uff_type *table,
                              size_t count) {
    char text[96];
    mofb__sha256 *h = mofb__sha256_new();
    snprintf(text, sizeof text, "%s 1 rules=%d cutoff=%.17g tail=%d", s->uff4mof ? "uff4mof" : "uff",
             (int)s->rules, s->cutoff, (int)s->tail);
    mofb__sha256_add(h, text, strlen(text) + 1);
    hash_table(h, table, count);
    return mofb__sha256_finish(hex, h);
}

static mofb_status open_model(void **state, mofb_model_info *info, const mofb_values *values,
                              const mofb_allocator *allocator, bool uff4mof) {
    uff *m = mofb__alloc(allocator, sizeof *m);
    size_t count;
    const mofb__uff_type *table = uff4mof ? mofb__uff4mof_table(&count) : mofb__uff_table(&count);
    if (!m) return mofb__no_memory();
    bool paper = !strcmp(mofb_values_text(values, "rules"), "paper");
    m->settings = (mofb__uff_settings){.uff4mof = uff4mof,
                                       .rules = paper ? MOFB__UFF_PAPER : MOFB__UFF_LAMMPS_INTERFACE,
                                       .cutoff = mofb_values_number(values, "cutoff"),
                                       .tail = mofb_values_bool(values, "tail")};
    mofb_status status = hash_model(info->sha256, &m->settings, table, count);
    if (status) {
        mofb__free(m);
        return status;
    }
    info->outputs = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS | MOFB_ATOM_ENERGIES;
    info->edges = MOFB_EDGES_NONE;
    info->cutoff = m->settings.cutoff;
    for (size_t k = 0; k < count; k++) info->elements[table[k].z] = 1;
    *state = m;
    return MOFB_OK;
}

static mofb_status open_uff(void **state, mofb_model_info *info, const mofb_values *values,
                            const mofb_allocator *allocator) {
    return open_model(state, info, values, allocator, false);
}

static mofb_status open_uff4mof(void **state, mofb_model_info *info, const mofb_values *values,
                                const mofb_allocator *allocator) {
    return open_model(state, info, values, allocator, true);
}

static mofb_status system_new(void **system, void *state, const mofb_structure *structure,
                              const mofb_allocator *allocator) {
    const uff *m = state;
    mofb__uff_topology topology;
    mofb__uff_system *made;
    MOFB__TRY(mofb__uff_perceive(&topology, structure, &m->settings, allocator));
    MOFB__TRY(mofb__uff_system_build(&made, &topology, structure, &m->settings));
    *system = made;
    return MOFB_OK;
}

static void system_free(void *system) {
    mofb__uff_system_free(system);
}

static mofb_status evaluate(void *state, mofb_work *items, size_t count, int32_t threads) {
    (void)state;
    if (count == 1) return mofb__uff_evaluate(items->system, NULL, items, threads);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (size_t k = 0; k < count; k++)
        items[k].status = mofb__uff_evaluate(items[k].system, NULL, &items[k], 1);
    /* a worker thread's error is not the caller's: the failed item is done again here, to be told */
    for (size_t k = 0; k < count; k++)
        if (items[k].status)
            MOFB__TRY(items[k].status = mofb__uff_evaluate(items[k].system, NULL, &items[k], 1));
    return MOFB_OK;
}

static mofb_status describe(char **json, void *system, const mofb_work *last) {
    return mofb__uff_describe(json, system, last);
}

const mofb_model_vtable mofb__model_uff = {
    .struct_size = sizeof(mofb_model_vtable),
    .name = "uff",
    .summary = "Universal Force Field: bonds and types perceived once, no charges",
    .citations = UFF_PAPER,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .open = open_uff,
    .free = mofb__free,
    .system_new = system_new,
    .system_free = system_free,
    .evaluate = evaluate,
    .describe = describe,
};

const mofb_model_vtable mofb__model_uff4mof = {
    .struct_size = sizeof(mofb_model_vtable),
    .name = "uff4mof",
    .summary = "UFF with the metal and oxygen types of UFF4MOF for metal-organic frameworks, no charges",
    .citations = UFF_PAPER "; " UFF4MOF_PAPERS,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .open = open_uff4mof,
    .free = mofb__free,
    .system_new = system_new,
    .system_free = system_free,
    .evaluate = evaluate,
    .describe = describe,
};
