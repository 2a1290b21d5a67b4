/* SPDX-License-Identifier: MIT */
#include "ops.h"

typedef struct problem {
    size_t out, in, group, groups;
    REAL *x, *y, *start;
    double *weights, *bias;
    NAME(mofb__matrix) m;
    size_t x_stride, y_stride;
} problem;

static mofb_status make(problem *p, size_t out, size_t in, size_t groups, size_t group) {
    *p = (problem){.out = out,
                   .in = in,
                   .group = group,
                   .groups = groups,
                   .x_stride = group * in + 7,
                   .y_stride = group * out + 3};
    REAL *w = numbers(out * in, 1), *b = numbers(out, 2);
    p->weights = widened(w, out * in);
    p->bias = widened(b, out);
    p->x = numbers(groups * p->x_stride, 3);
    p->start = numbers(groups * p->y_stride, 4);
    p->y = mofb__memdup(NULL, p->start, groups * p->y_stride * sizeof(REAL));
    mofb__free(w);
    mofb__free(b);
    return ops->pack(&p->m, p->weights, p->bias, out, in, NULL);
}

static void drop(problem *p) {
    mofb__free(p->x);
    mofb__free(p->y);
    mofb__free(p->start);
    mofb__free(p->weights);
    mofb__free(p->bias);
    mofb__free(p->m.packed);
    mofb__free(p->m.bias);
}

static double worst_of(const problem *p, mofb__start start) {
    double worst = 0;
    for (size_t g = 0; g < p->groups; g++)
        for (size_t r = 0; r < p->group; r++)
            for (size_t o = 0; o < p->out; o++) {
                size_t at = g * p->y_stride + r * p->out + o;
                double sum = start == MOFB__ADD ? (double)p->start[at] : start == MOFB__BIAS ? p->bias[o] : 0;
                for (size_t i = 0; i < p->in; i++)
                    sum += p->weights[o * p->in + i] * (double)p->x[g * p->x_stride + r * p->in + i];
                worst = fmax(worst, fabs(sum - (double)p->y[at]) / sqrt((double)p->in));
            }
    return worst;
}

/* Numbers between the groups' rows stay as they were. */
static bool gaps_kept(const problem *p) {
    for (size_t g = 0; g < p->groups; g++)
        for (size_t k = p->group * p->out; k < p->y_stride; k++)
            if (p->y[g * p->y_stride + k] != p->start[g * p->y_stride + k]) return false;
    return true;
}

TEST(matmul__products) {
    static const size_t outs[] = {1, 3, 16, 64, 100, 128}, ins[] = {1, 3, 17, 128, 384};
    for (size_t o = 0; o < 6; o++)
        for (size_t i = 0; i < 5; i++)
            for (size_t rows = 1; rows < 15; rows += 1 + rows / 7)
                for (size_t group = 1; group < 6; group += 2)
                    for (int start = MOFB__ZERO; start <= MOFB__ADD; start++) {
                        problem p;
                        OK(make(&p, outs[o], ins[i], rows, group));
                        ops->matmul((NAME(mofb__rows)){p.y, p.y_stride}, (NAME(mofb__from)){p.x, p.x_stride},
                                    rows, group, &p.m, (mofb__start)start);
                        CHECK_NEAR(worst_of(&p, (mofb__start)start), 0, rounding);
                        CHECK(gaps_kept(&p));
                        drop(&p);
                    }
}

TEST(matmul__a_row_does_not_depend_on_its_company) {
    problem p;
    REAL alone[70];
    OK(make(&p, 70, 129, 1, 23));
    ops->matmul((NAME(mofb__rows)){p.y, 0}, (NAME(mofb__from)){p.x, 0}, 1, 23, &p.m, MOFB__BIAS);
    for (size_t r = 0; r < 23; r++) {
        ops->matmul((NAME(mofb__rows)){alone, 0}, (NAME(mofb__from)){p.x + r * 129, 0}, 1, 1, &p.m,
                    MOFB__BIAS);
        CHECK(!memcmp(alone, p.y + r * 70, sizeof alone));
    }
    drop(&p);
}

static void tests(void) {
    RUN(matmul__products);
    RUN(matmul__a_row_does_not_depend_on_its_company);
}

int main(void) {
    each_table(tests);
    return tap_end();
}
