/* SPDX-License-Identifier: MIT */
/* Does the structure survive molecular dynamics? Relaxation at fixed cell, NVT, one or more stages of NPT,
   and on request a relaxation at the end. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mat3.h"
#include "structure/cell.h"
#include "structure/rmsd.h"
#include "structure/structure.h"
#include "tasks/dynamics.h"
#include "tasks/metals.h"
#include "tasks/relaxation.h"
#include "tasks/report.h"

static const mofb__input inputs[] = {{"structure", true, "the structure to heat"}};

static const mofb_row params[] = {
    {"relax_optimiser", MOFB_TYPE_TEXT, 0, "", "", "lbfgs", 0, 0, NULL,
     "minimiser of the relaxations, at fixed cell"},
    {"relax_fmax_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", "0.001", 1e-8, 10, NULL,
     "stop of the relaxations"},
    {"relax_max_steps", MOFB_TYPE_INTEGER, 0, "", "", "1000", 0, 1e8, NULL,
     "most steps of a relaxation; one that does not converge goes on all the same"},
    {"timestep_fs", MOFB_TYPE_NUMBER, 0, "fs", "", "1", 1e-3, 100, NULL, "time step"},
    {"temperature_K", MOFB_TYPE_NUMBER, 0, "K", "", "300", 1e-3, 1e5, NULL,
     "of the first velocities and of NVT"},
    {"seed", MOFB_TYPE_INTEGER, 0, "", "", "0", 0, 4503599627370496.0, NULL,
     "of velocities and random forces"},
    {"nvt_steps", MOFB_TYPE_INTEGER, 0, "", "", "1000", 0, 1e10, NULL, "steps of Langevin dynamics"},
    {"nvt_friction_per_fs", MOFB_TYPE_NUMBER, 0, "1/fs", "", "0.01", 1e-9, 10, NULL,
     "friction (Vanden-Eijnden and Ciccotti's scheme, centre of mass held)"},
    {"npt_steps", MOFB_TYPE_INTEGER, 0, "", "", "50000", 0, 1e10, NULL, "steps of each NPT stage; 0: none"},
    {"npt_temperatures_K", MOFB_TYPE_NUMBERS, 0, "K", "n_stages", "300", 1e-3, 1e5, NULL,
     "an NPT stage at each"},
    {"npt_fresh_velocities", MOFB_TYPE_BOOL, 0, "", "", "false", 0, 0, NULL,
     "draw new velocities, from the same seed, at each NPT stage"},
    {"pressure_bar", MOFB_TYPE_NUMBER, 0, "bar", "", "1", -1e7, 1e7, NULL, "pressure of NPT"},
    {"tdamp_fs", MOFB_TYPE_NUMBER, 0, "fs", "", "100", 1e-3, 1e8, NULL, "time constant of the thermostats"},
    {"pdamp_fs", MOFB_TYPE_NUMBER, 0, "fs", "", "1000", 1e-3, 1e8, NULL, "time constant of the barostat"},
    {"chain", MOFB_TYPE_INTEGER, 0, "", "", "3", 1, 8, NULL, "thermostats in a chain"},
    {"frame_interval", MOFB_TYPE_INTEGER, 0, "", "", "100", 1, 1e8, NULL,
     "steps between frames and points of the series"},
    {"final_relaxation", MOFB_TYPE_BOOL, 0, "", "", "false", 0, 0, NULL,
     "relax at fixed cell after the dynamics"},
    {"max_energy_eV", MOFB_TYPE_NUMBER, 0, "eV", "", "1e5", 0, 1e12, NULL,
     "an energy beyond ± this counts as exploded"},
    {"max_temperature_factor", MOFB_TYPE_NUMBER, 0, "", "", "10", 1, 1e6, NULL,
     "a temperature above this many times the target counts as exploded"},
    {"collapse_ratio", MOFB_TYPE_NUMBER, 0, "", "", "0.5", 0, 1, NULL,
     "a volume below this part of the first counts as collapsed and ends the run"},
    {"drift_fraction", MOFB_TYPE_NUMBER, 0, "", "", "0.1", 0, 1e6, NULL,
     "a mean volume at the end that differs by more than this part of the first counts as drifted"},
    {"drift_window", MOFB_TYPE_NUMBER, 0, "", "", "0.1", 1e-6, 1, NULL,
     "part of the NPT run that 'at the end' means"},
    {"coordination_factor", MOFB_TYPE_NUMBER, 0, "", "", "1.25", 0.5, 3, NULL,
     "of the sum of covalent radii, for the simple coordination"},
};

static const mofb__outcome outcomes[] = {
    {"stable", true, "none of the others"},
    {"drifted", false, "the mean volume at the end differs from the first by more than drift_fraction"},
    {"collapsed", false, "the volume fell below collapse_ratio of the first"},
    {"exploded", false, "energy not a number or beyond max_energy_eV, or much too hot"},
};

static const mofb_row results[] = {
    MOFB__RELAXATION_ROWS,
    {"n_md_steps", MOFB_TYPE_INTEGER, MOFB_ROW_HEADLINE, "", "", NULL, 0, 0, NULL, "steps of dynamics done"},
    {"mean_temperature_K", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "K", "", NULL, 0, 0, NULL,
     "mean of the last stage"},
    {"mean_pressure_bar", MOFB_TYPE_NUMBER, 0, "bar", "", NULL, 0, 0, NULL,
     "mean of the last stage, kinetic part included"},
    {"volume_start_A3", MOFB_TYPE_NUMBER, 0, "Å³", "", NULL, 0, 0, NULL, "volume of the input"},
    {"volume_end_A3", MOFB_TYPE_NUMBER, 0, "Å³", "", NULL, 0, 0, NULL,
     "mean volume over drift_window at the end"},
    {"volume_change_percent", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "%", "", NULL, 0, 0, NULL,
     "the latter beyond the former"},
    {"conserved_drift_eV_per_ps", MOFB_TYPE_NUMBER, 0, "eV/ps", "", NULL, 0, 0, NULL,
     "change of the conserved quantity over the last stage, per time"},
    {"rmsd_A", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "Å", "", NULL, 0, 0, NULL,
     "of the end from the relaxed structure: minimum image, translation removed, per atom"},
    {"rmsd_mofsimbench_A", MOFB_TYPE_NUMBER, 0, "Å", "", NULL, 0, 0, NULL,
     "the same as the benchmark defines it: aligned, minimum image, per component"},
    {"com_drift_A", MOFB_TYPE_NUMBER, 0, "Å", "", NULL, 0, 0, NULL,
     "way of the centre of mass during the dynamics, beyond what the cell carried it"},
    MOFB__METALS_ROWS,
    {"final_relaxation_converged", MOFB_TYPE_BOOL, 0, "", "", NULL, 0, 0, NULL,
     "whether the last relaxation converged"},
    {"final_relaxation_steps", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL, "its optimiser steps"},
    {"final_relaxation_energy_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, "energy after it"},
    {"stages", MOFB_TYPE_TEXT, 0, "", "n_stages", NULL, 0, 0, NULL,
     "list with name, target_K, n_steps, end, first and count: where its samples begin in the md_ series, "
     "how many"},
    {"md_time_ps", MOFB_TYPE_NUMBERS, 0, "ps", "n_samples", NULL, 0, 0, NULL,
     "time since the first stage began"},
    {"md_step", MOFB_TYPE_NUMBERS, 0, "", "n_samples", NULL, 0, 0, NULL, "step within the stage"},
    {"md_temperature_K", MOFB_TYPE_NUMBERS, 0, "K", "n_samples", NULL, 0, 0, NULL,
     "temperature, 3N degrees of freedom"},
    {"md_pressure_bar", MOFB_TYPE_NUMBERS, 0, "bar", "n_samples", NULL, 0, 0, NULL,
     "pressure, kinetic part included"},
    {"md_volume_A3", MOFB_TYPE_NUMBERS, 0, "Å³", "n_samples", NULL, 0, 0, NULL, "volume"},
    {"md_energy_potential_eV", MOFB_TYPE_NUMBERS, 0, "eV", "n_samples", NULL, 0, 0, NULL, "potential energy"},
    {"md_energy_kinetic_eV", MOFB_TYPE_NUMBERS, 0, "eV", "n_samples", NULL, 0, 0, NULL, "kinetic energy"},
    {"md_conserved_eV", MOFB_TYPE_NUMBERS, 0, "eV", "n_samples", NULL, 0, 0, NULL,
     "conserved quantity, null in stages that have none"},
    {"final_structure", MOFB_TYPE_STRUCTURE, 0, "", "", NULL, 0, 0, NULL, "the structure at the end"},
};

static const mofb__plot plots[] = {
    {"temperature.svg",
     "Molecular dynamics",
     "md_time_ps",
     {"md_temperature_K"},
     "time / ps",
     "temperature / K",
     false,
     false},
    {"volume.svg",
     "Molecular dynamics",
     "md_time_ps",
     {"md_volume_A3"},
     "time / ps",
     "volume / Å³",
     false,
     false},
    {"energy.svg",
     "Molecular dynamics",
     "md_time_ps",
     {"md_energy_potential_eV"},
     "time / ps",
     "potential energy / eV",
     false,
     false},
};

typedef struct stability {
    mofb__context *ctx;
    const mofb_values *p;
    const mofb_structure *structure;
    mofb_system *system; /* one for all stages: topology is perceived in the input structure alone */
    mofb__relaxation *relaxation, *last;
    mofb__md_state *state;
    mofb__dynamics **stages; /* NVT, then NPT; NULL where not begun [n_stages] */
    size_t n_stages;
    uint64_t at;            /* 0 relaxation, k the stage k − 1, n_stages + 1 the last relaxation */
    double relaxing, total; /* weights for the progress, in steps */
} stability;

