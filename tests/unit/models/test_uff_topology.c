/* SPDX-License-Identifier: MIT */
/* Topologies of small molecules and fragments. */
#include "support/failing.h"
#include "support/topology.h"

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
    static const atom atoms[] = {{48, 0, 0, 0}, {8, 2.28, 0, 0}, {8, -2.28, 0, 0}, {8, 0, 2.28, 0},
        {8, 0, -2.28, 0}, {8, 0, 0, 2.28}, {8, 0, 0, -2.28}};
    mofb__uff_topology t;
    PERCEIVE(&t, &mof, 12, atoms);
    TYPE(t, 0, "Cd4f2"); /* no Cd6: of the others the one with right angles */
    TYPE(t, 1, "O_3");
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__amide) { /* formamide; H of N cis to O, and trans */
    static const atom atoms[] = {{6, 0, 0, 0}, {8, 1.21, 0, 0}, {7, -0.72, 1.15, 0}, {1, -0.6, -0.93, 0},
        {1, -0.22, 2.03, 0}, {1, -1.73, 1.15, 0}};
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
    static const atom atoms[] = {{6, 0, 0, 0}, {7, 1.49, 0, 0}, {8, 2.07, 1.08, 0}, {8, 2.07, -1.08, 0},
        {1, -0.36, 1.03, 0}, {1, -0.36, -0.51, 0.89}, {1, -0.36, -0.51, -0.89}};
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
    static const atom nitrile[] = {{6, 0, 0, 0}, {6, 1.46, 0, 0}, {7, 2.62, 0, 0}, {1, -0.36, 1.03, 0},
        {1, -0.36, -0.51, 0.89}, {1, -0.36, -0.51, -0.89}};
    static const atom imine[] = {{6, 0, 0, 0}, {7, 1.27, 0, 0}, {1, -0.55, 0.94, 0}, {1, -0.55, -0.94, 0},
        {1, 1.63, 0.95, 0}};
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
    static const atom diyne[] = {{6, 0.69, 0, 0}, {6, -0.69, 0, 0}, {6, 1.9, 0, 0}, {6, -1.9, 0, 0},
        {1, 2.96, 0, 0}, {1, -2.96, 0, 0}};
    static const atom carbonate[] = {{6, 0, 0, 0}, {8, 1.29, 0, 0}, {8, -0.645, 1.117, 0},
        {8, -0.645, -1.117, 0}};
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
    static const atom atoms[] = {{57, 0, 0, 0}, {8, 2.35, 1.1, 0}, {8, 2.35, -1.1, 0}, {6, 2.95, 0, 0},
        {1, 4.05, 0, 0}};
    mofb__uff_topology t;
    PERCEIVE(&t, &uff, 14, atoms);
    CHECK(order(&t, 0, 1) == 1.0);
    CHECK(order(&t, 0, 3) == 0);
    CHECK(order(&t, 1, 3) == 1.5);
    mofb__uff_topology_free(&t);
}

TEST(uff_topology__silicate) {
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
    static const atom sulphone[] = {{16, 0, 0, 0}, {8, 0.83, 0.83, 0.83}, {8, -0.83, -0.83, 0.83},
        {6, 1.02, -1.02, -1.02}, {6, -1.02, 1.02, -1.02}};
    static const atom sulphide[] = {{16, 0, 0, 0}, {1, 0.96, 0.94, 0}, {1, -0.96, 0.94, 0}};
    static const atom phosphine[] = {{15, 0, 0, 0}, {1, 1.2, 0, 0.75}, {1, -0.6, 1.04, 0.75},
        {1, -0.6, -1.04, 0.75}};
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
    static const atom four[] = {{8, 0, 0, 0}, {30, 1.13, 1.13, 1.13}, {30, -1.13, -1.13, 1.13},
        {30, 1.13, -1.13, -1.13}, {30, -1.13, 1.13, -1.13}};
    static const atom three[] = {{8, 0, 0, 0}, {26, 1.92, 0, 0}, {26, -0.96, 1.663, 0},
        {26, -0.96, -1.663, 0}};
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
    RUN(uff_topology__no_type);
    RUN(uff_topology__rows_are_sorted_and_paired);
    RUN(uff_topology__failing_allocator);
    return tap_end();
}
