/* SPDX-License-Identifier: MIT */
#include "structure/rmsd.h"

#include "support/tap.h"

static const double cell[9] = {9, 0, 0, 2, 8, 0, 1, -1, 10};
static const double start[12] = {0.5, 0.4, 0.3, 4, 2, 1, 3, 5, 7, 8, 6, 9};
static const int32_t numbers[4] = {6, 8, 6, 1};

static double rmsd(const mofb_structure *s, const double *x, const double *c) {
    double out = NAN;
    mofb_status status = mofb__rmsd(&out, s, x, c);
    return status ? NAN : out;
}

TEST(rmsd__knows_displacements_translations_and_images) {
    mofb_structure *s;
    double x[12];
    OK(mofb_structure_new(&s, 4, numbers, start, cell, NULL, NULL));
    CHECK_NEAR(rmsd(s, start, NULL), 0, 1e-14);
    memcpy(x, start, sizeof x);
    x[0] += 0.3, x[3] -= 0.3; /* no net translation */
    CHECK_NEAR(rmsd(s, x, NULL), sqrt(2 * 0.09 / 4), 1e-13);
    for (int i = 0; i < 4; i++) x[3 * i] += 4.4, x[3 * i + 1] -= 3.7; /* about half a cell */
    CHECK_NEAR(rmsd(s, x, NULL), sqrt(2 * 0.09 / 4), 1e-12);
    for (int k = 0; k < 3; k++) x[6 + k] += cell[k] - 2 * cell[6 + k]; /* another image */
    CHECK_NEAR(rmsd(s, x, NULL), sqrt(2 * 0.09 / 4), 1e-12);
    mofb_structure_free(s);
}

TEST(rmsd__strain_does_not_count) {
    const double strain[9] = {1.1, 0.02, 0, 0, 0.95, 0.01, 0.03, 0, 1.2};
    mofb_structure *s;
    double x[12], c[9];
    OK(mofb_structure_new(&s, 4, numbers, start, cell, NULL, NULL));
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 3; k++)
            x[3 * i + k] = start[3 * i] * strain[k] + start[3 * i + 1] * strain[3 + k] +
                           start[3 * i + 2] * strain[6 + k];
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            c[3 * i + k] =
                cell[3 * i] * strain[k] + cell[3 * i + 1] * strain[3 + k] + cell[3 * i + 2] * strain[6 + k];
    CHECK_NEAR(rmsd(s, x, c), 0, 1e-13);
    mofb_structure_free(s);
}

/* Turned by 2.1 about (1, 2, 2)/3, moved, and one atom displaced: without a cell the alignment undoes the rest. */
TEST(rmsd_aligned__undoes_rotation_and_translation) {
    const double angle = 2.1, u[3] = {1.0 / 3, 2.0 / 3, 2.0 / 3};
    mofb_structure *s;
    double x[12], out, c = cos(angle), sn = sin(angle);
    OK(mofb_structure_new(&s, 4, numbers, start, NULL, NULL, NULL));
    for (int i = 0; i < 4; i++) {
        const double *p = start + 3 * i;
        double dot = p[0] * u[0] + p[1] * u[1] + p[2] * u[2];
        double cross[3] = {u[1] * p[2] - u[2] * p[1], u[2] * p[0] - u[0] * p[2], u[0] * p[1] - u[1] * p[0]};
        for (int k = 0; k < 3; k++)
            x[3 * i + k] = c * p[k] + sn * cross[k] + (1 - c) * dot * u[k] + 5 * k - 3;
    }
    OK(mofb__rmsd_aligned(&out, s, x));
    CHECK_NEAR(out, 0, 1e-13);
    /* a mirror image cannot be turned into the original */
    for (int i = 0; i < 4; i++) x[3 * i] = -x[3 * i];
    OK(mofb__rmsd_aligned(&out, s, x));
    CHECK(out > 0.1);
    mofb_structure_free(s);
}

int main(void) {
    RUN(rmsd__knows_displacements_translations_and_images);
    RUN(rmsd__strain_does_not_count);
    RUN(rmsd_aligned__undoes_rotation_and_translation);
    return tap_end();
}
