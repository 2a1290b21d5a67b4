/* SPDX-License-Identifier: MIT */
#include "physics/md.h"

#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "base/units.h"
#include "structure/elements.h"

mofb_status mofb__md_state_new(mofb__md_state **out, size_t n_atoms, const int32_t *numbers,
                               const double *positions, const double *cell, const mofb_allocator *a) {
    mofb__md_state *s = mofb__calloc(a, 1, sizeof *s);
    if (!s) return mofb__no_memory();
    s->n_atoms = n_atoms;
    s->masses = mofb__alloc(a, n_atoms * sizeof(double));
    s->positions = mofb__memdup(a, positions, 3 * n_atoms * sizeof(double));
    s->velocities = mofb__calloc(a, 3 * n_atoms, sizeof(double));
    s->forces = mofb__calloc(a, 3 * n_atoms, sizeof(double));
    if (!s->masses || !s->positions || !s->velocities || !s->forces) {
        mofb__md_state_free(s);
        return mofb__no_memory();
    }
    for (size_t k = 0; k < n_atoms; k++) {
        s->masses[k] = mofb__element_mass(numbers[k]);
        if (!(s->masses[k] > 0)) {
            mofb__md_state_free(s);
            return mofb__fail(MOFB_ERR_INVALID, "unknown_element", "atom %zu: no element has number %d",
                              k + 1, (int)numbers[k]);
        }
    }
    s->has_cell = cell != NULL;
    if (cell) memcpy(s->cell, cell, sizeof s->cell);
    *out = s;
    return MOFB_OK;
}

void mofb__md_state_free(mofb__md_state *s) {
    if (!s) return;
    mofb__free(s->masses);
    mofb__free(s->positions);
    mofb__free(s->velocities);
    mofb__free(s->forces);
    mofb__free(s);
}

void mofb__md_state_save(const mofb__md_state *s, mofb__blob *b) {
    size_t n3 = 3 * s->n_atoms;
    mofb__blob_put_f64(b, "md.masses", s->masses, s->n_atoms);
    mofb__blob_put_f64(b, "md.positions", s->positions, n3);
    mofb__blob_put_f64(b, "md.velocities", s->velocities, n3);
    mofb__blob_put_f64(b, "md.forces", s->forces, n3);
    mofb__blob_put_f64(b, "md.cell", s->cell, 9);
    mofb__blob_put_f64(b, "md.stress", s->stress, 9);
    mofb__blob_put_f64(b, "md.energy", &s->energy, 1);
    mofb__blob_put_u64(b, "md.has_cell", s->has_cell);
}

mofb_status mofb__md_state_load(mofb__md_state *s, mofb__blob *b) {
    size_t n3 = 3 * s->n_atoms;
    uint64_t has_cell;
    MOFB__TRY(mofb__blob_get_f64(b, "md.masses", s->masses, s->n_atoms));
    MOFB__TRY(mofb__blob_get_f64(b, "md.positions", s->positions, n3));
    MOFB__TRY(mofb__blob_get_f64(b, "md.velocities", s->velocities, n3));
    MOFB__TRY(mofb__blob_get_f64(b, "md.forces", s->forces, n3));
    MOFB__TRY(mofb__blob_get_f64(b, "md.cell", s->cell, 9));
    MOFB__TRY(mofb__blob_get_f64(b, "md.stress", s->stress, 9));
    MOFB__TRY(mofb__blob_get_f64(b, "md.energy", &s->energy, 1));
    MOFB__TRY(mofb__blob_get_u64(b, "md.has_cell", &has_cell));
    s->has_cell = has_cell != 0;
    return MOFB_OK;
}

mofb_status mofb__md_evaluate(mofb__md_state *s, const mofb__force_source *source, bool stress) {
    return source->evaluate(source->user, s->positions, s->has_cell ? s->cell : NULL, &s->energy, s->forces,
                            stress ? s->stress : NULL);
}

double mofb__md_kinetic(const mofb__md_state *s) {
    double twice = 0;
    for (size_t k = 0; k < s->n_atoms; k++) {
        const double *v = s->velocities + 3 * k;
        twice += s->masses[k] * mofb__dot(v, v);
    }
    return twice / 2;
}

double mofb__md_temperature(const mofb__md_state *s) {
    return 2 * mofb__md_kinetic(s) / (3 * (double)s->n_atoms * MOFB__KB);
}

