/* SPDX-License-Identifier: MIT */
#include "read.h"

#include "formats/text.h"

static const char *by_path(const char *path) {
    const mofb__format *f = mofb__format_by_path(path);
    return f ? f->name : "none";
}

static const char *by_content(const char *text) {
    const mofb__format *f = mofb__format_by_content(text, strlen(text));
    return f ? f->name : "none";
}

TEST(format__is_found) {
    size_t n;
    mofb__formats(&n);
    CHECK(n == 3 && mofb__format_by_name("cif") && !mofb__format_by_name("CIF2"));
    CHECK(!strcmp(by_path("a/b.cif/MOF.CIF"), "cif"));
    CHECK(!strcmp(by_path("x.extxyz"), "extxyz") && !strcmp(by_path("x.xyz"), "extxyz"));
    CHECK(!strcmp(by_path("run/CONTCAR"), "poscar") && !strcmp(by_path("POSCAR_old"), "poscar"));
    CHECK(!strcmp(by_path("POSCAR.cif"), "cif") && !strcmp(by_path("x.vasp"), "poscar"));
    CHECK(!strcmp(by_path("POSCARX"), "none") && !strcmp(by_path("cif"), "none") &&
          !strcmp(by_path(""), "none"));
    CHECK(!strcmp(by_content("# hello\n\n data_x\n"), "cif") && !strcmp(by_content("loop_\n_a\n"), "cif"));
    CHECK(!strcmp(by_content("1\n\nH 0 0 0"), "extxyz"));
    CHECK(!strcmp(by_content("NaCl\n1.0\n1 0 0\n0 1 0\n0 0 1\n"), "poscar"));
    CHECK(!strcmp(by_content("hello"), "none") && !strcmp(by_content(""), "none"));
    FAILS_TO_READ("hello", NULL, MOFB_ERR_FORMAT, "unknown_format", "text: ");
    FAILS_TO_READ("hello", "pdb", MOFB_ERR_FORMAT, "unknown_format", "pdb; formats are: cif, extxyz, poscar");
}

static double number(const char *text) {
    double x;
    return mofb__text_number(&x, text, strlen(text)) ? x : -999;
}

TEST(format__numbers) {
    CHECK(number("1") == 1 && number("-.5") == -0.5 && number("1.") == 1 && number("+1E-2") == 0.01);
    static const char *const bad[] = {"",    ".",  "-",  "e1",  "1e",    "1e+", "0x1", "nan",
                                      "inf", "1 ", "1a", "1,2", "1e999", "--1", " 1"};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        CHECK(number(bad[k]) == -999);
    int64_t n = 5;
    CHECK(mofb__text_integer(&n, "-42", 3) && n == -42 && !mofb__text_integer(&n, "", 0) &&
          !mofb__text_integer(&n, "+", 1));
}

TEST(format__names) {
    static const struct {
        const char *path, *stem;
    } cases[] = {
        {"a/b/MOF-5.cif", "MOF-5"}, {"v1.2", "v1.2"}, {"x.CIF", "x"}, {".cif", ".cif"}, {"POSCAR", "POSCAR"}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char *stem = mofb__text_stem(NULL, cases[k].path);
        CHECK(!strcmp(stem, cases[k].stem));
        mofb__free(stem);
    }
    char *copy = mofb__text_copy(NULL, "a\xC3\xA9\xE9\x01\xC3", 6);
    CHECK(!strcmp(copy, "a\xC3\xA9???"));
    mofb__free(copy);
    CHECK(!strcmp(mofb__text_clip("a\nb\xFF", 4).text, "a?b?"));
    CHECK(strlen(mofb__text_clip("0123456789012345678901234567890123456789X", 41).text) == 43);
}

int main(void) {
    RUN(format__is_found);
    RUN(format__numbers);
    RUN(format__names);
    return tap_end();
}
