/* SPDX-License-Identifier: MIT */
#include "support/tap.h"

#include "structure/structure.h"
#include "support/failing.h"

static const double cube[9] = {5, 0, 0, 0, 5, 0, 0, 0, 5};
static const double pair[6] = {0, 0, 0, 1, 2, 3};
static const int32_t zinc_oxide[2] = {30, 8};

TEST(structure__carries_what_it_was_given) {
    mofb_structure *s = NULL;
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, NULL, NULL));
    CHECK(mofb_structure_count(s) == 2);
    CHECK(!memcmp(mofb_structure_numbers(s), zinc_oxide, sizeof zinc_oxide));
    CHECK(!memcmp(mofb_structure_positions(s), pair, sizeof pair));
    CHECK(!memcmp(mofb_structure_cell(s), cube, sizeof cube));
    CHECK(mofb_structure_periodic(s)[0] == 1 && mofb_structure_periodic(s)[2] == 1);
    CHECK_NEAR(mofb_structure_volume(s), 125, 1e-12);
    CHECK_NEAR(mofb_structure_mass(s), 65.38 + 15.999, 1e-12);
    CHECK(!strcmp(mofb_structure_name(s), ""));
    mofb_structure_free(s);
}

TEST(structure__without_a_cell) {
    mofb_structure *s = NULL;
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, NULL, NULL, NULL));
    CHECK(mofb_structure_cell(s) == NULL && mofb_structure_volume(s) == 0);
    CHECK(mofb_structure_periodic(s)[0] == 0);
    mofb_structure_free(s);
    FAILS(mofb_structure_new(&s, 2, zinc_oxide, pair, NULL, (int32_t[]){1, 0, 0}, NULL), MOFB_ERR_INVALID,
          "bad_cell");
}

TEST(structure__hash_is_over_little_endian_numbers) {
    mofb_structure *s = NULL, *other = NULL;
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, NULL, NULL));
    /* sha256 of struct.pack("<2i6d9d3i", 30, 8, 0, 0, 0, 1, 2, 3, 5, 0, 0, 0, 5, 0, 0, 0, 5, 1, 1, 1) */
    CHECK(!strcmp(mofb_structure_sha256(s),
                  "05d03ec9e76bb123d97ee4b09f31b9a92f7389dfc29966c44b2f8329f4255af1"));
    OK(mofb_structure_new(&other, 2, zinc_oxide, pair, cube, (int32_t[]){1, 1, 0}, NULL));
    CHECK(strcmp(mofb_structure_sha256(s), mofb_structure_sha256(other)));
    mofb_structure_free(s);
    mofb_structure_free(other);
}

TEST(structure__left_handed_cells_are_kept) {
    mofb_structure *s = NULL;
    double left[9] = {5, 0, 0, 0, 5, 0, 0, 0, -5};
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, left, NULL, NULL));
    CHECK_NEAR(mofb_structure_volume(s), 125, 1e-12);
    CHECK(mofb_structure_cell(s)[8] == -5);
    mofb_structure_free(s);
}

TEST(structure__references_are_counted) {
    failing f;
    mofb_structure *s = NULL;
    mofb_structure_options o;
    failing_init(&f, -1);
    mofb_structure_options_init(&o, sizeof o);
    o.allocator = &f.allocator;
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, NULL, &o));
    CHECK(mofb_structure_ref(s) == s);
    mofb_structure_free(s);
    CHECK(mofb_structure_count(s) == 2 && f.live > 0);
    mofb_structure_free(s);
    CHECK(f.live == 0);
    mofb_structure_free(NULL);
}

TEST(structure__bad_input_is_refused_by_name) {
    mofb_structure *s = NULL;
    double flat[9] = {5, 0, 0, 0, 5, 0, 5, 5, 0}, x[6] = {0, 0, 0, 1, NAN, 0}, bad[9];
    FAILS(mofb_structure_new(&s, 0, NULL, NULL, cube, NULL, NULL), MOFB_ERR_INVALID, "no_atoms");
    FAILS(mofb_structure_new(NULL, 2, zinc_oxide, pair, cube, NULL, NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_structure_new(&s, 2, (int32_t[]){30, 119}, pair, cube, NULL, NULL), MOFB_ERR_INVALID,
          "unknown_element");
    CHECK(strstr(mofb_error_message(), "atom 2") && strstr(mofb_error_message(), "119"));
    FAILS(mofb_structure_new(&s, 2, zinc_oxide, pair, flat, NULL, NULL), MOFB_ERR_INVALID, "bad_cell");
    FAILS(mofb_structure_new(&s, 2, zinc_oxide, x, cube, NULL, NULL), MOFB_ERR_INVALID, "not_finite");
    CHECK(strstr(mofb_error_message(), "atom 2 (O)"));
    memcpy(bad, cube, sizeof bad);
    bad[4] = INFINITY;
    FAILS(mofb_structure_new(&s, 2, zinc_oxide, pair, bad, NULL, NULL), MOFB_ERR_INVALID, "not_finite");
    FAILS(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, (int32_t[]){1, 2, 0}, NULL), MOFB_ERR_INVALID,
          "bad_argument");
    CHECK(s == NULL);
}

