/* SPDX-License-Identifier: MIT */
#include "ops.h"

enum { ATOMS = 7, COUNT = 11, CHANNELS = 48, ROW = 9 * CHANNELS };
static const int32_t neighbour[COUNT] = {3, 0, 6, 6, 1, 2, 5, 4, 0, 3, 2};

static size_t part(size_t component) {
    return component == 0 ? 0 : component < 4 ? 1 : 2;
}

TEST(message__sums_and_gradients) {
    REAL *f = numbers(COUNT * 3 * CHANNELS, 1), *slope = numbers(COUNT * 3 * CHANNELS, 2),
         *y = numbers(ATOMS * ROW, 3);
    REAL *gm = numbers(ATOMS * ROW, 4), *gy = numbers(ROW, 5), m[ROW];
    double expected[ROW], back[ROW], along[COUNT], gr[COUNT];
    for (size_t k = 0; k < ROW; k++) expected[k] = 0, back[k] = (double)gy[k];
    for (size_t e = 0; e < COUNT; e++) {
        along[e] = gr[e] = (double)e;
        for (size_t k = 0; k < ROW; k++) {
            size_t at = e * 3 * CHANNELS + part(k / CHANNELS) * CHANNELS + k % CHANNELS,
                   j = (size_t)neighbour[e] * ROW + k;
            expected[k] += (double)f[at] * (double)y[j];
            back[k] += (double)f[at] * (double)gm[j];
            along[e] += (double)slope[at] * (double)gm[j] * (double)y[k];
        }
    }
    ops->message(m, f, y, neighbour, COUNT, CHANNELS);
    ops->message_vjp(gy, gr, f, slope, gm, y, neighbour, COUNT, CHANNELS);
    CHECK_NEAR(difference(m, expected, ROW), 0, rounding);
    CHECK_NEAR(difference(gy, back, ROW), 0, rounding);
    for (size_t e = 0; e < COUNT; e++) CHECK_NEAR(gr[e], along[e], 20 * rounding);
    ops->message(m, f, y, neighbour, 0, CHANNELS);
    for (size_t k = 0; k < ROW; k++) CHECK(m[k] == 0);
    mofb__free(f), mofb__free(slope), mofb__free(y), mofb__free(gm), mofb__free(gy);
}

static void tests(void) {
    RUN(message__sums_and_gradients);
}

int main(void) {
    each_table(tests);
    return tap_end();
}
