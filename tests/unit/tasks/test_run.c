/* SPDX-License-Identifier: MIT */
/* Tasks on small Lennard-Jones crystals. */
#include "mofbench/mofbench.h"

#include "support/crystal.h"
#include "support/tap.h"

static const char *const argon = "lj:epsilon=0.0104,sigma=3.4,cutoff=8.7";

static mofb_status run_task(mofb_result **out, const char *kind, const char *parameters,
                            const mofb_structure *s, const mofb_run_options *options) {
    mofb_model *model = NULL;
    mofb_task *task = NULL;
    mofb_run_options one = {.struct_size = sizeof one, .threads = 1};
    mofb_status status = mofb_model_open(&model, argon, NULL);
    if (!status) status = mofb_task_new(&task, kind, parameters, NULL);
    if (!status) status = mofb_task_set_structure(task, "structure", s);
    if (!status) status = mofb_run(out, task, model, options ? options : &one);
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
    FAILS(run_task(&r, "optimisation", "{\"optimiser\":\"lbfg\"}", s, NULL), MOFB_ERR_NOT_FOUND,
          "unknown_optimiser");
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

/* Energy of the perfect crystal of a given volume. */
static double energy_at(double volume) {
    mofb_structure *s;
    mofb_result *r = NULL;
    double e = NAN;
    if (crystal_argon(&s, 2, cbrt(volume) / 2, 0)) return NAN;
    if (!run_task(&r, "single_point", NULL, s, NULL)) e = number(r, "energy_eV");
    mofb_result_free(r);
    mofb_structure_free(s);
    return e;
}

TEST(bulk_modulus__against_the_second_derivative) {
    mofb_structure *s;
    mofb_result *r;
    const double *volumes, *converged;
    size_t n;
    OK(crystal_argon(&s, 2, 5.3, 0.05));
    OK(run_task(&r, "bulk_modulus", "{\"strain\":0.005}", s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "fitted") && number(r, "fit_accepted") == 1);
    /* B = V d²E/dV² by central differences of fourth order */
    double relaxed = number(r, "relaxation_volume_final_A3"), v = number(r, "eos_volume_A3"), h = 0.004 * v;
    double second = (-energy_at(v + 2 * h) + 16 * energy_at(v + h) - 30 * energy_at(v) +
                     16 * energy_at(v - h) - energy_at(v - 2 * h)) /
                    (12 * h * h);
    CHECK_NEAR(number(r, "bulk_modulus_GPa") / (v * second * 160.2176634), 1, 2e-4);
    CHECK_NEAR(v / relaxed, 1, 1e-3);
    CHECK(number(r, "eos_r2") > 0.99999);
    OK(mofb_result_series(&volumes, &n, r, "eos_volumes_A3"));
    CHECK(n == 11);
    for (size_t k = 0; k < n; k++) CHECK_NEAR(volumes[k] / relaxed, 0.995 + 0.001 * (double)k, 1e-12);
    OK(mofb_result_series(&converged, &n, r, "eos_converged"));
    for (size_t k = 0; k < n; k++) CHECK(converged[k] == 1);
    mofb_result_free(r);
    mofb_structure_free(s);
}

static int32_t stop(const mofb_progress *p, void *user) {
    (void)p, (void)user;
    return 1;
}

/* Runs with it end before their second step. */
static const mofb_run_options cancelled = {
    .struct_size = sizeof cancelled, .threads = 1, .on_progress = stop};

TEST(bulk_modulus__findings) {
    mofb_structure *s;
    mofb_result *r;
    double x;
    OK(crystal_argon(&s, 2, 5.3, 0.05));
    OK(run_task(&r, "bulk_modulus", "{\"relax_max_steps\":0,\"point_max_steps\":1}", s, NULL));
    CHECK(strcmp(mofb_result_outcome(r), "fitted") && number(r, "converged") == 0);
    mofb_result_free(r);
    FAILS(run_task(&r, "bulk_modulus", "{\"point_optimiser\":\"fir\"}", s, &cancelled), MOFB_ERR_NOT_FOUND,
          "unknown_optimiser");
    OK(run_task(&r, "bulk_modulus", "{\"max_energy_eV\":0.1}", s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "exploded"));
    FAILS(mofb_result_number(&x, r, "eos_r2"), MOFB_ERR_NOT_FOUND, "no_such_value");
    mofb_result_free(r);
    mofb_structure_free(s);
}

TEST(heat_capacity__dulong_petit) {
    mofb_structure *s;
    mofb_result *r;
    const double *t, *cv, *acoustic;
    size_t n;
    OK(crystal_argon(&s, 2, 5.3, 0));
    OK(run_task(&r, "heat_capacity", "{\"mesh_length_A\":30,\"relax_fmax_eV_per_A\":1e-5}", s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "computed") && number(r, "n_imaginary") == 0);
    CHECK(number(r, "space_group") == 225 && number(r, "n_displacements") == 1);
    OK(mofb_result_series(&t, &n, r, "temperatures_K"));
    OK(mofb_result_series(&cv, &n, r, "cv_J_per_K_mol"));
    CHECK(n == 101 && t[100] == 1000 && cv[0] == 0);
    CHECK_NEAR(cv[100] / 32 / (3 * 8.31446261815324), 1, 3e-3);
    for (size_t k = 1; k < n; k++) CHECK(cv[k] >= cv[k - 1]);
    CHECK_NEAR(number(r, "cv_300K_J_per_K_g"), cv[30] / (32 * 39.95), 1e-3 * cv[30] / (32 * 39.95));
    CHECK_NEAR(number(r, "cv_300K_raw_J_per_K_g"), number(r, "cv_300K_J_per_K_g"), 1e-12);
    CHECK_NEAR(number(r, "cv_300K_symmetrised_J_per_K_g"), number(r, "cv_300K_J_per_K_g"), 1e-3);
    OK(mofb_result_series(&acoustic, &n, r, "acoustic_gamma_THz"));
    for (size_t k = 0; k < 3; k++) CHECK_NEAR(acoustic[k], 0, 0.02);
    mofb_result_free(r);
    mofb_structure_free(s);
}

/* C_V at 300 K in J/K per gram without what acoustic modes at Γ add where noise makes them positive;
   weight: of Γ among the mesh's points. */
static double cv_without_acoustic(const mofb_result *r, double weight, double mass) {
    const double *thz;
    size_t n, positive = 0;
    if (mofb_result_series(&thz, &n, r, "acoustic_gamma_THz")) return NAN;
    for (size_t k = 0; k < 3; k++) positive += thz[k] > 0;
    return number(r, "cv_300K_J_per_K_g") - (double)positive * weight * 8.31446261815324 / mass;
}

/* The same crystal as a cell with a supercell, at the points of its mesh that fold onto Γ of the larger
   cell, and as that larger cell. */
TEST(heat_capacity__cell_and_supercell_agree) {
    mofb_structure *small, *large;
    mofb_result *a, *b;
    OK(crystal_argon(&small, 1, 5.3, 0));
    OK(crystal_argon(&large, 2, 5.3, 0));
    OK(run_task(&a, "heat_capacity",
                "{\"mesh_length_A\":10.6,\"supercell_length_A\":10,\"relax_fmax_eV_per_A\":1e-6}", small,
                NULL));
    OK(run_task(&b, "heat_capacity", "{\"mesh_length_A\":0,\"relax_fmax_eV_per_A\":1e-6}", large, NULL));
    CHECK_NEAR(cv_without_acoustic(a, 0.125, mofb_structure_mass(small)),
               cv_without_acoustic(b, 1, mofb_structure_mass(large)), 1e-6);
    mofb_result_free(a);
    mofb_result_free(b);
    mofb_structure_free(small);
    mofb_structure_free(large);
}

TEST(stability__stages_series_and_averages) {
    mofb_structure *s;
    mofb_result *r;
    const char *word;
    const double *t, *step, *conserved;
    size_t n;
    OK(crystal_argon(&s, 2, 5.27, 0.05));
    OK(run_task(
        &r, "stability",
        "{\"temperature_K\":30,\"npt_temperatures_K\":[30,40],\"nvt_steps\":200,\"npt_steps\":400,"
        "\"timestep_fs\":5,\"nvt_friction_per_fs\":0.01,\"frame_interval\":10,\"final_relaxation\":true}",
        s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "stable"));
    CHECK(number(r, "n_md_steps") == 1000 && number(r, "final_relaxation_converged") == 1);
    OK(mofb_result_text(&word, r, "stages.2.name"));
    CHECK(!strcmp(word, "npt_2"));
    CHECK(number(r, "stages.1.first") == 21 && number(r, "stages.1.count") == 41);
    OK(mofb_result_series(&step, &n, r, "md_step"));
    CHECK(n == 21 + 41 + 41 && step[20] == 200 && step[21] == 0 && step[61] == 400);
    OK(mofb_result_series(&step, &n, r, "md_time_ps"));
    CHECK_NEAR(step[102], 5, 1e-12);
    OK(mofb_result_series(&t, &n, r, "md_temperature_K"));
    CHECK(t[0] > 20 && t[0] < 40);
    /* equipartition halves the first velocities' temperature before the thermostats bring it back */
    CHECK_NEAR(number(r, "mean_temperature_K"), 35, 15);
    OK(mofb_result_series(&conserved, &n, r, "md_conserved_eV"));
    CHECK(isnan(conserved[0])); /* Langevin conserves nothing */
    for (size_t k = 22; k < 62; k++) CHECK_NEAR(conserved[k], conserved[21], 0.02);
    CHECK(number(r, "rmsd_A") > 0 && number(r, "rmsd_A") < 0.5 && number(r, "com_drift_A") < 1e-6);
    CHECK(fabs(number(r, "volume_change_percent")) < 10);
    mofb_result_free(r);
    mofb_structure_free(s);
}

TEST(stability__outcomes) {
    mofb_structure *s, *cluster, *dense;
    mofb_result *r;
    double drift;
    const int32_t z[2] = {18, 18};
    const double x[6] = {0, 0, 0, 3.8, 0, 0};
    OK(crystal_argon(&s, 2, 5.3, 0.05));
    OK(run_task(&r, "stability", "{\"preset\":\"quick\",\"temperature_K\":20,\"timestep_fs\":100}", s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "exploded"));
    mofb_result_free(r);
    OK(run_task(
        &r, "stability",
        "{\"preset\":\"quick\",\"npt_steps\":100,\"temperature_K\":20,\"collapse_ratio\":1,\"timestep_fs\":5,"
        "\"npt_temperatures_K\":20, \"pressure_bar\":1e5,\"pdamp_fs\":500}",
        s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "collapsed"));
    mofb_result_free(r);
    OK(run_task(&r, "stability",
                "{\"preset\":\"quick\",\"npt_steps\":100,\"temperature_K\":20,\"drift_fraction\":1e-6,"
                "\"timestep_fs\":5,"
                "\"npt_temperatures_K\":20}",
                s, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "drifted"));
    mofb_result_free(r);
    /* thrown so far in one step that no model would take the atoms' places */
    OK(crystal_argon(&dense, 1, 1.2, 0.1));
    OK(run_task(&r, "stability",
                "{\"preset\":\"quick\",\"relax_max_steps\":0,\"timestep_fs\":100,\"max_energy_eV\":1e12,"
                "\"max_temperature_factor\":1e6}",
                dense, NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "exploded") && number(r, "n_md_steps") == 1);
    FAILS(mofb_result_number(&drift, r, "rmsd_A"), MOFB_ERR_NOT_FOUND, "no_such_value");
    mofb_result_free(r);
    mofb_structure_free(dense);
    OK(mofb_structure_new(&cluster, 1, z, x, mofb_structure_cell(s), NULL, NULL));
    FAILS(run_task(&r, "stability", "{\"preset\":\"quick\"}", cluster, &cancelled), MOFB_ERR_UNSUPPORTED,
          "too_few_atoms");
    mofb_structure_free(cluster);
    OK(mofb_structure_new(&cluster, 2, z, x, NULL, NULL, NULL));
    FAILS(run_task(&r, "stability", "{\"preset\":\"quick\"}", cluster, NULL), MOFB_ERR_UNSUPPORTED,
          "needs_cell");
    OK(run_task(&r, "stability", "{\"preset\":\"quick\",\"npt_steps\":0,\"temperature_K\":10}", cluster,
                NULL));
    CHECK(!strcmp(mofb_result_outcome(r), "stable"));
    mofb_result_free(r);
    mofb_structure_free(cluster);
    mofb_structure_free(s);
}

/* Copper's metals are counted at the three moments; twelve neighbours each in fcc. */
TEST(stability__coordination_of_metals) {
    mofb_structure *argon_like, *s;
    mofb_result *r;
    const double *cn;
    size_t n;
    int32_t z[4] = {29, 29, 29, 29};
    OK(crystal_argon(&argon_like, 1, 3.6, 0));
    OK(mofb_structure_new(&s, 4, z, mofb_structure_positions(argon_like), mofb_structure_cell(argon_like),
                          NULL, NULL));
    mofb_model *model;
    mofb_task *task;
    OK(mofb_model_open(&model, "lj:epsilon=0.4,sigma=2.3,cutoff=7", NULL));
    OK(mofb_task_new(&task, "stability", "{\"nvt_steps\":10,\"npt_steps\":10,\"frame_interval\":5}", NULL));
    OK(mofb_task_set_structure(task, "structure", s));
    OK(mofb_run(&r, task, model, NULL));
    OK(mofb_result_series(&cn, &n, r, "coordination_crystalnn_start"));
    CHECK(n == 4);
    CHECK_NEAR(cn[0], 12, 1e-6);
    OK(mofb_result_series(&cn, &n, r, "coordination_simple_end"));
    CHECK(n == 4 && cn[3] == 12);
    CHECK(number(r, "coordination.0.n_atoms") == 4);
    mofb_result_free(r);
    mofb_task_free(task);
    mofb_model_free(model);
    mofb_structure_free(s);
    mofb_structure_free(argon_like);
}

/* Host, guest and both, with the reference values a file may carry. */
TEST(interaction_energy__three_frames) {
    static const char frames[] = "3\nname=AAA_CO2_eq_1 DFT_E_total=-3 DFT_E_mof=-1 DFT_E_gas=-1.9 "
                                 "Properties=species:S:1:pos:R:3:REF_forces:R:3\n"
                                 "Ar 0 0 0 0.5 0 0\nAr 3.8 0 0 0 0 0\nAr 1.9 3.3 0 0 0 0\n";
    static const char *const names[3] = {"complex", "host", "guest"};
    const int32_t z[3] = {18, 18, 18};
    mofb_structure *in[3];
    mofb_structure_options format = {.struct_size = sizeof format, .format = "extxyz"};
    mofb_model *model;
    mofb_task *task;
    mofb_result *r;
    const double *forces;
    const char *class;
    size_t n;
    OK(mofb_structure_parse(&in[0], frames, strlen(frames), "frames", &format));
    const double *x = mofb_structure_positions(in[0]);
    OK(mofb_structure_new(&in[1], 2, z, x, NULL, NULL, NULL));
    OK(mofb_structure_new(&in[2], 1, z, x + 6, NULL, NULL, NULL));
    OK(mofb_model_open(&model, "lj:epsilon=0.0104,sigma=3.4,cutoff=30", NULL));
    OK(mofb_task_new(&task, "interaction_energy", NULL, NULL));
    for (int k = 0; k < 3; k++) OK(mofb_task_set_structure(task, names[k], in[k]));
    OK(mofb_run(&r, task, model, NULL));
    double expected = 0;
    for (int k = 0; k < 2; k++) {
        double d2 = pow(x[6] - x[3 * k], 2) + pow(x[7], 2), s6 = pow(3.4 * 3.4 / d2, 3),
               c6 = pow(3.4 / 30, 6);
        expected += 4 * 0.0104 * (s6 * (s6 - 1) - c6 * (c6 - 1));
    }
    CHECK_NEAR(number(r, "interaction_energy_eV"), expected, 1e-14);
    CHECK_NEAR(number(r, "reference_interaction_energy_eV"), -0.1, 1e-14);
    CHECK_NEAR(number(r, "interaction_energy_error_eV"), fabs(expected + 0.1), 1e-14);
    OK(mofb_result_series(&forces, &n, r, "forces_eV_per_A"));
    double mae = 0;
    for (size_t k = 0; k < 9; k++) mae += fabs(forces[k] - (k ? 0 : 0.5)) / 9;
    CHECK_NEAR(number(r, "force_mae_eV_per_A"), mae, 1e-14);
    OK(mofb_result_text(&class, r, "class"));
    CHECK(!strcmp(class, "eq") && number(r, "n_force_calls") == 3);
    mofb_result_free(r);
    mofb_task_free(task);
    mofb_model_free(model);
    for (int k = 0; k < 3; k++) mofb_structure_free(in[k]);
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
    RUN(bulk_modulus__against_the_second_derivative);
    RUN(bulk_modulus__findings);
    RUN(heat_capacity__dulong_petit);
    RUN(heat_capacity__cell_and_supercell_agree);
    RUN(stability__stages_series_and_averages);
    RUN(stability__outcomes);
    RUN(stability__coordination_of_metals);
    RUN(interaction_energy__three_frames);
    RUN(run__missing_input);
    return tap_end();
}
