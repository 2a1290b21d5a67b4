/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "models/uff/uff.h"
#include "mofbench/structure.h"
#include "support/failing.h"
#include "support/tap.h"

static const mofb__uff_settings uff = {.rules = MOFB__UFF_PAPER}, mof = {.uff4mof = true, .rules = MOFB__UFF_PAPER};
static const mofb__uff_settings tool = {.rules = MOFB__UFF_LAMMPS_INTERFACE};
static const mofb__uff_settings tool_mof = {.uff4mof = true, .rules = MOFB__UFF_LAMMPS_INTERFACE};

typedef struct atom {
    int32_t z;
    double x, y, w;
} atom;

enum { MANY = 32 };

/* Atoms in a cubic box, around its corner: molecules cross the border. box 0: not periodic. */
static mofb_status make(mofb_structure **out, double box, const atom *atoms, size_t n) {
    int32_t numbers[MANY];
    double positions[3 * MANY], cell[9] = {box, 0, 0, 0, box, 0, 0, 0, box};
    for (size_t i = 0; i < n; i++) {
        double p[3] = {atoms[i].x, atoms[i].y, atoms[i].w};
        numbers[i] = atoms[i].z;
        for (size_t k = 0; k < 3; k++) positions[3 * i + k] = box > 0 ? p[k] - box * floor(p[k] / box) : p[k];
    }
    return mofb_structure_new(out, n, numbers, positions, box > 0 ? cell : NULL, NULL, NULL);
}

static mofb_status perceive(mofb__uff_topology *t, const mofb__uff_settings *settings, double box, const atom *atoms,
                            size_t n) {
    mofb_structure *s;
    mofb_status status = make(&s, box, atoms, n);
    if (status) return status;
    status = mofb__uff_perceive(t, s, settings, NULL);
    mofb_structure_free(s);
    return status;
}

#define PERCEIVE(t, settings, box, atoms) OK(perceive(t, settings, box, atoms, sizeof(atoms) / sizeof(atoms)[0]))
#define TYPE(t, i, wanted) CHECK(!strcmp((t).types[i]->name, wanted) || !printf("# type of %d: %s\n", i, (t).types[i]->name))

/* Order of the bond between two atoms, 0 if there is none, -1 if there are several. */
static double order(const mofb__uff_topology *t, int32_t i, int32_t j) {
    double found = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++)
        if (t->neighbour[r] == j) found = found ? -1 : t->neighbour_order[r];
    return found;
}

static const atom benzene[] = {{6, 1.395, 0, 0},       {6, 0.6975, 1.2081, 0},   {6, -0.6975, 1.2081, 0},
                               {6, -1.395, 0, 0},      {6, -0.6975, -1.2081, 0}, {6, 0.6975, -1.2081, 0},
                               {1, 2.482, 0, 0},       {1, 1.241, 2.1495, 0},    {1, -1.241, 2.1495, 0},
                               {1, -2.482, 0, 0},      {1, -1.241, -2.1495, 0},  {1, 1.241, -2.1495, 0}};

TEST(uff_topology__benzene) {
    const mofb__uff_settings *settings[] = {&uff, &mof, &tool, &tool_mof};
    for (int k = 0; k < 8; k++) {
        mofb__uff_topology t;
        PERCEIVE(&t, settings[k % 4], k < 4 ? 12 : 0, benzene);
        CHECK(t.n_bonds == 12);
        for (int32_t i = 0; i < 6; i++) {
            TYPE(t, i, "C_R");
            TYPE(t, i + 6, "H_");
            CHECK(t.hybrids[i] == MOFB__AROMATIC);
            CHECK(order(&t, i, (i + 1) % 6) == 1.5);
            CHECK(order(&t, i, i + 6) == 1.0);
        }
        mofb__uff_topology_free(&t);
    }
}

