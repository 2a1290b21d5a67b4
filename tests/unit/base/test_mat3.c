/* SPDX-License-Identifier: MIT */
#include "base/mat3.h"
#include "support/tap.h"

static const double m[9] = {4, 1, -2, 0.5, 3, 1, 2, -1, 5};

TEST(mat3__inverse_times_matrix_is_one) {
    double inv[9], one[9];
    OK(mofb__inverse3(inv, m));
    mofb__mul3(one, inv, m);
    for (int i = 0; i < 9; i++) CHECK_NEAR(one[i], i % 4 == 0, 1e-14);
}

TEST(mat3__singular_is_refused) {
    const double z[9] = {1, 2, 3, 2, 4, 6, 0, 0, 1};
    double inv[9] = {7};
    FAILS(mofb__inverse3(inv, z), MOFB_ERR_INVALID, "singular_matrix");
    CHECK(inv[0] == 7);
}

TEST(mat3__eigenvectors_diagonalise) {
    const double s[9] = {2, -1, 0.3, -1, 3, 0.7, 0.3, 0.7, -4};
    double w[3], v[9];
    mofb__eigh3(w, v, s);
    CHECK(w[0] <= w[1] && w[1] <= w[2]);
    for (int k = 0; k < 3; k++) {
        double sv[3];
        mofb__row_times(sv, v + 3 * k, s);
        for (int i = 0; i < 3; i++) CHECK_NEAR(sv[i], w[k] * v[3 * k + i], 1e-13);
        CHECK_NEAR(mofb__dot(v + 3 * k, v + 3 * k), 1, 1e-14);
    }
}

int main(void) {
    RUN(mat3__inverse_times_matrix_is_one);
    RUN(mat3__singular_is_refused);
    RUN(mat3__eigenvectors_diagonalise);
    return tap_end();
}
