/* SPDX-License-Identifier: MIT */
/* Text to structure, for the tests of readers. */
#ifndef MOFB_TESTS_FORMATS_READ_H
#define MOFB_TESTS_FORMATS_READ_H

#include <stdlib.h>
#include <string.h>

#include "formats/format.h"
#include "support/failing.h"
#include "support/tap.h"

/* The text in a block of its exact size, without a NUL: reading past it is an error under a sanitizer. */
static inline mofb_status read_as(mofb__structure_list *list, const char *text, size_t length,
                                  const mofb_structure_options *options) {
    char *copy = calloc(length + 1, 1); /* one in front, so that there is a block where the text is empty */
    if (!copy) return MOFB_ERR_NO_MEMORY;
    memcpy(copy + 1, text, length);
    mofb_status status = mofb__formats_read(list, copy + 1, length, "text", NULL, options);
    free(copy);
    return status;
}

/* The first structure or NULL; then the error is set. */
static inline mofb_structure *read_one(const char *text, const char *format, const char *block,
                                       int32_t disorder) {
    mofb_structure_options o = {
        .struct_size = sizeof o, .format = format, .block = block, .disorder = disorder};
    mofb__structure_list list = {.limit = 1};
    mofb_structure *s = NULL;
    if (!read_as(&list, text, strlen(text), &o)) s = mofb_structure_ref(list.items[0]);
    mofb__structure_list_free(&list);
    return s;
}

#define FAILS_TO_READ(text, kind, status, reason, part)                                                      \
    do {                                                                                                     \
        mofb_structure_options fo = {.struct_size = sizeof fo, .format = kind};                              \
        mofb__structure_list fl = {0};                                                                       \
        FAILS(read_as(&fl, text, strlen(text), &fo), status, reason);                                        \
        if (!strstr(mofb_error_message(), part)) {                                                           \
            printf("# %s:%d: message is '%s'\n", __FILE__, __LINE__, mofb_error_message());                  \
            tap_now_failed = 1;                                                                              \
        }                                                                                                    \
        mofb__structure_list_free(&fl);                                                                      \
    } while (0)

/* Reads with every allocation failing in turn: no crash, no leak, and in the end success. */
static inline void sweep_read(const char *text, const char *format, int32_t disorder) {
    for (long left = 0;; left++) {
        failing f;
        failing_init(&f, left);
        mofb_structure_options o = {
            .struct_size = sizeof o, .format = format, .disorder = disorder, .allocator = &f.allocator};
        mofb__structure_list list = {0};
        mofb_status status = read_as(&list, text, strlen(text), &o);
        mofb__structure_list_free(&list);
        CHECK(f.live == 0);
        CHECK(!status || status == MOFB_ERR_NO_MEMORY);
        if (!status || status != MOFB_ERR_NO_MEMORY || left > 100000) return;
    }
}

/* Writes with every allocation failing in turn. */
static inline void sweep_write(const mofb_structure *s, const char *format) {
    for (long left = 0; left < 100000; left++) {
        failing f;
        mofb__str out;
        failing_init(&f, left);
        mofb__str_init(&out, &f.allocator);
        mofb_status status = mofb__format_by_name(format)->write(&out, s);
        if (!status) status = mofb__str_status(&out);
        mofb__str_free(&out);
        CHECK(f.live == 0);
        CHECK(!status || status == MOFB_ERR_NO_MEMORY);
        if (!status) return;
    }
}

static inline double distance(const mofb_structure *s, size_t i, size_t j) {
    const double *a = s->positions + 3 * i, *b = s->positions + 3 * j;
    return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                (a[2] - b[2]) * (a[2] - b[2]));
}

static inline size_t count_of(const mofb_structure *s, int32_t number) {
    size_t n = 0;
    for (size_t k = 0; k < s->n_atoms; k++)
        n += s->numbers[k] == number;
    return n;
}

#endif
