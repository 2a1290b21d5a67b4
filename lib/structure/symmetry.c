/* SPDX-License-Identifier: MIT */
#include "structure/symmetry.h"

#include <math.h>
#include <spglib.h>
#include <stdio.h>
#include <string.h>

#include "base/mat3.h"
#include "structure/structure.h"

void mofb__symmetry_free(mofb__symmetry *s) {
    mofb__free(s->rotations);
    mofb__free(s->translations);
    *s = (mofb__symmetry){0};
}

/* Spglib wants right-handed cells: a left-handed one is described by (a, b, -c), in which the third
   fractional coordinate changes sign; `flip` is that sign. */
static mofb_status copy_operations(mofb__symmetry *out, const SpglibDataset *d, int flip,
                                   const mofb_allocator *a) {
    size_t n = (size_t)d->n_operations;
    const int sign[3] = {1, 1, flip};
    *out = (mofb__symmetry){.n_operations = n, .number = d->spacegroup_number};
    snprintf(out->symbol, sizeof out->symbol, "%s", d->international_symbol);
    out->rotations = mofb__calloc(a, 9 * n, sizeof *out->rotations);
    out->translations = mofb__calloc(a, 3 * n, sizeof *out->translations);
    if (!out->rotations || !out->translations) {
        mofb__symmetry_free(out);
        return mofb__no_memory();
    }
    for (size_t op = 0; op < n; op++)
        for (int i = 0; i < 3; i++) {
            double t = sign[i] * d->translations[op][i];
            out->translations[3 * op + (size_t)i] = t - floor(t);
            for (int j = 0; j < 3; j++)
                out->rotations[9 * op + (size_t)(3 * i + j)] = sign[i] * sign[j] * d->rotations[op][i][j];
        }
    return MOFB_OK;
}

mofb_status mofb__symmetry_find(mofb__symmetry *out, const mofb_structure *s, double symprec,
                                const mofb_allocator *a) {
    double lattice[3][3], inverse[9];
    mofb_status status;
    if (!s->has_cell || !s->periodic[0] || !s->periodic[1] || !s->periodic[2])
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "not_periodic",
                          "%s: space groups need a cell that is periodic along all axes", s->name);
    if (!(symprec > 0 && symprec <= 1))
        return mofb__fail(MOFB_ERR_INVALID, "out_of_range", "symprec = %g is not between 0 and 1 A", symprec);
    MOFB__TRY(mofb__inverse3(inverse, s->cell));
    int flip = mofb__det3(s->cell) < 0 ? -1 : 1;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) lattice[i][j] = s->cell[3 * j + i] * (j == 2 ? flip : 1);
    double(*fractional)[3] = mofb__calloc(a, s->n_atoms, sizeof *fractional);
    int *types = mofb__calloc(a, s->n_atoms, sizeof *types);
    status = fractional && types ? MOFB_OK : mofb__no_memory();
    if (status) goto end;
    for (size_t i = 0; i < s->n_atoms; i++) {
        mofb__row_times(fractional[i], s->positions + 3 * i, inverse);
        fractional[i][2] *= flip;
        types[i] = (int)s->numbers[i];
    }
    SpglibDataset *d = spg_get_dataset(lattice, fractional, types, (int)s->n_atoms, symprec);
    if (!d || d->n_operations <= 0 || d->spacegroup_number <= 0)
        status = mofb__fail(MOFB_ERR_INTERNAL, "symmetry_failed",
                            "%s: spglib finds no symmetry at symprec %g A", s->name, symprec);
    else status = copy_operations(out, d, flip, a);
    if (d) spg_free_dataset(d);
end:
    mofb__free(types);
    mofb__free(fractional);
    return status;
}