static uint64_t count_of(const stability *t, const char *key) {
    return (uint64_t)mofb_values_integer(t->p, key);
}

static mofb__dynamics_setup setup_of(const stability *t, size_t k) {
    const mofb_values *p = t->p;
    size_t n;
    const double *targets = mofb_values_numbers(p, "npt_temperatures_K", &n);
    mofb__dynamics_setup s = {
        .integrator =
            {.name = k ? "mtk" : "langevin",
             .timestep = mofb_values_number(p, "timestep_fs"),
             .temperature = k ? targets[k - 1] : mofb_values_number(p, "temperature_K"),
             .friction = mofb_values_number(p, "nvt_friction_per_fs"),
             .pressure = mofb_values_number(p, "pressure_bar"),
             .tdamp = mofb_values_number(p, "tdamp_fs"),
             .pdamp = mofb_values_number(p, "pdamp_fs"),
             /* another sequence than that of the velocities, which are drawn from the seed itself */
             .seed = count_of(t, "seed") + 1,
             .chain = (int32_t)mofb_values_integer(p, "chain")},
        .n_steps = count_of(t, k ? "npt_steps" : "nvt_steps"),
        .interval = count_of(t, "frame_interval"),
        .max_energy = mofb_values_number(p, "max_energy_eV"),
        .min_volume = mofb_values_number(p, "collapse_ratio") * mofb_structure_volume(t->structure),
    };
    s.max_temperature = mofb_values_number(p, "max_temperature_factor") * s.integrator.temperature;
    if (!k) snprintf(s.name, sizeof s.name, "nvt");
    else if (t->n_stages == 2) snprintf(s.name, sizeof s.name, "npt");
    else snprintf(s.name, sizeof s.name, "npt_%u", (unsigned)k);
    return s;
}

