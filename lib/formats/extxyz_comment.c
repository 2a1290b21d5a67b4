/* SPDX-License-Identifier: MIT */
/* key=value pairs as ASE and libAtoms/extxyz write them: values bare, "quoted" with backslash escapes, {in
   braces} or [in brackets]; several numbers in quotes are an array; _JSON announces JSON. */
#include "formats/extxyz.h"

#include <string.h>

typedef struct item {
    mofb__span key, value;
    bool has_value, bracketed;
} item;

static void skip_blanks(mofb__span *s) {
    while (s->length && (mofb__is_blank(*s->text) || *s->text == ','))
        s->text++, s->length--;
}

/* Up to the closing character; without one the rest of the line. */
static mofb__span enclosed(mofb__span *s, char open, char close) {
    size_t depth = 1, k = 1, end;
    for (; k < s->length && depth; k++) {
        if (s->text[k] == '\\' && k + 1 < s->length) k++;
        else if (s->text[k] == close) depth--;
        else if (s->text[k] == open) depth++;
    }
    end = depth ? k : k - 1;
    mofb__span inside = {s->text + 1, end - 1};
    *s = (mofb__span){s->text + k, s->length - k};
    return inside;
}

static mofb__span bare(mofb__span *s, const char *stops) {
    size_t k = 0;
    while (k < s->length && !mofb__is_blank(s->text[k]) && !(s->text[k] && strchr(stops, s->text[k])))
        k++;
    mofb__span word = {s->text, k};
    *s = (mofb__span){s->text + k, s->length - k};
    return word;
}

static mofb__span read_value(mofb__span *s, bool *bracketed) {
    char c = s->length ? *s->text : 0;
    *bracketed = c == '[';
    if (c == '"' || c == '\'') return enclosed(s, c, c);
    if (c == '{') return enclosed(s, '{', '}');
    if (c != '[') return bare(s, "");
    const char *start = s->text;
    enclosed(s, '[', ']');
    return (mofb__span){start, (size_t)(s->text - start)};
}

static bool next_item(item *out, mofb__span *s) {
    skip_blanks(s);
    if (!s->length) return false;
    *out = (item){.value = {"", 0}};
    out->key = *s->text == '"' ? enclosed(s, '"', '"') : bare(s, "=,");
    mofb__span after = *s;
    skip_blanks(&after);
    if (after.length && *after.text == '=') {
        *s = (mofb__span){after.text + 1, after.length - 1};
        while (s->length && mofb__is_blank(*s->text))
            s->text++, s->length--;
        out->value = read_value(s, &out->bracketed);
        out->has_value = true;
    }
    return true;
}

bool mofb__extxyz_bool(bool *out, mofb__span word) {
    *out = mofb__text_is(word, "T") || mofb__text_is(word, "true");
    return *out || mofb__text_is(word, "F") || mofb__text_is(word, "false");
}

/* A number or a boolean; false if the word is neither. parent NULL: only asks. */
static bool add_scalar(mofb__json *parent, const char *key, mofb__span word) {
    int64_t integer;
    double number;
    bool truth;
    if (mofb__text_integer(&integer, word.text, word.length)) mofb__json_add_integer(parent, key, integer);
    else if (mofb__text_number(&number, word.text, word.length)) mofb__json_add_number(parent, key, number);
    else if (mofb__extxyz_bool(&truth, word)) mofb__json_add_bool(parent, key, truth);
    else return false;
    return true;
}

/* Backslash escapes undone. */
static char *unescaped(const mofb_allocator *a, mofb__span value) {
    mofb__str s;
    char *copy;
    mofb__str_init(&s, a);
    mofb__str_append(&s, "", 0);
    for (size_t k = 0; k < value.length; k++) {
        if (value.text[k] == '\\' && k + 1 < value.length) k++;
        mofb__str_append(&s, value.text + k, 1);
    }
    copy = s.failed ? NULL : mofb__text_copy(a, s.data, s.len);
    mofb__str_free(&s);
    return copy;
}

/* A copy whose numbers keep every bit; as deep as the parser allows. */
static void add_exact(mofb__json *parent, const char *key, const mofb__json *value) {
    if (!mofb__json_is_array(value) && !mofb__json_is_object(value)) {
        if (mofb__json_is_number(value)) mofb__json_add_number(parent, key, mofb__json_number_of(value, 0));
        else mofb__json_add_copy(parent, key, value);
        return;
    }
    mofb__json *copy =
        mofb__json_is_array(value) ? mofb__json_add_array(parent, key) : mofb__json_add_object(parent, key);
    for (const mofb__json *e = mofb__json_first(value); e; e = mofb__json_next(e))
        add_exact(copy, mofb__json_is_array(value) ? NULL : mofb__json_key(e), e);
}

static bool add_json(mofb__json *info, const char *key, mofb__span text) {
    mofb__json *value = NULL;
    if (mofb__json_parse(&value, text.text, text.length)) return false;
    add_exact(info, key, value);
    mofb__json_free(value);
    return true;
}

