/* SPDX-License-Identifier: MIT */
/* Heat capacity of harmonic phonons: relaxation, displaced supercells, force constants, mesh, C_V. */
#include <math.h>
#include <string.h>

#include "physics/phonon.h"
#include "structure/cell.h"
#include "structure/structure.h"
#include "tasks/relaxation.h"
#include "tasks/report.h"

static const mofb__input inputs[] = {{"structure", true, "the structure to heat"}};

static const mofb_row params[] = {
    {"relax_optimiser", MOFB_TYPE_TEXT, 0, "", "", "lbfgs", 0, 0, NULL,
     "minimiser of the relaxation of atoms and cell"},
    {"relax_fmax_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", "0.001", 1e-8, 10, NULL,
     "stop of that relaxation"},
    {"relax_max_steps", MOFB_TYPE_INTEGER, 0, "", "", "1000", 0, 1e8, NULL, "its most steps"},
    {"supercell_length_A", MOFB_TYPE_NUMBER, 0, "Å", "", "0", 0, 1e4, NULL,
     "smallest supercell whose perpendicular heights reach this; 0: the cell itself"},
    {"displacement_A", MOFB_TYPE_NUMBER, 0, "Å", "", "0.01", 1e-5, 1, NULL, "length of a displacement"},
    {"symprec_A", MOFB_TYPE_NUMBER, 0, "Å", "", "1e-5", 1e-10, 1, NULL, "tolerance of the space group"},
    {"fc_symmetrise", MOFB_TYPE_BOOL, 0, "", "", "false", 0, 0, NULL,
     "impose translational and permutation symmetry on the force constants; the other choice's C_V is told "
     "beside it"},
    {"mesh_length_A", MOFB_TYPE_NUMBER, 0, "Å", "", "100", 0, 1e5, NULL, "length that sets the q mesh"},
    {"temperature_max_K", MOFB_TYPE_NUMBER, 0, "K", "", "1000", 0, 1e5, NULL, "end of the series"},
    {"temperature_step_K", MOFB_TYPE_NUMBER, 0, "K", "", "10", 1e-2, 1e5, NULL, "step of the series"},
    {"imaginary_threshold_THz", MOFB_TYPE_NUMBER, 0, "THz", "", "0.01", 0, 1e3, NULL,
     "a mode below minus this counts as imaginary"},
    {"max_energy_eV", MOFB_TYPE_NUMBER, 0, "eV", "", "1e5", 0, 1e12, NULL,
     "an energy beyond ± this counts as exploded"},
};

static const mofb__outcome outcomes[] = {
    {"computed", true, "the relaxation converged and no mode is imaginary"},
    {"imaginary_modes", false, "some modes are imaginary and missing from the sums"},
    {"not_converged", false, "the relaxation did not converge"},
    {"exploded", false, "the relaxation ran away; there are no phonons"},
};

