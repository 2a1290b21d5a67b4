/* SPDX-License-Identifier: MIT */
/* What every task kind promises, checked on each that is registered: complete tables, results that keep to
   them, the same result whatever the threads, cancelling within a step, resuming to the same bytes,
   strictness, and no harm from a failing allocator. */
#include "mofbench/mofbench.h"

#include "support/crystal.h"
#include "support/failing.h"
#include "support/folder.h"
#include "support/tap.h"
#include "tasks/task.h"

static const char *const potential = "lj:epsilon=0.0104,sigma=3.4,cutoff=8.7";
/* Sizes that the kinds share by name; those a kind lacks are left out. */
static const char *const settings[][2] = {{"nvt_steps", "40"},
                                          {"npt_steps", "60"},
                                          {"npt_temperatures_K", "20,30"},
                                          {"temperature_K", "20"},
                                          {"timestep_fs", "5"},
                                          {"mesh_length_A", "6"},
                                          {"final_relaxation", "true"},
                                          {"relax_max_steps", "60"},
                                          {"max_steps", "60"},
                                          {"n_points", "5"},
                                          {"frame_interval", "7"},
                                          {"trajectory_interval", "3"},
                                          {"temperature_step_K", "100"},
                                          {"fmax_eV_per_A", "1e-4"},
                                          {"relax_fmax_eV_per_A", "1e-4"},
                                          {"point_fmax_eV_per_A", "1e-4"}};

typedef struct bench {
    mofb_model *model;
    mofb_task *task;
    mofb_structure *inputs[8];
    size_t n_inputs;
} bench;

static void bench_free(bench *b) {
    for (size_t k = 0; k < b->n_inputs; k++) mofb_structure_free(b->inputs[k]);
    mofb_task_free(b->task);
    mofb_model_free(b->model);
}

static mofb_status bench_new(bench *b, const mofb__task_kind *kind, const mofb_allocator *a) {
    mofb_task_options task_options = {.struct_size = sizeof task_options, .allocator = a};
    mofb_model_options model_options = {.struct_size = sizeof model_options, .allocator = a};
    *b = (bench){0};
    mofb_status status = mofb_model_open(&b->model, potential, &model_options);
    if (!status) status = mofb_task_new(&b->task, kind->name, "{\"preset\":\"quick\"}", &task_options);
    for (size_t k = 0; !status && k < sizeof settings / sizeof *settings; k++)
        for (size_t i = 0; !status && i < kind->n_params; i++)
            if (!strcmp(kind->params[i].name, settings[k][0]))
                status = mofb_task_set(b->task, settings[k][0], settings[k][1]);
    for (size_t k = 0; !status && k < kind->n_inputs && k < 8; k++) {
        status = crystal_argon(&b->inputs[k], 1, 5.4, 0.1);
        if (status) break;
        b->n_inputs = k + 1;
        status = mofb_task_set_structure(b->task, kind->inputs[k].name, b->inputs[k]);
    }
    if (status) bench_free(b);
    return status;
}

/* Stops at the call `stop_at` of on_progress (0: never). */
typedef struct watcher {
    long calls, stop_at;
    double fraction;
    int sane;
} watcher;

static int32_t watch(const mofb_progress *p, void *user) {
    watcher *w = user;
    w->calls++;
    w->sane =
        w->sane && *p->stage && p->note && p->fraction >= w->fraction - 1e-12 && p->fraction <= 1 + 1e-12;
    w->fraction = p->fraction;
    return w->calls == w->stop_at;
}

static mofb_status run(mofb_result **out, bench *b, watcher *w, const char *directory,
                       double checkpoint_seconds) {
    mofb_run_options o = {.struct_size = sizeof o,
                          .threads = 1,
                          .directory = directory,
                          .checkpoint_seconds = checkpoint_seconds,
                          .on_progress = watch,
                          .user = w};
    *w = (watcher){.stop_at = w->stop_at, .sane = 1};
    return mofb_run(out, b->task, b->model, &o);
}

static void check_text(const mofb__json *o, const char *key, const char *of) {
    const char *text = mofb__json_text_of(mofb__json_get(o, key));
    if (!text || !*text) printf("# %s lacks %s\n", of, key);
    CHECK(text && *text);
}

static const mofb_row *declared(const mofb__task_kind *kind, const char *key) {
    size_t n;
    const mofb_row *common = mofb__common_results(&n);
    for (size_t k = 0; k < n; k++)
        if (!strcmp(common[k].name, key)) return &common[k];
    for (size_t k = 0; k < kind->n_results; k++)
        if (!strcmp(kind->results[k].name, key)) return &kind->results[k];
    return NULL;
}

