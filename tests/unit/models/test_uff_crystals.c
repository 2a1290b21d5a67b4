/* SPDX-License-Identifier: MIT */
/* The topology of a crystal is that of the crystal, however it is described. */
#include "base/rng.h"
#include "support/topology.h"

static mofb_status crystal(mofb_structure **out, const double *cell, size_t n, const int32_t *numbers,
                           const double *f) {
    double x[3 * MANY];
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 3; k++)
            x[3 * i + k] = f[3 * i] * cell[k] + f[3 * i + 1] * cell[3 + k] + f[3 * i + 2] * cell[6 + k];
    return mofb_structure_new(out, n, numbers, x, cell, NULL, NULL);
}

static void vector(double out[3], const mofb_structure *s, const mofb__uff_topology *t, size_t i, size_t r) {
    const double *x = mofb_structure_positions(s), *c = mofb_structure_cell(s);
    const int32_t *sh = t->neighbour_shift + 3 * r;
    for (size_t k = 0; k < 3; k++)
        out[k] = x[3 * (size_t)t->neighbour[r] + k] - x[3 * i + k] + sh[0] * c[k] + sh[1] * c[3 + k] +
                 sh[2] * c[6 + k];
}

/* Every atom of `other` has the type and the bonds (vectors, orders) of the atom map[] says it is in `s`. */
static int differences(const mofb_structure *s, const mofb_structure *other, const size_t *map,
                       const mofb__uff_settings *settings) {
    mofb__uff_topology t, u;
    int wrong = 0;
    if (mofb__uff_perceive(&t, s, settings, NULL)) return -1;
    if (mofb__uff_perceive(&u, other, settings, NULL)) return -1;
    for (size_t i = 0; i < u.n_atoms; i++) {
        size_t k = map[i];
        wrong += u.types[i] != t.types[k] || u.hybrids[i] != t.hybrids[k];
        wrong += u.first[i + 1] - u.first[i] != t.first[k + 1] - t.first[k];
        for (size_t r = u.first[i]; r < u.first[i + 1]; r++) {
            double v[3], w[3];
            bool found = false;
            vector(v, other, &u, i, r);
            for (size_t q = t.first[k]; !found && q < t.first[k + 1]; q++) {
                vector(w, s, &t, k, q);
                found = map[u.neighbour[r]] == (size_t)t.neighbour[q] &&
                        u.neighbour_order[r] == t.neighbour_order[q] &&
                        hypot(hypot(v[0] - w[0], v[1] - w[1]), v[2] - w[2]) < 1e-8;
            }
            wrong += !found;
        }
    }
    mofb__uff_topology_free(&t);
    mofb__uff_topology_free(&u);
    return wrong;
}

static int supercell_differences(const mofb_structure *s, const int32_t *repeats,
                                 const mofb__uff_settings *settings) {
    mofb_structure *other;
    if (mofb_structure_supercell(&other, s, repeats)) return -1;
    size_t n = mofb_structure_count(other), map[4096];
    for (size_t i = 0; i < n; i++) map[i] = i % mofb_structure_count(s);
    int wrong = differences(s, other, map, settings);
    mofb_structure_free(other);
    return wrong;
}

/* The same crystal with its atoms in random order, moved by random cells, all shifted. */
static int shuffled_differences(const mofb_structure *s, uint64_t seed, const mofb__uff_settings *settings) {
    mofb_structure *other;
    mofb__rng rng;
    size_t n = mofb_structure_count(s), map[4096];
    const double *x = mofb_structure_positions(s), *c = mofb_structure_cell(s);
    double *y = malloc(3 * n * sizeof *y), offset[3];
    int32_t *numbers = malloc(n * sizeof *numbers);
    mofb__rng_seed(&rng, seed);
    for (size_t k = 0; k < 3; k++) offset[k] = 5 * mofb__rng_uniform(&rng);
    for (size_t i = 0; i < n; i++) map[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = (size_t)((double)i * mofb__rng_uniform(&rng)), was = map[i - 1];
        map[i - 1] = map[j], map[j] = was;
    }
    for (size_t i = 0; i < n; i++) {
        numbers[i] = mofb_structure_numbers(s)[map[i]];
        for (size_t k = 0; k < 3; k++) y[3 * i + k] = x[3 * map[i] + k] + offset[k];
        for (size_t d = 0; d < 3; d++) {
            double cells = floor(4 * mofb__rng_uniform(&rng)) - 2;
            for (size_t k = 0; k < 3; k++) y[3 * i + k] += cells * c[3 * d + k];
        }
    }
    int wrong = -1;
    if (!mofb_structure_new(&other, n, numbers, y, c, NULL, NULL)) wrong = differences(s, other, map, settings);
    if (wrong >= 0) mofb_structure_free(other);
    free(y), free(numbers);
    return wrong;
}

