/* SPDX-License-Identifier: MIT */
#include "tasks/result.h"

#include "support/crystal.h"
#include "support/failing.h"
#include "support/tap.h"

static mofb_status make(mofb_result **out, const mofb_allocator *a) {
    const double series[4] = {1, 0.1, NAN, -0.0};
    mofb_structure *s = NULL;
    mofb_result *r = NULL;
    mofb_status status = crystal_argon(&s, 1, 5.3, 0.1);
    if (!status) status = mofb__result_new(&r, a);
    if (status) {
        mofb_structure_free(s);
        return status;
    }
    mofb__json_add_text(mofb__result_head(r), "task", "test");
    mofb__result_outcome(r, "fine");
    mofb__result_number(r, "energy_eV", 0.1 + 0.2);
    mofb__result_number(r, "absent", NAN);
    mofb__result_integer(r, "count", 7);
    mofb__result_bool(r, "converged", true);
    mofb__result_text(r, "word", "a \"quoted\" one");
    mofb__result_series(r, "series", series, 4, 0);
    mofb__result_series(r, "rows", series, 4, 2);
    mofb__result_structure(r, "final_structure", s);
    mofb__json *list = mofb__json_add_array(mofb__result_rows(r), "list");
    mofb__json_add_text(mofb__json_add_object(list, NULL), "element", "Zn");
    mofb__json_add_number(mofb__result_run(r), "wall_seconds", 1.5);
    status = mofb__result_seal(r);
    mofb_structure_free(s);
    if (status) mofb_result_free(r);
    else *out = r;
    return status;
}

static void check_values(const mofb_result *r) {
    double x;
    const char *text;
    const double *values;
    const mofb_structure *s;
    size_t n;
    CHECK(!strcmp(mofb_result_outcome(r), "fine"));
    OK(mofb_result_number(&x, r, "energy_eV"));
    CHECK(x == 0.1 + 0.2);
    OK(mofb_result_number(&x, r, "count"));
    CHECK(x == 7);
    OK(mofb_result_number(&x, r, "converged"));
    CHECK(x == 1);
    OK(mofb_result_number(&x, r, "run.wall_seconds"));
    CHECK(x == 1.5);
    OK(mofb_result_text(&text, r, "word"));
    CHECK(!strcmp(text, "a \"quoted\" one"));
    OK(mofb_result_text(&text, r, "list.0.element"));
    CHECK(!strcmp(text, "Zn"));
    OK(mofb_result_series(&values, &n, r, "series"));
    CHECK(n == 4 && values[1] == 0.1 && isnan(values[2]) && signbit(values[3]));
    OK(mofb_result_series(&values, &n, r, "rows"));
    CHECK(n == 4 && values[1] == 0.1);
    OK(mofb_result_structure(&s, r, "final_structure"));
    CHECK(mofb_structure_count(s) == 4 && mofb_structure_periodic(s)[2]);
    FAILS(mofb_result_number(&x, r, "absent"), MOFB_ERR_NOT_FOUND, "no_such_value");
    FAILS(mofb_result_number(&x, r, "word"), MOFB_ERR_NOT_FOUND, "no_such_value");
    FAILS(mofb_result_series(&values, &n, r, "energy_eV"), MOFB_ERR_NOT_FOUND, "no_such_value");
}

TEST(result__values_come_back_bit_for_bit) {
    mofb_result *r, *again;
    mofb_structure *s;
    const mofb_structure *back;
    OK(make(&r, NULL));
    check_values(r);
    OK(mofb_result_parse(&again, mofb_result_json(r), NULL));
    check_values(again);
    CHECK(!strcmp(mofb_result_json(again), mofb_result_json(r)));
    CHECK(!strchr(mofb_result_json(r), '\n'));
    OK(crystal_argon(&s, 1, 5.3, 0.1));
    OK(mofb_result_structure(&back, again, "final_structure"));
    CHECK(!strcmp(mofb_structure_sha256(back), mofb_structure_sha256(s)));
    mofb_structure_free(s);
    mofb_result_free(again);
    mofb_result_free(r);
}

TEST(result__parts_are_in_order) {
    mofb_result *r;
    OK(make(&r, NULL));
    const char *text = mofb_result_json(r);
    CHECK(!strncmp(text, "{\"outcome\":\"fine\",\"task\":\"test\",\"energy_eV\":", 44));
    CHECK(strstr(text, "\"run\":{\"wall_seconds\":1.5}}"));
    mofb_result_free(r);
}

TEST(result__bad_text_is_refused) {
    mofb_result *r;
    FAILS(mofb_result_parse(&r, "{", NULL), MOFB_ERR_FORMAT, "bad_json");
    FAILS(mofb_result_parse(&r, "[1]", NULL), MOFB_ERR_FORMAT, "bad_result");
    FAILS(mofb_result_parse(&r, "{\"outcome\":3}", NULL), MOFB_ERR_FORMAT, "bad_result");
    FAILS(mofb_result_parse(&r, "{\"outcome\":\"x\",\"s\":{\"numbers\":[1],\"positions_A\":[[1,2]]}}", NULL),
          MOFB_ERR_FORMAT, "bad_result");
    FAILS(
        mofb_result_parse(&r, "{\"outcome\":\"x\",\"s\":{\"numbers\":[0],\"positions_A\":[[1,2,3]]}}", NULL),
        MOFB_ERR_FORMAT, "bad_result");
}

TEST(result__out_of_memory_is_reported) {
    long k = 0;
    for (; k < 200; k++) {
        failing f;
        mofb_result *r = NULL;
        failing_init(&f, k);
        mofb_status status = make(&r, &f.allocator);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        mofb_result_free(status ? NULL : r);
        CHECK(f.live == 0);
        if (!status) break;
    }
    CHECK(k > 10 && k < 200);
}

int main(void) {
    RUN(result__values_come_back_bit_for_bit);
    RUN(result__parts_are_in_order);
    RUN(result__bad_text_is_refused);
    RUN(result__out_of_memory_is_reported);
    return tap_end();
}
