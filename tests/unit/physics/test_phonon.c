/* SPDX-License-Identifier: MIT */
/* Phonons of crystals bound by springs, whose force constants and frequencies are known in closed form. */
#include "physics/phonon.h"
#include "support/failing.h"
#include "support/tap.h"

#include "base/mat3.h"
#include "base/units.h"
#include "structure/cell.h"
#include "structure/elements.h"

static const double pi = 3.14159265358979323846;
enum { MAX_ATOMS = 256 };

/* Springs of stiffness `axial` (eV/Å²) along bonds shorter than `reach`, and `lateral` across them. */
typedef struct springs {
    double axial, lateral, reach;
} springs;

static mofb_structure *make(size_t n, const int32_t *z, const double *fractional, const double cell[9]) {
    double positions[3 * MAX_ATOMS];
    mofb_structure *s = NULL;
    for (size_t i = 0; i < n; i++)
        mofb__row_times(positions + 3 * i, fractional + 3 * i, cell);
    return mofb_structure_new(&s, n, z, positions, cell, NULL, NULL) ? NULL : s;
}

static mofb_structure *fcc(void) {
    const double cell[9] = {0, 1.8, 1.8, 1.8, 0, 1.8, 1.8, 1.8, 0}, origin[3] = {0};
    return make(1, (int32_t[]){29}, origin, cell);
}

static mofb_structure *fcc_cubic(void) {
    const double cell[9] = {3.6, 0, 0, 0, 3.6, 0, 0, 0, 3.6};
    const double sites[12] = {0, 0, 0, 0, 0.5, 0.5, 0.5, 0, 0.5, 0.5, 0.5, 0};
    return make(4, (int32_t[]){29, 29, 29, 29}, sites, cell);
}

/* Force on every atom of `s` when atom `moved` is displaced by u; all images count. */
static void spring_forces(double *forces, const mofb_structure *s, const springs *k, size_t moved,
                          const double u[3]) {
    size_t n = mofb_structure_count(s);
    const double *x = mofb_structure_positions(s), *cell = mofb_structure_cell(s);
    memset(forces, 0, n * 3 * sizeof *forces);
    for (size_t j = 0; j < n; j++)
        for (int image = 0; image < 343; image++) {
            double shift[3] = {image / 49 - 3, image / 7 % 7 - 3, image % 7 - 3}, d[3], f[3];
            mofb__row_times(d, shift, cell);
            for (size_t c = 0; c < 3; c++)
                d[c] += x[3 * j + c] - x[3 * moved + c];
            double r2 = mofb__dot(d, d);
            if (r2 < 0.01 || r2 > k->reach * k->reach) continue;
            double along = mofb__dot(d, u) / r2;
            for (int c = 0; c < 3; c++)
                f[c] = (k->axial - k->lateral) * along * d[c] + k->lateral * u[c];
            for (size_t c = 0; c < 3; c++)
                forces[3 * j + c] += f[c], forces[3 * moved + c] -= f[c];
        }
}

static double *all_forces(const mofb__phonon *p, const springs *k) {
    const mofb_structure *super = mofb__phonon_supercell(p);
    size_t n = mofb_structure_count(super), count = mofb__phonon_displacement_count(p);
    double *forces = calloc(count * n * 3, sizeof *forces);
    for (size_t d = 0; forces && d < count; d++) {
        size_t atom;
        double u[3];
        mofb__phonon_displacement(p, d, &atom, u);
        spring_forces(forces + d * n * 3, super, k, atom, u);
    }
    return forces;
}

/* Phonons of a structure, which is given up; NULL on failure. */
static mofb__phonon *solved(mofb_structure *s, int32_t repeats, const springs *k, bool symmetrise) {
    mofb__phonon *p = NULL;
    const mofb__phonon_options o = {{repeats, repeats, repeats}, 0.01, 1e-5, 0};
    if (s && !mofb__phonon_new(&p, s, &o, NULL)) {
        double *forces = all_forces(p, k);
        if (!forces || mofb__phonon_force_constants(p, forces, NULL, symmetrise)) {
            mofb__phonon_free(p);
            p = NULL;
        }
        free(forces);
    }
    mofb_structure_free(s);
    return p;
}

static double to_thz(double curvature, int32_t z) {
    return sqrt(curvature / mofb__element_mass(z) * MOFB__E_CHARGE / MOFB__AMU_KG) * 1e10 / (2.0 * pi) *
           1e-12;
}

