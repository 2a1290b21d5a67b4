/* SPDX-License-Identifier: MIT */
/* Every optimiser of the build, on coordinates alone. */
#include "physics/optimiser.h"
#include "support/failing.h"
#include "support/springs.h"
#include "support/tap.h"

enum { n = springs_atoms, m = 3 * n };

typedef struct toy {
    double x[m], f[m], cell[9], energy;
} toy;

static void toy_init(toy *t) {
    springs_start(t->x, t->cell);
}

static double toy_evaluate(toy *t) {
    double most = 0;
    t->energy = springs_energy(t->x, t->cell, t->f, NULL);
    for (int k = 0; k < m; k++) most = fmax(most, fabs(t->f[k]));
    return most;
}

static const mofb__optimiser_setup *setup_of(const toy *t) {
    static const int32_t numbers[n] = {6, 7, 8, 6, 30, 6, 1, 8};
    static mofb__optimiser_setup setup;
    setup = (mofb__optimiser_setup){n, n, numbers, t->x, t->cell};
    return &setup;
}

TEST(optimiser__unknown_name_gets_the_nearest) {
    mofb__optimiser *o = NULL;
    FAILS(mofb__optimiser_new(&o, "lbfg", 3, NULL), MOFB_ERR_NOT_FOUND, "unknown_optimiser");
    CHECK(strstr(mofb_error_message(), "'lbfgs'"));
    CHECK(!o);
}

TEST(optimiser__all_reach_the_minimum) {
    size_t count;
    const mofb__optimiser_kind *const *kinds = mofb__optimisers(&count);
    double reference = NAN;
    CHECK(count >= 2);
    for (size_t k = 0; k < count; k++)
        for (int informed = 0; informed < 2; informed++) {
            toy t;
            mofb__optimiser *o = NULL;
            int calls = 1;
            toy_init(&t);
            if (informed) OK(mofb__optimiser_make(&o, kinds[k]->name, setup_of(&t), NULL));
            else OK(mofb__optimiser_new(&o, kinds[k]->name, n, NULL));
            CHECK(o->kind == kinds[k]);
            for (; calls < 3000 && toy_evaluate(&t) > 1e-9; calls++) OK(o->step(o, t.x, t.energy, t.f));
            printf("# %s%s: %d calls, energy %.12f\n", kinds[k]->name, informed ? " (informed)" : "", calls,
                   t.energy);
            CHECK(calls < 3000);
            if (isnan(reference)) reference = t.energy;
            CHECK_NEAR(t.energy, reference, 1e-12);
            mofb__optimiser_free(o);
        }
}

/* Saved and loaded into a new one between any two steps, a run goes through the same bits. */
TEST(optimiser__resumes_bit_by_bit) {
    size_t count;
    const mofb__optimiser_kind *const *kinds = mofb__optimisers(&count);
    for (size_t k = 0; k < count; k++) {
        toy straight, broken, start;
        mofb__optimiser *a = NULL, *b = NULL;
        toy_init(&straight);
        toy_init(&broken);
        toy_init(&start);
        OK(mofb__optimiser_make(&a, kinds[k]->name, setup_of(&start), NULL));
        OK(mofb__optimiser_make(&b, kinds[k]->name, setup_of(&start), NULL));
        for (int step = 0; step < 130; step++) {
            mofb__blob blob;
            toy_evaluate(&straight);
            toy_evaluate(&broken);
            OK(a->step(a, straight.x, straight.energy, straight.f));
            OK(b->step(b, broken.x, broken.energy, broken.f));
            CHECK(!memcmp(straight.x, broken.x, sizeof straight.x));
            mofb__blob_init(&blob, NULL);
            b->save(b, &blob);
            mofb__optimiser_free(b);
            b = NULL;
            OK(mofb__optimiser_make(&b, kinds[k]->name, setup_of(&start), NULL));
            OK(b->load(b, &blob));
            CHECK(blob.at == blob.bytes.len);
            mofb__blob_free(&blob);
        }
        mofb__optimiser_free(a);
        mofb__optimiser_free(b);
    }
}

TEST(optimiser__refuses_the_checkpoint_of_another) {
    mofb__optimiser *a = NULL, *b = NULL, *c = NULL;
    mofb__blob blob;
    OK(mofb__optimiser_new(&a, "lbfgs", 4, NULL));
    OK(mofb__optimiser_new(&b, "fire", 4, NULL));
    OK(mofb__optimiser_new(&c, "lbfgs", 5, NULL));
    mofb__blob_init(&blob, NULL);
    a->save(a, &blob);
    size_t start = blob.at;
    FAILS(b->load(b, &blob), MOFB_ERR_FORMAT, "bad_checkpoint");
    blob.at = start;
    FAILS(c->load(c, &blob), MOFB_ERR_FORMAT, "bad_checkpoint");
    mofb__blob_free(&blob);
    mofb__optimiser_free(a);
    mofb__optimiser_free(b);
    mofb__optimiser_free(c);
}

/* No step is made of nothing: zero forces leave finite coordinates. */
TEST(optimiser__rests_at_zero_force) {
    size_t count;
    const mofb__optimiser_kind *const *kinds = mofb__optimisers(&count);
    for (size_t k = 0; k < count; k++) {
        mofb__optimiser *o = NULL;
        double x[6] = {1, 2, 3, 4, 5, 6}, f[6] = {0};
        OK(mofb__optimiser_new(&o, kinds[k]->name, 2, NULL));
        for (int step = 0; step < 5; step++) OK(o->step(o, x, -1, f));
        for (int i = 0; i < 6; i++) CHECK(x[i] == i + 1);
        mofb__optimiser_free(o);
    }
}

TEST(optimiser__failing_allocator) {
    size_t count;
    const mofb__optimiser_kind *const *kinds = mofb__optimisers(&count);
    for (size_t k = 0; k < count; k++)
        for (long left = 0;; left++) {
            failing f;
            toy t;
            mofb__optimiser *o = NULL;
            toy_init(&t);
            failing_init(&f, left);
            mofb_status status = mofb__optimiser_make(&o, kinds[k]->name, setup_of(&t), &f.allocator);
            for (int step = 0; step < 3 && !status; step++) {
                toy_evaluate(&t);
                status = o->step(o, t.x, t.energy, t.f);
            }
            CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
            mofb__optimiser_free(o);
            CHECK(f.live == 0);
            if (!status) break;
            CHECK(left < 1000);
            if (left >= 1000) break;
        }
}

int main(void) {
    RUN(optimiser__unknown_name_gets_the_nearest);
    RUN(optimiser__all_reach_the_minimum);
    RUN(optimiser__resumes_bit_by_bit);
    RUN(optimiser__refuses_the_checkpoint_of_another);
    RUN(optimiser__rests_at_zero_force);
    RUN(optimiser__failing_allocator);
    return tap_end();
}
