/* SPDX-License-Identifier: MIT */
/* E(complex) − E(host) − E(guest) from three frames, and its error where the complex carries reference
   values. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "structure/structure.h"
#include "tasks/report.h"

static const mofb__input inputs[] = {
    {"complex", true, "host with guest"},
    {"host", true, "the host without guest, a structure of its own"},
    {"guest", true, "the isolated guest"},
};

static const mofb__outcome outcomes[] = {
    {"evaluated", true, "all three energies are finite"},
    {"not_finite", false, "the model gave an energy or a force that is not a finite number"},
};

static const mofb_row results[] = {
    {"interaction_energy_eV", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "eV", "", NULL, 0, 0, NULL,
     "E(complex) − E(host) − E(guest)"},
    {"energy_complex_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, "energy of the complex"},
    {"energy_host_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, "energy of the host"},
    {"energy_guest_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL, "energy of the guest"},
    {"fmax_eV_per_A", MOFB_TYPE_NUMBER, 0, "eV/Å", "", NULL, 0, 0, NULL,
     "largest force on an atom of the complex"},
    {"forces_eV_per_A", MOFB_TYPE_NUMBERS, 0, "eV/Å", "n_atoms,3", NULL, 0, 0, NULL, "forces on the complex"},
    {"class", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL,
     "class the complex says it belongs to (repulsion, equilibrium, weak attraction)"},
    {"reference_interaction_energy_eV", MOFB_TYPE_NUMBER, 0, "eV", "", NULL, 0, 0, NULL,
     "from DFT_E_total, DFT_E_mof, DFT_E_gas of the complex, or REF_energy of each frame"},
    {"interaction_energy_error_eV", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "eV", "", NULL, 0, 0, NULL,
     "absolute difference from the reference"},
    {"force_mae_eV_per_A", MOFB_TYPE_NUMBER, MOFB_ROW_HEADLINE, "eV/Å", "", NULL, 0, 0, NULL,
     "mean absolute error of the complex's force components against its REF_forces"},
};

/* Reads a structure's key-value pairs; NULL if it has none. */
static mofb_status read_info(mofb__json **out, const mofb_structure *s) {
    *out = NULL;
    return s->info && *s->info ? mofb__json_parse(out, s->info, strlen(s->info)) : MOFB_OK;
}

static double info_number(const mofb__json *info, const char *key) {
    const mofb__json *x = info ? mofb__json_get(info, key) : NULL;
    return x && mofb__json_is_number(x) ? mofb__json_number_of(x, NAN) : NAN;
}

/* nan if the frames have no reference. */
static double reference_energy(mofb__json *const info[3]) {
    double all = info_number(info[0], "DFT_E_total") - info_number(info[0], "DFT_E_mof") -
                 info_number(info[0], "DFT_E_gas");
    if (!isnan(all)) return all;
    return info_number(info[0], "REF_energy") - info_number(info[1], "REF_energy") -
           info_number(info[2], "REF_energy");
}

/* A key "class" or "type", or what the published set's names (MOF_gas_class_...) say. */
static void report_class(mofb_result *r, const mofb__json *info) {
    static const char *const keys[] = {"class", "type"};
    for (int k = 0; k < 2 && info; k++) {
        const char *text = mofb__json_text_of(mofb__json_get(info, keys[k]));
        if (text) {
            mofb__result_text(r, "class", text);
            return;
        }
    }
    const char *name = info ? mofb__json_text_of(mofb__json_get(info, "name")) : NULL, *at = name;
    char word[64];
    for (int k = 0; k < 2 && at; k++) at = strchr(at, '_') ? strchr(at, '_') + 1 : NULL;
    if (!at || !*at) return;
    snprintf(word, sizeof word, "%.*s", (int)strcspn(at, "_"), at);
    mofb__result_text(r, "class", word);
}

