/* SPDX-License-Identifier: MIT */
/* Every kind of term on small structures by hand: derivatives, values, degenerate geometries, exclusions. */
#include "base/rng.h"
#include "support/failing.h"
#include "support/uff_hand.h"

static const double KCAL = 0.043364104241800934;

static const mofb__uff_settings paper = {true, MOFB__UFF_PAPER, 8.0, true};
static const mofb__uff_settings published = {true, MOFB__UFF_LAMMPS_INTERFACE, 8.0, true};

enum { ALL = -1, VDW = MOFB__UFF_BONDED_KINDS };

/* Leaves one kind of term only. */
static void isolate(mofb__uff_system *s, int kind) {
    mofb__uff_chunks *c = &s->bonded.chunks;
    size_t *lists[] = {c->stretch, c->angle, c->torsion, c->inversion};
    if (kind == ALL) return;
    for (int k = 0; k < MOFB__UFF_BONDED_KINDS; k++)
        if (k != kind) memset(lists[k], 0, sizeof c->stretch);
    if (kind != VDW) {
        memset(s->vdw.pair, 0, 2 * s->vdw.n_kinds * s->vdw.n_kinds * sizeof(double));
        s->vdw.tail_energy = s->vdw.tail_pressure = 0;
    }
}

static const double triclinic[9] = {9.1, 0.3, -0.2, 1.7, 8.3, 0.4, -1.1, 0.9, 10.2};

/* Forces and stress of one kind against fourth-order central differences, relative to the largest. */
static void check_derivatives(const char *what, const char *names, const mofb__uff_bond *bonds,
                              size_t n_bonds, const double *positions, const mofb__uff_settings *settings,
                              int kind) {
    static const double step[4] = {-2, -1, 1, 2}, weight[4] = {1, -8, 8, -1};
    hand h;
    mofb__uff_energies e;
    double x[64 * 3], forces[64 * 3], stress[9], cell[9], h1 = 1e-3, largest = 0, worst = 0, hard = 0,
                                                          off = 0;
    OK(hand_new(&h, names, bonds, n_bonds, settings, positions, triclinic));
    isolate(h.system, kind);
    memcpy(x, positions, 3 * h.n * sizeof *x);
    OK(hand_run(&h, &e, x, triclinic, forces, stress));
    h.held = true;
    for (size_t k = 0; k < 3 * h.n; k++) {
        double sum = 0;
        for (int m = 0; m < 4; m++) {
            x[k] = positions[k] + step[m] * h1;
            OK(hand_run(&h, &e, x, triclinic, NULL, NULL));
            sum += weight[m] * e.total;
        }
        x[k] = positions[k];
        largest = fmax(largest, fabs(forces[k]));
        worst = fmax(worst, fabs(forces[k] + sum / (12 * h1)));
    }
    for (int k = 0; k < 9; k++) {
        double sum = 0;
        for (int m = 0; m < 4; m++) {
            double strain = step[m] * 1e-4;
            memcpy(cell, triclinic, sizeof cell);
            for (size_t v = 0; v < 3; v++)
                cell[3 * v + (size_t)(k % 3)] += strain * triclinic[3 * v + (size_t)(k / 3)];
            for (size_t i = 0; i < h.n; i++) {
                memcpy(x + 3 * i, positions + 3 * i, 3 * sizeof *x);
                x[3 * i + (size_t)(k % 3)] += strain * positions[3 * i + (size_t)(k / 3)];
            }
            OK(hand_run(&h, &e, x, cell, NULL, NULL));
            sum += weight[m] * e.total;
        }
        hard = fmax(hard, fabs(stress[k]));
        off = fmax(off, fabs(stress[k] - sum / (12e-4 * mofb__cell_volume(triclinic))));
    }
    printf("# %s: largest force %.3g eV/A, off by %.1e; stress off by %.1e\n", what, largest, worst / largest,
           off / hard);
    CHECK(largest > 1e-6 && hard > 0);
    CHECK(worst <= 1e-6 * largest);
    CHECK(off <= 1e-6 * hard);
    mofb__uff_system_free(h.system);
}

/* One centre with up to six neighbours, away from symmetry. */
static const double star[7 * 3] = {1.0, 1.2, 0.8, 2.1, 1.9,  1.3, 0.3, 2.2, 0.1, 0.6, 0.1,
                                   1.7, 1.9, 0.2, 0.3, -0.3, 1.1, 2.0, 1.2, 2.3, -0.5};