static const mofb_row results[] = {
    {"cv_300K_J_per_K_g", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "J/K/g", "", NULL, 0, 0, NULL,
     "C_V at 300 K per gram"},
    {"cv_300K_J_per_K_mol", MOFB_TYPE_NUMBER, 0, "J/K/mol", "", NULL, 0, 0, NULL,
     "C_V at 300 K per mole of cells"},
    {"cv_300K_J_per_K_mol_atom", MOFB_TYPE_NUMBER, 0, "J/K/mol", "", NULL, 0, 0, NULL,
     "C_V at 300 K per mole of atoms"},
    {"cv_300K_raw_J_per_K_g", MOFB_TYPE_NUMBER, 0, "J/K/g", "", NULL, 0, 0, NULL,
     "C_V at 300 K with the force constants as they come"},
    {"cv_300K_symmetrised_J_per_K_g", MOFB_TYPE_NUMBER, 0, "J/K/g", "", NULL, 0, 0, NULL,
     "C_V at 300 K with translational and permutation symmetry imposed"},
    {"n_imaginary", MOFB_TYPE_INTEGER, MOFB_ROW_HEADLINE, "", "", NULL, 0, 0, NULL,
     "imaginary modes on the whole mesh, acoustic ones at Γ aside"},
    {"imaginary_share", MOFB_TYPE_NUMBER, 0, "", "", NULL, 0, 0, NULL, "their share of all modes"},
    {"lowest_THz", MOFB_TYPE_NUMBER, 0, "THz", "", NULL, 0, 0, NULL,
     "lowest frequency, negative = imaginary, acoustic ones at Γ aside"},
    {"acoustic_gamma_THz", MOFB_TYPE_NUMBERS, 0, "THz", "3", NULL, 0, 0, NULL,
     "the three modes at Γ nearest to zero"},
    {"gamma_THz", MOFB_TYPE_NUMBERS, 0, "THz", "3 n_atoms", NULL, 0, 0, NULL, "all frequencies at Γ"},
    {"space_group", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL,
     "number of the relaxed structure's space group"},
    {"supercell", MOFB_TYPE_NUMBERS, 0, "", "3", NULL, 0, 0, NULL, "cells of the supercell along each axis"},
    {"mesh", MOFB_TYPE_NUMBERS, 0, "", "3", NULL, 0, 0, NULL, "q points along each axis"},
    {"n_q", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL, "q points that symmetry leaves"},
    {"n_displacements", MOFB_TYPE_INTEGER, MOFB_ROW_HEADLINE, "", "", NULL, 0, 0, NULL,
     "displaced supercells"},
    {"temperatures_K", MOFB_TYPE_NUMBERS, 0, "K", "n_temperatures", NULL, 0, 0, NULL,
     "temperatures of the series"},
    {"cv_J_per_K_mol", MOFB_TYPE_NUMBERS, 0, "J/K/mol", "n_temperatures", NULL, 0, 0, NULL,
     "C_V per mole of cells"},
    {"entropy_J_per_K_mol", MOFB_TYPE_NUMBERS, 0, "J/K/mol", "n_temperatures", NULL, 0, 0, NULL,
     "entropy per mole of cells"},
    {"free_energy_kJ_per_mol", MOFB_TYPE_NUMBERS, 0, "kJ/mol", "n_temperatures", NULL, 0, 0, NULL,
     "free energy per mole of cells, zero-point energy included"},
    {"dos_THz", MOFB_TYPE_NUMBERS, 0, "THz", "201", NULL, 0, 0, NULL, "frequencies of the density of states"},
    {"dos_per_THz", MOFB_TYPE_NUMBERS, 0, "1/THz", "201", NULL, 0, 0, NULL,
     "density of states, integral 3 n_atoms"},
    MOFB__RELAXATION_ROWS,
};

static const mofb__plot plots[] = {
    {"heat_capacity.svg",
     "Heat capacity",
     "temperatures_K",
     {"cv_J_per_K_mol"},
     "temperature / K",
     "C_V / J/K per mole of cells",
     false,
     false},
    {"phonon_dos.svg",
     "Phonon density of states",
     "dos_THz",
     {"dos_per_THz"},
     "frequency / THz",
     "states / THz",
     false,
     false},
};

typedef struct heat {
    mofb__context *ctx;
    const mofb_values *p;
    const mofb_structure *structure;
    mofb_system *system;
    mofb__relaxation *relaxation;
    mofb_structure *relaxed;
    mofb__phonon *phonon;
    int32_t repeats[3];
    size_t n_displacements, n_super;
    double *forces;            /* [n_displacements][n_super][3] */
    uint64_t done;             /* displacements evaluated */
    bool displacing;           /* past the relaxation */
    double mesh_from, mesh_to; /* fractions of the task while a mesh runs */
    mofb_status mesh_status;   /* why it was stopped */
} heat;

static void save(void *user, mofb__blob *b) {
    const heat *t = user;
    mofb__blob_put_u64(b, "heat_capacity", t->displacing);
    mofb__relaxation_save(t->relaxation, b);
    if (!t->displacing) return;
    mofb__blob_put_u64(b, "done", t->done);
    mofb__blob_put_f64(b, "forces", t->forces, (size_t)t->done * 3 * t->n_super);
}

