/* SPDX-License-Identifier: MIT */
/* The benchmark's way with a supercell: bonds and types are perceived in the unit cell and copied, and every
   atom's coordinates are rounded for themselves, as in an input file.

   Input: "uff4mof|uff repeats[3] decimals n_atoms", the cell, then atomic number and Cartesian coordinates of
   each atom. Output: energies in eV (bond angle torsion inversion vdw tail), the stress in eV/Å³, then the
   forces in eV/Å of all atoms in the order of input files: image after image, first axis outermost. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/uff/terms.h"
#include "structure/cell.h"

typedef struct input {
    mofb__uff_settings settings;
    int repeats[3], decimals, n;
    double cell[9], *positions;
    int32_t *numbers;
} input;

static int fail(void) {
    fprintf(stderr, "%s: %s\n", mofb_error_reason(), mofb_error_message());
    return 1;
}

static bool read_input(input *in) {
    char name[16];
    *in = (input){.settings = {.rules = MOFB__UFF_LAMMPS_INTERFACE, .cutoff = 12.5, .tail = true}};
    if (scanf("%15s %d %d %d %d %d", name, &in->repeats[0], &in->repeats[1], &in->repeats[2], &in->decimals,
              &in->n) != 6)
        return false;
    in->settings.uff4mof = !strcmp(name, "uff4mof");
    in->numbers = mofb__calloc(NULL, (size_t)in->n, sizeof *in->numbers);
    in->positions = mofb__calloc(NULL, (size_t)in->n, 3 * sizeof *in->positions);
    for (int k = 0; k < 9; k++)
        if (scanf("%lf", &in->cell[k]) != 1) return false;
    for (int i = 0; i < in->n; i++) {
        double *x = in->positions + 3 * i;
        int z;
        if (scanf("%d %lf %lf %lf", &z, x, x + 1, x + 2) != 4) return false;
        in->numbers[i] = z;
    }
    return true;
}

static int floor_div(int a, int b) {
    return a / b - (a % b < 0);
}

/* Row by row the copy of `from` for image (a, b, c); atoms are numbered atom by atom, so that the order of
   the unit cell's atoms, which some rules go by, holds between all images. */
static mofb_status copy_topology(mofb__uff_topology *out, const mofb__uff_topology *from,
                                 const int repeats[3]) {
    size_t images = (size_t)(repeats[0] * repeats[1] * repeats[2]), n = from->n_atoms * images;
    size_t rows = from->first[from->n_atoms] * images, bond = 0, row = 0;
    *out = (mofb__uff_topology){.n_atoms = n, .n_bonds = from->n_bonds * images};
    out->types = mofb__calloc(NULL, n, sizeof *out->types);
    out->hybrids = mofb__calloc(NULL, n, 1);
    out->bonds = mofb__calloc(NULL, out->n_bonds, sizeof *out->bonds);
    out->first = mofb__calloc(NULL, n + 1, sizeof *out->first);
    out->neighbour = mofb__calloc(NULL, rows, sizeof *out->neighbour);
    out->neighbour_shift = mofb__calloc(NULL, rows, 3 * sizeof *out->neighbour_shift);
    out->neighbour_order = mofb__calloc(NULL, rows, sizeof *out->neighbour_order);
    for (size_t i = 0; i < from->n_atoms; i++)
        for (size_t m = 0; m < images; m++) {
            const int at[3] = {(int)m / (repeats[1] * repeats[2]), (int)m / repeats[2] % repeats[1],
                               (int)m % repeats[2]};
            size_t atom = i * images + m;
            out->types[atom] = from->types[i];
            out->hybrids[atom] = from->hybrids[i];
            for (size_t r = from->first[i]; r < from->first[i + 1]; r++, row++) {
                int32_t *s = out->neighbour_shift + 3 * row, in[3];
                for (int k = 0; k < 3; k++) {
                    int z = at[k] + from->neighbour_shift[3 * r + (size_t)k];
                    s[k] = floor_div(z, repeats[k]);
                    in[k] = z - s[k] * repeats[k];
                }
                size_t j = (size_t)from->neighbour[r];
                out->neighbour[row] =
                    (int32_t)(j * images) + (in[0] * repeats[1] + in[1]) * repeats[2] + in[2];
                out->neighbour_order[row] = from->neighbour_order[r];
                if (j <= i) continue; /* no bonds to an atom's own images under these rules */
                mofb__uff_bond *b = &out->bonds[bond++];
                *b = (mofb__uff_bond){
                    (int32_t)atom, out->neighbour[row], {s[0], s[1], s[2]}, out->neighbour_order[row]};
            }
            out->first[atom + 1] = row;
        }
    return bond == out->n_bonds ? MOFB_OK : mofb__fail(MOFB_ERR_INTERNAL, "internal", "bonds to own images");
}

