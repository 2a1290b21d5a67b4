/* SPDX-License-Identifier: MIT */
/* Bulk modulus from energies of a relaxed structure at volumes around its own. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "physics/eos.h"
#include "structure/cell.h"
#include "tasks/relaxation.h"
#include "tasks/report.h"

static const mofb__input inputs[] = {{"structure", true, "the structure to squeeze"}};

static const mofb_row params[] = {
    {"relax_optimiser", MOFB_TYPE_TEXT, 0, "", "", "lbfgs", 0, 0, NULL,
     "minimiser of the relaxation of atoms and cell"},
    {"relax_fmax_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", "0.001", 1e-8, 10, NULL,
     "stop of that relaxation"},
    {"relax_max_steps", MOFB_TYPE_INTEGER, 0, "", "", "1000", 0, 1e8, NULL, "its most steps"},
    {"strain", MOFB_TYPE_NUMBER, 0, "", "", "0.04", 1e-6, 0.5, NULL,
     "volumes reach from 1 − strain to 1 + strain"},
    {"n_points", MOFB_TYPE_INTEGER, 0, "", "", "11", 4, 1000, NULL, "volumes, evenly spaced"},
    {"point_optimiser", MOFB_TYPE_TEXT, 0, "", "", "fire", 0, 0, NULL,
     "minimiser at each volume, at fixed cell"},
    {"point_fmax_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", "0.001", 1e-8, 10, NULL,
     "stop of those relaxations"},
    {"point_max_steps", MOFB_TYPE_INTEGER, 0, "", "", "1000", 0, 1e8, NULL, "their most steps"},
    {"eos", MOFB_TYPE_CHOICE, 0, "", "", "birch_murnaghan", 0, 0, "birch_murnaghan|murnaghan|vinet",
     "equation of state whose numbers are the result's"},
    {"fit_volume_tolerance", MOFB_TYPE_NUMBER, 0, "", "", "0.01", 0, 1, NULL,
     "an accepted fit has its minimum within this part of the relaxed volume"},
    {"max_energy_eV", MOFB_TYPE_NUMBER, 0, "eV", "", "1e5", 0, 1e12, NULL,
     "an energy beyond ± this counts as exploded"},
};

static const mofb__outcome outcomes[] = {
    {"fitted", true, "everything converged and the fit is accepted"},
    {"not_converged", false, "the fit is accepted, but the relaxation or that of a point did not converge"},
    {"fit_rejected", false,
     "the minimum of the fit is off the sampled volumes or the relaxed one, or B0 is negative"},
    {"fit_failed", false, "no equation of state could be fitted"},
    {"exploded", false, "the relaxation or that of a point ran away"},
};

static const mofb_row results[] = {
    {"bulk_modulus_GPa", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "GPa", "", NULL, 0, 0, NULL, "B0 of the fit"},
    {"bulk_modulus_derivative", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "", "", NULL, 0, 0, NULL,
     "B0' of the fit"},
    {"eos_volume_A3", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "Å³", "", NULL, 0, 0, NULL, "V0 of the fit"},
    {"eos_energy_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, "E0 of the fit"},
    {"eos_r2", MOFB_TYPE_NUMBER, 0, "", "", NULL, 0, 0, NULL, "R² of the fit"},
    {"eos_rms_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, "root mean square residual of the fit"},
    {"fit_accepted", MOFB_TYPE_BOOL, MOFB_ROW_HEADLINE, "", "", NULL, 0, 0, NULL,
     "V0 inside the sampled range and near the relaxed volume, and B0 positive"},
    {"converged", MOFB_TYPE_BOOL, 0, "", "", NULL, 0, 0, NULL, "the relaxation and all points converged"},
    {"bulk_modulus_birch_murnaghan_GPa", MOFB_TYPE_NUMBER, 0, "GPa", "", NULL, 0, 0, NULL,
     "B0 of the third-order Birch–Murnaghan fit"},
    {"bulk_modulus_murnaghan_GPa", MOFB_TYPE_NUMBER, 0, "GPa", "", NULL, 0, 0, NULL,
     "B0 of the Murnaghan fit"},
    {"bulk_modulus_vinet_GPa", MOFB_TYPE_NUMBER, 0, "GPa", "", NULL, 0, 0, NULL, "B0 of the Vinet fit"},
    {"eos_volumes_A3", MOFB_TYPE_NUMBERS, 0, "Å³", "n_points", NULL, 0, 0, NULL, "sampled volumes"},
    {"eos_energies_eV", MOFB_TYPE_NUMBERS, 0, "eV", "n_points", NULL, 0, 0, NULL,
     "energies there, null where it exploded"},
    {"eos_fit_energies_eV", MOFB_TYPE_NUMBERS, 0, "eV", "n_points", NULL, 0, 0, NULL,
     "what the fit says there"},
    {"eos_fmax_eV_per_A", MOFB_TYPE_NUMBERS, 0, "eV/Å", "n_points", NULL, 0, 0, NULL,
     "largest force left there"},
    {"eos_steps", MOFB_TYPE_NUMBERS, 0, "", "n_points", NULL, 0, 0, NULL, "optimiser steps there"},
    {"eos_converged", MOFB_TYPE_NUMBERS, 0, "", "n_points", NULL, 0, 0, NULL,
     "1 where the relaxation converged, else 0"},
    MOFB__RELAXATION_ROWS,
};

static const mofb__plot plots[] = {
    {"eos.svg",
     "Equation of state",
     "eos_volumes_A3",
     {"eos_energies_eV", "eos_fit_energies_eV"},
     "volume / Å³",
     "energy / eV",
     true,
     false},
};

typedef struct bulk {
    mofb__context *ctx;
    const mofb_values *p;
    const mofb_structure *structure;
    mofb_system *system, **systems; /* all made from the input structure, whose topology they keep */
    mofb__relaxation *relaxation, **points;
    size_t n;
    bool sampling; /* past the relaxation */
} bulk;

