/* SPDX-License-Identifier: MIT */
#include "read.h"

#include "mofbench/structure.h"

#define CUBE(a)                                                                                              \
    "_cell_length_a " #a "\n_cell_length_b " #a "\n_cell_length_c " #a "\n"                                  \
    "_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n"
#define FRACT                                                                                                \
    "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_"   \
    "fract_z\n"
#define PAIR "Na1 Na 0 0 0\nCl1 Cl 0.5 0.5 0.5\n"

static mofb_structure *cif(const char *text) {
    return read_one(text, "cif", NULL, MOFB_DISORDER_REFUSE);
}

static void check_count(const char *text, size_t n, int line) {
    mofb_structure *s = cif(text);
    if (!s || s->n_atoms != n) {
        printf("# line %d: %zu atoms instead of %zu (%s)\n", line, s ? s->n_atoms : 0, n,
               mofb_error_message());
        tap_now_failed = 1;
    }
    mofb_structure_free(s);
}

#define COUNT(text, n) check_count(text, n, __LINE__)

TEST(cif__plain) {
    mofb_structure *s =
        cif("data_caesium_chloride\n" CUBE(4.123) FRACT "Cs1 Cs1+ 0 0 0\nCl1 Cl1- 0.5 -0.5 1.5\n");
    CHECK(s);
    if (!s) return;
    CHECK(s->n_atoms == 2 && s->numbers[0] == 55 && s->numbers[1] == 17);
    CHECK(!strcmp(s->name, "caesium_chloride"));
    CHECK(s->has_cell && s->cell[0] == 4.123 && s->cell[4] == 4.123 && s->cell[8] == 4.123 &&
          s->cell[3] == 0);
    CHECK(s->positions[3] == 0.5 * 4.123 && s->positions[4] == -0.5 * 4.123 &&
          s->positions[5] == 1.5 * 4.123);
    CHECK(s->periodic[0] && s->periodic[1] && s->periodic[2]);
    mofb_structure_free(s);
}

TEST(cif__syntax) {
    mofb_structure *s;
    /* BOM, CRLF, Latin-1, comments, text fields, quotes in quotes, uncertainties, old Mac line ends, no last
     * newline */
    s = cif("\xEF\xBB\xBF#\\#CIF_1.1\r\nDATA_x\r\n_publ_author_name 'O'Neill "
            "\xE9'\r\n_note\r\n;\r\ndata_fake loop_ '\r\n;\r\n"
            "_CELL_LENGTH_A 4.0(12)\r\n_cell_length_b 4.0(1\r\n_cell.length_c +40e-1 # "
            "c\r\n_cell_angle_alpha ?\r\n"
            "loop_\r\n_atom_site.label\r\n_atom_site.fract_x\r\n_atom_site.fract_y\r\n_atom_site.fract_z\r\n"
            "\"C1'\" 0 .5(1) -1e-1\r\nO2'' .25\r\n;0.5\r\n; '0.5'");
    CHECK(s);
    if (s) {
        CHECK(s->n_atoms == 2 && s->numbers[0] == 6 && s->numbers[1] == 8);
        CHECK(s->positions[1] == 2 && s->positions[2] == -0.4 && s->positions[4] == 2);
        mofb_structure_free(s);
    }
    COUNT("data_x\r" CUBE(5) FRACT "C C 0 0 0\rO O 0.5 0 0", 2);
    COUNT(CUBE(5) FRACT "C C 0 0 0\n", 1);                                /* no data_ line */
    COUNT("data_x\n" CUBE(5) "_empty\n" FRACT "C C 0 0 0\n_tail 1\n", 1); /* a tag without value */
    COUNT("data_x\n_name two words\n" CUBE(5) FRACT "C C 0 0 0\n", 1);    /* stray values */
    COUNT("data_x\n" CUBE(5) "loop_\n_a\n_b\n1 2 3\n" FRACT "C C 0 0 0\n",
          1); /* a ragged loop that nobody reads */
    COUNT("data_x\n" CUBE(
              5) "_atom_site_label C\n_atom_site_fract_x 0\n_atom_site_fract_y 0\n_atom_site_fract_z 0\n",
          1);
    COUNT("data_x\n" CUBE(5) "loop_\n_atom_site_aniso_label\n_atom_site_aniso_U_11\nC 0.1\n" FRACT
                             "C C 0 0 0\n",
          1);
    COUNT("data_x\nsave_a\nsave_\n" CUBE(5) FRACT "C C 0 0 0\n", 1);
}