/* Symmetry and displacements of the relaxed structure. */
static mofb_status begin_displacing(heat *t) {
    const mofb__relaxation *r = t->relaxation;
    mofb__phonon_options options = {.distance = mofb_values_number(t->p, "displacement_A"),
                                    .symprec = mofb_values_number(t->p, "symprec_A"),
                                    .threads = t->ctx->threads};
    MOFB__TRY(mofb__structure_moved(&t->relaxed, t->structure, r->positions, r->cell, t->ctx->a));
    mofb__phonon_repeats(t->repeats, r->cell, mofb_values_number(t->p, "supercell_length_A"));
    memcpy(options.repeats, t->repeats, sizeof options.repeats);
    MOFB__TRY(mofb__phonon_new(&t->phonon, t->relaxed, &options, t->ctx->a));
    t->n_displacements = mofb__phonon_displacement_count(t->phonon);
    t->n_super = mofb_structure_count(mofb__phonon_supercell(t->phonon));
    t->forces = mofb__calloc(t->ctx->a, t->n_displacements, 3 * t->n_super * sizeof *t->forces);
    if (!t->forces) return mofb__no_memory();
    t->displacing = true;
    return MOFB_OK;
}

static mofb_status load(heat *t, mofb__blob *b) {
    uint64_t displacing;
    MOFB__TRY(mofb__blob_get_u64(b, "heat_capacity", &displacing));
    MOFB__TRY(mofb__relaxation_load(t->relaxation, b));
    if (!displacing) return MOFB_OK;
    MOFB__TRY(begin_displacing(t));
    MOFB__TRY(mofb__blob_get_u64(b, "done", &t->done));
    if (t->done > t->n_displacements)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint",
                          "checkpoint: has more displacements than the task");
    return mofb__blob_get_f64(b, "forces", t->forces, (size_t)t->done * 3 * t->n_super);
}

static mofb_status prepare(heat *t) {
    const mofb_structure *s = t->structure;
    mofb__relax_options options = mofb__relaxation_options(t->p, "relax_", true);
    MOFB__TRY(mofb__need_bulk(s, "heat_capacity"));
    MOFB__TRY(mofb_system_new(&t->system, t->ctx->evaluator, s));
    MOFB__TRY(mofb__relaxation_new(&t->relaxation, t->system, mofb_structure_positions(s),
                                   mofb_structure_cell(s), &options, t->ctx->a));
    return t->ctx->restored ? load(t, t->ctx->restored) : MOFB_OK;
}

/* A few supercells that take the displacements in turn. */
typedef struct pool {
    size_t count;
    mofb_system **systems;
    mofb_request *requests, **list;
    double *positions; /* [count][n_super][3] */
} pool;

static void pool_free(pool *q) {
    for (size_t k = 0; q->systems && k < q->count; k++) mofb_system_free(q->systems[k]);
    mofb__free(q->systems);
    mofb__free(q->requests);
    mofb__free(q->list);
    mofb__free(q->positions);
}

/* Systems of the supercell of the input structure, not of the relaxed one, so that what a force field
   perceives is what it perceived for the relaxation. The order of atoms is the same. */
static mofb_status pool_new(pool *q, const heat *t) {
    const mofb_allocator *a = t->ctx->a;
    size_t batch = mofb__context_batch(t->n_super), left = t->n_displacements - (size_t)t->done;
    const int32_t m[9] = {t->repeats[0], 0, 0, 0, t->repeats[1], 0, 0, 0, t->repeats[2]};
    mofb_structure *super = NULL;
    mofb_status status = MOFB_OK;
    q->count = batch < left ? batch : left;
    q->systems = mofb__calloc(a, q->count, sizeof(mofb_system *));
    q->requests = mofb__calloc(a, q->count, sizeof *q->requests);
    q->list = mofb__calloc(a, q->count, sizeof(mofb_request *));
    q->positions = mofb__calloc(a, q->count, 3 * t->n_super * sizeof(double));
    if (!q->systems || !q->requests || !q->list || !q->positions) return mofb__no_memory();
    if (q->count) status = mofb_structure_supercell(&super, t->structure, m);
    for (size_t k = 0; !status && k < q->count; k++)
        status = mofb_system_new(&q->systems[k], t->ctx->evaluator, super);
    mofb_structure_free(super);
    return status;
}

static mofb_status tick(const heat *t, const char *stage, size_t done, size_t total, double from, double to) {
    return mofb__context_tick(t->ctx,
                              &(mofb__moment){.stage = stage,
                                              .step = done,
                                              .total = total,
                                              .fraction = from + (to - from) * (double)done / (double)total,
                                              .save = save,
                                              .user = (void *)t});
}

