/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>
#include "base/mat3.h"
#include "physics/phonon_internal.h"
#include "structure/cell.h"

static double wrapped(double x) {
    x -= floor(x);
    return x < 1.0 ? x : 0.0; /* −1e-17 wraps to 1 */
}

static int32_t bin_of(const mofb__locator *l, int axis, double fractional) {
    int32_t b = (int32_t)(wrapped(fractional) * l->bins[axis]);
    return b < l->bins[axis] ? b : l->bins[axis] - 1;
}

static size_t bin_index(const mofb__locator *l, const int32_t b[3]) {
    return ((size_t)b[0] * (size_t)l->bins[1] + (size_t)b[1]) * (size_t)l->bins[2] + (size_t)b[2];
}

static void sort_into_bins(mofb__locator *l, size_t n_bins) {
    for (size_t i = 0; i < l->n; i++) {
        const double *f = l->fractional + 3 * i;
        l->start[bin_index(l, (int32_t[3]){bin_of(l, 0, f[0]), bin_of(l, 1, f[1]), bin_of(l, 2, f[2])}) +
                 1]++;
    }
    for (size_t b = 0; b < n_bins; b++)
        l->start[b + 1] += l->start[b];
    /* start[b] runs to the end of bin b while its atoms are put in, which is the start of the next. */
    for (size_t i = 0; i < l->n; i++) {
        const double *f = l->fractional + 3 * i;
        size_t b = bin_index(l, (int32_t[3]){bin_of(l, 0, f[0]), bin_of(l, 1, f[1]), bin_of(l, 2, f[2])});
        l->atoms[l->start[b]++] = i;
    }
    for (size_t b = n_bins; b > 0; b--)
        l->start[b] = l->start[b - 1];
    l->start[0] = 0;
}

mofb_status mofb__locator_make(mofb__locator *out, const mofb_structure *s, double radius,
                               const mofb_allocator *a) {
    mofb__locator l = {.n = mofb_structure_count(s), .numbers = mofb_structure_numbers(s), .radius = radius};
    const double *cell = mofb_structure_cell(s), *positions = mofb_structure_positions(s);
    double inverse[9], heights[3];
    MOFB__TRY(mofb__inverse3(inverse, cell));
    mofb__cell_heights(heights, cell);
    size_t n_bins = 1;
    for (int k = 0; k < 9; k++)
        l.cell[k] = cell[k];
    for (int k = 0; k < 3; k++) {
        l.reach[k] = radius / heights[k];
        l.bins[k] = (int32_t)fmax(1.0, floor(cbrt((double)l.n)));
        n_bins *= (size_t)l.bins[k];
    }
    l.fractional = mofb__alloc(a, l.n * 3 * sizeof(double));
    l.start = mofb__calloc(a, n_bins + 1, sizeof(size_t));
    l.atoms = mofb__alloc(a, l.n * sizeof(size_t));
    if (!l.fractional || !l.start || !l.atoms) {
        mofb__locator_free(&l);
        return mofb__no_memory();
    }
    for (size_t i = 0; i < l.n; i++) {
        double *f = l.fractional + 3 * i;
        mofb__row_times(f, positions + 3 * i, inverse);
        for (int k = 0; k < 3; k++)
            f[k] = wrapped(f[k]);
    }
    sort_into_bins(&l, n_bins);
    *out = l;
    return MOFB_OK;
}

void mofb__locator_free(mofb__locator *l) {
    mofb__free(l->fractional);
    mofb__free(l->start);
    mofb__free(l->atoms);
    *l = (mofb__locator){0};
}

static double distance_to(const mofb__locator *l, const double fractional[3], size_t atom) {
    double d[3];
    for (int k = 0; k < 3; k++) {
        d[k] = l->fractional[3 * atom + (size_t)k] - fractional[k];
        d[k] -= rint(d[k]);
    }
    mofb__row_times(d, d, l->cell);
    return sqrt(mofb__dot(d, d));
}

size_t mofb__locator_find(const mofb__locator *l, const double fractional[3], int32_t number) {
    /* The bins that the ball touches: one along an axis, or two where it lies across a boundary. */
    int32_t candidates[3][2];
    int counts[3];
    for (int k = 0; k < 3; k++) {
        candidates[k][0] = bin_of(l, k, fractional[k] - l->reach[k]);
        candidates[k][1] = bin_of(l, k, fractional[k] + l->reach[k]);
        counts[k] = candidates[k][0] == candidates[k][1] ? 1 : 2;
    }
    size_t best = SIZE_MAX;
    double shortest = l->radius;
    for (int c = 0; c < counts[0] * counts[1] * counts[2]; c++) {
        int32_t bin[3] = {candidates[0][c % counts[0]], candidates[1][c / counts[0] % counts[1]],
                          candidates[2][c / counts[0] / counts[1]]};
        size_t b = bin_index(l, bin);
        for (size_t e = l->start[b]; e < l->start[b + 1]; e++) {
            size_t atom = l->atoms[e];
            if (l->numbers[atom] != number) continue;
            double d = distance_to(l, fractional, atom);
            if (d < shortest) best = atom, shortest = d;
        }
    }
    return best;
}

bool mofb__locator_map(const mofb__locator *l, size_t *map, const int32_t rotation[9], size_t from,
                       size_t to) {
    const double *x0 = l->fractional + 3 * from, *x1 = l->fractional + 3 * to;
    size_t *taken = map + l->n;
    memset(taken, 0, l->n * sizeof *taken);
    for (size_t j = 0; j < l->n; j++) {
        const double *x = l->fractional + 3 * j;
        double d[3] = {x[0] - x0[0], x[1] - x0[1], x[2] - x0[2]}, y[3];
        for (int k = 0; k < 3; k++)
            y[k] = rotation[3 * k] * d[0] + rotation[3 * k + 1] * d[1] + rotation[3 * k + 2] * d[2] + x1[k];
        map[j] = mofb__locator_find(l, y, l->numbers[j]);
        if (map[j] == SIZE_MAX || taken[map[j]]++) return false;
    }
    return true;
}
