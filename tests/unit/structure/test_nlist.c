/* SPDX-License-Identifier: MIT */
#include "support/tap.h"

#include "base/mat3.h"
#include "base/rng.h"
#include "structure/cell.h"
#include "structure/nlist.h"
#include "support/failing.h"

enum { MOST = 64 };

typedef struct scene {
    size_t n;
    double x[3 * MOST], cell[9];
    int32_t periodic[3];
} scene;

static double between(mofb__rng *r, double low, double high) {
    return low + (high - low) * mofb__rng_uniform(r);
}

/* A random triclinic cell, skewed by up to `skew`, with atoms in it and up to `out` cells outside. */
static void random_scene(scene *s, mofb__rng *r, size_t n, double size, double skew, double out) {
    double f[3];
    s->n = n;
    do {
        for (int k = 0; k < 9; k++)
            s->cell[k] = k % 4 == 0 ? between(r, 0.5, 1) * size : between(r, -skew, skew) * size;
    } while (mofb__cell_volume(s->cell) < 0.02 * size * size * size);
    for (int k = 0; k < 3; k++) s->periodic[k] = mofb__rng_uniform(r) < 0.7;
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < 3; k++) f[k] = mofb__rng_uniform(r) + floor(between(r, -out, out + 1));
        mofb__row_times(s->x + 3 * i, f, s->cell);
    }
}

static int32_t span(double a, double b) {
    return (int32_t)ceil(a + b) + 1;
}

/* Compares edges with all pairs tried one by one in (i, j, S) order; returns how many there should be, or
   SIZE_MAX at the first difference. */
static size_t compare(const mofb_edges *e, const scene *s, double cutoff, bool half) {
    double h[3], inverse[9], f[3], d[3];
    size_t n = 0;
    int32_t m[3], t[3];
    if (mofb__inverse3(inverse, s->cell)) return SIZE_MAX;
    mofb__cell_heights(h, s->cell);
    for (size_t i = 0; i < s->n; i++) {
        if (e->first[i] != n) return SIZE_MAX;
        for (size_t j = half ? i : 0; j < s->n; j++) {
            for (int k = 0; k < 3; k++) d[k] = s->x[3 * j + (size_t)k] - s->x[3 * i + (size_t)k];
            mofb__row_times(f, d, inverse);
            for (int k = 0; k < 3; k++) m[k] = s->periodic[k] ? span(cutoff / h[k], fabs(f[k])) : 0;
            for (t[0] = -m[0]; t[0] <= m[0]; t[0]++)
                for (t[1] = -m[1]; t[1] <= m[1]; t[1]++)
                    for (t[2] = -m[2]; t[2] <= m[2]; t[2]++) {
                        double v[3], ts[3] = {t[0], t[1], t[2]};
                        bool zero = !t[0] && !t[1] && !t[2];
                        bool after = t[0] > 0 || (!t[0] && (t[1] > 0 || (!t[1] && t[2] > 0)));
                        if (i == j && (zero || (half && !after))) continue;
                        mofb__row_times(v, ts, s->cell);
                        for (int k = 0; k < 3; k++) v[k] = d[k] + v[k];
                        if (mofb__dot(v, v) > cutoff * cutoff) continue;
                        if (n >= e->count || e->j[n] != (int32_t)j || memcmp(e->shift + 3 * n, t, sizeof t) ||
                            memcmp(e->vec + 3 * n, v, sizeof v))
                            return SIZE_MAX;
                        n++;
                    }
        }
    }
    return n == e->count && e->first[s->n] == n ? n : SIZE_MAX;
}

static size_t check_scene(const scene *s, double cutoff, double skin, int32_t kind, int32_t threads) {
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    size_t n = SIZE_MAX;
    if (mofb__nlist_new(&list, s->n, kind, cutoff, skin, s->periodic, NULL)) return n;
    if (!mofb__nlist_update(&e, list, s->x, s->cell, threads))
        n = compare(e, s, cutoff, kind == MOFB_EDGES_HALF);
    mofb__nlist_free(list);
    return n;
}

