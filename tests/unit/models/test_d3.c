/* SPDX-License-Identifier: MIT */
/* d3: coordination numbers, pairs by hand, tables, functionals, lists that age, refusals, failing memory. */
#include "base/json.h"
#include "models/d3/d3.h"
#include "mofbench/mofbench.h"
#include "support/failing.h"
#include "support/tap.h"

typedef struct setup {
    mofb_model *model;
    mofb_evaluator *evaluator;
    mofb_structure *structure;
    mofb_system *system;
} setup;

static mofb_status setup_open(setup *s, const char *id, size_t n, const int32_t *numbers,
                              const double *positions, const double *cell, const mofb_allocator *a) {
    mofb_model_options mo = {.struct_size = sizeof mo, .allocator = a};
    mofb_evaluator_options eo = {.struct_size = sizeof eo, .allocator = a, .threads = 1};
    *s = (setup){0};
    mofb_status status = mofb_structure_new(&s->structure, n, numbers, positions, cell, NULL, NULL);
    if (!status) status = mofb_model_open(&s->model, id, &mo);
    if (!status) status = mofb_evaluator_new(&s->evaluator, s->model, &eo);
    if (!status) status = mofb_system_new(&s->system, s->evaluator, s->structure);
    return status;
}

static void setup_close(setup *s) {
    mofb_system_free(s->system);
    mofb_evaluator_free(s->evaluator);
    mofb_model_free(s->model);
    mofb_structure_free(s->structure);
}

/* positions, cell: NULL for the structure's own. forces, stress: nullable. */
static mofb_status run(setup *s, double *energy, const double *positions, const double *cell, double *forces,
                       double *stress) {
    mofb_request r = {.struct_size = sizeof r,
                      .system = s->system,
                      .positions = positions,
                      .cell = cell,
                      .want = MOFB_ENERGY,
                      .forces = forces,
                      .stress = stress},
                 *list = &r;
    r.want |= (forces ? MOFB_FORCES : 0) | (stress ? MOFB_STRESS : 0);
    mofb_status status = mofb_evaluator_run(s->evaluator, &list, 1);
    *energy = r.energy;
    return status;
}

/* Coordination numbers of a molecule, from its description. */
static void coordination(double *cn, size_t n, const int32_t *numbers, const double *positions) {
    setup s;
    double energy;
    char *text;
    mofb__json *json;
    OK(setup_open(&s, "d3:functional=pbe", n, numbers, positions, NULL, NULL));
    OK(run(&s, &energy, NULL, NULL, NULL, NULL));
    OK(mofb_system_describe(&text, s.system));
    OK(mofb__json_parse(&json, text, strlen(text)));
    const mofb__json *list = mofb__json_get(json, "coordination_numbers");
    CHECK(mofb__json_count(list) == n);
    for (const mofb__json *e = mofb__json_first(list); e; e = mofb__json_next(e))
        *cn++ = mofb__json_number_of(e, NAN);
    mofb__json_free(json);
    mofb_text_free(text);
    setup_close(&s);
}

TEST(d3__coordination_numbers_of_molecules) {
    double cn[5];
    const double h2[6] = {0, 0, 0, 0, 0, 0.7414};
    /* 4/3 of the covalent radius 0.32 Å of hydrogen, twice */
    const double expected = 1 / (1 + exp(-16 * (2 * 0.32 * 4 / 3 / 0.7414 - 1)));
    coordination(cn, 2, (const int32_t[]){1, 1}, h2);
    CHECK_NEAR(cn[0], expected, 1e-6);
    CHECK(cn[0] == cn[1]);
    const double water[9] = {0, 0, 0.1173, 0, 0.7572, -0.4692, 0, -0.7572, -0.4692};
    coordination(cn, 3, (const int32_t[]){8, 1, 1}, water);
    CHECK_NEAR(cn[0], 1.99, 0.01);
    CHECK_NEAR(cn[1], 1.0, 0.01);
    const double d = 0.6276, methane[15] = {0, 0, 0, d, d, d, -d, -d, d, -d, d, -d, d, -d, -d};
    coordination(cn, 5, (const int32_t[]){6, 1, 1, 1, 1}, methane);
    CHECK_NEAR(cn[0], 4 / (1 + exp(-16 * ((0.75 + 0.32) * 4 / 3 / (d * sqrt(3)) - 1))),
               1e-6); /* carbon: 0.75 Å */
    CHECK_NEAR(cn[4], 1.0, 0.01);
    const double far[6] = {0, 0, 0, 0, 0, 30};
    coordination(cn, 2, (const int32_t[]){6, 8}, far);
    CHECK(cn[0] == 0 && cn[1] == 0);
}

/* Energy in eV of two argon atoms, which have one reference: C6 does not depend on CN. */
static double argon_pair(double r_angstrom, double s8, double a1, double a2) {
    const double q = (float)3.44677275, c6 = 64.6462, r = r_angstrom / 0.52917726,
                 f = a1 * sqrt(3 * q * q) + a2;
    return -27.21138505 * c6 * (1 / (pow(r, 6) + pow(f, 6)) + s8 * 3 * q * q / (pow(r, 8) + pow(f, 8)));
}

