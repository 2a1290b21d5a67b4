/* SPDX-License-Identifier: MIT */
#include "structure/structure.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/mat3.h"
#include "base/sha256.h"
#include "structure/cell.h"
#include "structure/elements.h"
#include "structure/nlist.h"

static const double default_min_distance = 0.1; /* Å */

static void free_arrays(mofb__array *arrays, size_t count) {
    for (size_t k = 0; k < count; k++) {
        mofb__free(arrays[k].name);
        mofb__free(arrays[k].values);
    }
    mofb__free(arrays);
}

void mofb__draft_free(mofb__draft *d) {
    const mofb_allocator *a = d->a;
    mofb__free(d->numbers);
    mofb__free(d->positions);
    mofb__free(d->name);
    free_arrays(d->arrays, d->n_arrays);
    mofb__free(d->info);
    *d = (mofb__draft){.a = a};
}

static const char *symbol_at(const mofb__draft *d, size_t atom) {
    return mofb__element_symbol(d->numbers[atom]);
}

static mofb_status check_atoms(const mofb__draft *d) {
    if (d->n_atoms == 0) return mofb__fail(MOFB_ERR_INVALID, "no_atoms", "a structure needs atoms");
    if (d->n_atoms > INT32_MAX / 4)
        return mofb__fail(MOFB_ERR_INVALID, "too_many_atoms", "%zu atoms are more than %d", d->n_atoms,
                          INT32_MAX / 4);
    for (size_t i = 0; i < d->n_atoms; i++) {
        const double *x = d->positions + 3 * i;
        if (!symbol_at(d, i))
            return mofb__fail(MOFB_ERR_INVALID, "unknown_element", "atom %zu: no element has number %d",
                              i + 1, (int)d->numbers[i]);
        if (!isfinite(x[0]) || !isfinite(x[1]) || !isfinite(x[2]))
            return mofb__fail(MOFB_ERR_INVALID, "not_finite",
                              "atom %zu (%s): position %g %g %g is not finite", i + 1, symbol_at(d, i), x[0],
                              x[1], x[2]);
    }
    for (size_t k = 0; k < d->n_arrays; k++)
        for (size_t v = 0; v < d->n_atoms * d->arrays[k].width; v++)
            if (!isfinite(d->arrays[k].values[v]))
                return mofb__fail(MOFB_ERR_INVALID, "not_finite", "%s of atom %zu is not finite",
                                  d->arrays[k].name, v / d->arrays[k].width + 1);
    return MOFB_OK;
}

static mofb_status check_cell(mofb__draft *d) {
    for (int k = 0; k < 3; k++) d->periodic[k] = d->periodic[k] != 0;
    if (!d->has_cell) {
        memset(d->cell, 0, sizeof d->cell);
        if (d->periodic[0] || d->periodic[1] || d->periodic[2])
            return mofb__fail(MOFB_ERR_INVALID, "bad_cell", "periodic along an axis, but without a cell");
        return MOFB_OK;
    }
    double lengths = 1;
    for (int k = 0; k < 9; k++)
        if (!isfinite(d->cell[k]))
            return mofb__fail(MOFB_ERR_INVALID, "not_finite", "the cell has a component that is not finite");
    for (int k = 0; k < 3; k++) lengths *= sqrt(mofb__dot(d->cell + 3 * k, d->cell + 3 * k));
    double volume = mofb__cell_volume(d->cell);
    if (!(volume > 1e-6 * lengths) || !(volume > 1e-3) || !isfinite(lengths))
        return mofb__fail(MOFB_ERR_INVALID, "bad_cell",
                          "the cell has volume %g A^3 (all three vectors are needed)", volume);
    return MOFB_OK;
}

/* No two atoms, and no atom and its own image, closer than the limit. */
static mofb_status check_distances(const mofb__draft *d, double limit) {
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    mofb_status status;
    if (!(limit <= 10))
        return mofb__fail(MOFB_ERR_INVALID, "out_of_range", "min_distance = %g is not between 0 and 10 A",
                          limit);
    /* The lattice is what counts: in short vectors the search stays cheap however oblique the given ones
       are. */
    double reduced[9], *cell = d->has_cell ? reduced : NULL;
    memcpy(reduced, d->cell, sizeof reduced);
    if (cell) mofb__cell_reduce(cell, d->periodic);
    for (int k = 0; cell && k < 3; k++)
        if (d->periodic[k] && mofb__dot(cell + 3 * k, cell + 3 * k) < limit * limit)
            return mofb__fail(MOFB_ERR_INVALID, "atoms_too_close",
                              "atom 1 (%s) is %.4g A apart from an image of itself", symbol_at(d, 0),
                              sqrt(mofb__dot(cell + 3 * k, cell + 3 * k)));
    MOFB__TRY(mofb__nlist_new(&list, d->n_atoms, MOFB_EDGES_HALF, limit, 0, d->periodic, d->a));
    MOFB__TRY_GOTO(status, mofb__nlist_update(&e, list, d->positions, cell, 1), end);
    double least2 = limit * limit;
    size_t i = 0, worst = SIZE_MAX, worst_i = 0;
    for (size_t k = 0; k < e->count; k++) {
        double r2 = mofb__dot(e->vec + 3 * k, e->vec + 3 * k);
        while (e->first[i + 1] <= k) i++;
        if (r2 < least2) least2 = r2, worst = k, worst_i = i;
    }
    if (worst != SIZE_MAX) {
        size_t j = (size_t)e->j[worst];
        status =
            mofb__fail(MOFB_ERR_INVALID, "atoms_too_close", "atoms %zu (%s) and %zu (%s) are %.4g A apart%s",
                       worst_i + 1, symbol_at(d, worst_i), j + 1, symbol_at(d, j), sqrt(least2),
                       worst_i == j ? " (an image of itself)" : "");
    }
end:
    mofb__nlist_free(list);
    return status;
}