static void describe_is_complete(const mofb__task_kind *kind) {
    static const char *const lists[] = {"inputs", "parameters", "results", "common_results", "outcomes"};
    char *text;
    mofb__json *o;
    int good = 0, first = 0, quick = 0;
    OK(mofb_task_kind_describe(&text, kind->name));
    OK(mofb__json_parse(&o, text, strlen(text)));
    check_text(o, "name", kind->name);
    check_text(o, "title", kind->name);
    check_text(o, "summary", kind->name);
    for (int l = 0; l < 5; l++) {
        const mofb__json *list = mofb__json_get(o, lists[l]);
        CHECK(mofb__json_count(list) > 0);
        for (const mofb__json *x = mofb__json_first(list); x; x = mofb__json_next(x)) {
            check_text(x, "name", lists[l]);
            check_text(x, "help", mofb__json_text_of(mofb__json_get(x, "name")));
            if (l == 1) CHECK(mofb__json_get(x, "default"));
            if (l == 4) good += mofb__json_number_of(mofb__json_get(x, "good"), 0) != 0;
        }
    }
    CHECK(good > 0);
    for (const mofb__json *x = mofb__json_first(mofb__json_get(o, "presets")); x; x = mofb__json_next(x)) {
        const char *id = mofb__json_text_of(mofb__json_get(x, "id"));
        first += !strcmp(id, kind->default_preset);
        quick += !strcmp(id, "quick");
    }
    CHECK(first == 1 && quick == 1);
    for (size_t k = 0; k < kind->n_plots; k++) {
        CHECK(declared(kind, kind->plots[k].x) && declared(kind, kind->plots[k].y[0]));
        CHECK(strstr(kind->plots[k].file, ".svg") && *kind->plots[k].x_label && *kind->plots[k].y_label);
    }
    mofb__json_free(o);
    mofb_text_free(text);
}

static int fits(const mofb_row *row, const mofb__json *x) {
    switch (row->type) {
    case MOFB_TYPE_BOOL: return mofb__json_is_bool(x);
    case MOFB_TYPE_INTEGER:
    case MOFB_TYPE_NUMBER: return mofb__json_is_number(x);
    case MOFB_TYPE_NUMBERS: return mofb__json_is_array(x);
    case MOFB_TYPE_STRUCTURE: return mofb__json_get(x, "positions_A") != NULL;
    default: return mofb__json_text_of(x) || mofb__json_is_object(x) || mofb__json_is_array(x);
    }
}

static void result_keeps_to_its_table(const mofb__task_kind *kind) {
    bench b;
    watcher w = {0};
    mofb_result *r;
    mofb__json *o;
    OK(bench_new(&b, kind, NULL));
    OK(run(&r, &b, &w, NULL, 0));
    CHECK(w.sane && w.calls > 0);
    OK(mofb__json_parse(&o, mofb_result_json(r), strlen(mofb_result_json(r))));
    for (const mofb__json *x = mofb__json_first(o); x; x = mofb__json_next(x)) {
        const mofb_row *row = declared(kind, mofb__json_key(x));
        if (!row || !fits(row, x))
            printf("# %s: '%s' is %s\n", kind->name, mofb__json_key(x),
                   row ? "of another type" : "not declared");
        CHECK(row && fits(row, x));
        for (const mofb__json *y = mofb__json_next(x); y; y = mofb__json_next(y))
            CHECK(strcmp(mofb__json_key(x), mofb__json_key(y)));
    }
    size_t n;
    const mofb_row *common = mofb__common_results(&n);
    for (size_t k = 0; k < n; k++)
        if (strcmp(common[k].name, "functional") && strcmp(common[k].name, "seed"))
            CHECK(mofb__json_get(o, common[k].name));
    mofb__json_free(o);
    mofb_result_free(r);
    bench_free(&b);
}

static void threads_change_nothing(const mofb__task_kind *kind) {
    bench b;
    watcher w = {0};
    mofb_result *one, *two;
    mofb_run_options o = {.struct_size = sizeof o, .threads = 2};
    OK(bench_new(&b, kind, NULL));
    OK(run(&one, &b, &w, NULL, 0));
    OK(mofb_run(&two, b.task, b.model, &o));
    size_t n = folder_stable_length(mofb_result_json(one));
    CHECK(n == folder_stable_length(mofb_result_json(two)) &&
          !memcmp(mofb_result_json(one), mofb_result_json(two), n));
    mofb_result_free(one);
    mofb_result_free(two);
    bench_free(&b);
}