TEST(cif__cell_of_any_angles) {
    mofb_structure *s =
        cif("data_x\n_cell_length_a 5\n_cell_length_b 6\n_cell_length_c 7\n_cell_angle_alpha 80\n"
            "_cell_angle_beta 95\n_cell_angle_gamma 120\n" FRACT "C C 0 0 0\n");
    CHECK(s);
    if (!s) return;
    const double *c = s->cell, deg = 3.14159265358979323846 / 180;
    CHECK(c[0] == 5 && c[1] == 0 && c[2] == 0 && c[3] == -3 && c[5] == 0);
    CHECK_NEAR(c[4], 6 * sqrt(3) / 2, 1e-15);
    CHECK_NEAR(c[3] * c[6] + c[4] * c[7] + c[5] * c[8], 42 * cos(80 * deg), 1e-13);
    CHECK_NEAR(c[0] * c[6], 35 * cos(95 * deg), 1e-13);
    CHECK_NEAR(sqrt(c[6] * c[6] + c[7] * c[7] + c[8] * c[8]), 7, 1e-14);
    mofb_structure_free(s);
}

TEST(cif__elements) {
    static const struct {
        const char *row;
        int32_t number;
    } cases[] = {{"A Zn2+", 30}, {"A ZN", 30},  {"A O2-", 8},  {"A Cval", 6}, {"A D", 1},   {"A Cu1+", 29},
                 {"A O-2", 8},   {"Zn1 ?", 30}, {"ZN1 .", 30}, {"C12A ?", 6}, {"Hw1 ?", 1}, {"HA1 ?", 1},
                 {"O1W ?", 8},   {"Co ?", 27},  {"SiA ?", 14}, {"CA1 ?", 20}, {"NB2 ?", 7}};
    char text[1024];
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        snprintf(text, sizeof text,
                 "data_x\n" CUBE(5) "_chemical_formula_sum 'Ca2 N H4'\n" FRACT "%s 0 0 0\n", cases[k].row);
        mofb_structure *s = cif(text);
        if (!s || s->numbers[0] != cases[k].number) {
            printf("# '%s' gave %d (%s)\n", cases[k].row, s ? (int)s->numbers[0] : 0, mofb_error_message());
            tap_now_failed = 1;
        }
        mofb_structure_free(s);
    }
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "CA1 ? 0 0 0\n", "cif", MOFB_ERR_INVALID, "unknown_element",
                  "CA1");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "A Xx 0 0 0\n", "cif", MOFB_ERR_INVALID, "unknown_element",
                  "line 14: ");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "Wat1 . 0 0 0\n", "cif", MOFB_ERR_INVALID, "unknown_element",
                  "Wat1");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "? ? 0 0 0\n", "cif", MOFB_ERR_INVALID, "unknown_element",
                  "line 14");
    COUNT("data_x\n" CUBE(
              5) "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
                 "_atom_site_calc_flag\nC1 0 0 0 d\nX1 .5 .5 .5 dum\n",
          1);
}

#define OPS "loop_\n_symmetry_equiv_pos_as_xyz\n"