static double volume_factor(const bulk *t, size_t k) {
    double strain = mofb_values_number(t->p, "strain");
    return 1 - strain + 2 * strain * (double)k / (double)(t->n - 1);
}

static mofb_status new_point(bulk *t, size_t k) {
    const mofb__relaxation *r = t->relaxation;
    mofb__relax_options options = mofb__relaxation_options(t->p, "point_", false);
    double scale = cbrt(volume_factor(t, k)), cell[9],
           *x = mofb__alloc(t->ctx->a, 3 * r->n_atoms * sizeof *x);
    if (!x) return mofb__no_memory();
    for (size_t c = 0; c < 3 * r->n_atoms; c++) x[c] = scale * r->positions[c];
    for (int c = 0; c < 9; c++) cell[c] = scale * r->cell[c];
    mofb_status status = mofb_system_new(&t->systems[k], t->ctx->evaluator, t->structure);
    if (!status) status = mofb__relaxation_new(&t->points[k], t->systems[k], x, cell, &options, t->ctx->a);
    mofb__free(x);
    return status;
}

static mofb_status begin_sampling(bulk *t) {
    for (size_t k = 0; k < t->n; k++) MOFB__TRY(new_point(t, k));
    t->sampling = true;
    return MOFB_OK;
}

static void save(void *user, mofb__blob *b) {
    const bulk *t = user;
    mofb__blob_put_u64(b, "bulk_modulus", t->sampling);
    mofb__relaxation_save(t->relaxation, b);
    for (size_t k = 0; t->sampling && k < t->n; k++) mofb__relaxation_save(t->points[k], b);
}

static mofb_status load(bulk *t, mofb__blob *b) {
    uint64_t sampling;
    MOFB__TRY(mofb__blob_get_u64(b, "bulk_modulus", &sampling));
    MOFB__TRY(mofb__relaxation_load(t->relaxation, b));
    if (!sampling) return MOFB_OK;
    MOFB__TRY(begin_sampling(t));
    for (size_t k = 0; k < t->n; k++) MOFB__TRY(mofb__relaxation_load(t->points[k], b));
    return MOFB_OK;
}

/* An optimiser that the build lacks is told before the relaxation, not behind it. */
static mofb_status check_point_optimiser(const bulk *t) {
    mofb__optimiser *trial;
    MOFB__TRY(mofb__optimiser_new(&trial, mofb_values_text(t->p, "point_optimiser"), 1, t->ctx->a));
    mofb__optimiser_free(trial);
    return MOFB_OK;
}

static mofb_status prepare(bulk *t) {
    const mofb_structure *s = t->structure;
    mofb__relax_options options = mofb__relaxation_options(t->p, "relax_", true);
    MOFB__TRY(mofb__need_bulk(s, "bulk_modulus"));
    MOFB__TRY(check_point_optimiser(t));
    t->n = (size_t)mofb_values_integer(t->p, "n_points");
    t->systems = mofb__calloc(t->ctx->a, t->n, sizeof(mofb_system *));
    t->points = mofb__calloc(t->ctx->a, t->n, sizeof(mofb__relaxation *));
    if (!t->systems || !t->points) return mofb__no_memory();
    MOFB__TRY(mofb_system_new(&t->system, t->ctx->evaluator, s));
    MOFB__TRY(mofb__relaxation_new(&t->relaxation, t->system, mofb_structure_positions(s),
                                   mofb_structure_cell(s), &options, t->ctx->a));
    return t->ctx->restored ? load(t, t->ctx->restored) : MOFB_OK;
}

