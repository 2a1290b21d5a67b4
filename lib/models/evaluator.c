/* SPDX-License-Identifier: MIT */
/* The host side of a model: neighbour lists, checks of requests, batches. */
#include "models/models.h"

#include <math.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "structure/cell.h"

enum { MAX_THREADS = 1024 }; /* OpenMP ends the process where it cannot make the threads asked for */

static int32_t all_threads(void) {
#ifdef _OPENMP
    return omp_get_max_threads();
#else
    return 1;
#endif
}

mofb_status mofb__evaluator_new(mofb_evaluator **out, const mofb_model *model,
                                const mofb_evaluator_options *options) {
    const char *device = options->device ? options->device : "cpu";
    if (strcmp(device, "cpu"))
        return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_device",
                          "no device '%.40s' here; `mofbench devices` lists them", device);
    if (!(options->skin >= 0 && options->skin <= 100))
        return mofb__fail(MOFB_ERR_INVALID, "out_of_range", "skin = %g is not between 0 and 100 Å",
                          options->skin);
    if (options->threads < 0 || options->threads > MAX_THREADS)
        return mofb__fail(MOFB_ERR_INVALID, "out_of_range", "threads = %d is not between 0 and %d",
                          (int)options->threads, MAX_THREADS);
    mofb_evaluator *e = mofb__calloc(options->allocator, 1, sizeof *e);
    if (!e) return mofb__no_memory();
    *e = (mofb_evaluator){.a = options->allocator, .references = 1, .running = ATOMIC_FLAG_INIT};
    e->model = mofb_model_ref(model);
    e->threads = options->threads ? options->threads : all_threads();
    e->skin = options->skin > 0 ? options->skin : 1.0;
    *out = e;
    return MOFB_OK;
}

void mofb__evaluator_unref(mofb_evaluator *e) {
    if (!e || atomic_fetch_sub(&e->references, 1) != 1) return;
    mofb__model_unref(e->model);
    mofb__free(e->work);
    mofb__free(e->addends);
    mofb__free(e->status);
    mofb__free(e->scratch);
    mofb__free(e);
}

static mofb_status fill_slot(mofb__slot *slot, const mofb_model *part, const mofb_structure *s,
                             const mofb_evaluator *e) {
    slot->part = part;
    if (part->info.edges != MOFB_EDGES_NONE)
        MOFB__TRY(mofb__nlist_new(&slot->list, mofb_structure_count(s), part->info.edges, part->info.cutoff, e->skin,
                                  mofb_structure_periodic(s), e->a));
    return part->vtable->system_new(&slot->state, part->state, s, e->a);
}

mofb_status mofb__system_new(mofb_system **out, mofb_evaluator *e, const mofb_structure *s) {
    const mofb_model *m = e->model;
    mofb_status status;
    MOFB__TRY(mofb__model_supports(m, s));
    mofb_system *system = mofb__calloc(e->a, 1, sizeof *system);
    if (!system) return mofb__no_memory();
    *system = (mofb_system){.a = e->a, .evaluator = e, .structure = mofb_structure_ref(s)};
    atomic_fetch_add(&e->references, 1);
    system->last_positions = mofb__calloc(e->a, mofb_structure_count(s), 3 * sizeof(double));
    system->slots = mofb__calloc(e->a, m->n_parts, sizeof *system->slots);
    if (!system->last_positions || !system->slots) {
        status = mofb__no_memory();
        goto fail;
    }
    for (size_t k = 0; k < m->n_parts; k++)
        MOFB__TRY_GOTO(status, fill_slot(&system->slots[k], m->parts[k], s, e), fail);
    *out = system;
    return MOFB_OK;
fail:
    mofb__system_free(system);
    return status;
}

void mofb__system_free(mofb_system *system) {
    if (!system) return;
    for (size_t k = 0; system->slots && k < system->evaluator->model->n_parts; k++) {
        mofb__slot *slot = &system->slots[k];
        if (slot->state) slot->part->vtable->system_free(slot->state);
        mofb__nlist_free(slot->list);
    }
    mofb__free(system->slots);
    mofb__free(system->last_positions);
    mofb_structure_free(system->structure);
    mofb__evaluator_unref(system->evaluator);
    mofb__free(system);
}

static mofb_status check_outputs(const mofb_request *r, const mofb_model *m) {
    static const char *const names[] = {"energy", "forces", "stress", "per-atom energies", "virials", "charges",
                                        "magnetic moments"};
    const void *const buffers[] = {r, r->forces, r->stress, r->atom_energies, r->virials, r->charges, r->magmoms};
    for (int k = 0; k < 7; k++) {
        if (!(r->want >> k & 1)) continue;
        if (!(m->info.outputs >> k & 1))
            return mofb__fail(MOFB_ERR_UNSUPPORTED, "unsupported_output", "model %s does not give %s", m->id, names[k]);
        if (!buffers[k])
            return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "%s wanted, but its buffer is NULL", names[k]);
    }
    return r->want >> 7 ? mofb__fail(MOFB_ERR_UNSUPPORTED, "unsupported_output", "unknown quantities requested") : MOFB_OK;
}

