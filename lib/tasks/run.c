/* SPDX-License-Identifier: MIT */
#include "tasks/run.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "models/models.h"
#include "tasks/attempt.h"
#include "tasks/context.h"

enum { MAX_STAGES = 24 };

/* Seconds spent in a stage, over all resumes. */
typedef struct stage_time {
    char name[24];
    double seconds;
} stage_time;

typedef struct host {
    mofb__context ctx; /* first: the context's functions get back to the host by it */
    const mofb_run_options *options;
    const mofb_task *task;
    const mofb_model *model;
    mofb__attempt attempt;
    mofb__blob restored;
    double started, saved, ticked; /* s, monotonic */
    stage_time stages[MAX_STAGES];
    uint64_t n_stages, resumed;
    double earlier_seconds; /* of the attempts before a resume */
    double fraction;        /* told last; estimates may fall back, what is told does not */
    bool cancelled;
} host;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static mofb_status evaluate(mofb__context *ctx, mofb_request *const *requests, size_t count) {
    ctx->force_calls += count;
    ctx->launches++;
    return mofb_evaluator_run(ctx->evaluator, requests, count);
}

static void count_time(host *h, const char *stage) {
    double t = now();
    uint64_t k = 0;
    while (k < h->n_stages && strncmp(h->stages[k].name, stage, sizeof h->stages[k].name - 1)) k++;
    if (k < MAX_STAGES) {
        if (k == h->n_stages) {
            h->stages[k] = (stage_time){{0}, 0};
            snprintf(h->stages[k].name, sizeof h->stages[k].name, "%s", stage);
            h->n_stages++;
        }
        h->stages[k].seconds += t - h->ticked;
    }
    h->ticked = t;
}

static mofb_status progress(mofb__context *ctx, const mofb_progress *p) {
    host *h = (host *)ctx;
    mofb_progress told = *p;
    count_time(h, p->stage);
    h->fraction = told.fraction = p->fraction > h->fraction ? p->fraction : h->fraction;
    if (h->options->on_progress && h->options->on_progress(&told, h->options->user)) h->cancelled = true;
    return h->cancelled ? MOFB_ERR_CANCELLED : MOFB_OK;
}

static void log_message(mofb__context *ctx, int32_t level, const char *message) {
    const mofb_run_options *o = ((host *)ctx)->options;
    if (o->on_log) o->on_log(level, message, strlen(message), o->user);
}

static bool checkpoint_due(mofb__context *ctx) {
    const host *h = (const host *)ctx;
    double every = h->options->checkpoint_seconds == 0 ? 30 : h->options->checkpoint_seconds;
    return h->attempt.folder && (every < 0 || now() - h->saved >= every);
}

static void save_host(const host *h, mofb__blob *b) {
    mofb__blob_put_u64(b, "force_calls", h->ctx.force_calls);
    mofb__blob_put_u64(b, "launches", h->ctx.launches);
    mofb__blob_put_u64(b, "resumed", h->resumed);
    double seconds = h->earlier_seconds + now() - h->started;
    mofb__blob_put_f64(b, "seconds", &seconds, 1);
    mofb__blob_put_u64(b, "n_stages", h->n_stages);
    mofb__blob_put(b, "stages", h->stages, sizeof h->stages);
}

static mofb_status load_host(host *h, mofb__blob *b) {
    MOFB__TRY(mofb__blob_get_u64(b, "force_calls", &h->ctx.force_calls));
    MOFB__TRY(mofb__blob_get_u64(b, "launches", &h->ctx.launches));
    MOFB__TRY(mofb__blob_get_u64(b, "resumed", &h->resumed));
    MOFB__TRY(mofb__blob_get_f64(b, "seconds", &h->earlier_seconds, 1));
    MOFB__TRY(mofb__blob_get_u64(b, "n_stages", &h->n_stages));
    return mofb__blob_get(b, "stages", h->stages, sizeof h->stages);
}

static mofb_status checkpoint_save(mofb__context *ctx, const mofb__blob *state) {
    host *h = (host *)ctx;
    mofb__blob counters;
    mofb__blob_init(&counters, ctx->a);
    save_host(h, &counters);
    mofb_status status = mofb__attempt_save(&h->attempt, &counters, state);
    mofb__blob_free(&counters);
    h->saved = now();
    return status;
}

static mofb_status append(mofb__context *ctx, const char *name, const void *data, size_t size) {
    return mofb__attempt_append(&((host *)ctx)->attempt, name, data, size);
}

static mofb_status write_whole(mofb__context *ctx, const char *name, const void *data, size_t size) {
    return mofb__attempt_write(&((host *)ctx)->attempt, name, data, size);
}

static const char *device_of(const host *h) {
    return h->options->device ? h->options->device : "cpu";
}

