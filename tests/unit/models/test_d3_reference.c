/* SPDX-License-Identifier: MIT */
/* d3 against energies, forces and stresses of an independent implementation in double precision. */
#include "base/file.h"
#include "base/json.h"
#include "mofbench/mofbench.h"
#include "support/tap.h"

static const char name[] = "DFT-D3(BJ)-PBE-40bohr";

/* Numbers of an array, nested arrays one after another. */
static size_t flatten(double *out, const mofb__json *array) {
    size_t n = 0;
    for (const mofb__json *e = mofb__json_first(array); e; e = mofb__json_next(e)) {
        if (mofb__json_is_array(e)) n += flatten(out + n, e);
        else out[n++] = mofb__json_number_of(e, NAN);
    }
    return n;
}

static mofb_status structure_of(mofb_structure **out, const mofb__json *entry) {
    const mofb__json *numbers = mofb__json_get(entry, "numbers");
    size_t n = mofb__json_count(numbers), k = 0;
    double cell[9], *positions = calloc(3 * n, sizeof *positions);
    int32_t *z = calloc(n, sizeof *z);
    for (const mofb__json *e = mofb__json_first(numbers); e; e = mofb__json_next(e))
        z[k++] = (int32_t)mofb__json_number_of(e, 0);
    flatten(positions, mofb__json_get(entry, "positions"));
    bool periodic = flatten(cell, mofb__json_get(entry, "cell")) == 9 &&
                    mofb__json_number_of(mofb__json_get(entry, "pbc"), 0) != 0;
    mofb_status status = mofb_structure_new(out, n, z, positions, periodic ? cell : NULL, NULL, NULL);
    free(positions), free(z);
    return status;
}

static double largest_difference(const double *a, const double *b, size_t n) {
    double worst = 0;
    for (size_t k = 0; k < n; k++) worst = fmax(worst, fabs(a[k] - b[k]));
    return worst;
}

static void compare_entry(mofb_evaluator *evaluator, const mofb__json *entry) {
    const mofb__json *wanted = mofb__json_get(mofb__json_get(entry, "results"), name);
    const mofb__json *wanted_stress = mofb__json_get(wanted, "stress_eV_per_A3");
    mofb_structure *structure;
    mofb_system *system;
    OK(structure_of(&structure, entry));
    OK(mofb_system_new(&system, evaluator, structure));
    size_t n = mofb_structure_count(structure);
    double *forces = calloc(7 * n, sizeof *forces), *expected = forces + 3 * n, *energies = forces + 6 * n;
    double stress[9] = {0}, expected_stress[9] = {0}, sum = 0;
    mofb_request r = {.struct_size = sizeof r,
                      .system = system,
                      .want = MOFB_ENERGY | MOFB_FORCES | MOFB_ATOM_ENERGIES,
                      .forces = forces,
                      .stress = stress,
                      .atom_energies = energies},
                 *list = &r;
    if (mofb_structure_cell(structure)) r.want |= MOFB_STRESS;
    OK(mofb_evaluator_run(evaluator, &list, 1));
    for (size_t i = 0; i < n; i++) sum += energies[i];
    CHECK_NEAR(r.energy / (double)n,
               mofb__json_number_of(mofb__json_get(wanted, "energy_eV"), NAN) / (double)n, 1e-8);
    CHECK_NEAR(sum, r.energy, 1e-11);
    CHECK(flatten(expected, mofb__json_get(wanted, "forces_eV_per_A")) == 3 * n);
    CHECK_NEAR(largest_difference(forces, expected, 3 * n), 0, 1e-7);
    if (r.want & MOFB_STRESS) {
        CHECK(flatten(expected_stress, wanted_stress) == 9);
        CHECK_NEAR(largest_difference(stress, expected_stress, 9), 0, 1e-9);
    }
    printf("# %s: %zu atoms, differences %.1e eV/atom, %.1e eV/A, %.1e eV/A3\n",
           mofb__json_text_of(mofb__json_get(entry, "name")), n,
           fabs(r.energy - mofb__json_number_of(mofb__json_get(wanted, "energy_eV"), NAN)) / (double)n,
           largest_difference(forces, expected, 3 * n), largest_difference(stress, expected_stress, 9));
    free(forces);
    mofb_system_free(system);
    mofb_structure_free(structure);
}

static void compare_file(const char *path, size_t count) {
    mofb__str file;
    mofb__json *json;
    mofb_model *model;
    mofb_evaluator *evaluator;
    size_t n = 0;
    mofb__str_init(&file, NULL);
    OK(mofb__file_read(&file, path, 0));
    mofb_status status = mofb__json_parse(&json, file.data, file.len);
    mofb__str_free(&file);
    OK(status);
    OK(mofb_model_open(&model, "d3:functional=pbe", NULL));
    OK(mofb_evaluator_new(&evaluator, model, NULL));
    for (const mofb__json *e = mofb__json_first(mofb__json_get(json, "cases")); e;
         e = mofb__json_next(e), n++)
        compare_entry(evaluator, e);
    CHECK(n == count);
    mofb_evaluator_free(evaluator);
    mofb_model_free(model);
    mofb__json_free(json);
}

TEST(d3_reference__small_cases) {
    const char *path = tap_data("reference/reference_cases.json");
    if (!path) SKIP("no reference data");
    compare_file(path, 4);
}

TEST(d3_reference__rattled_mofs) {
    const char *path = tap_data("reference/mofs.json");
    if (!path) SKIP("no reference data");
    compare_file(path, 9);
}

int main(void) {
    RUN(d3_reference__small_cases);
    RUN(d3_reference__rattled_mofs);
    return tap_end();
}
