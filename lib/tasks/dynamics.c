/* SPDX-License-Identifier: MIT */
#include "tasks/dynamics.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "tasks/report.h"

mofb_status mofb__dynamics_new(mofb__dynamics **out, mofb__context *ctx, mofb_system *system,
                               mofb__md_state *state, const mofb__dynamics_setup *setup) {
    mofb__dynamics *d = mofb__calloc(ctx->a, 1, sizeof *d);
    if (!d) return mofb__no_memory();
    *d = (mofb__dynamics){.a = ctx->a, .setup = *setup, .ctx = ctx, .system = system, .state = state};
    mofb_status status = mofb__integrator_new(&d->integrator, &d->setup.integrator, state, ctx->a);
    if (status) mofb__dynamics_free(d);
    else *out = d;
    return status;
}

void mofb__dynamics_free(mofb__dynamics *d) {
    if (!d) return;
    mofb__integrator_free(d->integrator);
    mofb__free(d->series);
    mofb__free(d);
}

void mofb__dynamics_save(const mofb__dynamics *d, mofb__blob *b) {
    uint64_t counts[3] = {d->step, (uint64_t)d->end, d->n_series};
    mofb__blob_put(b, "dynamics", counts, sizeof counts);
    mofb__blob_put_f64(b, "series", d->series, MOFB__MD_COLUMNS * d->n_series);
    d->integrator->save(d->integrator, b);
}

mofb_status mofb__dynamics_load(mofb__dynamics *d, mofb__blob *b) {
    uint64_t counts[3];
    MOFB__TRY(mofb__blob_get(b, "dynamics", counts, sizeof counts));
    MOFB__TRY(mofb__grow(d->a, &d->series, &d->capacity, counts[2] + 1, MOFB__MD_COLUMNS * sizeof(double)));
    MOFB__TRY(mofb__blob_get_f64(b, "series", d->series, MOFB__MD_COLUMNS * counts[2]));
    d->step = counts[0];
    d->end = (mofb__md_end)counts[1];
    d->n_series = counts[2];
    return d->integrator->load(d->integrator, b);
}

static bool sound(const mofb__md_state *s) {
    for (size_t k = 0; k < 3 * s->n_atoms; k++)
        if (!isfinite(s->positions[k])) return false;
    return !s->has_cell || (isfinite(mofb__md_volume(s)) && mofb__md_volume(s) > 0);
}

/* How positions, velocities and cell alone end the stage, if they do. */
static mofb__md_end beyond(const mofb__dynamics *d) {
    const mofb__md_state *s = d->state;
    if (!sound(s) || !(mofb__md_temperature(s) <= d->setup.max_temperature)) return MOFB__MD_EXPLODED;
    return s->has_cell && mofb__md_volume(s) < d->setup.min_volume ? MOFB__MD_COLLAPSED : MOFB__MD_RUNNING;
}

/* Forces for the integrator; the stress too on steps whose pressure goes into the series. What is over
   already is not evaluated: a model may rightly refuse atoms light years apart or a cell without room. */
static mofb_status evaluate(void *user, const double *positions, const double *cell, double *energy,
                            double *forces, double *stress) {
    mofb__dynamics *d = user;
    mofb_request q = {.struct_size = sizeof q,
                      .system = d->system,
                      .positions = positions,
                      .cell = cell,
                      .want = MOFB_ENERGY | MOFB_FORCES,
                      .forces = forces,
                      .stress = stress},
                 *list = &q;
    if (beyond(d) != MOFB__MD_RUNNING) {
        d->unsound = true;
        return mofb__fail(MOFB_ERR_INVALID, "exploded", "%s: exploded or collapsed", d->setup.name);
    }
    bool bulk = mofb__is_bulk(mofb_system_structure(d->system));
    if (!stress && d->sampling && bulk && mofb_model_outputs(d->ctx->model) & MOFB_STRESS)
        q.stress = d->state->stress;
    if (q.stress) q.want |= MOFB_STRESS;
    MOFB__TRY(d->ctx->evaluate(d->ctx, &list, 1));
    *energy = q.energy;
    return MOFB_OK;
}