static mofb_status new_relaxation(mofb__relaxation **out, const stability *t, const double *positions,
                                  const double *cell) {
    mofb__relax_options options = mofb__relaxation_options(t->p, "relax_", false);
    return mofb__relaxation_new(out, t->system, positions, cell, &options, t->ctx->a);
}

static mofb_status new_state(stability *t) {
    return mofb__md_state_new(&t->state, t->relaxation->n_atoms, mofb_structure_numbers(t->structure),
                              t->relaxation->positions, t->relaxation->has_cell ? t->relaxation->cell : NULL,
                              t->ctx->a);
}

static void save(void *user, mofb__blob *b) {
    const stability *t = user;
    mofb__blob_put_u64(b, "stability", t->at);
    mofb__relaxation_save(t->relaxation, b);
    if (!t->at) return;
    mofb__md_state_save(t->state, b);
    for (size_t k = 0; k < t->n_stages && t->stages[k]; k++) {
        mofb__blob_put_u64(b, "stage", k);
        mofb__dynamics_save(t->stages[k], b);
    }
    if (t->last) mofb__relaxation_save(t->last, b);
}

static mofb_status load(stability *t, mofb__blob *b) {
    MOFB__TRY(mofb__blob_get_u64(b, "stability", &t->at));
    if (t->at > t->n_stages + 1)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "checkpoint: has more stages than the task");
    MOFB__TRY(mofb__relaxation_load(t->relaxation, b));
    if (!t->at) return MOFB_OK;
    MOFB__TRY(new_state(t));
    MOFB__TRY(mofb__md_state_load(t->state, b));
    for (uint64_t k = 0, stored; k < t->at && k < t->n_stages; k++) {
        mofb__dynamics_setup setup = setup_of(t, k);
        MOFB__TRY(mofb__blob_get_u64(b, "stage", &stored));
        MOFB__TRY(mofb__dynamics_new(&t->stages[k], t->ctx, t->system, t->state, &setup));
        MOFB__TRY(mofb__dynamics_load(t->stages[k], b));
    }
    if (t->at <= t->n_stages) return MOFB_OK;
    MOFB__TRY(new_relaxation(&t->last, t, t->state->positions, t->state->has_cell ? t->state->cell : NULL));
    return mofb__relaxation_load(t->last, b);
}

