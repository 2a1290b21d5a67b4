/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include <langinfo.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mofb__str_init(mofb__str *s, const mofb_allocator *a) {
    *s = (mofb__str){.a = a};
}

static bool reserve(mofb__str *s, size_t extra) {
    if (s->failed) return false;
    if (mofb__grow(s->a, &s->data, &s->cap, s->len + extra + 1, 1)) s->failed = true;
    return !s->failed;
}

void mofb__str_append(mofb__str *s, const void *data, size_t len) {
    if (!reserve(s, len)) return;
    if (len) memcpy(s->data + s->len, data, len);
    s->len += len;
    s->data[s->len] = 0;
}

void mofb__str_puts(mofb__str *s, const char *text) {
    mofb__str_append(s, text, strlen(text));
}

void mofb__str_printf(mofb__str *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(s, (size_t)n)) return;
    va_start(args, format);
    vsnprintf(s->data + s->len, (size_t)n + 1, format, args);
    va_end(args);
    s->len += (size_t)n;
}

/* The host's decimal point; unlike localeconv this is safe beside other threads. */
static const char *decimal_point(void) {
    const char *point = nl_langinfo(RADIXCHAR);
    return *point ? point : ".";
}

void mofb__dots(char *text) {
    const char *point = decimal_point();
    size_t length = strlen(point);
    if (!strcmp(point, ".")) return;
    while ((text = strstr(text, point))) {
        *text++ = '.';
        memmove(text, text + length - 1, strlen(text + length - 1) + 1);
    }
}

void mofb__number_text(char out[32], double value) {
    if (isnan(value)) {
        memcpy(out, "nan", 4);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        mofb__dots(out);
        if (mofb__parse_double(out, NULL) == value) return;
    }
}

void mofb__str_fixed(mofb__str *s, const double *values, size_t count, int width, int digits, const char *between) {
    char text[512];
    for (size_t k = 0; k < count; k++) {
        snprintf(text, sizeof text, "%*.*f", width, digits, values[k]);
        mofb__dots(text);
        if (k) mofb__str_puts(s, between);
        mofb__str_puts(s, text);
    }
}

void mofb__str_number(mofb__str *s, double value) {
    char text[32];
    mofb__number_text(text, value);
    mofb__str_puts(s, text);
}

size_t mofb__utf8_length(const char *text, size_t left) {
    const unsigned char *at = (const unsigned char *)text;
    if (!left) return 0;
    size_t n = *at < 0x80                  ? 1
               : *at >= 0xC2 && *at < 0xE0 ? 2
               : (*at & 0xF0) == 0xE0      ? 3
               : *at >= 0xF0 && *at < 0xF5 ? 4
                                           : 0;
    if (n > left) return 0;
    for (size_t k = 1; k < n; k++)
        if ((at[k] & 0xC0) != 0x80) return 0;
    if ((*at == 0xE0 && at[1] < 0xA0) || (*at == 0xED && at[1] > 0x9F)) return 0;
    return (*at == 0xF0 && at[1] < 0x90) || (*at == 0xF4 && at[1] > 0x8F) ? 0 : n;
}

void mofb__str_clear(mofb__str *s) {
    s->len = 0;
    s->failed = false;
    if (s->data) s->data[0] = 0;
}

void mofb__str_free(mofb__str *s) {
    mofb__free(s->data);
    *s = (mofb__str){.a = s->a};
}

mofb_status mofb__str_status(const mofb__str *s) {
    return s->failed ? mofb__no_memory() : MOFB_OK;
}

mofb_status mofb__str_take(char **out, mofb__str *s) {
    mofb__str_append(s, "", 0);
    mofb_status status = mofb__str_status(s);
    if (status) {
        mofb__str_free(s);
        return status;
    }
    *out = s->data;
    *s = (mofb__str){.a = s->a};
    return MOFB_OK;
}

/* strtod follows the host's locale; where its decimal point is not a dot, a copy is translated. */
double mofb__parse_double(const char *text, const char **end) {
    char copy[128], *stop;
    const char *point = decimal_point();
    if (!strcmp(point, ".")) {
        double value = strtod(text, &stop);
        if (end) *end = stop;
        return value;
    }
    size_t whole = strcspn(text, ".,"), longer = text[whole] == '.' ? strlen(point) - 1 : 0;
    if (text[whole] == '.') snprintf(copy, sizeof copy, "%.*s%s%s", (int)whole, text, point, text + whole + 1);
    else snprintf(copy, sizeof copy, "%.*s", (int)whole, text);
    double value = strtod(copy, &stop);
    size_t used = (size_t)(stop - copy);
    if (end) *end = text + (used > whole ? used - longer : used);
    return value;
}

/* Twice the edit distance of `a` to `b`, or to the start of `b` plus one half: what is left out at the end of a
   long name counts little. */
static size_t strangeness(const char *a, const char *b) {
    size_t row[64], n = strlen(b), least;
    if (n >= 63) return 999;
    for (size_t j = 0; j <= n; j++) row[j] = j;
    for (size_t i = 1; *a; a++, i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (*a != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    least = 2 * row[n];
    for (size_t j = 0; j < n; j++)
        if (2 * row[j] + 1 < least) least = 2 * row[j] + 1;
    return least;
}

const char *mofb__nearest(const char *name, const char *const *names, size_t count) {
    const char *best = NULL;
    size_t length = strlen(name), least = length + 1; /* at most about half the letters may be wrong */
    for (size_t k = 0; k < count; k++) {
        size_t d = length > 2 && strstr(names[k], name) ? 1 : strangeness(name, names[k]);
        if (d < least) {
            least = d;
            best = names[k];
        }
    }
    return best;
}
