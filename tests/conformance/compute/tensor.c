/* SPDX-License-Identifier: MIT */
/* Against whole 3×3 matrices, written down as in the paper; gradients by differences of those. */
#include "ops.h"

enum { ROWS = 2, CHANNELS = 16, N = ROWS * 9 * CHANNELS, SMALL = ROWS * CHANNELS };
static double given[N]; /* the operand a gradient is not taken by */

static size_t part(size_t component) {
    return component == 0 ? 0 : component < 4 ? 1 : 2;
}

static void to_matrix(double m[3][3], const double *x) {
    const double s = x[0], a = x[CHANNELS], b = x[2 * CHANNELS], c = x[3 * CHANNELS], xx = x[4 * CHANNELS],
                 yy = x[5 * CHANNELS];
    const double xy = x[6 * CHANNELS], xz = x[7 * CHANNELS], yz = x[8 * CHANNELS];
    const double full[3][3] = {
        {s + xx, xy - c, xz + b}, {xy + c, s + yy, yz - a}, {xz - b, yz + a, s - xx - yy}};
    memcpy(m, full, sizeof full);
}

static void from_matrix(double *x, const double m[3][3]) {
    double s = (m[0][0] + m[1][1] + m[2][2]) / 3;
    x[0] = s, x[CHANNELS] = (m[2][1] - m[1][2]) / 2, x[2 * CHANNELS] = (m[0][2] - m[2][0]) / 2;
    x[3 * CHANNELS] = (m[1][0] - m[0][1]) / 2, x[4 * CHANNELS] = m[0][0] - s, x[5 * CHANNELS] = m[1][1] - s;
    x[6 * CHANNELS] = (m[0][1] + m[1][0]) / 2, x[7 * CHANNELS] = (m[0][2] + m[2][0]) / 2,
          x[8 * CHANNELS] = (m[1][2] + m[2][1]) / 2;
}

static double norm_of(const double m[3][3]) {
    double sum = 0;
    for (int k = 0; k < 9; k++) sum += m[k / 3][k % 3] * m[k / 3][k % 3];
    return sum;
}

static void add_product(double c[3][3], const double a[3][3], const double b[3][3]) {
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            for (int k = 0; k < 3; k++) c[i][j] += a[i][k] * b[k][j];
}

static size_t place(size_t k) {
    return k / CHANNELS * 9 * CHANNELS + k % CHANNELS;
}

static void norms(double *y, const double *x) {
    for (size_t k = 0; k < SMALL; k++) {
        double m[3][3];
        to_matrix(m, x + place(k));
        y[k] = norm_of(m);
    }
}

static void norms_of_parts(double *y, const double *x) {
    for (size_t k = 0; k < SMALL; k++)
        for (size_t p = 0; p < 3; p++) {
            double m[3][3], only[9 * CHANNELS] = {0};
            for (size_t c = 0; c < 9; c++)
                if (part(c) == p) only[c * CHANNELS] = x[place(k) + c * CHANNELS];
            to_matrix(m, only);
            y[k / CHANNELS * 3 * CHANNELS + p * CHANNELS + k % CHANNELS] = norm_of(m);
        }
}

static void normalised(double *y, const double *x) {
    for (size_t k = 0; k < SMALL; k++) {
        double m[3][3];
        to_matrix(m, x + place(k));
        for (size_t c = 0; c < 9; c++)
            y[place(k) + c * CHANNELS] = x[place(k) + c * CHANNELS] / (norm_of(m) + 1);
    }
}

static void product(double *q, const double *m, const double *y) {
    for (size_t k = 0; k < SMALL; k++) {
        double a[3][3], b[3][3], p[3][3] = {{0}};
        to_matrix(a, m + place(k));
        to_matrix(b, y + place(k));
        add_product(p, a, b);
        add_product(p, b, a);
        double n = norm_of(p) + 1;
        for (int i = 0; i < 9; i++) p[i / 3][i % 3] /= n;
        from_matrix(q + place(k), p);
    }
}

static void product_by_m(double *q, const double *m) {
    product(q, m, given);
}

static void product_by_y(double *q, const double *y) {
    product(q, given, y);
}

static void update(double *out, const double *d) {
    for (size_t k = 0; k < SMALL; k++) {
        double m[3][3], square[3][3] = {{0}};
        to_matrix(m, d + place(k));
        add_product(square, m, m);
        from_matrix(out + place(k), square);
        for (size_t c = 0; c < 9; c++)
            out[place(k) + c * CHANNELS] += given[place(k) + c * CHANNELS] + d[place(k) + c * CHANNELS];
    }
}

/* Random operands shared by the tests. */
static REAL x[N], y[N], g[N], out[N], other[N], small[3 * SMALL], small_g[3 * SMALL];
static double xd[N], yd[N], gd[N], expected[N], small_gd[3 * SMALL];

static void set_up(void) {
    REAL *r = numbers(3 * N + 3 * SMALL, 9);
    memcpy(x, r, sizeof x), memcpy(y, r + N, sizeof y), memcpy(g, r + 2 * N, sizeof g),
        memcpy(small_g, r + 3 * N, sizeof small_g);
    for (size_t k = 0; k < N; k++) xd[k] = (double)x[k], yd[k] = (double)y[k], gd[k] = (double)g[k];
    for (size_t k = 0; k < 3 * SMALL; k++) small_gd[k] = (double)small_g[k];
    mofb__free(r);
}

