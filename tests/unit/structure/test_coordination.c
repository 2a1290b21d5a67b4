/* SPDX-License-Identifier: MIT */
#include "support/failing.h"
#include "support/tap.h"

#include "base/mat3.h"
#include "base/rng.h"
#include "structure/coordination.h"
#include "structure/voronoi.h"

static const double pi = 3.141592653589793;

/* A cubic structure of fractional coordinates, displaced as a whole to leave the special positions. */
static mofb_status cubic(mofb_structure **out, double a, size_t n, const int32_t *numbers,
                         const double *fractional, const mofb_allocator *allocator) {
    const double cell[9] = {a, 0, 0, 0, a, 0, 0, 0, a};
    double positions[3 * 16];
    mofb_structure_options options;
    mofb_structure_options_init(&options, sizeof options);
    options.allocator = allocator;
    for (size_t k = 0; k < 3 * n; k++) positions[k] = a * fractional[k] + 0.3;
    return mofb_structure_new(out, n, numbers, positions, cell, NULL, &options);
}

static const double fcc[12] = {0, 0, 0, 0, .5, .5, .5, 0, .5, .5, .5, 0};
static const double bcc[6] = {0, 0, 0, .5, .5, .5};
static const double rock_salt[24] = {0,  0, 0, 0,  .5, .5, .5, 0,  .5, .5, .5, 0,
                                     .5, 0, 0, .5, .5, .5, 0,  0,  .5, 0,  .5, 0};

TEST(coordination__crystalnn_of_simple_lattices) {
    const int32_t po[1] = {84}, cu[4] = {29, 29, 29, 29}, salt[8] = {11, 11, 11, 11, 17, 17, 17, 17};
    mofb_structure *s;
    double cn;
    OK(cubic(&s, 3.2, 1, po, fcc, NULL));
    OK(mofb__crystalnn(&cn, s, 0, NULL));
    CHECK_NEAR(cn, 6, 1e-9);
    mofb_structure_free(s);
    OK(cubic(&s, 3.6, 4, cu, fcc, NULL));
    for (size_t k = 0; k < 4; k++) {
        OK(mofb__crystalnn(&cn, s, k, NULL));
        CHECK_NEAR(cn, 12, 1e-9);
    }
    mofb_structure_free(s);
    OK(cubic(&s, 5.64, 8, salt, rock_salt, NULL));
    for (size_t k = 0; k < 8; k++) {
        OK(mofb__crystalnn(&cn, s, k, NULL));
        CHECK_NEAR(cn, 6, 1e-9);
    }
    mofb_structure_free(s);
}

TEST(coordination__crystalnn_weighs_the_second_shell_of_bcc) {
    /* The Voronoi cell is a truncated octahedron of edge s: hexagons at √3/4 a, squares at a/2. */
    const double a = 2.87, s = a / (2 * sqrt(2)), h = a / 2;
    double square = 4 * atan(s * s / (2 * h * sqrt(4 * h * h + 2 * s * s)));
    double hexagon = (4 * pi - 6 * square) / 8;
    double weight = (square * square / (s * s)) / (hexagon * hexagon / (1.5 * sqrt(3) * s * s)), cn;
    const int32_t fe[2] = {26, 26};
    mofb_structure *st;
    /* Both shells are within 0.5 Å of the sum of radii, 2.84 Å. */
    double w = rint(1000 * weight) / 1000;
    OK(cubic(&st, a, 2, fe, bcc, NULL));
    OK(mofb__crystalnn(&cn, st, 0, NULL));
    CHECK_NEAR(cn, 8 + 6 * 2 / pi * (w * sqrt(1 - w * w) + asin(w)), 1e-9);
    mofb_structure_free(st);
    /* Stretched to a = 3.6 the second shell is 0.76 Å beyond, with weight (1 + cos(0.52 π))/2. */
    w = rint(1000 * weight * (1 + cos((3.6 - 3.34) / 0.5 * pi)) / 2) / 1000;
    OK(cubic(&st, 3.6, 2, fe, bcc, NULL));
    OK(mofb__crystalnn(&cn, st, 0, NULL));
    CHECK_NEAR(cn, 8 + 6 * 2 / pi * (w * sqrt(1 - w * w) + asin(w)), 1e-9);
    mofb_structure_free(st);
}