static size_t sweep(uint64_t seed, int rounds, size_t most, double low, double high, double skew, double out,
                    double cutoff) {
    mofb__rng r;
    scene s;
    size_t total = 0;
    mofb__rng_seed(&r, seed);
    for (int k = 0; k < rounds; k++) {
        random_scene(&s, &r, 1 + (size_t)(mofb__rng_uniform(&r) * (double)(most - 1)), between(&r, low, high),
                     skew, out);
        double rc = between(&r, 0.3, 1) * cutoff;
        size_t full = check_scene(&s, rc, k % 3 == 0 ? 0 : 0.4, MOFB_EDGES_FULL, 1 + k % 2);
        size_t half = check_scene(&s, rc, k % 3 == 1 ? 0 : 0.7, MOFB_EDGES_HALF, 2 - k % 2);
        if (full == SIZE_MAX || half == SIZE_MAX || full != 2 * half) return SIZE_MAX;
        total += full;
    }
    return total;
}

#define CHECK_SWEEP(...)                                                                           \
    do {                                                                                           \
        size_t edges = sweep(__VA_ARGS__);                                                         \
        CHECK(edges != SIZE_MAX);                                                                  \
        CHECK(edges > 1000);                                                                       \
    } while (0)

TEST(nlist__equals_all_pairs_in_random_cells) {
    CHECK_SWEEP(1, 150, MOST, 8, 16, 0.3, 0, 6);
}

TEST(nlist__equals_all_pairs_when_the_cutoff_exceeds_the_cell) {
    CHECK_SWEEP(2, 60, 5, 2, 4, 0.4, 0, 7);
}

TEST(nlist__equals_all_pairs_in_very_skewed_cells) {
    CHECK_SWEEP(3, 100, 20, 5, 9, 2.5, 0, 5);
}

TEST(nlist__equals_all_pairs_with_atoms_outside_the_cell) {
    CHECK_SWEEP(4, 80, 30, 5, 10, 0.3, 3, 5);
}

TEST(nlist__works_without_a_cell) {
    mofb__rng r;
    scene s;
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    mofb__rng_seed(&r, 5);
    random_scene(&s, &r, 40, 10, 0.2, 0);
    memset(s.periodic, 0, sizeof s.periodic);
    OK(mofb__nlist_new(&list, s.n, MOFB_EDGES_FULL, 4, 0.5, s.periodic, NULL));
    OK(mofb__nlist_update(&e, list, s.x, NULL, 1));
    CHECK(e->count > 50);
    CHECK(compare(e, &s, 4, false) == e->count);
    mofb__nlist_free(list);
}

TEST(nlist__one_atom_and_its_images) {
    scene s = {.n = 1, .cell = {2, 0, 0, 0, 3, 0, 0, 0, 4}, .periodic = {1, 1, 1}, .x = {0.5, 7, -9}};
    CHECK(check_scene(&s, 2.0, 0, MOFB_EDGES_FULL, 1) == 2); /* exactly at the cutoff counts */
    CHECK(check_scene(&s, 1.999999, 0, MOFB_EDGES_FULL, 1) == 0);
    CHECK(check_scene(&s, 4, 0, MOFB_EDGES_FULL, 1) == 2 + 2 + 2 + 4 + 2);
    CHECK(check_scene(&s, 4, 0, MOFB_EDGES_HALF, 1) == 6);
}

