/* SPDX-License-Identifier: MIT */
#include "support/failing.h"
#include "support/tap.h"

#include "base/mat3.h"
#include "base/units.h"
#include "physics/md.h"

/* A ring of unlike atoms joined by anharmonic springs in a cell whose stress follows from the pairs, so that
   every integrator has something to do at little cost. */
enum { N = 8 };

static const int32_t numbers[N] = {6, 8, 30, 7, 1, 6, 14, 8};

typedef struct ring {
    long calls;
    long fail_at; /* call number that fails, 0: none */
} ring;

static mofb_status ring_evaluate(void *user, const double *x, const double *cell, double *energy,
                                 double *forces, double *stress) {
    ring *r = user;
    double volume = cell ? fabs(mofb__det3(cell)) : 1;
    if (++r->calls == r->fail_at) return MOFB_ERR_DEVICE;
    *energy = 0;
    for (int k = 0; k < 3 * N; k++) forces[k] = 0;
    for (int k = 0; stress && k < 9; k++) stress[k] = 0;
    for (int i = 0; i < N; i++)
        for (int j = i + 1; j < N; j++) {
            double d[3], k = j == i + 1 || j == i + N - 1 ? 6.0 : 0.3;
            for (int c = 0; c < 3; c++) d[c] = x[3 * j + c] - x[3 * i + c];
            double length = sqrt(mofb__dot(d, d)), s = length - (k > 1 ? 1.6 : 3.5);
            double slope = k * s + 0.5 * k * s * s * s;
            *energy += k * s * s / 2 + k * s * s * s * s / 8;
            for (int c = 0; c < 3; c++) {
                forces[3 * i + c] += slope * d[c] / length;
                forces[3 * j + c] -= slope * d[c] / length;
                for (int e = 0; stress && e < 3; e++)
                    stress[3 * c + e] += slope * d[c] * d[e] / length / volume;
            }
        }
    return MOFB_OK;
}

static const double box[9] = {9, 0, 0, 1, 8, 0, 0.5, -1, 10};

static mofb__integrator_options options_for(const char *name) {
    return (mofb__integrator_options){.name = name, .timestep = 0.5, .temperature = 300, .friction = 0.02,
                                      .pressure = 1000, .tdamp = 40, .pdamp = 200, .seed = 3};
}

/* A warm state with forces, and an integrator for it. */
static mofb_status begin(mofb__md_state **s, mofb__integrator **i, const mofb__integrator_options *options,
                         ring *r, const mofb_allocator *a) {
    double x[3 * N];
    mofb__rng rng;
    mofb__rng_seed(&rng, 11);
    for (int k = 0; k < N; k++) {
        double angle = 2 * 3.141592653589793 * k / N;
        x[3 * k] = 2.1 * cos(angle) + 4, x[3 * k + 1] = 2.1 * sin(angle) + 4, x[3 * k + 2] = 0.3 * (k % 3);
    }
    *i = NULL;
    MOFB__TRY(mofb__md_state_new(s, N, numbers, x, box, a));
    mofb__md_thermalise(*s, options->temperature, &rng);
    mofb_status status = mofb__md_evaluate(*s, &(mofb__force_source){ring_evaluate, r}, true);
    if (!status) status = mofb__integrator_new(i, options, *s, a);
    if (!status) return MOFB_OK;
    mofb__md_state_free(*s);
    *s = NULL;
    return status;
}

static void end(mofb__md_state *s, mofb__integrator *i) {
    mofb__integrator_free(i);
    mofb__md_state_free(s);
}

/* Largest departure of the conserved quantity from its start over `time` fs. */
static double drift(const char *name, double timestep, double time) {
    ring r = {0};
    mofb__md_state *s;
    mofb__integrator *i;
    mofb__integrator_options options = options_for(name);
    options.timestep = timestep;
    if (begin(&s, &i, &options, &r, NULL)) return NAN;
    mofb__force_source source = {ring_evaluate, &r};
    double start = i->conserved(i, s), worst = 0;
    for (long k = 0; k < lround(time / timestep); k++) {
        if (i->step(i, s, &source)) return NAN;
        worst = fmax(worst, fabs(i->conserved(i, s) - start));
    }
    end(s, i);
    return worst;
}

/* Second-order schemes: half the step, a quarter of the error; and growth with time slower than that of a
   systematic drift (ten). */
static void conserves(const char *name) {
    double coarse = drift(name, 0.4, 400), fine = drift(name, 0.2, 400);
    double early = drift(name, 0.4, 4000), later = drift(name, 0.4, 40000);
    printf("# %s: worst error in 400 fs %.3g eV at 0.4 fs, %.3g eV at 0.2 fs; ", name, coarse, fine);
    printf("in 4 ps %.3g eV, in 40 ps %.3g eV\n", early, later);
    CHECK(coarse / fine > 3.5 && coarse / fine < 4.5);
    CHECK(later < 4 * early);
    CHECK(later < 2e-3);
}