TEST(uff_topology__phenolate) {
    atom atoms[12];
    mofb__uff_topology t;
    memcpy(atoms, benzene, sizeof atoms);
    atoms[6] = (atom){8, 2.66, 0, 0};
    PERCEIVE(&t, &uff, 12, atoms);
    TYPE(t, 0, "C_R");
    TYPE(t, 6, "O_R");
    CHECK(order(&t, 0, 6) == 1.5);
    CHECK(order(&t, 0, 1) == 1.5);
    mofb__uff_topology_free(&t);
    atoms[9] = (atom){8, -2.62, 0, 0}; /* quinone: two C=C and two C=O */
    PERCEIVE(&t, &uff, 12, atoms);
    TYPE(t, 0, "C_2");
    TYPE(t, 6, "O_2");
    CHECK(order(&t, 0, 6) == 2.0);
    CHECK(order(&t, 0, 1) == 1.0);
    CHECK(order(&t, 1, 2) == 2.0);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__octahedron) {
    static const atom atoms[] = {{48, 0, 0, 0},    {8, 2.28, 0, 0}, {8, -2.28, 0, 0}, {8, 0, 2.28, 0},
                                 {8, 0, -2.28, 0}, {8, 0, 0, 2.28}, {8, 0, 0, -2.28}};
    mofb__uff_topology t;
    PERCEIVE(&t, &mof, 12, atoms);
    TYPE(t, 0, "Cd4f2"); /* no Cd6: of the others the one with right angles */
    TYPE(t, 1, "O_3");
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__amide) { /* formamide; H of N cis to O, and trans */
    static const atom atoms[] = {{6, 0, 0, 0},         {8, 1.21, 0, 0},       {7, -0.72, 1.15, 0},
                                 {1, -0.6, -0.93, 0},  {1, -0.22, 2.03, 0},   {1, -1.73, 1.15, 0}};
    mofb__uff_topology t;
    PERCEIVE(&t, &uff, 10, atoms);
    TYPE(t, 0, "C_R");
    TYPE(t, 1, "O_2");
    TYPE(t, 2, "N_R");
    CHECK(order(&t, 0, 1) == 2.0);
    CHECK(order(&t, 0, 2) == 1.41);
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &tool, 10, atoms);
    TYPE(t, 1, "O_R");
    CHECK(order(&t, 0, 1) == 1.5);
    CHECK(order(&t, 0, 2) == 1.5);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__nitro) { /* nitromethane */
    static const atom atoms[] = {{6, 0, 0, 0},           {7, 1.49, 0, 0},        {8, 2.07, 1.08, 0}, {8, 2.07, -1.08, 0},
                                 {1, -0.36, 1.03, 0},    {1, -0.36, -0.51, 0.89}, {1, -0.36, -0.51, -0.89}};
    const mofb__uff_settings *settings[] = {&uff, &tool};
    for (int k = 0; k < 2; k++) {
        mofb__uff_topology t;
        PERCEIVE(&t, settings[k], 10, atoms);
        TYPE(t, 0, "C_3");
        CHECK(order(&t, 0, 1) == 1.0);
        if (k == 0) {
            TYPE(t, 1, "N_R");
            TYPE(t, 2, "O_R");
            CHECK(order(&t, 1, 2) == 1.5);
            CHECK(order(&t, 1, 3) == 1.5);
        } else { /* only nitro groups on sp2 carbon are known to the programme */
            TYPE(t, 1, "N_3");
            CHECK(order(&t, 1, 2) == 1.0);
        }
        mofb__uff_topology_free(&t);
    }
}

TEST(uff_topology__nitrile_and_imine) {
    static const atom nitrile[] = {{6, 0, 0, 0},        {6, 1.46, 0, 0},         {7, 2.62, 0, 0},
                                   {1, -0.36, 1.03, 0}, {1, -0.36, -0.51, 0.89}, {1, -0.36, -0.51, -0.89}};
    static const atom imine[] = {{6, 0, 0, 0}, {7, 1.27, 0, 0}, {1, -0.55, 0.94, 0}, {1, -0.55, -0.94, 0}, {1, 1.63, 0.95, 0}};
    mofb__uff_topology t;
    PERCEIVE(&t, &uff, 10, nitrile);
    TYPE(t, 1, "C_1");
    TYPE(t, 2, "N_1");
    CHECK(order(&t, 1, 2) == 3.0);
    CHECK(order(&t, 0, 1) == 1.0);
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &tool, 10, nitrile);
    TYPE(t, 2, "N_1");
    CHECK(order(&t, 1, 2) == 1.0);
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &uff, 10, imine);
    TYPE(t, 0, "C_2");
    TYPE(t, 1, "N_2");
    CHECK(order(&t, 0, 1) == 2.0);
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &tool, 10, imine);
    CHECK(order(&t, 0, 1) == 1.0);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__alternating_bonds) {
    /* butadiyne H-C#C-C#C-H and carbonate, whose third of a double bond no Kekulé structure shows */
    static const atom diyne[] = {{6, 0.69, 0, 0}, {6, -0.69, 0, 0}, {6, 1.9, 0, 0}, {6, -1.9, 0, 0}, {1, 2.96, 0, 0}, {1, -2.96, 0, 0}};
    static const atom carbonate[] = {{6, 0, 0, 0}, {8, 1.29, 0, 0}, {8, -0.645, 1.117, 0}, {8, -0.645, -1.117, 0}};
    const mofb__uff_settings *settings[] = {&uff, &tool};
    mofb__uff_topology t;
    for (int k = 0; k < 2; k++) {
        PERCEIVE(&t, settings[k], 12, diyne);
        CHECK(order(&t, 0, 1) == 1.0);
        CHECK(order(&t, 0, 2) == 3.0);
        CHECK(order(&t, 1, 3) == 3.0);
        TYPE(t, 0, "C_1");
        mofb__uff_topology_free(&t);
    }
    PERCEIVE(&t, &uff, 12, carbonate);
    for (int32_t k = 1; k < 4; k++) CHECK_NEAR(order(&t, 0, k), 4.0 / 3.0, 1e-15);
    TYPE(t, 0, "C_R");
    TYPE(t, 1, "O_R");
    mofb__uff_topology_free(&t);
}

