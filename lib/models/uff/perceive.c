/* SPDX-License-Identifier: MIT */
/* From a structure to its typed topology. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mat3.h"
#include "models/uff/build.h"
#include "structure/cell.h"
#include "structure/elements.h"

bool mofb__uff_metal(const mofb__uff_build *b, size_t i) {
    return mofb__element_is_metal(b->numbers[i]);
}

size_t mofb__uff_degree(const mofb__uff_build *b, size_t i) {
    return b->t->first[i + 1] - b->t->first[i];
}

size_t mofb__uff_metal_degree(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    size_t n = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) n += mofb__uff_metal(b, (size_t)t->neighbour[r]);
    return n;
}

size_t mofb__uff_organic_degree(const mofb__uff_build *b, size_t i) {
    return mofb__uff_degree(b, i) - mofb__uff_metal_degree(b, i);
}

double mofb__uff_angle(const double *v, const double *w) {
    double c = mofb__dot(v, w) / sqrt(mofb__dot(v, v) * mofb__dot(w, w));
    return acos(fmax(-1.0, fmin(1.0, c))) * 180.0 / 3.14159265358979323846;
}

void mofb__uff_row_vector(double out[3], const mofb__uff_build *b, size_t i, size_t r) {
    const double *from = b->positions + 3 * i, *to = b->positions + 3 * (size_t)b->t->neighbour[r];
    const int32_t *s = b->t->neighbour_shift + 3 * r;
    for (int k = 0; k < 3; k++)
        out[k] = to[k] - from[k] + s[0] * b->cell[k] + s[1] * b->cell[3 + k] + s[2] * b->cell[6 + k];
}

static int compare_triples(const int32_t *p, const int32_t *q) {
    for (int k = 0; k < 3; k++)
        if (p[k] != q[k]) return p[k] < q[k] ? -1 : 1;
    return 0;
}

static int compare_bonds(const void *x, const void *y) {
    const mofb__uff_bond *p = x, *q = y;
    if (p->i != q->i) return p->i < q->i ? -1 : 1;
    if (p->j != q->j) return p->j < q->j ? -1 : 1;
    return compare_triples(p->shift, q->shift);
}

/* Rows come out sorted except that those of one pair of atoms arrive in two runs where i = j, and in
   falling order of S seen from j. */
static void settle_row(mofb__uff_build *b, size_t first, size_t last) {
    mofb__uff_topology *t = b->t;
    for (size_t r = first + 1; r < last; r++) {
        int32_t j = t->neighbour[r], s[3];
        size_t bond = b->row_bond[r], q = r;
        memcpy(s, t->neighbour_shift + 3 * r, sizeof s);
        for (; q > first; q--) {
            int32_t before = t->neighbour[q - 1];
            if (before < j) break;
            if (before == j && compare_triples(t->neighbour_shift + 3 * (q - 1), s) <= 0) break;
            t->neighbour[q] = before;
            b->row_bond[q] = b->row_bond[q - 1];
            memcpy(t->neighbour_shift + 3 * q, t->neighbour_shift + 3 * (q - 1), sizeof s);
        }
        t->neighbour[q] = j;
        b->row_bond[q] = bond;
        memcpy(t->neighbour_shift + 3 * q, s, sizeof s);
    }
}

static void put_row(mofb__uff_build *b, size_t *at, int32_t j, const int32_t *shift, int sign, size_t bond) {
    size_t r = (*at)++;
    b->t->neighbour[r] = j;
    for (int k = 0; k < 3; k++) b->t->neighbour_shift[3 * r + (size_t)k] = sign * shift[k];
    b->row_bond[r] = bond;
}

static void free_links(mofb__uff_build *b) {
    mofb__uff_topology *t = b->t;
    mofb__free(t->first), mofb__free(t->neighbour), mofb__free(t->neighbour_shift);
    mofb__free(t->neighbour_order), mofb__free(b->row_bond);
    t->first = b->row_bond = NULL;
    t->neighbour = t->neighbour_shift = NULL;
    t->neighbour_order = NULL;
}