TEST(cif__symmetry_operations) {
    /* the eight translations and mirror images of rock salt, in several spellings */
    COUNT("data_x\n" CUBE(5.64) OPS
          "x,y,z\nx,y+1/2,z+1/2\n'1/2+x, y, z + 0.5'\n'X+1/2, Y+.50, Z'\n" FRACT PAIR,
          8);
    COUNT("data_x\n" CUBE(5.64) "loop_\n_space_group_symop_id\n_space_group_symop_operation_xyz\n1 "
                                "'x,y,z'\n2 '-x,-y,-z'\n" FRACT "Na1 Na 0 0 0\nCl1 Cl 0.25 0.25 0.2\n",
          3);
    mofb_structure *s =
        cif("data_x\n" CUBE(10) OPS "x,y,z\n-x,-y,-z\n" FRACT "C C 1.1 -0.2 0.3\nO O 0.5 0.5 0.5\n");
    CHECK(s);
    if (s) { /* as written, then the image in the cell, then the next atom */
        CHECK(s->n_atoms == 3 && s->numbers[0] == 6 && s->numbers[1] == 6 && s->numbers[2] == 8);
        CHECK_NEAR(s->positions[0], 11, 1e-14);
        CHECK_NEAR(s->positions[1], -2, 1e-14);
        CHECK_NEAR(s->positions[3], 9, 1e-14);
        CHECK_NEAR(s->positions[4], 2, 1e-14);
        CHECK_NEAR(s->positions[5], 7, 1e-14);
        mofb_structure_free(s);
    }
    /* thirds written as decimals stay a group and hit special positions */
    COUNT("data_x\n_cell_length_a 9\n_cell_length_b 9\n_cell_length_c 20\n_cell_angle_gamma 120\n" OPS
          "x,y,z\n-y,x-y,z+0.333\ny-x,-x,z+.6667\n" FRACT "C C 0.3333 0.6667 0.1\nN N 0.1 0.2 0\n",
          6);
    /* the whole cell listed beside its operations */
    COUNT("data_x\n" CUBE(10) OPS "x,y,z\n-x,-y,-z\n" FRACT "C C 0.1 0.2 0.3\nC C 0.9 0.8 0.7\n", 2);
}

TEST(cif__symmetry_refused) {
    static const char *const bad[] = {"x,y",       "x,y,z,x", "x,y,q",      "x,y,z+", "x y,y,z",
                                      "x,y,z+1/0", "x,x,z",   "",           "3x,y,z", "x,y,z+1e9999",
                                      "x,,z",      "x,y,1/2", "x,y,z+1.2.3"};
    char text[1024];
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        snprintf(text, sizeof text, "data_x\n" CUBE(5) OPS "'x,y,z'\n' %s'\n" FRACT PAIR, bad[k]);
        FAILS_TO_READ(text, "cif", MOFB_ERR_FORMAT, "bad_symmetry_operation", "line 11");
    }
    FAILS_TO_READ("data_x\n" CUBE(5) OPS "-y,x,z\n" FRACT PAIR, "cif", MOFB_ERR_FORMAT,
                  "bad_symmetry_operation", "group");
    FAILS_TO_READ("data_x\n_cell_length_a 5\n_cell_length_b 6\n_cell_length_c 7\n" OPS
                  "x,y,z\n-y,x,z\n-x,-y,z\ny,-x,z\n" FRACT PAIR,
                  "cif", MOFB_ERR_FORMAT, "bad_symmetry_operation", "does not fit the cell");
    FAILS_TO_READ("data_x\n" CUBE(5) OPS "x,y,z\n-x,-y,-z\n" FRACT "C1 C .1 .2 .3\nN1 N .9 .8 .7\n", "cif",
                  MOFB_ERR_INVALID, "atoms_too_close", "line 19: 'N1' and 'C1' (line 18)");
    FAILS_TO_READ("data_x\n" CUBE(5) "loop_\n_space_group_symop_magn_operation.xyz\nx,y,z,+1\n-x,-y,-z,-1\n" FRACT PAIR,
                  "cif", MOFB_ERR_UNSUPPORTED, "magnetic_symmetry", "line 9");
}

static void named(const char *items, const char *cell, size_t n) {
    char text[2048];
    snprintf(text, sizeof text, "data_x\n%s%s" FRACT "C C 0.11 0.23 0.37\n", cell, items);
    check_count(text, n, (int)n);
}

static void refused(const char *items, const char *cell, const char *reason) {
    char text[2048];
    snprintf(text, sizeof text, "data_x\n%s%s" FRACT "C C 0.11 0.23 0.37\n", cell, items);
    FAILS_TO_READ(text, "cif", MOFB_ERR_UNSUPPORTED, reason, "line 8");
}