TEST(md__nve_conserves_to_second_order) {
    conserves("nve");
}

TEST(md__nhc_conserves_to_second_order) {
    conserves("nhc");
}

TEST(md__mtk_conserves_to_second_order) {
    conserves("mtk");
}

TEST(md__nve_is_reversible) {
    ring r = {0};
    mofb__md_state *s;
    mofb__integrator *i;
    mofb__integrator_options options = options_for("nve");
    double x0[3 * N], v0[3 * N];
    OK(begin(&s, &i, &options, &r, NULL));
    mofb__force_source source = {ring_evaluate, &r};
    memcpy(x0, s->positions, sizeof x0);
    memcpy(v0, s->velocities, sizeof v0);
    for (int half = 0; half < 2; half++) {
        for (int k = 0; k < 500; k++) OK(i->step(i, s, &source));
        for (int k = 0; k < 3 * N; k++) s->velocities[k] = -s->velocities[k];
    }
    for (int k = 0; k < 3 * N; k++) {
        CHECK_NEAR(s->positions[k], x0[k], 1e-9);
        CHECK_NEAR(s->velocities[k], v0[k], 1e-9);
    }
    end(s, i);
}

TEST(md__nve_follows_stoermers_recurrence) {
    /* x(+1) − 2 x(0) + x(−1) = dt² F(0)/m, which velocity Verlet equals to rounding. */
    ring r = {0};
    mofb__md_state *s;
    mofb__integrator *i;
    mofb__integrator_options options = options_for("nve");
    OK(begin(&s, &i, &options, &r, NULL));
    mofb__force_source source = {ring_evaluate, &r};
    double past[3 * N], now[3 * N], dt = options.timestep * MOFB__FS;
    memcpy(past, s->positions, sizeof past);
    OK(i->step(i, s, &source));
    memcpy(now, s->positions, sizeof now);
    for (int k = 0; k < 3 * N; k++) past[k] += -2 * now[k] - dt * dt * s->forces[k] / s->masses[k / 3];
    OK(i->step(i, s, &source));
    for (int k = 0; k < 3 * N; k++) CHECK_NEAR(s->positions[k] + past[k], 0, 1e-13);
    end(s, i);
}

/* A run of 60 steps equals one that is stored and loaded into fresh objects at each of several steps. */
static void resumes(const char *name) {
    ring r = {0};
    mofb__md_state *s, *t;
    mofb__integrator *i, *j;
    mofb__blob b;
    mofb__integrator_options options = options_for(name);
    OK(begin(&s, &i, &options, &r, NULL));
    OK(begin(&t, &j, &options, &r, NULL));
    mofb__force_source source = {ring_evaluate, &r};
    for (int k = 0; k < 60; k++) {
        OK(i->step(i, s, &source));
        OK(j->step(j, t, &source));
        if (k % 7 != 3 && k % 11 != 5) continue;
        mofb__blob_init(&b, NULL);
        mofb__md_state_save(t, &b);
        j->save(j, &b);
        end(t, j);
        /* The new integrator is made for another cell than the run began with. */
        OK(begin(&t, &j, &options, &r, NULL));
        t->cell[0] += 1;
        mofb__integrator_free(j);
        OK(mofb__integrator_new(&j, &options, t, NULL));
        OK(mofb__md_state_load(t, &b));
        OK(j->load(j, &b));
        mofb__blob_free(&b);
    }
    CHECK(!memcmp(s->positions, t->positions, 3 * N * sizeof(double)));
    CHECK(!memcmp(s->velocities, t->velocities, 3 * N * sizeof(double)));
    CHECK(!memcmp(s->cell, t->cell, sizeof s->cell));
    double a = i->conserved(i, s), c = j->conserved(j, t);
    CHECK(!memcmp(&a, &c, sizeof a) || (isnan(a) && isnan(c)));
    end(s, i);
    end(t, j);
}

static const char *const names[] = {"nve", "langevin", "nhc", "mtk"};

TEST(md__every_integrator_resumes_bit_for_bit) {
    for (int k = 0; k < 4; k++) resumes(names[k]);
}