/* Two metals, four formates between them in planes through the axis, water on each metal. */
static size_t paddle_wheel(atom *atoms, int32_t z, double half, double mo) {
    static const double c[4] = {1, 0, -1, 0}, s[4] = {0, 1, 0, -1};
    size_t n = 0;
    atoms[n++] = (atom){z, 0, 0, half};
    atoms[n++] = (atom){z, 0, 0, -half};
    for (int k = 0; k < 4; k++) {
        double x = c[k], y = s[k];
        atoms[n++] = (atom){8, mo * x, mo * y, 1.12};
        atoms[n++] = (atom){8, mo * x, mo * y, -1.12};
        atoms[n++] = (atom){6, (mo + 0.6) * x, (mo + 0.6) * y, 0};
        atoms[n++] = (atom){1, (mo + 1.7) * x, (mo + 1.7) * y, 0};
    }
    for (int k = -1; k < 2; k += 2) {
        atoms[n++] = (atom){8, 0, 0, k * (half + 2.1)};
        atoms[n++] = (atom){1, 0.77, 0, k * (half + 2.65)};
        atoms[n++] = (atom){1, -0.77, 0, k * (half + 2.65)};
    }
    return n;
}

TEST(uff_topology__paddle_wheels) {
    static const struct {
        int32_t z;
        double half;
        const char *uff, *mof;
    } cases[] = {{29, 1.32, "Cu3+1", "Cu4+2"}, {30, 1.48, "Zn3+2", "Zn4+2"}};
    for (int k = 0; k < 2; k++) {
        atom atoms[MANY];
        size_t n = paddle_wheel(atoms, cases[k].z, cases[k].half, 1.95);
        mofb__uff_topology t;
        OK(perceive(&t, &mof, 16, atoms, n));
        TYPE(t, 0, cases[k].mof);
        TYPE(t, 1, cases[k].mof);
        TYPE(t, 2, "O_2");
        TYPE(t, 4, "C_R");
        TYPE(t, 18, "O_3");
        CHECK(order(&t, 0, 1) == 0.25);
        CHECK(order(&t, 0, 2) == 0.5);
        CHECK(order(&t, 2, 4) == 1.5);
        CHECK(order(&t, 0, 4) == 0);
        CHECK(t.first[1] == 6);
        mofb__uff_topology_free(&t);
        OK(perceive(&t, &uff, 16, atoms, n));
        TYPE(t, 0, cases[k].uff);
        TYPE(t, 2, "O_R");
        CHECK(order(&t, 0, 2) == 1.0);
        mofb__uff_topology_free(&t);
    }
}