/* Little-endian bytes of 4- and 8-byte numbers, whatever the machine's order. */
static void add_numbers(mofb__sha256 *h, const void *values, size_t count, size_t size) {
    unsigned char bytes[512];
    const unsigned char *from = values;
    while (count) {
        size_t now = count < sizeof bytes / size ? count : sizeof bytes / size;
        for (size_t k = 0; k < now; k++, from += size) {
            uint64_t v = 0;
            uint32_t v4;
            if (size == 4) memcpy(&v4, from, 4), v = v4;
            else memcpy(&v, from, 8);
            for (size_t b = 0; b < size; b++) bytes[k * size + b] = (unsigned char)(v >> (8 * b));
        }
        mofb__sha256_add(h, bytes, now * size);
        count -= now;
    }
}

static mofb_status hash(mofb_structure *s) {
    mofb__sha256 *h = mofb__sha256_new();
    add_numbers(h, s->numbers, s->n_atoms, 4);
    add_numbers(h, s->positions, 3 * s->n_atoms, 8);
    add_numbers(h, s->cell, 9, 8);
    add_numbers(h, s->periodic, 3, 4);
    return mofb__sha256_finish(s->sha256, h);
}

mofb_status mofb__structure_build(mofb_structure **out, mofb__draft *d, double min_distance) {
    mofb_status status;
    mofb_structure *s = NULL;
    MOFB__TRY_GOTO(status, check_atoms(d), fail);
    MOFB__TRY_GOTO(status, check_cell(d), fail);
    if (!(min_distance < 0)) {
        double limit = min_distance == 0 ? default_min_distance : min_distance;
        MOFB__TRY_GOTO(status, check_distances(d, limit), fail);
    }
    status = mofb__no_memory();
    if (!d->name && !(d->name = mofb__strdup(d->a, ""))) goto fail;
    if (!d->info && !(d->info = mofb__strdup(d->a, ""))) goto fail;
    if (!(s = mofb__calloc(d->a, 1, sizeof *s))) goto fail;
    s->a = d->a;
    atomic_init(&s->references, 1);
    s->n_atoms = d->n_atoms;
    s->numbers = d->numbers;
    s->positions = d->positions;
    s->has_cell = d->has_cell;
    memcpy(s->cell, d->cell, sizeof s->cell);
    memcpy(s->periodic, d->periodic, sizeof s->periodic);
    s->volume = d->has_cell ? mofb__cell_volume(d->cell) : 0;
    for (size_t i = 0; i < s->n_atoms; i++) s->mass += mofb__element_mass(s->numbers[i]);
    s->name = d->name;
    s->arrays = d->arrays;
    s->n_arrays = d->n_arrays;
    s->info = d->info;
    *d = (mofb__draft){.a = d->a};
    status = hash(s);
    if (status) mofb_structure_free(s);
    else *out = s;
    return status;
fail:
    mofb__draft_free(d);
    return status;
}

mofb_status mofb__structure_moved(mofb_structure **out, const mofb_structure *from, const double *positions,
                                  const double *cell, const mofb_allocator *a) {
    size_t n = from->n_atoms;
    mofb__draft d = {.a = a, .n_atoms = n, .has_cell = from->has_cell};
    d.numbers = mofb__memdup(a, from->numbers, n * sizeof *d.numbers);
    d.positions = mofb__memdup(a, positions, 3 * n * sizeof *d.positions);
    d.name = mofb__strdup(a, from->name);
    memcpy(d.cell, from->has_cell && cell ? cell : from->cell, sizeof d.cell);
    memcpy(d.periodic, from->periodic, sizeof d.periodic);
    if (!d.numbers || !d.positions || !d.name) {
        mofb__draft_free(&d);
        return mofb__no_memory();
    }
    return mofb__structure_build(out, &d, -1);
}

mofb_structure *mofb_structure_ref(const mofb_structure *structure) {
    mofb_structure *s = (mofb_structure *)structure; /* counting is not a change that anyone can see */
    if (s) atomic_fetch_add(&s->references, 1);
    return s;
}

void mofb_structure_free(mofb_structure *s) {
    if (!s || atomic_fetch_sub(&s->references, 1) > 1) return;
    mofb__free(s->numbers);
    mofb__free(s->positions);
    mofb__free(s->name);
    free_arrays(s->arrays, s->n_arrays);
    mofb__free(s->info);
    mofb__free(s);
}

mofb_status mofb__structure_rename(mofb_structure *s, const char *name, const char *suffix) {
    mofb__str fresh;
    char *text;
    mofb__str_init(&fresh, s->a);
    mofb__str_puts(&fresh, name);
    mofb__str_puts(&fresh, suffix);
    MOFB__TRY(mofb__str_take(&text, &fresh));
    mofb__free(s->name);
    s->name = text;
    return MOFB_OK;
}
