/* SPDX-License-Identifier: MIT */
/* Van der Waals: Lennard-Jones 12-6 (paper, eq 20) between atoms that are not bonded to each other or to
   one neighbour. paper: geometric mean of distances (eq 21b), the pair energy taken to zero between 0.9
   cutoff and cutoff by a smoothstep in r². lammps_interface: arithmetic mean of σ, a sharp cutoff. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "models/uff/terms.h"

static const double PI = 3.14159265358979323846;

/* Distinct kinds by first appearance; one per parameter row. */
static mofb_status find_kinds(mofb__uff_vdw *v, const mofb__uff_type ***kinds, const mofb__uff_topology *t) {
    *kinds = mofb__calloc(t->a, t->n_atoms, sizeof **kinds);
    v->kind = mofb__calloc(t->a, t->n_atoms, sizeof *v->kind);
    if (!*kinds || !v->kind) return mofb__no_memory();
    for (size_t i = 0; i < t->n_atoms; i++) {
        size_t k = 0;
        while (k < v->n_kinds && (*kinds)[k] != t->types[i]) k++;
        if (k == v->n_kinds) (*kinds)[v->n_kinds++] = t->types[i];
        v->kind[i] = (int32_t)k;
    }
    return MOFB_OK;
}

/* A and B of A/r¹² − B/r⁶ for two kinds. */
static void mix(double ab[2], const mofb__uff_type *a, const mofb__uff_type *b, mofb__uff_rules rules) {
    double depth = sqrt(a->d1 * b->d1) * MOFB__EV_PER_KCAL_MOL;
    double x = sqrt(a->x1 * b->x1), x6 = x * x * x * x * x * x;
    if (rules == MOFB__UFF_LAMMPS_INTERFACE) {
        /* lammps_interface: x1 = 2^(1/6) σ, and σ is written with six decimals */
        double unit = pow(2, 1 / 6.0), sigma = (rint(a->x1 / unit * 1e6) + rint(b->x1 / unit * 1e6)) / 2e6;
        x6 = 2 * sigma * sigma * sigma * sigma * sigma * sigma;
    }
    ab[0] = depth * x6 * x6, ab[1] = 2 * depth * x6;
}

/* Share of the pair energy that is kept at r², and its derivative with respect to r². Twice
   differentiable. */
static double kept(double *slope, double r2, double inner, double cutoff) {
    double width = 1 / (cutoff * cutoff - inner * inner), x = (r2 - inner * inner) * width;
    x = x < 0 ? 0 : x > 1 ? 1 : x;
    *slope = -30 * x * x * (1 - x) * (1 - x) * width;
    return 1 - x * x * x * (10 - x * (15 - 6 * x));
}

/* ∫ (1 − S) (A/r¹² − B/r⁶) r² dr over all r: by Simpson's rule where S falls, beyond in closed form. */
static double integral_beyond(const double ab[2], const mofb__uff_vdw *v) {
    enum { STEPS = 200 };
    double r3 = v->cutoff * v->cutoff * v->cutoff, r9 = r3 * r3 * r3, h = (v->cutoff - v->inner) / STEPS,
           sum = 0;
    for (int k = 0; v->smooth && k <= STEPS; k++) {
        double r = v->inner + k * h, r2 = r * r, r4 = r2 * r2, unused;
        double weight = k == 0 || k == STEPS ? 1 : k % 2 ? 4 : 2;
        sum += weight * (1 - kept(&unused, r2, v->inner, v->cutoff)) * (ab[0] / (r4 * r4 * r2) - ab[1] / r4);
    }
    return sum * h / 3 + ab[0] / (9 * r9) - ab[1] / (3 * r3);
}

/* What lies beyond the cutoff at uniform density, excluded pairs not subtracted. With S it depends on the
   volume as 1/V and so does its pressure. lammps_interface: LAMMPS's pressure correction, which also
   stands for the pairs that cross a sharp cutoff as the volume changes (its documentation of pair_modify
   tail; after H. Sun, J. Phys. Chem. B 102, 7338 (1998)). */
static mofb_status build_tail(mofb__uff_vdw *v, const mofb__uff_topology *t,
                              const mofb__uff_settings *settings) {
    size_t n = v->n_kinds;
    double *count = mofb__calloc(t->a, 2 * n, sizeof *count), *per_atom = count + n;
    if (!count) return mofb__no_memory();
    double r3 = v->cutoff * v->cutoff * v->cutoff, r9 = r3 * r3 * r3;
    for (size_t i = 0; i < t->n_atoms; i++) count[v->kind[i]]++;
    for (size_t a = 0; settings->tail && a < n; a++)
        for (size_t b = 0; b < n; b++) {
            const double *ab = v->pair + 2 * (a * n + b);
            double energy = 2 * PI * count[b] * integral_beyond(ab, v);
            double pressure = 2 * PI * count[b] * (4 * ab[0] / (9 * r9) - 2 * ab[1] / (3 * r3));
            per_atom[a] += energy;
            v->tail_energy += count[a] * energy;
            v->tail_pressure +=
                count[a] * (settings->rules == MOFB__UFF_LAMMPS_INTERFACE ? pressure : energy);
        }
    for (size_t i = 0; i < t->n_atoms; i++) v->tail_atom[i] = per_atom[v->kind[i]];
    mofb__free(count);
    return MOFB_OK;
}

