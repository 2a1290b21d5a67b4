/* SPDX-License-Identifier: MIT */
#include "structure/supercell.h"

#include <stdbool.h>
#include <string.h>

#include "base/mat3.h"
#include "structure/structure.h"

enum { MAX_REPEAT = 10000 }; /* keeps products of three within int64 */

static int64_t floor_div(int64_t a, int64_t b) {
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

static int64_t det(const int64_t m[9]) {
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
           m[2] * (m[3] * m[7] - m[4] * m[6]);
}

static void adjugate(int64_t out[9], const int64_t m[9]) {
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            int r1 = (j + 1) % 3, r2 = (j + 2) % 3, c1 = (i + 1) % 3, c2 = (i + 2) % 3;
            out[3 * i + j] = m[3 * r1 + c1] * m[3 * r2 + c2] - m[3 * r1 + c2] * m[3 * r2 + c1];
        }
}

/* Diagonal of the Hermite normal form (row operations, upper triangular): the box of integer vectors below
   it holds each coset of the lattice spanned by the rows exactly once. */
static void hermite_diagonal(int64_t diagonal[3], const int64_t rows[9]) {
    int64_t m[9];
    memcpy(m, rows, sizeof m);
    for (int c = 0; c < 3; c++) {
        for (int r = c + 1; r < 3; r++)
            while (m[3 * r + c]) { /* Euclid on rows c and r */
                int64_t q = m[3 * c + c] / m[3 * r + c];
                for (int k = 0; k < 3; k++) {
                    int64_t rest = m[3 * c + k] - q * m[3 * r + k];
                    m[3 * c + k] = m[3 * r + k];
                    m[3 * r + k] = rest;
                }
            }
        diagonal[c] = m[4 * c] < 0 ? -m[4 * c] : m[4 * c];
    }
}

/* Brings an integer vector into the supercell: its coordinates there become 0 <= u < 1, exactly. */
static void wrap(int64_t t[3], const int64_t n[9], const int64_t adj[9], int64_t d) {
    int64_t whole[3];
    for (int k = 0; k < 3; k++)
        whole[k] = floor_div(t[0] * adj[k] + t[1] * adj[3 + k] + t[2] * adj[6 + k], d);
    for (int k = 0; k < 3; k++) t[k] -= whole[0] * n[k] + whole[1] * n[3 + k] + whole[2] * n[6 + k];
}

static mofb_status check_repeats(int64_t n[9], const mofb_structure *s, const int32_t repeats[9]) {
    if (!s->has_cell)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_cell", "%s: has no cell to repeat", s->name);
    for (int k = 0; k < 9; k++) {
        int row = k / 3, column = k % 3;
        n[k] = repeats[k];
        if (repeats[k] > MAX_REPEAT || repeats[k] < -MAX_REPEAT)
            return mofb__fail(MOFB_ERR_INVALID, "bad_repeats", "a repeat of %d is beyond %d", (int)repeats[k],
                              MAX_REPEAT);
        if ((!s->periodic[row] || !s->periodic[column]) && repeats[k] != (row == column))
            return mofb__fail(MOFB_ERR_INVALID, "bad_repeats", "axis %c is not periodic and cannot repeat",
                              "abc"[s->periodic[row] ? column : row]);
    }
    int64_t images = det(n) < 0 ? -det(n) : det(n);
    if (!images) return mofb__fail(MOFB_ERR_INVALID, "bad_repeats", "the repeats have determinant 0");
    if (images > INT32_MAX / 4 / (int64_t)s->n_atoms)
        return mofb__fail(MOFB_ERR_INVALID, "bad_repeats", "%lld images of %zu atoms are too many",
                          (long long)images, s->n_atoms);
    return MOFB_OK;
}

/* Copies the per-atom data of the parent into each image. */
static mofb_status repeat_arrays(mofb__draft *d, const mofb_structure *s, size_t images) {
    if (!s->n_arrays) return MOFB_OK;
    d->arrays = mofb__calloc(d->a, s->n_arrays, sizeof *d->arrays);
    if (!d->arrays) return mofb__no_memory();
    d->n_arrays = s->n_arrays;
    for (size_t k = 0; k < s->n_arrays; k++) {
        const mofb__array *from = &s->arrays[k];
        mofb__array *to = &d->arrays[k];
        size_t values = s->n_atoms * from->width;
        to->name = mofb__strdup(d->a, from->name);
        to->width = from->width;
        to->values = mofb__calloc(d->a, images * values, sizeof *to->values);
        if (!to->name || !to->values) return mofb__no_memory();
        for (size_t image = 0; image < images; image++)
            memcpy(to->values + image * values, from->values, values * sizeof *to->values);
    }
    return MOFB_OK;
}

static void place_image(mofb__draft *d, const mofb_structure *s, size_t image, const int64_t t[3]) {
    double offset[3], shift[3] = {(double)t[0], (double)t[1], (double)t[2]};
    mofb__row_times(offset, shift, s->cell);
    for (size_t i = 0; i < s->n_atoms; i++) {
        size_t to = image * s->n_atoms + i;
        d->numbers[to] = s->numbers[i];
        for (int k = 0; k < 3; k++)
            d->positions[3 * to + (size_t)k] = s->positions[3 * i + (size_t)k] + offset[k];
    }
}

mofb_status mofb__supercell(mofb_structure **out, const mofb_structure *s, const int32_t repeats[9],
                            const mofb_allocator *a) {
    int64_t n[9], adj[9], box[3], t[3];
    double nd[9];
    mofb_status status;
    MOFB__TRY(check_repeats(n, s, repeats));
    adjugate(adj, n);
    hermite_diagonal(box, n);
    size_t images = (size_t)(box[0] * box[1] * box[2]), image = 0;
    mofb__draft d = {.a = a, .n_atoms = images * s->n_atoms, .has_cell = true};
    d.numbers = mofb__calloc(a, d.n_atoms, sizeof *d.numbers);
    d.positions = mofb__calloc(a, 3 * d.n_atoms, sizeof *d.positions);
    d.name = mofb__strdup(a, s->name);
    status = d.numbers && d.positions && d.name ? MOFB_OK : mofb__no_memory();
    if (!status) status = repeat_arrays(&d, s, images);
    if (status) {
        mofb__draft_free(&d);
        return status;
    }
    for (int k = 0; k < 9; k++) nd[k] = (double)n[k];
    mofb__mul3(d.cell, nd, s->cell);
    memcpy(d.periodic, s->periodic, sizeof d.periodic);
    for (int64_t i = 0; i < box[0]; i++)
        for (int64_t j = 0; j < box[1]; j++)
            for (int64_t k = 0; k < box[2]; k++) {
                t[0] = i, t[1] = j, t[2] = k;
                wrap(t, n, adj, det(n));
                place_image(&d, s, image++, t);
            }
    return mofb__structure_build(out, &d, -1);
}
