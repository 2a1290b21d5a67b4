/* SPDX-License-Identifier: MIT */
#include "base/error.h"
#include "mofbench/ext/model.h"
#include "support/tap.h"

TEST(error__messages_are_one_line_of_utf8) {
    char longest[2000];
    mofb__fail(MOFB_ERR_IO, "io", "%s",
               "a\nb\x7f"
               "c \xC3\xA9 \xE9.cif \xC0\xAF \xED\xA0\x80");
    CHECK(!strcmp(mofb_error_message(), "a b c \xC3\xA9 ?.cif ?? ???"));
    for (size_t k = 0; k < sizeof longest - 2; k += 2) memcpy(longest + k, "\xC3\xA9", 2);
    longest[sizeof longest - 2] = 0;
    mofb__fail(MOFB_ERR_IO, "io", "x%s", longest);
    size_t n = strlen(mofb_error_message());
    CHECK(n < 1000 &&
          ((unsigned char)mofb_error_message()[n - 1] == 0xA9 || mofb_error_message()[n - 1] == '?'));
    mofb__fail_prefix(MOFB_ERR_IO, "y%s", longest);
    n = strlen(mofb_error_message());
    CHECK((unsigned char)mofb_error_message()[n - 1] == 0xA9 || mofb_error_message()[n - 1] == '?');
}

TEST(error__may_be_told_on) {
    mofb__fail(MOFB_ERR_IO, "io", "disk on fire");
    mofb_ext_fail(MOFB_ERR_IO, mofb_error_reason(), "again: %s", mofb_error_message());
    CHECK(!strcmp(mofb_error_message(), "again: disk on fire") && !strcmp(mofb_error_reason(), "io"));
}

typedef struct options {
    size_t struct_size;
    int64_t a, b;
} options;

TEST(error__options_of_other_sizes) {
    options o = {sizeof o, 1, 2};
    struct {
        options known;
        int64_t c;
    } newer = {{sizeof newer, 3, 4}, 0};
    options older = {2 * sizeof(size_t), 5, 6}, unset = {0, 7, 8}, garbage = {SIZE_MAX / 2, 9, 10};
    OK(mofb__options_read(&o, sizeof o, &newer));
    CHECK(o.a == 3 && o.b == 4);
    newer.c = 1;
    FAILS(mofb__options_read(&o, sizeof o, &newer), MOFB_ERR_ABI, "struct_newer");
    OK(mofb__options_read(&o, sizeof o, &older));
    CHECK(o.a == 5 && o.b == 4);
    FAILS(mofb__options_read(&o, sizeof o, &unset), MOFB_ERR_ABI, "struct_size");
    FAILS(mofb__options_read(&o, sizeof o, &garbage), MOFB_ERR_ABI, "struct_size");
    CHECK(o.a == 5 && o.b == 4);
}

int main(void) {
    RUN(error__messages_are_one_line_of_utf8);
    RUN(error__may_be_told_on);
    RUN(error__options_of_other_sizes);
    return tap_end();
}