static mofb_status relax(stability *t, mofb__relaxation *r, const char *name, double from, double to) {
    mofb__relaxation_stage stage = {.name = name,
                                    .csv = r == t->last ? "final_relaxation.csv" : "relaxation.csv",
                                    .trajectory = "trajectory.extxyz",
                                    .interval = count_of(t, "frame_interval"),
                                    .from = from,
                                    .to = to,
                                    .save = save,
                                    .user = t};
    return mofb__relaxation_run(t->ctx, &r, 1, &stage);
}

/* Velocities, thermostats and forces of a stage; nothing is told before all is there. */
static mofb_status begin(stability *t, size_t k) {
    mofb__dynamics_setup setup = setup_of(t, k);
    if (!k) MOFB__TRY(new_state(t));
    if (!k || mofb_values_bool(t->p, "npt_fresh_velocities")) {
        mofb__rng rng;
        mofb__rng_seed(&rng, count_of(t, "seed"));
        mofb__md_thermalise(t->state, setup.integrator.temperature, &rng);
    }
    MOFB__TRY(mofb__dynamics_new(&t->stages[k], t->ctx, t->system, t->state, &setup));
    t->at = k + 1;
    return MOFB_OK;
}

static mofb_status heat(stability *t) {
    double done = t->relaxing;
    for (size_t k = 0; k < t->n_stages; k++) {
        if (!t->stages[k]) MOFB__TRY(begin(t, k));
        mofb__dynamics *d = t->stages[k];
        double from = done;
        done += (double)d->setup.n_steps;
        mofb__moment moment = {.fraction = from / t->total, .save = save, .user = t};
        MOFB__TRY(mofb__dynamics_run(d, "trajectory.extxyz", moment, done / t->total));
        if (d->end != MOFB__MD_COMPLETE) break;
    }
    return MOFB_OK;
}

static const mofb__dynamics *last_stage(const stability *t) {
    size_t k = t->n_stages;
    while (k && !t->stages[k - 1]) k--;
    return k ? t->stages[k - 1] : NULL;
}

static bool survived(const stability *t) {
    const mofb__dynamics *d = last_stage(t);
    return t->relaxation->end != MOFB__RELAX_EXPLODED && d && d->end == MOFB__MD_COMPLETE;
}

static mofb_status run_stages(stability *t) {
    double tail = mofb_values_bool(t->p, "final_relaxation") ? t->relaxing : 0;
    MOFB__TRY(relax(t, t->relaxation, "relaxation", 0, t->relaxing / t->total));
    if (t->relaxation->end == MOFB__RELAX_EXPLODED) return MOFB_OK;
    MOFB__TRY(heat(t));
    if (!tail || !survived(t)) return MOFB_OK;
    if (!t->last) {
        MOFB__TRY(
            new_relaxation(&t->last, t, t->state->positions, t->state->has_cell ? t->state->cell : NULL));
        t->at = t->n_stages + 1;
    }
    return relax(t, t->last, "final_relaxation", 1 - tail / t->total, 1);
}

