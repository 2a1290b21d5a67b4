/* SPDX-License-Identifier: MIT */
#include "mofbench/result.h"

#include <string.h>

#include "tasks/result.h"

static mofb_status absent(const char *key) {
    return mofb__fail(MOFB_ERR_NOT_FOUND, "no_such_value", "the result has no '%.120s' of this type", key);
}

const char *mofb_result_outcome(const mofb_result *result) {
    return result ? mofb__result_outcome_of(result) : "";
}

mofb_status mofb_result_number(double *out, const mofb_result *result, const char *key) {
    MOFB__REQUIRE(out && result && key);
    const mofb__entry *e = mofb__result_find(result, key, MOFB__ENTRY_NUMBER);
    if (!e) return absent(key);
    *out = e->number;
    return MOFB_OK;
}

mofb_status mofb_result_text(const char **out, const mofb_result *result, const char *key) {
    MOFB__REQUIRE(out && result && key);
    const mofb__entry *e = mofb__result_find(result, key, MOFB__ENTRY_TEXT);
    if (!e) return absent(key);
    *out = e->text;
    return MOFB_OK;
}

mofb_status mofb_result_series(const double **values, size_t *count, const mofb_result *result,
                               const char *key) {
    MOFB__REQUIRE(values && count && result && key);
    const mofb__entry *e = mofb__result_find(result, key, MOFB__ENTRY_SERIES);
    if (!e) return absent(key);
    *values = e->values;
    *count = e->count;
    return MOFB_OK;
}

mofb_status mofb_result_structure(const mofb_structure **out, const mofb_result *result, const char *key) {
    MOFB__REQUIRE(out && result && key);
    const mofb__entry *e = mofb__result_find(result, key, MOFB__ENTRY_STRUCTURE);
    if (!e) return absent(key);
    *out = e->structure;
    return MOFB_OK;
}

const char *mofb_result_json(const mofb_result *result) {
    return result ? mofb__result_text_line(result) : "";
}

mofb_status mofb_result_parse(mofb_result **out, const char *json, const mofb_allocator *allocator) {
    MOFB__REQUIRE(out && json);
    return mofb__result_read(out, json, strlen(json), allocator);
}

void mofb_result_free(mofb_result *result) {
    mofb__result_free(result);
}