TEST(phonon__repeats_reach_the_length) {
    const double cell[9] = {5, 0, 0, 0, 10, 0, 3, 0, 4};
    int32_t n[3];
    mofb__phonon_repeats(n, cell, 10.0);
    CHECK(n[0] == 3 && n[1] == 1 && n[2] == 3); /* heights 4, 10, 4 */
    mofb__phonon_repeats(n, cell, 10.5);
    CHECK(n[0] == 3 && n[1] == 2 && n[2] == 3);
    mofb__phonon_repeats(n, cell, 0.0);
    CHECK(n[0] == 1 && n[1] == 1 && n[2] == 1);
}

TEST(phonon__fcc_needs_one_displacement) {
    mofb__phonon *p = solved(fcc(), 2, &(springs){5, 0, 2.8}, false);
    size_t atom;
    double u[3];
    CHECK(p && mofb__phonon_displacement_count(p) == 1 && mofb__phonon_spacegroup(p) == 225);
    if (p) {
        mofb__phonon_displacement(p, 0, &atom, u);
        CHECK(atom == 0);
        CHECK_NEAR(sqrt(mofb__dot(u, u)), 0.01, 1e-15);
        CHECK_NEAR(u[1], 0.01 / sqrt(2), 1e-15); /* along the first axis of the cell */
    }
    mofb__phonon_free(p);
}

/* One spring constant between neighbours of an fcc lattice: at X the longitudinal branch has 8k/m, the
   transverse ones 4k/m; at L 8k/m and 2k/m. */
TEST(phonon__fcc_springs_in_closed_form) {
    double thz[3];
    const double k = 5.0, x[3] = {0.5, 0.5, 0}, l[3] = {0.5, 0.5, 0.5}, gamma[3] = {0};
    mofb__phonon *p = solved(fcc(), 2, &(springs){k, 0, 2.8}, false);
    if (!p) SKIP("not solved");
    OK(mofb__phonon_frequencies(p, thz, x));
    CHECK_NEAR(thz[0], to_thz(4 * k, 29), 1e-9);
    CHECK_NEAR(thz[1], to_thz(4 * k, 29), 1e-9);
    CHECK_NEAR(thz[2], to_thz(8 * k, 29), 1e-9);
    OK(mofb__phonon_frequencies(p, thz, l));
    CHECK_NEAR(thz[0], to_thz(2 * k, 29), 1e-9);
    CHECK_NEAR(thz[2], to_thz(8 * k, 29), 1e-9);
    OK(mofb__phonon_frequencies(p, thz, gamma));
    for (int i = 0; i < 3; i++)
        CHECK_NEAR(thz[i], 0.0, 1e-5);
    mofb__phonon_free(p);
}

/* A chain: one atom in a long cell, ν = √(4k/m) |sin πq|, also between the points that fit the supercell. */
TEST(phonon__chain_at_any_q) {
    const double cell[9] = {2.5, 0, 0, 0, 8, 0, 0, 0, 8}, origin[3] = {0}, k = 3.0;
    double thz[3];
    mofb__phonon *p = solved(make(1, (int32_t[]){14}, origin, cell), 3, &(springs){k, 0, 2.6}, false);
    if (!p) SKIP("not solved");
    for (double q = 0.05; q < 1.0; q += 0.1) {
        OK(mofb__phonon_frequencies(p, thz, (double[3]){q, 0.3, -0.2}));
        CHECK_NEAR(thz[2], to_thz(4 * k, 14) * fabs(sin(pi * q)), 1e-9);
        CHECK_NEAR(thz[0], 0.0, 1e-5);
    }
    mofb__phonon_free(p);
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The cubic cell at Γ has the modes of the primitive cell at Γ and the three X points. */
TEST(phonon__folding_back) {
    const springs k = {4, 0.7, 3.7};
    const double points[4][3] = {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 0, 0.5}, {0, 0.5, 0.5}};
    double folded[12], direct[12];
    mofb__phonon *small = solved(fcc(), 4, &k, false), *large = solved(fcc_cubic(), 2, &k, false);
    if (!small || !large) SKIP("not solved");
    for (int i = 0; i < 4; i++)
        OK(mofb__phonon_frequencies(small, folded + 3 * i, points[i]));
    qsort(folded, 12, sizeof *folded, by_size);
    OK(mofb__phonon_frequencies(large, direct, points[0]));
    for (int i = 3; i < 12; i++)
        CHECK_NEAR(direct[i], folded[i], 1e-8);
    mofb__phonon_free(small);
    mofb__phonon_free(large);
}

