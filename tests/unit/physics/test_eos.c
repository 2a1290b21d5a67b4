/* SPDX-License-Identifier: MIT */
#include "physics/eos.h"
#include "support/tap.h"

static const char *const kinds[3] = {"birch_murnaghan", "murnaghan", "vinet"};

/* Far from any minimum the curves are what the papers print, here in their own words. */
static double printed(int kind, double v, double v0, double b0, double b1) {
    double eta = cbrt(v0 / v), y = cbrt(v / v0);
    if (kind == 0)
        return 9 * b0 * v0 / 16 * pow(eta * eta - 1, 2) * (6 + b1 * (eta * eta - 1) - 4 * eta * eta);
    if (kind == 1) return b0 * v / b1 * (pow(v0 / v, b1) / (b1 - 1) + 1) - v0 * b0 / (b1 - 1);
    return 2 * b0 * v0 / pow(b1 - 1, 2) *
           (2 - (5 + 3 * b1 * (y - 1) - 3 * y) * exp(-3 * (b1 - 1) * (y - 1) / 2));
}

TEST(eos__energy_is_the_printed_formula) {
    for (int kind = 0; kind < 3; kind++)
        for (double b1 = -3.5; b1 < 40; b1 += 4.3)
            for (double ratio = 0.5; ratio < 2; ratio += 0.13) {
                mofb__eos_fit fit = {.e0 = 0, .v0 = 700, .b0 = 0.1, .b1 = b1};
                double wanted = printed(kind, 700 * ratio, 700, 0.1, b1);
                CHECK_NEAR(mofb__eos_energy(&fit, kinds[kind], 700 * ratio), wanted,
                           1e-11 * (1 + fabs(wanted)) * (1 + exp(fabs(b1) * 0.7) * 1e-3));
            }
    mofb__eos_fit singular = {.v0 = 10, .b0 = 1, .b1 = 1};
    CHECK(isfinite(mofb__eos_energy(&singular, "vinet", 9)));
    CHECK(isnan(mofb__eos_energy(&singular, "nonsense", 9)));
}

TEST(eos__recovers_its_own_parameters) {
    const double truth[4][4] = {
        {-3.2, 16.5, 0.46, 4.7}, {-81633.25, 4600, 0.085, 3.1}, {12, 17000, 0.11, -6}, {0, 1360, 0.12, 22}};
    for (int kind = 0; kind < 3; kind++)
        for (int set = 0; set < 4; set++) {
            mofb__eos_fit real = {truth[set][0], truth[set][1], truth[set][2], truth[set][3], 0, 0, true},
                          fit;
            double v[11], e[11];
            for (int k = 0; k < 11; k++) {
                v[k] = real.v0 * (0.955 + 0.008 * k);
                e[k] = mofb__eos_energy(&real, kinds[kind], v[k]);
            }
            OK(mofb__eos_fit_curve(&fit, kinds[kind], v, e, 11, NULL));
            CHECK(fit.converged);
            CHECK_NEAR(fit.e0, real.e0, 1e-12 * (1 + fabs(real.e0)));
            CHECK_NEAR(fit.v0 / real.v0, 1, 1e-9);
            CHECK_NEAR(fit.b0 / real.b0, 1, 1e-7);
            CHECK_NEAR(fit.b1, real.b1, 1e-5);
            CHECK_NEAR(fit.r2, 1, 1e-11);
            CHECK(fit.rms < 1e-10);
        }
}

/* At the least squares' minimum every small change of a parameter makes the sum larger. */
TEST(eos__residual_is_minimal) {
    double v[9], e[9];
    for (int k = 0; k < 9; k++) {
        v[k] = 1000 + 20 * k;
        e[k] = 1e-4 * pow(v[k] - 1085, 2) + 0.01 * sin(5.0 * k);
    }
    for (int kind = 0; kind < 3; kind++) {
        mofb__eos_fit fit;
        OK(mofb__eos_fit_curve(&fit, kinds[kind], v, e, 9, NULL));
        CHECK(fit.converged);
        double best = 0;
        for (int k = 0; k < 9; k++) best += pow(mofb__eos_energy(&fit, kinds[kind], v[k]) - e[k], 2);
        CHECK_NEAR(fit.rms, sqrt(best / 9), 1e-14);
        for (int change = 0; change < 8; change++) {
            mofb__eos_fit other = fit;
            double sum = 0, by = change & 1 ? 1e-6 : -1e-6;
            if (change / 2 == 0) other.e0 += by;
            if (change / 2 == 1) other.v0 *= 1 + by;
            if (change / 2 == 2) other.b0 *= 1 + by;
            if (change / 2 == 3) other.b1 *= 1 + by;
            for (int k = 0; k < 9; k++) sum += pow(mofb__eos_energy(&other, kinds[kind], v[k]) - e[k], 2);
            CHECK(sum > best * (1 - 1e-13));
        }
    }
}

TEST(eos__four_points_are_met_exactly) {
    const double v[4] = {95, 99, 102, 106}, e[4] = {0.6, 0.12, 0.1, 0.5};
    mofb__eos_fit fit;
    OK(mofb__eos_fit_curve(&fit, "birch_murnaghan", v, e, 4, NULL));
    CHECK(fit.converged && fit.rms < 1e-12);
}

TEST(eos__failed_fits_are_findings) {
    const double v[5] = {95, 98, 100, 102, 105}, hill[5] = {-25, -4, 0, -4, -25}, flat[5] = {1, 1, 1, 1, 1};
    const double same[5] = {100, 100, 100, 100, 100}, three[5] = {98, 98, 100, 102, 102},
                 line[5] = {1, 4, 6, 8, 11};
    const double good[5] = {25, 4, 0, 4, 25}, hole[5] = {25, 4, NAN, 4, 25},
                 negative[5] = {-95, 98, 100, 102, 105};
    const double *cases[7][2] = {{v, hill},     {v, line}, {v, flat},       {same, good},
                                 {three, good}, {v, hole}, {negative, good}};
    for (int kind = 0; kind < 3; kind++)
        for (int k = 0; k < 7; k++) {
            mofb__eos_fit fit;
            OK(mofb__eos_fit_curve(&fit, kinds[kind], cases[k][0], cases[k][1], 5, NULL));
            if (k >= 2) CHECK(!fit.converged && isnan(fit.b0) && isnan(fit.r2));
            else
                CHECK(!fit.converged || fit.v0 < 90 ||
                      fit.v0 > 110); /* a cubic can find a minimum far away */
        }
}

TEST(eos__bad_calls) {
    const double v[4] = {1, 2, 3, 4}, e[4] = {4, 1, 1, 4};
    mofb__eos_fit fit;
    FAILS(mofb__eos_fit_curve(&fit, "birch_murnaghan", v, e, 3, NULL), MOFB_ERR_INVALID, "too_few_points");
    FAILS(mofb__eos_fit_curve(&fit, "birch", v, e, 4, NULL), MOFB_ERR_NOT_FOUND, "unknown_eos");
}

int main(void) {
    RUN(eos__energy_is_the_printed_formula);
    RUN(eos__recovers_its_own_parameters);
    RUN(eos__residual_is_minimal);
    RUN(eos__four_points_are_met_exactly);
    RUN(eos__failed_fits_are_findings);
    RUN(eos__bad_calls);
    return tap_end();
}
