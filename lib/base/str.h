/* SPDX-License-Identifier: MIT */
/* A growing text. Failures stick: append freely, then ask once. */
#ifndef MOFB_BASE_STR_H
#define MOFB_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include "base/alloc.h"
#include "base/error.h"

typedef struct mofb__str {
    const mofb_allocator *a;
    char *data; /* NUL-terminated once anything was appended */
    size_t len, cap;
    bool failed;
} mofb__str;

void mofb__str_init(mofb__str *s, const mofb_allocator *a);
void mofb__str_append(mofb__str *s, const void *data, size_t len);
void mofb__str_puts(mofb__str *s, const char *text);
void mofb__str_printf(mofb__str *s, const char *format, ...) MOFB__PRINTF(2, 3);

/* Shortest decimal text that reads back as the same double (15, 16 or 17 digits); "nan", "inf". */
void mofb__str_number(mofb__str *s, double value);
void mofb__number_text(char out[32], double value);

/* A row of numbers as "%width.digitsf" each, in any locale, with `between` between them. */
void mofb__str_fixed(mofb__str *s, const double *values, size_t count, int width, int digits, const char *between);

/* Numbers that printf wrote with the decimal point of the host's locale get a dot. */
void mofb__dots(char *text);

void mofb__str_clear(mofb__str *s); /* keeps the memory */
void mofb__str_free(mofb__str *s);

/* MOFB_OK and the text (to be freed with mofb__free; s is empty afterwards), or no_memory. */
mofb_status mofb__str_take(char **out, mofb__str *s);

/* MOFB_OK or no_memory. */
mofb_status mofb__str_status(const mofb__str *s);

/* Number at the start of `text`, independent of the locale; *end behind it. Accepts nan and inf. */
double mofb__parse_double(const char *text, const char **end);

/* Length of the UTF-8 sequence (RFC 3629) that `text` of `left` bytes begins with, 0 if with none. */
size_t mofb__utf8_length(const char *text, size_t left);

/* Nearest of `count` names to `name` by edit distance, NULL if none is near. */
const char *mofb__nearest(const char *name, const char *const *names, size_t count);

#endif
