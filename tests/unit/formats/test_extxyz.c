/* SPDX-License-Identifier: MIT */
#include "read.h"

#include "mofbench/structure.h"

static mofb_structure *xyz(const char *text) {
    return read_one(text, "extxyz", NULL, 0);
}

static const double *array(const mofb_structure *s, const char *name, size_t width) {
    for (size_t k = 0; k < s->n_arrays; k++)
        if (!strcmp(s->arrays[k].name, name) && s->arrays[k].width == width) return s->arrays[k].values;
    return NULL;
}

TEST(extxyz__plain) {
    mofb_structure *s =
        xyz("\n3\r\nwater a=1\r\nO 0 0 0.1 9 extra\r\n1 0.7 0 -0.5\r\n H 7e-1 -1. .5\r\n\r\n");
    CHECK(s);
    if (!s) return;
    CHECK(s->n_atoms == 3 && s->numbers[0] == 8 && s->numbers[1] == 1 && s->numbers[2] == 1);
    CHECK(s->positions[6] == 0.7 && s->positions[7] == -1 && s->positions[8] == 0.5);
    CHECK(!s->has_cell && !s->periodic[0] && s->n_arrays == 0 && !*s->info && !strcmp(s->name, "text"));
    mofb_structure_free(s);
}

static const char full[] =
    "2\nLattice=\"5 0 0 0 6 0 0.5 0 7\" Properties=species:S:1:pos:R:3:forces:R:3:move:L:1:tag:S:1:Z:I:1 "
    "energy=-1.5 "
    "n=3 ok=T flag name=\"two words\" path={1 2.5 3} stress=\"1 0 0 0 1 0 0 0 1\" m=[[1, 2], [3, 0.1]] "
    "'odd=1' \"a key\"=\"q\\\"\\\\\" d=\"_JSON {\\\"x\\\": [0.1]}\" pbc=\"T F T\"\n"
    "Zn 0 0 0 0.1 0.2 0.3 T a 30\nO 1 2 3 -0.1 -0.2 -0.3 F b 8\n";

TEST(extxyz__columns_and_values) {
    mofb_structure *s = xyz(full);
    CHECK(s);
    if (!s) return;
    CHECK(s->has_cell && s->cell[0] == 5 && s->cell[4] == 6 && s->cell[6] == 0.5 && s->cell[8] == 7);
    CHECK(s->periodic[0] == 1 && s->periodic[1] == 0 && s->periodic[2] == 1);
    CHECK(array(s, "forces", 3) && array(s, "forces", 3)[5] == -0.3);
    CHECK(array(s, "move", 1) && array(s, "move", 1)[0] == 1 && array(s, "move", 1)[1] == 0);
    CHECK(s->n_arrays == 2);
    static const char info[] =
        "{\"energy\":-1.5,\"n\":3,\"ok\":true,\"flag\":true,\"name\":\"two words\",\"path\":[1,2.5,3],"
        "\"stress\":[1,0,0,0,1,0,0,0,1],\"m\":[[1,2],[3,0.1]],\"'odd\":\"1'\",\"a key\":\"q\\\"\\\\\","
        "\"d\":{\"x\":[0.1]}}";
    if (strcmp(s->info, info)) printf("# %s\n# %s\n", s->info, info);
    CHECK(!strcmp(s->info, info));
    mofb_structure_free(s);
}

TEST(extxyz__round_trip_is_exact) {
    mofb_structure *s = xyz(full), *back = NULL;
    mofb__str text;
    mofb__str_init(&text, NULL);
    CHECK(s);
    if (!s) return;
    s->positions[4] = 0.1 + 0.2;
    s->cell[1] = -1.0 / 3;
    ((double *)array(s, "forces", 3))[2] = 1e-300;
    OK(mofb__format_by_name("extxyz")->write(&text, s));
    back = xyz(text.data);
    CHECK(back);
    if (back) {
        CHECK(!memcmp(back->positions, s->positions, 6 * sizeof(double)) &&
              !memcmp(back->cell, s->cell, sizeof s->cell));
        CHECK(!memcmp(array(back, "forces", 3), array(s, "forces", 3), 6 * sizeof(double)));
        CHECK(!memcmp(back->periodic, s->periodic, sizeof s->periodic));
        if (strcmp(back->info, s->info)) printf("# %s\n# %s\n", back->info, s->info);
        CHECK(!strcmp(back->info, s->info));
        mofb_structure_free(back);
    }
    sweep_write(s, "extxyz");
    mofb__str_free(&text);
    mofb_structure_free(s);
}

TEST(extxyz__frames) {
    static const char text[] = "1\na\nH 0 0 0\n1\nb\nHe 0 0 0\n\n2\nc\nLi 0 0 0\nLi 3 0 0\n";
    mofb__structure_list all = {0};
    mofb_structure_options o = {.struct_size = sizeof o};
    OK(read_as(&all, text, strlen(text), &o));
    CHECK(all.count == 3 && all.items[2]->n_atoms == 2 && !strcmp(all.items[1]->name, "text@1"));
    mofb__structure_list_free(&all);
    static const struct {
        const char *block;
        int32_t number;
    } cases[] = {{"0", 1}, {"1", 2}, {"-1", 3}, {"-3", 1}};
    for (size_t k = 0; k < 4; k++) {
        mofb_structure *s = read_one(text, "extxyz", cases[k].block, 0);
        CHECK(s && s->numbers[0] == cases[k].number);
        mofb_structure_free(s);
    }
    CHECK(!read_one(text, "extxyz", "3", 0) && !strcmp(mofb_error_reason(), "no_block"));
    CHECK(!read_one(text, "extxyz", "-4", 0) && !strcmp(mofb_error_reason(), "no_block"));
    CHECK(!read_one(text, "extxyz", "last", 0) && !strcmp(mofb_error_reason(), "bad_value"));
}