TEST(coordination__crystalnn_prefers_unlike_electronegativities) {
    /* Caesium chloride with equal geometry weights: the like shell is damped by 1 against 1 + 1.5 √(Δχ/3.3).
       */
    const double a = 3.0, s = a / (2 * sqrt(2)), h = a / 2, x = fabs(1.9 - 0.98);
    double square = 4 * atan(s * s / (2 * h * sqrt(4 * h * h + 2 * s * s)));
    double hexagon = (4 * pi - 6 * square) / 8;
    double geometry = (square * square / (s * s)) / (hexagon * hexagon / (1.5 * sqrt(3) * s * s)), cn;
    double w = rint(1000 * geometry / (1 + 1.5 * sqrt(x / 3.3))) / 1000;
    const int32_t culi[2] = {29, 3};
    mofb_structure *st;
    OK(cubic(&st, a, 2, culi, bcc, NULL));
    OK(mofb__crystalnn(&cn, st, 0, NULL));
    /* Cu–Cu: 3.0 Å, radii 2.64 Å. */
    CHECK_NEAR(cn, 8 + 6 * 2 / pi * (w * sqrt(1 - w * w) + asin(w)), 1e-9);
    mofb_structure_free(st);
}

TEST(coordination__simple_counts_within_scaled_radii) {
    const int32_t cu[4] = {29, 29, 29, 29};
    mofb_structure *s;
    size_t cn;
    OK(cubic(&s, 3.6, 4, cu, fcc, NULL));
    /* Shells at 2.546, 3.6, 4.409 Å; 2 × 1.32 Å × 1.25 = 3.3 Å, × 1.4 = 3.696 Å, × 1.7 = 4.488 Å. */
    OK(mofb__coordination_simple(&cn, s, 2, 1.25, NULL));
    CHECK(cn == 12);
    OK(mofb__coordination_simple(&cn, s, 2, 1.4, NULL));
    CHECK(cn == 18);
    OK(mofb__coordination_simple(&cn, s, 2, 1.7, NULL));
    CHECK(cn == 42);
    mofb_structure_free(s);
    const int32_t water[3] = {8, 1, 1};
    const double x[9] = {0, 0, 0, 0.96, 0, 0, -0.24, 0.93, 0};
    OK(mofb_structure_new(&s, 3, water, x, NULL, NULL, NULL));
    OK(mofb__coordination_simple(&cn, s, 0, 1.25, NULL));
    CHECK(cn == 2);
    OK(mofb__coordination_simple(&cn, s, 1, 1.25, NULL));
    CHECK(cn == 1);
    mofb_structure_free(s);
}

