/* SPDX-License-Identifier: MIT */
#include "ops.h"

enum { ROWS = 5, WIDTH = 48 };
static double gamma_[WIDTH], beta[WIDTH];

static void naive(double *y, const double *x) {
    for (int r = 0; r < ROWS; r++, x += WIDTH, y += WIDTH) {
        double mean = 0, var = 0;
        for (int k = 0; k < WIDTH; k++) mean += x[k] / WIDTH;
        for (int k = 0; k < WIDTH; k++) var += (x[k] - mean) * (x[k] - mean) / WIDTH;
        for (int k = 0; k < WIDTH; k++) y[k] = gamma_[k] * (x[k] - mean) / sqrt(var + 1e-5) + beta[k];
    }
}

TEST(layernorm__values_and_gradients) {
    REAL *x = numbers(ROWS * WIDTH, 1), *g = numbers(ROWS * WIDTH, 2), *c = numbers(WIDTH, 3),
         *b = numbers(WIDTH, 4);
    REAL y[ROWS * WIDTH], hat[ROWS * WIDTH], scale[ROWS];
    for (int k = 0; k < WIDTH; k++) gamma_[k] = (double)c[k], beta[k] = (double)b[k], x[WIDTH + k] += 30;
    double *xd = widened(x, ROWS * WIDTH), *gd = widened(g, ROWS * WIDTH), expected[ROWS * WIDTH];
    naive(expected, xd);
    ops->layernorm(y, hat, scale, x, c, b, ROWS, WIDTH);
    CHECK_NEAR(difference(y, expected, ROWS * WIDTH), 0, rounding);
    double *grad = gradient_of(naive, xd, ROWS * WIDTH, gd, ROWS * WIDTH);
    ops->layernorm_vjp(g, hat, scale, c, ROWS, WIDTH);
    CHECK_NEAR(difference(g, grad, ROWS * WIDTH), 0, by_difference);
    /* one row alone, in place, without hat */
    ops->layernorm(x + 2 * WIDTH, NULL, scale, x + 2 * WIDTH, c, b, 1, WIDTH);
    CHECK(!memcmp(x + 2 * WIDTH, y + 2 * WIDTH, WIDTH * sizeof *y));
    mofb__free(x), mofb__free(g), mofb__free(c), mofb__free(b), mofb__free(xd), mofb__free(gd),
        mofb__free(grad);
}

TEST(layernorm__a_constant_row_gives_its_offset) {
    REAL x[16], y[16], scale, gamma[16], offset[16];
    for (int k = 0; k < 16; k++) x[k] = 3, gamma[k] = 2, offset[k] = (REAL)k;
    ops->layernorm(y, NULL, &scale, x, gamma, offset, 1, 16);
    CHECK(!memcmp(y, offset, sizeof y));
}

static void tests(void) {
    RUN(layernorm__values_and_gradients);
    RUN(layernorm__a_constant_row_gives_its_offset);
}

int main(void) {
    each_table(tests);
    return tap_end();
}