static double force_error(const mofb_structure *s, const double *forces) {
    const double *reference;
    size_t width, n = 3 * mofb_structure_count(s);
    double sum = 0;
    if (mofb_structure_array(&reference, &width, s, "REF_forces") || width != 3) return NAN;
    for (size_t k = 0; k < n; k++) sum += fabs(forces[k] - reference[k]);
    return sum / (double)n;
}

static mofb_status report(mofb_result *r, const mofb_request q[3], const mofb_structure *const *in) {
    mofb__json *info[3] = {NULL};
    size_t n = mofb_structure_count(in[0]);
    double energy = q[0].energy - q[1].energy - q[2].energy;
    mofb_status status = MOFB_OK;
    bool finite = isfinite(energy) && isfinite(mofb__largest_norm(q[0].forces, n));
    mofb__result_outcome(r, finite ? "evaluated" : "not_finite");
    mofb__result_number(r, "interaction_energy_eV", energy);
    mofb__result_number(r, "energy_complex_eV", q[0].energy);
    mofb__result_number(r, "energy_host_eV", q[1].energy);
    mofb__result_number(r, "energy_guest_eV", q[2].energy);
    mofb__result_number(r, "fmax_eV_per_A", mofb__largest_norm(q[0].forces, n));
    mofb__result_series(r, "forces_eV_per_A", q[0].forces, 3 * n, 3);
    for (int k = 0; k < 3 && !status; k++) status = read_info(&info[k], in[k]);
    if (!status) {
        double reference = reference_energy(info);
        report_class(r, info[0]);
        mofb__result_number(r, "reference_interaction_energy_eV", reference);
        mofb__result_number(r, "interaction_energy_error_eV", fabs(energy - reference));
        mofb__result_number(r, "force_mae_eV_per_A", force_error(in[0], q[0].forces));
    }
    for (int k = 0; k < 3; k++) mofb__json_free(info[k]);
    return status;
}

static void nothing_to_save(void *user, mofb__blob *b) {
    (void)user, (void)b;
}

static mofb_status run(mofb__context *ctx, const mofb_values *params, const mofb_structure *const *in,
                       mofb_result *r) {
    mofb_request q[3], *list[3];
    mofb_system *systems[3] = {NULL};
    size_t n[3], total = 0;
    mofb_status status = MOFB_OK;
    (void)params;
    for (int k = 0; k < 3; k++) total += n[k] = mofb_structure_count(in[k]);
    double *forces = mofb__calloc(ctx->a, 3 * total, sizeof *forces), *at = forces;
    if (!forces) return mofb__no_memory();
    for (int k = 0; k < 3; k++, at += 3 * n[k - 1]) {
        MOFB__TRY_GOTO(status, mofb_system_new(&systems[k], ctx->evaluator, in[k]), done);
        q[k] = (mofb_request){.struct_size = sizeof q[k],
                              .system = systems[k],
                              .want = MOFB_ENERGY | MOFB_FORCES,
                              .forces = at};
        list[k] = &q[k];
    }
    MOFB__TRY_GOTO(
        status,
        mofb__context_tick(ctx, &(mofb__moment){.stage = "evaluation", .total = 1, .save = nothing_to_save}),
        done);
    MOFB__TRY_GOTO(status, ctx->evaluate(ctx, list, 3), done);
    status = report(r, q, in);
done:
    for (int k = 0; k < 3; k++) mofb_system_free(systems[k]);
    mofb__free(forces);
    return status;
}

const mofb__task_kind mofb__task_interaction_energy = {
    .name = "interaction_energy",
    .title = "Interaction energy",
    .summary = "Energy of a guest in a host from three frames",
    .inputs = inputs,
    .n_inputs = 3,
    .outcomes = outcomes,
    .n_outcomes = sizeof outcomes / sizeof *outcomes,
    .results = results,
    .n_results = sizeof results / sizeof *results,
    .default_preset = "mofsimbench-2025",
    .run = run,
};
