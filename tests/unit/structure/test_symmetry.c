/* SPDX-License-Identifier: MIT */
#include "support/tap.h"

#include "base/mat3.h"
#include "structure/cell.h"
#include "structure/structure.h"
#include "structure/symmetry.h"
#include "support/failing.h"

/* Alpha quartz, P3_1 2 1 (152); its mirror image is 154. hand -1: the same crystal on (a, b, -c). */
static mofb_structure *quartz(int hand) {
    const double u = 0.4697, x = 0.4135, y = 0.2669, z = 0.1191, third = 1.0 / 3;
    const double f[27] = {u, 0, third,         0,     u,     2 * third,     -u,    -u,    0,
                          x, y, z + third,     -y,    x - y, z + 2 * third, y - x, -x,    z,
                          y, x, 2 * third - z, x - y, -y,    third - z,     -x,    y - x, -z};
    const int32_t numbers[9] = {14, 14, 14, 8, 8, 8, 8, 8, 8};
    double cell[9], positions[27];
    mofb_structure *s = NULL;
    if (mofb__cell_from_parameters(cell, (double[]){4.916, 4.916, 5.405}, (double[]){90, 90, 120}))
        return NULL;
    for (int i = 0; i < 9; i++) mofb__row_times(positions + 3 * i, f + 3 * i, cell);
    cell[8] *= hand;
    mofb_structure_new(&s, 9, numbers, positions, cell, NULL, NULL);
    return s;
}

/* Largest distance between an image of an atom under an operation and the nearest atom of its element. */
static double worst_match(const mofb_structure *s, const mofb__symmetry *y) {
    double inverse[9], worst = 0;
    if (mofb__inverse3(inverse, s->cell)) return INFINITY;
    for (size_t op = 0; op < y->n_operations; op++)
        for (size_t i = 0; i < s->n_atoms; i++) {
            double f[3], g[3], x[3], best = INFINITY;
            mofb__row_times(f, s->positions + 3 * i, inverse);
            for (size_t r = 0; r < 3; r++) {
                g[r] = y->translations[3 * op + r];
                for (size_t c = 0; c < 3; c++) g[r] += y->rotations[9 * op + 3 * r + c] * f[c];
            }
            mofb__row_times(x, g, s->cell);
            for (size_t j = 0; j < s->n_atoms; j++) {
                double d[3];
                if (s->numbers[i] != s->numbers[j]) continue;
                for (size_t k = 0; k < 3; k++) d[k] = s->positions[3 * j + k] - x[k];
                mofb__cell_minimum_image(d, NULL, s->cell, inverse, s->periodic);
                best = fmin(best, sqrt(mofb__dot(d, d)));
            }
            worst = fmax(worst, best);
        }
    return worst;
}

static void check_quartz(int hand) {
    mofb_structure *s = quartz(hand);
    mofb__symmetry y;
    int32_t number = 0;
    char symbol[16];
    CHECK(s != NULL);
    OK(mofb__symmetry_find(&y, s, 1e-3, NULL));
    CHECK(y.number == 152);
    CHECK(y.n_operations == 6);
    CHECK(!strcmp(y.symbol, "P3_121"));
    CHECK(worst_match(s, &y) < 1e-6);
    mofb__symmetry_free(&y);
    OK(mofb_structure_spacegroup(&number, symbol, sizeof symbol, s, 1e-3));
    CHECK(number == 152 && !strcmp(symbol, "P3_121"));
    mofb_structure_free(s);
}

TEST(symmetry__of_quartz) {
    check_quartz(1);
}

TEST(symmetry__of_quartz_on_a_left_handed_basis) {
    check_quartz(-1);
}

TEST(symmetry__of_rock_salt) {
    const double a = 5.64, cell[9] = {0, a / 2, a / 2, a / 2, 0, a / 2, a / 2, a / 2, 0};
    const double positions[6] = {0, 0, 0, a / 2, a / 2, a / 2};
    mofb_structure *s = NULL;
    mofb__symmetry y;
    OK(mofb_structure_new(&s, 2, (int32_t[]){11, 17}, positions, cell, NULL, NULL));
    OK(mofb__symmetry_find(&y, s, 1e-5, NULL));
    CHECK(y.number == 225 && y.n_operations == 48 && !strcmp(y.symbol, "Fm-3m"));
    CHECK(worst_match(s, &y) < 1e-9);
    mofb__symmetry_free(&y);
    mofb_structure_free(s);
}

TEST(symmetry__refuses) {
    mofb_structure *s = NULL, *q = quartz(1);
    mofb__symmetry y;
    OK(mofb_structure_new(&s, 1, (int32_t[]){11}, (double[]){0, 0, 0}, NULL, NULL, NULL));
    FAILS(mofb__symmetry_find(&y, s, 1e-5, NULL), MOFB_ERR_UNSUPPORTED, "not_periodic");
    FAILS(mofb__symmetry_find(&y, q, NAN, NULL), MOFB_ERR_INVALID, "out_of_range");
    mofb_structure_free(s);
    mofb_structure_free(q);
}

TEST(symmetry__survives_failing_allocations) {
    mofb_structure *s = quartz(1);
    mofb_status status = MOFB_ERR_NO_MEMORY;
    for (long left = 0; status && left < 20; left++) {
        failing f;
        mofb__symmetry y = {0};
        failing_init(&f, left);
        status = mofb__symmetry_find(&y, s, 1e-3, &f.allocator);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        if (!status) mofb__symmetry_free(&y);
        CHECK(f.live == 0);
    }
    CHECK(status == MOFB_OK);
    mofb_structure_free(s);
}

int main(void) {
    RUN(symmetry__of_quartz);
    RUN(symmetry__of_quartz_on_a_left_handed_basis);
    RUN(symmetry__of_rock_salt);
    RUN(symmetry__refuses);
    RUN(symmetry__survives_failing_allocations);
    return tap_end();
}