/* Forces with an error in them: drift is gone after symmetrising, and Φ(i, j) = Φ(j, i)ᵀ. */
TEST(phonon__symmetrise_imposes_sum_rules) {
    const springs k = {4, 0.7, 3.7};
    mofb_structure *s = fcc_cubic();
    mofb__phonon *p = NULL;
    OK(mofb__phonon_new(&p, s, &(mofb__phonon_options){{1, 2, 1}, 0.01, 1e-5, 0}, NULL));
    size_t count = mofb__phonon_displacement_count(p), n = mofb_structure_count(mofb__phonon_supercell(p)),
           n_cell;
    double *forces = all_forces(p, &k), thz[12];
    size_t at_rest = 0;
    for (size_t i = 0; i < count * n * 3; i++)
        forces[i] += 1e-4 * sin((double)(7 * i + 1));
    OK(mofb__phonon_force_constants(p, forces, NULL, false));
    OK(mofb__phonon_frequencies(p, thz, (double[3]){0, 0, 0}));
    for (int i = 0; i < 12; i++)
        at_rest += fabs(thz[i]) < 1e-5;
    CHECK(at_rest == 0);
    OK(mofb__phonon_force_constants(p, forces, NULL, true));
    const double *phi = mofb__phonon_constants(p, &n_cell, &n);
    for (size_t i = 0; i < n_cell; i++)
        for (size_t c = 0; c < 9; c++) {
            double sum = 0;
            for (size_t j = 0; j < n; j++)
                sum += phi[9 * (i * n + j) + c];
            CHECK_NEAR(sum, 0.0, 1e-12);
            for (size_t j = 0; j < n_cell; j++)
                CHECK_NEAR(phi[9 * (i * n + j) + c], phi[9 * (j * n + i) + c % 3 * 3 + c / 3], 1e-12);
        }
    OK(mofb__phonon_frequencies(p, thz, (double[3]){0, 0, 0}));
    for (int i = 0; i < 12; i++)
        at_rest += fabs(thz[i]) < 1e-5;
    CHECK(at_rest == 3);
    free(forces);
    mofb__phonon_free(p);
    mofb_structure_free(s);
}

TEST(phonon__residual_forces_are_subtracted) {
    const springs k = {4, 0.7, 3.7};
    mofb_structure *s = fcc_cubic();
    mofb__phonon *p = NULL;
    OK(mofb__phonon_new(&p, s, &(mofb__phonon_options){{1, 1, 1}, 0.01, 1e-5, 0}, NULL));
    size_t count = mofb__phonon_displacement_count(p), n = mofb_structure_count(mofb__phonon_supercell(p)),
           n_cell;
    double *forces = all_forces(p, &k), residual[12], plain[16 * 9];
    OK(mofb__phonon_force_constants(p, forces, NULL, false));
    memcpy(plain, mofb__phonon_constants(p, &n_cell, &n), sizeof plain);
    for (size_t i = 0; i < 3 * n; i++)
        residual[i] = 0.01 * (double)i;
    for (size_t i = 0; i < count * n * 3; i++)
        forces[i] += residual[i % (3 * n)];
    OK(mofb__phonon_force_constants(p, forces, residual, false));
    for (size_t i = 0; i < 16 * 9; i++)
        CHECK_NEAR(mofb__phonon_constants(p, &n_cell, &n)[i], plain[i], 1e-12);
    forces[1] = NAN;
    FAILS(mofb__phonon_force_constants(p, forces, NULL, false), MOFB_ERR_INVALID, "not_finite");
    free(forces);
    mofb__phonon_free(p);
    mofb_structure_free(s);
}

static int32_t stop_at_third(void *user, size_t done, size_t total) {
    *(size_t *)user = total;
    return done == 3;
}

/* 4 × 4 × 4 points of an fcc crystal: 8 irreducible ones. */
TEST(phonon__mesh_of_fcc) {
    mofb__phonon *p = solved(fcc(), 2, &(springs){5, 0, 2.8}, true);
    mofb__phonon_mesh *m = NULL;
    double sum = 0;
    size_t total = 0;
    OK(mofb__phonon_mesh_run(&m, p, 8.4, NULL, NULL)); /* heights 2.078 Å */
    CHECK(m->mesh[0] == 4 && m->mesh[1] == 4 && m->mesh[2] == 4);
    CHECK(m->n_q == 8 && m->n_modes == 3);
    for (size_t k = 0; k < m->n_q; k++)
        sum += m->weights[k];
    CHECK_NEAR(sum, 1.0, 1e-14);
    mofb__phonon_mesh_free(m);
    m = NULL;
    FAILS(mofb__phonon_mesh_run(&m, p, 8.4, stop_at_third, &total), MOFB_ERR_CANCELLED, "cancelled");
    CHECK(!m && total == 8);
    FAILS(mofb__phonon_mesh_run(&m, p, 1e6, NULL, NULL), MOFB_ERR_INVALID, "mesh_too_fine");
    OK(mofb__phonon_mesh_run(&m, p, 0.0, NULL, NULL));
    CHECK(m->n_q == 1 && m->weights[0] == 1.0);
    mofb__phonon_mesh_free(m);
    mofb__phonon_free(p);
}