TEST(cif__space_group_by_name) {
    static const char cubic[] = CUBE(20);
    static const char hexagonal[] =
        "_cell_length_a 20\n_cell_length_b 20\n_cell_length_c 30\n_cell_angle_gamma 120\n\n\n";
    static const char rhombohedral[] = "_cell_length_a 20\n_cell_length_b 20\n_cell_length_c 20\n"
                                       "_cell_angle_alpha 70\n_cell_angle_beta 70\n_cell_angle_gamma 70\n";
    static const char monoclinic[] =
        "_cell_length_a 20\n_cell_length_b 21\n_cell_length_c 22\n_cell_angle_beta 100\n\n\n";
    static const char unique_c[] =
        "_cell_length_a 20\n_cell_length_b 21\n_cell_length_c 22\n_cell_angle_gamma 100\n\n\n";
    named("_symmetry_space_group_name_H-M 'F m -3 m'\n", cubic, 192);
    named("_symmetry_space_group_name_H-M 'F m 3 m'\n", cubic, 192);
    named("_space_group_IT_number 225\n", cubic, 192);
    named("_space_group_name_H-M_alt 'P 1'\n", cubic, 1);
    named("_space_group_name_Hall '-F 4 2 3'\n", cubic, 192);
    named("_symmetry_space_group_name_H-M 'F d -3 m:2'\n", cubic, 192);
    named("_symmetry_space_group_name_H-M 'F d -3 m Z'\n_symmetry_Int_Tables_number 227\n", cubic, 192);
    named("_symmetry_space_group_name_H-M 'R -3 m'\n", hexagonal, 36);
    named("_symmetry_space_group_name_H-M 'R -3 m H'\n", hexagonal, 36);
    named("_symmetry_space_group_name_H-M 'R -3 m'\n", rhombohedral, 12);
    named("_symmetry_space_group_name_H-M 'P 21/c'\n", monoclinic, 4);
    named("_symmetry_space_group_name_H-M 'P 1 21/n 1'\n", monoclinic, 4);
    named("_symmetry_space_group_name_H-M P21/n\n", monoclinic, 4);
    named("_symmetry_space_group_name_H-M 'P 1 1 21/b'\n", unique_c, 4);
    named("_symmetry_space_group_name_H-M 'P n m a'\n", cubic, 8);
    named("_symmetry_space_group_name_H-M 'C m c a'\n", cubic, 16);
    named("_symmetry_space_group_name_H-M 'I -4 2 d'\n", cubic, 16);
    refused("_symmetry_space_group_name_H-M 'F d -3 m'\n", cubic, "ambiguous_space_group");
    refused("_symmetry_Int_Tables_number 62\n", cubic, "ambiguous_space_group");
    refused("_symmetry_Int_Tables_number 14\n", monoclinic, "ambiguous_space_group");
    refused("_symmetry_space_group_name_H-M 'Q 2'\n", cubic, "unknown_space_group");
    refused("_symmetry_space_group_name_H-M 'F m -3 m'\n", monoclinic, "unknown_space_group");
    FAILS_TO_READ("data_x\n" CUBE(5) "_symmetry_Int_Tables_number 231\n" FRACT PAIR, "cif", MOFB_ERR_FORMAT,
                  "bad_number", "231");
}

TEST(cif__cartesian) {
    mofb_structure *s =
        cif("data_x\n" CUBE(10) "loop_\n_atom_site_type_symbol\n_atom_site_Cartn_x\n_atom_site_Cartn_y\n"
                                "_atom_site_Cartn_z\nC 0.1 0.2 0.3\nO 5 5 5\n");
    CHECK(s && s->n_atoms == 2 && s->positions[2] == 0.3 && s->positions[3] == 5);
    mofb_structure_free(s);
    FAILS_TO_READ(
        "data_x\n" CUBE(
            10) "_atom_sites_Cartn_tran_matrix_11 1\nloop_\n_atom_site_type_symbol\n_atom_site_Cartn_x\n"
                "_atom_site_Cartn_y\n_atom_site_Cartn_z\nC 0.1 0.2 0.3\n",
        "cif", MOFB_ERR_UNSUPPORTED, "cif_own_axes", "");
}

