/* SPDX-License-Identifier: MIT */
#include "physics/relax.h"

#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "physics/pairs.h"

/* Below this part of the first volume a cell counts as vanished. */
static const double smallest_volume = 0.01;

mofb_status mofb__relax_new(mofb__relax **out, size_t n_atoms, const double *positions, const double *cell,
                            const mofb__relax_options *options, const mofb_allocator *a) {
    mofb_status status = MOFB_OK;
    if (options->relax_cell && !cell)
        return mofb__fail(MOFB_ERR_INVALID, "no_cell", "a structure without a cell has no cell to relax");
    mofb__relax *r = mofb__calloc(a, 1, sizeof *r);
    if (!r) return mofb__no_memory();
    r->options = *options;
    r->options.optimiser = NULL; /* borrowed, as numbers are */
    r->options.numbers = NULL;
    r->n_atoms = n_atoms;
    r->n_rows = n_atoms + (options->relax_cell ? 3 : 0);
    r->positions = mofb__memdup(a, positions, 3 * n_atoms * sizeof *positions);
    r->forces = mofb__calloc(a, 3 * n_atoms, sizeof *r->forces);
    r->x = mofb__calloc(a, 3 * r->n_rows, sizeof *r->x);
    r->g = mofb__calloc(a, 3 * r->n_rows, sizeof *r->g);
    if (!r->positions || !r->forces || !r->x || !r->g) {
        status = mofb__no_memory();
        goto fail;
    }
    r->has_cell = cell != NULL;
    if (cell) {
        memcpy(r->cell, cell, sizeof r->cell);
        r->start_volume = fabs(mofb__det3(cell));
    }
    if (options->relax_cell) {
        mofb__cellfilter_init(&r->filter, n_atoms, cell);
        MOFB__TRY_GOTO(status, mofb__cellfilter_pack(&r->filter, r->x, positions, cell), fail);
    } else memcpy(r->x, positions, 3 * n_atoms * sizeof *positions);
    mofb__optimiser_setup setup = {r->n_rows, n_atoms, options->numbers, positions, cell};
    MOFB__TRY_GOTO(status, mofb__optimiser_make(&r->optimiser, options->optimiser, &setup, a), fail);
    *out = r;
    return MOFB_OK;
fail:
    mofb__relax_free(r);
    return status;
}

void mofb__relax_free(mofb__relax *r) {
    if (!r) return;
    mofb__optimiser_free(r->optimiser);
    mofb__free(r->positions);
    mofb__free(r->forces);
    mofb__free(r->x);
    mofb__free(r->g);
    mofb__free(r);
}

/* Positions and cell at x. x was found sound by tell (or comes from new). */
static mofb_status place(mofb__relax *r) {
    if (r->options.relax_cell) return mofb__cellfilter_unpack(&r->filter, r->x, r->positions, r->cell);
    memcpy(r->positions, r->x, 3 * r->n_atoms * sizeof *r->x);
    return MOFB_OK;
}

void mofb__relax_ask(mofb__relax *r, mofb_request *request) {
    place(r);
    request->positions = r->positions;
    request->cell = r->has_cell ? r->cell : NULL;
    request->forces = r->forces;
    request->stress = r->has_cell ? r->stress : NULL;
    request->want = MOFB_ENERGY | MOFB_FORCES | (r->options.relax_cell ? MOFB_STRESS : 0u);
}

static mofb_status generalise(mofb__relax *r) {
    if (r->options.relax_cell)
        MOFB__TRY(mofb__cellfilter_forces(&r->filter, r->g, r->x, r->forces, r->stress));
    else memcpy(r->g, r->forces, 3 * r->n_atoms * sizeof *r->g);
    r->fmax_atoms = mofb__row_max(r->forces, r->n_atoms);
    r->fmax_generalised = mofb__row_max(r->g, r->n_rows);
    return MOFB_OK;
}

/* Whether the next coordinates can be evaluated. */
static bool sound(const mofb__relax *r) {
    for (size_t k = 0; k < 3 * r->n_rows; k++)
        if (!isfinite(r->x[k])) return false;
    if (!r->options.relax_cell) return true;
    /* det exp U = exp tr U */
    const double *u = r->x + 3 * r->n_atoms;
    double ratio = exp((u[0] + u[4] + u[8]) / r->filter.factor);
    return ratio > smallest_volume && isfinite(ratio * r->start_volume);
}

