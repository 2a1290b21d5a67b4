/* SPDX-License-Identifier: MIT */
/* Energy, forces and stress of a structure as it is. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "tasks/report.h"

static const mofb__input inputs[] = {{"structure", true, "the structure to evaluate"}};

static const mofb__outcome outcomes[] = {
    {"evaluated", true, "energy and forces are finite"},
    {"not_finite", false, "the model gave an energy or a force that is not a finite number"},
};

static const mofb_row results[] = {
    {"energy_eV", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "eV", "", NULL, 0, 0, NULL, "potential energy"},
    {"energy_per_atom_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL,
     "potential energy divided by n_atoms"},
    {"fmax_eV_per_A", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "eV/Å", "", NULL, 0, 0, NULL,
     "largest force on an atom"},
    {"forces_eV_per_A", MOFB_TYPE_NUMBERS, 0, "eV/Å", "n_atoms,3", NULL, 0, 0, NULL, "forces"},
    {"stress_eV_per_A3", MOFB_TYPE_NUMBERS, 0, "eV/Å³", "3,3", NULL, 0, 0, NULL,
     "stress, positive = tension"},
    {"stress_voigt_eV_per_A3", MOFB_TYPE_NUMBERS, 0, "eV/Å³", "6", NULL, 0, 0, NULL,
     "stress as xx yy zz yz xz xy"},
    {"atom_energies_eV", MOFB_TYPE_NUMBERS, 0, "eV", "n_atoms", NULL, 0, 0, NULL, "energies of the atoms"},
    {"charges_e", MOFB_TYPE_NUMBERS, 0, "e", "n_atoms", NULL, 0, 0, NULL, "charges of the atoms"},
    {"magmoms_muB", MOFB_TYPE_NUMBERS, 0, "µB", "n_atoms", NULL, 0, 0, NULL, "magnetic moments of the atoms"},
    {"volume_A3", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "Å³", "", NULL, 0, 0, NULL, "volume of the cell"},
    {"cell_A", MOFB_TYPE_NUMBERS, 0, "Å", "3,3", NULL, 0, 0, NULL, "cell vectors, rows"},
    {"cell_lengths_A", MOFB_TYPE_NUMBERS, 0, "Å", "3", NULL, 0, 0, NULL, "lengths of the cell vectors"},
    {"cell_angles_deg", MOFB_TYPE_NUMBERS, 0, "degrees", "3", NULL, 0, 0, NULL, "angles of the cell"},
};

/* Per-atom buffers in one block: forces, energies, charges, magnetic moments. */
static void point_at(mofb_request *q, double *block, size_t n) {
    q->forces = block;
    q->atom_energies = block + 3 * n;
    q->charges = block + 4 * n;
    q->magmoms = block + 5 * n;
}

static bool finite(const mofb_request *q, size_t n) {
    bool good = isfinite(q->energy);
    for (size_t k = 0; k < 3 * n; k++) good = good && isfinite(q->forces[k]);
    return good;
}

static void report(mofb_result *r, const mofb_request *q, const mofb_structure *s) {
    size_t n = mofb_structure_count(s);
    mofb__result_outcome(r, finite(q, n) ? "evaluated" : "not_finite");
    mofb__result_number(r, "energy_eV", q->energy);
    mofb__result_number(r, "energy_per_atom_eV", q->energy / (double)n);
    mofb__result_number(r, "fmax_eV_per_A", mofb__largest_norm(q->forces, n));
    mofb__result_series(r, "forces_eV_per_A", q->forces, 3 * n, 3);
    if (q->want & MOFB_STRESS) mofb__report_stress(r, q->stress);
    if (q->want & MOFB_ATOM_ENERGIES) mofb__result_series(r, "atom_energies_eV", q->atom_energies, n, 0);
    if (q->want & MOFB_CHARGES) mofb__result_series(r, "charges_e", q->charges, n, 0);
    if (q->want & MOFB_MAGMOMS) mofb__result_series(r, "magmoms_muB", q->magmoms, n, 0);
    if (mofb__is_bulk(s)) mofb__report_cell(r, mofb_structure_cell(s));
}

static mofb_status write_labels(mofb__context *ctx, const mofb_request *q, const mofb_structure *s) {
    char info[64] = "energy=";
    mofb__str text;
    if (!ctx->keeps) return MOFB_OK;
    mofb__number_text(info + strlen(info), q->energy);
    mofb__str_init(&text, ctx->a);
    mofb__frame frame = {.structure = s,
                         .positions = mofb_structure_positions(s),
                         .cell = mofb_structure_cell(s),
                         .forces = q->forces,
                         .info = info};
    mofb_status status = mofb__frame_print(&text, &frame);
    if (!status) return mofb__text_write(ctx, "labels.extxyz", &text);
    mofb__str_free(&text);
    return status;
}

static void nothing_to_save(void *user, mofb__blob *b) {
    (void)user, (void)b;
}

static mofb_status run(mofb__context *ctx, const mofb_values *params, const mofb_structure *const *in,
                       mofb_result *r) {
    const uint32_t optional = MOFB_ATOM_ENERGIES | MOFB_CHARGES | MOFB_MAGMOMS;
    uint32_t outputs = mofb_model_outputs(ctx->model);
    const mofb_structure *s = in[0];
    size_t n = mofb_structure_count(s);
    double stress[9], *block = mofb__alloc(ctx->a, 6 * n * sizeof(double));
    mofb_system *system = NULL;
    mofb_request q = {.struct_size = sizeof q, .stress = stress, .want = MOFB_ENERGY | MOFB_FORCES},
                 *list = &q;
    mofb_status status;
    (void)params;
    if (!block) return mofb__no_memory();
    q.want |= outputs & (optional | (mofb__is_bulk(s) ? MOFB_STRESS : 0u));
    point_at(&q, block, n);
    MOFB__TRY_GOTO(status, mofb_system_new(&system, ctx->evaluator, s), done);
    q.system = system;
    MOFB__TRY_GOTO(
        status,
        mofb__context_tick(ctx, &(mofb__moment){.stage = "evaluation", .total = 1, .save = nothing_to_save}),
        done);
    MOFB__TRY_GOTO(status, ctx->evaluate(ctx, &list, 1), done);
    report(r, &q, s);
    status = write_labels(ctx, &q, s);
done:
    mofb_system_free(system);
    mofb__free(block);
    return status;
}

const mofb__task_kind mofb__task_single_point = {
    .name = "single_point",
    .title = "Single point",
    .summary = "Energy, forces and stress of a structure as it is",
    .inputs = inputs,
    .n_inputs = 1,
    .outcomes = outcomes,
    .n_outcomes = sizeof outcomes / sizeof *outcomes,
    .results = results,
    .n_results = sizeof results / sizeof *results,
    .default_preset = "mofsimbench-2025",
    .run = run,
};