TEST(d3__two_atoms_by_hand) {
    static const double distances[] = {1.5, 3.0, 3.76, 6.1, 12.0, 21.1};
    setup s;
    double energy, forces[6], x[6] = {0.1, -0.2, 0.3}, h = 1e-3;
    CHECK_NEAR(mofb__d3_r2r4[18], 3.44677275, 2e-7);
    OK(setup_open(&s, "d3:functional=pbe", 2, (const int32_t[]){18, 18}, (const double[]){0, 0, 0, 0, 0, 4},
                  NULL, NULL));
    for (size_t k = 0; k < sizeof distances / sizeof *distances; k++) {
        double r = distances[k], slope;
        for (int c = 0; c < 3; c++) x[3 + c] = x[c] + r * (const double[]){0.48, -0.6, 0.64}[c];
        OK(run(&s, &energy, x, NULL, forces, NULL));
        CHECK_NEAR(energy / argon_pair(r, 0.7875, 0.4289, 4.4407), 1, 1e-12);
        slope =
            (argon_pair(r + h, 0.7875, 0.4289, 4.4407) - argon_pair(r - h, 0.7875, 0.4289, 4.4407)) / (2 * h);
        CHECK_NEAR(forces[3] / (-slope * 0.48), 1, 1e-5);
        CHECK(forces[0] == -forces[3] && forces[1] == -forces[4] && forces[2] == -forces[5]);
    }
    for (int c = 0; c < 3; c++)
        x[3 + c] = x[c] + 21.2 * (const double[]){0.48, -0.6, 0.64}[c]; /* 40.06 bohr */
    OK(run(&s, &energy, x, NULL, forces, NULL));
    CHECK(energy == 0 && forces[0] == 0);
    setup_close(&s);
}

TEST(d3__functional_and_cutoff_are_obeyed) {
    setup s;
    double energy;
    const int32_t z[2] = {18, 18};
    const double x[6] = {0, 0, 0, 0, 0, 4};
    OK(setup_open(&s, "d3:functional=r2scan", 2, z, x, NULL, NULL));
    OK(run(&s, &energy, NULL, NULL, NULL, NULL));
    CHECK_NEAR(energy / argon_pair(4, 0.7898, 0.4948, 5.7308), 1, 1e-12);
    setup_close(&s);
    OK(setup_open(&s, "d3:cutoff=7.5,functional=pbe", 2, z, x, NULL, NULL));
    CHECK_NEAR(mofb_model_cutoff(s.model), 7.5 * 0.52917726, 1e-15);
    OK(run(&s, &energy, NULL, NULL, NULL, NULL));
    CHECK(energy == 0);
    setup_close(&s);
}

TEST(d3__tables_hold_published_values) {
    const double unit = 27.21138505 * pow(0.52917726, 6);
    size_t references = 0;
    for (int z = 1; z <= 94; z++) {
        CHECK(mofb__d3_references[z] >= 1 && mofb__d3_references[z] <= 5);
        CHECK(mofb__d3_first_reference[z] == references);
        CHECK(mofb__d3_radius[z] > 0 && mofb__d3_r2r4[z] > 0);
        references += mofb__d3_references[z];
    }
    CHECK(references == 254);
    CHECK_NEAR(mofb__d3_reference_c6(1, 1, 1, 1), 7.5916 * unit, 1e-12); /* free hydrogen atoms */
    CHECK_NEAR(mofb__d3_reference_c6(1, 0, 1, 0), 3.0267 * unit, 1e-12); /* in H2 */
    CHECK_NEAR(mofb__d3_reference_c6(18, 0, 18, 0), 64.6462 * unit, 1e-12);
    CHECK_NEAR(mofb__d3_reference_c6(6, 0, 6, 0), 49.1130 * unit, 1e-12);
    CHECK_NEAR(mofb__d3_radius[6] * 0.52917726 * 0.75, 0.75, 1e-6);
    for (int a = 0; a < mofb__d3_references[30]; a++)
        for (int b = 0; b < mofb__d3_references[8]; b++)
            CHECK(mofb__d3_reference_c6(30, a, 8, b) == mofb__d3_reference_c6(8, b, 30, a));
}

TEST(d3__choices_and_functionals_are_the_same) {
    size_t count, found = 0;
    char choices[] = MOFB__D3_CHOICES;
    const mofb__d3_functional *all = mofb__d3_functionals(&count);
    for (char *name = strtok(choices, "|"); name; name = strtok(NULL, "|"), found++)
        CHECK(mofb__d3_find_functional(name));
    CHECK(found == count);
    for (size_t k = 0; k < count; k++)
        CHECK(mofb__d3_find_functional(all[k].name) == &all[k]); /* none twice */
}

