/* SPDX-License-Identifier: MIT */
#include "read.h"

#include "mofbench/structure.h"

#define HEAD "data_x\n_cell_length_a 10\n_cell_length_b 10\n_cell_length_c 10\n" /* lines 1 to 4 */
#define OPS(list) "loop_\n_symmetry_equiv_pos_as_xyz\n" list
#define SITES                                                                                                \
    "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"                  \
    "_atom_site_occupancy\n_atom_site_disorder_assembly\n_atom_site_disorder_group\n"
#define REFUSED(text, reason, part) FAILS_TO_READ(text, "cif", MOFB_ERR_INVALID, reason, part)

/* Reads with the major part kept; the x coordinates of what is left, in tenths of an Å, must be these. */
static void check_kept(const char *text, size_t n, const double *tenths, int line) {
    mofb_structure *s = read_one(text, "cif", NULL, MOFB_DISORDER_MAJOR);
    bool good = s && s->n_atoms == n;
    for (size_t k = 0; good && k < n; k++)
        good = fabs(s->positions[3 * k] * 10 - tenths[k]) < 1e-9;
    if (!good) {
        printf("# line %d: %zu atoms (%s):", line, s ? s->n_atoms : 0, s ? "" : mofb_error_message());
        for (size_t k = 0; s && k < s->n_atoms; k++)
            printf(" %g", s->positions[3 * k] * 10);
        printf("\n");
        tap_now_failed = 1;
    }
    mofb_structure_free(s);
}

#define KEEPS(text, n, ...) check_kept(text, n, (const double[]){__VA_ARGS__}, __LINE__)

TEST(disorder__refused_by_name) {
    REFUSED(HEAD SITES "Zn1 0 0 0 1 . .\nO7 .2 0 0 0.5 . .\n", "partial_occupancy",
            "line 14: atom 'O7' (occupancy 0.5");
    REFUSED(HEAD SITES "Zn1 0 0 0 1 . .\nO7 .2 0 0 0 . .\n", "partial_occupancy", "O7");
    REFUSED(HEAD SITES "C1 0 0 0 1 a 1\nC2 .2 0 0 1 a 2\n", "partial_occupancy", "line 14: atom 'C2'");
    REFUSED(HEAD SITES "C1 0 0 0 1 . 1\nC2 .2 0 0 1 . -1\n", "partial_occupancy", "C1");
    FAILS_TO_READ(HEAD SITES "C1 0 0 0 1.2 . .\n", "cif", MOFB_ERR_FORMAT, "bad_occupancy", "1.2");
    FAILS_TO_READ(HEAD SITES "C1 0 0 0 -0.1 . .\n", "cif", MOFB_ERR_FORMAT, "bad_occupancy", "-0.1");
}

TEST(disorder__what_is_none) {
    mofb_structure *s = read_one(
        HEAD SITES "C1 0 0 0 1.00(2) a 1\nC2 .2 0 0 ? a 1\nC3 .4 0 0 0.999 b 2\nC4 .6 0 0 1.001 . 0\n", "cif",
        NULL, MOFB_DISORDER_REFUSE);
    CHECK(s && s->n_atoms == 4);
    mofb_structure_free(s);
}

TEST(disorder__one_place) {
    KEEPS(HEAD SITES "Co1 0 0 0 0.4 . .\nZn1 0 0 0 0.6 . .\nO1 .2 0 0 1 . .\n", 2, 0, 20);
    mofb_structure *s =
        read_one(HEAD SITES "Co1 0 0 0 0.4 . .\nZn1 0 0 0 0.6 . .\n", "cif", NULL, MOFB_DISORDER_MAJOR);
    CHECK(s && s->n_atoms == 1 && s->numbers[0] == 30);
    mofb_structure_free(s);
    KEEPS(HEAD SITES "O1 .10 0 0 0.5 . .\nO2 .14 0 0 0.5 . .\n", 1, 10);       /* a tie: the first */
    KEEPS(HEAD SITES "O1 .99 0 0 0.4 . .\nO2 .02 0 0 0.6 . .\n", 1, 2);        /* across the cell's face */
    KEEPS(HEAD SITES "O1 .1 0 0 0.5 . .\nO2 .3 0 0 0.5 . .\n", 2, 10, 30);     /* apart: both */
    KEEPS(HEAD SITES "C1 .1 0 0 0.6 . .\nH1 .193 0 0 0.6 . .\n", 2, 10, 19.3); /* bonded: both */
    KEEPS(HEAD SITES "C1 .1 0 0 1 . .\nH1 .13 0 0 0.6 . .\n", 1, 10);          /* inside an ordered atom */
}