/* Mean of a column over the last `count` samples. */
static double tail_mean(const mofb__dynamics *d, int column, size_t count) {
    double sum = 0;
    if (count > d->n_series) count = d->n_series;
    for (size_t k = d->n_series - count; k < d->n_series; k++)
        sum += d->series[MOFB__MD_COLUMNS * k + (size_t)column];
    return count ? sum / (double)count : NAN;
}

/* Samples that drift_window covers, at least one. */
static size_t window(const stability *t) {
    size_t samples = 0;
    for (size_t k = 1; k < t->n_stages; k++) samples += t->stages[k] ? t->stages[k]->n_series : 0;
    double n = ceil(mofb_values_number(t->p, "drift_window") * (double)samples);
    return n < 1 ? 1 : (size_t)n;
}

static void report_stage(mofb__json *list, const mofb__dynamics *d, size_t first) {
    static const char *const ends[] = {"running", "complete", "exploded", "collapsed"};
    mofb__json *o = mofb__json_add_object(list, NULL);
    mofb__json_add_text(o, "name", d->setup.name);
    mofb__json_add_number(o, "target_K", d->setup.integrator.temperature);
    mofb__json_add_integer(o, "n_steps", (int64_t)d->step);
    mofb__json_add_text(o, "end", ends[d->end]);
    mofb__json_add_integer(o, "first", (int64_t)first);
    mofb__json_add_integer(o, "count", (int64_t)d->n_series);
}

/* A column of all stages one behind the other; left out if it exists in none. Column MOFB__MD_COLUMNS:
   time. */
static void report_column(mofb_result *r, const char *key, const stability *t, size_t column,
                          double *values) {
    size_t n = 0;
    bool exists = false;
    double start = 0;
    for (size_t k = 0; k < t->n_stages && t->stages[k]; k++) {
        const mofb__dynamics *d = t->stages[k];
        double ps = d->setup.integrator.timestep / 1000;
        for (size_t i = 0; i < d->n_series; i++, n++) {
            const double *row = d->series + MOFB__MD_COLUMNS * i;
            values[n] = column < MOFB__MD_COLUMNS ? row[column] : start + ps * row[MOFB__MD_STEP];
            exists = exists || isfinite(values[n]);
        }
        start += ps * (double)d->step;
    }
    if (exists) mofb__result_series(r, key, values, n, 0);
}

static mofb_status report_stages(mofb_result *r, const stability *t) {
    static const char *const keys[MOFB__MD_COLUMNS + 1] = {"md_step",
                                                           "md_temperature_K",
                                                           "md_pressure_bar",
                                                           "md_volume_A3",
                                                           "md_energy_potential_eV",
                                                           "md_energy_kinetic_eV",
                                                           "md_conserved_eV",
                                                           "md_time_ps"};
    mofb__json *list = mofb__json_add_array(mofb__result_rows(r), "stages");
    size_t n = 0;
    for (size_t k = 0; k < t->n_stages && t->stages[k]; k++) {
        report_stage(list, t->stages[k], n);
        n += t->stages[k]->n_series;
    }
    double *values = mofb__alloc(t->ctx->a, n * sizeof *values);
    if (!values) return mofb__no_memory();
    for (size_t c = 0; c <= MOFB__MD_COLUMNS; c++) report_column(r, keys[c], t, c, values);
    mofb__free(values);
    return MOFB_OK;
}

static void centre_of_mass(double out[3], const mofb__md_state *s, const double *positions) {
    double total = 0;
    out[0] = out[1] = out[2] = 0;
    for (size_t i = 0; i < s->n_atoms; i++) {
        total += s->masses[i];
        for (int k = 0; k < 3; k++) out[k] += s->masses[i] * positions[3 * i + k];
    }
    for (int k = 0; k < 3; k++) out[k] /= total;
}

