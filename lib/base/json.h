/* SPDX-License-Identifier: MIT */
/* JSON values over cJSON, which nothing else in lib/ includes. Building sticks on failure: adding to a
   NULL parent is fine and yields NULL; mofb__json_text reports no_memory at the end. */
#ifndef MOFB_BASE_JSON_H
#define MOFB_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

typedef struct cJSON mofb__json;

/* Reading. A parse error names the line. Getters return NULL / fallback where key or type do not fit. */
mofb_status mofb__json_parse(mofb__json **out, const char *text, size_t length);
void mofb__json_free(mofb__json *value);
const mofb__json *mofb__json_get(const mofb__json *object, const char *key); /* case-sensitive */
const char *mofb__json_text_of(const mofb__json *value);                     /* NULL if not a string */
double mofb__json_number_of(const mofb__json *value, double fallback);       /* booleans are 0 and 1 */
bool mofb__json_is_object(const mofb__json *value);
bool mofb__json_is_array(const mofb__json *value);
bool mofb__json_is_number(const mofb__json *value);
bool mofb__json_is_bool(const mofb__json *value);
bool mofb__json_is_null(const mofb__json *value);
size_t mofb__json_count(const mofb__json *container);
const mofb__json *mofb__json_first(const mofb__json *container); /* iterate: first, then next */
const mofb__json *mofb__json_next(const mofb__json *value);
const char *mofb__json_key(const mofb__json *member);

/* Building. Numbers keep every bit; nan and infinities become null. key NULL: append to an array. */
mofb__json *mofb__json_new_object(void);
mofb__json *mofb__json_new_array(void);
mofb__json *mofb__json_add_object(mofb__json *parent, const char *key);
mofb__json *mofb__json_add_array(mofb__json *parent, const char *key);
void mofb__json_add_number(mofb__json *parent, const char *key, double value);
void mofb__json_add_integer(mofb__json *parent, const char *key, int64_t value);
void mofb__json_add_bool(mofb__json *parent, const char *key, bool value);
void mofb__json_add_text(mofb__json *parent, const char *key, const char *value);
void mofb__json_add_null(mofb__json *parent, const char *key);
void mofb__json_add_copy(mofb__json *parent, const char *key, const mofb__json *value);
/* Array of numbers; columns > 0 nests rows of that many. */
void mofb__json_add_numbers(mofb__json *parent, const char *key, const double *values, size_t count,
                            size_t columns);

/* One-line text in memory of `a`, freed with mofb__free. Fails if any step of building failed. */
mofb_status mofb__json_text(char **out, const mofb__json *value, const mofb_allocator *a);

#endif
