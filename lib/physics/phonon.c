/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdint.h>
#include "base/mat3.h"
#include "physics/phonon_internal.h"
#include "structure/cell.h"
#include "structure/elements.h"

void mofb__phonon_repeats(int32_t repeats[3], const double cell[9], double length) {
    double heights[3];
    mofb__cell_heights(heights, cell);
    /* A height that misses the length by rounding errors reaches it. */
    for (int k = 0; k < 3; k++)
        repeats[k] = length > 0 ? (int32_t)fmin(fmax(1.0, ceil(length / heights[k] - 1e-9)), 1e6) : 1;
}

static mofb_status check_options(const mofb_structure *s, const mofb__phonon_options *o) {
    const int32_t *periodic = mofb_structure_periodic(s);
    if (!mofb_structure_cell(s) || !periodic[0] || !periodic[1] || !periodic[2])
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "not_periodic",
                          "phonons need a cell with three periodic axes");
    double images = 1.0;
    for (int k = 0; k < 3; k++) {
        if (o->repeats[k] < 1)
            return mofb__fail(MOFB_ERR_INVALID, "bad_repeats", "a supercell of %d cells along axis %d",
                              (int)o->repeats[k], k + 1);
        images *= o->repeats[k];
    }
    if (images * (double)mofb_structure_count(s) > 1e6)
        return mofb__fail(MOFB_ERR_INVALID, "bad_repeats", "a supercell of %g atoms, the limit is 1e6",
                          images * (double)mofb_structure_count(s));
    if (!(o->distance > 0) || !isfinite(o->distance))
        return mofb__fail(MOFB_ERR_INVALID, "bad_distance", "a displacement of %g Å", o->distance);
    if (!(o->symprec > 0) || !isfinite(o->symprec))
        return mofb__fail(MOFB_ERR_INVALID, "bad_symprec", "a symmetry tolerance of %g Å", o->symprec);
    return MOFB_OK;
}

static mofb_status make_supercell(mofb__phonon *p, const mofb_structure *s) {
    p->cell = mofb_structure_ref(s);
    p->n_cell = mofb_structure_count(s);
    int32_t m[9] = {p->repeats[0], 0, 0, 0, p->repeats[1], 0, 0, 0, p->repeats[2]};
    if (m[0] == 1 && m[4] == 1 && m[8] == 1) p->super = mofb_structure_ref(s);
    else MOFB__TRY(mofb_structure_supercell(&p->super, s, m));
    p->n_super = mofb_structure_count(p->super);
    return MOFB_OK;
}

static mofb_status find_symmetry(mofb__phonon *p) {
    MOFB__TRY(mofb__symmetry_find(&p->symmetry, p->cell, p->symprec, p->a));
    p->super_symmetry = &p->symmetry;
    if (p->super != p->cell) {
        MOFB__TRY(mofb__symmetry_find(&p->own_super_symmetry, p->super, p->symprec, p->a));
        p->super_symmetry = &p->own_super_symmetry;
    }
    /* spglib's operations, moved to the frame of one atom, miss others by a few tolerances at most. */
    return mofb__locator_make(&p->locator, p->super, 4.0 * p->symprec, p->a);
}

static mofb_status set_masses(mofb__phonon *p) {
    const int32_t *numbers = mofb_structure_numbers(p->cell);
    p->masses = mofb__calloc(p->a, p->n_cell, sizeof *p->masses);
    if (!p->masses) return mofb__no_memory();
    for (size_t i = 0; i < p->n_cell; i++)
        p->masses[i] = mofb__element_mass(numbers[i]);
    return MOFB_OK;
}

mofb_status mofb__phonon_new(mofb__phonon **out, const mofb_structure *structure,
                             const mofb__phonon_options *options, const mofb_allocator *a) {
    MOFB__TRY(check_options(structure, options));
    mofb__phonon *p = mofb__calloc(a, 1, sizeof *p);
    if (!p) return mofb__no_memory();
    mofb_status status;
    p->a = a;
    p->distance = options->distance;
    p->symprec = options->symprec;
    p->threads = options->threads;
    for (int k = 0; k < 3; k++)
        p->repeats[k] = options->repeats[k];
    MOFB__TRY_GOTO(status, make_supercell(p, structure), fail);
    MOFB__TRY_GOTO(status, find_symmetry(p), fail);
    MOFB__TRY_GOTO(status, set_masses(p), fail);
    MOFB__TRY_GOTO(status, mofb__phonon_find_displacements(p), fail);
    MOFB__TRY_GOTO(status, mofb__phonon_find_images(p), fail);
    *out = p;
    return MOFB_OK;
fail:
    mofb__phonon_free(p);
    return status;
}

void mofb__phonon_free(mofb__phonon *p) {
    if (!p) return;
    mofb__free(p->constants);
    mofb__free(p->images.translation);
    mofb__free(p->images.start);
    mofb__free(p->displacements);
    mofb__free(p->sites);
    mofb__free(p->masses);
    mofb__locator_free(&p->locator);
    mofb__symmetry_free(&p->own_super_symmetry);
    mofb__symmetry_free(&p->symmetry);
    mofb_structure_free(p->super);
    mofb_structure_free(p->cell);
    mofb__free(p);
}

const mofb_structure *mofb__phonon_supercell(const mofb__phonon *p) {
    return p->super;
}

size_t mofb__phonon_displacement_count(const mofb__phonon *p) {
    return p->n_displacements;
}

int32_t mofb__phonon_spacegroup(const mofb__phonon *p) {
    return p->symmetry.number;
}

void mofb__phonon_displacement(const mofb__phonon *p, size_t k, size_t *atom, double vector[3]) {
    *atom = p->displacements[k].atom;
    for (int c = 0; c < 3; c++)
        vector[c] = p->displacements[k].vector[c];
}

const double *mofb__phonon_constants(const mofb__phonon *p, size_t *n_cell, size_t *n_supercell) {
    *n_cell = p->n_cell;
    *n_supercell = p->n_super;
    return p->constants;
}

void mofb__phonon_cartesian(double out[9], const mofb__phonon *p, size_t operation) {
    /* x = Aᵀ f with the rows of A the cell vectors, so R_cart = Aᵀ R (Aᵀ)⁻¹. */
    double at[9], inverse[9], r[9];
    for (int k = 0; k < 9; k++)
        r[k] = p->super_symmetry->rotations[9 * operation + (size_t)k];
    mofb__transpose3(at, p->locator.cell);
    if (mofb__inverse3(inverse, at)) return; /* the cell was inverted before */
    mofb__mul3(r, at, r);
    mofb__mul3(out, r, inverse);
}