static mofb_status write_sample(const mofb__dynamics *d, const double *row, const char *trajectory) {
    char file[40], info[160], energy[32];
    mofb__str text;
    if (!d->ctx->keeps) return MOFB_OK;
    const mofb__md_state *s = d->state;
    snprintf(file, sizeof file, "%s.csv", d->setup.name);
    mofb__str_init(&text, d->a);
    if (!d->step)
        mofb__str_puts(&text,
                       "step,temperature_K,pressure_bar,volume_A3,energy_potential_eV,energy_kinetic_eV,"
                       "conserved_eV\n");
    mofb__csv_line(&text, d->step, row + 1, MOFB__MD_COLUMNS - 1);
    MOFB__TRY(mofb__text_append(d->ctx, file, &text));
    mofb__number_text(energy, s->energy);
    snprintf(info, sizeof info, "stage=%s step=%llu energy=%s", d->setup.name, (unsigned long long)d->step,
             energy);
    double *v = mofb__alloc(d->a, 3 * s->n_atoms * sizeof(double));
    if (!v) return mofb__no_memory();
    for (size_t k = 0; k < 3 * s->n_atoms; k++) v[k] = s->velocities[k] * MOFB__FS; /* Å/fs */
    mofb_status status = mofb__frame_append(d->ctx, trajectory,
                                            &(mofb__frame){.structure = mofb_system_structure(d->system),
                                                           .positions = s->positions,
                                                           .cell = s->has_cell ? s->cell : NULL,
                                                           .forces = s->forces,
                                                           .velocities = v,
                                                           .info = info});
    mofb__free(v);
    return status;
}

static mofb_status sample(mofb__dynamics *d, const char *trajectory) {
    const mofb__md_state *s = d->state;
    MOFB__TRY(mofb__grow(d->a, &d->series, &d->capacity, d->n_series + 1, MOFB__MD_COLUMNS * sizeof(double)));
    double *row = d->series + MOFB__MD_COLUMNS * d->n_series++;
    bool pressure =
        mofb__is_bulk(mofb_system_structure(d->system)) && mofb_model_outputs(d->ctx->model) & MOFB_STRESS;
    row[MOFB__MD_STEP] = (double)d->step;
    row[MOFB__MD_TEMPERATURE] = mofb__md_temperature(s);
    row[MOFB__MD_PRESSURE] = pressure ? mofb__md_pressure(s) / MOFB__EV_A3_PER_BAR : NAN;
    row[MOFB__MD_VOLUME] = s->has_cell ? mofb__md_volume(s) : NAN;
    row[MOFB__MD_POTENTIAL] = s->energy;
    row[MOFB__MD_KINETIC] = mofb__md_kinetic(s);
    row[MOFB__MD_CONSERVED] = d->integrator->conserved(d->integrator, s);
    return write_sample(d, row, trajectory);
}

static mofb__md_end judge(const mofb__dynamics *d) {
    mofb__md_end end = beyond(d);
    if (!d->unsound && !(fabs(d->state->energy) <= d->setup.max_energy)) return MOFB__MD_EXPLODED;
    if (end != MOFB__MD_RUNNING) return end;
    return d->step >= d->setup.n_steps ? MOFB__MD_COMPLETE : MOFB__MD_RUNNING;
}

static mofb_status advance(mofb__dynamics *d) {
    const mofb__force_source forces = {evaluate, d};
    bool first = !d->n_series;
    d->sampling = first || (d->step + 1) % d->setup.interval == 0;
    mofb_status status = first ? mofb__md_evaluate(d->state, &forces, d->integrator->needs_stress)
                               : d->integrator->step(d->integrator, d->state, &forces);
    if (status && !d->unsound) return status;
    if (!first) d->step++;
    d->end = judge(d);
    return MOFB_OK;
}

mofb_status mofb__dynamics_run(mofb__dynamics *d, const char *trajectory, mofb__moment moment, double to) {
    double from = moment.fraction;
    char note[96];
    while (d->end == MOFB__MD_RUNNING) {
        MOFB__TRY(advance(d));
        if (d->sampling && !d->unsound) MOFB__TRY(sample(d, trajectory));
        snprintf(note, sizeof note, "%.0f K, %.4f eV", mofb__md_temperature(d->state), d->state->energy);
        moment.stage = d->setup.name;
        moment.note = note;
        moment.step = d->step;
        moment.total = d->setup.n_steps;
        moment.fraction =
            from + (to - from) * (double)d->step / (double)(d->setup.n_steps + !d->setup.n_steps);
        MOFB__TRY(mofb__context_tick(d->ctx, &moment));
    }
    return MOFB_OK;
}