static mofb_status check_finite(const double *x, size_t count, const char *what) {
    for (size_t k = 0; k < count; k++)
        if (!isfinite(x[k]))
            return mofb__fail(MOFB_ERR_INVALID, "not_finite", "%s %zu has a component that is not finite", what, k / 3);
    return MOFB_OK;
}

/* Checks a request and fills its work item; the parts' systems and edges come later. */
static mofb_status prepare(mofb_work *w, mofb_request *r, const mofb_evaluator *e) {
    mofb_system *system = r->system;
    if (!system || system->evaluator != e)
        return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "a request's system belongs to another evaluator");
    const mofb_structure *s = system->structure;
    MOFB__TRY(check_outputs(r, e->model));
    const int32_t *periodic = mofb_structure_periodic(s);
    const double *cell = mofb_structure_cell(s);
    if (r->cell && cell) cell = r->cell;
    if (r->want & MOFB_STRESS && !(cell && periodic[0] && periodic[1] && periodic[2]))
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_stress", "stress needs a cell that is periodic in three directions");
    *w = (mofb_work){.struct_size = sizeof *w,
                     .n_atoms = mofb_structure_count(s),
                     .numbers = mofb_structure_numbers(s),
                     .positions = r->positions ? r->positions : mofb_structure_positions(s),
                     .cell = cell,
                     .periodic = periodic,
                     .flags = r->flags,
                     .volume = cell ? mofb__cell_volume(cell) : 0,
                     .energy = r->want & MOFB_ENERGY ? &r->energy : NULL,
                     .forces = r->want & MOFB_FORCES ? r->forces : NULL,
                     .stress = r->want & MOFB_STRESS ? r->stress : NULL,
                     .atom_energies = r->want & MOFB_ATOM_ENERGIES ? r->atom_energies : NULL,
                     .virials = r->want & MOFB_VIRIALS ? r->virials : NULL,
                     .charges = r->want & MOFB_CHARGES ? r->charges : NULL,
                     .magmoms = r->want & MOFB_MAGMOMS ? r->magmoms : NULL};
    MOFB__TRY(check_finite(w->positions, 3 * w->n_atoms, "position of atom"));
    if (!cell) return MOFB_OK;
    MOFB__TRY(check_finite(cell, 9, "cell vector"));
    return w->volume > 0 ? MOFB_OK : mofb__fail(MOFB_ERR_INVALID, "bad_cell", "the cell has no volume");
}

/* The item's system and edges for one part. Held pairs are found once, at the structure's own coordinates. */
static mofb_status enter_slot(mofb_work *w, const mofb_request *r, size_t part, int32_t threads) {
    mofb__slot *slot = &r->system->slots[part];
    w->system = slot->state;
    w->edges = NULL;
    if (!slot->list) return MOFB_OK;
    if (!(r->flags & MOFB_REQUEST_HOLD_PAIRS)) {
        slot->held = false;
        return mofb__nlist_update(&w->edges, slot->list, w->positions, w->cell, threads);
    }
    if (!slot->held) {
        const mofb_structure *s = r->system->structure;
        MOFB__TRY(mofb__nlist_update(&w->edges, slot->list, mofb_structure_positions(s), mofb_structure_cell(s),
                                     threads));
        slot->held = true;
    }
    return mofb__nlist_hold(&w->edges, slot->list, w->positions, w->cell);
}

/* Sums of r⊗f are symmetric up to rounding; the stress is symmetric to the bit. */
static void symmetrise(double s[9]) {
    for (int a = 0; a < 3; a++)
        for (int b = 0; b < a; b++) s[3 * a + b] = s[3 * b + a] = 0.5 * (s[3 * a + b] + s[3 * b + a]);
}

static void remember(mofb_system *system, const mofb_work *w) {
    system->last = *w;
    memcpy(system->last_positions, w->positions, 3 * w->n_atoms * sizeof(double));
    system->last.positions = system->last_positions;
    if (w->cell) memcpy(system->last_cell, w->cell, sizeof system->last_cell);
    system->last.cell = w->cell ? system->last_cell : NULL;
    system->last.energy = system->last.forces = system->last.stress = system->last.atom_energies = NULL;
    system->last.virials = system->last.charges = system->last.magmoms = NULL;
}