double mofb__md_volume(const mofb__md_state *s) {
    return s->has_cell ? fabs(mofb__det3(s->cell)) : 0;
}

double mofb__md_pressure(const mofb__md_state *s) {
    if (!s->has_cell) return NAN;
    double trace = s->stress[0] + s->stress[4] + s->stress[8];
    return 2 * mofb__md_kinetic(s) / (3 * mofb__md_volume(s)) - trace / 3;
}

/* Scales velocities to a kinetic energy. What a removal leaves of pure translation or rotation is rounding
   error, which must not be blown up. */
static void restore_kinetic(mofb__md_state *s, double kinetic) {
    double now = mofb__md_kinetic(s), scale = now > 1e-20 * kinetic ? sqrt(kinetic / now) : 0;
    for (size_t k = 0; k < 3 * s->n_atoms; k++) s->velocities[k] *= scale;
}

/* Σ m x / Σ m of rows x [n][3]. */
static void mass_mean(double mean[3], const mofb__md_state *s, const double *x) {
    double total = 0, sum[3] = {0, 0, 0};
    for (size_t k = 0; k < s->n_atoms; k++) {
        total += s->masses[k];
        for (int c = 0; c < 3; c++) sum[c] += s->masses[k] * x[3 * k + c];
    }
    for (int c = 0; c < 3; c++) mean[c] = sum[c] / total;
}

void mofb__md_remove_linear(mofb__md_state *s) {
    double kinetic = mofb__md_kinetic(s), mean[3];
    mass_mean(mean, s, s->velocities);
    for (size_t k = 0; k < s->n_atoms; k++)
        for (int c = 0; c < 3; c++) s->velocities[3 * k + c] -= mean[c];
    restore_kinetic(s, kinetic);
}

/* Angular momentum L [3] and inertia tensor [9] about the point `centre`. */
static void rotation(double l[3], double inertia[9], const mofb__md_state *s, const double centre[3]) {
    memset(l, 0, 3 * sizeof *l);
    memset(inertia, 0, 9 * sizeof *inertia);
    for (size_t k = 0; k < s->n_atoms; k++) {
        double r[3], rv[3], m = s->masses[k];
        for (int c = 0; c < 3; c++) r[c] = s->positions[3 * k + c] - centre[c];
        mofb__cross(rv, r, s->velocities + 3 * k);
        double r2 = mofb__dot(r, r);
        for (int c = 0; c < 3; c++) {
            l[c] += m * rv[c];
            for (int d = 0; d < 3; d++) inertia[3 * c + d] += m * ((c == d ? r2 : 0) - r[c] * r[d]);
        }
    }
}

void mofb__md_remove_angular(mofb__md_state *s) {
    double kinetic = mofb__md_kinetic(s), centre[3], l[3], inertia[9], moments[3], axes[9];
    double omega[3] = {0, 0, 0};
    mass_mean(centre, s, s->positions);
    rotation(l, inertia, s, centre);
    mofb__eigh3(moments, axes, inertia);
    for (int p = 0; p < 3; p++) {
        /* Nothing rotates about the axis of a line, nor about any axis of a point. */
        if (!(moments[p] > 1e-12 * moments[2])) continue;
        const double *axis = axes + 3 * p;
        double along = mofb__dot(l, axis) / moments[p];
        for (int c = 0; c < 3; c++) omega[c] += along * axis[c];
    }
    for (size_t k = 0; k < s->n_atoms; k++) {
        double r[3], turn[3];
        for (int c = 0; c < 3; c++) r[c] = s->positions[3 * k + c] - centre[c];
        mofb__cross(turn, omega, r);
        for (int c = 0; c < 3; c++) s->velocities[3 * k + c] -= turn[c];
    }
    restore_kinetic(s, kinetic);
}

void mofb__md_thermalise(mofb__md_state *s, double temperature, mofb__rng *rng) {
    mofb__rng_normals(rng, s->velocities, 3 * s->n_atoms);
    for (size_t k = 0; k < s->n_atoms; k++) {
        double sigma = sqrt(MOFB__KB * temperature / s->masses[k]);
        for (int c = 0; c < 3; c++) s->velocities[3 * k + c] *= sigma;
    }
    mofb__md_remove_linear(s);
    mofb__md_remove_angular(s);
}
