/* SPDX-License-Identifier: MIT */
#include "tasks/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "structure/structure.h"

struct mofb_result {
    const mofb_allocator *a;
    mofb__json *head, *rows, *run; /* while building */
    const char *outcome;           /* static while building, then of an entry */
    char *text;                    /* once sealed */
    mofb__entry *entries;
    size_t count, capacity;
};

mofb_status mofb__result_new(mofb_result **out, const mofb_allocator *a) {
    mofb_result *r = mofb__calloc(a, 1, sizeof *r);
    if (!r) return mofb__no_memory();
    *r = (mofb_result){.a = a,
                       .head = mofb__json_new_object(),
                       .rows = mofb__json_new_object(),
                       .run = mofb__json_new_object(),
                       .outcome = ""};
    *out = r;
    return MOFB_OK;
}

static void drop_parts(mofb_result *r) {
    mofb__json_free(r->head);
    mofb__json_free(r->rows);
    mofb__json_free(r->run);
    r->head = r->rows = r->run = NULL;
}

void mofb__result_free(mofb_result *r) {
    if (!r) return;
    drop_parts(r);
    for (size_t k = 0; k < r->count; k++) {
        mofb__free(r->entries[k].key);
        mofb__free(r->entries[k].text);
        mofb__free(r->entries[k].values);
        mofb_structure_free(r->entries[k].structure);
    }
    mofb__free(r->entries);
    mofb__free(r->text);
    mofb__free(r);
}

void mofb__result_outcome(mofb_result *r, const char *outcome) {
    r->outcome = outcome;
}

void mofb__result_number(mofb_result *r, const char *key, double value) {
    if (isfinite(value)) mofb__json_add_number(r->rows, key, value);
}

void mofb__result_integer(mofb_result *r, const char *key, int64_t value) {
    mofb__json_add_integer(r->rows, key, value);
}

void mofb__result_bool(mofb_result *r, const char *key, bool value) {
    mofb__json_add_bool(r->rows, key, value);
}

void mofb__result_text(mofb_result *r, const char *key, const char *value) {
    mofb__json_add_text(r->rows, key, value);
}

void mofb__result_series(mofb_result *r, const char *key, const double *values, size_t count,
                         size_t columns) {
    mofb__json_add_numbers(r->rows, key, values, count, columns);
}

void mofb__result_structure(mofb_result *r, const char *key, const mofb_structure *s) {
    mofb__json *o = mofb__json_add_object(r->rows, key), *list;
    size_t n = mofb_structure_count(s);
    mofb__json_add_text(o, "name", mofb_structure_name(s));
    list = mofb__json_add_array(o, "numbers");
    for (size_t i = 0; i < n; i++) mofb__json_add_integer(list, NULL, mofb_structure_numbers(s)[i]);
    mofb__json_add_numbers(o, "positions_A", mofb_structure_positions(s), 3 * n, 3);
    if (mofb_structure_cell(s)) mofb__json_add_numbers(o, "cell_A", mofb_structure_cell(s), 9, 3);
    list = mofb__json_add_array(o, "periodic");
    for (int k = 0; k < 3; k++) mofb__json_add_bool(list, NULL, mofb_structure_periodic(s)[k] != 0);
}

mofb__json *mofb__result_head(mofb_result *r) {
    return r->head;
}

mofb__json *mofb__result_rows(mofb_result *r) {
    return r->rows;
}

mofb__json *mofb__result_run(mofb_result *r) {
    return r->run;
}

/* Members of a printed object, without the braces. */
static mofb_status append_members(mofb__str *out, const mofb__json *object, const mofb_allocator *a) {
    char *text;
    MOFB__TRY(mofb__json_text(&text, object, a));
    size_t n = strlen(text);
    if (n > 2) {
        mofb__str_append(out, text + 1, n - 2);
        mofb__str_puts(out, ",");
    }
    mofb__free(text);
    return MOFB_OK;
}

static mofb_status print(mofb__str *out, const mofb_result *r) {
    char *run;
    mofb__str_printf(out, "{\"outcome\":\"%s\",", r->outcome);
    MOFB__TRY(append_members(out, r->head, r->a));
    MOFB__TRY(append_members(out, r->rows, r->a));
    MOFB__TRY(mofb__json_text(&run, r->run, r->a));
    mofb__str_printf(out, "\"run\":%s}", run);
    mofb__free(run);
    return mofb__str_status(out);
}

/* Reading back. */

