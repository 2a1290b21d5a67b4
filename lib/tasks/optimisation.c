/* SPDX-License-Identifier: MIT */
/* Relaxation of atoms and cell, and how far it led. */
#include <math.h>
#include <string.h>

#include "structure/cell.h"
#include "structure/rmsd.h"
#include "tasks/relaxation.h"
#include "tasks/report.h"

static const mofb__input inputs[] = {
    {"structure", true, "the structure to relax"},
    {"reference", false, "a relaxed structure to compare with, atoms in the same order"},
};

static const mofb_row params[] = {
    {"optimiser", MOFB_TYPE_TEXT, 0, "", "", "lbfgs", 0, 0, NULL,
     "minimiser: lbfgs and fire as ASE's, plbfgs with a model Hessian, or another of the build"},
    {"relax_cell", MOFB_TYPE_BOOL, 0, "", "", "true", 0, 0, NULL,
     "relax all six strains too (Frechet filter), where the structure is periodic in three directions"},
    {"fmax_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", "0.001", 1e-8, 10, NULL,
     "stop when the largest generalised force is below"},
    {"max_steps", MOFB_TYPE_INTEGER, 0, "", "", "5000", 0, 1e8, NULL, "most optimiser steps"},
    {"max_energy_eV", MOFB_TYPE_NUMBER, 0, "eV", "", "1e5", 0, 1e12, NULL,
     "an energy beyond ± this counts as exploded"},
    {"trajectory_interval", MOFB_TYPE_INTEGER, 0, "", "", "10", 1, 1e8, NULL,
     "steps between frames of the trajectory; first and last are always written"},
};

static const mofb__outcome outcomes[] = {
    {"converged", true, "the largest generalised force is below fmax_eV_per_A"},
    {"not_converged", false, "max_steps came first"},
    {"exploded", false, "energy beyond max_energy_eV or not a number, or a vanishing cell"},
};