TEST(extxyz__frame_of_a_trajectory) {
    static const int32_t numbers[1] = {1}, periodic[3] = {0, 0, 0};
    static const double positions[3] = {0, 0.1, 1e-20};
    double velocity[3] = {1, 2, 3}, charge = -0.5;
    char first[] = "velo city", second[] = "charges";
    mofb__array arrays[2] = {{first, 3, velocity}, {second, 1, &charge}};
    mofb__str out;
    mofb__str_init(&out, NULL);
    OK(mofb__extxyz_frame(&out, 1, numbers, positions, NULL, periodic, arrays, 2, "step=7"));
    CHECK(!strcmp(out.data,
                  "1\nProperties=species:S:1:pos:R:3:velo_city:R:3:charges:R:1 step=7 pbc=\"F F F\"\n"
                  "H 0 0.1 1e-20 1 2 3 -0.5\n"));
    mofb__str_free(&out);
}

TEST(extxyz__bad_input) {
    FAILS_TO_READ("", "extxyz", MOFB_ERR_FORMAT, "no_atoms", "");
    FAILS_TO_READ("0\n\n", "extxyz", MOFB_ERR_FORMAT, "no_atoms", "line 1");
    FAILS_TO_READ("two\n\n", "extxyz", MOFB_ERR_FORMAT, "bad_number", "'two'");
    FAILS_TO_READ("-1\n\n", "extxyz", MOFB_ERR_FORMAT, "bad_number", "");
    FAILS_TO_READ("1 2\n\n", "extxyz", MOFB_ERR_FORMAT, "bad_number", "");
    FAILS_TO_READ("99999999999999999999\n\n", "extxyz", MOFB_ERR_FORMAT, "bad_number", "");
    FAILS_TO_READ("999999999999999\n\nH 0 0 0", "extxyz", MOFB_ERR_FORMAT, "unexpected_end", "line 4");
    FAILS_TO_READ("1", "extxyz", MOFB_ERR_FORMAT, "unexpected_end", "comment");
    FAILS_TO_READ("1\n\nH 0 0\n", "extxyz", MOFB_ERR_FORMAT, "unexpected_end", "line 3");
    FAILS_TO_READ("1\n\nQx 0 0 0\n", "extxyz", MOFB_ERR_INVALID, "unknown_element", "line 3: 'Qx'");
    FAILS_TO_READ("1\n\n119 0 0 0\n", "extxyz", MOFB_ERR_INVALID, "unknown_element", "'119'");
    FAILS_TO_READ("1\n\n0 0 0 0\n", "extxyz", MOFB_ERR_INVALID, "unknown_element", "'0'");
    FAILS_TO_READ("1\n\nH 0 0 nan\n", "extxyz", MOFB_ERR_FORMAT, "bad_number", "line 3: 'nan'");
    FAILS_TO_READ("1\nLattice=\"1 2 3\"\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT, "bad_cell", "line 2");
    FAILS_TO_READ("1\nLattice=\"1 0 0 0 1 0 0 0 1 0\"\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT, "bad_cell",
                  "nine");
    FAILS_TO_READ("1\nLattice=\"1 0 0 0 1 0 0 0 x\"\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT, "bad_number",
                  "'x'");
    FAILS_TO_READ("1\nProperties=species:S:1:pos:R:3 pbc=\"T T T\"\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT,
                  "bad_cell", "");
    FAILS_TO_READ("1\nProperties=species:S:1:pos:R:2\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT, "bad_properties",
                  "pos");
    FAILS_TO_READ("1\nProperties=species:S:1\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT, "bad_properties",
                  "no pos");
    FAILS_TO_READ("1\nProperties=pos:R:3\n0 0 0\n", "extxyz", MOFB_ERR_FORMAT, "bad_properties",
                  "no species");
    FAILS_TO_READ("1\nProperties=species:S:1:pos:R:3:f:R:999999999\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT,
                  "bad_properties", "");
    FAILS_TO_READ("1\nProperties=species:S:1:pos:R:3:f:X:1\nH 0 0 0\n", "extxyz", MOFB_ERR_FORMAT,
                  "bad_properties", "'X'");
    FAILS_TO_READ("2\nProperties=species:S:1:pos:R:3:f:R:4000\nH 0 0 0\nH 1 1 1\n", "extxyz", MOFB_ERR_FORMAT,
                  "unexpected_end", "4004 values");
}

TEST(extxyz__out_of_memory) {
    sweep_read(full, "extxyz", 0);
    sweep_read("1\na\nH 0 0 0\n1\nb\nHe 0 0 0\n", "extxyz", 0);
}

int main(void) {
    RUN(extxyz__plain);
    RUN(extxyz__columns_and_values);
    RUN(extxyz__round_trip_is_exact);
    RUN(extxyz__frames);
    RUN(extxyz__frame_of_a_trajectory);
    RUN(extxyz__bad_input);
    RUN(extxyz__out_of_memory);
    return tap_end();
}
