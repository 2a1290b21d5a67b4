/* SPDX-License-Identifier: MIT */
#include "tasks/relaxation.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "structure/cell.h"
#include "tasks/report.h"

enum { COLUMNS = 4 };

mofb_status mofb__relaxation_new(mofb__relaxation **out, mofb_system *system, const double *positions,
                                 const double *cell, const mofb__relax_options *options,
                                 const mofb_allocator *a) {
    size_t n = mofb_structure_count(mofb_system_structure(system));
    mofb__relaxation *r = mofb__calloc(a, 1, sizeof *r);
    mofb_status status;
    if (!r) return mofb__no_memory();
    *r = (mofb__relaxation){.a = a,
                            .system = system,
                            .n_atoms = n,
                            .has_cell = cell != NULL,
                            .has_stress = options->relax_cell,
                            .options = *options};
    r->options.numbers = mofb_structure_numbers(mofb_system_structure(system));
    r->positions = mofb__memdup(a, positions, 3 * n * sizeof(double));
    r->forces = mofb__calloc(a, 3 * n, sizeof(double));
    if (!r->positions || !r->forces) {
        status = mofb__no_memory();
        goto fail;
    }
    if (cell) memcpy(r->cell, cell, sizeof r->cell);
    MOFB__TRY_GOTO(status, mofb__relax_new(&r->machine, n, positions, cell, &r->options, a), fail);
    *out = r;
    return MOFB_OK;
fail:
    mofb__relaxation_free(r);
    return status;
}

void mofb__relaxation_free(mofb__relaxation *r) {
    if (!r) return;
    mofb__relax_free(r->machine);
    mofb__free(r->history);
    mofb__free(r->forces);
    mofb__free(r->positions);
    mofb__free(r);
}

mofb__relax_options mofb__relaxation_options(const mofb_values *params, const char *prefix, bool relax_cell) {
    char key[64];
    mofb__relax_options o = {.relax_cell = relax_cell,
                             .max_energy = mofb_values_number(params, "max_energy_eV")};
    snprintf(key, sizeof key, "%soptimiser", prefix);
    o.optimiser = mofb_values_text(params, key);
    snprintf(key, sizeof key, "%sfmax_eV_per_A", prefix);
    o.fmax = mofb_values_number(params, key);
    snprintf(key, sizeof key, "%smax_steps", prefix);
    o.max_steps = (uint64_t)mofb_values_integer(params, key);
    return o;
}

void mofb__relaxation_save(const mofb__relaxation *r, mofb__blob *b) {
    double numbers[3] = {r->energy, r->fmax, r->fmax_generalised};
    uint64_t counts[5] = {r->steps, (uint64_t)r->end, r->has_stress, r->n_history, r->machine != NULL};
    mofb__blob_put(b, "relaxation", counts, sizeof counts);
    mofb__blob_put_f64(b, "energy", numbers, 3);
    mofb__blob_put_f64(b, "positions", r->positions, 3 * r->n_atoms);
    mofb__blob_put_f64(b, "forces", r->forces, 3 * r->n_atoms);
    mofb__blob_put_f64(b, "cell", r->cell, 9);
    mofb__blob_put_f64(b, "stress", r->stress, 9);
    mofb__blob_put_f64(b, "history", r->history, COLUMNS * r->n_history);
    if (r->machine) mofb__relax_save(r->machine, b);
}

mofb_status mofb__relaxation_load(mofb__relaxation *r, mofb__blob *b) {
    double numbers[3];
    uint64_t counts[5];
    MOFB__TRY(mofb__blob_get(b, "relaxation", counts, sizeof counts));
    MOFB__TRY(mofb__blob_get_f64(b, "energy", numbers, 3));
    MOFB__TRY(mofb__blob_get_f64(b, "positions", r->positions, 3 * r->n_atoms));
    MOFB__TRY(mofb__blob_get_f64(b, "forces", r->forces, 3 * r->n_atoms));
    MOFB__TRY(mofb__blob_get_f64(b, "cell", r->cell, 9));
    MOFB__TRY(mofb__blob_get_f64(b, "stress", r->stress, 9));
    MOFB__TRY(mofb__grow(r->a, &r->history, &r->capacity, counts[3] + 1, COLUMNS * sizeof(double)));
    MOFB__TRY(mofb__blob_get_f64(b, "history", r->history, COLUMNS * counts[3]));
    r->energy = numbers[0], r->fmax = numbers[1], r->fmax_generalised = numbers[2];
    r->steps = counts[0];
    r->end = (mofb__relax_end)counts[1];
    r->has_stress = counts[2] != 0;
    r->n_history = counts[3];
    if (counts[4]) return mofb__relax_load(r->machine, b);
    mofb__relax_free(r->machine);
    r->machine = NULL;
    return MOFB_OK;
}