static void add_inputs(const mofb_task *task, mofb__json *o) {
    mofb__json *inputs = mofb__json_add_object(o, "inputs");
    for (size_t k = 0; k < task->kind->n_inputs; k++) {
        const mofb_structure *s = task->structures[k];
        if (!s) continue;
        mofb__json *x = mofb__json_add_object(inputs, task->kind->inputs[k].name);
        mofb__json_add_text(x, "name", mofb_structure_name(s));
        mofb__json_add_text(x, "sha256", mofb_structure_sha256(s));
        mofb__json_add_integer(x, "n_atoms", (int64_t)mofb_structure_count(s));
    }
}

/* What makes two runs the same task, and so entitled to each other's checkpoint. */
static mofb_status identity(char **out, const host *h) {
    mofb__json *o = mofb__json_new_object(), *parameters = mofb__json_add_object(o, "parameters");
    mofb__json_add_text(o, "task", h->task->kind->name);
    mofb__values_to_json(h->task->values, parameters, false);
    mofb__json_add_text(o, "model", mofb_model_id(h->model));
    mofb__json_add_text(o, "model_sha256", mofb_model_sha256(h->model));
    add_inputs(h->task, o);
    mofb__json_add_text(o, "library_version", mofb_version());
    mofb__json_add_text(o, "device", device_of(h));
    mofb_status status = mofb__json_text(out, o, h->ctx.a);
    mofb__json_free(o);
    return status;
}

static void add_head(const host *h, mofb__json *o) {
    const mofb_task *t = h->task;
    const mofb_structure *first = t->structures[0];
    mofb__json_add_text(o, "task", t->kind->name);
    mofb__json_add_text(o, "preset", mofb__preset_id(t->preset));
    mofb__json_add_integer(o, "preset_version", mofb__preset_version(t->preset));
    mofb__values_to_json(t->values, mofb__json_add_object(o, "parameters"), false);
    mofb__json_add_text(o, "library_version", mofb_version());
    mofb__json_add_text(o, "model", mofb_model_id(h->model));
    mofb__json_add_text(o, "model_sha256", mofb_model_sha256(h->model));
    if (h->model->info.functional) mofb__json_add_text(o, "functional", h->model->info.functional);
    mofb__json_add_text(o, "structure", mofb_structure_name(first));
    mofb__json_add_text(o, "structure_sha256", mofb_structure_sha256(first));
    add_inputs(t, o);
    mofb__json_add_integer(o, "n_atoms", (int64_t)mofb_structure_count(first));
    for (size_t k = 0; k < t->n_rows; k++)
        if (!strcmp(t->rows[k].name, "seed"))
            mofb__json_add_integer(o, "seed", mofb_values_integer(t->values, "seed"));
    mofb__json_add_text(o, "device", device_of(h));
    mofb__json_add_text(o, "precision", "f64");
}

static void add_run(const host *h, mofb__json *o) {
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    mofb__json_add_text(o, "host", name);
    mofb__json_add_integer(o, "threads", h->ctx.threads);
    mofb__json_add_number(o, "wall_seconds", h->earlier_seconds + now() - h->started);
    mofb__json *stages = mofb__json_add_object(o, "stage_seconds");
    for (uint64_t k = 0; k < h->n_stages; k++)
        mofb__json_add_number(stages, h->stages[k].name, h->stages[k].seconds);
    mofb__json_add_integer(o, "n_resumes", (int64_t)h->resumed);
    mofb__json_add_integer(o, "n_launches", (int64_t)h->ctx.launches);
}

static const mofb_row common_results[] = {
    {"outcome", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL,
     "what became of the task, one of the kind's outcomes"},
    {"task", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "kind of the task"},
    {"preset", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "preset the parameters started from"},
    {"preset_version", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL, "its version"},
    {"parameters", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "object with the value of every parameter"},
    {"library_version", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "version of the library"},
    {"model", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "canonical id of the model"},
    {"model_sha256", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "hash of its parameters and options"},
    {"functional", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "functional the model was trained on"},
    {"structure", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "name of the first structure input"},
    {"structure_sha256", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "its hash"},
    {"inputs", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL,
     "object with name, sha256 and n_atoms of every input"},
    {"n_atoms", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL, "atoms of the first structure input"},
    {"seed", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL,
     "of the random numbers, where the task draws any"},
    {"device", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "what the evaluations ran on"},
    {"precision", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "of the evaluations"},
    {"n_force_calls", MOFB_TYPE_INTEGER, 0, "", "", NULL, 0, 0, NULL, "systems evaluated in all"},
    {"run", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL,
     "object with what differs between two runs: host, threads, seconds, resumes, launches"},
};

const mofb_row *mofb__common_results(size_t *count) {
    *count = sizeof common_results / sizeof *common_results;
    return common_results;
}