/* A 2:1:1 cell whose second and third axes are equivalent: the rounded numbers differ only for the first. */
TEST(phonon__mesh_numbers_by_axis) {
    const double cell[9] = {4, 0, 0, 0, 2, 0, 0, 0, 2}, origin[3] = {0};
    mofb__phonon *p = solved(make(1, (int32_t[]){14}, origin, cell), 2, &(springs){3, 1, 2.1}, false);
    mofb__phonon_mesh *m = NULL;
    OK(mofb__phonon_mesh_run(&m, p, 10.0, NULL, NULL));
    CHECK(m->mesh[0] == 2 && m->mesh[1] == 5 && m->mesh[2] == 5); /* 2.5 rounds to even */
    CHECK(m->n_q == 2 * 6);
    mofb__phonon_mesh_free(m);
    mofb__phonon_free(p);
}

/* Two axes that are equivalent within the tolerance, one rounded up and one down. */
TEST(phonon__mesh_numbers_of_equivalent_axes) {
    const double cell[9] = {4.000005, 0, 0, 0, 4, 0, 0, 0, 3}, origin[3] = {0};
    mofb__phonon *p = solved(make(1, (int32_t[]){14}, origin, cell), 2, &(springs){3, 1, 4.1}, false);
    mofb__phonon_mesh *m = NULL;
    OK(mofb__phonon_mesh_run(&m, p, 14.0, NULL, NULL)); /* 3.499996 and 3.5 */
    CHECK(mofb__phonon_spacegroup(p) == 123);
    CHECK(m->mesh[0] == 4 && m->mesh[1] == 4 && m->mesh[2] == 5);
    mofb__phonon_mesh_free(m);
    mofb__phonon_free(p);
}

/* One mode in closed form, and 3R per atom when it is hot. */
TEST(phonon__thermal_functions) {
    double q[3] = {0}, weights[1] = {1}, thz[3] = {-2.0, 0.0, 6.0}, c, s, f;
    mofb__phonon_mesh m = {{1, 1, 1}, 1, 3, q, weights, thz};
    const double r = MOFB__KB * MOFB__E_CHARGE * MOFB__NA, t = 250.0;
    double e = MOFB__H_EV_S * 6e12, x = e / (MOFB__KB * t);
    mofb__phonon_thermal(&m, t, &c, &s, &f);
    CHECK_NEAR(c, r * pow(0.5 * x / sinh(0.5 * x), 2), 1e-12);
    CHECK_NEAR(s, r * (0.5 * x / tanh(0.5 * x) - log(2 * sinh(0.5 * x))), 1e-12);
    CHECK_NEAR(f, 1e-3 * r * t * log(2 * sinh(0.5 * x)), 1e-12);
    mofb__phonon_thermal(&m, 0.0, &c, &s, &f);
    CHECK_NEAR(f, 0.5e-3 * e * MOFB__E_CHARGE * MOFB__NA, 1e-12);
    CHECK(c == 0.0 && s == 0.0);
    mofb__phonon_thermal(&m, 1.0, &c, &s, &f); /* kT far below hν */
    CHECK(c >= 0.0 && c < 1e-60 && isfinite(s) && isfinite(f));
    double grid[801], dos[801], sum = 0;
    for (int i = 0; i < 801; i++)
        grid[i] = -10 + 0.025 * i;
    mofb__phonon_dos(&m, 0.1, grid, dos, 801);
    for (int i = 0; i < 801; i++)
        sum += 0.025 * dos[i];
    CHECK_NEAR(sum, 3.0, 1e-10);
}

TEST(phonon__dulong_petit) {
    mofb__phonon *p = solved(fcc_cubic(), 2, &(springs){4, 0.7, 3.7}, true);
    mofb__phonon_mesh *m = NULL;
    double c, s, f, at_rest = 0;
    OK(mofb__phonon_mesh_run(&m, p, 40.0, NULL, NULL));
    for (size_t k = 0; k < m->n_q * m->n_modes; k++)
        at_rest += m->thz[k] <= 0 ? m->weights[k / m->n_modes] : 0; /* noise below zero at Γ */
    mofb__phonon_thermal(m, 20000.0, &c, &s, &f);
    CHECK_NEAR(c / (8.31446261815324 * (12 - at_rest)), 1.0, 1e-4);
    mofb__phonon_mesh_free(m);
    mofb__phonon_free(p);
}