mofb_status mofb__relax_tell(mofb__relax *r, double energy) {
    if (r->end != MOFB__RELAX_RUNNING) return MOFB_OK;
    r->energy = energy;
    r->force_calls++;
    MOFB__TRY(generalise(r));
    if (!(fabs(energy) <= r->options.max_energy) || !isfinite(r->fmax_generalised))
        r->end = MOFB__RELAX_EXPLODED;
    else if (r->fmax_generalised < r->options.fmax) r->end = MOFB__RELAX_CONVERGED;
    else if (r->steps >= r->options.max_steps) r->end = MOFB__RELAX_MAX_STEPS;
    if (r->end != MOFB__RELAX_RUNNING) return MOFB_OK;
    MOFB__TRY(r->optimiser->step(r->optimiser, r->x, energy, r->g));
    r->steps++;
    if (!sound(r)) r->end = MOFB__RELAX_EXPLODED;
    return MOFB_OK;
}

void mofb__relax_save(const mofb__relax *r, mofb__blob *b) {
    const double numbers[4] = {r->energy, r->fmax_atoms, r->fmax_generalised, r->start_volume};
    mofb__blob_put(b, "relax", r->optimiser->kind->name, strlen(r->optimiser->kind->name));
    mofb__blob_put_u64(b, "steps", r->steps);
    mofb__blob_put_u64(b, "force_calls", r->force_calls);
    mofb__blob_put_u64(b, "end", (uint64_t)r->end);
    mofb__blob_put_f64(b, "numbers", numbers, 4);
    mofb__blob_put_f64(b, "reference", r->filter.reference, 9);
    mofb__blob_put_f64(b, "cell", r->cell, 9);
    mofb__blob_put_f64(b, "stress", r->stress, 9);
    mofb__blob_put_f64(b, "positions", r->positions, 3 * r->n_atoms);
    mofb__blob_put_f64(b, "forces", r->forces, 3 * r->n_atoms);
    mofb__blob_put_f64(b, "x", r->x, 3 * r->n_rows);
    mofb__blob_put_f64(b, "g", r->g, 3 * r->n_rows);
    r->optimiser->save(r->optimiser, b);
}

mofb_status mofb__relax_load(mofb__relax *r, mofb__blob *b) {
    const char *kind = r->optimiser->kind->name;
    char name[64];
    size_t size;
    uint64_t end;
    double numbers[4];
    MOFB__TRY(mofb__blob_size(b, "relax", &size));
    if (size >= sizeof name) size = sizeof name - 1;
    MOFB__TRY(mofb__blob_get(b, "relax", name, size));
    if (strlen(kind) != size || memcmp(name, kind, size))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "checkpoint: of optimiser '%.*s', not '%s'",
                          (int)size, name, kind);
    MOFB__TRY(mofb__blob_get_u64(b, "steps", &r->steps));
    MOFB__TRY(mofb__blob_get_u64(b, "force_calls", &r->force_calls));
    MOFB__TRY(mofb__blob_get_u64(b, "end", &end));
    if (end > MOFB__RELAX_EXPLODED)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "checkpoint: a relaxation cannot end by %llu",
                          (unsigned long long)end);
    MOFB__TRY(mofb__blob_get_f64(b, "numbers", numbers, 4));
    MOFB__TRY(mofb__blob_get_f64(b, "reference", r->filter.reference, 9));
    MOFB__TRY(mofb__blob_get_f64(b, "cell", r->cell, 9));
    MOFB__TRY(mofb__blob_get_f64(b, "stress", r->stress, 9));
    MOFB__TRY(mofb__blob_get_f64(b, "positions", r->positions, 3 * r->n_atoms));
    MOFB__TRY(mofb__blob_get_f64(b, "forces", r->forces, 3 * r->n_atoms));
    MOFB__TRY(mofb__blob_get_f64(b, "x", r->x, 3 * r->n_rows));
    MOFB__TRY(mofb__blob_get_f64(b, "g", r->g, 3 * r->n_rows));
    r->end = (mofb__relax_end)end;
    r->energy = numbers[0];
    r->fmax_atoms = numbers[1];
    r->fmax_generalised = numbers[2];
    r->start_volume = numbers[3];
    return r->optimiser->load(r->optimiser, b);
}