static mofb_status run_stages(bulk *t) {
    mofb__relaxation_stage stage = {.name = "relaxation",
                                    .csv = "relaxation.csv",
                                    .trajectory = "trajectory.extxyz",
                                    .interval = 10,
                                    .to = 0.4,
                                    .save = save,
                                    .user = t};
    MOFB__TRY(mofb__relaxation_run(t->ctx, &t->relaxation, 1, &stage));
    if (t->relaxation->end == MOFB__RELAX_EXPLODED) return MOFB_OK;
    if (!t->sampling) MOFB__TRY(begin_sampling(t));
    stage = (mofb__relaxation_stage){.name = "volumes", .from = 0.4, .to = 1, .save = save, .user = t};
    return mofb__relaxation_run(t->ctx, t->points, t->n, &stage);
}

/* What the points gave, columns of one block: volumes, energies, fmax, steps, converged; then the volumes and
   energies that can be fitted. */
typedef struct curve {
    double *block, *volumes, *energies, *fmax, *steps, *converged, *fit_volumes, *fit_energies;
    size_t n, n_fit;
    bool all_converged, exploded;
} curve;

static mofb_status read_curve(curve *c, const bulk *t) {
    size_t n = t->n;
    double *b = mofb__alloc(t->ctx->a, 7 * n * sizeof *b);
    if (!b) return mofb__no_memory();
    *c = (curve){b, b, b + n, b + 2 * n, b + 3 * n, b + 4 * n, b + 5 * n, b + 6 * n, n, 0, true, false};
    for (size_t k = 0; k < n; k++) {
        const mofb__relaxation *r = t->points[k];
        bool gone = r->end == MOFB__RELAX_EXPLODED;
        c->volumes[k] = mofb__cell_volume(r->cell);
        c->energies[k] = gone ? NAN : r->energy;
        c->fmax[k] = r->fmax;
        c->steps[k] = (double)r->steps;
        c->converged[k] = r->end == MOFB__RELAX_CONVERGED;
        c->all_converged = c->all_converged && c->converged[k] != 0;
        c->exploded = c->exploded || gone;
        if (gone) continue;
        c->fit_volumes[c->n_fit] = c->volumes[k];
        c->fit_energies[c->n_fit++] = r->energy;
    }
    return MOFB_OK;
}

static void report_curve(mofb_result *r, const curve *c) {
    mofb__result_series(r, "eos_volumes_A3", c->volumes, c->n, 0);
    mofb__result_series(r, "eos_energies_eV", c->energies, c->n, 0);
    mofb__result_series(r, "eos_fmax_eV_per_A", c->fmax, c->n, 0);
    mofb__result_series(r, "eos_steps", c->steps, c->n, 0);
    mofb__result_series(r, "eos_converged", c->converged, c->n, 0);
}

/* All three equations; the chosen one's numbers are the result's. */
static mofb_status report_fits(mofb_result *r, const bulk *t, const curve *c, mofb__eos_fit *chosen) {
    static const char *const kinds[3][2] = {{"birch_murnaghan", "bulk_modulus_birch_murnaghan_GPa"},
                                            {"murnaghan", "bulk_modulus_murnaghan_GPa"},
                                            {"vinet", "bulk_modulus_vinet_GPa"}};
    *chosen = (mofb__eos_fit){0};
    for (int k = 0; k < 3 && c->n_fit >= 4; k++) {
        mofb__eos_fit fit;
        MOFB__TRY(mofb__eos_fit_curve(&fit, kinds[k][0], c->fit_volumes, c->fit_energies, c->n_fit,
                                      t->ctx->a));
        if (fit.converged) mofb__result_number(r, kinds[k][1], fit.b0 * MOFB__GPA_PER_EV_A3);
        if (!strcmp(kinds[k][0], mofb_values_text(t->p, "eos"))) *chosen = fit;
    }
    if (!chosen->converged) return MOFB_OK;
    double *at = mofb__alloc(t->ctx->a, c->n * sizeof *at);
    if (!at) return mofb__no_memory();
    for (size_t k = 0; k < c->n; k++)
        at[k] = mofb__eos_energy(chosen, mofb_values_text(t->p, "eos"), c->volumes[k]);
    mofb__result_series(r, "eos_fit_energies_eV", at, c->n, 0);
    mofb__free(at);
    mofb__result_number(r, "bulk_modulus_GPa", chosen->b0 * MOFB__GPA_PER_EV_A3);
    mofb__result_number(r, "bulk_modulus_derivative", chosen->b1);
    mofb__result_number(r, "eos_volume_A3", chosen->v0);
    mofb__result_number(r, "eos_energy_eV", chosen->e0);
    mofb__result_number(r, "eos_r2", chosen->r2);
    mofb__result_number(r, "eos_rms_eV", chosen->rms);
    return MOFB_OK;
}

