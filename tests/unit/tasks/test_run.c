/* SPDX-License-Identifier: MIT */
/* Tasks on small Lennard-Jones crystals. */
#include "mofbench/mofbench.h"

#include "support/crystal.h"
#include "support/tap.h"

static const char *const argon = "lj:epsilon=0.0104,sigma=3.4,cutoff=8.5";

static mofb_status run_task(mofb_result **out, const char *kind, const char *parameters, const mofb_structure *s,
                            const mofb_run_options *options) {
    mofb_model *model = NULL;
    mofb_task *task = NULL;
    mofb_status status = mofb_model_open(&model, argon, NULL);
    if (!status) status = mofb_task_new(&task, kind, parameters, NULL);
    if (!status) status = mofb_task_set_structure(task, "structure", s);
    if (!status) status = mofb_run(out, task, model, options);
    mofb_task_free(task);
    mofb_model_free(model);
    return status;
}

static double number(const mofb_result *r, const char *key) {
    double x = NAN;
    if (mofb_result_number(&x, r, key)) printf("# no '%s' in the result\n", key);
    return x;
}

TEST(single_point__energy_forces_stress) {
    mofb_structure *s;
    mofb_result *r;
    const double *forces, *stress, *voigt, *atoms;
    size_t n;
    OK(crystal_argon(&s, 2, 5.3, 0.1));
    OK(run_task(&r, "single_point", NULL, s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "evaluated"));
    OK(mofb_result_series(&forces, &n, r, "forces_eV_per_A"));
    CHECK(n == 96);
    double sum = 0, most = 0, energy = 0;
    for (size_t i = 0; i < 32; i++) {
        const double *f = forces + 3 * i;
        sum += f[0];
        most = fmax(most, sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]));
    }
    CHECK_NEAR(sum, 0, 1e-12);
    CHECK_NEAR(number(r, "fmax_eV_per_A"), most, 1e-15);
    OK(mofb_result_series(&stress, &n, r, "stress_eV_per_A3"));
    OK(mofb_result_series(&voigt, &n, r, "stress_voigt_eV_per_A3"));
    CHECK(voigt[0] == stress[0] && voigt[3] == stress[5] && voigt[4] == stress[2] && voigt[5] == stress[1]);
    OK(mofb_result_series(&atoms, &n, r, "atom_energies_eV"));
    for (size_t i = 0; i < n; i++) energy += atoms[i];
    CHECK_NEAR(number(r, "energy_eV"), energy, 1e-12);
    CHECK_NEAR(number(r, "volume_A3"), 10.6 * 10.6 * 10.6, 1e-9);
    CHECK(number(r, "n_force_calls") == 1);
    mofb_result_free(r);
    mofb_structure_free(s);
}

TEST(single_point__absent_instead_of_zero) {
    const int32_t z[2] = {18, 18};
    const double x[6] = {0, 0, 0, 3.8, 0, 0};
    mofb_structure *s;
    mofb_result *r;
    const double *values;
    double v;
    size_t n;
    OK(mofb_structure_new(&s, 2, z, x, NULL, NULL, NULL));
    OK(run_task(&r, "single_point", NULL, s, NULL));
    FAILS(mofb_result_number(&v, r, "volume_A3"), MOFB_ERR_NOT_FOUND, "no_such_value");
    FAILS(mofb_result_series(&values, &n, r, "stress_eV_per_A3"), MOFB_ERR_NOT_FOUND, "no_such_value");
    FAILS(mofb_result_series(&values, &n, r, "charges_e"), MOFB_ERR_NOT_FOUND, "no_such_value");
    mofb_result_free(r);
    mofb_structure_free(s);
}

