/* SPDX-License-Identifier: MIT */
/* A test program: TEST(name) bodies, CHECK lines, TAP on standard output; exit 1 on a failure, 77 when every
   test was skipped.

     #include "support/tap.h"
     TEST(cell__volume_of_a_cube) { CHECK(...); CHECK_NEAR(x, 8.0, 1e-12); }
     int main(void) { RUN(cell__volume_of_a_cube); return tap_end(); } */
#ifndef MOFB_TESTS_TAP_H
#define MOFB_TESTS_TAP_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mofbench/error.h"

static int tap_count, tap_failures, tap_skips, tap_now_failed, tap_now_skipped;

#define TEST(name) static void test_##name(void)
#define RUN(name) tap_run(#name, test_##name)

static inline void tap_run(const char *name, void (*body)(void)) {
    tap_now_failed = tap_now_skipped = 0;
    body();
    tap_count++;
    tap_failures += tap_now_failed != 0;
    tap_skips += tap_now_skipped;
    printf("%sok %d - %s%s\n", tap_now_failed ? "not " : "", tap_count, name, tap_now_skipped ? " # SKIP" : "");
    fflush(stdout);
}

static inline int tap_end(void) {
    printf("1..%d\n", tap_count);
    if (tap_failures) return 1;
    return tap_count && tap_skips == tap_count ? 77 : 0;
}

#define SKIP(why)                                                                                  \
    do {                                                                                           \
        printf("# skipped: %s\n", why);                                                            \
        tap_now_skipped = 1;                                                                       \
        return;                                                                                    \
    } while (0)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("# %s:%d: %s\n", __FILE__, __LINE__, #condition);                               \
            tap_now_failed = 1;                                                                    \
        }                                                                                          \
    } while (0)

/* |a − b| ≤ tolerance */
#define CHECK_NEAR(a, b, tolerance)                                                                \
    do {                                                                                           \
        double tap_a = (a), tap_b = (b);                                                           \
        if (!(fabs(tap_a - tap_b) <= (tolerance))) {                                               \
            printf("# %s:%d: %s = %.17g, wanted %.17g (difference %g)\n", __FILE__, __LINE__, #a,  \
                   tap_a, tap_b, tap_a - tap_b);                                                   \
            tap_now_failed = 1;                                                                    \
        }                                                                                          \
    } while (0)

/* A call that must succeed; leaves the test otherwise. */
#define OK(call)                                                                                   \
    do {                                                                                           \
        mofb_status tap_s = (call);                                                                \
        if (tap_s) {                                                                               \
            printf("# %s:%d: %s: %s (%s: %s)\n", __FILE__, __LINE__, #call, mofb_status_name(tap_s), \
                   mofb_error_reason(), mofb_error_message());                                     \
            tap_now_failed = 1;                                                                    \
            return;                                                                                \
        }                                                                                          \
    } while (0)

/* A call that must fail with this status and reason. */
#define FAILS(call, status, reason)                                                                \
    do {                                                                                           \
        mofb_status tap_s = (call);                                                                \
        if (tap_s != (status) || strcmp(mofb_error_reason(), reason)) {                            \
            printf("# %s:%d: %s gave %s (%s: %s)\n", __FILE__, __LINE__, #call,                    \
                   mofb_status_name(tap_s), mofb_error_reason(), mofb_error_message());            \
            tap_now_failed = 1;                                                                    \
        }                                                                                          \
    } while (0)

/* Path of a file under the benchmark data (MOFB_SHARED_DATA), NULL if there is none: skip the test then. */
static inline const char *tap_data(const char *relative) {
    static char path[4096];
    const char *root = getenv("MOFB_SHARED_DATA");
    snprintf(path, sizeof path, "%s/%s", root ? root : "", relative);
    FILE *f = root ? fopen(path, "rb") : NULL;
    if (f) fclose(f);
    return f ? path : NULL;
}

#endif
