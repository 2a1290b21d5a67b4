/* SPDX-License-Identifier: MIT */
#include "base/mat3.h"
#include "physics/cellfilter.h"
#include "support/springs.h"
#include "support/tap.h"

static const double skew[9] = {0.31, -0.12, 0.07, 0.22, -0.27, 0.16, -0.05, 0.4, 0.11};

static double largest(const double *a, const double *b, int n) {
    double most = 0;
    for (int k = 0; k < n; k++) most = fmax(most, fabs(a[k] - b[k]));
    return most;
}

TEST(expm__rotation) {
    const double angle = 2.1, generator[9] = {0, angle, 0, -angle, 0, 0, 0, 0, 0};
    const double rotation[9] = {cos(angle), sin(angle), 0, -sin(angle), cos(angle), 0, 0, 0, 1};
    double r[9];
    mofb__expm3(r, generator);
    CHECK(largest(r, rotation, 9) < 3e-15);
}

TEST(expm__diagonal_and_nilpotent) {
    const double diagonal[9] = {1.5, 0, 0, 0, -3, 0, 0, 0, 0.01}, up[9] = {0, 2, 3, 0, 0, 5, 0, 0, 0};
    const double e[9] = {exp(1.5), 0, 0, 0, exp(-3), 0, 0, 0, exp(0.01)}, u[9] = {1, 2, 8, 0, 1, 5, 0, 0, 1};
    double r[9];
    mofb__expm3(r, diagonal);
    CHECK(largest(r, e, 9) < 2e-15);
    mofb__expm3(r, up);
    CHECK(largest(r, u, 9) < 2e-15);
}

TEST(expm__inverse_is_exp_of_minus) {
    double a[9], b[9], r[9], one[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    for (int k = 0; k < 9; k++) b[k] = -3 * skew[k], a[k] = 3 * skew[k];
    mofb__expm3(a, a);
    mofb__expm3(b, b);
    mofb__mul3(r, a, b);
    CHECK(largest(r, one, 9) < 2e-14);
}

TEST(logm__inverts_expm) {
    for (int scale = 0; scale < 12; scale++) {
        double a[9], r[9];
        for (int k = 0; k < 9; k++) a[k] = skew[k] * pow(10, -scale) * 2;
        mofb__expm3(r, a);
        OK(mofb__logm3(r, r));
        CHECK(largest(r, a, 9) < 4e-15);
    }
}

TEST(logm__refuses_what_has_none) {
    const double mirror[9] = {-1, 0, 0, 0, 1, 0, 0, 0, 1}, nothing[9] = {0};
    double r[9], bad[9] = {NAN, 0, 0, 0, 1, 0, 0, 0, 1};
    FAILS(mofb__logm3(r, mirror), MOFB_ERR_INVALID, "no_logarithm");
    FAILS(mofb__logm3(r, nothing), MOFB_ERR_INVALID, "no_logarithm");
    FAILS(mofb__logm3(r, bad), MOFB_ERR_INVALID, "no_logarithm");
}

/* Fourth-order differences: error about |direction|⁵ h⁴ and 1e-16/h, both a few 1e-12 of the result. */
TEST(frechet__against_differences) {
    const double h = 1e-3, direction[9] = {0.2, 1, -0.4, 0.7, 0.1, 0.3, -0.9, 0.5, -0.6};
    for (int scale = 1; scale < 6; scale += 2) {
        double a[9], l[9], d[9] = {0}, weights[4] = {1, -8, 8, -1};
        for (int k = 0; k < 9; k++) a[k] = scale * skew[k];
        mofb__expm3_frechet(l, a, direction);
        for (int p = 0; p < 4; p++) {
            double moved[9], step = (p < 2 ? p - 2 : p - 1) * h;
            for (int k = 0; k < 9; k++) moved[k] = a[k] + step * direction[k];
            mofb__expm3(moved, moved);
            for (int k = 0; k < 9; k++) d[k] += weights[p] * moved[k] / (12 * h);
        }
        double size = largest(l, (double[9]){0}, 9);
        CHECK(largest(l, d, 9) < 1e-11 * size);
    }
}

/* L(A, A) = A exp A, whatever A. */
TEST(frechet__along_itself) {
    double l[9], e[9], a[9];
    for (int k = 0; k < 9; k++) a[k] = 4 * skew[k];
    mofb__expm3_frechet(l, a, a);
    mofb__expm3(e, a);
    mofb__mul3(e, a, e);
    CHECK(largest(l, e, 9) < 1e-13);
}

TEST(filter__pack_and_unpack) {
    enum { n = springs_atoms };
    mofb__cellfilter f;
    double x[3 * n + 9], positions[3 * n], cell[9], start[9], back[3 * n], deformation[9], u[9];
    springs_start(positions, start);
    mofb__cellfilter_init(&f, n, start);
    OK(mofb__cellfilter_pack(&f, x, positions, start));
    CHECK(largest(x, positions, 3 * n) < 1e-14);
    CHECK(largest(x + 3 * n, (double[9]){0}, 9) < 1e-13);
    for (int k = 0; k < 9; k++) u[k] = 0.3 * skew[k];
    mofb__expm3(deformation, u);
    mofb__mul3(cell, start, deformation);
    OK(mofb__cellfilter_pack(&f, x, positions, cell));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) CHECK_NEAR(x[3 * n + 3 * i + j] / n, u[3 * j + i], 1e-15);
    OK(mofb__cellfilter_unpack(&f, x, back, deformation));
    CHECK(largest(back, positions, 3 * n) < 1e-14);
    CHECK(largest(deformation, cell, 9) < 1e-14);
}

static double energy_at(const mofb__cellfilter *f, const double *x) {
    double positions[3 * springs_atoms], cell[9];
    mofb__cellfilter_unpack(f, x, positions, cell);
    return springs_energy(positions, cell, NULL, NULL);
}

/* At a strongly deformed, turned cell every component of the forces is minus the derivative of the energy. */
TEST(filter__forces_against_differences) {
    enum { n = springs_atoms, m = 3 * n + 9 };
    const double h = 1e-3;
    mofb__cellfilter f;
    double x[m], g[m], positions[3 * n], cell[9], forces[3 * n], stress[9];
    springs_start(positions, cell);
    mofb__cellfilter_init(&f, n, cell);
    OK(mofb__cellfilter_pack(&f, x, positions, cell));
    for (int k = 0; k < 9; k++) x[3 * n + k] += 0.4 * n * skew[k];
    OK(mofb__cellfilter_unpack(&f, x, positions, cell));
    springs_energy(positions, cell, forces, stress);
    OK(mofb__cellfilter_forces(&f, g, x, forces, stress));
    for (int k = 0; k < m; k++) {
        double moved[m], d = 0, weights[4] = {1, -8, 8, -1};
        for (int p = 0; p < 4; p++) {
            memcpy(moved, x, sizeof x);
            moved[k] += (p < 2 ? p - 2 : p - 1) * h;
            d -= weights[p] * energy_at(&f, moved) / (12 * h);
        }
        CHECK_NEAR(g[k], d, 2e-10);
    }
}

int main(void) {
    RUN(expm__rotation);
    RUN(expm__diagonal_and_nilpotent);
    RUN(expm__inverse_is_exp_of_minus);
    RUN(logm__inverts_expm);
    RUN(logm__refuses_what_has_none);
    RUN(frechet__against_differences);
    RUN(frechet__along_itself);
    RUN(filter__pack_and_unpack);
    RUN(filter__forces_against_differences);
    return tap_end();
}