/* Takes over the evaluated point and its history row. */
static mofb_status record(mofb__relaxation *r) {
    const mofb__relax *m = r->machine;
    memcpy(r->positions, m->positions, 3 * r->n_atoms * sizeof(double));
    memcpy(r->forces, m->forces, 3 * r->n_atoms * sizeof(double));
    if (r->has_cell) memcpy(r->cell, m->cell, sizeof r->cell);
    if (r->has_stress) memcpy(r->stress, m->stress, sizeof r->stress);
    r->energy = m->energy;
    r->fmax = m->fmax_atoms;
    r->fmax_generalised = m->fmax_generalised;
    r->steps = m->steps;
    MOFB__TRY(mofb__grow(r->a, &r->history, &r->capacity, r->n_history + 1, COLUMNS * sizeof(double)));
    double *row = r->history + COLUMNS * r->n_history++;
    row[0] = r->energy, row[1] = r->fmax, row[2] = r->fmax_generalised;
    row[3] = r->has_cell ? mofb__cell_volume(r->cell) : NAN;
    r->end = m->end;
    if (r->end == MOFB__RELAX_RUNNING) return MOFB_OK;
    mofb__relax_free(r->machine);
    r->machine = NULL;
    return MOFB_OK;
}

typedef struct batch {
    mofb_request *requests; /* [count], by relaxation */
    mofb_request **asked;
    mofb__relaxation **owners;
} batch;

static void batch_free(batch *b) {
    mofb__free(b->requests);
    mofb__free(b->asked);
    mofb__free(b->owners);
}

static mofb_status batch_new(batch *b, size_t count, const mofb_allocator *a) {
    b->requests = mofb__calloc(a, count, sizeof *b->requests);
    b->asked = mofb__calloc(a, count, sizeof(mofb_request *));
    b->owners = mofb__calloc(a, count, sizeof(mofb__relaxation *));
    return b->requests && b->asked && b->owners ? MOFB_OK : mofb__no_memory();
}

/* One step of all that still run; *running says how many did. */
static mofb_status step(mofb__context *ctx, mofb__relaxation *const *list, size_t count, batch *b,
                        size_t *running) {
    size_t n = 0;
    for (size_t k = 0; k < count; k++) {
        mofb__relaxation *r = list[k];
        if (!r->machine) continue;
        b->requests[k] = (mofb_request){.struct_size = sizeof(mofb_request), .system = r->system};
        mofb__relax_ask(r->machine, &b->requests[k]);
        if (r->has_stress) b->requests[k].want |= MOFB_STRESS;
        b->owners[n] = r;
        b->asked[n++] = &b->requests[k];
    }
    *running = n;
    if (!n) return MOFB_OK;
    MOFB__TRY(ctx->evaluate(ctx, b->asked, n));
    for (size_t k = 0; k < n; k++) {
        MOFB__TRY(mofb__relax_tell(b->owners[k]->machine, b->asked[k]->energy));
        MOFB__TRY(record(b->owners[k]));
    }
    return MOFB_OK;
}

static mofb_status write_step(mofb__context *ctx, const mofb__relaxation *r,
                              const mofb__relaxation_stage *stage) {
    size_t last = r->n_history - 1;
    mofb__str text;
    if (stage->csv && ctx->keeps) {
        mofb__str_init(&text, ctx->a);
        if (!last) mofb__str_puts(&text, "step,energy_eV,fmax_eV_per_A,fmax_generalised,volume_A3\n");
        mofb__csv_line(&text, last, r->history + COLUMNS * last, COLUMNS);
        MOFB__TRY(mofb__text_append(ctx, stage->csv, &text));
    }
    if (!stage->trajectory || (r->machine && last % (stage->interval ? stage->interval : 1))) return MOFB_OK;
    char info[128], energy[32];
    mofb__number_text(energy, r->energy);
    snprintf(info, sizeof info, "stage=%s step=%zu energy=%s", stage->name, last, energy);
    return mofb__frame_append(ctx, stage->trajectory,
                              &(mofb__frame){.structure = mofb_system_structure(r->system),
                                             .positions = r->positions,
                                             .cell = r->has_cell ? r->cell : NULL,
                                             .forces = r->forces,
                                             .info = info});
}

