/* SPDX-License-Identifier: MIT */
#include "base/values.h"

#include <math.h>
#include <string.h>

typedef struct value {
    char *text;       /* canonical text of the value */
    double number;    /* bool, integer, number */
    double *numbers;  /* list */
    size_t count;
    bool changed;     /* differs from the default */
} value;

struct mofb_values {
    const mofb_allocator *a;
    const mofb_row *rows;
    size_t count;
    value values[];
};

static void value_clear(value *x) {
    mofb__free(x->text);
    mofb__free(x->numbers);
    *x = (value){0};
}

void mofb__values_free(mofb_values *v) {
    if (!v) return;
    for (size_t k = 0; k < v->count; k++) value_clear(&v->values[k]);
    mofb__free(v);
}

static mofb_status fail_value(const mofb_row *row, const char *text, const char *wanted) {
    return mofb__fail(MOFB_ERR_INVALID, "bad_value", "%s: '%.80s' is not %s", row->name, text, wanted);
}

static mofb_status check_range(const mofb_row *row, double x) {
    if (!isfinite(x)) return fail_value(row, isnan(x) ? "nan" : x > 0 ? "inf" : "-inf", "a finite number");
    if (row->min == row->max || (x >= row->min && x <= row->max)) return MOFB_OK;
    const char *unit = row->unit ? row->unit : "", *space = *unit ? " " : "";
    return mofb__fail(MOFB_ERR_INVALID, "out_of_range", "%s: %g is outside %g to %g%s%s", row->name, x,
                      row->min, row->max, space, unit);
}

static mofb_status parse_number(const mofb_row *row, const char *text, double *out) {
    const char *end;
    double x = mofb__parse_double(text, &end);
    while (*end == ' ') end++;
    if (end == text || *end) return fail_value(row, text, "a number");
    MOFB__TRY(check_range(row, x));
    if (row->type == MOFB_TYPE_INTEGER && (x != floor(x) || fabs(x) > 0x1p53))
        return fail_value(row, text, "a whole number");
    *out = x;
    return MOFB_OK;
}

static mofb_status parse_bool(const mofb_row *row, const char *text, double *out) {
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (int k = 0; k < 8; k++)
        if (!strcmp(text, words[k])) {
            *out = k % 2;
            return MOFB_OK;
        }
    return fail_value(row, text, "true or false");
}

/* The choice nearest to `text`, in `buffer`; NULL if none is near. */
static const char *nearest_choice(char *buffer, size_t size, const mofb_row *row, const char *text) {
    const char *names[128];
    size_t n = 0;
    if (strlen(row->choices) >= size) return NULL;
    strcpy(buffer, row->choices);
    for (char *p = buffer; p && n < 128;) {
        names[n++] = p;
        p = strchr(p, '|');
        if (p) *p++ = 0;
    }
    return mofb__nearest(text, names, n);
}