TEST(disorder__vacancy) {
    KEEPS(HEAD SITES "Zn1 0 0 0 1 . .\nO1 .3 0 0 0.3 . .\nO2 .6 0 0 0.5 . .\nO3 .8 0 0 0 . .\n", 2, 0, 60);
    KEEPS(HEAD SITES "Zn1 0 0 0 1 . .\nO1 .30 0 0 0.3 . .\nO2 .34 0 0 0.25 . .\n", 1, 0);
    KEEPS(HEAD SITES "Zn1 0 0 0 1 . .\nO1 .30 0 0 0.4 . .\nO2 .34 0 0 0.35 . .\n", 2, 0, 30);
    KEEPS(HEAD SITES "Zn1 0 0 0 1 . .\nO1 .30 0 0 0.3 a 1\nO2 .5 0 0 0.3 a 1\n", 1, 0);
    KEEPS(HEAD SITES "Zn1 0 0 0 1 . .\nO1 .30 0 0 0.3 . 1\nO2 .5 0 0 0.3 . 1\n", 1, 0);
    CHECK(!read_one(HEAD SITES "O1 .30 0 0 0.3 a 1\n", "cif", NULL, MOFB_DISORDER_MAJOR));
    CHECK(!strcmp(mofb_error_reason(), "no_atoms"));
}

TEST(disorder__groups) {
    /* groups of an assembly exclude each other even where they do not touch */
    KEEPS(HEAD SITES "C1 0 0 0 0.4 a 1\nC2 .15 0 0 0.4 a 1\nC3 .4 0 0 0.6 a 2\nC4 .55 0 0 0.6 a 2\n", 2, 40,
          55);
    /* assemblies are independent */
    KEEPS(HEAD SITES "C1 0 0 0 0.4 a 1\nC2 .2 0 0 0.6 a 2\nC3 .4 0 0 0.7 b 1\nC4 .6 0 0 0.3 b 2\n", 2, 20,
          40);
    /* without assembly, groups exclude each other where they overlap, as a whole */
    KEEPS(HEAD SITES
          "C1 0 0 0 0.6 . 1\nC2 .15 0 0 0.6 . 1\nC3 .04 0 0 0.4 . 2\nC4 .7 .3 0 0.4 . 2\nC5 .4 0 0 0.45 . 3\n"
          "C6 .44 0 0 0.55 . 4\n",
          3, 0, 15, 44);
    /* letters name groups too */
    KEEPS(HEAD SITES "C1 0 0 0 0.6 . A\nC2 .04 0 0 0.4 . B\n", 1, 0);
}

TEST(disorder__about_symmetry_elements) {
    static const char inversion[] = HEAD OPS("x,y,z\n-x,-y,-z\n") SITES
        "C1 .52 .50 .50 0.5 . -1\nC2 .60 .58 .55 0.5 . -1\nZn1 0 0 0 1 . .\n";
    mofb_structure *s = read_one(inversion, "cif", NULL, MOFB_DISORDER_MAJOR);
    CHECK(s && s->n_atoms == 3 && s->numbers[2] == 30);
    if (s && s->n_atoms == 3) { /* both atoms of the same orientation */
        CHECK_NEAR(s->positions[0], 5.2, 1e-12);
        CHECK_NEAR(s->positions[3], 6.0, 1e-12);
    }
    mofb_structure_free(s);
    /* the same without a group, one atom about a fourfold axis: one of four stays */
    KEEPS(HEAD OPS("x,y,z\n-y,x,z\n-x,-y,z\ny,-x,z\n") SITES "O1 .03 .01 .5 0.25 . .\n", 1, 3);
    /* a group across a mirror */
    KEEPS(HEAD OPS("x,y,z\n-x,y,z\n") SITES "O1 .02 .1 .5 0.5 . 1\nC1 .15 .1 .5 0.5 . 1\n", 3, 2, 15, 85);
    /* an atom on the special position itself is one atom */
    KEEPS(HEAD OPS("x,y,z\n-x,-y,-z\n") SITES "O1 .5 .5 .5 0.7 . .\n", 1, 50);
}

TEST(disorder__crowds_are_refused) {
    char text[40000] = HEAD SITES, *end = text + strlen(text);
    for (int k = 0; k < 400; k++)
        end += sprintf(end, "C%d %g %g .5 0.5 . .\n", k, .5 + k * 1e-5, .5 + k * 2e-5);
    mofb_structure *s = read_one(text, "cif", NULL, MOFB_DISORDER_MAJOR);
    CHECK(!s && !strcmp(mofb_error_reason(), "too_disordered"));
}

TEST(disorder__out_of_memory) {
    sweep_read(HEAD OPS("x,y,z\n-x,-y,-z\n") SITES
               "C1 .52 .5 .5 0.5 . -1\nC2 .1 .1 .1 .5 a 1\nC3 .2 .2 .2 .5 a 2\n",
               "cif", 1);
    sweep_read(HEAD SITES "C1 0 0 0 1 a 1\nC2 .2 0 0 1 a 1\n", "cif", 0);
}

int main(void) {
    RUN(disorder__refused_by_name);
    RUN(disorder__what_is_none);
    RUN(disorder__one_place);
    RUN(disorder__vacancy);
    RUN(disorder__groups);
    RUN(disorder__about_symmetry_elements);
    RUN(disorder__crowds_are_refused);
    RUN(disorder__out_of_memory);
    return tap_end();
}