/* One batch of displacements from t->done on. */
static mofb_status displace(heat *t, pool *q) {
    const mofb_structure *super = mofb__phonon_supercell(t->phonon);
    size_t n3 = 3 * t->n_super, count = t->n_displacements - (size_t)t->done;
    if (count > q->count) count = q->count;
    for (size_t k = 0; k < count; k++) {
        size_t at = (size_t)t->done + k, atom;
        double vector[3], *x = q->positions + k * n3;
        mofb__phonon_displacement(t->phonon, at, &atom, vector);
        memcpy(x, mofb_structure_positions(super), n3 * sizeof *x);
        for (int c = 0; c < 3; c++) x[3 * atom + (size_t)c] += vector[c];
        q->requests[k] = (mofb_request){.struct_size = sizeof(mofb_request),
                                        .system = q->systems[k],
                                        .positions = x,
                                        .cell = mofb_structure_cell(super),
                                        .want = MOFB_ENERGY | MOFB_FORCES,
                                        .forces = t->forces + at * n3};
        q->list[k] = &q->requests[k];
    }
    MOFB__TRY(t->ctx->evaluate(t->ctx, q->list, count));
    t->done += count;
    return MOFB_OK;
}

static mofb_status run_stages(heat *t) {
    mofb__relaxation_stage stage = {.name = "relaxation",
                                    .csv = "relaxation.csv",
                                    .trajectory = "trajectory.extxyz",
                                    .interval = 10,
                                    .to = 0.3,
                                    .save = save,
                                    .user = t};
    pool q = {0};
    MOFB__TRY(mofb__relaxation_run(t->ctx, &t->relaxation, 1, &stage));
    if (t->relaxation->end == MOFB__RELAX_EXPLODED) return MOFB_OK;
    if (!t->displacing) MOFB__TRY(begin_displacing(t));
    mofb_status status = pool_new(&q, t);
    while (!status && t->done < t->n_displacements) {
        status = displace(t, &q);
        if (!status) status = tick(t, "displacements", (size_t)t->done, t->n_displacements, 0.3, 0.6);
    }
    pool_free(&q);
    return status;
}

static int32_t mesh_progress(void *user, size_t done, size_t total) {
    heat *t = user;
    t->mesh_status = tick(t, "phonons", done, total, t->mesh_from, t->mesh_to);
    return t->mesh_status != MOFB_OK;
}

static mofb_status run_mesh(mofb__phonon_mesh **out, heat *t, bool symmetrise, double from, double to) {
    MOFB__TRY(mofb__phonon_force_constants(t->phonon, t->forces, NULL, symmetrise));
    t->mesh_from = from, t->mesh_to = to;
    mofb_status status =
        mofb__phonon_mesh_run(out, t->phonon, mofb_values_number(t->p, "mesh_length_A"), mesh_progress, t);
    return t->mesh_status ? t->mesh_status : status;
}

static double cv_300(const mofb__phonon_mesh *m) {
    double cv, entropy, free_energy;
    mofb__phonon_thermal(m, 300, &cv, &entropy, &free_energy);
    return cv;
}

/* Modes by size: imaginary ones, and at Γ (the mesh's point 0 0 0) the three nearest to zero. */
typedef struct census {
    double acoustic[3], lowest, share, number;
} census;

static bool is_gamma(const mofb__phonon_mesh *m, size_t k) {
    return m->q[3 * k] == 0 && m->q[3 * k + 1] == 0 && m->q[3 * k + 2] == 0;
}

/* Index of the first of the three consecutive (frequencies ascend) modes nearest to zero. */
static size_t first_acoustic(const double *thz, size_t n) {
    size_t best = 0;
    for (size_t k = 1; k + 3 <= n; k++) {
        double here = fmax(fabs(thz[k]), fabs(thz[k + 2])),
               there = fmax(fabs(thz[best]), fabs(thz[best + 2]));
        if (here < there) best = k;
    }
    return best;
}

