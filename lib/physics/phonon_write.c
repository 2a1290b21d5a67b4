/* SPDX-License-Identifier: MIT */
/* Text files for phonopy, with its order of atoms in the supercell: all images of the first atom, then of the
   second; of the images the a axis runs fastest. */
#include "base/mat3.h"
#include "physics/phonon_internal.h"
#include "structure/elements.h"

static size_t image_count(const mofb__phonon *p) {
    return p->n_super / p->n_cell;
}

/* Atom of our supercell that is number k in phonopy's. */
static size_t from_phonopy(const mofb__phonon *p, size_t k) {
    size_t na = (size_t)p->repeats[0], nb = (size_t)p->repeats[1], nc = (size_t)p->repeats[2];
    size_t atom = k / image_count(p), image = k % image_count(p);
    size_t a = image % na, b = image / na % nb, c = image / na / nb;
    return ((a * nb + b) * nc + c) * p->n_cell + atom;
}

mofb_status mofb__phonon_write_constants(const mofb__phonon *p, mofb__str *out) {
    if (!p->constants) return mofb__fail(MOFB_ERR_INVALID, "no_force_constants", "forces were not given yet");
    mofb__str_printf(out, "%4zu %4zu\n", p->n_cell, p->n_super);
    for (size_t i = 0; i < p->n_cell; i++)
        for (size_t k = 0; k < p->n_super; k++) {
            const double *m = p->constants + 9 * (i * p->n_super + from_phonopy(p, k));
            mofb__str_printf(out, "%zu %zu\n", i * image_count(p) + 1, k + 1);
            for (int r = 0; r < 3; r++) {
                mofb__str_fixed(out, m + 3 * r, 3, 22, 15, "");
                mofb__str_puts(out, "\n");
            }
        }
    return mofb__str_status(out);
}

mofb_status mofb__phonon_write_force_sets(const mofb__phonon *p, const double *forces, mofb__str *out) {
    mofb__str_printf(out, "%-5zu\n%-5zu\n", p->n_super, p->n_displacements);
    for (size_t d = 0; d < p->n_displacements; d++) {
        const mofb__phonon_displaced *u = p->displacements + d;
        mofb__str_printf(out, "\n%-5zu\n", u->atom * image_count(p) + 1);
        mofb__str_fixed(out, u->vector, 3, 20, 16, " ");
        mofb__str_puts(out, "\n");
        for (size_t k = 0; k < p->n_super; k++) {
            mofb__str_fixed(out, forces + 3 * (d * p->n_super + from_phonopy(p, k)), 3, 15, 10, " ");
            mofb__str_puts(out, "\n");
        }
    }
    return mofb__str_status(out);
}

static void write_cell(const mofb__phonon *p, mofb__str *out) {
    const double *cell = mofb_structure_cell(p->cell), *positions = mofb_structure_positions(p->cell);
    const int32_t *numbers = mofb_structure_numbers(p->cell);
    double inverse[9];
    if (mofb__inverse3(inverse, cell)) return; /* the structure was checked */
    mofb__str_puts(out, "unit_cell:\n  lattice:\n");
    for (int k = 0; k < 3; k++) {
        mofb__str_puts(out, "  - [ ");
        mofb__str_fixed(out, cell + 3 * k, 3, 21, 15, ", ");
        mofb__str_puts(out, " ]\n");
    }
    mofb__str_puts(out, "  points:\n");
    for (size_t i = 0; i < p->n_cell; i++) {
        double f[3];
        mofb__row_times(f, positions + 3 * i, inverse);
        mofb__str_printf(out, "  - symbol: %s\n    coordinates: [ ", mofb__element_symbol(numbers[i]));
        mofb__str_fixed(out, f, 3, 18, 15, ", ");
        mofb__str_puts(out, " ]\n    mass: ");
        mofb__str_fixed(out, p->masses + i, 1, 0, 6, "");
        mofb__str_puts(out, "\n");
    }
}

mofb_status mofb__phonon_write_displacements(const mofb__phonon *p, mofb__str *out) {
    mofb__str_puts(out, "phonopy:\n  symmetry_tolerance: ");
    mofb__str_number(out, p->symprec);
    mofb__str_puts(out, "\n\nphysical_unit:\n  atomic_mass: \"AMU\"\n"
                        "  length: \"angstrom\"\n  force_constants: \"eV/angstrom^2\"\n\n");
    mofb__str_printf(out,
                     "supercell_matrix:\n- [ %d, 0, 0 ]\n- [ 0, %d, 0 ]\n- [ 0, 0, %d ]\n\n"
                     "primitive_matrix:\n- [ 1, 0, 0 ]\n- [ 0, 1, 0 ]\n- [ 0, 0, 1 ]\n\n",
                     (int)p->repeats[0], (int)p->repeats[1], (int)p->repeats[2]);
    write_cell(p, out);
    mofb__str_printf(out, "\nnatom: %zu\ndisplacements:\n", p->n_super);
    for (size_t d = 0; d < p->n_displacements; d++) {
        const mofb__phonon_displaced *u = p->displacements + d;
        mofb__str_printf(out, "- atom: %zu\n  displacement:\n    [ ", u->atom * image_count(p) + 1);
        mofb__str_fixed(out, u->vector, 3, 20, 16, ", ");
        mofb__str_puts(out, " ]\n");
    }
    return mofb__str_status(out);
}
