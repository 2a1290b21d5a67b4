/* SPDX-License-Identifier: MIT */
/* TensorNet against energies, forces and stresses of an independent program in double; batches; bad weights. */
#include "base/alloc.h"
#include "base/file.h"
#include "base/json.h"
#include "base/rng.h"
#include "models/weights/weights.h"
#include "mofbench/mofbench.h"
#include "support/failing.h"
#include "support/weights.h"

enum { MAX_CASES = 32 };

/* One structure with what it ought to give. */
typedef struct reference {
    mofb_structure *structure;
    bool periodic;
    double energy, stress[9], *forces;
} reference;

typedef struct set {
    size_t count;
    reference at[MAX_CASES];
} set;

/* Numbers of nested arrays one after the other; how many there were. */
static size_t flatten(double *to, const mofb__json *value) {
    if (!mofb__json_is_array(value)) {
        *to = mofb__json_number_of(value, NAN);
        return 1;
    }
    size_t count = 0;
    for (const mofb__json *v = mofb__json_first(value); v; v = mofb__json_next(v))
        count += flatten(to + count, v);
    return count;
}

static mofb_status add_case(set *s, const mofb__json *c, const char *model) {
    const mofb__json *expected = mofb__json_get(mofb__json_get(c, "results"), model), *stress;
    size_t n = mofb__json_count(mofb__json_get(c, "numbers"));
    double *z = mofb__calloc(NULL, n, sizeof *z), *x = mofb__calloc(NULL, 3 * n, sizeof *x), cell[9];
    int32_t *numbers = mofb__calloc(NULL, n, sizeof *numbers);
    reference *r = &s->at[s->count];
    flatten(z, mofb__json_get(c, "numbers"));
    flatten(x, mofb__json_get(c, "positions"));
    for (size_t i = 0; i < n; i++) numbers[i] = (int32_t)z[i];
    r->periodic = mofb__json_is_array(mofb__json_get(c, "cell")) &&
                  flatten(cell, mofb__json_get(c, "cell")) == 9 &&
                  mofb__json_number_of(mofb__json_get(c, "pbc"), 1) != 0;
    r->energy = mofb__json_number_of(mofb__json_get(expected, "energy_eV"), NAN);
    r->forces = mofb__calloc(NULL, 3 * n, sizeof(double));
    flatten(r->forces, mofb__json_get(expected, "forces_eV_per_A"));
    stress = mofb__json_get(expected, "stress_eV_per_A3");
    if (r->periodic) flatten(r->stress, stress);
    mofb_status status =
        mofb_structure_new(&r->structure, n, numbers, x, r->periodic ? cell : NULL, NULL, NULL);
    s->count += !status;
    mofb__free(z), mofb__free(x), mofb__free(numbers);
    return status;
}

static mofb_status add_file(set *s, const char *file, const char *model) {
    mofb__str text;
    mofb__json *json;
    const char *path = tap_data(file);
    if (!path) return MOFB_OK;
    mofb__str_init(&text, NULL);
    mofb_status status = mofb__file_read(&text, path, 0);
    if (!status) status = mofb__json_parse(&json, text.data, text.len);
    mofb__str_free(&text);
    if (status) return status;
    const mofb__json *c = mofb__json_first(mofb__json_get(json, "cases"));
    for (; c && !status && s->count < MAX_CASES; c = mofb__json_next(c)) status = add_case(s, c, model);
    mofb__json_free(json);
    return status;
}

static mofb_status read_set(set *s) {
    memset(s, 0, sizeof *s);
    mofb_status status = add_file(s, "reference/reference_cases.json", TENSORNET_PBE);
    return status ? status : add_file(s, "reference/mofs.json", TENSORNET_PBE);
}

static void drop_set(set *s) {
    for (size_t k = 0; k < s->count; k++) {
        mofb_structure_free(s->at[k].structure);
        mofb__free(s->at[k].forces);
    }
}

static mofb_status open_model(mofb_model **out, const char *path, const char *precision,
                              const mofb_allocator *a) {
    char id[4300];
    mofb_model_options options = {.struct_size = sizeof options, .allocator = a};
    snprintf(id, sizeof id, "tensornet:weights=%s,precision=%s", path, precision);
    return mofb_model_open(out, id, &options);
}

