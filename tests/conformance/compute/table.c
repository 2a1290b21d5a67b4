/* SPDX-License-Identifier: MIT */
#include "ops.h"

enum { WIDTH = 16, INTERVALS = 100, POINTS = 500 };

/* Functions that vanish with value and slope at 5. */
static double function(int k, double r, double *slope) {
    double w = 0.3 * (k + 1), e = (5 - r) * (5 - r) / 25, de = -2 * (5 - r) / 25;
    *slope = w * cos(w * r) * e + sin(w * r) * de;
    return sin(w * r) * e;
}

TEST(table__values_and_slopes) {
    NAME(mofb__table)
    t = {{5, INTERVALS}, WIDTH, mofb__alloc(NULL, (INTERVALS + 1) * 2 * WIDTH * sizeof(REAL))};
    static REAL f[POINTS * WIDTH], df[POINTS * WIDTH], alone[WIDTH];
    static double r[POINTS];
    double h = 5.0 / INTERVALS, slope, value = 0, derivative = 0;
    for (int i = 0; i <= INTERVALS; i++)
        for (int k = 0; k < WIDTH; k++) {
            t.knots[2 * i * WIDTH + k] = (REAL)function(k, i * h, &slope);
            t.knots[(2 * i + 1) * WIDTH + k] = (REAL)(slope * h);
        }
    for (int p = 0; p < POINTS; p++) r[p] = p * 5.0 / (POINTS - 1);
    ops->table_eval(f, df, &t, r, POINTS);
    for (int p = 0; p < POINTS; p++)
        for (int k = 0; k < WIDTH; k++) {
            value = fmax(value, fabs((double)f[p * WIDTH + k] - function(k, r[p], &slope)));
            derivative = fmax(derivative, fabs((double)df[p * WIDTH + k] - slope));
        }
    /* h⁴/384 and √3 h³/216 times the largest fourth derivative, here below 1000 */
    CHECK_NEAR(value, 0, 1000 * h * h * h * h / 384 + rounding);
    CHECK_NEAR(derivative, 0, 1000 * 0.00802 * h * h * h + 40 * rounding);
    CHECK(value > 1e-8); /* an interpolation, after all */
    for (int p = 0; p < POINTS; p += 37) {
        ops->table_eval(alone, NULL, &t, r + p, 1);
        CHECK(!memcmp(alone, f + p * WIDTH, sizeof alone));
    }
    mofb__free(t.knots);
}

TEST(table__nothing_beyond_the_cutoff) {
    REAL knots[4 * WIDTH], f[3 * WIDTH], df[3 * WIDTH];
    NAME(mofb__table) t = {{5, 1}, WIDTH, knots};
    const double r[3] = {5, 5.0001, 1e9};
    for (int k = 0; k < 4 * WIDTH; k++) knots[k] = 1;
    ops->table_eval(f, df, &t, r, 3);
    for (int k = 0; k < 3 * WIDTH; k++) CHECK(f[k] == 0 && df[k] == 0);
}

static void tests(void) {
    RUN(table__values_and_slopes);
    RUN(table__nothing_beyond_the_cutoff);
}

int main(void) {
    each_table(tests);
    return tap_end();
}