static void report_drift(mofb_result *r, const stability *t) {
    double from[3], to[3], inverse[9];
    centre_of_mass(from, t->state, t->relaxation->positions);
    centre_of_mass(to, t->state, t->state->positions);
    if (t->state->has_cell && !mofb__inverse3(inverse, t->relaxation->cell)) {
        mofb__row_times(from, from, inverse);
        mofb__row_times(from, from, t->state->cell);
    }
    for (int k = 0; k < 3; k++) to[k] -= from[k];
    mofb__result_number(r, "com_drift_A", sqrt(mofb__dot(to, to)));
}

/* Numbers of the dynamics; returns the change of volume, nan where there is none. */
static double report_dynamics(mofb_result *r, const stability *t) {
    const mofb__dynamics *d = last_stage(t);
    double start = mofb_structure_volume(t->structure), change = NAN;
    uint64_t steps = 0;
    for (size_t k = 0; k < t->n_stages && t->stages[k]; k++) steps += t->stages[k]->step;
    mofb__result_integer(r, "n_md_steps", (int64_t)steps);
    mofb__result_number(r, "mean_temperature_K", tail_mean(d, MOFB__MD_TEMPERATURE, d->n_series));
    mofb__result_number(r, "mean_pressure_bar", tail_mean(d, MOFB__MD_PRESSURE, d->n_series));
    if (mofb__is_bulk(t->structure)) {
        double end = tail_mean(d, MOFB__MD_VOLUME, window(t));
        change = end / start - 1;
        mofb__result_number(r, "volume_start_A3", start);
        mofb__result_number(r, "volume_end_A3", end);
        mofb__result_number(r, "volume_change_percent", 100 * change);
    }
    if (d->n_series > 1) {
        const double *first = d->series, *last = d->series + MOFB__MD_COLUMNS * (d->n_series - 1);
        double ps = (last[MOFB__MD_STEP] - first[MOFB__MD_STEP]) * d->setup.integrator.timestep / 1000;
        mofb__result_number(r, "conserved_drift_eV_per_ps",
                            (last[MOFB__MD_CONSERVED] - first[MOFB__MD_CONSERVED]) / ps);
    }
    return change;
}

static const char *judge(const stability *t, double change) {
    const mofb__dynamics *d = last_stage(t);
    if (t->relaxation->end == MOFB__RELAX_EXPLODED || (t->last && t->last->end == MOFB__RELAX_EXPLODED) ||
        !d || d->end == MOFB__MD_EXPLODED)
        return "exploded";
    if (d->end == MOFB__MD_COLLAPSED) return "collapsed";
    return fabs(change) > mofb_values_number(t->p, "drift_fraction") ? "drifted" : "stable";
}

/* Where the atoms are at the end, NULL cell without one. */
static void end_point(const stability *t, const double **positions, const double **cell) {
    const mofb__relaxation *r = t->last ? t->last : t->relaxation;
    bool moved = t->state && !t->last;
    *positions = moved ? t->state->positions : r->positions;
    *cell = !r->has_cell ? NULL : moved ? t->state->cell : r->cell;
}

/* Whether a structure can be made of coordinates and distances measured in it: an explosion may leave no numbers,
   or atoms millions of cells away. */
static bool usable(const double *positions, size_t n_atoms, const double *cell) {
    const double farthest = 1e6, least_volume = 0.01; /* Å, Å³ */
    if (cell && !(mofb__cell_volume(cell) > least_volume)) return false;
    for (size_t k = 0; k < 3 * n_atoms; k++)
        if (!(fabs(positions[k]) < farthest)) return false;
    return true;
}

