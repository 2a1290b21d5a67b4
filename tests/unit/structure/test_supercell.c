/* SPDX-License-Identifier: MIT */
#include "support/tap.h"

#include "base/mat3.h"
#include "base/rng.h"
#include "structure/cell.h"
#include "structure/nlist.h"
#include "structure/structure.h"
#include "structure/supercell.h"
#include "support/failing.h"

static const double cell[9] = {4, 0, 0, 1, 5, 0, 0.5, -0.3, 6};
static const double positions[9] = {0.1, 0.2, 0.3, 2, 2, 2, 1, 3, 5};
static const int32_t numbers[3] = {30, 8, 6};

static mofb_structure *small(const int32_t *periodic) {
    mofb_structure *s = NULL;
    mofb_structure_new(&s, 3, numbers, positions, cell, periodic, NULL);
    return s;
}

/* Full edges per atom of the parent, within 7 Å; they must not depend on the description. */
static int edge_counts(size_t counts[3], const mofb_structure *s) {
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    if (mofb__nlist_new(&list, s->n_atoms, MOFB_EDGES_FULL, 7, 0, s->periodic, NULL)) return 0;
    int good = !mofb__nlist_update(&e, list, s->positions, s->cell, 1);
    for (size_t i = 0; good && i < s->n_atoms; i++) {
        size_t n = e->first[i + 1] - e->first[i];
        if (i < 3) counts[i] = n;
        good = n == counts[i % 3];
    }
    mofb__nlist_free(list);
    return good;
}

TEST(supercell__diagonal_order) {
    mofb_structure *s = small(NULL), *big = NULL;
    const int32_t repeats[9] = {2, 0, 0, 0, 3, 0, 0, 0, 2};
    OK(mofb_structure_supercell(&big, s, repeats));
    CHECK(big->n_atoms == 36);
    CHECK_NEAR(big->volume, 12 * s->volume, 1e-9);
    CHECK_NEAR(big->mass, 12 * s->mass, 1e-9);
    for (size_t a = 0; a < 2; a++)
        for (size_t b = 0; b < 3; b++)
            for (size_t c = 0; c < 2; c++)
                for (size_t i = 0; i < 3; i++) {
                    size_t at = ((a * 3 + b) * 2 + c) * 3 + i;
                    double t[3] = {(double)a, (double)b, (double)c}, offset[3];
                    mofb__row_times(offset, t, cell);
                    CHECK(big->numbers[at] == numbers[i]);
                    for (size_t k = 0; k < 3; k++)
                        CHECK_NEAR(big->positions[3 * at + k], positions[3 * i + k] + offset[k], 1e-12);
                }
    mofb_structure_free(big);
    mofb_structure_free(s);
}

TEST(supercell__any_matrix_describes_the_same_crystal) {
    mofb_structure *s = small(NULL);
    size_t wanted[3], counts[3];
    mofb__rng r;
    int made = 0;
    mofb__rng_seed(&r, 4);
    CHECK(edge_counts(wanted, s));
    while (made < 60) {
        int32_t repeats[9];
        double m[9], h[3];
        for (int k = 0; k < 9; k++) m[k] = repeats[k] = (int32_t)(mofb__rng_u64(&r) % 7) - 3;
        double images = fabs(mofb__det3(m));
        if (images < 0.5 || images > 30) continue;
        mofb_structure *big = NULL;
        OK(mofb_structure_supercell(&big, s, repeats));
        made++;
        CHECK(big->n_atoms == 3 * (size_t)(images + 0.5));
        CHECK_NEAR(big->volume, images * s->volume, 1e-8);
        mofb__cell_heights(h, big->cell);
        CHECK(edge_counts(counts, big) && !memcmp(counts, wanted, sizeof wanted));
        mofb_structure_free(big);
    }
    mofb_structure_free(s);
}

TEST(supercell__identity_keeps_the_hash) {
    mofb_structure *s = small(NULL), *same = NULL;
    OK(mofb_structure_supercell(&same, s, (int32_t[]){1, 0, 0, 0, 1, 0, 0, 0, 1}));
    CHECK(!strcmp(mofb_structure_sha256(s), mofb_structure_sha256(same)));
    mofb_structure_free(same);
    mofb_structure_free(s);
}