/* Moves atoms and cell step by step; each update must have the bits of a list built afresh. */
static void walk(bool move_cell, double step, int steps, size_t *builds) {
    mofb__rng r;
    scene s;
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    double noise[3 * MOST], strain[9];
    mofb__rng_seed(&r, 17);
    random_scene(&s, &r, MOST, 9, 0.3, 1);
    for (int k = 0; k < 3; k++) s.periodic[k] = 1;
    OK(mofb__nlist_new(&list, s.n, MOFB_EDGES_FULL, 4, 1, s.periodic, NULL));
    for (int t = 0; t < steps; t++) {
        OK(mofb__nlist_update(&e, list, s.x, s.cell, 1 + t % 2));
        CHECK(compare(e, &s, 4, false) != SIZE_MAX);
        mofb__rng_normals(&r, noise, 3 * s.n);
        for (size_t k = 0; k < 3 * s.n; k++) s.x[k] += step * noise[k];
        if (!move_cell) continue;
        for (int k = 0; k < 9; k++) strain[k] = (k % 4 == 0) + 0.004 * mofb__rng_normal(&r);
        mofb__mul3(s.cell, s.cell, strain);
        for (size_t i = 0; i < s.n; i++) mofb__row_times(s.x + 3 * i, s.x + 3 * i, strain);
    }
    *builds = mofb__nlist_builds(list);
    mofb__nlist_free(list);
}

TEST(nlist__a_skin_changes_no_bit) {
    size_t builds = 0;
    walk(false, 0.03, 40, &builds);
    CHECK(builds > 1 && builds < 20);
}

TEST(nlist__a_skin_follows_the_cell) {
    size_t builds = 0;
    walk(true, 0.03, 60, &builds);
    CHECK(builds > 1 && builds < 30);
}

TEST(nlist__rebuilds_when_the_cell_alone_shrinks) {
    scene s = {
        .n = 2, .cell = {6, 0, 0, 0, 6, 0, 0, 0, 6}, .periodic = {1, 1, 1}, .x = {0, 0, 0, 0.5, 0.5, 0.5}};
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    OK(mofb__nlist_new(&list, 2, MOFB_EDGES_FULL, 4, 0.5, s.periodic, NULL));
    OK(mofb__nlist_update(&e, list, s.x, s.cell, 1));
    CHECK(e->count == 2);
    for (int k = 0; k < 9; k++) s.cell[k] *= 0.66;
    OK(mofb__nlist_update(&e, list, s.x, s.cell, 1));
    CHECK(mofb__nlist_builds(list) == 2);
    CHECK(compare(e, &s, 4, false) == e->count && e->count > 12);
    mofb__nlist_free(list);
}

TEST(nlist__hold_keeps_the_pairs) {
    mofb__rng r;
    scene s;
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    mofb__rng_seed(&r, 23);
    random_scene(&s, &r, 30, 8, 0.3, 0);
    OK(mofb__nlist_new(&list, s.n, MOFB_EDGES_HALF, 4, 0, s.periodic, NULL));
    FAILS(mofb__nlist_hold(&e, list, s.x, s.cell), MOFB_ERR_INVALID, "no_edges");
    OK(mofb__nlist_update(&e, list, s.x, s.cell, 1));
    size_t count = e->count;
    double before = e->vec[0], from = s.x[0];
    int32_t j = e->j[0];
    s.x[0] -= 50;
    OK(mofb__nlist_hold(&e, list, s.x, s.cell));
    CHECK(e->count == count && e->j[0] == j);
    CHECK_NEAR(e->vec[0], before + (e->first[1] ? from - s.x[0] : 0), 1e-12);
    s.x[0] += 50;
    OK(mofb__nlist_hold(&e, list, s.x, s.cell));
    CHECK(compare(e, &s, 4, true) == count);
    mofb__nlist_free(list);
}

