/* SPDX-License-Identifier: MIT */
/* Pieces of text that need not end in NUL: lines, words, numbers, names. */
#ifndef MOFB_FORMATS_TEXT_H
#define MOFB_FORMATS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/alloc.h"

typedef struct mofb__span {
    const char *text;
    size_t length;
} mofb__span;

/* What goes into a message: at most 40 printable ASCII characters. */
typedef struct mofb__clip {
    char text[44];
} mofb__clip;

mofb__clip mofb__text_clip(const char *text, size_t length);

/* Whole span is a finite decimal number: [+-]digits[.digits][e[+-]digits]. */
bool mofb__text_number(double *out, const char *text, size_t length);

/* Whole span is a decimal integer. */
bool mofb__text_integer(int64_t *out, const char *text, size_t length);

/* Equal to a word, ASCII case ignored. */
bool mofb__text_is(mofb__span span, const char *word);

/* Copy that is valid UTF-8 without control characters; every other byte becomes '?'. NULL: no memory. */
char *mofb__text_copy(const mofb_allocator *a, const char *text, size_t length);

/* Name of a structure from a path: without folders and without the suffix of a known format. */
char *mofb__text_stem(const mofb_allocator *a, const char *path);

/* Skips a UTF-8 byte order mark. */
mofb__span mofb__text_begin(const char *text, size_t length);

/* Next line, without its end (LF, CRLF or CR), from *rest; false at the end. */
bool mofb__text_line(mofb__span *line, mofb__span *rest);

/* Next word (between blanks) of *rest; false if there is none. */
bool mofb__text_word(mofb__span *word, mofb__span *rest);

static inline bool mofb__is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool mofb__is_digit(char c) {
    return c >= '0' && c <= '9';
}

static inline bool mofb__is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline char mofb__lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

#endif