static void check_gradient(const REAL *found, void (*f)(double *, const double *), const double *at,
                           const double *by, size_t m) {
    double *grad = gradient_of(f, at, N, by, m);
    CHECK_NEAR(difference(found, grad, N), 0, by_difference);
    mofb__free(grad);
}

TEST(tensor__norms) {
    set_up();
    norms(expected, xd);
    ops->tensor_norm(small, x, ROWS, CHANNELS);
    CHECK_NEAR(difference(small, expected, SMALL), 0, rounding);
    memset(out, 0, sizeof out);
    ops->tensor_norm_vjp(out, small_g, x, ROWS, CHANNELS);
    check_gradient(out, norms, xd, small_gd, SMALL);
    norms_of_parts(expected, xd);
    ops->tensor_parts(small, x, ROWS, CHANNELS);
    CHECK_NEAR(difference(small, expected, 3 * SMALL), 0, rounding);
    ops->tensor_parts_vjp(out, small_g, x, ROWS, CHANNELS);
    check_gradient(out, norms_of_parts, xd, small_gd, 3 * SMALL);
}

TEST(tensor__normalise) {
    set_up();
    normalised(expected, xd);
    ops->tensor_normalise(out, small, x, ROWS, CHANNELS);
    CHECK_NEAR(difference(out, expected, N), 0, rounding);
    ops->tensor_normalise_vjp(other, g, out, small, ROWS, CHANNELS);
    check_gradient(other, normalised, xd, gd, N);
}

TEST(tensor__scale) {
    set_up();
    ops->tensor_scale(out, small_g, x, ROWS, CHANNELS);
    ops->tensor_scale_vjp(other, small, g, small_g, x, ROWS, CHANNELS);
    for (size_t k = 0; k < SMALL; k++) {
        double sum[3] = {0};
        for (size_t c = 0; c < 9; c++) {
            size_t at = place(k) + c * CHANNELS,
                   s = k / CHANNELS * 3 * CHANNELS + part(c) * CHANNELS + k % CHANNELS;
            CHECK_NEAR((double)out[at], xd[at] * small_gd[s], rounding);
            CHECK_NEAR((double)other[at], gd[at] * small_gd[s], rounding);
            sum[part(c)] += xd[at] * gd[at];
        }
        for (size_t p = 0; p < 3; p++)
            CHECK_NEAR((double)small[k / CHANNELS * 3 * CHANNELS + p * CHANNELS + k % CHANNELS], sum[p],
                       rounding);
    }
}

TEST(tensor__product) {
    set_up();
    product(expected, xd, yd);
    ops->tensor_product(out, x, y, ROWS, CHANNELS);
    CHECK_NEAR(difference(out, expected, N), 0, rounding);
    ops->tensor_product_vjp(out, other, g, x, y, ROWS, CHANNELS);
    memcpy(given, yd, sizeof given);
    check_gradient(out, product_by_m, xd, gd, N);
    memcpy(given, xd, sizeof given);
    check_gradient(other, product_by_y, yd, gd, N);
    /* gradients in the operands' places */
    ops->tensor_product_vjp(x, g, g, x, y, ROWS, CHANNELS);
    CHECK(!memcmp(x, out, sizeof x) && !memcmp(g, other, sizeof g));
}

TEST(tensor__update) {
    set_up();
    memcpy(given, yd, sizeof given);
    update(expected, xd);
    ops->tensor_update(out, y, x, ROWS, CHANNELS);
    CHECK_NEAR(difference(out, expected, N), 0, rounding);
    ops->tensor_update_vjp(other, g, x, ROWS, CHANNELS);
    check_gradient(other, update, xd, gd, N);
}

TEST(tensor__embed) {
    enum { ONE = 9 * CHANNELS };
    REAL *radial = numbers(12 * CHANNELS, 1), *z = numbers(CHANNELS, 2), *gx = numbers(ONE, 3),
         *sum = numbers(ONE, 4), *h = numbers(36, 5);
    double *sums = widened(h, 36), *found = widened(sum, ONE), gsums[36], back[36] = {0};
    const NAME(mofb__embedding) e = {CHANNELS, radial};
    for (size_t k = 0; k < ONE; k++)
        for (size_t q = 0; q < 4; q++) {
            size_t c = k % CHANNELS;
            double w = (double)radial[(4 * part(k / CHANNELS) + q) * CHANNELS + c] * (double)z[c];
            found[k] += w * sums[9 * q + k / CHANNELS];
            back[9 * q + k / CHANNELS] += w * (double)gx[k];
        }
    ops->tensor_embed(sum, &e, z, sums);
    CHECK_NEAR(difference(sum, found, ONE), 0, rounding);
    ops->tensor_embed_vjp(gsums, &e, z, gx);
    for (int k = 0; k < 36; k++) CHECK_NEAR(gsums[k], back[k], rounding * 10);
    mofb__free(radial), mofb__free(z), mofb__free(gx), mofb__free(sum), mofb__free(h), mofb__free(sums),
        mofb__free(found);
}

static void tests(void) {
    RUN(tensor__norms);
    RUN(tensor__normalise);
    RUN(tensor__scale);
    RUN(tensor__product);
    RUN(tensor__update);
    RUN(tensor__embed);
}

int main(void) {
    each_table(tests);
    return tap_end();
}