/* How much of a relaxation is done: by steps, or by the decades of force that are gone. */
static double done(const mofb__relaxation *r) {
    if (!r->machine || !r->n_history) return r->machine ? 0 : 1;
    double first = r->history[2], now = r->fmax_generalised, target = r->options.fmax;
    double by_steps = (double)r->steps / ((double)r->options.max_steps + 1);
    double by_force = first > target && now > 0 ? log(first / now) / log(first / target) : 0;
    double most = by_force > by_steps ? by_force : by_steps;
    return most > 0.99 ? 0.99 : most;
}

static mofb_status tick(mofb__context *ctx, mofb__relaxation *const *list, size_t count,
                        const mofb__relaxation_stage *stage) {
    double sum = 0, fmax = 0;
    uint64_t steps = 0;
    char note[96];
    size_t running = 0;
    for (size_t k = 0; k < count; k++) {
        sum += done(list[k]);
        running += list[k]->machine != NULL;
        if (list[k]->steps > steps) steps = list[k]->steps;
        if (list[k]->fmax_generalised > fmax) fmax = list[k]->fmax_generalised;
    }
    if (count == 1) snprintf(note, sizeof note, "fmax %.4f eV/Å", fmax);
    else snprintf(note, sizeof note, "fmax %.4f eV/Å, %zu of %zu still moving", fmax, running, count);
    return mofb__context_tick(
        ctx, &(mofb__moment){.stage = stage->name,
                             .note = note,
                             .step = steps,
                             .total = list[0]->options.max_steps,
                             .fraction = stage->from + (stage->to - stage->from) * sum / (double)count,
                             .save = stage->save,
                             .user = stage->user});
}

mofb_status mofb__relaxation_run(mofb__context *ctx, mofb__relaxation *const *list, size_t count,
                                 const mofb__relaxation_stage *stage) {
    batch b = {0};
    size_t running;
    mofb_status status = batch_new(&b, count, ctx->a);
    while (!status) {
        status = step(ctx, list, count, &b, &running);
        if (status || !running) break;
        if (b.owners[0] == list[0]) status = write_step(ctx, list[0], stage);
        if (!status) status = tick(ctx, list, count, stage);
    }
    batch_free(&b);
    return status;
}

const char *mofb__relaxation_outcome(const mofb__relaxation *r) {
    return r->end == MOFB__RELAX_CONVERGED  ? "converged"
           : r->end == MOFB__RELAX_EXPLODED ? "exploded"
                                            : "not_converged";
}

mofb_status mofb__relaxation_report(mofb_result *result, const mofb__relaxation *r, mofb__context *ctx) {
    const mofb_structure *s = mofb_system_structure(r->system);
    mofb__result_bool(result, "relaxation_converged", r->end == MOFB__RELAX_CONVERGED);
    mofb__result_integer(result, "relaxation_steps", (int64_t)r->steps);
    mofb__result_number(result, "relaxation_energy_initial_eV", r->n_history ? r->history[0] : NAN);
    mofb__result_number(result, "relaxation_energy_final_eV", r->energy);
    mofb__result_number(result, "relaxation_fmax_eV_per_A", r->fmax);
    mofb__result_number(result, "relaxation_fmax_generalised", r->fmax_generalised);
    if (r->has_cell) {
        mofb__result_number(result, "relaxation_volume_initial_A3", mofb_structure_volume(s));
        mofb__result_number(result, "relaxation_volume_final_A3", mofb__cell_volume(r->cell));
    }
    return mofb__report_structure(result, "relaxed_structure", ctx, "relaxed.extxyz", s, r->positions,
                                  r->has_cell ? r->cell : NULL);
}