typedef struct answer {
    double energy, stress[9], *forces, *atoms;
} answer;

static answer new_answer(size_t n) {
    return (answer){.forces = mofb__calloc(NULL, 3 * n, sizeof(double)),
                    .atoms = mofb__calloc(NULL, n, sizeof(double))};
}

static void drop_answer(answer *a) {
    mofb__free(a->forces);
    mofb__free(a->atoms);
}

/* Evaluates structures together. */
static mofb_status evaluate(mofb_evaluator *e, const mofb_structure *const *s, answer *const *to,
                            size_t count) {
    mofb_request r[MAX_CASES], *list[MAX_CASES] = {0};
    mofb_status status = MOFB_OK;
    size_t made = 0;
    for (; made < count && !status; made++) {
        r[made] = (mofb_request){.struct_size = sizeof *r,
                                 .forces = to[made]->forces,
                                 .stress = to[made]->stress,
                                 .atom_energies = to[made]->atoms,
                                 .want = MOFB_ENERGY | MOFB_FORCES | MOFB_ATOM_ENERGIES};
        if (mofb_structure_cell(s[made])) r[made].want |= MOFB_STRESS;
        list[made] = &r[made];
        status = mofb_system_new(&r[made].system, e, s[made]);
    }
    if (!status) status = mofb_evaluator_run(e, list, count);
    for (size_t k = 0; k < made; k++) {
        to[k]->energy = r[k].energy;
        mofb_system_free(r[k].system);
    }
    return status;
}

static double largest(const double *a, const double *b, size_t count) {
    double worst = 0;
    for (size_t k = 0; k < count; k++) worst = fmax(worst, fabs(a[k] - b[k]));
    return worst;
}

static void check_references(const char *precision, double energy, double force, double stress) {
    set s;
    mofb_model *m;
    mofb_evaluator *e;
    const char *path = tap_weights(TENSORNET_PBE);
    OK(read_set(&s));
    if (!path || !s.count) SKIP("no published weights or reference values");
    OK(open_model(&m, path, precision, NULL));
    OK(mofb_evaluator_new(&e, m, NULL));
    for (size_t k = 0; k < s.count; k++) {
        const reference *r = &s.at[k];
        size_t n = mofb_structure_count(r->structure);
        answer a = new_answer(n), *to = &a;
        double sum = 0;
        OK(evaluate(e, (const mofb_structure *const *)&r->structure, &to, 1));
        CHECK_NEAR(a.energy / (double)n, r->energy / (double)n, energy);
        CHECK_NEAR(largest(a.forces, r->forces, 3 * n), 0, force);
        if (r->periodic) CHECK_NEAR(largest(a.stress, r->stress, 9), 0, stress);
        for (size_t i = 0; i < n; i++) sum += a.atoms[i];
        CHECK_NEAR(sum, a.energy, 1e-10);
        drop_answer(&a);
    }
    CHECK(s.count >= 13);
    mofb_evaluator_free(e);
    mofb_model_free(m);
    drop_set(&s);
}

TEST(tensornet__f64_agrees_with_the_reference) {
    check_references("f64", 1e-8, 1e-7, 1e-9);
}

TEST(tensornet__f32_agrees_with_the_reference) {
    check_references("f32", 2e-6, 2e-4, 1e-6);
}

TEST(tensornet__published_energy_of_a_peptide) {
    set s;
    mofb_model *m;
    mofb_evaluator *e;
    const char *path = tap_weights(TENSORNET_PBE);
    OK(read_set(&s));
    if (!path || s.count < 4) SKIP("no published weights or reference values");
    OK(open_model(&m, path, "f64", NULL));
    OK(mofb_evaluator_new(&e, m, NULL));
    CHECK(!strcmp(mofb_structure_cell(s.at[3].structure) ? "crystal" : "molecule", "molecule"));
    answer a = new_answer(42), *to = &a;
    OK(evaluate(e, (const mofb_structure *const *)&s.at[3].structure, &to, 1));
    CHECK_NEAR(a.energy, -247.2867689490, 1e-9);
    drop_answer(&a);
    mofb_evaluator_free(e);
    mofb_model_free(m);
    drop_set(&s);
}

