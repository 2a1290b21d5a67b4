/* SPDX-License-Identifier: MIT */
#include "ops.h"

static const double ulp = MOFB_PRECISION == 64 ? 2.3e-16 : 1.2e-7;

static double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

TEST(activation__silu_is_accurate) {
    enum { N = 20001 };
    static REAL x[N], y[N], g[N];
    double worst = 0, worst_slope = 0;
    for (int k = 0; k < N; k++) x[k] = (REAL)((k - N / 2) * 0.0017 * (1 + k % 11)), g[k] = 1;
    ops->silu(y, x, N);
    ops->silu_vjp(g, x, N);
    for (int k = 0; k < N; k++) {
        double v = (double)x[k], s = sigmoid(v), slope = s * (1 + v * (1 - s));
        worst = fmax(worst, fabs((double)y[k] - v * s) / (fabs(v * s) + 1e-28));
        worst_slope = fmax(worst_slope, fabs((double)g[k] - slope) / (1 + fabs(v)));
    }
    CHECK(worst < 8 * ulp);
    CHECK(worst_slope < 4 * ulp);
}

TEST(activation__silu_at_the_ends) {
    REAL x[] = {(REAL)-1e30, (REAL)-1000, (REAL)-0.0, 0, (REAL)1000, (REAL)1e30}, y[6],
         g[6] = {1, 1, 1, 1, 1, 1};
    ops->silu(y, x, 6);
    ops->silu_vjp(g, x, 6);
    CHECK_NEAR((double)y[1], 0, 1e-30);
    CHECK(y[2] == 0 && y[3] == 0 && y[4] == x[4] && y[5] == x[5]);
    CHECK(g[3] == (REAL)0.5 && g[4] == 1 && g[5] == 1);
    CHECK_NEAR((double)g[1], 0, 1e-30);
}

TEST(activation__a_number_does_not_depend_on_its_place) {
    REAL *x = numbers(64, 5), all[64], part[64], g[64], h[64];
    memcpy(g, x, sizeof g);
    ops->silu(all, x, 64);
    ops->silu_vjp(g, x, 64);
    for (size_t from = 0; from < 20; from++)
        for (size_t count = 1; count < 40; count++) {
            ops->silu(part, x + from, count);
            CHECK(!memcmp(part, all + from, count * sizeof *part));
            memcpy(h, x + from, sizeof h - from * sizeof *h);
            ops->silu_vjp(h, x + from, count);
            CHECK(!memcmp(h, g + from, count * sizeof *h));
        }
    mofb__free(x);
}

static void tests(void) {
    RUN(activation__silu_is_accurate);
    RUN(activation__silu_at_the_ends);
    RUN(activation__a_number_does_not_depend_on_its_place);
}

int main(void) {
    each_table(tests);
    return tap_end();
}