mofb_status mofb__uff_link(mofb__uff_build *b) {
    mofb__uff_topology *t = b->t;
    free_links(b);
    if (t->n_bonds) qsort(t->bonds, t->n_bonds, sizeof *t->bonds, compare_bonds);
    size_t rows = 2 * t->n_bonds;
    t->first = mofb__calloc(b->a, b->n_atoms + 1, sizeof *t->first);
    t->neighbour = mofb__calloc(b->a, rows, sizeof *t->neighbour);
    t->neighbour_shift = mofb__calloc(b->a, 3 * rows, sizeof *t->neighbour_shift);
    t->neighbour_order = mofb__calloc(b->a, rows, sizeof *t->neighbour_order);
    b->row_bond = mofb__calloc(b->a, rows, sizeof *b->row_bond);
    size_t *at = mofb__calloc(b->a, b->n_atoms + 1, sizeof *at);
    if (!t->first || !t->neighbour || !t->neighbour_shift || !t->neighbour_order || !b->row_bond || !at) {
        mofb__free(at);
        return mofb__no_memory();
    }
    for (size_t k = 0; k < t->n_bonds; k++) t->first[t->bonds[k].i + 1]++, t->first[t->bonds[k].j + 1]++;
    for (size_t i = 0; i < b->n_atoms; i++) t->first[i + 1] += t->first[i];
    memcpy(at, t->first, b->n_atoms * sizeof *at);
    for (size_t k = 0; k < t->n_bonds; k++) {
        const mofb__uff_bond *bond = t->bonds + k;
        put_row(b, at + bond->i, bond->j, bond->shift, 1, k);
        put_row(b, at + bond->j, bond->i, bond->shift, -1, k);
    }
    for (size_t i = 0; i < b->n_atoms; i++) settle_row(b, t->first[i], t->first[i + 1]);
    mofb__free(at);
    return MOFB_OK;
}

static mofb_status begin(mofb__uff_build *b, const mofb_structure *structure) {
    const double *cell = mofb_structure_cell(structure);
    b->n_atoms = mofb_structure_count(structure);
    b->numbers = mofb_structure_numbers(structure);
    b->positions = mofb_structure_positions(structure);
    b->has_cell = cell != NULL;
    memcpy(b->periodic, mofb_structure_periodic(structure), sizeof b->periodic);
    mofb__cell_complete(b->cell, cell, b->periodic);
    MOFB__TRY(mofb__inverse3(b->inverse, b->cell));
    b->t->n_atoms = b->n_atoms;
    b->t->types = mofb__calloc(b->a, b->n_atoms, sizeof *b->t->types);
    b->t->hybrids = mofb__calloc(b->a, b->n_atoms, 1);
    b->in_ring = mofb__calloc(b->a, b->n_atoms, 1);
    return b->t->types && b->t->hybrids && b->in_ring ? MOFB_OK : mofb__no_memory();
}

static mofb_status steps(mofb__uff_build *b, const mofb_structure *structure) {
    MOFB__TRY(begin(b, structure));
    MOFB__TRY(mofb__uff_find_bonds(b));
    b->same_ring = mofb__calloc(b->a, b->t->n_bonds, 1);
    if (!b->same_ring) return mofb__no_memory();
    MOFB__TRY(b->tool ? mofb__uff_tool_orders(b) : mofb__uff_resonance(b));
    MOFB__TRY(b->tool ? mofb__uff_tool_types(b) : mofb__uff_paper_types(b));
    for (size_t r = 0; r < 2 * b->t->n_bonds; r++)
        b->t->neighbour_order[r] = b->t->bonds[b->row_bond[r]].order;
    return MOFB_OK;
}

mofb_status mofb__uff_perceive(mofb__uff_topology *out, const mofb_structure *structure,
                               const mofb__uff_settings *settings, const mofb_allocator *a) {
    mofb__uff_topology t = {.a = a};
    mofb__uff_build b = {.a = a, .settings = settings, .t = &t};
    b.tool = settings->rules == MOFB__UFF_LAMMPS_INTERFACE;
    mofb_status status = steps(&b, structure);
    mofb__free(b.row_bond), mofb__free(b.in_ring), mofb__free(b.same_ring);
    if (status) mofb__uff_topology_free(&t);
    else *out = t;
    return status;
}

void mofb__uff_topology_free(mofb__uff_topology *t) {
    if (!t) return;
    mofb__free(t->types), mofb__free(t->hybrids), mofb__free(t->bonds);
    mofb__free(t->first), mofb__free(t->neighbour), mofb__free(t->neighbour_shift);
    mofb__free(t->neighbour_order);
    *t = (mofb__uff_topology){0};
}
