/* SPDX-License-Identifier: MIT */
#include "formats/text.h"

#include <math.h>
#include <string.h>

#include "base/str.h"
#include "formats/format.h"

mofb__clip mofb__text_clip(const char *text, size_t length) {
    mofb__clip c;
    size_t n = length < 40 ? length : 40;
    for (size_t k = 0; k < n; k++)
        c.text[k] = text[k] >= ' ' && text[k] <= '~' ? text[k] : '?';
    memcpy(c.text + n, length > n ? "..." : "", length > n ? 4 : 1);
    return c;
}

static size_t skip_digits(const char *text, size_t length, size_t at) {
    while (at < length && mofb__is_digit(text[at]))
        at++;
    return at;
}

static bool is_decimal(const char *text, size_t length) {
    size_t at = length && (text[0] == '+' || text[0] == '-');
    size_t whole = skip_digits(text, length, at);
    bool digits = whole > at;
    if (whole < length && text[whole] == '.') {
        at = whole + 1;
        whole = skip_digits(text, length, at);
        digits = digits || whole > at;
    }
    if (!digits) return false;
    if (whole == length) return true;
    if (text[whole] != 'e' && text[whole] != 'E') return false;
    at = whole + 1;
    if (at < length && (text[at] == '+' || text[at] == '-')) at++;
    return at < length && skip_digits(text, length, at) == length;
}

bool mofb__text_number(double *out, const char *text, size_t length) {
    char copy[128];
    if (length >= sizeof copy || !is_decimal(text, length)) return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    double value = mofb__parse_double(copy, NULL);
    if (!isfinite(value)) return false;
    *out = value;
    return true;
}

bool mofb__text_integer(int64_t *out, const char *text, size_t length) {
    size_t at = length && (text[0] == '+' || text[0] == '-');
    int64_t value = 0;
    if (at == length || length - at > 18 || skip_digits(text, length, at) != length) return false;
    for (size_t k = at; k < length; k++)
        value = 10 * value + (text[k] - '0');
    *out = text[0] == '-' ? -value : value;
    return true;
}

bool mofb__text_is(mofb__span span, const char *word) {
    if (strlen(word) != span.length) return false;
    for (size_t k = 0; k < span.length; k++)
        if (mofb__lower(span.text[k]) != mofb__lower(word[k])) return false;
    return true;
}

char *mofb__text_copy(const mofb_allocator *a, const char *text, size_t length) {
    char *copy = mofb__alloc(a, length + 1);
    if (!copy) return NULL;
    for (size_t k = 0; k < length;) {
        size_t n = mofb__utf8_length(text + k, length - k);
        if (n > 1) memcpy(copy + k, text + k, n);
        else copy[k] = n && (unsigned char)text[k] >= ' ' && text[k] != 127 ? text[k] : '?';
        k += n ? n : 1;
    }
    copy[length] = 0;
    return copy;
}

char *mofb__text_stem(const mofb_allocator *a, const char *path) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    const char *base = slash ? slash + 1 : path ? path : "";
    size_t n = strlen(base), count;
    const mofb__format *const *all = mofb__formats(&count);
    for (size_t f = 0; f < count; f++)
        for (const char *const *s = all[f]->suffixes; *s; s++) {
            size_t m = strlen(*s);
            if (**s == '.' && n > m && mofb__text_is((mofb__span){base + n - m, m}, *s))
                return mofb__text_copy(a, base, n - m);
        }
    return mofb__text_copy(a, base, n);
}

mofb__span mofb__text_begin(const char *text, size_t length) {
    size_t mark = length >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0;
    return (mofb__span){text + mark, length - mark};
}

bool mofb__text_line(mofb__span *line, mofb__span *rest) {
    if (!rest->length) return false;
    size_t n = 0, end;
    while (n < rest->length && rest->text[n] != '\n' && rest->text[n] != '\r')
        n++;
    end = n + (n < rest->length);
    if (end < rest->length && rest->text[n] == '\r' && rest->text[end] == '\n') end++;
    *line = (mofb__span){rest->text, n};
    *rest = (mofb__span){rest->text + end, rest->length - end};
    return true;
}

bool mofb__text_word(mofb__span *word, mofb__span *rest) {
    size_t start = 0, end;
    while (start < rest->length && mofb__is_blank(rest->text[start]))
        start++;
    for (end = start; end < rest->length && !mofb__is_blank(rest->text[end]);)
        end++;
    *word = (mofb__span){rest->text + start, end - start};
    *rest = (mofb__span){rest->text + end, rest->length - end};
    return word->length > 0;
}