static const mofb__uff_bond star_bonds[6] = {{0, 1, {0}, 1}, {0, 2, {0}, 1.5}, {0, 3, {0}, 1},
                                             {0, 4, {0}, 1}, {0, 5, {0}, 0.5}, {0, 6, {0}, 1}};

TEST(uff_terms__stretches) {
    check_derivatives("stretch", "C_3 O_3 N_R C_R H_", star_bonds, 4, star, &paper, MOFB__UFF_BOND);
}

TEST(uff_terms__angles_of_every_shape) {
    check_derivatives("linear", "C_1 C_R N_1", star_bonds, 2, star, &paper, MOFB__UFF_ANGLE);
    check_derivatives("trigonal", "C_R C_R O_2 H_", star_bonds, 3, star, &paper, MOFB__UFF_ANGLE);
    check_derivatives("square", "Cu4+2 O_2 O_R N_R C_3", star_bonds, 4, star, &paper, MOFB__UFF_ANGLE);
    check_derivatives("octahedral", "Al6+3 O_2 O_R N_R O_3 O_2 O_2", star_bonds, 6, star, &paper,
                      MOFB__UFF_ANGLE);
    check_derivatives("general", "O_3 C_3 H_", star_bonds, 2, star, &paper, MOFB__UFF_ANGLE);
    check_derivatives("right", "Se3+2 C_3 H_", star_bonds, 2, star, &published, MOFB__UFF_ANGLE);
}

static const double chain[6 * 3] = {0.2, 0.1, 0.4, 1.5, 0.6,  0.2,  2.0, 1.8, 1.0,
                                    3.3, 2.1, 0.5, 1.2, -0.5, -0.8, 1.6, 2.7, 1.6};
static const mofb__uff_bond chain_bonds[5] = {
    {0, 1, {0}, 1}, {1, 2, {0}, 1.5}, {2, 3, {0}, 1}, {1, 4, {0}, 1}, {2, 5, {0}, 1}};

TEST(uff_terms__torsions_of_every_kind) {
    check_derivatives("sp3-sp3", "H_ C_3 C_3 H_ H_ H_", chain_bonds, 5, chain, &paper, MOFB__UFF_TORSION);
    check_derivatives("O-O", "H_ O_3 O_3 H_", chain_bonds, 3, chain, &paper, MOFB__UFF_TORSION);
    check_derivatives("sp2-sp2", "C_R C_R C_R C_R H_ H_", chain_bonds, 5, chain, &paper, MOFB__UFF_TORSION);
    check_derivatives("sp2-sp3", "H_ C_R C_3 H_ H_ H_", chain_bonds, 5, chain, &paper, MOFB__UFF_TORSION);
    check_derivatives("propene", "C_2 C_2 C_3 H_ H_ H_", chain_bonds, 5, chain, &paper, MOFB__UFF_TORSION);
    check_derivatives("phenol", "C_R C_R O_3 H_", chain_bonds, 3, chain, &paper, MOFB__UFF_TORSION);
    const double bent[4 * 3] = {0.1, 0.15, -0.1, 1.5, 0.2, 0.2, 2.9, 0.3, 0.7, 3.4, 1.4, 0.5}; /* 172° at b */
    check_derivatives("nearly straight", "Si3 O_3 Si3 O_3", chain_bonds, 3, bent, &paper, MOFB__UFF_TORSION);
    check_derivatives("published", "H_ C_R C_3 H_ H_ H_", chain_bonds, 5, chain, &published,
                      MOFB__UFF_TORSION);
}

TEST(uff_terms__inversions_of_every_kind) {
    check_derivatives("planar", "C_R C_R O_2 H_", star_bonds, 3, star, &paper, MOFB__UFF_INVERSION);
    check_derivatives("pyramidal", "P_3+3 H_ C_3 H_", star_bonds, 3, star, &paper, MOFB__UFF_INVERSION);
    check_derivatives("published", "N_R C_R C_R H_", star_bonds, 3, star, &published, MOFB__UFF_INVERSION);
    check_derivatives("published pyramid", "As3+3 H_ C_3 H_", star_bonds, 3, star, &published,
                      MOFB__UFF_INVERSION);
}