static void count_modes(census *c, const mofb__phonon_mesh *m, double threshold) {
    double points = (double)m->mesh[0] * m->mesh[1] * m->mesh[2];
    *c = (census){.lowest = INFINITY};
    for (size_t k = 0; k < m->n_q; k++) {
        const double *thz = m->thz + k * m->n_modes;
        size_t skip = m->n_modes;
        if (is_gamma(m, k)) {
            skip = first_acoustic(thz, m->n_modes);
            memcpy(c->acoustic, thz + skip, sizeof c->acoustic);
        }
        for (size_t mode = 0; mode < m->n_modes; mode++) {
            if (mode >= skip && mode < skip + 3) continue;
            if (thz[mode] < c->lowest) c->lowest = thz[mode];
            if (thz[mode] < -threshold) c->number += rint(m->weights[k] * points);
        }
    }
    c->share = c->number / (points * (double)m->n_modes);
}

static mofb_status report_series(mofb_result *r, const heat *t, const mofb__phonon_mesh *m) {
    double step = mofb_values_number(t->p, "temperature_step_K");
    size_t n = (size_t)floor(mofb_values_number(t->p, "temperature_max_K") / step + 1e-9) + 1;
    double *x = mofb__alloc(t->ctx->a, 4 * n * sizeof *x);
    mofb__str text;
    if (!x) return mofb__no_memory();
    mofb__str_init(&text, t->ctx->a);
    mofb__str_puts(&text, "point,temperature_K,cv_J_per_K_mol,entropy_J_per_K_mol,free_energy_kJ_per_mol\n");
    for (size_t k = 0; k < n; k++) {
        x[k] = step * (double)k;
        mofb__phonon_thermal(m, x[k], &x[n + k], &x[2 * n + k], &x[3 * n + k]);
        mofb__csv_line(&text, k, (double[4]){x[k], x[n + k], x[2 * n + k], x[3 * n + k]}, 4);
    }
    mofb__result_series(r, "temperatures_K", x, n, 0);
    mofb__result_series(r, "cv_J_per_K_mol", x + n, n, 0);
    mofb__result_series(r, "entropy_J_per_K_mol", x + 2 * n, n, 0);
    mofb__result_series(r, "free_energy_kJ_per_mol", x + 3 * n, n, 0);
    mofb__free(x);
    return mofb__text_write(t->ctx, "thermal.csv", &text);
}

static mofb_status report_dos(mofb_result *r, const heat *t, const mofb__phonon_mesh *m) {
    enum { POINTS = 201 };
    double thz[POINTS], dos[POINTS], low = INFINITY, high = -INFINITY;
    mofb__str text;
    for (size_t k = 0; k < m->n_q * m->n_modes; k++) {
        low = fmin(low, m->thz[k]);
        high = fmax(high, m->thz[k]);
    }
    double sigma = (high - low) / 100; /* phonopy's choice; the range has room for the tails */
    if (!(sigma > 0)) return MOFB_OK;
    for (int k = 0; k < POINTS; k++) thz[k] = low - 5 * sigma + (high - low + 10 * sigma) * k / (POINTS - 1);
    mofb__phonon_dos(m, sigma, thz, dos, POINTS);
    mofb__result_series(r, "dos_THz", thz, POINTS, 0);
    mofb__result_series(r, "dos_per_THz", dos, POINTS, 0);
    mofb__str_init(&text, t->ctx->a);
    mofb__str_puts(&text, "point,frequency_THz,dos_per_THz\n");
    for (int k = 0; k < POINTS; k++) mofb__csv_line(&text, (uint64_t)k, (double[2]){thz[k], dos[k]}, 2);
    return mofb__text_write(t->ctx, "dos.csv", &text);
}

static void report_triple(mofb_result *r, const char *key, const int32_t v[3]) {
    mofb__result_series(r, key, (double[3]){v[0], v[1], v[2]}, 3, 0);
}

