/* SPDX-License-Identifier: MIT */
#include "support/tap.h"

#include "base/mat3.h"
#include "base/rng.h"
#include "structure/cell.h"

static double between(mofb__rng *r, double low, double high) {
    return low + (high - low) * mofb__rng_uniform(r);
}

TEST(cell__parameters_round_trip) {
    mofb__rng r;
    int made = 0;
    mofb__rng_seed(&r, 1);
    for (int k = 0; k < 200; k++) {
        double l[3], angle[3], cell[9], l2[3], angle2[3];
        for (int i = 0; i < 3; i++) l[i] = between(&r, 2, 40), angle[i] = between(&r, 30, 140);
        if (mofb__cell_from_parameters(cell, l, angle)) continue;
        made++;
        mofb__cell_parameters(l2, angle2, cell);
        for (int i = 0; i < 3; i++) {
            CHECK_NEAR(l2[i], l[i], 1e-10);
            CHECK_NEAR(angle2[i], angle[i], 1e-8);
        }
        CHECK(cell[1] == 0 && cell[2] == 0 && cell[5] == 0 && mofb__det3(cell) > 0);
    }
    CHECK(made > 50);
}

TEST(cell__orthogonal_cells_are_exact) {
    double cell[9], h[3];
    OK(mofb__cell_from_parameters(cell, (double[]){2, 3, 4}, (double[]){90, 90, 90}));
    for (int k = 0; k < 9; k++) CHECK(cell[k] == (k % 4 ? 0 : 2 + k / 4));
    CHECK(mofb__cell_volume(cell) == 24);
    mofb__cell_heights(h, cell);
    CHECK_NEAR(h[0], 2, 1e-14);
    CHECK_NEAR(h[1], 3, 1e-14);
    CHECK_NEAR(h[2], 4, 1e-14);
}

TEST(cell__refuses_what_is_none) {
    double cell[9];
    const double l[3] = {5, 5, 5}, good[3] = {90, 90, 90};
    FAILS(mofb__cell_from_parameters(cell, (double[]){5, 0, 5}, good), MOFB_ERR_INVALID, "bad_cell");
    FAILS(mofb__cell_from_parameters(cell, (double[]){5, NAN, 5}, good), MOFB_ERR_INVALID, "bad_cell");
    FAILS(mofb__cell_from_parameters(cell, l, (double[]){90, 180, 90}), MOFB_ERR_INVALID, "bad_cell");
    FAILS(mofb__cell_from_parameters(cell, l, (double[]){40, 40, 90}), MOFB_ERR_INVALID, "bad_cell");
    FAILS(mofb__cell_from_parameters(cell, l, (double[]){120, 120, 120}), MOFB_ERR_INVALID, "bad_cell");
}

TEST(cell__completes_missing_vectors) {
    mofb__rng r;
    mofb__rng_seed(&r, 2);
    for (int mask = 0; mask < 8; mask++) {
        double cell[9] = {0}, out[9];
        int32_t periodic[3];
        for (int k = 0; k < 3; k++) {
            periodic[k] = mask >> k & 1;
            for (int l = 0; l < 3 && periodic[k]; l++) cell[3 * k + l] = between(&r, 1, 9) * (k == l ? 3 : 1);
        }
        mofb__cell_complete(out, mask ? cell : NULL, periodic);
        for (int k = 0; k < 3; k++) {
            const double *v = out + 3 * k;
            if (periodic[k]) CHECK(!memcmp(v, cell + 3 * k, sizeof cell / 3));
            else CHECK_NEAR(mofb__dot(v, v), 1, 1e-12);
            for (int l = 0; l < 3 && !periodic[k]; l++)
                if (l != k) CHECK_NEAR(mofb__dot(v, out + 3 * l), 0, 1e-12);
        }
        CHECK(mofb__cell_volume(out) > 0.1);
    }
}

