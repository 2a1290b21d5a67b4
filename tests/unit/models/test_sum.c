/* SPDX-License-Identifier: MIT */
/* Sums of models: what is added, what is common, ids, functionals handed on, failing memory. */
#include "mofbench/ext/model.h"
#include "mofbench/mofbench.h"
#include "support/crystal.h"
#include "support/failing.h"
#include "support/tap.h"

enum { ATOMS = 4 * 8 };

typedef struct result {
    double energy, forces[3 * ATOMS], stress[9], energies[ATOMS];
} result;

/* want: mask. vtable, a: nullable. */
static mofb_status evaluate(result *out, const char *id, const mofb_model_vtable *vtable, uint32_t want,
                            const mofb_allocator *a) {
    mofb_model *model = NULL;
    mofb_evaluator *evaluator = NULL;
    mofb_structure *argon = NULL;
    mofb_system *system = NULL;
    mofb_model_options mo = {.struct_size = sizeof mo, .allocator = a, .vtable = vtable};
    mofb_evaluator_options eo = {.struct_size = sizeof eo, .allocator = a, .threads = 1};
    mofb_status status = crystal_argon(&argon, 2, 5.3, 0.2);
    if (!status) status = mofb_model_open(&model, id, &mo);
    if (!status) status = mofb_evaluator_new(&evaluator, model, &eo);
    if (!status) status = mofb_system_new(&system, evaluator, argon);
    mofb_request r = {.struct_size = sizeof r,
                      .system = system,
                      .want = want,
                      .forces = out->forces,
                      .stress = out->stress,
                      .atom_energies = out->energies},
                 *list = &r;
    if (!status) status = mofb_evaluator_run(evaluator, &list, 1);
    out->energy = r.energy;
    mofb_system_free(system);
    mofb_evaluator_free(evaluator);
    mofb_model_free(model);
    mofb_structure_free(argon);
    return status;
}

static double largest_difference(const double *sum, const double *a, const double *b, size_t n) {
    double worst = 0;
    for (size_t k = 0; k < n; k++) worst = fmax(worst, fabs(sum[k] - (a[k] + b[k])));
    return worst;
}

TEST(sum__is_the_sum_of_its_parts) {
    const uint32_t want = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS | MOFB_ATOM_ENERGIES;
    result lj, d3, sum, only_forces;
    OK(evaluate(&lj, "lj:cutoff=9", NULL, want, NULL));
    OK(evaluate(&d3, "d3:functional=pbe", NULL, want, NULL));
    OK(evaluate(&sum, "lj:cutoff=9+d3:functional=pbe", NULL, want, NULL));
    CHECK(fabs(lj.energy) > 0.1 && fabs(d3.energy) > 0.1);
    CHECK(sum.energy == lj.energy + d3.energy);
    CHECK(largest_difference(sum.forces, lj.forces, d3.forces, 3 * ATOMS) == 0);
    CHECK(largest_difference(sum.energies, lj.energies, d3.energies, ATOMS) == 0);
    CHECK_NEAR(largest_difference(sum.stress, lj.stress, d3.stress, 9), 0, 1e-17);
    memset(&only_forces, 0, sizeof only_forces);
    OK(evaluate(&only_forces, "lj:cutoff=9+d3:functional=pbe", NULL, MOFB_FORCES, NULL));
    CHECK(!memcmp(only_forces.forces, sum.forces, sizeof sum.forces));
    CHECK(only_forces.stress[0] == 0 && only_forces.energies[0] == 0);
}

TEST(sum__of_three_and_of_the_same) {
    result one, three;
    OK(evaluate(&one, "lj", NULL, MOFB_ENERGY, NULL));
    OK(evaluate(&three, "lj+lj:epsilon=0.0103+lj", NULL, MOFB_ENERGY, NULL));
    CHECK_NEAR(three.energy / (3 * one.energy), 1, 1e-14);
}

TEST(sum__names_what_it_is) {
    mofb_model *sum, *other, *lj;
    mofb_structure *odd;
    OK(mofb_model_open(&sum, "lj:epsilon=1.5e+0,cutoff=30+d3:cutoff=4e+1,functional=pbe", NULL));
    CHECK(!strcmp(mofb_model_id(sum), "lj:epsilon=1.5,cutoff=30+d3:functional=pbe"));
    CHECK(mofb_model_cutoff(sum) == 30);
    CHECK(mofb_model_outputs(sum) ==
          (MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS | MOFB_ATOM_ENERGIES)); /* lj has virials */
    OK(mofb_model_open(&other, "lj:epsilon=1.5,cutoff=30+d3:functional=pbe0", NULL));
    OK(mofb_model_open(&lj, "lj:epsilon=1.5,cutoff=30", NULL));
    CHECK(strlen(mofb_model_sha256(sum)) == 64);
    CHECK(strcmp(mofb_model_sha256(sum), mofb_model_sha256(other)));
    CHECK(strcmp(mofb_model_sha256(sum), mofb_model_sha256(lj)));
    OK(mofb_structure_new(&odd, 1, (const int32_t[]){100}, (const double[]){0, 0, 0}, NULL, NULL, NULL));
    OK(mofb_model_supports(lj, odd));
    FAILS(mofb_model_supports(sum, odd), MOFB_ERR_UNSUPPORTED, "unsupported_element");
    mofb_structure_free(odd);
    mofb_model_free(sum);
    mofb_model_free(other);
    mofb_model_free(lj);
}