TEST(uff_terms__van_der_waals) {
    static const double far[6 * 3] = {0.2, 0.1, 0.4, 3.5, 0.6, 0.2, 2.0, 3.8, 1.0,
                                      5.3, 4.1, 2.5, 1.2, 2.5, 4.8, 4.6, 1.7, 5.6};
    check_derivatives("smooth", "H_ C_3 O_2 Zn3+2 H_ N_R", chain_bonds, 1, far, &paper, VDW);
    /* the sharp cutoff's pressure is LAMMPS's, no derivative, so without it */
    mofb__uff_settings bare = published;
    bare.tail = false;
    check_derivatives("sharp", "H_ C_3 O_2 Zn3+2 H_ N_R", chain_bonds, 1, far, &bare, VDW);
}

TEST(uff_terms__everything_at_once) {
    check_derivatives("all, paper", "H_ C_R C_3 H_ O_2 H_", chain_bonds, 5, chain, &paper, ALL);
}

/* Values that the formulas of the paper give by hand. */
TEST(uff_terms__values) {
    const double r = 1.5, line[3 * 3] = {0, 0, 0, r, 0, 0, -r, 0, 0};
    hand h;
    mofb__uff_energies e;
    OK(hand_new(&h, "C_3 C_3 C_3", star_bonds, 1, &paper, line, NULL));
    OK(hand_run(&h, &e, line, NULL, NULL, NULL)); /* C_3-C_3: r0 = 2·0.757, K/2 = 332.06·1.912²/r0³ */
    CHECK_NEAR(e.bonded[MOFB__UFF_BOND], 332.06 * 1.912 * 1.912 / pow(1.514, 3) * 0.014 * 0.014 * KCAL,
               1e-12);
    mofb__uff_system_free(h.system);
    /* trans-ethane-like chain: one torsion of √(2.119²)/2 (1 + cos 3φ), φ = 180°: nothing; eclipsed: 2.119 */
    double zig[4 * 3] = {-0.5, 1.4, 0, 0, 0, 0, 1.5, 0, 0, 2.0, 1.4, 0};
    OK(hand_new(&h, "C_3 C_3 C_3 C_3", chain_bonds, 3, &paper, zig, NULL));
    OK(hand_run(&h, &e, zig, NULL, NULL, NULL));
    CHECK_NEAR(e.bonded[MOFB__UFF_TORSION], 2.119 * KCAL, 1e-12);
    zig[10] = -1.4;
    OK(hand_run(&h, &e, zig, NULL, NULL, NULL));
    CHECK_NEAR(e.bonded[MOFB__UFF_TORSION], 0, 1e-12);
    mofb__uff_system_free(h.system);
    /* P with three orthogonal bonds: ω = 90°, and in the plane: the barrier of 22 */
    double pyramid[4 * 3] = {0, 0, 0, 1.4, 0, 0, 0, 1.4, 0, 0, 0, 1.4};
    const double w = 84.4339 * 3.14159265358979323846 / 180, c0 = 2 + cos(2 * w),
                 c1 = -4 * cos(w); /* −C1 cos − cos 2ω */
    OK(hand_new(&h, "P_3+3 H_ H_ H_", star_bonds, 3, &paper, pyramid, NULL));
    OK(hand_run(&h, &e, pyramid, NULL, NULL, NULL));
    CHECK_NEAR(e.bonded[MOFB__UFF_INVERSION], 22 * KCAL * (c0 - 1) / (c0 + c1 + 1), 1e-9);
    double flat[4 * 3] = {0, 0, 0, 1.4, 0, 0, -0.7, 1.2, 0, -0.7, -1.2, 0};
    OK(hand_run(&h, &e, flat, NULL, NULL, NULL));
    CHECK_NEAR(e.bonded[MOFB__UFF_INVERSION], 22 * KCAL, 1e-9);
    mofb__uff_system_free(h.system);
}

static bool all_finite(const double *x, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (!isfinite(x[k]) || fabs(x[k]) > 1e7) return false;
    return true;
}