/* Shortest image by trying all shifts up to `reach`. */
static double brute(const double d[3], const double cell[9], const int32_t periodic[3], int reach) {
    double best = INFINITY;
    int m[3];
    for (int k = 0; k < 3; k++) m[k] = periodic[k] ? reach : 0;
    for (int a = -m[0]; a <= m[0]; a++)
        for (int b = -m[1]; b <= m[1]; b++)
            for (int c = -m[2]; c <= m[2]; c++) {
                double v[3], t[3] = {a, b, c};
                mofb__row_times(v, t, cell);
                for (int k = 0; k < 3; k++) v[k] += d[k];
                best = fmin(best, sqrt(mofb__dot(v, v)));
            }
    return best;
}

TEST(cell__minimum_image_is_exact_in_very_skewed_cells) {
    mofb__rng r;
    int beyond = 0;
    mofb__rng_seed(&r, 3);
    for (int round = 0; round < 300; round++) {
        double cell[9], inverse[9], d[3], before[3], back[3], f[3];
        int32_t shift[3], periodic[3];
        for (int k = 0; k < 9; k++)
            cell[k] = k % 4 == 0 ? between(&r, 3, 6) : k > k % 3 * 4 ? between(&r, -15, 15) : 0;
        for (int k = 0; k < 3; k++) periodic[k] = round % 3 == 0 ? mofb__rng_uniform(&r) < 0.6 : 1;
        OK(mofb__inverse3(inverse, cell));
        for (int k = 0; k < 3; k++) f[k] = between(&r, -0.5, 0.5) + (periodic[k] ? round % 2 * 3 : 0);
        mofb__row_times(d, f, cell);
        memcpy(before, d, sizeof d);
        mofb__cell_minimum_image(d, shift, cell, inverse, periodic);
        CHECK_NEAR(sqrt(mofb__dot(d, d)), brute(before, cell, periodic, 15), 1e-9);
        double s[3] = {shift[0], shift[1], shift[2]};
        mofb__row_times(back, s, cell);
        for (int k = 0; k < 3; k++) {
            CHECK_NEAR(before[k] + back[k], d[k], 1e-9);
            CHECK(periodic[k] || !shift[k]);
            beyond += fabs(f[k] + shift[k]) > 0.5 + 1e-9;
        }
    }
    CHECK(beyond > 20); /* rounding fractions would have been wrong */
}

TEST(cell__reduces_to_short_vectors) {
    static const int32_t all[3] = {1, 1, 1}, slab[3] = {1, 1, 0};
    mofb__rng r;
    mofb__rng_seed(&r, 11);
    for (int round = 0; round < 200; round++) {
        double cell[9], skewed[9], inverse[9], t[9], product = 1;
        for (int k = 0; k < 9; k++) cell[k] = between(&r, -1, 1) + (k % 4 ? 0 : 3 + k);
        memcpy(skewed, cell, sizeof cell);
        for (int step = 0; step < 12; step++) { /* vectors of the same lattice */
            int i = step % 3, j = (step + 1 + round % 2) % 3;
            double n = nearbyint(between(&r, -4, 4));
            for (int k = 0; k < 3; k++) skewed[3 * i + k] += n * skewed[3 * j + k];
        }
        mofb__cell_reduce(skewed, all);
        CHECK_NEAR(mofb__cell_volume(skewed), mofb__cell_volume(cell), 1e-6);
        for (int k = 0; k < 3; k++) product *= sqrt(mofb__dot(skewed + 3 * k, skewed + 3 * k));
        CHECK(product <= sqrt(2) * mofb__cell_volume(cell) * (1 + 1e-6)); /* of a Minkowski-reduced basis */
        OK(mofb__inverse3(inverse, cell));
        mofb__mul3(t, skewed, inverse);
        for (int k = 0; k < 9; k++) CHECK_NEAR(t[k], nearbyint(t[k]), 1e-6);
    }
    double layer[9] = {3, 0, 0, 30, 4, 0, 3, 0, 9};
    mofb__cell_reduce(layer, slab);
    CHECK(layer[3] == 0 && layer[4] == 4 && layer[6] == 3 && layer[8] == 9);
}

int main(void) {
    RUN(cell__reduces_to_short_vectors);
    RUN(cell__parameters_round_trip);
    RUN(cell__orthogonal_cells_are_exact);
    RUN(cell__refuses_what_is_none);
    RUN(cell__completes_missing_vectors);
    RUN(cell__minimum_image_is_exact_in_very_skewed_cells);
    return tap_end();
}