/* A model trained on a functional, for which nothing happens. */
static const char *trained_on;

static mofb_status nothing_open(void **state, mofb_model_info *info, const mofb_values *values,
                                const mofb_allocator *a) {
    (void)values, (void)a;
    *state = info;
    info->outputs = MOFB_ENERGY;
    info->functional = trained_on;
    memset(info->elements, 1, sizeof info->elements);
    return MOFB_OK;
}

static mofb_status nothing_system(void **system, void *state, const mofb_structure *structure,
                                  const mofb_allocator *a) {
    (void)structure, (void)a;
    *system = state;
    return MOFB_OK;
}

static void nothing_free(void *state) {
    (void)state;
}

static mofb_status nothing_evaluate(void *state, mofb_work *items, size_t count, int32_t threads) {
    (void)state, (void)threads;
    for (size_t k = 0; k < count; k++) *items[k].energy = 0;
    return MOFB_OK;
}

static const mofb_model_vtable nothing = {.struct_size = sizeof nothing,
                                          .name = "nothing",
                                          .summary = "",
                                          .citations = "",
                                          .open = nothing_open,
                                          .free = nothing_free,
                                          .system_new = nothing_system,
                                          .system_free = nothing_free,
                                          .evaluate = nothing_evaluate};

TEST(sum__hands_the_functional_on) {
    mofb_model_options o = {.struct_size = sizeof o, .vtable = &nothing};
    mofb_model *model;
    result d3, sum;
    trained_on = "r2SCAN";
    OK(mofb_model_open(&model, "nothing+d3", &o));
    CHECK(!strcmp(mofb_model_id(model), "nothing+d3:functional=r2scan"));
    mofb_model_free(model);
    OK(evaluate(&d3, "d3:functional=r2scan", NULL, MOFB_ENERGY, NULL));
    OK(evaluate(&sum, "nothing+d3", &nothing, MOFB_ENERGY, NULL));
    CHECK(sum.energy == d3.energy);
    OK(mofb_model_open(&model, "nothing+lj+d3:functional=pbe", &o)); /* said outright */
    CHECK(!strcmp(mofb_model_id(model), "nothing+lj+d3:functional=pbe"));
    mofb_model_free(model);
    trained_on = "a new one";
    FAILS(mofb_model_open(&model, "nothing+d3", &o), MOFB_ERR_INVALID, "bad_value");
    OK(mofb_model_open(&model, "nothing+d3:functional=pbe", &o));
    mofb_model_free(model);
    trained_on = NULL;
    FAILS(mofb_model_open(&model, "nothing+d3", &o), MOFB_ERR_INVALID, "missing_functional");
}

TEST(sum__refuses_unknown_parts) {
    mofb_model *model;
    FAILS(mofb_model_open(&model, "lj+d4", NULL), MOFB_ERR_NOT_FOUND, "unknown_model");
    FAILS(mofb_model_open(&model, "lj+", NULL), MOFB_ERR_NOT_FOUND, "unknown_model");
    FAILS(mofb_model_open(&model, "+lj", NULL), MOFB_ERR_NOT_FOUND, "unknown_model");
    FAILS(mofb_model_open(&model, "lj+lj:sigma=x", NULL), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb_model_open(&model, "lj+d3", NULL), MOFB_ERR_INVALID, "missing_functional");
}

TEST(sum__describes_its_parts) {
    mofb_model *model;
    mofb_evaluator *evaluator;
    mofb_structure *argon;
    mofb_system *system;
    char *text;
    OK(crystal_argon(&argon, 2, 5.3, 0.2));
    OK(mofb_model_open(&model, "lj+d3:functional=pbe", NULL));
    OK(mofb_evaluator_new(&evaluator, model, NULL));
    OK(mofb_system_new(&system, evaluator, argon));
    OK(mofb_system_describe(&text, system));
    CHECK(strstr(text, "\"model\":\"lj\"") && strstr(text, "\"functional\":\"pbe\""));
    mofb_text_free(text);
    mofb_system_free(system);
    mofb_evaluator_free(evaluator);
    mofb_model_free(model);
    mofb_structure_free(argon);
}

TEST(sum__survives_failing_memory) {
    const uint32_t want = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS;
    long n = 0;
    for (mofb_status status = MOFB_ERR_NO_MEMORY; status; n++) {
        failing f;
        result r;
        failing_init(&f, n);
        status = evaluate(&r, "lj+d3:functional=pbe,cutoff=10", NULL, want, &f.allocator);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        CHECK(f.live == 0);
        if (status != MOFB_OK && status != MOFB_ERR_NO_MEMORY) break;
    }
    CHECK(n > 30);
}

int main(void) {
    RUN(sum__is_the_sum_of_its_parts);
    RUN(sum__of_three_and_of_the_same);
    RUN(sum__names_what_it_is);
    RUN(sum__hands_the_functional_on);
    RUN(sum__refuses_unknown_parts);
    RUN(sum__describes_its_parts);
    RUN(sum__survives_failing_memory);
    return tap_end();
}
