/* SPDX-License-Identifier: MIT */
/* What every model of the build must keep: forces and stress are derivatives of the energy, the energy does not
   depend on how the same crystal is written down, and nothing depends on what shares a batch. */
#include "base/alloc.h"
#include "base/mat3.h"
#include "base/rng.h"
#include "mofbench/mofbench.h"
#include "structure/cell.h"
#include "support/tap.h"
#include "support/weights.h"

static const char *model_id; /* the model under test */

typedef struct bench {
    mofb_model *model;
    mofb_evaluator *evaluator;
    mofb_structure *mof; /* MOF-5, rattled by 0.05 Å: 106 atoms */
} bench;

static mofb_status rattle(mofb_structure **out, const mofb_structure *s, double amplitude, uint64_t seed) {
    size_t n = mofb_structure_count(s);
    double *x = mofb__memdup(NULL, mofb_structure_positions(s), 3 * n * sizeof *x);
    mofb__rng r;
    mofb__rng_seed(&r, seed);
    for (size_t k = 0; k < 3 * n; k++) x[k] += amplitude * mofb__rng_normal(&r);
    mofb_status status = mofb_structure_new(out, n, mofb_structure_numbers(s), x, mofb_structure_cell(s), NULL, NULL);
    mofb__free(x);
    return status;
}

static mofb_status bench_open(bench *b) {
    char path[4096];
    mofb_structure *clean;
    snprintf(path, sizeof path, "%s/examples/structures/MOF-5.cif", getenv("MOFB_SOURCE_ROOT"));
    mofb_status status = mofb_structure_open(&clean, path, NULL);
    if (status) return status;
    status = rattle(&b->mof, clean, 0.05, 1);
    mofb_structure_free(clean);
    if (!status) status = mofb_model_open(&b->model, model_id, NULL);
    if (!status) status = mofb_evaluator_new(&b->evaluator, b->model, NULL);
    return status;
}

static void bench_close(bench *b) {
    mofb_structure_free(b->mof);
    mofb_evaluator_free(b->evaluator);
    mofb_model_free(b->model);
}

/* Energy, and forces and stress where not NULL, of a structure on its own. */
static mofb_status evaluate(const bench *b, const mofb_structure *s, double *energy, double *forces, double *stress) {
    mofb_system *system;
    mofb_status status = mofb_system_new(&system, b->evaluator, s);
    if (status) return status;
    mofb_request r = {.struct_size = sizeof r, .system = system, .want = MOFB_ENERGY, .forces = forces, .stress = stress}, *list = &r;
    if (forces) r.want |= MOFB_FORCES;
    if (stress) r.want |= MOFB_STRESS;
    status = mofb_evaluator_run(b->evaluator, &list, 1);
    *energy = r.energy;
    mofb_system_free(system);
    return status;
}

/* (−E(2h) + 8E(h) − 8E(−h) + E(−2h)) / 12h */
static double derivative(const double e[4], double h) {
    return (e[0] - e[3] + 8 * (e[2] - e[1])) / (12 * h);
}

static const double steps[4] = {-2, -1, 1, 2};

TEST(model__forces_are_the_derivative_of_the_energy) {
    bench b;
    OK(bench_open(&b));
    size_t n = mofb_structure_count(b.mof);
    double *forces = mofb__calloc(NULL, 3 * n, sizeof(double)), *x = mofb__memdup(NULL, mofb_structure_positions(b.mof), 3 * n * sizeof(double));
    double largest = 0, worst = 0, e[4], h = 1e-3;
    mofb_system *system;
    OK(mofb_system_new(&system, b.evaluator, b.mof));
    mofb_request r = {.struct_size = sizeof r, .system = system, .want = MOFB_ENERGY | MOFB_FORCES, .positions = x, .forces = forces, .flags = MOFB_REQUEST_HOLD_PAIRS}, *list = &r;
    OK(mofb_evaluator_run(b.evaluator, &list, 1));
    for (size_t k = 0; k < 3 * n; k++) largest = fmax(largest, fabs(forces[k]));
    r.want = MOFB_ENERGY;
    for (size_t k = 0; k < 3 * n; k += 5) {
        double x0 = x[k];
        for (int s = 0; s < 4; s++) {
            x[k] = x0 + steps[s] * h;
            OK(mofb_evaluator_run(b.evaluator, &list, 1));
            e[s] = r.energy;
        }
        x[k] = x0;
        worst = fmax(worst, fabs(forces[k] + derivative(e, h)));
    }
    CHECK(largest > 1e-3);
    CHECK_NEAR(worst / largest, 0, 1e-6);
    mofb_system_free(system);
    mofb__free(forces);
    mofb__free(x);
    bench_close(&b);
}