/* Coordinates of the supercell, atom by atom, and its cell, rounded. */
static void place(double *x, double cell[9], const input *in) {
    int images = in->repeats[0] * in->repeats[1] * in->repeats[2];
    double unit = pow(10, in->decimals);
    for (int k = 0; k < 9; k++) cell[k] = rint(in->repeats[k / 3] * in->cell[k] * 10 * unit) / (10 * unit);
    for (int i = 0; i < in->n * images; i++) {
        int m = i % images;
        const int at[3] = {m / (in->repeats[1] * in->repeats[2]), m / in->repeats[2] % in->repeats[1],
                           m % in->repeats[2]};
        for (int k = 0; k < 3; k++) {
            double p = in->positions[3 * (i / images) + k];
            for (int v = 0; v < 3; v++) p += at[v] * in->cell[3 * v + k];
            x[3 * i + k] = rint(p * unit) / unit;
        }
    }
}

static int evaluate(mofb__uff_topology *copy, const input *in) {
    size_t images = (size_t)(in->repeats[0] * in->repeats[1] * in->repeats[2]), n = copy->n_atoms;
    double cell[9], *x = mofb__calloc(NULL, n, 3 * sizeof *x),
                    *forces = mofb__calloc(NULL, n, 3 * sizeof *forces);
    double stress[9];
    int32_t *numbers = mofb__calloc(NULL, n, sizeof *numbers);
    mofb_structure *structure;
    mofb__uff_system *system;
    mofb__uff_energies e;
    place(x, cell, in);
    for (size_t i = 0; i < n; i++) numbers[i] = copy->types[i]->z;
    if (mofb_structure_new(&structure, n, numbers, x, cell, NULL, NULL)) return fail();
    if (mofb__uff_system_build(&system, copy, structure, &in->settings)) return fail();
    mofb_work w = {.struct_size = sizeof w,
                   .n_atoms = n,
                   .positions = x,
                   .cell = cell,
                   .volume = mofb__cell_volume(cell),
                   .forces = forces,
                   .stress = stress};
    if (mofb__uff_evaluate(system, &e, &w, 1)) return fail();
    for (int k = 0; k < MOFB__UFF_BONDED_KINDS; k++) printf("%.17g ", e.bonded[k]);
    printf("%.17g %.17g\n", e.vdw, e.tail);
    for (int k = 0; k < 9; k++) printf("%.17g ", stress[k]);
    printf("\n");
    for (size_t m = 0; m < images; m++)
        for (size_t i = 0; i < n / images; i++) {
            const double *f = forces + 3 * (i * images + m);
            printf("%.17g %.17g %.17g\n", f[0], f[1], f[2]);
        }
    mofb__uff_system_free(system);
    mofb_structure_free(structure);
    mofb__free(numbers);
    mofb__free(x);
    mofb__free(forces);
    return 0;
}

int main(void) {
    input in;
    mofb_structure *structure;
    mofb__uff_topology unit, copy;
    if (!read_input(&in)) {
        fprintf(stderr, "bad input\n");
        return 2;
    }
    if (mofb_structure_new(&structure, (size_t)in.n, in.numbers, in.positions, in.cell, NULL, NULL))
        return fail();
    if (mofb__uff_perceive(&unit, structure, &in.settings, NULL)) return fail();
    if (copy_topology(&copy, &unit, in.repeats)) return fail();
    int status = evaluate(&copy, &in);
    mofb__uff_topology_free(&unit);
    mofb_structure_free(structure);
    mofb__free(in.numbers);
    mofb__free(in.positions);
    return status;
}
