/* SPDX-License-Identifier: MIT */
/* Small structures and what is asked of their topologies. */
#ifndef MOFB_TESTS_TOPOLOGY_H
#define MOFB_TESTS_TOPOLOGY_H

#include <math.h>

#include "models/uff/uff.h"
#include "mofbench/structure.h"
#include "support/tap.h"

static const mofb__uff_settings uff = {.rules = MOFB__UFF_PAPER};
static const mofb__uff_settings mof = {.uff4mof = true, .rules = MOFB__UFF_PAPER};
static const mofb__uff_settings tool = {.rules = MOFB__UFF_LAMMPS_INTERFACE};
static const mofb__uff_settings tool_mof = {.uff4mof = true, .rules = MOFB__UFF_LAMMPS_INTERFACE};

typedef struct atom {
    int32_t z;
    double x, y, w;
} atom;

enum { MANY = 32 };

/* Atoms in a cubic box, around its corner: molecules cross the border. box 0: not periodic. */
static inline mofb_status make(mofb_structure **out, double box, const atom *atoms, size_t n) {
    int32_t numbers[MANY];
    double positions[3 * MANY], cell[9] = {box, 0, 0, 0, box, 0, 0, 0, box};
    for (size_t i = 0; i < n; i++) {
        double p[3] = {atoms[i].x, atoms[i].y, atoms[i].w};
        numbers[i] = atoms[i].z;
        for (size_t k = 0; k < 3; k++) positions[3 * i + k] = box > 0 ? p[k] - box * floor(p[k] / box) : p[k];
    }
    return mofb_structure_new(out, n, numbers, positions, box > 0 ? cell : NULL, NULL, NULL);
}

static inline mofb_status perceive(mofb__uff_topology *t, const mofb__uff_settings *settings, double box,
                                   const atom *atoms, size_t n) {
    mofb_structure *s;
    mofb_status status = make(&s, box, atoms, n);
    if (status) return status;
    status = mofb__uff_perceive(t, s, settings, NULL);
    mofb_structure_free(s);
    return status;
}

#define PERCEIVE(t, settings, box, atoms)                                                          \
    OK(perceive(t, settings, box, atoms, sizeof(atoms) / sizeof(atoms)[0]))
#define TYPE(t, i, wanted)                                                                         \
    CHECK(!strcmp((t).types[i]->name, wanted) || !printf("# type of %d: %s\n", i, (t).types[i]->name))

/* Order of the bond between two atoms, 0 if there is none, -1 if there are several. */
static inline double order(const mofb__uff_topology *t, int32_t i, int32_t j) {
    double found = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (t->neighbour[r] == j) found = found ? -1 : t->neighbour_order[r];
    return found;
}

#endif