TEST(uff_terms__degenerate_geometries_stay_finite) {
    /* collinear chain, and off it by ever less */
    static const char *const names[] = {"C_3 C_3 C_3 C_3", "C_R C_R C_R C_R", "H_ C_R O_3 H_"};
    const mofb__uff_settings *rules[] = {&paper, &published};
    for (int m = 0; m < 6; m++) {
        hand h;
        mofb__uff_energies e;
        double forces[12], off[] = {0, 1e-300, 1e-160, 1e-12, 1e-7, 1e-4};
        OK(hand_new(&h, names[m / 2], chain_bonds, 3, rules[m % 2], chain, NULL));
        for (int k = 0; k < 6; k++) {
            double x[12] = {0, off[k], 0, 1.3, 0, 0, 2.7, 0, off[k], 4.0, 0, 0};
            OK(hand_run(&h, &e, x, NULL, forces, NULL));
            CHECK(isfinite(e.total) && all_finite(forces, 12));
            if (off[k] > 0) continue;
            double whole = 0;
            for (size_t t = 0; t < h.system->bonded.n_torsions; t++) whole += h.system->bonded.torsions[t].v;
            CHECK_NEAR(e.bonded[MOFB__UFF_TORSION], whole, 1e-15);
        }
        mofb__uff_system_free(h.system);
    }
    /* three bonds in a plane, two of them collinear, one upright, one folded back */
    const double shapes[][9] = {{1.4, 0, 0, -0.7, 1.2, 0, -0.7, -1.2, 0},
                                {1.4, 0, 0, -1.4, 0, 0, 0, 1.4, 0},
                                {1.4, 0, 0, 0, 1.4, 0, 0, 0, 1.4},
                                {1.4, 0, 0, 0, 1.4, 0, 1, 1, 0}};
    for (int m = 0; m < 8; m++) {
        hand h;
        mofb__uff_energies e;
        double x[12] = {0}, forces[12];
        memcpy(x + 3, shapes[m / 2], sizeof shapes[0]);
        OK(hand_new(&h, m % 2 ? "P_3+3 H_ H_ C_3" : "C_R C_R H_ O_2", star_bonds, 3, rules[m % 2], star,
                    NULL));
        OK(hand_run(&h, &e, x, NULL, forces, NULL));
        CHECK(isfinite(e.total) && all_finite(forces, 12));
        mofb__uff_system_free(h.system);
    }
}

/* Pairs of a straightforward double loop, exclusions by walking the bonds. */
static double plain_vdw(const hand *h, const double *x, const double *cell, double cutoff) {
    const mofb__uff_topology *t = &h->system->topology;
    double sum = 0;
    for (size_t i = 0; i < h->n; i++)
        for (size_t j = 0; j < h->n; j++)
            for (int32_t s = 0; s < 21 * 21 * 21; s++) {
                int32_t z[3] = {s % 21 - 10, s / 21 % 21 - 10, s / 441 - 10};
                double d[3], excluded = i == j && !z[0] && !z[1] && !z[2];
                for (size_t k = 0; k < 3; k++)
                    d[k] = x[3 * j + k] - x[3 * i + k] + z[0] * cell[k] + z[1] * cell[3 + k] +
                           z[2] * cell[6 + k];
                double r2 = d[0] * d[0] + d[1] * d[1] + d[2] * d[2];
                if (excluded || r2 > cutoff * cutoff) continue;
                for (size_t p = t->first[i]; p < t->first[i + 1]; p++) {
                    size_t b = (size_t)t->neighbour[p];
                    const int32_t *u = t->neighbour_shift + 3 * p;
                    if (b == j && !memcmp(u, z, sizeof z)) excluded = 1;
                    for (size_t q = t->first[b]; q < t->first[b + 1]; q++) {
                        const int32_t *v = t->neighbour_shift + 3 * q;
                        const int32_t w[3] = {u[0] + v[0], u[1] + v[1], u[2] + v[2]};
                        if ((size_t)t->neighbour[q] == j && !memcmp(w, z, sizeof z)) excluded = 1;
                    }
                }
                double depth = sqrt(t->types[i]->d1 * t->types[j]->d1) * KCAL;
                double c = (t->types[i]->x1 + t->types[j]->x1) / 2 / sqrt(r2), c6 = pow(c, 6);
                if (!excluded) sum += 0.5 * depth * (c6 * c6 - 2 * c6);
            }
    return sum;
}

/* Cells smaller than the cutoff: an atom bonded to several images of a neighbour, and to its own images. */
TEST(uff_terms__exclusions_are_by_image) {
    const mofb__uff_bond bonds[] = {
        {0, 1, {0, 0, 0}, 1}, {0, 1, {-1, 0, 0}, 1}, {0, 0, {0, 1, 0}, 1}, {1, 1, {0, 0, -1}, 1}};
    const double cell[9] = {3.1, 0, 0, 0.4, 3.0, 0, -0.2, 0.5, 3.6}, x[6] = {0.1, 0.2, 0.3, 1.6, 0.5, 0.4};
    mofb__uff_settings bare = published;
    hand h;
    mofb__uff_energies e;
    bare.tail = false;
    OK(hand_new(&h, "C_3 O_3", bonds, 4, &bare, x, cell));
    for (int again = 0; again < 2; again++) {
        OK(hand_run(&h, &e, x, cell, NULL, NULL));
        double plain = plain_vdw(&h, x, cell, bare.cutoff);
        CHECK_NEAR(e.vdw, plain, 1e-6 * fabs(plain)); /* σ has six decimals */
    }
    mofb__uff_system_free(h.system);
}