static mofb_status add_entry(mofb_result *r, const char *key, mofb__entry **out) {
    MOFB__TRY(mofb__grow(r->a, &r->entries, &r->capacity, r->count + 1, sizeof *r->entries));
    mofb__entry *e = &r->entries[r->count];
    *e = (mofb__entry){.key = mofb__strdup(r->a, key)};
    if (!e->key) return mofb__no_memory();
    r->count++;
    *out = e;
    return MOFB_OK;
}

static bool all_numbers(const mofb__json *list) {
    for (const mofb__json *x = mofb__json_first(list); x; x = mofb__json_next(x))
        if (!mofb__json_is_number(x) && !mofb__json_is_null(x)) return false;
    return true;
}

static bool all_rows(const mofb__json *list) {
    for (const mofb__json *x = mofb__json_first(list); x; x = mofb__json_next(x))
        if (!mofb__json_is_array(x) || !all_numbers(x)) return false;
    return mofb__json_first(list) != NULL;
}

static size_t copy_numbers(double *to, const mofb__json *list) {
    size_t n = 0;
    for (const mofb__json *x = mofb__json_first(list); x; x = mofb__json_next(x))
        to[n++] = mofb__json_number_of(x, NAN);
    return n;
}

static mofb_status add_series(mofb_result *r, const char *key, const mofb__json *list, bool rows) {
    mofb__entry *e = NULL;
    size_t count = 0;
    if (!rows) count = mofb__json_count(list);
    else
        for (const mofb__json *x = mofb__json_first(list); x; x = mofb__json_next(x))
            count += mofb__json_count(x);
    MOFB__TRY(add_entry(r, key, &e));
    e->kind = MOFB__ENTRY_SERIES;
    e->values = mofb__alloc(r->a, count * sizeof(double));
    if (!e->values) return mofb__no_memory();
    e->count = count;
    if (!rows) copy_numbers(e->values, list);
    else {
        size_t at = 0;
        for (const mofb__json *x = mofb__json_first(list); x; x = mofb__json_next(x))
            at += copy_numbers(e->values + at, x);
    }
    return MOFB_OK;
}

static mofb_status fail_structure(const char *key) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_result", "result: '%s' is not a structure", key);
}

/* Lists of a structure object into a draft; the caller frees it. */
static mofb_status read_draft(mofb__draft *d, const char *key, const mofb__json *object) {
    const mofb__json *numbers = mofb__json_get(object, "numbers"),
                     *rows = mofb__json_get(object, "positions_A");
    const mofb__json *cell = mofb__json_get(object, "cell_A"), *periodic = mofb__json_get(object, "periodic"),
                     *x;
    const char *name = mofb__json_text_of(mofb__json_get(object, "name"));
    size_t n = d->n_atoms = mofb__json_count(numbers), i = 0;
    if (mofb__json_count(rows) != n || !all_rows(rows)) return fail_structure(key);
    d->numbers = mofb__alloc(d->a, n * sizeof *d->numbers);
    d->positions = mofb__alloc(d->a, 3 * n * sizeof *d->positions);
    d->name = mofb__strdup(d->a, name ? name : "");
    if (!d->numbers || !d->positions || !d->name) return mofb__no_memory();
    for (x = mofb__json_first(numbers); x; x = mofb__json_next(x)) {
        double z = mofb__json_number_of(x, 0);
        if (!(z >= 1 && z <= 118)) return fail_structure(key);
        d->numbers[i++] = (int32_t)z;
    }
    for (x = mofb__json_first(rows), i = 0; x; x = mofb__json_next(x), i++) {
        if (mofb__json_count(x) != 3) return fail_structure(key);
        copy_numbers(d->positions + 3 * i, x);
    }
    if (cell) {
        if (mofb__json_count(cell) != 3 || !all_rows(cell)) return fail_structure(key);
        for (x = mofb__json_first(cell), i = 0; x; x = mofb__json_next(x), i++) {
            if (mofb__json_count(x) != 3) return fail_structure(key);
            copy_numbers(d->cell + 3 * i, x);
        }
        d->has_cell = true;
    }
    for (x = mofb__json_first(periodic), i = 0; x && i < 3; x = mofb__json_next(x), i++)
        d->periodic[i] = mofb__json_number_of(x, 0) != 0;
    return MOFB_OK;
}