TEST(structure__atoms_too_close) {
    mofb_structure *s = NULL;
    mofb_structure_options o;
    double x[6] = {0.02, 1, 1, 4.97, 1, 1}; /* 0.05 Å through the face */
    FAILS(mofb_structure_new(&s, 2, zinc_oxide, x, cube, NULL, NULL), MOFB_ERR_INVALID, "atoms_too_close");
    CHECK(strstr(mofb_error_message(), "1 (Zn)") && strstr(mofb_error_message(), "2 (O)"));
    CHECK(strstr(mofb_error_message(), "0.05 A"));
    OK(mofb_structure_new(&s, 2, zinc_oxide, x, cube, (int32_t[]){0, 1, 1}, NULL));
    mofb_structure_free(s);
    mofb_structure_options_init(&o, sizeof o);
    o.min_distance = 0.049;
    OK(mofb_structure_new(&s, 2, zinc_oxide, x, cube, NULL, &o));
    mofb_structure_free(s);
    o.min_distance = 5.1;
    FAILS(mofb_structure_new(&s, 1, zinc_oxide, x, cube, NULL, &o), MOFB_ERR_INVALID, "atoms_too_close");
    CHECK(strstr(mofb_error_message(), "image of itself"));
    o.min_distance = 5;
    OK(mofb_structure_new(&s, 1, zinc_oxide, x, cube, NULL, &o)); /* not closer than */
    mofb_structure_free(s);
    o.min_distance = NAN;
    FAILS(mofb_structure_new(&s, 1, zinc_oxide, x, cube, NULL, &o), MOFB_ERR_INVALID, "out_of_range");
}

TEST(structure__moved) {
    mofb_structure *s = NULL, *t = NULL;
    double x[6] = {0, 0, 0, 1, 1, 1}, bigger[9] = {6, 0, 0, 0, 6, 0, 0, 0, 6};
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, (int32_t[]){1, 1, 0}, NULL));
    OK(mofb__structure_moved(&t, s, x, NULL, NULL));
    CHECK(!memcmp(mofb_structure_positions(t), x, sizeof x) && mofb_structure_volume(t) == 125);
    CHECK(mofb_structure_periodic(t)[2] == 0);
    mofb_structure_free(t);
    OK(mofb__structure_moved(&t, s, x, bigger, NULL));
    CHECK(mofb_structure_volume(t) == 216);
    mofb_structure_free(t);
    x[0] = NAN;
    FAILS(mofb__structure_moved(&t, s, x, NULL, NULL), MOFB_ERR_INVALID, "not_finite");
    mofb_structure_free(s);
}

TEST(structure__survives_failing_allocations) {
    mofb_status status = MOFB_ERR_NO_MEMORY;
    for (long left = 0; status && left < 200; left++) {
        failing f;
        mofb_structure *s = NULL, *t = NULL;
        mofb_structure_options o;
        failing_init(&f, left);
        mofb_structure_options_init(&o, sizeof o);
        o.allocator = &f.allocator;
        status = mofb_structure_new(&s, 2, zinc_oxide, pair, cube, NULL, &o);
        if (!status) status = mofb__structure_moved(&t, s, pair, NULL, &f.allocator);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        mofb_structure_free(t);
        mofb_structure_free(s);
        CHECK(f.live == 0);
    }
    CHECK(status == MOFB_OK);
}

TEST(structure__options_of_another_age) {
    mofb_structure *s = NULL;
    struct {
        mofb_structure_options o;
        double more;
    } newer = {.o = {.struct_size = sizeof newer}};
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, NULL, &newer.o));
    mofb_structure_free(s);
    newer.more = 1;
    FAILS(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, NULL, &newer.o), MOFB_ERR_ABI, "struct_newer");
    newer.o.struct_size = offsetof(mofb_structure_options, disorder); /* an old caller */
    newer.o.disorder = 99;
    OK(mofb_structure_new(&s, 2, zinc_oxide, pair, cube, NULL, &newer.o));
    mofb_structure_free(s);
}

int main(void) {
    RUN(structure__carries_what_it_was_given);
    RUN(structure__without_a_cell);
    RUN(structure__hash_is_over_little_endian_numbers);
    RUN(structure__left_handed_cells_are_kept);
    RUN(structure__references_are_counted);
    RUN(structure__bad_input_is_refused_by_name);
    RUN(structure__atoms_too_close);
    RUN(structure__moved);
    RUN(structure__survives_failing_allocations);
    RUN(structure__options_of_another_age);
    return tap_end();
}
