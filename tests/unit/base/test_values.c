/* SPDX-License-Identifier: MIT */
#include "base/values.h"
#include "support/failing.h"
#include "support/tap.h"

static const mofb_row rows[] = {
    {"fmax", MOFB_TYPE_NUMBER, 0, "eV/Å", "", "0.001", 1e-8, 10, NULL, "largest force"},
    {"steps", MOFB_TYPE_INTEGER, 0, "", "", "500", 0, 1e9, NULL, "most steps"},
    {"strict", MOFB_TYPE_BOOL, 0, "", "", "false", 0, 0, NULL, "findings fail"},
    {"eos", MOFB_TYPE_CHOICE, 0, "", "", "vinet", 0, 0, "birch_murnaghan|vinet", "equation of state"},
    {"list", MOFB_TYPE_NUMBERS, 0, "K", "", "", 0, 2000, NULL, "temperatures"},
    {"note", MOFB_TYPE_TEXT, 0, "", "", "", 0, 0, NULL, "free text"},
};

TEST(values__defaults_settings_and_text) {
    mofb_values *v;
    size_t n;
    mofb__str s;
    OK(mofb__values_new(&v, rows, 6, NULL));
    CHECK(mofb_values_number(v, "fmax") == 0.001 && mofb_values_integer(v, "steps") == 500);
    OK(mofb__values_set_text(v, "fmax", "0.0010"));
    OK(mofb__values_set_text(v, "strict", "yes"));
    OK(mofb__values_set_text(v, "list", "300, 400"));
    CHECK(mofb_values_bool(v, "strict") && mofb_values_numbers(v, "list", &n)[1] == 400 && n == 2);
    mofb__str_init(&s, NULL);
    mofb__values_to_text(v, &s, NULL);
    CHECK(!strcmp(s.data, "strict=true,list=300,400"));
    mofb__str_free(&s);
    mofb__values_free(v);
}

TEST(values__bad_input_is_named) {
    mofb_values *v;
    OK(mofb__values_new(&v, rows, 6, NULL));
    FAILS(mofb__values_set_text(v, "fmaxx", "1"), MOFB_ERR_INVALID, "unknown_parameter");
    CHECK(strstr(mofb_error_message(), "did you mean 'fmax'"));
    FAILS(mofb__values_set_text(v, "fmax", "11"), MOFB_ERR_INVALID, "out_of_range");
    CHECK(strstr(mofb_error_message(), "1e-08 to 10"));
    FAILS(mofb__values_set_text(v, "fmax", "nan"), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb__values_set_text(v, "steps", "1.5"), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb__values_set_text(v, "eos", "vine"), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb__values_set_text(v, "eos", "birch_murnaghan|vinet"), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb__values_set_text(v, "eos", ""), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb__values_set_text(v, "list", "3;4"), MOFB_ERR_INVALID, "bad_value");
    mofb__json *o = mofb__json_new_object();
    mofb__json_add_object(o, "note");
    FAILS(mofb__values_set_object(v, o, NULL), MOFB_ERR_INVALID, "bad_value");
    mofb__json_free(o);
    CHECK(mofb_values_number(v, "fmax") == 0.001);
    mofb__values_free(v);
}

TEST(values__out_of_memory_is_reported) {
    for (long k = 0; k < 40; k++) {
        failing f;
        mofb_values *v = NULL;
        failing_init(&f, k);
        if (!mofb__values_new(&v, rows, 6, &f.allocator)) mofb__values_set_text(v, "list", "1,2,3");
        mofb__values_free(v);
        CHECK(f.live == 0);
    }
}

TEST(values__the_nearest_name_is_suggested) {
    static const char *const names[] = {"fmax_eV_per_A", "max_steps", "optimiser", "bulk_modulus", "uff4mof"};
    CHECK(!strcmp(mofb__nearest("fmx", names, 5), "fmax_eV_per_A"));
    CHECK(!strcmp(mofb__nearest("fmax", names, 5), "fmax_eV_per_A"));
    CHECK(!strcmp(mofb__nearest("steps", names, 5), "max_steps"));
    CHECK(!strcmp(mofb__nearest("modulus", names, 5), "bulk_modulus"));
    CHECK(!strcmp(mofb__nearest("uf4mof", names, 5), "uff4mof"));
    CHECK(!strcmp(mofb__nearest("optimizer", names, 5), "optimiser"));
    CHECK(mofb__nearest("zzzz", names, 5) == NULL);
}

int main(void) {
    RUN(values__the_nearest_name_is_suggested);
    RUN(values__defaults_settings_and_text);
    RUN(values__bad_input_is_named);
    RUN(values__out_of_memory_is_reported);
    return tap_end();
}