/* Away from bonds the tail is the energy beyond: a larger cutoff changes little. Only crystals have one. */
TEST(uff_terms__tail) {
    const int32_t numbers[6] = {1, 6, 6, 1, 8, 1}, slab[3] = {1, 1, 0};
    mofb__uff_settings wide = paper;
    mofb__uff_energies e[2];
    mofb_structure *structure;
    mofb__uff_topology t;
    hand h;
    wide.cutoff = 25;
    for (int k = 0; k < 2; k++) {
        OK(hand_new(&h, "H_ C_R C_3 H_ O_2 H_", chain_bonds, 5, k ? &wide : &paper, chain, triclinic));
        OK(hand_run(&h, &e[k], chain, triclinic, NULL, NULL));
        mofb__uff_system_free(h.system);
    }
    CHECK(e[0].tail < 0 && fabs(e[1].tail) < fabs(e[0].tail) / 10);
    CHECK_NEAR(e[0].vdw, e[1].vdw, 0.05 * fabs(e[0].tail));
    OK(mofb_structure_new(&structure, 6, numbers, chain, triclinic, slab, NULL));
    OK(hand_topology(&t, "H_ C_R C_3 H_ O_2 H_", chain_bonds, 5, NULL));
    OK(mofb__uff_system_build(&h.system, &t, structure, &paper));
    h.held = false;
    OK(hand_run(&h, &e[0], chain, triclinic, NULL, NULL));
    CHECK(e[0].tail == 0);
    mofb__uff_system_free(h.system);
    mofb_structure_free(structure);
}

/* A chain of bonded images and one wrapped elsewhere give the same. */
TEST(uff_terms__wrapping_changes_nothing) {
    const double cell[9] = {7, 0, 0, 0, 7, 0, 0, 0, 7};
    double x[18], stress[2][9], forces[18];
    mofb__uff_bond bonds[5];
    hand h;
    mofb__uff_energies e[2];
    memcpy(x, chain, sizeof x);
    memcpy(bonds, chain_bonds, sizeof bonds);
    OK(hand_new(&h, "H_ C_R C_3 H_ O_2 H_", bonds, 5, &paper, x, cell));
    OK(hand_run(&h, &e[0], x, cell, forces, stress[0]));
    mofb__uff_system_free(h.system);
    x[3 * 2] += 7, x[3 * 3 + 1] -= 14;
    bonds[1].shift[0] = -1, bonds[2].shift[0] = 1, bonds[2].shift[1] = 2, bonds[4].shift[0] = 1;
    OK(hand_new(&h, "H_ C_R C_3 H_ O_2 H_", bonds, 5, &paper, x, cell));
    OK(hand_run(&h, &e[1], x, cell, forces, stress[1]));
    mofb__uff_system_free(h.system);
    CHECK_NEAR(e[0].total, e[1].total, 1e-10);
    for (int k = 0; k < 9; k++) CHECK_NEAR(stress[0][k], stress[1][k], 1e-12);
}

/* 600 atoms: several chunks. */
TEST(uff_terms__threads_change_no_bit) {
    enum { N = 600 };
    const double cell[9] = {22, 0, 0, 3, 21, 0, 1, 2, 23};
    mofb__uff_bond *bonds = mofb__calloc(NULL, N, sizeof *bonds);
    char *names = mofb__calloc(NULL, N, 8);
    double *x = mofb__calloc(NULL, 3 * N, sizeof *x), *forces = mofb__calloc(NULL, 2 * 3 * N, sizeof *forces);
    mofb__rng r;
    hand h;
    mofb__uff_energies e[2];
    double stress[18];
    const char *const kinds[] = {"C_R ", "C_3 ", "O_3 ", "N_R "};
    mofb__rng_seed(&r, 7);
    for (size_t i = 0; i < N; i++) {
        strcat(names, kinds[i % 4]);
        for (size_t k = 0; k < 3; k++) x[3 * i + k] = mofb__rng_uniform(&r) * 22;
        if (i) bonds[i - 1] = (mofb__uff_bond){(int32_t)i - 1, (int32_t)i, {0}, 1};
        if (i > 8 && i % 3 == 0) bonds[i - 1].i = (int32_t)i - 5;
    }
    OK(hand_new(&h, names, bonds, N - 1, &paper, x, cell));
    CHECK(h.system->bonded.chunks.count > 2);
    for (size_t k = 0; k < 2; k++) {
        h.threads = k ? 4 : 1;
        OK(hand_run(&h, &e[k], x, cell, forces + 3 * N * k, stress + 9 * k));
    }
    CHECK(!memcmp(&e[0], &e[1], sizeof e[0]));
    CHECK(!memcmp(forces, forces + 3 * N, 3 * N * sizeof *forces));
    CHECK(!memcmp(stress, stress + 9, 9 * sizeof *stress));
    mofb__uff_system_free(h.system);
    mofb__free(bonds);
    mofb__free(names);
    mofb__free(x);
    mofb__free(forces);
}