TEST(md__a_checkpoint_of_another_integrator_is_refused) {
    ring r = {0};
    for (int k = 0; k < 4; k++)
        for (int l = 0; l < 4; l++) {
            mofb__md_state *s;
            mofb__integrator *i, *j;
            mofb__integrator_options from = options_for(names[k]), to = options_for(names[l]);
            mofb__blob b;
            OK(begin(&s, &i, &from, &r, NULL));
            OK(mofb__integrator_new(&j, &to, s, NULL));
            mofb__blob_init(&b, NULL);
            i->save(i, &b);
            mofb_status status = j->load(j, &b);
            CHECK(k == l ? !status : status == MOFB_ERR_FORMAT);
            mofb__blob_free(&b);
            mofb__integrator_free(j);
            end(s, i);
        }
}

TEST(md__thermalise_stops_drift_and_rotation_and_keeps_the_energy) {
    ring r = {0};
    mofb__md_state *s;
    mofb__integrator *i;
    mofb__integrator_options options = options_for("nve");
    mofb__rng rng, copy;
    OK(begin(&s, &i, &options, &r, NULL));
    mofb__rng_seed(&rng, 5);
    copy = rng;
    double drawn = 0, mean = 0;
    for (int k = 0; k < N; k++)
        for (int c = 0; c < 3; c++) {
            double x = mofb__rng_normal(&copy);
            drawn += MOFB__KB * 250 * x * x / 2;
        }
    mofb__md_thermalise(s, 250, &rng);
    CHECK(!memcmp(&rng, &copy, sizeof rng));
    CHECK_NEAR(mofb__md_kinetic(s), drawn, 1e-14);
    double p[3] = {0}, l[3] = {0}, turn[3];
    for (int k = 0; k < N; k++) {
        mofb__cross(turn, s->positions + 3 * k, s->velocities + 3 * k);
        for (int c = 0; c < 3; c++) {
            p[c] += s->masses[k] * s->velocities[3 * k + c];
            l[c] += s->masses[k] * turn[c];
        }
    }
    for (int c = 0; c < 3; c++) {
        CHECK_NEAR(p[c], 0, 1e-13);
        CHECK_NEAR(l[c], 0, 1e-12);
    }
    for (int k = 0; k < 2000; k++) {
        mofb__md_thermalise(s, 250, &rng);
        mean += mofb__md_temperature(s) / 2000;
    }
    /* Var T = T² · 2/(3N): five standard errors. */
    CHECK_NEAR(mean, 250, 5 * 250 * sqrt(2.0 / (3 * N) / 2000));
    end(s, i);
}

TEST(md__lines_points_and_single_atoms_lose_what_they_can) {
    const int32_t co2[3] = {8, 6, 8};
    const double x[9] = {0, 0, 0, 0, 0, 1.16, 0, 0, 2.32}, v[9] = {1, 0, 0.3, 0.5, 0, -1, 0, 2, 0.5};
    mofb__md_state *s;
    OK(mofb__md_state_new(&s, 3, co2, x, NULL, NULL));
    memcpy(s->velocities, v, sizeof v);
    double kinetic = mofb__md_kinetic(s);
    mofb__md_remove_linear(s);
    mofb__md_remove_angular(s);
    CHECK_NEAR(mofb__md_kinetic(s), kinetic, 1e-13);
    double l[3] = {0}, turn[3];
    for (int k = 0; k < 3; k++) {
        mofb__cross(turn, s->positions + 3 * k, s->velocities + 3 * k);
        for (int c = 0; c < 3; c++) l[c] += s->masses[k] * turn[c];
    }
    for (int c = 0; c < 3; c++) CHECK_NEAR(l[c], 0, 1e-12);
    CHECK(isnan(mofb__md_pressure(s)) && mofb__md_volume(s) == 0);
    mofb__md_state_free(s);
    OK(mofb__md_state_new(&s, 1, co2, x, NULL, NULL));
    memcpy(s->velocities, v, 3 * sizeof *v);
    mofb__md_remove_linear(s);
    mofb__md_remove_angular(s);
    CHECK(mofb__md_kinetic(s) == 0);
    mofb__md_state_free(s);
}

TEST(md__langevin_holds_the_centre_of_mass_momentum) {
    ring r = {0};
    mofb__md_state *s;
    mofb__integrator *i;
    mofb__integrator_options options = options_for("langevin");
    OK(begin(&s, &i, &options, &r, NULL));
    mofb__force_source source = {ring_evaluate, &r};
    for (int k = 0; k < 200; k++) OK(i->step(i, s, &source));
    double p[3] = {0};
    for (int k = 0; k < 3 * N; k++) p[k % 3] += s->masses[k / 3] * s->velocities[k];
    for (int c = 0; c < 3; c++) CHECK_NEAR(p[c], 0, 1e-11);
    CHECK(isnan(i->conserved(i, s)));
    end(s, i);
}