/* No reference for these weights: f32 and f64 share nothing but the formulas and the file. */
TEST(tensornet__precisions_agree_for_other_weights) {
    set s;
    mofb_model *m[2];
    mofb_evaluator *e[2];
    const char *path = tap_weights(TENSORNET_R2SCAN);
    OK(read_set(&s));
    if (!path || !s.count) SKIP("no published weights or structures");
    for (int p = 0; p < 2; p++) {
        OK(open_model(&m[p], path, p ? "f64" : "f32", NULL));
        OK(mofb_evaluator_new(&e[p], m[p], NULL));
    }
    CHECK(strcmp(mofb_model_sha256(m[0]), mofb_model_sha256(m[1])));
    for (size_t k = 1; k < s.count; k += 3) {
        size_t n = mofb_structure_count(s.at[k].structure);
        answer a = new_answer(n), b = new_answer(n), *to[2] = {&a, &b};
        for (int p = 0; p < 2; p++)
            OK(evaluate(e[p], (const mofb_structure *const *)&s.at[k].structure, &to[p], 1));
        CHECK_NEAR(a.energy / (double)n, b.energy / (double)n, 2e-6);
        CHECK(fabs(b.energy - s.at[k].energy) / (double)n > 0.1);
        CHECK_NEAR(largest(a.forces, b.forces, 3 * n), 0, 2e-4);
        CHECK_NEAR(largest(a.stress, b.stress, 9), 0, 1e-6);
        drop_answer(&a), drop_answer(&b);
    }
    for (int p = 0; p < 2; p++) {
        mofb_evaluator_free(e[p]);
        mofb_model_free(m[p]);
    }
    drop_set(&s);
}

/* Batches of shuffled structures against single runs, to the bit. */
static void check_batches(const set *s, const char *path, const char *precision, size_t most_atoms) {
    const mofb_structure *structures[MAX_CASES];
    answer alone[MAX_CASES], together[MAX_CASES], *to[MAX_CASES];
    size_t count = 0, order[MAX_CASES];
    mofb_model *m;
    mofb_evaluator *e;
    mofb__rng rng;
    mofb_evaluator_options options = {.struct_size = sizeof options, .threads = 1};
    mofb__rng_seed(&rng, 4);
    OK(open_model(&m, path, precision, NULL));
    OK(mofb_evaluator_new(&e, m, &options));
    for (size_t k = 0; k < s->count; k++) {
        size_t n = mofb_structure_count(s->at[k].structure);
        if (n > most_atoms) continue;
        structures[count] = s->at[k].structure;
        alone[count] = new_answer(n), together[count] = new_answer(n);
        to[count] = &alone[count];
        OK(evaluate(e, structures + count, to + count, 1));
        order[count] = count;
        count++;
    }
    mofb_evaluator_free(e);
    for (int32_t threads = 1; threads <= 3; threads++) {
        const mofb_structure *shuffled[MAX_CASES];
        options.threads = threads;
        OK(mofb_evaluator_new(&e, m, &options));
        for (size_t k = count; k > 1; k--) {
            size_t j = (size_t)(mofb__rng_uniform(&rng) * (double)k), t = order[j];
            order[j] = order[k - 1], order[k - 1] = t;
        }
        for (size_t k = 0; k < count; k++) shuffled[k] = structures[order[k]], to[k] = &together[order[k]];
        for (size_t k = 0, size = threads < 3 ? (size_t)threads * 3 : count; k < count; k += size)
            OK(evaluate(e, shuffled + k, to + k, count - k < size ? count - k : size));
        for (size_t k = 0; k < count; k++) {
            size_t n = mofb_structure_count(structures[k]);
            CHECK(together[k].energy == alone[k].energy);
            CHECK(!memcmp(together[k].forces, alone[k].forces, 3 * n * sizeof(double)));
            CHECK(!memcmp(together[k].stress, alone[k].stress, sizeof alone[k].stress));
            CHECK(!memcmp(together[k].atoms, alone[k].atoms, n * sizeof(double)));
        }
        mofb_evaluator_free(e);
    }
    CHECK(count > 3);
    for (size_t k = 0; k < count; k++) drop_answer(&alone[k]), drop_answer(&together[k]);
    mofb_model_free(m);
}