TEST(nlist__refuses_what_it_cannot_do) {
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    const int32_t periodic[3] = {1, 1, 1};
    double x[6] = {0, 0, 0, NAN, 0, 0}, cell[9] = {5, 0, 0, 0, 5, 0, 0, 0, 5},
           flat[9] = {5, 0, 0, 0, 5, 0, 5, 5, 0};
    FAILS(mofb__nlist_new(&list, 2, MOFB_EDGES_FULL, 0, 0, periodic, NULL), MOFB_ERR_INVALID, "out_of_range");
    FAILS(mofb__nlist_new(&list, 2, 7, 4, 0, periodic, NULL), MOFB_ERR_INVALID, "bad_argument");
    OK(mofb__nlist_new(&list, 2, MOFB_EDGES_FULL, 4, 0, periodic, NULL));
    FAILS(mofb__nlist_update(&e, list, x, cell, 1), MOFB_ERR_INVALID, "not_finite");
    x[3] = 1e300;
    FAILS(mofb__nlist_update(&e, list, x, cell, 1), MOFB_ERR_INVALID, "not_finite");
    x[3] = 1;
    FAILS(mofb__nlist_update(&e, list, x, flat, 1), MOFB_ERR_INVALID, "bad_cell");
    OK(mofb__nlist_update(&e, list, x, cell, 1));
    mofb__nlist_free(list);
    OK(mofb__nlist_new(&list, 2, MOFB_EDGES_FULL, 1e6, 0, periodic, NULL));
    FAILS(mofb__nlist_update(&e, list, x, cell, 1), MOFB_ERR_UNSUPPORTED, "cutoff_too_large");
    mofb__nlist_free(list);
}

TEST(nlist__survives_failing_allocations) {
    mofb__rng r;
    scene s;
    mofb_status status = MOFB_ERR_NO_MEMORY;
    mofb__rng_seed(&r, 31);
    random_scene(&s, &r, MOST, 9, 0.3, 0);
    for (long left = 0; status && left < 1000; left++) {
        failing f;
        mofb__nlist *list = NULL;
        const mofb_edges *e;
        failing_init(&f, left);
        status = mofb__nlist_new(&list, s.n, MOFB_EDGES_FULL, 5, 1, s.periodic, &f.allocator);
        if (!status) status = mofb__nlist_update(&e, list, s.x, s.cell, 1);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        if (!status) CHECK(compare(e, &s, 5, false) == e->count);
        if (status && list) { /* usable again once there is memory */
            f.left = -1;
            OK(mofb__nlist_update(&e, list, s.x, s.cell, 1));
            CHECK(compare(e, &s, 5, false) == e->count);
        }
        mofb__nlist_free(list);
        CHECK(f.live == 0);
    }
    CHECK(status == MOFB_OK);
}

TEST(nlist__allocates_nothing_in_the_steady_state) {
    mofb__rng r;
    scene s;
    failing f;
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    mofb__rng_seed(&r, 37);
    random_scene(&s, &r, MOST, 9, 0.3, 0);
    failing_init(&f, -1);
    OK(mofb__nlist_new(&list, s.n, MOFB_EDGES_FULL, 4, 1, s.periodic, &f.allocator));
    OK(mofb__nlist_update(&e, list, s.x, s.cell, 1));
    long made = f.made;
    for (int t = 0; t < 20; t++) {
        for (size_t k = 0; k < 3 * s.n; k++) s.x[k] += 0.001;
        OK(mofb__nlist_update(&e, list, s.x, s.cell, 1));
    }
    CHECK(f.made == made);
    mofb__nlist_free(list);
    CHECK(f.live == 0);
}

int main(void) {
    RUN(nlist__equals_all_pairs_in_random_cells);
    RUN(nlist__equals_all_pairs_when_the_cutoff_exceeds_the_cell);
    RUN(nlist__equals_all_pairs_in_very_skewed_cells);
    RUN(nlist__equals_all_pairs_with_atoms_outside_the_cell);
    RUN(nlist__works_without_a_cell);
    RUN(nlist__one_atom_and_its_images);
    RUN(nlist__a_skin_changes_no_bit);
    RUN(nlist__a_skin_follows_the_cell);
    RUN(nlist__rebuilds_when_the_cell_alone_shrinks);
    RUN(nlist__hold_keeps_the_pairs);
    RUN(nlist__refuses_what_it_cannot_do);
    RUN(nlist__survives_failing_allocations);
    RUN(nlist__allocates_nothing_in_the_steady_state);
    return tap_end();
}