TEST(model__stress_is_the_derivative_by_strain) {
    bench b;
    OK(bench_open(&b));
    size_t n = mofb_structure_count(b.mof);
    const double *x0 = mofb_structure_positions(b.mof), *cell0 = mofb_structure_cell(b.mof);
    double *x = mofb__calloc(NULL, 3 * n, sizeof(double)), stress[9], cell[9], e[4], h = 1e-4, largest = 0;
    mofb_system *system;
    OK(mofb_system_new(&system, b.evaluator, b.mof));
    mofb_request r = {.struct_size = sizeof r, .system = system, .want = MOFB_ENERGY | MOFB_STRESS, .stress = stress, .flags = MOFB_REQUEST_HOLD_PAIRS}, *list = &r;
    OK(mofb_evaluator_run(b.evaluator, &list, 1));
    for (int k = 0; k < 9; k++) largest = fmax(largest, fabs(stress[k]));
    for (int k = 0; k < 9; k++) CHECK(stress[k] == stress[3 * (k % 3) + k / 3]);
    r.want = MOFB_ENERGY, r.positions = x, r.cell = cell;
    for (int a = 0; a < 3; a++)
        for (int c = a; c < 3; c++) {
            for (int s = 0; s < 4; s++) {
                double f[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
                f[3 * a + c] += 0.5 * steps[s] * h, f[3 * c + a] += 0.5 * steps[s] * h;
                for (size_t i = 0; i < n; i++) mofb__row_times(x + 3 * i, x0 + 3 * i, f);
                mofb__mul3(cell, cell0, f);
                OK(mofb_evaluator_run(b.evaluator, &list, 1));
                e[s] = r.energy;
            }
            CHECK_NEAR(derivative(e, h) / mofb_structure_volume(b.mof) / largest, stress[3 * a + c] / largest, 1e-6);
        }
    mofb_system_free(system);
    mofb__free(x);
    bench_close(&b);
}

/* Energy of the same crystal written down otherwise. */
static void check_same_energy(const bench *b, const mofb_structure *s, double expected, double tolerance) {
    double e;
    OK(evaluate(b, s, &e, NULL, NULL));
    CHECK_NEAR(e / expected, 1, tolerance);
}

TEST(model__energy_does_not_depend_on_the_description) {
    bench b;
    mofb_structure *other;
    OK(bench_open(&b));
    size_t n = mofb_structure_count(b.mof);
    const double *x0 = mofb_structure_positions(b.mof), *c0 = mofb_structure_cell(b.mof);
    const int32_t *z0 = mofb_structure_numbers(b.mof);
    double *x = mofb__calloc(NULL, 3 * n, sizeof(double)), energy, cell[9], inverse[9];
    int32_t *z = mofb__calloc(NULL, n, sizeof *z);
    OK(evaluate(&b, b.mof, &energy, NULL, NULL));
    OK(mofb__inverse3(inverse, c0));
    /* rotation about an axis that is no axis of the crystal, and translation */
    const double q[9] = {0.36, 0.48, -0.8, -0.8, 0.6, 0, 0.48, 0.64, 0.6};
    mofb__mul3(cell, c0, q);
    for (size_t i = 0; i < n; i++) {
        mofb__row_times(x + 3 * i, x0 + 3 * i, q);
        x[3 * i] += 1.234, x[3 * i + 1] -= 20.5, x[3 * i + 2] += 0.777;
    }
    OK(mofb_structure_new(&other, n, z0, x, cell, NULL, NULL));
    check_same_energy(&b, other, energy, 1e-11);
    mofb_structure_free(other);
    /* other order, every atom in another image */
    for (size_t i = 0; i < n; i++) {
        size_t from = (i * 47 + 13) % n; /* 47 and 106 have no common divisor */
        double shift[3] = {(double)(i % 3) - 1, (double)(i % 5) - 2, (double)(i % 2)}, add[3];
        mofb__row_times(add, shift, c0);
        z[i] = z0[from];
        for (int k = 0; k < 3; k++) x[3 * i + (size_t)k] = x0[3 * from + (size_t)k] + add[k];
    }
    OK(mofb_structure_new(&other, n, z, x, c0, NULL, NULL));
    check_same_energy(&b, other, energy, 1e-11);
    mofb_structure_free(other);
    /* another cell of the same lattice */
    const double m[9] = {1, 0, 0, 1, 1, 0, -1, 1, 1};
    mofb__mul3(cell, m, c0);
    OK(mofb_structure_new(&other, n, z0, x0, cell, NULL, NULL));
    check_same_energy(&b, other, energy, 1e-11);
    mofb_structure_free(other);
    mofb__free(x);
    mofb__free(z);
    bench_close(&b);
}

TEST(model__a_supercell_has_the_energy_of_its_cells) {
    const int32_t repeats[2][9] = {{2, 0, 0, 0, 1, 0, 0, 0, 1}, {1, 1, 0, -1, 1, 0, 0, 0, 1}};
    bench b;
    double energy;
    OK(bench_open(&b));
    OK(evaluate(&b, b.mof, &energy, NULL, NULL));
    for (int k = 0; k < 2; k++) {
        mofb_structure *super;
        OK(mofb_structure_supercell(&super, b.mof, repeats[k]));
        check_same_energy(&b, super, 2 * energy, 1e-11);
        mofb_structure_free(super);
    }
    bench_close(&b);
}

TEST(model__batches_and_threads_change_no_bit) {
    enum { N = 5 };
    bench b;
    mofb_evaluator *single;
    mofb_structure *s[N];
    mofb_system *together[N], *alone[N];
    mofb_request r[2 * N], *list[N];
    double *forces, stress[2 * N][9];
    mofb_evaluator_options one = {.struct_size = sizeof one, .threads = 1, .skin = 0.2};
    OK(bench_open(&b));
    OK(mofb_evaluator_new(&single, b.model, &one));
    size_t n = mofb_structure_count(b.mof);
    forces = mofb__calloc(NULL, 2 * N * 3 * n, sizeof(double));
    for (int k = 0; k < N; k++) {
        OK(rattle(&s[k], b.mof, 0.02 * k, 10 + (uint64_t)k));
        OK(mofb_system_new(&together[k], b.evaluator, s[k]));
        OK(mofb_system_new(&alone[k], single, s[k]));
        for (int w = 0; w < 2; w++)
            r[2 * k + w] = (mofb_request){.struct_size = sizeof *r, .system = w ? alone[k] : together[k], .want = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS,
                                          .forces = forces + (size_t)(2 * k + w) * 3 * n, .stress = stress[2 * k + w]};
        list[k] = &r[2 * k];
    }
    OK(mofb_evaluator_run(b.evaluator, list, N));
    for (int k = 0; k < N; k++) {
        mofb_request *own = &r[2 * k + 1];
        OK(mofb_evaluator_run(single, &own, 1));
        CHECK(r[2 * k].energy == own->energy);
        CHECK(!memcmp(r[2 * k].forces, own->forces, 3 * n * sizeof(double)));
        CHECK(!memcmp(r[2 * k].stress, own->stress, 9 * sizeof(double)));
        mofb_system_free(together[k]);
        mofb_system_free(alone[k]);
        mofb_structure_free(s[k]);
    }
    mofb__free(forces);
    mofb_evaluator_free(single);
    bench_close(&b);
}

TEST(model__the_parts_add_up) {
    bench b;
    OK(bench_open(&b));
    size_t n = mofb_structure_count(b.mof);
    double *forces = mofb__calloc(NULL, 13 * n, sizeof(double)), *energies = forces + 3 * n, *virials = energies + n, stress[9];
    mofb_system *system;
    uint32_t outputs = mofb_model_outputs(b.model);
    OK(mofb_system_new(&system, b.evaluator, b.mof));
    mofb_request r = {.struct_size = sizeof r, .system = system, .want = outputs & 31, .forces = forces, .stress = stress,
                      .atom_energies = energies, .virials = virials}, *list = &r;
    OK(mofb_evaluator_run(b.evaluator, &list, 1));
    double sum = 0, total[3] = {0}, virial[9] = {0}, scale = 0;
    for (size_t i = 0; i < n; i++) {
        sum += energies[i];
        for (size_t k = 0; k < 3; k++) total[k] += forces[3 * i + k], scale = fmax(scale, fabs(forces[3 * i + k]));
        for (size_t k = 0; k < 9; k++) virial[k] += virials[9 * i + k];
    }
    for (int k = 0; k < 3; k++) CHECK_NEAR(total[k] / scale, 0, 1e-10);
    if (outputs & MOFB_ATOM_ENERGIES) CHECK_NEAR(sum / r.energy, 1, 1e-11);
    for (int k = 0; outputs & MOFB_VIRIALS && k < 9; k++) CHECK_NEAR(virial[k] / mofb_structure_volume(b.mof), stress[k], 1e-10);
    mofb_system_free(system);
    mofb__free(forces);
    bench_close(&b);
}

TEST(model__bad_requests_are_refused) {
    bench b;
    mofb_system *system;
    OK(bench_open(&b));
    OK(mofb_system_new(&system, b.evaluator, b.mof));
    size_t n = mofb_structure_count(b.mof);
    double *x = mofb__memdup(NULL, mofb_structure_positions(b.mof), 3 * n * sizeof *x), stress[9] = {7};
    mofb_request r = {.struct_size = sizeof r, .system = system, .want = MOFB_ENERGY | MOFB_FORCES}, *list = &r;
    FAILS(mofb_evaluator_run(b.evaluator, &list, 1), MOFB_ERR_INVALID, "bad_argument");
    r.want = MOFB_ENERGY | MOFB_STRESS, r.stress = stress, r.positions = x;
    x[5] = NAN;
    FAILS(mofb_evaluator_run(b.evaluator, &list, 1), MOFB_ERR_INVALID, "not_finite");
    CHECK(stress[0] == 7);
    r.want = 1u << 20;
    FAILS(mofb_evaluator_run(b.evaluator, &list, 1), MOFB_ERR_UNSUPPORTED, "unsupported_output");
    mofb_system_free(system);
    mofb__free(x);
    bench_close(&b);
}

static void run_all(const char *id) {
    model_id = id;
    printf("# model %s\n", model_id);
    RUN(model__forces_are_the_derivative_of_the_energy);
    RUN(model__stress_is_the_derivative_by_strain);
    RUN(model__energy_does_not_depend_on_the_description);
    RUN(model__a_supercell_has_the_energy_of_its_cells);
    RUN(model__batches_and_threads_change_no_bit);
    RUN(model__the_parts_add_up);
    RUN(model__bad_requests_are_refused);
}

/* A family whose options need a value gets one; 0 if there is none here. */
static int complete(char *id, size_t size, const char *name) {
    mofb_model *model = NULL;
    snprintf(id, size, "%s", name);
    mofb_status status = mofb_model_open(&model, id, NULL);
    mofb_model_free(model);
    if (status && !strcmp(mofb_error_reason(), "missing_functional")) snprintf(id, size, "%s:functional=pbe", name);
    if (!status || strcmp(mofb_error_reason(), "no_weights")) return 1;
    const char *path = !strcmp(name, "tensornet") ? tap_weights(TENSORNET_PBE) : NULL;
    if (path) snprintf(id, size, "%s:weights=%s,precision=f64", name, path);
    else printf("# model %s: no weights\n", name);
    return path != NULL;
}

int main(void) {
    char id[4300];
    for (size_t k = 0; k < mofb_model_kind_count(); k++)
        if (complete(id, sizeof id, mofb_model_kind_name(k))) run_all(id);
    mofb_model *sum = NULL;
    if (!mofb_model_open(&sum, "lj:sigma=2+d3:functional=pbe,cutoff=20", NULL)) run_all(mofb_model_id(sum));
    mofb_model_free(sum);
    return tap_end();
}