/* Stops the run at several of its steps, with and without other checkpoints before, and continues it. */
static void cancelled_runs_continue_to_the_same_bytes(const mofb__task_kind *kind) {
    bench b;
    watcher w = {0};
    mofb_result *r;
    folder whole = folder_new();
    OK(bench_new(&b, kind, NULL));
    OK(run(&r, &b, &w, whole.path, 0));
    mofb_result_free(r);
    long total = w.calls;
    enum { STOPS = 7 };
    for (int k = 0; k < STOPS && (k == 0 || total > 1); k++) {
        folder parts = folder_new();
        double seconds = k % 3 == 0 ? -1 : 1e9;
        w.stop_at = k < 2 ? 1 + k : 1 + (total - 1) * k / (STOPS - 1);
        FAILS(run(&r, &b, &w, parts.path, seconds), MOFB_ERR_CANCELLED, "cancelled");
        CHECK(w.calls == w.stop_at); /* nothing goes on after the request */
        if (k > 3) {                 /* and once more */
            w.stop_at = 2;
            mofb_status again = run(&r, &b, &w, parts.path, seconds);
            CHECK(again == MOFB_ERR_CANCELLED || again == MOFB_OK);
            if (!again) mofb_result_free(r);
        }
        w.stop_at = 0;
        OK(run(&r, &b, &w, parts.path, seconds));
        int different = folder_differences(&whole, &parts);
        if (different)
            printf("# %s stopped at the %d. place of %d, %ld steps in all\n", kind->name, k, STOPS, total);
        CHECK(different == 0);
        mofb_result_free(r);
        folder_remove(&parts);
    }
    folder_remove(&whole);
    bench_free(&b);
}

static void directory_knows_its_task(const mofb__task_kind *kind) {
    bench b;
    watcher w = {0};
    mofb_result *r, *again;
    folder f = folder_new();
    mofb_run_options fresh = {.struct_size = sizeof fresh, .directory = f.path, .fresh = 1, .threads = 1};
    OK(bench_new(&b, kind, NULL));
    OK(run(&r, &b, &w, f.path, 0));
    OK(run(&again, &b, &w, f.path, 0));
    CHECK(w.calls == 0 && !strcmp(mofb_result_json(r), mofb_result_json(again)));
    mofb_result_free(again);
    OK(mofb_task_set(b.task, "strict", "true"));
    FAILS(run(&again, &b, &w, f.path, 0), MOFB_ERR_EXISTS, "other_attempt");
    CHECK(strstr(mofb_error_message(), "parameters"));
    mofb_status status = mofb_run(&again, b.task, b.model, &fresh);
    CHECK(status == MOFB_OK || !strncmp(mofb_error_reason(), "strict_", 7));
    if (!status) mofb_result_free(again);
    mofb_result_free(r);
    folder_remove(&f);
    bench_free(&b);
}

/* A kind that can fall short is made to: strict turns the finding into a failure, and still does so when the
   finished directory is asked again. */
static void strict_turns_findings_into_failures(const mofb__task_kind *kind) {
    static const char *const keys[] = {"max_steps", "relax_max_steps", "max_energy_eV"};
    bench b;
    watcher w = {0};
    mofb_result *r;
    folder f = folder_new();
    char reason[80];
    int good = 1;
    OK(bench_new(&b, kind, NULL));
    for (int k = 0; k < 3; k++) (void)mofb_task_set(b.task, keys[k], "0");
    OK(run(&r, &b, &w, NULL, 0));
    for (size_t k = 0; k < kind->n_outcomes; k++)
        if (!strcmp(kind->outcomes[k].name, mofb_result_outcome(r))) good = kind->outcomes[k].good;
    snprintf(reason, sizeof reason, "strict_%s", mofb_result_outcome(r));
    mofb_result_free(r);
    OK(mofb_task_set(b.task, "strict", "true"));
    for (int k = 0; k < 2; k++)
        if (!good) FAILS(run(&r, &b, &w, f.path, 0), MOFB_ERR_INVALID, reason);
    if (kind->n_params) CHECK(!good);
    folder_remove(&f);
    bench_free(&b);
}

static void missing_inputs_are_named(const mofb__task_kind *kind) {
    bench b;
    mofb_result *r;
    mofb_task *empty;
    OK(bench_new(&b, kind, NULL));
    OK(mofb_task_new(&empty, kind->name, NULL, NULL));
    FAILS(mofb_run(&r, empty, b.model, NULL), MOFB_ERR_INVALID, "missing_input");
    mofb_task_free(empty);
    bench_free(&b);
}