static int compare_excluded(const void *a, const void *b) {
    const int32_t *x = a, *y = b;
    for (int k = 0; k < 4; k++)
        if (x[k] != y[k]) return x[k] < y[k] ? -1 : 1;
    return 0;
}

/* Whether (i, j, S) is the direction in which a half list names a pair. */
static bool is_half(size_t i, const int32_t e[4]) {
    if ((size_t)e[0] != i) return (size_t)e[0] > i;
    for (int k = 1; k < 4; k++)
        if (e[k]) return e[k] > 0;
    return false;
}

/* Bonded and geminal partners of atom i as the half list names them; out NULL: counts candidates. */
static size_t list_excluded(int32_t *out, const mofb__uff_topology *t, size_t i) {
    size_t count = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        const int32_t *s = t->neighbour_shift + 3 * r;
        size_t b = (size_t)t->neighbour[r];
        int32_t bonded[4] = {t->neighbour[r], s[0], s[1], s[2]};
        if (is_half(i, bonded)) {
            if (out) memcpy(out + 4 * count, bonded, sizeof bonded);
            count++;
        }
        for (size_t q = t->first[b]; q < t->first[b + 1]; q++) {
            const int32_t *z = t->neighbour_shift + 3 * q;
            int32_t geminal[4] = {t->neighbour[q], s[0] + z[0], s[1] + z[1], s[2] + z[2]};
            if (!is_half(i, geminal)) continue;
            if (out) memcpy(out + 4 * count, geminal, sizeof geminal);
            count++;
        }
    }
    return count;
}

static mofb_status build_excluded(mofb__uff_vdw *v, const mofb__uff_topology *t) {
    size_t most = 0, total = 0;
    for (size_t i = 0; i < t->n_atoms; i++) most += list_excluded(NULL, t, i);
    v->excluded_first = mofb__calloc(t->a, t->n_atoms + 1, sizeof *v->excluded_first);
    v->excluded = mofb__calloc(t->a, most, 4 * sizeof *v->excluded);
    if (!v->excluded_first || !v->excluded) return mofb__no_memory();
    for (size_t i = 0; i < t->n_atoms; i++) {
        int32_t *row = v->excluded + 4 * total;
        size_t count = list_excluded(row, t, i), unique = 0;
        qsort(row, count, 4 * sizeof *row, compare_excluded);
        for (size_t k = 0; k < count; k++)
            if (!unique || compare_excluded(row + 4 * (unique - 1), row + 4 * k))
                memmove(row + 4 * unique++, row + 4 * k, 4 * sizeof *row);
        total += unique;
        v->excluded_first[i + 1] = total;
    }
    return MOFB_OK;
}

mofb_status mofb__uff_vdw_build(mofb__uff_vdw *out, const mofb__uff_topology *t,
                                const mofb__uff_settings *settings) {
    mofb__uff_vdw v = {.smooth = settings->rules == MOFB__UFF_PAPER,
                       .inner = 0.9 * settings->cutoff,
                       .cutoff = settings->cutoff};
    const mofb__uff_type **kinds = NULL;
    mofb_status status;
    MOFB__TRY_GOTO(status, find_kinds(&v, &kinds, t), done);
    v.pair = mofb__calloc(t->a, v.n_kinds * v.n_kinds, 2 * sizeof *v.pair);
    v.tail_atom = mofb__calloc(t->a, t->n_atoms, sizeof *v.tail_atom);
    if (!v.pair || !v.tail_atom) {
        status = mofb__no_memory();
        goto done;
    }
    for (size_t a = 0; a < v.n_kinds; a++)
        for (size_t b = 0; b < v.n_kinds; b++)
            mix(v.pair + 2 * (a * v.n_kinds + b), kinds[a], kinds[b], settings->rules);
    MOFB__TRY_GOTO(status, build_tail(&v, t, settings), done);
    MOFB__TRY_GOTO(status, build_excluded(&v, t), done);
done:
    mofb__free(kinds);
    if (status) mofb__uff_vdw_free(&v);
    else *out = v;
    return status;
}

void mofb__uff_vdw_free(mofb__uff_vdw *v) {
    mofb__free(v->kind);
    mofb__free(v->pair);
    mofb__free(v->tail_atom);
    mofb__free(v->excluded_first);
    mofb__free(v->excluded);
    *v = (mofb__uff_vdw){0};
}