static mofb_status parse_choice(const mofb_row *row, const char *text) {
    char buffer[1024];
    size_t n = strcspn(text, "|");
    for (const char *p = text[n] ? NULL : row->choices; p; p = strchr(p, '|') ? strchr(p, '|') + 1 : NULL)
        if (!strncmp(p, text, n) && (p[n] == '|' || !p[n])) return MOFB_OK;
    const char *near = nearest_choice(buffer, sizeof buffer, row, text);
    return mofb__fail(MOFB_ERR_INVALID, "bad_value", "%s: '%.80s' is not one of %s%s%s%s", row->name, text,
                      row->choices, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

static mofb_status parse_list(const mofb_row *row, const char *text, value *out, const mofb_allocator *a) {
    size_t capacity = 0;
    while (*text) {
        const char *end;
        double x = mofb__parse_double(text, &end);
        if (end == text || (*end && !strchr(", ", *end)))
            return fail_value(row, text, "a list of numbers, like 1,2,3");
        MOFB__TRY(check_range(row, x));
        MOFB__TRY(mofb__grow(a, &out->numbers, &capacity, out->count + 1, sizeof x));
        out->numbers[out->count++] = x;
        text = end + strspn(end, ", ");
    }
    return MOFB_OK;
}

static mofb_status parse(const mofb_row *row, const char *text, value *out, const mofb_allocator *a) {
    switch (row->type) {
    case MOFB_TYPE_BOOL: return parse_bool(row, text, &out->number);
    case MOFB_TYPE_INTEGER:
    case MOFB_TYPE_NUMBER: return parse_number(row, text, &out->number);
    case MOFB_TYPE_CHOICE: return parse_choice(row, text);
    case MOFB_TYPE_NUMBERS: return parse_list(row, text, out, a);
    default: return MOFB_OK;
    }
}

/* Canonical spelling: what a default and an equal setting have in common. */
static mofb_status canonical(const mofb_row *row, const char *text, value *x, const mofb_allocator *a) {
    mofb__str s;
    mofb__str_init(&s, a);
    if (row->type == MOFB_TYPE_BOOL) mofb__str_puts(&s, x->number != 0 ? "true" : "false");
    else if (row->type == MOFB_TYPE_INTEGER || row->type == MOFB_TYPE_NUMBER) mofb__str_number(&s, x->number);
    else if (row->type == MOFB_TYPE_NUMBERS)
        for (size_t k = 0; k < x->count; k++) {
            if (k) mofb__str_puts(&s, ",");
            mofb__str_number(&s, x->numbers[k]);
        }
    else mofb__str_puts(&s, text);
    return mofb__str_take(&x->text, &s);
}

static mofb_status make_value(const mofb_row *row, const char *text, value *out, const mofb_allocator *a) {
    value x = {0};
    mofb_status status = parse(row, text, &x, a);
    if (!status) status = canonical(row, text, &x, a);
    if (status) value_clear(&x);
    else *out = x;
    return status;
}

mofb_status mofb__values_new(mofb_values **out, const mofb_row *rows, size_t count, const mofb_allocator *a) {
    mofb_values *v = mofb__calloc(a, 1, sizeof *v + count * sizeof *v->values);
    if (!v) return mofb__no_memory();
    *v = (mofb_values){.a = a, .rows = rows, .count = count};
    for (size_t k = 0; k < count; k++) {
        if (!rows[k].fallback) continue;
        mofb_status status = make_value(&rows[k], rows[k].fallback, &v->values[k], a);
        if (status) {
            mofb__values_free(v);
            return status;
        }
    }
    *out = v;
    return MOFB_OK;
}

static const value *find(const mofb_values *v, const char *name) {
    for (size_t k = 0; v && k < v->count; k++)
        if (!strcmp(v->rows[k].name, name)) return &v->values[k];
    return NULL;
}

static mofb_status fail_unknown(const mofb_values *v, const char *name) {
    const char *names[256], *near;
    size_t n = v->count < 256 ? v->count : 256;
    for (size_t k = 0; k < n; k++) names[k] = v->rows[k].name;
    near = mofb__nearest(name, names, n);
    if (near)
        return mofb__fail(MOFB_ERR_INVALID, "unknown_parameter", "unknown parameter '%.80s'; did you mean '%s'?",
                          name, near);
    return mofb__fail(MOFB_ERR_INVALID, "unknown_parameter", "unknown parameter '%.80s'", name);
}

mofb_status mofb__values_set_text(mofb_values *v, const char *name, const char *text) {
    for (size_t k = 0; k < v->count; k++) {
        if (strcmp(v->rows[k].name, name)) continue;
        value fresh, fallback = {0};
        MOFB__TRY(make_value(&v->rows[k], text, &fresh, v->a));
        if (v->rows[k].fallback) {
            mofb_status status = make_value(&v->rows[k], v->rows[k].fallback, &fallback, v->a);
            if (status) {
                value_clear(&fresh);
                return status;
            }
        }
        fresh.changed = !fallback.text || strcmp(fallback.text, fresh.text);
        value_clear(&fallback);
        value_clear(&v->values[k]);
        v->values[k] = fresh;
        return MOFB_OK;
    }
    return fail_unknown(v, name);
}

static void json_as_text(const mofb__json *x, mofb__str *out) {
    if (mofb__json_text_of(x)) mofb__str_puts(out, mofb__json_text_of(x));
    else if (mofb__json_is_bool(x)) mofb__str_puts(out, mofb__json_number_of(x, 0) != 0 ? "true" : "false");
    else if (mofb__json_is_number(x)) mofb__str_number(out, mofb__json_number_of(x, 0));
    else if (mofb__json_is_array(x))
        for (const mofb__json *e = mofb__json_first(x); e; e = mofb__json_next(e)) {
            if (out->len) mofb__str_puts(out, ",");
            json_as_text(e, out);
        }
    else mofb__str_puts(out, "null or an object");
}

mofb_status mofb__values_set_json(mofb_values *v, const char *name, const mofb__json *json) {
    mofb__str text;
    if (mofb__json_is_null(json) || mofb__json_is_object(json))
        return mofb__fail(MOFB_ERR_INVALID, "bad_value", "%s: %s is no value of a parameter", name,
                          mofb__json_is_null(json) ? "null" : "an object");
    mofb__str_init(&text, v->a);
    mofb__str_puts(&text, "");
    json_as_text(json, &text);
    mofb_status status = mofb__str_status(&text);
    if (!status) status = mofb__values_set_text(v, name, text.data);
    mofb__str_free(&text);
    return status;
}

mofb_status mofb__values_set_object(mofb_values *v, const mofb__json *object, const char *except) {
    if (!mofb__json_is_object(object))
        return mofb__fail(MOFB_ERR_INVALID, "bad_value", "parameters are a JSON object, like {\"preset\":\"quick\"}");
    for (const mofb__json *m = mofb__json_first(object); m; m = mofb__json_next(m))
        if (!except || strcmp(mofb__json_key(m), except))
            MOFB__TRY(mofb__values_set_json(v, mofb__json_key(m), m));
    return MOFB_OK;
}

static void value_to_json(const mofb_row *row, const value *x, mofb__json *object) {
    switch (row->type) {
    case MOFB_TYPE_BOOL: mofb__json_add_bool(object, row->name, x->number != 0); break;
    case MOFB_TYPE_INTEGER: mofb__json_add_integer(object, row->name, (int64_t)x->number); break;
    case MOFB_TYPE_NUMBER: mofb__json_add_number(object, row->name, x->number); break;
    case MOFB_TYPE_NUMBERS: mofb__json_add_numbers(object, row->name, x->numbers, x->count, 0); break;
    default: mofb__json_add_text(object, row->name, x->text);
    }
}

void mofb__values_to_json(const mofb_values *v, mofb__json *object, bool only_changed) {
    for (size_t k = 0; k < v->count; k++)
        if (v->values[k].text && (v->values[k].changed || !only_changed))
            value_to_json(&v->rows[k], &v->values[k], object);
}

void mofb__values_to_text(const mofb_values *v, mofb__str *out, const char *except) {
    bool first = true;
    for (size_t k = 0; k < v->count; k++) {
        if (!v->values[k].changed || (except && !strcmp(v->rows[k].name, except))) continue;
        mofb__str_printf(out, "%s%s=%s", first ? "" : ",", v->rows[k].name, v->values[k].text);
        first = false;
    }
}

void mofb__rows_to_json(const mofb_row *rows, size_t count, mofb__json *parent, const char *key) {
    static const char *const types[] = {"bool", "integer", "number", "text", "choice", "numbers", "structure"};
    mofb__json *list = mofb__json_add_array(parent, key);
    for (size_t k = 0; k < count; k++) {
        const mofb_row *r = &rows[k];
        mofb__json *o = mofb__json_add_object(list, NULL);
        mofb__json_add_text(o, "name", r->name);
        mofb__json_add_text(o, "type", types[r->type]);
        if (r->unit && *r->unit) mofb__json_add_text(o, "unit", r->unit);
        if (r->shape && *r->shape) mofb__json_add_text(o, "shape", r->shape);
        if (r->fallback) mofb__json_add_text(o, "default", r->fallback);
        if (r->min != r->max) {
            mofb__json_add_number(o, "min", r->min);
            mofb__json_add_number(o, "max", r->max);
        }
        if (r->flags & MOFB_ROW_HEADLINE) mofb__json_add_bool(o, "headline", true);
        if (r->choices) mofb__json_add_text(o, "choices", r->choices);
        mofb__json_add_text(o, "help", r->help);
    }
}

int32_t mofb_values_bool(const mofb_values *values, const char *name) {
    const value *x = find(values, name);
    return x && x->number != 0;
}

int64_t mofb_values_integer(const mofb_values *values, const char *name) {
    const value *x = find(values, name);
    return x ? (int64_t)x->number : 0;
}

double mofb_values_number(const mofb_values *values, const char *name) {
    const value *x = find(values, name);
    return x ? x->number : 0;
}

const char *mofb_values_text(const mofb_values *values, const char *name) {
    const value *x = find(values, name);
    return x && x->text ? x->text : "";
}

const double *mofb_values_numbers(const mofb_values *values, const char *name, size_t *count) {
    const value *x = find(values, name);
    *count = x ? x->count : 0;
    return x ? x->numbers : NULL;
}