TEST(uff_topology__bridged_metals_are_not_bonded) { /* Zr-O-Zr, 3.3 Å apart: the radii would bond them */
    static const atom atoms[] = {{40, 1.65, 0, 0}, {40, -1.65, 0, 0}, {8, 0, 1.35, 0}, {8, 0, -1.35, 0}};
    mofb__uff_topology t;
    PERCEIVE(&t, &mof, 14, atoms);
    CHECK(order(&t, 0, 1) == 0);
    CHECK(t.n_bonds == 4);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__chelates) { /* bidentate formate: no bond from the metal to carbon */
    static const atom atoms[] = {{57, 0, 0, 0}, {8, 2.35, 1.1, 0}, {8, 2.35, -1.1, 0}, {6, 2.95, 0, 0}, {1, 4.05, 0, 0}};
    mofb__uff_topology t;
    PERCEIVE(&t, &uff, 14, atoms);
    CHECK(order(&t, 0, 1) == 1.0);
    CHECK(order(&t, 0, 3) == 0);
    CHECK(order(&t, 1, 3) == 1.5);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__silicate) { /* Si(OH)3-O-Si(OH)3 without its outer hydrogens' worth of detail */
    static const atom atoms[] = {{14, 1.57, 0, 0}, {14, -1.57, 0, 0}, {8, 0, 0.45, 0}};
    mofb__uff_topology t;
    PERCEIVE(&t, &uff, 12, atoms);
    TYPE(t, 2, "O_3_z");
    TYPE(t, 0, "Si3");
    CHECK(order(&t, 0, 2) == 1.0);
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &mof, 12, atoms);
    TYPE(t, 2, "O_3_z");
    CHECK(order(&t, 0, 2) == 1.0);
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &tool_mof, 12, atoms); /* where silicon is a metal */
    TYPE(t, 2, "O_2");
    CHECK(order(&t, 0, 2) == 0.5);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__sulphur_and_phosphorus) {
    static const atom sulphone[] = {{16, 0, 0, 0}, {8, 0.83, 0.83, 0.83}, {8, -0.83, -0.83, 0.83}, {6, 1.02, -1.02, -1.02}, {6, -1.02, 1.02, -1.02}};
    static const atom sulphide[] = {{16, 0, 0, 0}, {1, 0.96, 0.94, 0}, {1, -0.96, 0.94, 0}};
    static const atom phosphine[] = {{15, 0, 0, 0}, {1, 1.2, 0, 0.75}, {1, -0.6, 1.04, 0.75}, {1, -0.6, -1.04, 0.75}};
    mofb__uff_topology t;
    PERCEIVE(&t, &mof, 12, sulphone);
    TYPE(t, 0, "S_3+6");
    TYPE(t, 1, "O_2");
    CHECK(order(&t, 0, 1) == 2.0);
    mofb__uff_topology_free(&t);
    CHECK(perceive(&t, &tool, 12, sulphone, 5) == MOFB_OK);
    TYPE(t, 0, "S_3+6");
    mofb__uff_topology_free(&t);
    FAILS(perceive(&t, &tool_mof, 12, sulphone, 5), MOFB_ERR_UNSUPPORTED, "no_atom_type");
    PERCEIVE(&t, &uff, 12, sulphide);
    TYPE(t, 0, "S_3+2");
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &uff, 12, phosphine);
    TYPE(t, 0, "P_3+3");
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__oxo_and_hydroxide_bridges) {
    /* mu4-O in a tetrahedron, mu3-O in a triangle of metals */
    static const atom four[] = {{8, 0, 0, 0}, {30, 1.13, 1.13, 1.13}, {30, -1.13, -1.13, 1.13}, {30, 1.13, -1.13, -1.13}, {30, -1.13, 1.13, -1.13}};
    static const atom three[] = {{8, 0, 0, 0}, {26, 1.92, 0, 0}, {26, -0.96, 1.663, 0}, {26, -0.96, -1.663, 0}};
    static const atom vanadyl[] = {{23, 0, 0, 0}, {8, 1.6, 0, 0}, {8, 0, 2.05, 0}};
    mofb__uff_topology t;
    PERCEIVE(&t, &mof, 12, four);
    TYPE(t, 0, "O_3_f");
    CHECK(order(&t, 0, 1) == 0.5);
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &mof, 12, three);
    TYPE(t, 0, "O_2_z");
    mofb__uff_topology_free(&t);
    PERCEIVE(&t, &mof, 12, vanadyl);
    TYPE(t, 1, "O_2");
    TYPE(t, 2, "O_3");
    CHECK(order(&t, 0, 1) == 2.0);
    CHECK(order(&t, 0, 2) == 0.5);
    mofb__uff_topology_free(&t);
}

/* ---- crystals ---- */

static mofb_status crystal(mofb_structure **out, const double *cell, size_t n, const int32_t *numbers, const double *f) {
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
        out[k] = x[3 * (size_t)t->neighbour[r] + k] - x[3 * i + k] + sh[0] * c[k] + sh[1] * c[3 + k] + sh[2] * c[6 + k];
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
                found = map[u.neighbour[r]] == (size_t)t.neighbour[q] && u.neighbour_order[r] == t.neighbour_order[q] &&
                        hypot(hypot(v[0] - w[0], v[1] - w[1]), v[2] - w[2]) < 1e-8;
            }
            wrong += !found;
        }
    }
    mofb__uff_topology_free(&t);
    mofb__uff_topology_free(&u);
    return wrong;
}