/* A worker thread's error is not the caller's: the failed item is done again here, to be told. */
static mofb_status enter_slots(mofb_evaluator *e, mofb_work *work, mofb_request *const *requests, size_t count,
                               size_t part) {
    if (count == 1) return enter_slot(&work[0], requests[0], part, e->threads);
#pragma omp parallel for schedule(dynamic) num_threads(e->threads)
    for (size_t k = 0; k < count; k++) e->status[k] = enter_slot(&work[k], requests[k], part, 1);
    for (size_t k = 0; k < count; k++)
        if (e->status[k]) {
            mofb_status status = enter_slot(&work[k], requests[k], part, 1);
            return status ? status : e->status[k] == MOFB_ERR_NO_MEMORY ? mofb__no_memory() : e->status[k];
        }
    return MOFB_OK;
}

static mofb_status run_part(mofb_evaluator *e, mofb_work *work, mofb_request *const *requests, size_t count,
                            size_t part) {
    const mofb_model *m = e->model->parts[part];
    MOFB__TRY(enter_slots(e, work, requests, count, part));
    MOFB__TRY(m->vtable->evaluate(m->state, work, count, e->threads));
    for (size_t k = 0; k < count; k++)
        if (work[k].status) return work[k].status;
    return MOFB_OK;
}

static mofb_status run(mofb_evaluator *e, mofb_request *const *requests, size_t count) {
    e->batch++;
    MOFB__TRY(mofb__grow(e->a, &e->work, &e->work_capacity, count, sizeof *e->work));
    MOFB__TRY(mofb__grow(e->a, &e->status, &e->status_capacity, count, sizeof *e->status));
    for (size_t k = 0; k < count; k++) {
        mofb_status status = prepare(&e->work[k], requests[k], e);
        if (status) return count > 1 ? mofb__fail_prefix(status, "request %zu", k) : status;
        if (requests[k]->system->batch == e->batch)
            return mofb__fail(MOFB_ERR_INVALID, "bad_argument",
                              "request %zu: its system has another request in the batch", k);
        requests[k]->system->batch = e->batch;
    }
    MOFB__TRY(run_part(e, e->work, requests, count, 0));
    for (size_t part = 1; part < e->model->n_parts; part++) {
        MOFB__TRY(mofb__sum_prepare(e, e->work, count));
        MOFB__TRY(run_part(e, e->addends, requests, count, part));
        for (size_t k = 0; k < count; k++) mofb__sum_add(&e->work[k], &e->addends[k]);
    }
    for (size_t k = 0; k < count; k++) {
        if (e->work[k].stress) symmetrise(e->work[k].stress);
        remember(requests[k]->system, &e->work[k]);
    }
    return MOFB_OK;
}

mofb_status mofb__evaluator_run(mofb_evaluator *e, mofb_request *const *requests, size_t count) {
    if (!count) return MOFB_OK;
    if (atomic_flag_test_and_set(&e->running))
        return mofb__fail(MOFB_ERR_BUSY, "busy", "the evaluator is running on another thread");
    mofb_status status = run(e, requests, count);
    atomic_flag_clear(&e->running);
    return status;
}

static mofb_status describe_slot(char **out, mofb_system *system, size_t part) {
    mofb__slot *slot = &system->slots[part];
    const mofb_model_vtable *vtable = slot->part->vtable;
    if (!vtable->describe) {
        char *text = mofb_ext_text("{}", system->a);
        if (!text) return mofb__no_memory();
        *out = text;
        return MOFB_OK;
    }
    mofb_work last = system->last;
    bool evaluated = last.struct_size != 0;
    last.system = slot->state;
    last.edges = NULL;
    if (evaluated && slot->list)
        MOFB__TRY(mofb__nlist_update(&last.edges, slot->list, last.positions, last.cell, system->evaluator->threads));
    slot->held = false;
    return vtable->describe(out, slot->state, evaluated ? &last : NULL);
}

static mofb_status add_description(mofb__json *list, mofb_system *system, size_t part) {
    char *text;
    mofb__json *description;
    MOFB__TRY(describe_slot(&text, system, part));
    mofb_status status = mofb__json_parse(&description, text, strlen(text));
    mofb_text_free(text);
    if (status) return status;
    mofb__json *o = mofb__json_add_object(list, NULL);
    mofb__json_add_text(o, "model", system->slots[part].part->id);
    mofb__json_add_copy(o, "description", description);
    mofb__json_free(description);
    return MOFB_OK;
}

mofb_status mofb__system_describe(char **out, mofb_system *system) {
    const mofb_model *m = system->evaluator->model;
    if (m->vtable) return describe_slot(out, system, 0);
    mofb_status status = MOFB_OK;
    mofb__json *root = mofb__json_new_object(), *parts = mofb__json_add_array(root, "parts");
    for (size_t k = 0; !status && k < m->n_parts; k++) status = add_description(parts, system, k);
    if (!status) status = mofb__json_text(out, root, system->a);
    mofb__json_free(root);
    return status;
}
