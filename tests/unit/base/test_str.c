/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <locale.h>
#include <string.h>

#include "base/json.h"
#include "support/tap.h"

static void check_number(const char *text, double value, size_t used) {
    const char *end;
    CHECK(mofb__parse_double(text, &end) == value && end == text + used);
}

static void check_numbers(void) {
    char text[32], line[] = "1 -0.25 3";
    check_number("1.5", 1.5, 3);
    check_number("-12.25e1,7", -122.5, 8);
    check_number("1,5", 1, 1);
    check_number("3 4.5", 3, 1);
    check_number(".5 .25", 0.5, 2);
    check_number("7.", 7, 2);
    check_number("x1.5", 0, 0);
    mofb__number_text(text, 0.1);
    CHECK(!strcmp(text, "0.1"));
    mofb__number_text(text, -0.1 - 0.2);
    CHECK(!strcmp(text, "-0.30000000000000004"));
    mofb__dots(line);
    CHECK(!strcmp(line, "1 -0.25 3"));
}

TEST(str__numbers_are_read_and_written_with_dots) {
    check_numbers();
}

TEST(str__whatever_the_locale) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8",
                                        "ps_AF.UTF-8"};
    int tried = 0;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        mofb__json *value;
        char text[64];
        if (!setlocale(LC_NUMERIC, names[k])) continue;
        tried++;
        check_numbers();
        snprintf(text, sizeof text, "%.2f %g", 0.25, -1.5);
        mofb__dots(text);
        CHECK(!strcmp(text, "0.25 -1.5"));
        if (strlen(localeconv()->decimal_point) > 1) continue; /* cJSON takes one byte alone */
        OK(mofb__json_parse(&value, "0.5", 3));
        CHECK(mofb__json_number_of(value, 0) == 0.5);
        mofb__json_free(value);
    }
    setlocale(LC_NUMERIC, "C");
    if (!tried) SKIP("no locale with another decimal point is installed");
}

TEST(str__utf8_sequences) {
    static const struct {
        const char *text;
        size_t length;
    } cases[] = {
        {"a", 1},        {"\xC3\xA9", 2},     {"\xE2\x82\xAC", 3}, {"\xF0\x9F\x98\x80", 4}, {"\xC3", 0},
        {"\xC0\xAF", 0}, {"\xE0\x80\x80", 0}, {"\xED\xA0\x80", 0}, {"\xF4\x90\x80\x80", 0}, {"\xFF", 0},
        {"", 0}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        CHECK(mofb__utf8_length(cases[k].text, strlen(cases[k].text)) == cases[k].length);
}

int main(void) {
    RUN(str__numbers_are_read_and_written_with_dots);
    RUN(str__whatever_the_locale);
    RUN(str__utf8_sequences);
    return tap_end();
}