TEST(coordination__bad_requests_say_so) {
    const int32_t odd[2] = {29, 110};
    const double x[6] = {0, 0, 0, 1.5, 1.5, 1.5}, cell[9] = {3, 0, 0, 0, 3, 0, 0, 0, 3};
    const int32_t slab[3] = {1, 1, 0};
    mofb_structure *s;
    double cn;
    size_t simple;
    OK(mofb_structure_new(&s, 2, odd, x, cell, NULL, NULL));
    FAILS(mofb__crystalnn(&cn, s, 2, NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb__crystalnn(&cn, s, 0, NULL), MOFB_ERR_UNSUPPORTED, "no_radius");
    FAILS(mofb__coordination_simple(&simple, s, 0, 1.25, NULL), MOFB_ERR_UNSUPPORTED, "no_radius");
    FAILS(mofb__coordination_simple(&simple, s, 9, 1.25, NULL), MOFB_ERR_INVALID, "bad_argument");
    mofb_structure_free(s);
    OK(mofb_structure_new(&s, 1, odd, x, cell, slab, NULL));
    FAILS(mofb__crystalnn(&cn, s, 0, NULL), MOFB_ERR_UNSUPPORTED, "no_cell");
    mofb_structure_free(s);
    OK(mofb_structure_new(&s, 1, odd, x, NULL, NULL, NULL));
    FAILS(mofb__crystalnn(&cn, s, 0, NULL), MOFB_ERR_UNSUPPORTED, "no_cell");
    mofb_structure_free(s);
}

TEST(coordination__memory_failures_leave_nothing) {
    const int32_t salt[8] = {11, 11, 11, 11, 17, 17, 17, 17};
    mofb_structure *s;
    double cn;
    size_t simple;
    mofb_status status;
    /* Far apart, so that the search has to be widened. */
    OK(cubic(&s, 14, 8, salt, rock_salt, NULL));
    for (int which = 0; which < 2; which++)
        for (long left = 0;; left++) {
            failing f;
            failing_init(&f, left);
            status = which ? mofb__coordination_simple(&simple, s, 0, 1.25, &f.allocator)
                           : mofb__crystalnn(&cn, s, 0, &f.allocator);
            CHECK(f.live == 0);
            CHECK(!status || status == MOFB_ERR_NO_MEMORY);
            if (!status) break;
        }
    mofb_structure_free(s);
}

static int nearer(const void *left, const void *right) {
    const double *p = left, *q = right;
    double d = mofb__dot(p, p) - mofb__dot(q, q);
    return (d > 0) - (d < 0);
}

TEST(voronoi__facets_enclose_the_point) {
    enum { N = 60, CASES = 50 };
    mofb__rng rng;
    mofb__rng_seed(&rng, 8);
    for (int k = 0; k < CASES; k++) {
        double points[3 * N], angle = 0;
        mofb__facet facets[N];
        bool closed = false;
        mofb__rng_normals(&rng, points, 3 * N);
        qsort(points, N, 3 * sizeof *points, nearer);
        OK(mofb__voronoi_cell(facets, &closed, points, N, NULL));
        CHECK(closed);
        /* Σ A n = 0 for a closed surface. */
        double sum[3] = {0, 0, 0};
        for (int j = 0; j < N; j++) {
            const double *x = points + 3 * j;
            double length = sqrt(mofb__dot(x, x));
            angle += facets[j].solid_angle;
            CHECK((facets[j].area > 0) == (facets[j].solid_angle > 0));
            for (int c = 0; c < 3; c++) sum[c] += facets[j].area * x[c] / length;
        }
        CHECK_NEAR(angle, 4 * pi, 1e-9);
        for (int c = 0; c < 3; c++) CHECK_NEAR(sum[c], 0, 1e-9);
    }
}

TEST(voronoi__cells_of_a_lattice_fill_space) {
    /* Volume Σ A d/6 of the cell of a skewed lattice is that of the unit cell. */
    enum { REPEAT = 4, N = (2 * REPEAT + 1) * (2 * REPEAT + 1) * (2 * REPEAT + 1) - 1 };
    const double cell[9] = {3, 0.2, -0.1, 1.3, 2.7, 0, -0.8, 1.1, 4};
    static double points[3 * N];
    static mofb__facet facets[N];
    bool closed = false;
    size_t n = 0;
    double volume = 0;
    for (int x = -REPEAT; x <= REPEAT; x++)
        for (int y = -REPEAT; y <= REPEAT; y++)
            for (int z = -REPEAT; z <= REPEAT; z++) {
                if (!x && !y && !z) continue;
                for (int c = 0; c < 3; c++)
                    points[3 * n + c] = x * cell[c] + y * cell[3 + c] + z * cell[6 + c];
                n++;
            }
    qsort(points, n, 3 * sizeof *points, nearer);
    OK(mofb__voronoi_cell(facets, &closed, points, n, NULL));
    CHECK(closed);
    for (size_t k = 0; k < n; k++)
        volume += facets[k].area * sqrt(mofb__dot(points + 3 * k, points + 3 * k)) / 6;
    CHECK_NEAR(volume, mofb__det3(cell), 1e-10);
}

TEST(voronoi__open_cells_are_told_from_long_ones) {
    const double around[15] = {1, 0, 0, -0.6, 0.9, 0, -0.7, -1, 0, 0.1, 0.2, 3, 0, 0, -4};
    double points[15];
    mofb__facet facets[5];
    bool closed = true;
    OK(mofb__voronoi_cell(facets, &closed, around, 0, NULL));
    CHECK(!closed);
    for (size_t n = 1; n <= 5; n++) {
        OK(mofb__voronoi_cell(facets, &closed, around, n, NULL));
        CHECK(closed == (n == 5));
    }
    /* Four around in a plane leave the cell open; when they lie 10⁻⁷ above and below in turn, it is a
       tetrahedron of four like facets. */
    for (int tilt = 0; tilt < 2; tilt++) {
        for (int k = 0; k < 4; k++) {
            double angle = k * pi / 2 + 0.1;
            points[3 * k] = cos(angle), points[3 * k + 1] = sin(angle);
            points[3 * k + 2] = tilt * 1e-7 * (k % 2 ? 1 : -1);
        }
        OK(mofb__voronoi_cell(facets, &closed, points, 4, NULL));
        CHECK(closed == (tilt == 1));
        if (closed)
            for (int k = 0; k < 4; k++) CHECK_NEAR(facets[k].solid_angle, pi, 1e-6);
    }
}

int main(void) {
    RUN(coordination__crystalnn_of_simple_lattices);
    RUN(coordination__crystalnn_weighs_the_second_shell_of_bcc);
    RUN(coordination__crystalnn_prefers_unlike_electronegativities);
    RUN(coordination__simple_counts_within_scaled_radii);
    RUN(coordination__bad_requests_say_so);
    RUN(coordination__memory_failures_leave_nothing);
    RUN(voronoi__facets_enclose_the_point);
    RUN(voronoi__cells_of_a_lattice_fill_space);
    RUN(voronoi__open_cells_are_told_from_long_ones);
    return tap_end();
}
