/* SPDX-License-Identifier: MIT */
#include "tasks/metals.h"

#include <math.h>
#include <stdio.h>

#include "structure/coordination.h"
#include "structure/elements.h"
#include "structure/structure.h"

static const char *const names[MOFB__METALS_MOMENTS][2] = {
    {"coordination_crystalnn_start", "coordination_simple_start"},
    {"coordination_crystalnn_relaxed", "coordination_simple_relaxed"},
    {"coordination_crystalnn_end", "coordination_simple_end"},
};

static double *row(const mofb__metals *m, int moment, int kind) {
    return m->values + (size_t)(2 * moment + kind) * m->count;
}

mofb_status mofb__metals_new(mofb__metals *out, const mofb_structure *s, const mofb_allocator *a) {
    const int32_t *z = mofb_structure_numbers(s);
    size_t n = mofb_structure_count(s), count = 0;
    for (size_t i = 0; i < n; i++) count += mofb__element_is_metal(z[i]);
    mofb__metals m = {.a = a, .structure = s, .count = count};
    m.atoms = mofb__alloc(a, count * sizeof *m.atoms);
    m.values = mofb__alloc(a, 2 * MOFB__METALS_MOMENTS * count * sizeof *m.values);
    if (!m.atoms || !m.values) {
        mofb__metals_free(&m);
        return mofb__no_memory();
    }
    for (size_t i = 0, k = 0; i < n; i++)
        if (mofb__element_is_metal(z[i])) m.atoms[k++] = i;
    for (size_t k = 0; k < 2 * MOFB__METALS_MOMENTS * count; k++) m.values[k] = NAN;
    *out = m;
    return MOFB_OK;
}

void mofb__metals_free(mofb__metals *m) {
    mofb__free(m->atoms);
    mofb__free(m->values);
    m->atoms = NULL;
    m->values = NULL;
}

mofb_status mofb__metals_measure(mofb__metals *m, int moment, const double *positions, const double *cell,
                                 double factor) {
    mofb_structure *s;
    mofb_status status;
    if (!m->count) return MOFB_OK;
    status = mofb__structure_moved(&s, m->structure, positions, cell, m->a);
    if (status) return status == MOFB_ERR_NO_MEMORY ? status : MOFB_OK;
    for (size_t k = 0; k < m->count && status != MOFB_ERR_NO_MEMORY; k++) {
        double cn;
        size_t simple;
        status = mofb__crystalnn(&cn, s, m->atoms[k], m->a);
        if (!status) row(m, moment, 0)[k] = cn;
        if (status == MOFB_ERR_NO_MEMORY) break;
        status = mofb__coordination_simple(&simple, s, m->atoms[k], factor, m->a);
        if (!status) row(m, moment, 1)[k] = (double)simple;
    }
    mofb_structure_free(s);
    return status == MOFB_ERR_NO_MEMORY ? status : MOFB_OK;
}

static bool any(const double *values, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (!isnan(values[k])) return true;
    return false;
}

/* Mean over an element's atoms, nan if one of them lacks the number. */
static double mean(const mofb__metals *m, const double *values, int32_t z, size_t *count) {
    const int32_t *numbers = mofb_structure_numbers(m->structure);
    double sum = 0;
    *count = 0;
    for (size_t k = 0; k < m->count; k++)
        if (numbers[m->atoms[k]] == z) {
            sum += values[k];
            ++*count;
        }
    return sum / (double)*count;
}

static void add_element(mofb__json *list, const mofb__metals *m, int32_t z) {
    mofb__json *o = mofb__json_add_object(list, NULL);
    size_t count;
    mean(m, m->values, z, &count);
    mofb__json_add_text(o, "element", mofb__element_symbol(z));
    mofb__json_add_integer(o, "n_atoms", (int64_t)count);
    for (int moment = 0; moment < MOFB__METALS_MOMENTS; moment++)
        for (int kind = 0; kind < 2; kind++) {
            double x = mean(m, row(m, moment, kind), z, &count);
            if (!isnan(x)) mofb__json_add_number(o, names[moment][kind], x);
        }
}

mofb_status mofb__metals_report(mofb_result *r, const mofb__metals *m) {
    const int32_t *numbers = mofb_structure_numbers(m->structure);
    double *indices = mofb__alloc(m->a, m->count * sizeof *indices);
    bool present[MOFB__MAX_Z + 1] = {false};
    if (!indices) return mofb__no_memory();
    for (size_t k = 0; k < m->count; k++) {
        indices[k] = (double)m->atoms[k];
        present[numbers[m->atoms[k]]] = true;
    }
    mofb__result_series(r, "metal_atoms", indices, m->count, 0);
    mofb__free(indices);
    for (int moment = 0; moment < MOFB__METALS_MOMENTS; moment++)
        for (int kind = 0; kind < 2; kind++)
            if (any(row(m, moment, kind), m->count))
                mofb__result_series(r, names[moment][kind], row(m, moment, kind), m->count, 0);
    mofb__json *list = mofb__json_add_array(mofb__result_rows(r), "coordination");
    for (int32_t z = 1; z <= MOFB__MAX_Z; z++)
        if (present[z]) add_element(list, m, z);
    return MOFB_OK;
}
