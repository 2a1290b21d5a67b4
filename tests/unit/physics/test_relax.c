/* SPDX-License-Identifier: MIT */
#include "base/mat3.h"
#include "physics/relax.h"
#include "support/failing.h"
#include "support/springs.h"
#include "support/tap.h"

enum { n = springs_atoms };

static const int32_t species[n] = {6, 7, 8, 6, 30, 6, 1, 8};

static mofb__relax_options options_of(const char *optimiser, bool relax_cell) {
    return (mofb__relax_options){.optimiser = optimiser,
                                 .relax_cell = relax_cell,
                                 .fmax = 1e-6,
                                 .max_steps = 3000,
                                 .max_energy = 1e5,
                                 .numbers = species};
}

static mofb_status begin(mofb__relax **r, const mofb__relax_options *options, const mofb_allocator *a) {
    double positions[3 * n], cell[9];
    springs_start(positions, cell);
    return mofb__relax_new(r, n, positions, cell, options, a);
}

static mofb_status advance(mofb__relax *r) {
    mofb_request q = {.struct_size = sizeof q};
    mofb__relax_ask(r, &q);
    return mofb__relax_tell(
        r, springs_energy(q.positions, q.cell, q.forces, q.want & MOFB_STRESS ? q.stress : NULL));
}

TEST(relax__all_optimisers_with_and_without_cell) {
    size_t count;
    const mofb__optimiser_kind *const *kinds = mofb__optimisers(&count);
    for (int relax_cell = 0; relax_cell < 2; relax_cell++) {
        double lowest = NAN;
        for (size_t k = 0; k < count; k++) {
            mofb__relax_options o = options_of(kinds[k]->name, relax_cell);
            mofb__relax *r = NULL;
            OK(begin(&r, &o, NULL));
            while (r->end == MOFB__RELAX_RUNNING) OK(advance(r));
            printf("# %s%s: %llu calls, energy %.12f\n", kinds[k]->name, relax_cell ? " with cell" : "",
                   (unsigned long long)r->force_calls, r->energy);
            CHECK(r->end == MOFB__RELAX_CONVERGED);
            CHECK(r->force_calls == r->steps + 1);
            CHECK(r->fmax_generalised < 1e-6);
            if (isnan(lowest)) lowest = r->energy;
            CHECK_NEAR(r->energy, lowest, 1e-9);
            double forces[3 * n], stress[9];
            CHECK(springs_energy(r->positions, r->cell, forces, stress) == r->energy);
            CHECK(!memcmp(forces, r->forces, sizeof forces));
            for (int i = 0; i < 9 && relax_cell; i++)
                CHECK_NEAR(stress[i] * fabs(mofb__det3(r->cell)) / n, 0, 3e-6);
            mofb__relax_free(r);
        }
    }
}

TEST(relax__stops_after_max_steps) {
    mofb__relax_options o = options_of("lbfgs", true);
    mofb__relax *r = NULL;
    o.max_steps = 4;
    OK(begin(&r, &o, NULL));
    while (r->end == MOFB__RELAX_RUNNING) OK(advance(r));
    CHECK(r->end == MOFB__RELAX_MAX_STEPS);
    CHECK(r->steps == 4 && r->force_calls == 5);
    mofb__relax_free(r);
}

/* What the last tell left is the evaluated point, not the next one. */
TEST(relax__holds_the_evaluated_point) {
    mofb__relax_options o = options_of("fire", true);
    mofb__relax *r = NULL;
    OK(begin(&r, &o, NULL));
    for (int step = 0; step < 5; step++) {
        double positions[3 * n], cell[9];
        mofb_request q = {.struct_size = sizeof q};
        mofb__relax_ask(r, &q);
        memcpy(positions, q.positions, sizeof positions);
        memcpy(cell, q.cell, sizeof cell);
        OK(mofb__relax_tell(r, springs_energy(q.positions, q.cell, q.forces, q.stress)));
        CHECK(!memcmp(positions, r->positions, sizeof positions));
        CHECK(!memcmp(cell, r->cell, sizeof cell));
    }
    mofb__relax_free(r);
}

TEST(relax__aborts) {
    for (int how = 0; how < 4; how++) {
        mofb__relax_options o = options_of("lbfgs", true);
        mofb__relax *r = NULL;
        mofb_request q = {.struct_size = sizeof q};
        OK(begin(&r, &o, NULL));
        OK(advance(r));
        mofb__relax_ask(r, &q);
        double energy = springs_energy(q.positions, q.cell, q.forces, q.stress);
        if (how == 0) energy = -1.1e5;
        if (how == 1) energy = NAN;
        if (how == 2) q.forces[5] = NAN;
        if (how == 3) q.stress[4] = INFINITY;
        OK(mofb__relax_tell(r, energy));
        CHECK(r->end == MOFB__RELAX_EXPLODED);
        mofb__relax_free(r);
    }
}