TEST(d3__refuses_what_it_does_not_know) {
    mofb_model *model;
    setup s;
    FAILS(mofb_model_open(&model, "d3", NULL), MOFB_ERR_INVALID, "missing_functional");
    CHECK(strstr(mofb_error_message(), "d3:functional=pbe"));
    FAILS(mofb_model_open(&model, "d3:functional=r2scam", NULL), MOFB_ERR_INVALID, "bad_value");
    CHECK(strstr(mofb_error_message(), "did you mean 'r2scan'?"));
    FAILS(mofb_model_open(&model, "d3:functional=pbe,cutoff=1e4", NULL), MOFB_ERR_INVALID, "out_of_range");
    FAILS(setup_open(&s, "d3:functional=pbe", 2, (const int32_t[]){94, 95},
                     (const double[]){0, 0, 0, 0, 0, 4}, NULL, NULL),
          MOFB_ERR_UNSUPPORTED, "unsupported_element");
    CHECK(strstr(mofb_error_message(), "Am") && !strstr(mofb_error_message(), "Pu"));
    setup_close(&s);
}

static const int32_t crystal_z[6] = {30, 8, 6, 1, 7, 8};
static const double crystal_x[18] = {0.1, 0.2, 0.3, 2.0, 0.4, 0.1, 2.9, 1.3, 0.2,
                                     3.4, 2.2, 0.6, 0.2, 2.1, 0.4, 1.0, 1.1, 3.0};
static const double crystal_cell[9] = {5.3, 0.2, -0.3, 0.9, 5.8, 0.1, -0.4, 0.3, 6.1};

/* A list that has aged, images chosen otherwise, and the first evaluation of another system: one result. */
TEST(d3__age_of_the_list_changes_no_bit) {
    setup old, fresh;
    double e[2], f[2][18], stress[2][9], x[18];
    OK(setup_open(&old, "d3:functional=pbe", 6, crystal_z, crystal_x, crystal_cell, NULL));
    memcpy(x, crystal_x, sizeof x);
    for (int step = 0; step < 40; step++) {
        for (size_t k = 0; k < 18; k++) x[k] += 0.06 * ((double)((k * 7 + (size_t)step * 5) % 11) / 5 - 0.9);
        OK(run(&old, &e[0], x, NULL, f[0], stress[0]));
        OK(setup_open(&fresh, "d3:functional=pbe", 6, crystal_z, x, crystal_cell, NULL));
        OK(run(&fresh, &e[1], NULL, NULL, f[1], stress[1]));
        CHECK(e[0] == e[1] && !memcmp(f[0], f[1], sizeof f[0]) &&
              !memcmp(stress[0], stress[1], sizeof stress[0]));
        setup_close(&fresh);
    }
    setup_close(&old);
}

TEST(d3__atoms_may_be_many_cells_away) {
    setup s;
    double e[2], x[18];
    OK(setup_open(&s, "d3:functional=pbe", 6, crystal_z, crystal_x, crystal_cell, NULL));
    OK(run(&s, &e[0], NULL, NULL, NULL, NULL));
    memcpy(x, crystal_x, sizeof x);
    for (int c = 0; c < 3; c++) x[3 + c] += 300 * crystal_cell[c] - 70 * crystal_cell[6 + c];
    OK(run(&s, &e[1], x, NULL, NULL, NULL));
    CHECK_NEAR(e[1] / e[0], 1, 1e-11);
    for (int c = 0; c < 3; c++) x[3 + c] += 40000 * crystal_cell[c];
    FAILS(run(&s, &e[1], x, NULL, NULL, NULL), MOFB_ERR_UNSUPPORTED, "too_large");
    OK(run(&s, &e[1], NULL, NULL, NULL, NULL));
    CHECK(e[0] == e[1]);
    setup_close(&s);
}

TEST(d3__survives_failing_memory) {
    long n = 0;
    for (bool done = false; !done; n++) {
        failing f;
        setup s;
        double energy, forces[18];
        failing_init(&f, n);
        mofb_status status =
            setup_open(&s, "d3:functional=pbe", 6, crystal_z, crystal_x, crystal_cell, &f.allocator);
        if (!status) status = run(&s, &energy, NULL, NULL, forces, NULL);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        if (status && s.system) {
            f.left = -1;
            OK(run(&s, &energy, NULL, NULL, forces, NULL)); /* and goes on when there is memory again */
        }
        done = !status;
        if (done) {
            long made = f.made;
            OK(run(&s, &energy, NULL, NULL, forces, NULL));
            CHECK(f.made == made); /* nothing is allocated in the steady state */
        }
        setup_close(&s);
        CHECK(f.live == 0);
    }
    CHECK(n > 10);
}

int main(void) {
    RUN(d3__coordination_numbers_of_molecules);
    RUN(d3__two_atoms_by_hand);
    RUN(d3__functional_and_cutoff_are_obeyed);
    RUN(d3__tables_hold_published_values);
    RUN(d3__choices_and_functionals_are_the_same);
    RUN(d3__refuses_what_it_does_not_know);
    RUN(d3__age_of_the_list_changes_no_bit);
    RUN(d3__atoms_may_be_many_cells_away);
    RUN(d3__survives_failing_memory);
    return tap_end();
}
