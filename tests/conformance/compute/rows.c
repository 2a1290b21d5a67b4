/* SPDX-License-Identifier: MIT */
#include "ops.h"

enum { ROWS = 1001, LANES = 4 };

typedef struct seen {
    unsigned char row[ROWS], lane_busy[LANES];
    int bad;
} seen;

static void visit(void *context, size_t first, size_t count, int32_t lane) {
    seen *s = context;
    if (lane < 0 || lane >= LANES || s->lane_busy[lane]) {
        s->bad = 1;
        return;
    }
    s->lane_busy[lane] = 1;
    for (size_t k = first; k < first + count; k++) s->row[k]++;
    s->lane_busy[lane] = 0;
}

TEST(rows__each_once_and_no_lane_twice_at_a_time) {
    static const size_t blocks[] = {1, 7, 12, 1001, 5000};
    for (int32_t threads = 1; threads <= LANES; threads++)
        for (size_t b = 0; b < 5; b++) {
            seen s = {0};
            mofb__compute_rows(visit, &s, ROWS, blocks[b], threads);
            for (size_t k = 0; k < ROWS; k++) CHECK(s.row[k] == 1);
            CHECK(!s.bad);
        }
    seen s = {0};
    mofb__compute_rows(visit, &s, 0, 12, 2);
    CHECK(!s.row[0] && !s.bad);
}

int main(void) {
    (void)ops, (void)rounding, (void)by_difference;
    RUN(rows__each_once_and_no_lane_twice_at_a_time);
    return tap_end();
}