TEST(optimisation__finds_the_crystal_again) {
    mofb_structure *s, *perfect;
    mofb_result *r, *reference;
    const double *history, *stress;
    const mofb_structure *end;
    size_t n;
    OK(crystal_argon(&perfect, 2, 5.25, 0));
    OK(run_task(&reference, "optimisation", "{\"fmax_eV_per_A\":1e-6}", perfect, NULL));
    OK(crystal_argon(&s, 2, 5.4, 0.15));
    OK(run_task(&r, "optimisation", "{\"fmax_eV_per_A\":1e-5}", s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "converged") && number(r, "converged") == 1);
    CHECK(number(r, "fmax_generalised") < 1e-5 && number(r, "fmax_initial_eV_per_A") > 1e-2);
    CHECK_NEAR(number(r, "energy_eV"), number(reference, "energy_eV"), 1e-6);
    CHECK_NEAR(number(r, "volume_A3"), number(reference, "volume_A3"), 0.1);
    CHECK_NEAR(number(r, "volume_change_percent"),
               100 * (number(r, "volume_A3") / number(r, "volume_initial_A3") - 1), 1e-9);
    OK(mofb_result_series(&stress, &n, r, "stress_eV_per_A3"));
    for (int k = 0; k < 9; k++) CHECK_NEAR(stress[k], 0, 1e-5);
    OK(mofb_result_series(&history, &n, r, "energy_history_eV"));
    CHECK(n == (size_t)number(r, "n_force_calls") && history[0] == number(r, "energy_initial_eV") &&
          history[n - 1] == number(r, "energy_eV"));
    /* internal displacements were those of the rattling, up to its own mean */
    CHECK(number(r, "rmsd_A") > 0.1 && number(r, "rmsd_A") < 0.2);
    OK(mofb_result_structure(&end, r, "final_structure"));
    CHECK_NEAR(mofb_structure_volume(end), number(r, "volume_A3"), 1e-9);
    mofb_result_free(r);
    mofb_result_free(reference);
    mofb_structure_free(s);
    mofb_structure_free(perfect);
}

TEST(optimisation__findings_and_strict) {
    mofb_structure *s;
    mofb_result *r;
    OK(crystal_argon(&s, 2, 5.4, 0.15));
    OK(run_task(&r, "optimisation", "{\"max_steps\":2}", s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "not_converged") && number(r, "n_steps") == 2);
    mofb_result_free(r);
    OK(run_task(&r, "optimisation", "{\"max_energy_eV\":1e-3}", s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "exploded") && number(r, "converged") == 0);
    mofb_result_free(r);
    FAILS(run_task(&r, "optimisation", "{\"max_steps\":2,\"strict\":true}", s, NULL), MOFB_ERR_INVALID,
          "strict_not_converged");
    FAILS(run_task(&r, "optimisation", "{\"optimiser\":\"lbfg\"}", s, NULL), MOFB_ERR_NOT_FOUND, "unknown_optimiser");
    mofb_structure_free(s);
}

TEST(optimisation__fixed_cell_keeps_the_cell_and_reports_stress) {
    mofb_structure *s;
    mofb_result *r;
    const double *stress;
    size_t n;
    OK(crystal_argon(&s, 2, 5.4, 0.1));
    OK(run_task(&r, "optimisation", "{\"relax_cell\":false}", s, NULL));
    CHECK(number(r, "volume_change_percent") == 0 && number(r, "cell_relaxed") == 0);
    OK(mofb_result_series(&stress, &n, r, "stress_eV_per_A3"));
    CHECK(stress[0] > 1e-4); /* stretched */
    mofb_result_free(r);
    mofb_structure_free(s);
}

TEST(run__missing_input) {
    mofb_model *m;
    mofb_task *t;
    mofb_result *r;
    OK(mofb_model_open(&m, argon, NULL));
    OK(mofb_task_new(&t, "optimisation", NULL, NULL));
    FAILS(mofb_run(&r, t, m, NULL), MOFB_ERR_INVALID, "missing_input");
    mofb_task_free(t);
    mofb_model_free(m);
}

int main(void) {
    RUN(single_point__energy_forces_stress);
    RUN(single_point__absent_instead_of_zero);
    RUN(optimisation__finds_the_crystal_again);
    RUN(optimisation__findings_and_strict);
    RUN(optimisation__fixed_cell_keeps_the_cell_and_reports_stress);
    RUN(run__missing_input);
    return tap_end();
}