static long allocations(const mofb__task_kind *kind, long left, mofb_status *status, long *live) {
    failing f;
    bench b;
    mofb_result *r = NULL;
    folder here = folder_new();
    failing_init(&f, left);
    mofb_run_options o = {.struct_size = sizeof o,
                          .allocator = &f.allocator,
                          .threads = 1,
                          .directory = here.path,
                          .checkpoint_seconds = 1e9};
    *status = bench_new(&b, kind, &f.allocator);
    if (!*status) {
        *status = mofb_run(&r, b.task, b.model, &o);
        if (!*status) mofb_result_free(r);
        bench_free(&b);
    }
    *live = f.live;
    folder_remove(&here);
    return f.made;
}

/* Every allocation up to a hundred, then a sample. */
static void failing_allocator_does_no_harm(const mofb__task_kind *kind) {
    mofb_status status;
    long live, total = allocations(kind, -1, &status, &live);
    CHECK(status == MOFB_OK && live == 0);
    for (long k = 0; k < total; k += k < 100 ? 3 : total / 60 + 1) {
        allocations(kind, k, &status, &live);
        if (status != MOFB_ERR_NO_MEMORY || live)
            printf("# %s: allocation %ld of %ld: status %d, %ld blocks left\n", kind->name, k, total,
                   (int)status, live);
        CHECK(status == MOFB_ERR_NO_MEMORY && live == 0);
    }
}

/* Resumes that fail for lack of memory, each a little later, leave a folder that still ends with the same bytes. */
static void failed_resumes_do_no_harm(const mofb__task_kind *kind) {
    bench b;
    watcher w = {0};
    mofb_result *r;
    mofb_status status = MOFB_ERR_NO_MEMORY;
    folder whole = folder_new(), parts = folder_new();
    OK(bench_new(&b, kind, NULL));
    OK(run(&r, &b, &w, whole.path, 0));
    mofb_result_free(r);
    w.stop_at = (w.calls + 1) / 2;
    FAILS(run(&r, &b, &w, parts.path, 1e9), MOFB_ERR_CANCELLED, "cancelled");
    for (long k = 0; status; k += 1 + k / 6) {
        failing f;
        failing_init(&f, k);
        mofb_run_options o = {.struct_size = sizeof o,
                              .allocator = &f.allocator,
                              .threads = 1,
                              .directory = parts.path,
                              .checkpoint_seconds = 1e9};
        status = mofb_run(&r, b.task, b.model, &o);
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        if (!status) mofb_result_free(r);
        else if (status != MOFB_ERR_NO_MEMORY) break;
        CHECK(f.live == 0);
    }
    CHECK(folder_differences(&whole, &parts) == 0);
    folder_remove(&parts);
    folder_remove(&whole);
    bench_free(&b);
}

static void over_kinds(void (*body)(const mofb__task_kind *)) {
    size_t n;
    const mofb__task_kind *const *kinds = mofb__task_kinds(&n);
    for (size_t k = 0; k < n; k++) body(kinds[k]);
}

TEST(task__describe_is_complete) {
    over_kinds(describe_is_complete);
}
TEST(task__result_keeps_to_its_table) {
    over_kinds(result_keeps_to_its_table);
}
TEST(task__threads_change_nothing) {
    over_kinds(threads_change_nothing);
}
TEST(task__cancelled_runs_continue_to_the_same_bytes) {
    over_kinds(cancelled_runs_continue_to_the_same_bytes);
}
TEST(task__directory_knows_its_task) {
    over_kinds(directory_knows_its_task);
}
TEST(task__strict_turns_findings_into_failures) {
    over_kinds(strict_turns_findings_into_failures);
}
TEST(task__missing_inputs_are_named) {
    over_kinds(missing_inputs_are_named);
}
TEST(task__failing_allocator_does_no_harm) {
    over_kinds(failing_allocator_does_no_harm);
}
TEST(task__failed_resumes_do_no_harm) {
    over_kinds(failed_resumes_do_no_harm);
}

int main(void) {
    RUN(task__describe_is_complete);
    RUN(task__result_keeps_to_its_table);
    RUN(task__threads_change_nothing);
    RUN(task__cancelled_runs_continue_to_the_same_bytes);
    RUN(task__directory_knows_its_task);
    RUN(task__strict_turns_findings_into_failures);
    RUN(task__missing_inputs_are_named);
    RUN(task__failing_allocator_does_no_harm);
    RUN(task__failed_resumes_do_no_harm);
    return tap_end();
}
