/* SPDX-License-Identifier: MIT */
/* Lennard-Jones with one ε and σ for every element, cut at a distance where the energy is shifted to zero:
   J. E. Jones, Proc. R. Soc. A 106, 463 (1924). The smallest model, and the pattern for others. */
#include <string.h>

#include "base/alloc.h"
#include "mofbench/ext/model.h"

typedef struct lj {
    double epsilon, sigma, cutoff; /* eV, Å, Å */
    double shift;                  /* energy of a pair at the cutoff, eV */
} lj;

static const mofb_row options[] = {
    {"epsilon", MOFB_TYPE_NUMBER, 0, "eV", "", "0.0103", 0, 1e6, NULL, "depth of the well"},
    {"sigma", MOFB_TYPE_NUMBER, 0, "Å", "", "3.4", 1e-3, 100, NULL, "distance of zero energy"},
    {"cutoff", MOFB_TYPE_NUMBER, 0, "Å", "", "8.5", 1e-3, 1000, NULL, "largest distance of a pair"},
};

/* Energy of a pair and (dE/dr)/r from r². */
static double pair(const lj *p, double r2, double *slope) {
    double s2 = p->sigma * p->sigma / r2, s6 = s2 * s2 * s2;
    *slope = 24 * p->epsilon * s6 * (1 - 2 * s6) / r2;
    return 4 * p->epsilon * s6 * (s6 - 1);
}

static mofb_status lj_open(void **state, mofb_model_info *info, const mofb_values *values,
                           const mofb_allocator *allocator) {
    lj *p = mofb__alloc(allocator, sizeof *p);
    double unused;
    if (!p) return mofb_ext_fail(MOFB_ERR_NO_MEMORY, "no_memory", "out of memory");
    p->epsilon = mofb_values_number(values, "epsilon");
    p->sigma = mofb_values_number(values, "sigma");
    p->cutoff = mofb_values_number(values, "cutoff");
    p->shift = pair(p, p->cutoff * p->cutoff, &unused);
    info->outputs = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS | MOFB_ATOM_ENERGIES | MOFB_VIRIALS;
    info->edges = MOFB_EDGES_FULL;
    info->cutoff = p->cutoff;
    memset(info->elements + 1, 1, sizeof info->elements - 1);
    *state = p;
    return MOFB_OK;
}

/* Nothing to prepare: the state itself serves as the system's. */
static mofb_status lj_system_new(void **system, void *state, const mofb_structure *structure,
                                 const mofb_allocator *allocator) {
    (void)structure, (void)allocator;
    *system = state;
    return MOFB_OK;
}

static void lj_system_free(void *system) {
    (void)system;
}

/* One directed edge of atom i: half its energy (returned) and virial, its whole force. */
static double add_edge(const lj *p, const double *vec, double force[3], double virial[9]) {
    double slope, energy = pair(p, vec[0] * vec[0] + vec[1] * vec[1] + vec[2] * vec[2], &slope) - p->shift;
    for (int a = 0; a < 3; a++) {
        force[a] += slope * vec[a];
        for (int b = 0; b < 3; b++) virial[3 * a + b] += 0.5 * slope * vec[a] * vec[b];
    }
    return 0.5 * energy;
}

static void lj_item(const lj *p, mofb_work *w) {
    double total = 0, strain[9] = {0};
    for (size_t i = 0; i < w->n_atoms; i++) {
        double energy = 0, force[3] = {0}, virial[9] = {0};
        for (size_t e = w->edges->first[i]; e < w->edges->first[i + 1]; e++)
            energy += add_edge(p, w->edges->vec + 3 * e, force, virial);
        if (w->forces) memcpy(w->forces + 3 * i, force, sizeof force);
        if (w->atom_energies) w->atom_energies[i] = energy;
        if (w->virials) memcpy(w->virials + 9 * i, virial, sizeof virial);
        for (int k = 0; k < 9; k++) strain[k] += virial[k];
        total += energy;
    }
    if (w->energy) *w->energy = total;
    for (int k = 0; w->stress && k < 9; k++) w->stress[k] = strain[k] / w->volume;
}

static mofb_status lj_evaluate(void *state, mofb_work *items, size_t count, int32_t threads) {
    (void)threads; /* used by the pragma alone */
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (size_t k = 0; k < count; k++) lj_item(state, &items[k]);
    return MOFB_OK;
}

const mofb_model_vtable mofb__model_lj = {
    .struct_size = sizeof(mofb_model_vtable),
    .name = "lj",
    .summary = "Lennard-Jones, one kind of atom, for tests and as a pattern",
    .citations = "J. E. Jones, Proc. R. Soc. A 106, 463 (1924)",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .open = lj_open,
    .free = mofb__free,
    .system_new = lj_system_new,
    .system_free = lj_system_free,
    .evaluate = lj_evaluate,
};