static const int32_t doubled[9] = {2, 0, 0, 0, 1, 0, 0, 0, 1}, sheared[9] = {1, 1, 0, 0, 1, -1, 0, 0, 1};
static const int32_t tripled[9] = {3, 0, 0, 0, 2, 0, 0, 0, 1};

static void check_invariance(const mofb_structure *s, const mofb__uff_settings *settings, int shuffles) {
    CHECK(supercell_differences(s, doubled, settings) == 0);
    CHECK(supercell_differences(s, sheared, settings) == 0);
    CHECK(supercell_differences(s, tripled, settings) == 0);
    for (int k = 0; k < shuffles; k++) CHECK(shuffled_differences(s, (uint64_t)k, settings) == 0);
}

TEST(uff_crystals__graphene) { /* two atoms, three bonds between the same pair */
    static const double cell[9] = {2.46, 0, 0, -1.23, 2.1304, 0, 0, 0, 15};
    static const double f[6] = {1 / 3.0, 2 / 3.0, 0.5, 2 / 3.0, 1 / 3.0, 0.5};
    static const int32_t numbers[2] = {6, 6};
    mofb_structure *s;
    mofb__uff_topology t;
    OK(crystal(&s, cell, 2, numbers, f));
    OK(mofb__uff_perceive(&t, s, &uff, NULL));
    CHECK(t.n_bonds == 3);
    TYPE(t, 0, "C_R");
    for (size_t r = 0; r < 2 * t.n_bonds; r++) CHECK(t.neighbour_order[r] == 1.5);
    mofb__uff_topology_free(&t);
    check_invariance(s, &uff, 5);
    OK(mofb__uff_perceive(&t, s, &tool, NULL));
    CHECK(t.n_bonds == 1);
    mofb__uff_topology_free(&t);
    mofb_structure_free(s);
}

TEST(uff_crystals__bonds_to_own_image) { /* copper chain, and polyacetylene with one C2H2 in the cell */
    static const double chain[9] = {2.3, 0, 0, 0, 12, 0, 0, 0, 12}, at[3] = {0.3, 0.5, 0.5};
    static const int32_t copper[1] = {29};
    static const double cell[9] = {2.45, 0, 0, 0, 12, 0, 0, 0, 12};
    static const double f[12] = {0.25, 0.475, 0.5, 0.75, 0.525, 0.5, 0.25, 0.385, 0.5, 0.75, 0.615, 0.5};
    static const int32_t numbers[4] = {6, 6, 1, 1};
    mofb_structure *s;
    mofb__uff_topology t;
    OK(crystal(&s, chain, 1, copper, at));
    OK(mofb__uff_perceive(&t, s, &mof, NULL));
    CHECK(t.n_bonds == 1 && t.first[1] == 2);
    CHECK(t.bonds[0].i == 0 && t.bonds[0].j == 0 && t.bonds[0].shift[0] == 1);
    TYPE(t, 0, "Cu1f1");
    mofb__uff_topology_free(&t);
    check_invariance(s, &mof, 3);
    OK(mofb__uff_perceive(&t, s, &tool_mof, NULL));
    CHECK(t.n_bonds == 0);
    mofb__uff_topology_free(&t);
    mofb_structure_free(s);
    OK(crystal(&s, cell, 4, numbers, f));
    OK(mofb__uff_perceive(&t, s, &uff, NULL));
    TYPE(t, 0, "C_R");
    CHECK(t.neighbour_order[0] == 1.5);
    mofb__uff_topology_free(&t);
    check_invariance(s, &uff, 3);
    mofb_structure_free(s);
}

static mofb_structure *mof5(void) {
    char path[4096];
    mofb_structure *s = NULL;
    const char *root = getenv("MOFB_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/examples/structures/MOF-5.cif", root ? root : ".");
    return mofb_structure_open(&s, path, NULL) ? NULL : s;
}

TEST(uff_crystals__mof5_is_invariant) {
    mofb_structure *s = mof5();
    if (!s) SKIP("no examples/structures/MOF-5.cif");
    check_invariance(s, &mof, 10);
    check_invariance(s, &uff, 3);
    mofb_structure_free(s);
}

int main(void) {
    RUN(uff_crystals__graphene);
    RUN(uff_crystals__bonds_to_own_image);
    RUN(uff_crystals__mof5_is_invariant);
    return tap_end();
}