TEST(md__pressure_is_that_of_an_ideal_gas_without_forces) {
    mofb__md_state *s;
    mofb__rng rng;
    double x[3 * N] = {0};
    mofb__rng_seed(&rng, 1);
    OK(mofb__md_state_new(&s, N, numbers, x, box, NULL));
    mofb__rng_normals(&rng, s->velocities, 3 * N);
    double nkt = N * MOFB__KB * mofb__md_temperature(s);
    CHECK_NEAR(mofb__md_pressure(s), nkt / 720, 1e-12 * nkt);
    s->stress[0] = 0.3, s->stress[4] = 0.1, s->stress[8] = 0.2;
    CHECK_NEAR(mofb__md_pressure(s), nkt / 720 - 0.2, 1e-12);
    mofb__md_state_free(s);
}

TEST(md__bad_options_are_named) {
    ring r = {0};
    mofb__md_state *s;
    mofb__integrator *i, *none = NULL;
    mofb__integrator_options good = options_for("mtk"), bad;
    OK(begin(&s, &i, &good, &r, NULL));
    bad = good, bad.name = "langevn";
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_NOT_FOUND, "unknown_integrator");
    CHECK(strstr(mofb_error_message(), "'langevin'"));
    bad = good, bad.timestep = 0;
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_INVALID, "bad_value");
    bad = good, bad.temperature = -1;
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_INVALID, "bad_value");
    bad = good, bad.pdamp = NAN;
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_INVALID, "bad_value");
    CHECK(strstr(mofb_error_message(), "pdamp"));
    bad = good, bad.pressure = INFINITY;
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_INVALID, "bad_value");
    bad = good, bad.chain = 99;
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_INVALID, "bad_value");
    bad = good, bad.name = "langevin", bad.friction = 0;
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_INVALID, "bad_value");
    s->n_atoms = 1;
    bad.friction = 0.1;
    FAILS(mofb__integrator_new(&none, &bad, s, NULL), MOFB_ERR_INVALID, "too_few_atoms");
    s->n_atoms = N;
    s->has_cell = false;
    FAILS(mofb__integrator_new(&none, &good, s, NULL), MOFB_ERR_UNSUPPORTED, "no_cell");
    CHECK(!none);
    end(s, i);
    const int32_t odd[1] = {0};
    const double x[3] = {0, 0, 0};
    FAILS(mofb__md_state_new(&s, 1, odd, x, NULL, NULL), MOFB_ERR_INVALID, "unknown_element");
}

TEST(md__failed_forces_come_back_as_their_status) {
    for (int k = 0; k < 4; k++) {
        ring r = {.fail_at = 3};
        mofb__md_state *s;
        mofb__integrator *i;
        mofb__integrator_options options = options_for(names[k]);
        OK(begin(&s, &i, &options, &r, NULL));
        mofb__force_source source = {ring_evaluate, &r};
        CHECK(i->step(i, s, &source) == MOFB_OK);
        CHECK(i->step(i, s, &source) == MOFB_ERR_DEVICE);
        end(s, i);
    }
}

TEST(md__memory_failures_leave_nothing_and_steps_allocate_nothing) {
    for (int k = 0; k < 4; k++)
        for (long left = 0;; left++) {
            failing f;
            ring r = {0};
            mofb__md_state *s;
            mofb__integrator *i;
            mofb__integrator_options options = options_for(names[k]);
            failing_init(&f, left);
            mofb_status status = begin(&s, &i, &options, &r, &f.allocator);
            if (!status) {
                mofb__force_source source = {ring_evaluate, &r};
                long made = f.made;
                for (int n = 0; n < 5; n++) CHECK(i->step(i, s, &source) == MOFB_OK);
                CHECK(f.made == made);
                end(s, i);
            } else {
                CHECK(status == MOFB_ERR_NO_MEMORY);
            }
            CHECK(f.live == 0);
            if (!status) break;
        }
}

int main(void) {
    RUN(md__nve_conserves_to_second_order);
    RUN(md__nhc_conserves_to_second_order);
    RUN(md__mtk_conserves_to_second_order);
    RUN(md__nve_is_reversible);
    RUN(md__nve_follows_stoermers_recurrence);
    RUN(md__every_integrator_resumes_bit_for_bit);
    RUN(md__a_checkpoint_of_another_integrator_is_refused);
    RUN(md__thermalise_stops_drift_and_rotation_and_keeps_the_energy);
    RUN(md__lines_points_and_single_atoms_lose_what_they_can);
    RUN(md__langevin_holds_the_centre_of_mass_momentum);
    RUN(md__pressure_is_that_of_an_ideal_gas_without_forces);
    RUN(md__bad_options_are_named);
    RUN(md__failed_forces_come_back_as_their_status);
    RUN(md__memory_failures_leave_nothing_and_steps_allocate_nothing);
    return tap_end();
}