TEST(tensornet__batches_and_threads_change_no_bit) {
    set s;
    const char *path = tap_weights(TENSORNET_PBE);
    OK(read_set(&s));
    if (!path || !s.count) SKIP("no published weights or structures");
    check_batches(&s, path, "f32", 1000);
    check_batches(&s, path, "f64", 50);
    drop_set(&s);
}

/* The same tensors with other conventions. */
static mofb_status write_conventions(const char *to, const char *from, const char *conventions) {
    mofb__weights *w;
    mofb__tensor tensors[128];
    mofb_status status = mofb__weights_open(&w, from, NULL);
    if (status) return status;
    size_t count = mofb__weights_count(w);
    for (size_t k = 0; k < count && k < 128; k++) tensors[k] = *mofb__weights_at(w, k);
    static const char *const keys[] = {"format_version", "architecture", "name",
                                       "config",         "functional",   "licence"};
    mofb__meta meta[7];
    for (int k = 0; k < 6; k++) meta[k] = (mofb__meta){keys[k], mofb__weights_meta(w, keys[k])};
    meta[6] = (mofb__meta){"conventions", conventions};
    status = mofb__weights_write(to, tensors, count, meta, 7, NULL);
    mofb__weights_free(w);
    return status;
}

/* Forces by differences of the energy, for each convention. */
static void check_convention(const set *s, const char *path) {
    const mofb_structure *crystal = s->at[1].structure;
    size_t n = mofb_structure_count(crystal);
    mofb_model *m;
    mofb_evaluator *e;
    mofb_system *system;
    answer a = new_answer(n);
    double *x = mofb__memdup(NULL, mofb_structure_positions(crystal), 3 * n * sizeof *x), h = 1e-4;
    OK(open_model(&m, path, "f64", NULL));
    OK(mofb_evaluator_new(&e, m, NULL));
    OK(mofb_system_new(&system, e, crystal));
    mofb_request r = {.struct_size = sizeof r,
                      .system = system,
                      .want = MOFB_ENERGY | MOFB_FORCES,
                      .positions = x,
                      .forces = a.forces},
                 *list = &r;
    OK(mofb_evaluator_run(e, &list, 1));
    r.want = MOFB_ENERGY;
    for (size_t k = 0; k < 3 * n; k += 5) {
        static const double step[4] = {-2, -1, 1, 2};
        double energy[4], x0 = x[k];
        for (int i = 0; i < 4; i++) {
            x[k] = x0 + step[i] * h;
            OK(mofb_evaluator_run(e, &list, 1));
            energy[i] = r.energy;
        }
        x[k] = x0;
        CHECK_NEAR(a.forces[k], -(energy[0] - energy[3] + 8 * (energy[2] - energy[1])) / (12 * h), 2e-7);
    }
    mofb_system_free(system);
    mofb_evaluator_free(e);
    mofb_model_free(m);
    mofb__free(x);
    drop_answer(&a);
}

TEST(tensornet__conventions) {
    static const char *const conventions[] = {
        "{\"embed_at\":\"dst\",\"message_from\":\"dst\",\"message_to\":\"src\"}",
        "{\"embed_at\":\"src\",\"message_from\":\"dst\",\"message_to\":\"src\"}",
        "{\"embed_at\":\"dst\",\"message_from\":\"dst\",\"message_to\":\"dst\"}"};
    set s;
    const char *path = tap_weights(TENSORNET_PBE);
    double energies[3];
    char other[4200];
    OK(read_set(&s));
    if (!path || s.count < 2) SKIP("no published weights or structures");
    for (int k = 0; k < 3; k++) {
        mofb_model *m;
        mofb_evaluator *e;
        answer a = new_answer(mofb_structure_count(s.at[1].structure)), *to = &a;
        snprintf(other, sizeof other, "%s.convention", path);
        OK(write_conventions(other, path, conventions[k]));
        check_convention(&s, other);
        OK(open_model(&m, other, "f64", NULL));
        OK(mofb_evaluator_new(&e, m, NULL));
        OK(evaluate(e, (const mofb_structure *const *)&s.at[1].structure, &to, 1));
        energies[k] = a.energy;
        drop_answer(&a);
        mofb_evaluator_free(e);
        mofb_model_free(m);
    }
    CHECK_NEAR(energies[0], s.at[1].energy, 1e-9);
    CHECK(fabs(energies[1] - energies[0]) > 0.01 && fabs(energies[2] - energies[0]) > 0.01);
    remove(other);
    drop_set(&s);
}