static mofb_status report_mesh(mofb_result *r, const heat *t, const mofb__phonon_mesh *m) {
    double cv = cv_300(m);
    census c;
    count_modes(&c, m, mofb_values_number(t->p, "imaginary_threshold_THz"));
    mofb__result_outcome(r, t->relaxation->end != MOFB__RELAX_CONVERGED ? "not_converged"
                            : c.number > 0                              ? "imaginary_modes"
                                                                        : "computed");
    mofb__result_number(r, "cv_300K_J_per_K_g", cv / mofb_structure_mass(t->structure));
    mofb__result_number(r, "cv_300K_J_per_K_mol", cv);
    mofb__result_number(r, "cv_300K_J_per_K_mol_atom", cv / (double)t->relaxation->n_atoms);
    mofb__result_integer(r, "n_imaginary", (int64_t)c.number);
    mofb__result_number(r, "imaginary_share", c.share);
    mofb__result_number(r, "lowest_THz", c.lowest);
    mofb__result_series(r, "acoustic_gamma_THz", c.acoustic, 3, 0);
    for (size_t k = 0; k < m->n_q; k++)
        if (is_gamma(m, k)) mofb__result_series(r, "gamma_THz", m->thz + k * m->n_modes, m->n_modes, 0);
    mofb__result_integer(r, "space_group", mofb__phonon_spacegroup(t->phonon));
    report_triple(r, "supercell", t->repeats);
    report_triple(r, "mesh", m->mesh);
    mofb__result_integer(r, "n_q", (int64_t)m->n_q);
    mofb__result_integer(r, "n_displacements", (int64_t)t->n_displacements);
    MOFB__TRY(report_series(r, t, m));
    return report_dos(r, t, m);
}

typedef mofb_status (*printer)(const mofb__phonon *p, const double *forces, mofb__str *out);

static mofb_status print_constants(const mofb__phonon *p, const double *forces, mofb__str *out) {
    (void)forces;
    return mofb__phonon_write_constants(p, out);
}

static mofb_status print_displacements(const mofb__phonon *p, const double *forces, mofb__str *out) {
    (void)forces;
    return mofb__phonon_write_displacements(p, out);
}

static mofb_status write_phonopy(const heat *t, const char *artefact, printer print) {
    mofb__str text;
    if (!t->ctx->keeps) return MOFB_OK;
    mofb__str_init(&text, t->ctx->a);
    mofb_status status = print(t->phonon, t->forces, &text);
    if (!status) return mofb__text_write(t->ctx, artefact, &text);
    mofb__str_free(&text);
    return status;
}

/* Both choices of force constants; the one asked for comes last and stays. */
static mofb_status run_phonons(mofb_result *r, heat *t) {
    bool symmetrise = mofb_values_bool(t->p, "fc_symmetrise");
    static const char *const keys[] = {"cv_300K_raw_J_per_K_g", "cv_300K_symmetrised_J_per_K_g"};
    mofb__phonon_mesh *m;
    double mass = mofb_structure_mass(t->structure);
    MOFB__TRY(run_mesh(&m, t, !symmetrise, 0.6, 0.8));
    double other = cv_300(m) / mass;
    mofb__phonon_mesh_free(m);
    MOFB__TRY(run_mesh(&m, t, symmetrise, 0.8, 1));
    mofb_status status = report_mesh(r, t, m);
    mofb__result_number(r, keys[symmetrise], cv_300(m) / mass);
    mofb__result_number(r, keys[!symmetrise], other);
    mofb__phonon_mesh_free(m);
    if (!status) status = write_phonopy(t, "FORCE_CONSTANTS", print_constants);
    if (!status) status = write_phonopy(t, "FORCE_SETS", mofb__phonon_write_force_sets);
    if (!status) status = write_phonopy(t, "phonopy_disp.yaml", print_displacements);
    return status;
}

static void release(heat *t) {
    mofb__phonon_free(t->phonon);
    mofb__free(t->forces);
    mofb_structure_free(t->relaxed);
    mofb__relaxation_free(t->relaxation);
    mofb_system_free(t->system);
}

static mofb_status run(mofb__context *ctx, const mofb_values *p, const mofb_structure *const *in,
                       mofb_result *result) {
    heat t = {.ctx = ctx, .p = p, .structure = in[0]};
    mofb_status status = prepare(&t);
    if (!status) status = run_stages(&t);
    if (!status && !t.phonon) mofb__result_outcome(result, "exploded");
    if (!status && t.phonon) status = run_phonons(result, &t);
    if (!status) status = mofb__relaxation_report(result, t.relaxation, ctx);
    release(&t);
    return status;
}

const mofb__task_kind mofb__task_heat_capacity = {
    .name = "heat_capacity",
    .title = "Heat capacity",
    .summary = "Harmonic phonons by finite displacements and their heat capacity",
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