TEST(phonon__bad_input) {
    mofb_structure *s = fcc(), *loose = NULL;
    mofb__phonon *p = NULL;
    double thz[3], q[3] = {0}, x[3] = {0};
    mofb__phonon_mesh *m = NULL;
    FAILS(mofb__phonon_new(&p, s, &(mofb__phonon_options){{0, 1, 1}, 0.01, 1e-5, 0}, NULL), MOFB_ERR_INVALID,
          "bad_repeats");
    FAILS(mofb__phonon_new(&p, s, &(mofb__phonon_options){{1, 1, 1}, 0, 1e-5, 0}, NULL), MOFB_ERR_INVALID,
          "bad_distance");
    FAILS(mofb__phonon_new(&p, s, &(mofb__phonon_options){{1, 1, 1}, 0.01, NAN, 0}, NULL), MOFB_ERR_INVALID,
          "bad_symprec");
    OK(mofb_structure_new(&loose, 1, (int32_t[]){29}, x, NULL, NULL, NULL));
    FAILS(mofb__phonon_new(&p, loose, &(mofb__phonon_options){{1, 1, 1}, 0.01, 1e-5, 0}, NULL),
          MOFB_ERR_UNSUPPORTED, "not_periodic");
    OK(mofb__phonon_new(&p, s, &(mofb__phonon_options){{1, 1, 1}, 0.01, 1e-5, 0}, NULL));
    FAILS(mofb__phonon_frequencies(p, thz, q), MOFB_ERR_INVALID, "no_force_constants");
    FAILS(mofb__phonon_mesh_run(&m, p, 10, NULL, NULL), MOFB_ERR_INVALID, "no_force_constants");
    mofb__phonon_free(p);
    mofb__phonon_free(NULL);
    mofb__phonon_mesh_free(NULL);
    mofb_structure_free(loose);
    mofb_structure_free(s);
}

/* Everything with an allocator that fails from its n-th call on, for each n. */
static mofb_status run_all(const mofb_structure *s, const mofb_allocator *a) {
    const springs k = {4, 0.7, 3.7};
    mofb__phonon *p = NULL;
    mofb__phonon_mesh *m = NULL;
    mofb__str text;
    double thz[12];
    mofb__str_init(&text, a);
    MOFB__TRY(mofb__phonon_new(&p, s, &(mofb__phonon_options){{1, 1, 2}, 0.01, 1e-5, 0}, a));
    double *forces = all_forces(p, &k);
    mofb_status status = mofb__phonon_force_constants(p, forces, NULL, true);
    if (!status) status = mofb__phonon_frequencies(p, thz, (double[3]){0.1, 0.2, 0.3});
    if (!status) status = mofb__phonon_mesh_run(&m, p, 10, NULL, NULL);
    if (!status) status = mofb__phonon_write_constants(p, &text);
    if (!status) status = mofb__phonon_write_force_sets(p, forces, &text);
    if (!status) status = mofb__phonon_write_displacements(p, &text);
    free(forces);
    mofb__str_free(&text);
    mofb__phonon_mesh_free(m);
    mofb__phonon_free(p);
    return status;
}

TEST(phonon__failing_allocator) {
    mofb_structure *s = fcc_cubic();
    failing f;
    mofb_status status = MOFB_ERR_NO_MEMORY;
    long n = 0;
    for (; status && n < 500; n++) {
        failing_init(&f, n);
        status = run_all(s, &f.allocator);
        CHECK(!status || status == MOFB_ERR_NO_MEMORY);
        CHECK(f.live == 0);
    }
    CHECK(!status && n > 20);
    mofb_structure_free(s);
}

int main(void) {
    RUN(phonon__repeats_reach_the_length);
    RUN(phonon__fcc_needs_one_displacement);
    RUN(phonon__fcc_springs_in_closed_form);
    RUN(phonon__chain_at_any_q);
    RUN(phonon__folding_back);
    RUN(phonon__symmetrise_imposes_sum_rules);
    RUN(phonon__residual_forces_are_subtracted);
    RUN(phonon__mesh_of_fcc);
    RUN(phonon__mesh_numbers_by_axis);
    RUN(phonon__mesh_numbers_of_equivalent_axes);
    RUN(phonon__thermal_functions);
    RUN(phonon__dulong_petit);
    RUN(phonon__bad_input);
    RUN(phonon__failing_allocator);
    return tap_end();
}