/* All words numbers or booleans: a scalar or an array. */
static bool add_numbers(mofb__json *info, const char *key, mofb__span value) {
    mofb__span rest = value, word;
    size_t words = 0;
    for (; mofb__text_word(&word, &rest); words++)
        if (!add_scalar(NULL, NULL, word)) return false;
    if (!words) return false;
    rest = value;
    mofb__json *parent = words > 1 ? mofb__json_add_array(info, key) : info;
    while (mofb__text_word(&word, &rest))
        add_scalar(parent, words > 1 ? NULL : key, word);
    return true;
}

static mofb_status add_info(mofb__json *info, const item *i, const mofb_allocator *a) {
    mofb_status status = MOFB_OK;
    char *key = unescaped(a, i->key), *text = unescaped(a, i->value);
    mofb__span value = {text, text ? strlen(text) : 0};
    if (!key || !text) status = mofb__no_memory();
    else if (!i->has_value) mofb__json_add_bool(info, key, true);
    else if (i->bracketed && add_json(info, key, value)) status = MOFB_OK;
    else if (!strncmp(text, "_JSON ", 6) && add_json(info, key, (mofb__span){text + 6, value.length - 6}))
        status = MOFB_OK;
    else if (!add_numbers(info, key, value)) mofb__json_add_text(info, key, text);
    mofb__free(key);
    mofb__free(text);
    return status;
}

/* Keys that the format itself has; no value of a structure may pass for them. */
static bool is_reserved(mofb__span key) {
    return mofb__text_is(key, "Lattice") || mofb__text_is(key, "Properties") || mofb__text_is(key, "pbc");
}

mofb_status mofb__extxyz_comment_read(mofb__extxyz_comment *out, mofb__span line, const mofb_allocator *a) {
    item i;
    mofb_status status = MOFB_OK;
    *out = (mofb__extxyz_comment){0};
    while (!status && next_item(&i, &line)) {
        if (i.has_value && mofb__text_is(i.key, "Lattice")) out->lattice = i.value, out->has_lattice = true;
        else if (i.has_value && mofb__text_is(i.key, "Properties"))
            out->properties = i.value, out->has_properties = true;
        else if (i.has_value && mofb__text_is(i.key, "pbc")) out->pbc = i.value, out->has_pbc = true;
        else if (!is_reserved(i.key) && (i.key.length || i.has_value)) {
            if (!out->info) out->info = mofb__json_new_object();
            status = add_info(out->info, &i, a);
        }
    }
    if (!status) return MOFB_OK;
    mofb__json_free(out->info);
    out->info = NULL;
    return status;
}

static bool is_plain(const char *text) {
    if (!*text) return false;
    for (; *text; text++)
        if (!mofb__is_letter(*text) && !mofb__is_digit(*text) && !strchr("_-+./:", *text)) return false;
    return true;
}

static void put_quoted(mofb__str *out, const char *text) {
    if (is_plain(text)) {
        mofb__str_puts(out, text);
        return;
    }
    mofb__str_puts(out, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') mofb__str_puts(out, "\\");
        mofb__str_append(out, *text == '\n' || *text == '\r' ? " " : text, 1);
    }
    mofb__str_puts(out, "\"");
}

static bool all_numbers(const mofb__json *array) {
    for (const mofb__json *e = mofb__json_first(array); e; e = mofb__json_next(e))
        if (!mofb__json_is_number(e)) return false;
    return mofb__json_count(array) > 1;
}

static mofb_status put_value(mofb__str *out, const mofb__json *value) {
    char *text;
    if (mofb__json_text_of(value)) put_quoted(out, mofb__json_text_of(value));
    else if (mofb__json_is_bool(value)) mofb__str_puts(out, mofb__json_number_of(value, 0) != 0 ? "T" : "F");
    else if (mofb__json_is_number(value)) mofb__str_number(out, mofb__json_number_of(value, 0));
    else if (mofb__json_is_array(value) && all_numbers(value)) {
        const char *before = "\"";
        for (const mofb__json *e = mofb__json_first(value); e; e = mofb__json_next(e), before = " ") {
            mofb__str_puts(out, before);
            mofb__str_number(out, mofb__json_number_of(e, 0));
        }
        mofb__str_puts(out, "\"");
    } else {
        MOFB__TRY(mofb__json_text(&text, value, out->a));
        mofb__str_puts(out, "\"_JSON ");
        for (const char *c = text; *c; c++) {
            if (*c == '"' || *c == '\\') mofb__str_puts(out, "\\");
            mofb__str_append(out, c, 1);
        }
        mofb__str_puts(out, "\"");
        mofb__free(text);
    }
    return MOFB_OK;
}

mofb_status mofb__extxyz_comment_write(mofb__str *out, const char *json) {
    mofb__json *info;
    mofb_status status = MOFB_OK;
    if (!json || !*json) return MOFB_OK;
    MOFB__TRY(mofb__json_parse(&info, json, strlen(json)));
    for (const mofb__json *m = mofb__json_first(info); m && !status; m = mofb__json_next(m)) {
        const char *key = mofb__json_key(m);
        if (is_reserved((mofb__span){key, strlen(key)})) continue;
        mofb__str_puts(out, " ");
        put_quoted(out, key);
        mofb__str_puts(out, "=");
        status = put_value(out, m);
    }
    mofb__json_free(info);
    return status;
}