/* The structure at the end, if an explosion left one. */
static mofb_status report_end(mofb_result *r, const stability *t, mofb__metals *metals) {
    const mofb__relaxation *relaxed = t->relaxation;
    const double *positions, *cell;
    double factor = mofb_values_number(t->p, "coordination_factor"), rmsd;
    mofb_structure *start;
    end_point(t, &positions, &cell);
    MOFB__TRY(mofb__metals_measure(metals, MOFB__METALS_START, mofb_structure_positions(t->structure), NULL,
                                   factor));
    MOFB__TRY(mofb__metals_measure(metals, MOFB__METALS_RELAXED, relaxed->positions,
                                   relaxed->has_cell ? relaxed->cell : NULL, factor));
    bool there = usable(positions, relaxed->n_atoms, cell);
    if (there) {
        MOFB__TRY(mofb__metals_measure(metals, MOFB__METALS_END, positions, cell, factor));
        MOFB__TRY(mofb__structure_moved(&start, t->structure, relaxed->positions,
                                        relaxed->has_cell ? relaxed->cell : NULL, t->ctx->a));
        mofb_status status = mofb__rmsd(&rmsd, start, positions, cell);
        if (!status) mofb__result_number(r, "rmsd_A", rmsd);
        if (!status) status = mofb__rmsd_aligned(&rmsd, start, positions);
        if (!status) mofb__result_number(r, "rmsd_mofsimbench_A", rmsd);
        mofb_structure_free(start);
        if (status) return status;
        if (t->state) report_drift(r, t);
    }
    MOFB__TRY(mofb__metals_report(r, metals));
    if (t->last) {
        mofb__result_bool(r, "final_relaxation_converged", t->last->end == MOFB__RELAX_CONVERGED);
        mofb__result_integer(r, "final_relaxation_steps", (int64_t)t->last->steps);
        mofb__result_number(r, "final_relaxation_energy_eV", t->last->energy);
    }
    MOFB__TRY(report_stages(r, t));
    if (!there) return MOFB_OK;
    return mofb__report_structure(r, "final_structure", t->ctx, "final.extxyz", t->structure, positions,
                                  cell);
}

static mofb_status report(mofb_result *r, const stability *t) {
    mofb__metals metals;
    double change = NAN;
    MOFB__TRY(mofb__relaxation_report(r, t->relaxation, t->ctx));
    if (last_stage(t)) change = report_dynamics(r, t);
    mofb__result_outcome(r, judge(t, change));
    MOFB__TRY(mofb__metals_new(&metals, t->structure, t->ctx->a));
    mofb_status status = report_end(r, t, &metals);
    mofb__metals_free(&metals);
    return status;
}

static void release(stability *t) {
    for (size_t k = 0; t->stages && k < t->n_stages; k++) mofb__dynamics_free(t->stages[k]);
    mofb__free(t->stages);
    mofb__md_state_free(t->state);
    mofb__relaxation_free(t->relaxation);
    mofb__relaxation_free(t->last);
    mofb_system_free(t->system);
}

/* Everything up to the first step. */
static mofb_status prepare(stability *t) {
    size_t n_npt;
    mofb_values_numbers(t->p, "npt_temperatures_K", &n_npt);
    if (!count_of(t, "npt_steps")) n_npt = 0;
    if (n_npt) MOFB__TRY(mofb__need_bulk(t->structure, "stability with NPT stages"));
    if (mofb_structure_count(t->structure) < 2)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_few_atoms",
                          "stability needs two atoms or more, since it holds their centre of mass; take a "
                          "supercell");
    t->n_stages = 1 + n_npt;
    t->stages = mofb__calloc(t->ctx->a, t->n_stages, sizeof(mofb__dynamics *));
    if (!t->stages) return mofb__no_memory();
    t->relaxing = 0.3 * (double)count_of(t, "relax_max_steps");
    t->total = t->relaxing * (mofb_values_bool(t->p, "final_relaxation") ? 2 : 1) +
               (double)count_of(t, "nvt_steps") + (double)n_npt * (double)count_of(t, "npt_steps") + 1;
    MOFB__TRY(mofb_system_new(&t->system, t->ctx->evaluator, t->structure));
    MOFB__TRY(new_relaxation(&t->relaxation, t, mofb_structure_positions(t->structure),
                             mofb_structure_cell(t->structure)));
    return t->ctx->restored ? load(t, t->ctx->restored) : MOFB_OK;
}

static mofb_status run(mofb__context *ctx, const mofb_values *p, const mofb_structure *const *in,
                       mofb_result *result) {
    stability t = {.ctx = ctx, .p = p, .structure = in[0]};
    mofb_status status = prepare(&t);
    if (!status) status = run_stages(&t);
    if (!status) status = report(result, &t);
    release(&t);
    return status;
}

const mofb__task_kind mofb__task_stability = {
    .name = "stability",
    .title = "Stability",
    .summary = "Molecular dynamics at temperature and pressure: stable, drifted, collapsed or exploded",
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