TEST(supercell__repeats_arrays) {
    mofb_structure *s = NULL, *big = NULL;
    const double *values;
    size_t width = 0;
    mofb__draft d = {.n_atoms = 3, .has_cell = true, .periodic = {1, 1, 1}, .n_arrays = 1};
    d.numbers = mofb__memdup(NULL, numbers, sizeof numbers);
    d.positions = mofb__memdup(NULL, positions, sizeof positions);
    memcpy(d.cell, cell, sizeof cell);
    d.arrays = mofb__calloc(NULL, 1, sizeof *d.arrays);
    d.arrays->name = mofb__strdup(NULL, "pairs");
    d.arrays->width = 2;
    d.arrays->values = mofb__memdup(NULL, (double[]){1, 2, 3, 4, 5, 6}, 6 * sizeof(double));
    OK(mofb__structure_build(&s, &d, 0));
    OK(mofb_structure_supercell(&big, s, (int32_t[]){1, 0, 0, 0, 2, 0, 0, 0, 1}));
    OK(mofb_structure_array(&values, &width, big, "pairs"));
    CHECK(width == 2);
    for (int k = 0; k < 12; k++) CHECK(values[k] == k % 6 + 1);
    FAILS(mofb_structure_array(&values, &width, big, "charges"), MOFB_ERR_NOT_FOUND, "no_array");
    mofb_structure_free(big);
    mofb_structure_free(s);
}

TEST(supercell__refuses) {
    mofb_structure *slab = small((int32_t[]){1, 1, 0}), *bulk = small(NULL), *gas = NULL, *out = NULL;
    OK(mofb_structure_new(&gas, 3, numbers, positions, NULL, NULL, NULL));
    FAILS(mofb_structure_supercell(&out, gas, (int32_t[]){1, 0, 0, 0, 1, 0, 0, 0, 1}), MOFB_ERR_UNSUPPORTED,
          "no_cell");
    FAILS(mofb_structure_supercell(&out, slab, (int32_t[]){1, 0, 0, 0, 1, 0, 0, 0, 2}), MOFB_ERR_INVALID,
          "bad_repeats");
    FAILS(mofb_structure_supercell(&out, slab, (int32_t[]){1, 2, 0, 2, 4, 0, 0, 0, 1}), MOFB_ERR_INVALID,
          "bad_repeats");
    FAILS(mofb_structure_supercell(&out, bulk, (int32_t[]){10000, 0, 0, 0, 10000, 0, 0, 0, 10000}),
          MOFB_ERR_INVALID, "bad_repeats");
    FAILS(mofb_structure_supercell(&out, slab, (int32_t[]){INT32_MAX, 0, 0, 0, 1, 0, 0, 0, 1}),
          MOFB_ERR_INVALID, "bad_repeats");
    OK(mofb_structure_supercell(&out, slab, (int32_t[]){1, 1, 0, -1, 1, 0, 0, 0, 1}));
    CHECK(out->n_atoms == 6 && !out->periodic[2]);
    mofb_structure_free(out);
    mofb_structure_free(slab);
    mofb_structure_free(bulk);
    mofb_structure_free(gas);
}

TEST(supercell__survives_failing_allocations) {
    mofb_structure *s = small(NULL);
    mofb_status status = MOFB_ERR_NO_MEMORY;
    for (long left = 0; status && left < 100; left++) {
        failing f;
        mofb_structure *big = NULL;
        failing_init(&f, left);
        status = mofb__supercell(&big, s, (int32_t[]){2, 0, 0, 0, 2, 0, 0, 0, 2}, &f.allocator);
        CHECK(status == MOFB_OK || (status == MOFB_ERR_NO_MEMORY && !big));
        mofb_structure_free(big);
        CHECK(f.live == 0);
    }
    CHECK(status == MOFB_OK);
    mofb_structure_free(s);
}

int main(void) {
    RUN(supercell__diagonal_order);
    RUN(supercell__any_matrix_describes_the_same_crystal);
    RUN(supercell__identity_keeps_the_hash);
    RUN(supercell__repeats_arrays);
    RUN(supercell__refuses);
    RUN(supercell__survives_failing_allocations);
    return tap_end();
}
