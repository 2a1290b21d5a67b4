/* SPDX-License-Identifier: MIT */
#include "read.h"

#include "mofbench/structure.h"

static mofb_structure *poscar(const char *text) {
    return read_one(text, "poscar", NULL, 0);
}

#define CELL "4 0 0\n0 5 0\n1 0 6\n"

TEST(poscar__direct) {
    mofb_structure *s = poscar("rock salt\r\n2.0\r\n" CELL
                               "Na Cl Na\n1 1 1\nDirect\n0 0 0\n0.5 0.5 0.5 Cl\n0.25 0 -1 T\n\n0 0 0\n");
    CHECK(s);
    if (!s) return;
    CHECK(s->n_atoms == 3 && s->numbers[0] == 11 && s->numbers[1] == 17 && s->numbers[2] == 11);
    CHECK(s->cell[0] == 8 && s->cell[6] == 2 && s->cell[8] == 12 && s->periodic[2] == 1);
    CHECK(s->positions[3] == 5 && s->positions[4] == 5 && s->positions[5] == 6);
    CHECK(s->positions[6] == 0 && s->positions[8] == -12);
    mofb_structure_free(s);
}

TEST(poscar__older_and_stranger) {
    mofb_structure *s =
        poscar("Zn_sv O/1f2e\n-960\n" CELL "1 1\nSelective\nCartesian\n0 0 0 T F .TRUE.\n1 2 3 F F F");
    CHECK(s);
    if (s) { /* volume 120 becomes 960: twice as long */
        CHECK_NEAR(s->cell[0], 8, 1e-13);
        CHECK_NEAR(s->volume, 960, 1e-11);
        CHECK_NEAR(s->positions[5], 6, 1e-13);
        CHECK(s->numbers[0] == 30 && s->numbers[1] == 8 && s->n_arrays == 1);
        CHECK(s->arrays[0].values[0] == 1 && s->arrays[0].values[1] == 0 && s->arrays[0].values[2] == 1);
        mofb_structure_free(s);
    }
    s = poscar("x\n1 2 3\n" CELL "H\n1\nk\n1 1 1\n");
    CHECK(s && s->cell[4] == 10 && s->cell[8] == 18 && s->cell[6] == 1 && s->positions[2] == 3);
    mofb_structure_free(s);
}

TEST(poscar__round_trip_is_exact) {
    mofb_structure *s =
        poscar("x\n1.1\n" CELL
               "Zn O Zn\n2 1 1\nS\nDirect\n.1 .2 .3 T T F\n.4 .2 .3 T T T\n.7 .2 .3 F F F\n0 0 0 T T T\n");
    mofb__str text;
    mofb__str_init(&text, NULL);
    CHECK(s);
    if (!s) return;
    OK(mofb__format_by_name("poscar")->write(&text, s));
    CHECK(strstr(text.data, "\nZn O Zn\n2 1 1\nSelective dynamics\nCartesian\n"));
    mofb_structure *back = poscar(text.data);
    CHECK(back && !strcmp(back->sha256, s->sha256));
    CHECK(back && !memcmp(back->arrays[0].values, s->arrays[0].values, 12 * sizeof(double)));
    sweep_write(s, "poscar");
    mofb_structure_free(back);
    mofb_structure_free(s);
    mofb__str_free(&text);
}

TEST(poscar__bad_input) {
    FAILS_TO_READ("", "poscar", MOFB_ERR_FORMAT, "unexpected_end", "comment");
    FAILS_TO_READ("x\n0\n" CELL "H\n1\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "bad_number", "line 2");
    FAILS_TO_READ("x\n1 -1 1\n" CELL "H\n1\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "bad_cell", "line 2");
    FAILS_TO_READ("x\n1\n4 0 0\n0 5 zero\n", "poscar", MOFB_ERR_FORMAT, "bad_number", "line 4: 'zero'");
    FAILS_TO_READ("x\n-5\n1 0 0\n0 1 0\n1 1 0\nH\n1\nD\n0 0 0\n", "poscar", MOFB_ERR_INVALID, "bad_cell",
                  "volume");
    FAILS_TO_READ("x\n1\n" CELL "Qx\n1\nD\n0 0 0\n", "poscar", MOFB_ERR_INVALID, "unknown_element",
                  "line 6: 'Qx'");
    FAILS_TO_READ("comment\n1\n" CELL "1\nD\n0 0 0\n", "poscar", MOFB_ERR_INVALID, "unknown_element",
                  "line 1: 'comment'");
    FAILS_TO_READ("x\n1\n" CELL "H\n1 1\nD\n0 0 0\n", "poscar", MOFB_ERR_INVALID, "unknown_element",
                  "line 6");
    FAILS_TO_READ("x\n1\n" CELL "H O\n1\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "bad_number", "line 7");
    FAILS_TO_READ("x\n1\n" CELL "H\n0\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "no_atoms", "line 7");
    FAILS_TO_READ("x\n1\n" CELL "H\n-1\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "bad_number", "'-1'");
    FAILS_TO_READ("x\n1\n" CELL "H\n999999999999999\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "unexpected_end",
                  "");
    FAILS_TO_READ("x\n1\n" CELL "H\n2\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "unexpected_end", "line 10");
    FAILS_TO_READ("x\n1\n" CELL "H\n1\nQ\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "bad_coordinates",
                  "line 8: 'Q'");
    FAILS_TO_READ("x\n1\n" CELL "H\n1\nS\nD\n0 0 0\n", "poscar", MOFB_ERR_FORMAT, "bad_number", "line 10");
}

TEST(poscar__out_of_memory) {
    sweep_read("x\n1\n" CELL "H O\n1 1\nS\nD\n0 0 0 T T T\n.5 .5 .5 F F F\n", "poscar", 0);
}

int main(void) {
    RUN(poscar__direct);
    RUN(poscar__older_and_stranger);
    RUN(poscar__round_trip_is_exact);
    RUN(poscar__bad_input);
    RUN(poscar__out_of_memory);
    return tap_end();
}
