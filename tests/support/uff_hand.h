/* SPDX-License-Identifier: MIT */
/* Topologies written by hand, and their evaluation without a model around. */
#ifndef MOFB_TESTS_UFF_HAND_H
#define MOFB_TESTS_UFF_HAND_H

#include "models/uff/terms.h"
#include "mofbench/mofbench.h"
#include "structure/cell.h"
#include "support/tap.h"

static inline const mofb__uff_type *hand_type(const char *name) {
    size_t count;
    const mofb__uff_type *table = mofb__uff4mof_table(&count);
    for (size_t k = 0; k < count; k++)
        if (!strcmp(table[k].name, name)) return &table[k];
    return NULL;
}

static inline int hand_compare(const void *a, const void *b) {
    const mofb__uff_bond *p = a, *q = b;
    const int32_t x[5] = {p->i, p->j, p->shift[0], p->shift[1], p->shift[2]};
    const int32_t y[5] = {q->i, q->j, q->shift[0], q->shift[1], q->shift[2]};
    for (int k = 0; k < 5; k++)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

/* names: n_atoms types separated by blanks; hybrids follow from their third character. Bonds i ≤ j. */
static inline mofb_status hand_topology(mofb__uff_topology *t, const char *names, const mofb__uff_bond *bonds,
                                        size_t n_bonds, const mofb_allocator *a) {
    char *text = mofb__strdup(NULL, names);
    size_t n = 0;
    *t = (mofb__uff_topology){.a = a, .n_bonds = n_bonds};
    for (const char *c = names; *c; c++) t->n_atoms += *c != ' ' && (c == names || c[-1] == ' ');
    t->types = mofb__calloc(a, t->n_atoms, sizeof *t->types);
    t->hybrids = mofb__calloc(a, t->n_atoms, 1);
    t->bonds = mofb__calloc(a, n_bonds, sizeof *t->bonds);
    t->first = mofb__calloc(a, t->n_atoms + 1, sizeof *t->first);
    t->neighbour = mofb__calloc(a, 2 * n_bonds, sizeof *t->neighbour);
    t->neighbour_shift = mofb__calloc(a, 2 * n_bonds, 3 * sizeof *t->neighbour_shift);
    t->neighbour_order = mofb__calloc(a, 2 * n_bonds, sizeof *t->neighbour_order);
    mofb__uff_bond *both = mofb__calloc(NULL, 2 * n_bonds, sizeof *both);
    for (char *p = strtok(text, " "); p; p = strtok(NULL, " "), n++) {
        char shape = strlen(p) > 2 ? p[2] : '3';
        t->types[n] = hand_type(p);
        t->hybrids[n] = shape == 'R'   ? MOFB__AROMATIC
                        : shape == '2' ? MOFB__SP2
                        : shape == '1' ? MOFB__SP
                                       : MOFB__SP3;
        if (!t->types[n]) return mofb__fail(MOFB_ERR_INVALID, "bad_value", "no type %s", p);
    }
    memcpy(t->bonds, bonds, n_bonds * sizeof *bonds);
    qsort(t->bonds, n_bonds, sizeof *t->bonds, hand_compare);
    for (size_t k = 0; k < n_bonds; k++) {
        const mofb__uff_bond *b = &bonds[k];
        both[2 * k] = *b;
        both[2 * k + 1] = (mofb__uff_bond){b->j, b->i, {-b->shift[0], -b->shift[1], -b->shift[2]}, b->order};
    }
    qsort(both, 2 * n_bonds, sizeof *both, hand_compare);
    for (size_t k = 0; k < 2 * n_bonds; k++) {
        t->first[both[k].i + 1]++;
        t->neighbour[k] = both[k].j;
        memcpy(t->neighbour_shift + 3 * k, both[k].shift, sizeof both[k].shift);
        t->neighbour_order[k] = both[k].order;
    }
    for (size_t i = 0; i < t->n_atoms; i++) t->first[i + 1] += t->first[i];
    mofb__free(both);
    mofb__free(text);
    return MOFB_OK;
}

/* A prepared system. */
typedef struct hand {
    mofb__uff_system *system;
    size_t n;
    bool held; /* pairs of the structure are kept */
    int32_t threads;
} hand;

/* cell NULL: not periodic. */
static inline mofb_status hand_new(hand *h, const char *names, const mofb__uff_bond *bonds, size_t n_bonds,
                                   const mofb__uff_settings *settings, const double *x, const double *cell) {
    mofb__uff_topology t;
    mofb_structure *structure;
    MOFB__TRY(hand_topology(&t, names, bonds, n_bonds, NULL));
    *h = (hand){.n = t.n_atoms, .threads = 1};
    int32_t *numbers = mofb__calloc(NULL, h->n, sizeof *numbers);
    for (size_t i = 0; i < h->n; i++) numbers[i] = t.types[i]->z;
    mofb_status status = mofb_structure_new(&structure, h->n, numbers, x, cell, NULL, NULL);
    mofb__free(numbers);
    if (status) return status;
    status = mofb__uff_system_build(&h->system, &t, structure, settings);
    mofb_structure_free(structure);
    return status;
}

/* forces, stress: nullable. */
static inline mofb_status hand_run(hand *h, mofb__uff_energies *e, const double *x, const double *cell,
                                   double *forces, double *stress) {
    mofb_work w = {.struct_size = sizeof w,
                   .n_atoms = h->n,
                   .positions = x,
                   .cell = cell,
                   .forces = forces,
                   .stress = stress};
    w.volume = cell ? mofb__cell_volume(cell) : 0;
    w.flags = h->held ? MOFB_REQUEST_HOLD_PAIRS : 0;
    return mofb__uff_evaluate(h->system, e, &w, h->threads);
}

#endif