TEST(cif__blocks) {
    static const char text[] =
        "data_global\n_publ 1\ndata_A\n" CUBE(5) FRACT PAIR "data_b\n" CUBE(6) FRACT "C C 0 0 0\n";
    mofb_structure *s = cif(text);
    CHECK(s && !strcmp(s->name, "A") && s->n_atoms == 2);
    mofb_structure_free(s);
    s = read_one(text, "cif", "B", 0);
    CHECK(s && !strcmp(s->name, "b") && s->n_atoms == 1 && s->cell[0] == 6);
    mofb_structure_free(s);
    CHECK(!read_one(text, "cif", "c", 0) && !strcmp(mofb_error_reason(), "no_block"));
    CHECK(!read_one(text, "cif", "global", 0) && !strcmp(mofb_error_reason(), "no_atoms"));
    mofb__structure_list all = {0};
    mofb_structure_options o = {.struct_size = sizeof o};
    OK(read_as(&all, text, strlen(text), &o));
    CHECK(all.count == 2);
    mofb__structure_list_free(&all);
}

TEST(cif__charges) {
    mofb_structure *s = cif("data_x\n" CUBE(5) OPS
                            "x,y,z\n-x,-y,-z\n"
                            "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n"
                            "_atom_site_fract_z\n_atom_site_charge\nC .1 .2 .3 0.25\nO .5 .5 .5 -0.5\n");
    CHECK(s && s->n_arrays == 1 && !strcmp(s->arrays[0].name, "charges"));
    CHECK(s && s->n_atoms == 3 && s->arrays[0].values[1] == 0.25 && s->arrays[0].values[2] == -0.5);
    mofb_structure_free(s);
}

TEST(cif__bad_input) {
    FAILS_TO_READ("", "cif", MOFB_ERR_FORMAT, "cif_no_cell", "text: ");
    FAILS_TO_READ("data_x\n" FRACT PAIR, "cif", MOFB_ERR_FORMAT, "cif_no_cell", "'x'");
    FAILS_TO_READ("data_x\n" CUBE(5), "cif", MOFB_ERR_FORMAT, "no_atoms", "");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT, "cif", MOFB_ERR_FORMAT, "no_atoms", "");
    FAILS_TO_READ("data_x\n_cell_length_a -5\n_cell_length_b 5\n_cell_length_c 5\n" FRACT PAIR, "cif",
                  MOFB_ERR_FORMAT, "bad_cell", "line 2: cell length a is -5");
    FAILS_TO_READ(
        "data_x\n_cell_length_a 5\n_cell_length_b 5\n_cell_length_c 5\n_cell_angle_alpha 180\n" FRACT PAIR,
        "cif", MOFB_ERR_FORMAT, "bad_cell", "line 5");
    FAILS_TO_READ("data_x\n_cell_length_a 5\n_cell_length_b 5\n_cell_length_c 5\n_cell_angle_alpha "
                  "30\n_cell_angle_beta 30\n" FRACT PAIR,
                  "cif", MOFB_ERR_FORMAT, "bad_cell", "do not make a cell");
    FAILS_TO_READ("data_x\n_cell_length_a nan\n_cell_length_b 5\n_cell_length_c 5\n" FRACT PAIR, "cif",
                  MOFB_ERR_FORMAT, "bad_number", "'nan'");
    FAILS_TO_READ("data_x\n" CUBE(5) "_cell_length_a 6\n" FRACT PAIR, "cif", MOFB_ERR_FORMAT,
                  "duplicate_item", "line 2");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "C C 0 0 zero\n", "cif", MOFB_ERR_FORMAT, "bad_number",
                  "line 14: 'zero'");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "C C 0 0 ?\n", "cif", MOFB_ERR_FORMAT, "bad_number", "'?'");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "C C 0 0 1e400\n", "cif", MOFB_ERR_FORMAT, "bad_number", "1e400");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "C C 0 0 1e300\n", "cif", MOFB_ERR_FORMAT, "bad_number", "1e+300");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "C C 0 0 0x10\n", "cif", MOFB_ERR_FORMAT, "bad_number", "0x10");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "C C 0 0\n", "cif", MOFB_ERR_FORMAT, "unexpected_end", "4 of 5");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT "C C 0 0\n_end 1\n", "cif", MOFB_ERR_FORMAT, "bad_loop",
                  "line 14");
    FAILS_TO_READ("data_x\n" CUBE(5) "_a 'open\n" FRACT PAIR, "cif", MOFB_ERR_FORMAT, "unexpected_end",
                  "line 8");
    FAILS_TO_READ("data_x\n" CUBE(5) "_a\n;open\n" FRACT PAIR, "cif", MOFB_ERR_FORMAT, "unexpected_end",
                  "line 9");
    FAILS_TO_READ("data_x\n" CUBE(5) "loop_\n_atom_site_label\n_atom_site_fract_x\nC 0\n", "cif",
                  MOFB_ERR_FORMAT, "no_atoms", "no y coordinates");
    FAILS_TO_READ("data_x\n" CUBE(5) FRACT PAIR "loop_\n_atom_site_occupancy\n1\n1\n", "cif", MOFB_ERR_FORMAT,
                  "bad_loop", "");
}

