/* SPDX-License-Identifier: MIT */
/* Which atoms to displace, and where to: the rules of phonopy (A. Togo, I. Tanaka, Scr. Mater. 108, 1
   (2015)), as few displacements as the site symmetry turns into three independent ones. */
#include <math.h>
#include "base/mat3.h"
#include "physics/phonon_internal.h"

/* Candidates along the supercell's axes and diagonals, in the order of preference. */
static const int32_t directions[13][3] = {{1, 0, 0},  {0, 1, 0},  {0, 0, 1},  {1, 1, 0},  {1, 0, 1},
                                          {0, 1, 1},  {1, -1, 0}, {1, 0, -1}, {0, 1, -1}, {1, 1, 1},
                                          {1, 1, -1}, {1, -1, 1}, {-1, 1, 1}};
enum { N_DIRECTIONS = 13, MAX_PER_ATOM = 6 };

static void rotate(int32_t out[3], const int32_t r[9], const int32_t v[3]) {
    for (int k = 0; k < 3; k++)
        out[k] = r[3 * k] * v[0] + r[3 * k + 1] * v[1] + r[3 * k + 2] * v[2];
}

static bool independent(const int32_t a[3], const int32_t b[3], const int32_t c[3]) {
    int32_t x = b[1] * c[2] - b[2] * c[1], y = b[2] * c[0] - b[0] * c[2], z = b[0] * c[1] - b[1] * c[0];
    return a[0] * x + a[1] * y + a[2] * z != 0;
}

/* Atom of the supercell that an operation makes of `atom`, SIZE_MAX if none lies there. */
static size_t image_of(const mofb__phonon *p, size_t operation, size_t atom) {
    const double *x = p->locator.fractional + 3 * atom;
    const double *t = p->super_symmetry->translations + 3 * operation;
    const int32_t *r = p->super_symmetry->rotations + 9 * operation;
    double y[3];
    for (int k = 0; k < 3; k++)
        y[k] = r[3 * k] * x[0] + r[3 * k + 1] * x[1] + r[3 * k + 2] * x[2] + t[k];
    return mofb__locator_find(&p->locator, y, p->locator.numbers[atom]);
}

void mofb__phonon_site_operations(const mofb__phonon *p, size_t atom, size_t *list, size_t *count,
                                  size_t *map) {
    const mofb__symmetry *g = p->super_symmetry;
    *count = 0;
    for (size_t o = 0; o < g->n_operations; o++)
        if (image_of(p, o, atom) == atom &&
            mofb__locator_map(&p->locator, map, g->rotations + 9 * o, atom, atom))
            list[(*count)++] = o;
}

/* One direction whose images under the site's rotations span space, or -1. */
static int one_direction(const int32_t *rotations, const size_t *list, size_t count) {
    for (int d = 0; d < N_DIRECTIONS; d++)
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count; j++) {
                int32_t u[3], v[3];
                rotate(u, rotations + 9 * list[i], directions[d]);
                rotate(v, rotations + 9 * list[j], directions[d]);
                if (independent(directions[d], u, v)) return d;
            }
    return -1;
}

/* Two directions that span space with an image of the first, or false. */
static bool two_directions(int out[2], const int32_t *rotations, const size_t *list, size_t count) {
    for (int d = 0; d < N_DIRECTIONS; d++)
        for (size_t i = 0; i < count; i++) {
            int32_t u[3];
            rotate(u, rotations + 9 * list[i], directions[d]);
            for (int e = 0; e < N_DIRECTIONS; e++)
                if (independent(directions[d], u, directions[e])) {
                    out[0] = d, out[1] = e;
                    return true;
                }
        }
    return false;
}

static bool opposite_supplied(const int32_t *rotations, const size_t *list, size_t count, int d) {
    for (size_t i = 0; i < count; i++) {
        int32_t u[3];
        rotate(u, rotations + 9 * list[i], directions[d]);
        if (u[0] == -directions[d][0] && u[1] == -directions[d][1] && u[2] == -directions[d][2]) return true;
    }
    return false;
}

static void add_displacement(mofb__phonon *p, size_t atom, int d, double sign) {
    double v[3] = {directions[d][0], directions[d][1], directions[d][2]};
    mofb__row_times(v, v, p->locator.cell);
    double scale = sign * p->distance / sqrt(mofb__dot(v, v));
    p->displacements[p->n_displacements++] =
        (mofb__phonon_displaced){atom, {v[0] * scale, v[1] * scale, v[2] * scale}};
}

static void displace_atom(mofb__phonon *p, size_t atom, size_t *list, size_t *map) {
    const int32_t *rotations = p->super_symmetry->rotations;
    int chosen[3] = {0, 1, 2}, n = 3;
    size_t count;
    mofb__phonon_site_operations(p, atom, list, &count, map);
    int one = one_direction(rotations, list, count);
    if (one >= 0) chosen[0] = one, n = 1;
    else if (two_directions(chosen, rotations, list, count)) n = 2;
    for (int k = 0; k < n; k++) {
        add_displacement(p, atom, chosen[k], 1.0);
        if (!opposite_supplied(rotations, list, count, chosen[k])) add_displacement(p, atom, chosen[k], -1.0);
    }
}

/* Gives every atom of the cell that an operation makes of `atom` its site. */
static void mark_orbit(mofb__phonon *p, size_t atom, size_t *map) {
    const mofb__symmetry *g = p->super_symmetry;
    for (size_t o = 0; o < g->n_operations; o++) {
        size_t image = image_of(p, o, atom), other = image % p->n_cell;
        if (image == SIZE_MAX || p->sites[other].representative != SIZE_MAX) continue;
        if (mofb__locator_map(&p->locator, map, g->rotations + 9 * o, atom, other))
            p->sites[other] = (mofb__phonon_site){atom, o};
    }
}

mofb_status mofb__phonon_find_displacements(mofb__phonon *p) {
    mofb_status status = MOFB_OK;
    size_t *map = mofb__calloc(p->a, p->n_super, 2 * sizeof *map), *list = NULL;
    p->sites = mofb__calloc(p->a, p->n_cell, sizeof *p->sites);
    list = mofb__calloc(p->a, p->super_symmetry->n_operations, sizeof *list);
    p->displacements = mofb__calloc(p->a, p->n_cell, MAX_PER_ATOM * sizeof *p->displacements);
    if (!map || !list || !p->sites || !p->displacements) {
        status = mofb__no_memory();
        goto done;
    }
    for (size_t i = 0; i < p->n_cell; i++)
        p->sites[i].representative = SIZE_MAX;
    for (size_t i = 0; i < p->n_cell; i++) {
        if (p->sites[i].representative != SIZE_MAX) continue;
        p->sites[i] = (mofb__phonon_site){i, 0};
        mark_orbit(p, i, map);
        displace_atom(p, i, list, map);
    }
done:
    mofb__free(map);
    mofb__free(list);
    return status;
}