static int supercell_differences(const mofb_structure *s, const int32_t *repeats, const mofb__uff_settings *settings) {
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
    int wrong = mofb_structure_new(&other, n, numbers, y, c, NULL, NULL) ? -1 : differences(s, other, map, settings);
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

TEST(uff_topology__graphene) { /* two atoms, three bonds between the same pair */
    static const double cell[9] = {2.46, 0, 0, -1.23, 2.1304, 0, 0, 0, 15}, f[6] = {1 / 3.0, 2 / 3.0, 0.5, 2 / 3.0, 1 / 3.0, 0.5};
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

TEST(uff_topology__bonds_to_own_image) { /* copper chain, and polyacetylene with one C2H2 in the cell */
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

TEST(uff_topology__mof5_is_invariant) {
    mofb_structure *s = mof5();
    if (!s) SKIP("no examples/structures/MOF-5.cif");
    check_invariance(s, &mof, 10);
    check_invariance(s, &uff, 3);
    mofb_structure_free(s);
}

TEST(uff_topology__no_type) {
    static const atom atoms[] = {{104, 0, 0, 0}};
    mofb__uff_topology t;
    FAILS(perceive(&t, &uff, 10, atoms, 1), MOFB_ERR_UNSUPPORTED, "no_atom_type");
    CHECK(strstr(mofb_error_message(), "Rf") != NULL);
    FAILS(perceive(&t, &tool, 10, atoms, 1), MOFB_ERR_UNSUPPORTED, "no_atom_type");
}

TEST(uff_topology__rows_are_sorted_and_paired) {
    mofb__uff_topology t;
    PERCEIVE(&t, &uff, 12, benzene);
    size_t first = 0;
    for (size_t i = 0; i < t.n_atoms; i++)
        for (size_t r = t.first[i]; r < t.first[i + 1]; r++) {
            CHECK(r == t.first[i] || t.neighbour[r] > t.neighbour[r - 1]);
            if (t.neighbour[r] < (int32_t)i) continue;
            CHECK(t.bonds[first].i == (int32_t)i && t.bonds[first].j == t.neighbour[r]);
            CHECK(!memcmp(t.bonds[first].shift, t.neighbour_shift + 3 * r, sizeof t.bonds[first].shift));
            first++;
        }
    CHECK(first == t.n_bonds);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__failing_allocator) {
    const mofb__uff_settings *settings[] = {&uff, &tool_mof};
    atom atoms[MANY];
    mofb_structure *s;
    size_t n = paddle_wheel(atoms, 29, 1.32, 1.95);
    OK(make(&s, 16, atoms, n));
    for (int k = 0; k < 2; k++) {
        mofb_status status = MOFB_ERR_NO_MEMORY;
        for (long left = 0; status && left < 1000; left++) {
            failing f;
            mofb__uff_topology t;
            failing_init(&f, left);
            status = mofb__uff_perceive(&t, s, settings[k], &f.allocator);
            if (!status) mofb__uff_topology_free(&t);
            else CHECK(status == MOFB_ERR_NO_MEMORY);
            CHECK(f.live == 0);
        }
        CHECK(status == MOFB_OK);
    }
    mofb_structure_free(s);
}

int main(void) {
    RUN(uff_topology__benzene);
    RUN(uff_topology__phenolate);
    RUN(uff_topology__octahedron);
    RUN(uff_topology__amide);
    RUN(uff_topology__nitro);
    RUN(uff_topology__nitrile_and_imine);
    RUN(uff_topology__alternating_bonds);
    RUN(uff_topology__paddle_wheels);
    RUN(uff_topology__bridged_metals_are_not_bonded);
    RUN(uff_topology__chelates);
    RUN(uff_topology__silicate);
    RUN(uff_topology__sulphur_and_phosphorus);
    RUN(uff_topology__oxo_and_hydroxide_bridges);
    RUN(uff_topology__graphene);
    RUN(uff_topology__bonds_to_own_image);
    RUN(uff_topology__mof5_is_invariant);
    RUN(uff_topology__no_type);
    RUN(uff_topology__rows_are_sorted_and_paired);
    RUN(uff_topology__failing_allocator);
    return tap_end();
}