static const mofb_row results[] = {
    {"converged", MOFB_TYPE_BOOL, 0, "", "", NULL, 0, 0, NULL, "whether fmax was reached"},
    {"n_steps", MOFB_TYPE_INTEGER, MOFB_ROW_HEADLINE, "", "", NULL, 0, 0, NULL, "optimiser steps"},
    {"cell_relaxed", MOFB_TYPE_BOOL, 0, "", "", NULL, 0, 0, NULL, "whether the cell was relaxed too"},
    {"energy_initial_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, "energy of the input"},
    {"energy_eV", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "eV", "", NULL, 0, 0, NULL,
     "energy of the final structure"},
    {"energy_per_atom_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL,
     "energy of the final structure per atom"},
    {"fmax_initial_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", NULL, 0, 0, NULL,
     "largest force on an atom of the input"},
    {"fmax_eV_per_A", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "eV/Å", "", NULL, 0, 0, NULL,
     "largest force on an atom at the end"},
    {"fmax_generalised_initial", MOFB_TYPE_NUMBER, 0, "eV/Å", "", NULL, 0, 0, NULL,
     "largest row the optimiser saw first, cell rows included"},
    {"fmax_generalised", MOFB_TYPE_NUMBER, 0, "eV/Å", "", NULL, 0, 0, NULL,
     "largest row it saw last; decides the stop"},
    {"stress_eV_per_A3", MOFB_TYPE_NUMBERS, 0, "eV/Å³", "3,3", NULL, 0, 0, NULL,
     "stress at the end, positive = tension"},
    {"stress_voigt_eV_per_A3", MOFB_TYPE_NUMBERS, 0, "eV/Å³", "6", NULL, 0, 0, NULL,
     "the same as xx yy zz yz xz xy"},
    {"volume_initial_A3", MOFB_TYPE_NUMBER, 0, "Å³", "", NULL, 0, 0, NULL, "volume of the input"},
    {"volume_A3", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "Å³", "", NULL, 0, 0, NULL, "volume at the end"},
    {"volume_change_percent", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "%", "", NULL, 0, 0, NULL,
     "change of the volume"},
    {"cell_A", MOFB_TYPE_NUMBERS, 0, "Å", "3,3", NULL, 0, 0, NULL, "cell vectors at the end, rows"},
    {"cell_lengths_A", MOFB_TYPE_NUMBERS, 0, "Å", "3", NULL, 0, 0, NULL,
     "lengths of the cell vectors at the end"},
    {"cell_angles_deg", MOFB_TYPE_NUMBERS, 0, "degrees", "3", NULL, 0, 0, NULL,
     "angles of the cell at the end"},
    {"rmsd_A", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "Å", "", NULL, 0, 0, NULL,
     "from the input: minimum image, translation removed, per atom"},
    {"rmsd_mofsimbench_A", MOFB_TYPE_NUMBER, 0, "Å", "", NULL, 0, 0, NULL,
     "from the input as the benchmark defines it: aligned, minimum image, per component"},
    {"rmsd_reference_A", MOFB_TYPE_NUMBER, 0, "Å", "", NULL, 0, 0, NULL, "rmsd_A from the reference"},
    {"rmsd_mofsimbench_reference_A", MOFB_TYPE_NUMBER, 0, "Å", "", NULL, 0, 0, NULL,
     "rmsd_mofsimbench_A from the reference"},
    {"volume_reference_A3", MOFB_TYPE_NUMBER, 0, "Å³", "", NULL, 0, 0, NULL, "volume of the reference"},
    {"volume_deviation_percent", MOFB_TYPE_NUMBER, 0, "%", "", NULL, 0, 0, NULL,
     "volume beyond the reference's"},
    {"success", MOFB_TYPE_BOOL, 0, "", "", NULL, 0, 0, NULL,
     "the benchmark's criterion: converged, and volume within 10 % of the reference"},
    {"step_history", MOFB_TYPE_NUMBERS, 0, "", "n_points", NULL, 0, 0, NULL,
     "number of every evaluated point, from 0"},
    {"energy_history_eV", MOFB_TYPE_NUMBERS, 0, "eV", "n_points", NULL, 0, 0, NULL,
     "energy of every evaluated point"},
    {"fmax_history_eV_per_A", MOFB_TYPE_NUMBERS, 0, "eV/Å", "n_points", NULL, 0, 0, NULL,
     "largest force on an atom there"},
    {"fmax_generalised_history", MOFB_TYPE_NUMBERS, 0, "eV/Å", "n_points", NULL, 0, 0, NULL,
     "largest generalised force there"},
    {"volume_history_A3", MOFB_TYPE_NUMBERS, 0, "Å³", "n_points", NULL, 0, 0, NULL, "volume there"},
    {"final_structure", MOFB_TYPE_STRUCTURE, 0, "", "", NULL, 0, 0, NULL, "the relaxed structure"},
};

static const mofb__plot plots[] = {
    {"energy.svg", "Relaxation", "step_history", {"energy_history_eV"}, "step", "energy / eV", false, false},
    {"volume.svg", "Relaxation", "step_history", {"volume_history_A3"}, "step", "volume / Å³", false, false},
    {"fmax.svg",
     "Relaxation",
     "step_history",
     {"fmax_generalised_history"},
     "step",
     "largest generalised force / eV/Å",
     false,
     true},
};

/* A column of the history; 4: the number of the point. */
static mofb_status report_column(mofb_result *result, const char *key, const mofb__relaxation *r,
                                 size_t column, const mofb_allocator *a) {
    double *values = mofb__alloc(a, r->n_history * sizeof(double));
    if (!values) return mofb__no_memory();
    for (size_t k = 0; k < r->n_history; k++) values[k] = column < 4 ? r->history[4 * k + column] : (double)k;
    mofb__result_series(result, key, values, r->n_history, 0);
    mofb__free(values);
    return MOFB_OK;
}

static mofb_status report_histories(mofb_result *result, const mofb__relaxation *r, const mofb_allocator *a) {
    MOFB__TRY(report_column(result, "step_history", r, 4, a));
    MOFB__TRY(report_column(result, "energy_history_eV", r, 0, a));
    MOFB__TRY(report_column(result, "fmax_history_eV_per_A", r, 1, a));
    MOFB__TRY(report_column(result, "fmax_generalised_history", r, 2, a));
    return r->has_cell ? report_column(result, "volume_history_A3", r, 3, a) : MOFB_OK;
}

static mofb_status report_distance(mofb_result *result, const char *key, const char *aligned_key,
                                   const mofb_structure *from, const mofb__relaxation *r) {
    double rmsd, aligned;
    MOFB__TRY(mofb__rmsd(&rmsd, from, r->positions, r->has_cell ? r->cell : NULL));
    MOFB__TRY(mofb__rmsd_aligned(&aligned, from, r->positions));
    mofb__result_number(result, key, rmsd);
    mofb__result_number(result, aligned_key, aligned);
    return MOFB_OK;
}

static bool same_atoms(const mofb_structure *a, const mofb_structure *b) {
    size_t n = mofb_structure_count(a);
    return n == mofb_structure_count(b) &&
           !memcmp(mofb_structure_numbers(a), mofb_structure_numbers(b), n * sizeof(int32_t));
}

/* Distances need the same atoms in the same order; the volume does not. */
static mofb_status report_reference(mofb_result *result, const mofb_structure *reference,
                                    const mofb__relaxation *r, mofb__context *ctx) {
    const double tolerance = 10; /* % */
    if (same_atoms(mofb_system_structure(r->system), reference))
        MOFB__TRY(report_distance(result, "rmsd_reference_A", "rmsd_mofsimbench_reference_A", reference, r));
    else
        mofb__context_log(ctx, MOFB_LOG_WARNING,
                          "the reference has other atoms or another order: no RMSD from it");
    if (!r->has_cell || !mofb__is_bulk(reference)) return MOFB_OK;
    double volume = mofb_structure_volume(reference);
    double deviation = 100 * (mofb__cell_volume(r->cell) / volume - 1);
    mofb__result_number(result, "volume_reference_A3", volume);
    mofb__result_number(result, "volume_deviation_percent", deviation);
    mofb__result_bool(result, "success", r->end == MOFB__RELAX_CONVERGED && fabs(deviation) <= tolerance);
    return MOFB_OK;
}

static mofb_status report(mofb_result *result, const mofb__relaxation *r, const mofb_structure *const *in,
                          mofb__context *ctx) {
    const double *first = r->history;
    mofb__result_outcome(result, mofb__relaxation_outcome(r));
    mofb__result_bool(result, "converged", r->end == MOFB__RELAX_CONVERGED);
    mofb__result_integer(result, "n_steps", (int64_t)r->steps);
    mofb__result_bool(result, "cell_relaxed", r->options.relax_cell);
    mofb__result_number(result, "energy_initial_eV", first[0]);
    mofb__result_number(result, "energy_eV", r->energy);
    mofb__result_number(result, "energy_per_atom_eV", r->energy / (double)r->n_atoms);
    mofb__result_number(result, "fmax_initial_eV_per_A", first[1]);
    mofb__result_number(result, "fmax_eV_per_A", r->fmax);
    mofb__result_number(result, "fmax_generalised_initial", first[2]);
    mofb__result_number(result, "fmax_generalised", r->fmax_generalised);
    if (r->has_stress) mofb__report_stress(result, r->stress);
    if (r->has_cell) {
        double before = mofb_structure_volume(in[0]);
        mofb__result_number(result, "volume_initial_A3", before);
        mofb__report_cell(result, r->cell);
        mofb__result_number(result, "volume_change_percent", 100 * (mofb__cell_volume(r->cell) / before - 1));
    }
    MOFB__TRY(report_distance(result, "rmsd_A", "rmsd_mofsimbench_A", in[0], r));
    if (in[1]) MOFB__TRY(report_reference(result, in[1], r, ctx));
    MOFB__TRY(report_histories(result, r, ctx->a));
    return mofb__report_structure(result, "final_structure", ctx, "relaxed.extxyz", in[0], r->positions,
                                  r->has_cell ? r->cell : NULL);
}

static void save(void *user, mofb__blob *b) {
    mofb__relaxation_save(user, b);
}

static mofb_status run(mofb__context *ctx, const mofb_values *p, const mofb_structure *const *in,
                       mofb_result *result) {
    const mofb_structure *s = in[0];
    mofb__relax_options options =
        mofb__relaxation_options(p, "", mofb__is_bulk(s) && mofb_values_bool(p, "relax_cell"));
    mofb__relaxation_stage stage = {.name = "relaxation",
                                    .trajectory = "trajectory.extxyz",
                                    .csv = "relaxation.csv",
                                    .interval = (uint64_t)mofb_values_integer(p, "trajectory_interval"),
                                    .to = 1,
                                    .save = save};
    mofb_system *system = NULL;
    mofb__relaxation *r = NULL;
    mofb_status status;
    MOFB__TRY_GOTO(status, mofb_system_new(&system, ctx->evaluator, s), done);
    MOFB__TRY_GOTO(status,
                   mofb__relaxation_new(&r, system, mofb_structure_positions(s), mofb_structure_cell(s),
                                        &options, ctx->a),
                   done);
    r->has_stress = mofb__is_bulk(s) && mofb_model_outputs(ctx->model) & MOFB_STRESS;
    if (ctx->restored) MOFB__TRY_GOTO(status, mofb__relaxation_load(r, ctx->restored), done);
    stage.user = r;
    MOFB__TRY_GOTO(status, mofb__relaxation_run(ctx, &r, 1, &stage), done);
    status = report(result, r, in, ctx);
done:
    mofb__relaxation_free(r);
    mofb_system_free(system);
    return status;
}

const mofb__task_kind mofb__task_optimisation = {
    .name = "optimisation",
    .title = "Structure optimisation",
    .summary = "Relaxes atoms and cell and says how far that led",
    .inputs = inputs,
    .n_inputs = sizeof inputs / sizeof *inputs,
    .params = params,
    .n_params = sizeof params / sizeof *params,
    .outcomes = outcomes,
    .n_outcomes = sizeof outcomes / sizeof *outcomes,
    .results = results,
    .n_results = sizeof results / sizeof *results,
    .plots = plots,
    .n_plots = sizeof plots / sizeof *plots,
    .default_preset = "mofsimbench-2025",
    .run = run,
};
