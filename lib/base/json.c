/* SPDX-License-Identifier: MIT */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

mofb_status mofb__json_parse(mofb__json **out, const char *text, size_t length) {
    const char *end = NULL;
    cJSON *value = cJSON_ParseWithLengthOpts(text, length, &end, 0);
    if (value) {
        for (; end < text + length && *end; end++)
            if (!strchr(" \t\r\n", *end)) break;
        if (end >= text + length || !*end) {
            *out = value;
            return MOFB_OK;
        }
        cJSON_Delete(value);
    }
    size_t line = 1;
    for (const char *p = text; end && p < end && p < text + length; p++) line += *p == '\n';
    return mofb__fail(MOFB_ERR_FORMAT, "bad_json", "not JSON: unexpected text in line %zu", line);
}

void mofb__json_free(mofb__json *value) {
    cJSON_Delete(value);
}

const mofb__json *mofb__json_get(const mofb__json *object, const char *key) {
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *mofb__json_text_of(const mofb__json *value) {
    return cJSON_IsString(value) ? value->valuestring : NULL;
}

double mofb__json_number_of(const mofb__json *value, double fallback) {
    if (cJSON_IsBool(value)) return cJSON_IsTrue(value) ? 1 : 0;
    return cJSON_IsNumber(value) ? value->valuedouble : fallback;
}

bool mofb__json_is_object(const mofb__json *value) {
    return cJSON_IsObject(value);
}

bool mofb__json_is_array(const mofb__json *value) {
    return cJSON_IsArray(value);
}

bool mofb__json_is_number(const mofb__json *value) {
    return cJSON_IsNumber(value);
}

bool mofb__json_is_bool(const mofb__json *value) {
    return cJSON_IsBool(value);
}

bool mofb__json_is_null(const mofb__json *value) {
    return cJSON_IsNull(value);
}

size_t mofb__json_count(const mofb__json *container) {
    return container ? (size_t)cJSON_GetArraySize(container) : 0;
}

const mofb__json *mofb__json_first(const mofb__json *container) {
    return container ? container->child : NULL;
}

const mofb__json *mofb__json_next(const mofb__json *value) {
    return value->next;
}

const char *mofb__json_key(const mofb__json *member) {
    return member->string;
}

static mofb__json *attach(mofb__json *parent, const char *key, cJSON *value) {
    if (!parent || !value) {
        cJSON_Delete(value);
        if (parent) parent->valueint = -1; /* marks the container as incomplete */
        return NULL;
    }
    int done = key ? cJSON_AddItemToObject(parent, key, value) : cJSON_AddItemToArray(parent, value);
    if (done) return value;
    cJSON_Delete(value);
    parent->valueint = -1;
    return NULL;
}

mofb__json *mofb__json_new_object(void) {
    return cJSON_CreateObject();
}

mofb__json *mofb__json_new_array(void) {
    return cJSON_CreateArray();
}

mofb__json *mofb__json_add_object(mofb__json *parent, const char *key) {
    return attach(parent, key, cJSON_CreateObject());
}

mofb__json *mofb__json_add_array(mofb__json *parent, const char *key) {
    return attach(parent, key, cJSON_CreateArray());
}

void mofb__json_add_number(mofb__json *parent, const char *key, double value) {
    char text[32];
    mofb__number_text(text, value);
    attach(parent, key, isfinite(value) ? cJSON_CreateRaw(text) : cJSON_CreateNull());
}

void mofb__json_add_integer(mofb__json *parent, const char *key, int64_t value) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    attach(parent, key, cJSON_CreateRaw(text));
}

void mofb__json_add_bool(mofb__json *parent, const char *key, bool value) {
    attach(parent, key, cJSON_CreateBool(value));
}

void mofb__json_add_text(mofb__json *parent, const char *key, const char *value) {
    attach(parent, key, cJSON_CreateString(value));
}

void mofb__json_add_null(mofb__json *parent, const char *key) {
    attach(parent, key, cJSON_CreateNull());
}

void mofb__json_add_copy(mofb__json *parent, const char *key, const mofb__json *value) {
    attach(parent, key, cJSON_Duplicate(value, 1));
}

void mofb__json_add_numbers(mofb__json *parent, const char *key, const double *values, size_t count,
                            size_t columns) {
    mofb__json *array = mofb__json_add_array(parent, key), *row = array;
    for (size_t k = 0; k < count; k++) {
        if (columns && k % columns == 0) row = mofb__json_add_array(array, NULL);
        mofb__json_add_number(row, NULL, values[k]);
    }
}

static bool complete(const cJSON *value) {
    if ((cJSON_IsObject(value) || cJSON_IsArray(value)) && value->valueint == -1) return false;
    for (const cJSON *child = value->child; child; child = child->next)
        if (!complete(child)) return false;
    return true;
}

mofb_status mofb__json_text(char **out, const mofb__json *value, const mofb_allocator *a) {
    if (!value || !complete(value)) return mofb__no_memory();
    char *text = cJSON_PrintUnformatted(value), *copy;
    if (!text) return mofb__no_memory();
    copy = mofb__strdup(a, text);
    cJSON_free(text);
    if (!copy) return mofb__no_memory();
    *out = copy;
    return MOFB_OK;
}