static mofb_status add_structure(mofb_result *r, const char *key, const mofb__json *object) {
    mofb__draft draft = {.a = r->a};
    mofb__entry *e = NULL;
    mofb_structure *s;
    mofb_status status = read_draft(&draft, key, object);
    if (status) {
        mofb__draft_free(&draft);
        return status;
    }
    MOFB__TRY(mofb__structure_build(&s, &draft, -1));
    status = add_entry(r, key, &e);
    if (status) {
        mofb_structure_free(s);
        return status;
    }
    e->kind = MOFB__ENTRY_STRUCTURE;
    e->structure = s;
    return MOFB_OK;
}

static mofb_status add_value(mofb_result *r, const char *key, const mofb__json *x, int depth);

static mofb_status add_members(mofb_result *r, const char *prefix, const mofb__json *container, int depth) {
    size_t index = 0;
    char key[256], number[24];
    for (const mofb__json *x = mofb__json_first(container); x; x = mofb__json_next(x), index++) {
        const char *name = mofb__json_key(x);
        snprintf(number, sizeof number, "%zu", index);
        int n = snprintf(key, sizeof key, "%s%s%s", prefix, *prefix ? "." : "", name ? name : number);
        if (n < (int)sizeof key) MOFB__TRY(add_value(r, key, x, depth));
    }
    return MOFB_OK;
}

static mofb_status add_value(mofb_result *r, const char *key, const mofb__json *x, int depth) {
    mofb__entry *e = NULL;
    if (depth > 8 || mofb__json_is_null(x)) return MOFB_OK;
    if (mofb__json_is_array(x) && all_numbers(x)) return add_series(r, key, x, false);
    if (mofb__json_is_array(x) && all_rows(x)) return add_series(r, key, x, true);
    if (mofb__json_is_object(x) && mofb__json_get(x, "numbers") && mofb__json_get(x, "positions_A"))
        return add_structure(r, key, x);
    if (mofb__json_is_object(x) || mofb__json_is_array(x)) return add_members(r, key, x, depth + 1);
    MOFB__TRY(add_entry(r, key, &e));
    if (!mofb__json_text_of(x)) {
        e->kind = MOFB__ENTRY_NUMBER;
        e->number = mofb__json_number_of(x, NAN);
        return MOFB_OK;
    }
    e->kind = MOFB__ENTRY_TEXT;
    e->text = mofb__strdup(r->a, mofb__json_text_of(x));
    return e->text ? MOFB_OK : mofb__no_memory();
}

static mofb_status load(mofb_result *r) {
    mofb__json *root;
    MOFB__TRY(mofb__json_parse(&root, r->text, strlen(r->text)));
    mofb_status status = MOFB_OK;
    if (!mofb__json_text_of(mofb__json_get(root, "outcome")))
        status = mofb__fail(MOFB_ERR_FORMAT, "bad_result", "result: not an object with an \"outcome\"");
    if (!status) status = add_members(r, "", root, 0);
    mofb__json_free(root);
    if (!status) r->outcome = mofb__result_find(r, "outcome", MOFB__ENTRY_TEXT)->text;
    return status;
}

mofb_status mofb__result_seal(mofb_result *r) {
    mofb__str text;
    mofb__str_init(&text, r->a);
    mofb_status status = print(&text, r);
    if (status) {
        mofb__str_free(&text);
        return status;
    }
    MOFB__TRY(mofb__str_take(&r->text, &text));
    drop_parts(r);
    return load(r);
}

mofb_status mofb__result_read(mofb_result **out, const char *text, size_t length, const mofb_allocator *a) {
    mofb_result *r = mofb__calloc(a, 1, sizeof *r);
    mofb_status status;
    mofb__str copy;
    if (!r) return mofb__no_memory();
    *r = (mofb_result){.a = a, .outcome = ""};
    while (length && strchr(" \t\r\n", text[length - 1])) length--;
    mofb__str_init(&copy, a);
    mofb__str_append(&copy, text, length);
    MOFB__TRY_GOTO(status, mofb__str_take(&r->text, &copy), fail);
    MOFB__TRY_GOTO(status, load(r), fail);
    *out = r;
    return MOFB_OK;
fail:
    mofb__result_free(r);
    return status;
}

const mofb__entry *mofb__result_find(const mofb_result *r, const char *key, mofb__entry_kind kind) {
    for (size_t k = 0; k < r->count; k++)
        if (r->entries[k].kind == kind && !strcmp(r->entries[k].key, key)) return &r->entries[k];
    return NULL;
}

const char *mofb__result_text_line(const mofb_result *r) {
    return r->text ? r->text : "";
}

const char *mofb__result_outcome_of(const mofb_result *r) {
    return r->outcome;
}