/* A good outcome, or a finding that `strict` does not mind. */
static mofb_status check_outcome(const mofb_task *t, const mofb_result *r) {
    char reason[64];
    const char *outcome = mofb__result_outcome_of(r);
    for (size_t k = 0; k < t->kind->n_outcomes; k++) {
        const mofb__outcome *o = &t->kind->outcomes[k];
        if (strcmp(o->name, outcome)) continue;
        if (o->good || !mofb_values_bool(t->values, "strict")) return MOFB_OK;
        snprintf(reason, sizeof reason, "strict_%s", outcome);
        return mofb__fail(MOFB_ERR_INVALID, reason, "%s ended as '%s': %s", t->kind->name, outcome, o->help);
    }
    return mofb__fail(MOFB_ERR_INTERNAL, "unknown_outcome", "%s gave the outcome '%s', which its table lacks",
                      t->kind->name, outcome);
}

static mofb_status check_inputs(const mofb_task *t, const mofb_model *model) {
    for (size_t k = 0; k < t->kind->n_inputs; k++) {
        const mofb__input *input = &t->kind->inputs[k];
        if (!t->structures[k] && input->required)
            return mofb__fail(MOFB_ERR_INVALID, "missing_input", "%s needs the structure '%s': %s",
                              t->kind->name, input->name, input->help);
        if (t->structures[k]) MOFB__TRY(mofb__model_supports(model, t->structures[k]));
    }
    return MOFB_OK;
}

/* Continues from the checkpoint, if the attempt has one. */
static mofb_status restore(host *h) {
    mofb__blob counters;
    bool found;
    mofb__blob_init(&counters, h->ctx.a);
    mofb_status status = mofb__attempt_restore(&h->attempt, &counters, &h->restored, &found);
    if (!status && found) status = load_host(h, &counters);
    mofb__blob_free(&counters);
    if (status || !found) return status;
    h->ctx.restored = &h->restored;
    h->resumed++;
    mofb__context_log(&h->ctx, MOFB_LOG_INFO, "continuing from the checkpoint in %s", h->attempt.folder);
    return MOFB_OK;
}

static mofb_status run_kind(host *h, mofb_result *r) {
    const mofb_task *t = h->task;
    mofb_evaluator_options o = {.struct_size = sizeof o,
                                .allocator = h->ctx.a,
                                .device = h->options->device,
                                .threads = h->options->threads};
    MOFB__TRY(mofb_evaluator_new(&h->ctx.evaluator, h->model, &o));
    h->ctx.threads = h->ctx.evaluator->threads;
    MOFB__TRY(restore(h));
    h->saved = h->ticked = now();
    MOFB__TRY(t->kind->run(&h->ctx, t->values, (const mofb_structure *const *)t->structures, r));
    mofb__result_integer(r, "n_force_calls", (int64_t)h->ctx.force_calls);
    add_run(h, mofb__result_run(r));
    MOFB__TRY(mofb__result_seal(r));
    return mofb__attempt_finish(&h->attempt, r);
}

/* Runs, or returns what a finished attempt left. */
static mofb_status run_attempt(mofb_result **out, host *h) {
    mofb_result *r = NULL;
    char *text;
    mofb_status status, closed;
    MOFB__TRY(identity(&text, h));
    status = mofb__attempt_open(&h->attempt, h->options->directory, text, h->options->fresh != 0, h->ctx.a);
    mofb__free(text);
    if (status) return status;
    h->ctx.keeps = h->attempt.folder != NULL;
    mofb__blob_init(&h->restored, h->ctx.a);
    status = mofb__attempt_result(&r, &h->attempt);
    if (!status && !r) {
        status = mofb__result_new(&r, h->ctx.a);
        if (!status) {
            add_head(h, mofb__result_head(r));
            status = run_kind(h, r);
        }
        mofb_evaluator_free(h->ctx.evaluator);
    }
    mofb__blob_free(&h->restored);
    closed = mofb__attempt_close(&h->attempt);
    if (!status) status = closed;
    if (!status) status = check_outcome(h->task, r);
    if (status) mofb__result_free(r);
    else *out = r;
    return status;
}

mofb_status mofb__run(mofb_result **out, const mofb_task *task, const mofb_model *model,
                      const mofb_run_options *options) {
    host h = {.ctx = {.a = options->allocator,
                      .model = model,
                      .evaluate = evaluate,
                      .progress = progress,
                      .log = log_message,
                      .checkpoint_due = checkpoint_due,
                      .checkpoint_save = checkpoint_save,
                      .append = append,
                      .write = write_whole},
              .options = options,
              .task = task,
              .model = model,
              .started = now()};
    MOFB__TRY(check_inputs(task, model));
    return run_attempt(out, &h);
}