static bool acceptable(const bulk *t, const curve *c, const mofb__eos_fit *fit) {
    double relaxed = mofb__cell_volume(t->relaxation->cell);
    return fit->converged && fit->b0 > 0 && fit->v0 >= c->volumes[0] && fit->v0 <= c->volumes[c->n - 1] &&
           fabs(fit->v0 / relaxed - 1) <= mofb_values_number(t->p, "fit_volume_tolerance");
}

static mofb_status write_artefacts(const bulk *t, const curve *c) {
    mofb__str text;
    if (!t->ctx->keeps) return MOFB_OK;
    mofb__str_init(&text, t->ctx->a);
    mofb__str_puts(&text, "point,volume_A3,energy_eV,fmax_eV_per_A,steps,converged\n");
    for (size_t k = 0; k < c->n; k++) {
        double row[5] = {c->volumes[k], c->energies[k], c->fmax[k], c->steps[k], c->converged[k]};
        mofb__csv_line(&text, k, row, 5);
    }
    MOFB__TRY(mofb__text_write(t->ctx, "eos.csv", &text));
    mofb__str_init(&text, t->ctx->a);
    for (size_t k = 0; k < c->n; k++) {
        char energy[32], info[96];
        mofb__number_text(energy, t->points[k]->energy);
        snprintf(info, sizeof info, "point=%zu energy=%s", k, energy);
        mofb_status status = mofb__frame_print(&text, &(mofb__frame){.structure = t->structure,
                                                                     .positions = t->points[k]->positions,
                                                                     .cell = t->points[k]->cell,
                                                                     .forces = t->points[k]->forces,
                                                                     .info = info});
        if (status) {
            mofb__str_free(&text);
            return status;
        }
    }
    return mofb__text_write(t->ctx, "eos.extxyz", &text);
}

static mofb_status report(mofb_result *r, const bulk *t) {
    bool relaxed = t->relaxation->end == MOFB__RELAX_CONVERGED, accepted;
    curve c = {0};
    mofb__eos_fit fit;
    if (t->relaxation->end == MOFB__RELAX_EXPLODED) {
        mofb__result_outcome(r, "exploded");
        mofb__result_bool(r, "converged", false);
        return mofb__relaxation_report(r, t->relaxation, t->ctx);
    }
    MOFB__TRY(read_curve(&c, t));
    mofb_status status = report_fits(r, t, &c, &fit);
    accepted = acceptable(t, &c, &fit);
    mofb__result_bool(r, "fit_accepted", accepted);
    mofb__result_bool(r, "converged", relaxed && c.all_converged);
    mofb__result_outcome(r, c.exploded                      ? "exploded"
                            : !fit.converged                ? "fit_failed"
                            : !accepted                     ? "fit_rejected"
                            : !(relaxed && c.all_converged) ? "not_converged"
                                                            : "fitted");
    report_curve(r, &c);
    if (!status) status = write_artefacts(t, &c);
    mofb__free(c.block);
    return status ? status : mofb__relaxation_report(r, t->relaxation, t->ctx);
}

static void release(bulk *t) {
    for (size_t k = 0; t->points && k < t->n; k++) mofb__relaxation_free(t->points[k]);
    for (size_t k = 0; t->systems && k < t->n; k++) mofb_system_free(t->systems[k]);
    mofb__free(t->points);
    mofb__free(t->systems);
    mofb__relaxation_free(t->relaxation);
    mofb_system_free(t->system);
}

static mofb_status run(mofb__context *ctx, const mofb_values *p, const mofb_structure *const *in,
                       mofb_result *result) {
    bulk t = {.ctx = ctx, .p = p, .structure = in[0]};
    mofb_status status = prepare(&t);
    if (!status) status = run_stages(&t);
    if (!status) status = report(result, &t);
    release(&t);
    return status;
}

const mofb__task_kind mofb__task_bulk_modulus = {
    .name = "bulk_modulus",
    .title = "Bulk modulus",
    .summary = "Energies at volumes around the relaxed one and an equation of state through them",
    .inputs = inputs,
    .n_inputs = 1,
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