TEST(relax__aborts_when_the_volume_vanishes) {
    mofb__relax_options o = options_of("lbfgs", true);
    mofb__relax *r = NULL;
    OK(begin(&r, &o, NULL));
    for (int step = 0; step < 3000 && r->end == MOFB__RELAX_RUNNING; step++) {
        mofb_request q = {.struct_size = sizeof q};
        mofb__relax_ask(r, &q);
        for (int k = 0; k < 9; k++) q.stress[k] = k % 4 ? 0 : 10; /* pulls inwards for ever */
        memset(q.forces, 0, 3 * n * sizeof *q.forces);
        OK(mofb__relax_tell(r, -step));
        CHECK(fabs(mofb__det3(r->cell)) >= 0.01 * r->start_volume * (1 - 1e-12));
    }
    CHECK(r->end == MOFB__RELAX_EXPLODED);
    mofb__relax_free(r);
}

TEST(relax__needs_a_cell_to_relax_it) {
    mofb__relax_options o = options_of("lbfgs", true);
    mofb__relax *r = NULL;
    double positions[6] = {0, 0, 0, 1, 1, 1};
    FAILS(mofb__relax_new(&r, 2, positions, NULL, &o, NULL), MOFB_ERR_INVALID, "no_cell");
    o = options_of("nonsense", false);
    FAILS(mofb__relax_new(&r, 2, positions, NULL, &o, NULL), MOFB_ERR_NOT_FOUND, "unknown_optimiser");
    CHECK(!r);
}

TEST(relax__resumes_bit_by_bit_at_every_step) {
    size_t count;
    const mofb__optimiser_kind *const *kinds = mofb__optimisers(&count);
    for (size_t k = 0; k < count; k++) {
        mofb__relax_options o = options_of(kinds[k]->name, true);
        mofb__relax *straight = NULL, *broken = NULL;
        OK(begin(&straight, &o, NULL));
        OK(begin(&broken, &o, NULL));
        while (straight->end == MOFB__RELAX_RUNNING) {
            mofb__blob blob;
            OK(advance(straight));
            OK(advance(broken));
            mofb__blob_init(&blob, NULL);
            mofb__relax_save(broken, &blob);
            OK(mofb__str_status(&blob.bytes));
            mofb__relax_free(broken);
            broken = NULL;
            OK(begin(&broken, &o, NULL));
            OK(mofb__relax_load(broken, &blob));
            CHECK(blob.at == blob.bytes.len);
            mofb__blob_free(&blob);
            CHECK(broken->end == straight->end && broken->steps == straight->steps);
            CHECK(broken->force_calls == straight->force_calls && broken->energy == straight->energy);
            CHECK(broken->fmax_generalised == straight->fmax_generalised);
            CHECK(!memcmp(broken->positions, straight->positions, 3 * n * sizeof(double)));
            CHECK(!memcmp(broken->forces, straight->forces, 3 * n * sizeof(double)));
            CHECK(!memcmp(broken->x, straight->x, 3 * straight->n_rows * sizeof(double)));
            CHECK(!memcmp(broken->cell, straight->cell, sizeof straight->cell));
        }
        mofb__relax_free(straight);
        mofb__relax_free(broken);
    }
}

TEST(relax__refuses_the_checkpoint_of_another) {
    mofb__relax_options o = options_of("lbfgs", true), p = options_of("fire", true),
                        q = options_of("lbfgs", false);
    mofb__relax *a = NULL, *b = NULL, *c = NULL;
    mofb__blob blob;
    OK(begin(&a, &o, NULL));
    OK(begin(&b, &p, NULL));
    OK(begin(&c, &q, NULL));
    mofb__blob_init(&blob, NULL);
    size_t start = blob.at;
    mofb__relax_save(a, &blob);
    FAILS(mofb__relax_load(b, &blob), MOFB_ERR_FORMAT, "bad_checkpoint");
    blob.at = start;
    FAILS(mofb__relax_load(c, &blob), MOFB_ERR_FORMAT, "bad_checkpoint");
    for (size_t cut = 8; cut < blob.bytes.len; cut += 97) {
        mofb__blob part = blob;
        part.at = start;
        part.bytes.len = cut;
        CHECK(mofb__relax_load(a, &part) == MOFB_ERR_FORMAT);
    }
    mofb__blob_free(&blob);
    mofb__relax_free(a);
    mofb__relax_free(b);
    mofb__relax_free(c);
}

TEST(relax__failing_allocator) {
    size_t count;
    const mofb__optimiser_kind *const *kinds = mofb__optimisers(&count);
    for (size_t k = 0; k < count; k++) {
        mofb__relax_options o = options_of(kinds[k]->name, true);
        for (long left = 0; left < 1000; left++) {
            failing f;
            mofb__relax *r = NULL;
            failing_init(&f, left);
            mofb_status status = begin(&r, &o, &f.allocator);
            CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
            for (int step = 0; step < 3 && !status; step++) status = advance(r);
            mofb__relax_free(r);
            CHECK(f.live == 0);
            if (!status) break;
        }
    }
}

int main(void) {
    RUN(relax__all_optimisers_with_and_without_cell);
    RUN(relax__stops_after_max_steps);
    RUN(relax__holds_the_evaluated_point);
    RUN(relax__aborts);
    RUN(relax__aborts_when_the_volume_vanishes);
    RUN(relax__needs_a_cell_to_relax_it);
    RUN(relax__resumes_bit_by_bit_at_every_step);
    RUN(relax__refuses_the_checkpoint_of_another);
    RUN(relax__failing_allocator);
    return tap_end();
}