/* Whatever waits beyond the cutoff: a young list, an old one, one of held pairs. */
TEST(uff_terms__the_age_of_the_pairs_changes_no_bit) {
    double x[18], before[18], after[18], stress[2][9];
    hand h, fresh;
    mofb__uff_energies e[2];
    memcpy(x, chain, sizeof x);
    OK(hand_new(&h, "H_ C_R C_3 H_ O_2 H_", chain_bonds, 5, &published, x, triclinic));
    for (int step = 0; step < 60; step++) { /* every atom drifts, some across the cell */
        for (int k = 0; k < 18; k++) x[k] += 0.02 * (k % 5 - 2) + 0.08 * (k % 3);
        OK(hand_new(&fresh, "H_ C_R C_3 H_ O_2 H_", chain_bonds, 5, &published, x, triclinic));
        OK(hand_run(&h, &e[0], x, triclinic, before, stress[0]));
        OK(hand_run(&fresh, &e[1], x, triclinic, after, stress[1]));
        CHECK(!memcmp(&e[0], &e[1], sizeof e[0]) && !memcmp(before, after, sizeof before));
        CHECK(!memcmp(stress[0], stress[1], sizeof stress[0]));
        fresh.held = true;
        OK(hand_run(&fresh, &e[1], x, triclinic, after, stress[1]));
        CHECK(!memcmp(&e[0], &e[1], sizeof e[0]) && !memcmp(before, after, sizeof before));
        mofb__uff_system_free(fresh.system);
    }
    CHECK(mofb__nlist_builds(h.system->pairs.list) < 60);
    mofb__uff_system_free(h.system);
}

TEST(uff_terms__out_of_memory_anywhere) {
    const int32_t numbers[6] = {1, 6, 6, 1, 8, 1};
    mofb_structure *structure;
    OK(mofb_structure_new(&structure, 6, numbers, chain, triclinic, NULL, NULL));
    for (long left = 0; left < 1000; left++) {
        failing f;
        mofb__uff_topology t;
        mofb__uff_system *system = NULL;
        double energy;
        mofb_work w = {.struct_size = sizeof w,
                       .n_atoms = 6,
                       .positions = chain,
                       .cell = triclinic,
                       .volume = 800,
                       .energy = &energy};
        failing_init(&f, -1);
        OK(hand_topology(&t, "H_ C_R C_3 H_ O_2 H_", chain_bonds, 5, &f.allocator));
        f.left = left;
        mofb_status status = mofb__uff_system_build(&system, &t, structure, &paper);
        if (!status) status = mofb__uff_evaluate(system, NULL, &w, 1);
        mofb__uff_system_free(system);
        CHECK(f.live == 0);
        if (!status) break;
        CHECK(status == MOFB_ERR_NO_MEMORY && left < 900);
    }
    mofb_structure_free(structure);
}

int main(void) {
    RUN(uff_terms__stretches);
    RUN(uff_terms__angles_of_every_shape);
    RUN(uff_terms__torsions_of_every_kind);
    RUN(uff_terms__inversions_of_every_kind);
    RUN(uff_terms__van_der_waals);
    RUN(uff_terms__everything_at_once);
    RUN(uff_terms__values);
    RUN(uff_terms__degenerate_geometries_stay_finite);
    RUN(uff_terms__exclusions_are_by_image);
    RUN(uff_terms__tail);
    RUN(uff_terms__wrapping_changes_nothing);
    RUN(uff_terms__threads_change_no_bit);
    RUN(uff_terms__the_age_of_the_pairs_changes_no_bit);
    RUN(uff_terms__out_of_memory_anywhere);
    return tap_end();
}