TEST(cif__writes_what_it_reads) {
    static const double cells[2][9] = {{5.1, 0.3, -0.2, 1.7, 6.3, 0.1, -0.9, 0.4, 7.7},  /* right-handed */
                                       {5.1, 0.3, -0.2, -0.9, 0.4, 7.7, 1.7, 6.3, 0.1}}; /* left-handed */
    static const double positions[9] = {0.1, 0.2, 0.3, 2.123456789012345, 3, 1, -1, 4, 5};
    static const int32_t numbers[3] = {30, 8, 1};
    for (int c = 0; c < 2; c++) {
        mofb_structure *s = NULL, *back = NULL;
        mofb__str text;
        OK(mofb_structure_new(&s, 3, numbers, positions, cells[c], NULL, NULL));
        mofb__str_init(&text, NULL);
        OK(mofb__format_by_name("cif")->write(&text, s));
        back = cif(text.data);
        CHECK(back && back->n_atoms == 3 && !memcmp(back->numbers, s->numbers, sizeof numbers));
        for (size_t k = 0; back && k < 3; k++)
            CHECK_NEAR(distance(back, k, (k + 1) % 3), distance(s, k, (k + 1) % 3), 1e-13);
        if (back) CHECK_NEAR(back->volume, s->volume, 1e-11);
        /* the sense of the triple of atoms is kept: no mirror image */
        for (int which = 0; back && which < 1; which++) {
            const double *p = s->positions, *q = back->positions;
            double a = p[0] * (p[4] * p[8] - p[5] * p[7]) - p[1] * (p[3] * p[8] - p[5] * p[6]) +
                       p[2] * (p[3] * p[7] - p[4] * p[6]);
            double b = q[0] * (q[4] * q[8] - q[5] * q[7]) - q[1] * (q[3] * q[8] - q[5] * q[6]) +
                       q[2] * (q[3] * q[7] - q[4] * q[6]);
            CHECK_NEAR(a, b, 1e-12);
        }
        sweep_write(s, "cif");
        mofb__str_free(&text);
        mofb_structure_free(s);
        mofb_structure_free(back);
    }
}

TEST(cif__out_of_memory) {
    sweep_read("data_x\n_publ 1\ndata_y\n" CUBE(5.64) OPS
               "x,y,z\nx,y+1/2,z+1/2\n'1/2+x, y, z + 0.5'\n'X+1/2, Y+.50, Z'\n" FRACT PAIR,
               "cif", 0);
    sweep_read("data_x\n" CUBE(20) "_symmetry_space_group_name_H-M 'F m -3 m'\n" FRACT "C C 0.11 0.23 0.37\n",
               "cif", 0);
    sweep_read("data_x\n" CUBE(
                   20) "loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
                       "_atom_site_charge\n_atom_site_occupancy\n_atom_site_disorder_group\n_atom_site_"
                       "disorder_assembly\n"
                       "C .1 .2 .3 0.25 0.6 1 a\nC .12 .2 .3 0.25 0.4 2 a\nO .5 .5 .5 -0.5 1 . .\n",
               "cif", 1);
}

int main(void) {
    RUN(cif__plain);
    RUN(cif__syntax);
    RUN(cif__cell_of_any_angles);
    RUN(cif__elements);
    RUN(cif__symmetry_operations);
    RUN(cif__symmetry_refused);
    RUN(cif__space_group_by_name);
    RUN(cif__cartesian);
    RUN(cif__blocks);
    RUN(cif__charges);
    RUN(cif__bad_input);
    RUN(cif__writes_what_it_reads);
    RUN(cif__out_of_memory);
    return tap_end();
}
