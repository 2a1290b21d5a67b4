/* SPDX-License-Identifier: MIT */
/* Values of a parameter table (ext/table.h): every row starts at its default; setting validates. */
#ifndef MOFB_BASE_VALUES_H
#define MOFB_BASE_VALUES_H

#include "base/json.h"
#include "mofbench/ext/table.h"

/* Defaults of a table. The rows are borrowed. Rows without a default read as 0 / "". */
mofb_status mofb__values_new(mofb_values **out, const mofb_row *rows, size_t count, const mofb_allocator *a);
void mofb__values_free(mofb_values *v);

/* Errors: invalid with unknown_parameter (naming the nearest), bad_value (naming type and choices),
   out_of_range (naming the range). */
mofb_status mofb__values_set_text(mofb_values *v, const char *name, const char *text);
mofb_status mofb__values_set_json(mofb_values *v, const char *name, const mofb__json *value);
/* Every member of a JSON object, `except` skipped (nullable). */
mofb_status mofb__values_set_object(mofb_values *v, const mofb__json *object, const char *except);

/* Writes all values, or only those that differ from their default, into a JSON object. */
void mofb__values_to_json(const mofb_values *v, mofb__json *object, bool only_changed);

/* Adds "key=value" for each row that is not at its default, comma-separated, in table order, `except` skipped
   (nullable). */
void mofb__values_to_text(const mofb_values *v, mofb__str *out, const char *except);

/* An array describing rows, for help texts: name, type, unit, shape, default, min, max, choices, help. */
void mofb__rows_to_json(const mofb_row *rows, size_t count, mofb__json *parent, const char *key);

#endif