TEST(tensornet__single_atoms_and_far_pairs) {
    const char *path = tap_weights(TENSORNET_PBE);
    mofb_model *m;
    mofb_evaluator *e;
    mofb_structure *atom, *pair;
    if (!path) SKIP("no published weights");
    for (int p = 0; p < 2; p++) {
        const int32_t z[2] = {8, 8};
        const double x[6] = {0, 0, 0, 0, 0, 9};
        answer one = new_answer(1), two = new_answer(2), *to_one = &one, *to_two = &two;
        OK(open_model(&m, path, p ? "f64" : "f32", NULL));
        OK(mofb_evaluator_new(&e, m, NULL));
        OK(mofb_structure_new(&atom, 1, z, x, NULL, NULL, NULL));
        OK(mofb_structure_new(&pair, 2, z, x, NULL, NULL, NULL));
        OK(evaluate(e, (const mofb_structure *const *)&atom, &to_one, 1));
        OK(evaluate(e, (const mofb_structure *const *)&pair, &to_two, 1));
        CHECK(isfinite(one.energy) && one.forces[0] == 0);
        CHECK_NEAR(two.energy, 2 * one.energy, 1e-12);
        mofb_structure_free(atom), mofb_structure_free(pair);
        drop_answer(&one), drop_answer(&two);
        mofb_evaluator_free(e);
        mofb_model_free(m);
    }
}

TEST(tensornet__what_is_refused) {
    const char *path = tap_weights(TENSORNET_PBE);
    mofb_model *m;
    mofb_structure *polonium;
    const int32_t z = 84;
    const double x[3] = {0};
    FAILS(mofb_model_open(&m, "tensornet", NULL), MOFB_ERR_NOT_FOUND, "no_weights");
    FAILS(mofb_model_open(&m, "tensornet:weights=/nowhere/at.all", NULL), MOFB_ERR_NOT_FOUND, "no_weights");
    if (!path) return;
    OK(open_model(&m, path, "f32", NULL));
    OK(mofb_structure_new(&polonium, 1, &z, x, NULL, NULL, NULL));
    FAILS(mofb_model_supports(m, polonium), MOFB_ERR_UNSUPPORTED, "unsupported_element");
    mofb_structure_free(polonium);
    mofb_model_free(m);
}

TEST(tensornet__memory_running_out) {
    set s;
    const char *path = tap_weights(TENSORNET_PBE);
    OK(read_set(&s));
    if (!path || !s.count) SKIP("no published weights or structures");
    for (int p = 0; p < 2; p++)
        for (long left = 0, ok = 0; !ok; left += left > 40 && left < 210 ? 23 : 1) {
            failing f;
            mofb_model *m;
            mofb_evaluator *e;
            failing_init(&f, left);
            mofb_evaluator_options options = {
                .struct_size = sizeof options, .allocator = &f.allocator, .threads = 2};
            answer a = new_answer(2), *to = &a;
            mofb_status status = open_model(&m, path, p ? "f64" : "f32", &f.allocator);
            if (!status) {
                status = mofb_evaluator_new(&e, m, &options);
                if (!status) {
                    status = evaluate(e, (const mofb_structure *const *)&s.at[0].structure, &to, 1);
                    mofb_evaluator_free(e);
                }
                mofb_model_free(m);
            }
            ok = !status;
            CHECK(!status || status == MOFB_ERR_NO_MEMORY);
            CHECK(f.live == 0);
            drop_answer(&a);
        }
    drop_set(&s);
}

int main(void) {
    RUN(tensornet__f64_agrees_with_the_reference);
    RUN(tensornet__f32_agrees_with_the_reference);
    RUN(tensornet__published_energy_of_a_peptide);
    RUN(tensornet__precisions_agree_for_other_weights);
    RUN(tensornet__batches_and_threads_change_no_bit);
    RUN(tensornet__conventions);
    RUN(tensornet__single_atoms_and_far_pairs);
    RUN(tensornet__what_is_refused);
    RUN(tensornet__memory_running_out);
    return tap_end();
}
