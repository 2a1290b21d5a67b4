/* SPDX-License-Identifier: MIT */
#include "tasks/task.h"

#include <string.h>

#define MEMBER(name) extern const mofb__task_kind mofb__task_##name;
#include "tasks.inc"
#undef MEMBER

const mofb__task_kind *const *mofb__task_kinds(size_t *count) {
#define MEMBER(name) &mofb__task_##name,
    static const mofb__task_kind *const all[] = {
#include "tasks.inc"
        NULL};
#undef MEMBER
    *count = sizeof all / sizeof *all - 1;
    return all;
}

/* One letter of a name as compared: hyphens are underscores, z is s, capitals are small. */
static char fold(char c) {
    if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
    return c == '-' || c == ' ' ? '_' : c == 'z' ? 's' : c;
}

bool mofb__task_same_name(const char *a, const char *b) {
    while (*a && fold(*a) == fold(*b)) a++, b++;
    return !*a && !*b;
}

mofb_status mofb__task_kind_find(const mofb__task_kind **out, const char *name) {
    const char *names[64], *near;
    size_t n;
    const mofb__task_kind *const *all = mofb__task_kinds(&n);
    for (size_t k = 0; k < n; k++) {
        if (mofb__task_same_name(all[k]->name, name)) {
            *out = all[k];
            return MOFB_OK;
        }
        names[k < 64 ? k : 63] = all[k]->name;
    }
    near = mofb__nearest(name, names, n < 64 ? n : 64);
    return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_task", "unknown task '%.80s'%s%s%s", name,
                      near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

mofb_status mofb__task_rows(mofb_row **out, size_t *count, const mofb__task_kind *kind,
                            const mofb_allocator *a) {
    const mofb_row common[] = {
        {"preset", MOFB_TYPE_TEXT, 0, "", "", kind->default_preset, 0, 0, NULL,
         "named set of values that the other parameters start from"},
        {"strict", MOFB_TYPE_BOOL, 0, "", "", "false", 0, 0, NULL,
         "fail where the outcome is not a good one, instead of reporting it"},
    };
    mofb_row *rows = mofb__alloc(a, sizeof common + kind->n_params * sizeof *rows);
    if (!rows) return mofb__no_memory();
    memcpy(rows, common, sizeof common);
    if (kind->n_params) memcpy(rows + 2, kind->params, kind->n_params * sizeof *rows);
    *out = rows;
    *count = 2 + kind->n_params;
    return MOFB_OK;
}

void mofb__task_free(mofb_task *t) {
    if (!t) return;
    for (size_t k = 0; t->structures && k < t->kind->n_inputs; k++) mofb_structure_free(t->structures[k]);
    mofb__free(t->structures);
    mofb__free(t->text);
    mofb__values_free(t->values);
    mofb__json_free(t->given);
    mofb__presets_free(&t->presets);
    mofb__free(t->rows);
    mofb__free(t);
}

/* The preset named last in `given`, or the kind's. */
static const char *preset_name(const mofb_task *t, const mofb__json *given) {
    const char *id = t->kind->default_preset;
    for (const mofb__json *m = mofb__json_first(given); m; m = mofb__json_next(m))
        if (!strcmp(mofb__json_key(m), "preset")) id = mofb__json_text_of(m);
    return id;
}

static mofb_status fill(mofb_task *t, mofb_values *v, const mofb__preset *preset, const mofb__json *given) {
    MOFB__TRY(mofb__values_set_object(v, mofb__preset_values(preset, t->kind->name), NULL));
    MOFB__TRY(mofb__values_set_text(v, "preset", mofb__preset_id(preset)));
    return mofb__values_set_object(v, given, "preset");
}

static mofb_status print_values(char **out, const mofb_values *v, const mofb_allocator *a) {
    mofb__json *o = mofb__json_new_object();
    mofb__values_to_json(v, o, false);
    mofb_status status = mofb__json_text(out, o, a);
    mofb__json_free(o);
    return status;
}

/* Puts values made from `given` in place of the present ones, or changes nothing. Takes `given`. */
static mofb_status rebuild(mofb_task *t, mofb__json *given) {
    const mofb__preset *preset;
    mofb_values *v = NULL;
    char *text;
    mofb_status status;
    const char *id = preset_name(t, given);
    if (!id) {
        status = mofb__fail(MOFB_ERR_INVALID, "bad_value", "preset: is a text");
        goto fail;
    }
    MOFB__TRY_GOTO(status, mofb__presets_find(&preset, &t->presets, id, t->kind->name), fail);
    MOFB__TRY_GOTO(status, mofb__values_new(&v, t->rows, t->n_rows, t->a), fail);
    MOFB__TRY_GOTO(status, fill(t, v, preset, given), fail);
    MOFB__TRY_GOTO(status, print_values(&text, v, t->a), fail);
    mofb__json_free(t->given);
    mofb__values_free(t->values);
    mofb__free(t->text);
    t->given = given;
    t->values = v;
    t->text = text;
    t->preset = preset;
    return MOFB_OK;
fail:
    mofb__values_free(v);
    mofb__json_free(given);
    return status;
}

static mofb_status read_given(mofb__json **out, const char *parameters) {
    if (!parameters) {
        *out = mofb__json_new_object();
        return *out ? MOFB_OK : mofb__no_memory();
    }
    MOFB__TRY(mofb__fail_prefix(mofb__json_parse(out, parameters, strlen(parameters)), "parameters"));
    if (mofb__json_is_object(*out)) return MOFB_OK;
    mofb__json_free(*out);
    return mofb__fail(MOFB_ERR_INVALID, "bad_value",
                      "parameters are a JSON object, like {\"preset\":\"quick\"}");
}

mofb_status mofb__task_new(mofb_task **out, const char *kind_name, const char *parameters,
                           const char *preset_folder, const mofb_allocator *a) {
    const mofb__task_kind *kind;
    mofb__json *given;
    mofb_status status;
    MOFB__TRY(mofb__task_kind_find(&kind, kind_name));
    mofb_task *t = mofb__calloc(a, 1, sizeof *t);
    if (!t) return mofb__no_memory();
    *t = (mofb_task){.a = a, .kind = kind, .presets = {.a = a}};
    t->structures = mofb__calloc(a, kind->n_inputs, sizeof *t->structures);
    status = t->structures ? MOFB_OK : mofb__no_memory();
    if (!status) status = mofb__task_rows(&t->rows, &t->n_rows, kind, a);
    if (!status) status = mofb__presets_load(&t->presets, preset_folder, a);
    if (!status) status = read_given(&given, parameters);
    if (!status) status = rebuild(t, given);
    if (status) mofb__task_free(t);
    else *out = t;
    return status;
}

mofb_status mofb__task_set(mofb_task *t, const char *key, const char *value) {
    mofb__json *given = mofb__json_new_object();
    for (const mofb__json *m = mofb__json_first(t->given); m; m = mofb__json_next(m))
        mofb__json_add_copy(given, mofb__json_key(m), m);
    mofb__json_add_text(given, key, value);
    if (mofb__json_count(given) == mofb__json_count(t->given) + 1) return rebuild(t, given);
    mofb__json_free(given);
    return mofb__no_memory();
}

mofb_status mofb__task_set_structure(mofb_task *t, const char *name, const mofb_structure *structure) {
    const char *names[16];
    size_t n = t->kind->n_inputs;
    for (size_t k = 0; k < n; k++) {
        names[k < 16 ? k : 15] = t->kind->inputs[k].name;
        if (strcmp(t->kind->inputs[k].name, name)) continue;
        mofb_structure *old = t->structures[k];
        t->structures[k] = mofb_structure_ref(structure);
        mofb_structure_free(old);
        return MOFB_OK;
    }
    const char *near = mofb__nearest(name, names, n < 16 ? n : 16);
    return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_input", "%s has no input '%.80s'; did you mean '%s'?",
                      t->kind->name, name, near ? near : names[0]);
}

static void describe_inputs(const mofb__task_kind *kind, mofb__json *o) {
    mofb__json *list = mofb__json_add_array(o, "inputs");
    for (size_t k = 0; k < kind->n_inputs; k++) {
        mofb__json *x = mofb__json_add_object(list, NULL);
        mofb__json_add_text(x, "name", kind->inputs[k].name);
        mofb__json_add_bool(x, "required", kind->inputs[k].required);
        mofb__json_add_text(x, "help", kind->inputs[k].help);
    }
    list = mofb__json_add_array(o, "outcomes");
    for (size_t k = 0; k < kind->n_outcomes; k++) {
        mofb__json *x = mofb__json_add_object(list, NULL);
        mofb__json_add_text(x, "name", kind->outcomes[k].name);
        mofb__json_add_bool(x, "good", kind->outcomes[k].good);
        mofb__json_add_text(x, "help", kind->outcomes[k].help);
    }
}

static void describe_plots(const mofb__task_kind *kind, mofb__json *o) {
    mofb__json *list = mofb__json_add_array(o, "plots");
    for (size_t k = 0; k < kind->n_plots; k++) {
        const mofb__plot *p = &kind->plots[k];
        mofb__json *x = mofb__json_add_object(list, NULL);
        mofb__json_add_text(x, "file", p->file);
        mofb__json_add_text(x, "title", p->title);
        mofb__json_add_text(x, "x", p->x);
        mofb__json *y = mofb__json_add_array(x, "y");
        for (int c = 0; c < 4 && p->y[c]; c++) mofb__json_add_text(y, NULL, p->y[c]);
        mofb__json_add_text(x, "x_label", p->x_label);
        mofb__json_add_text(x, "y_label", p->y_label);
        mofb__json_add_bool(x, "points", p->points);
        mofb__json_add_bool(x, "log_y", p->log_y);
    }
}

static void describe_presets(const mofb__task_kind *kind, const mofb__presets *presets, mofb__json *o) {
    mofb__json *list = mofb__json_add_array(o, "presets");
    for (size_t k = 0; k < presets->count; k++) {
        const mofb__preset *p = &presets->items[k];
        const mofb__json *values = mofb__preset_values(p, kind->name);
        if (!values) continue;
        mofb__json *x = mofb__json_add_object(list, NULL);
        mofb__json_add_text(x, "id", mofb__preset_id(p));
        mofb__json_add_integer(x, "version", mofb__preset_version(p));
        mofb__json_add_text(x, "summary", mofb__preset_summary(p));
        mofb__json_add_copy(x, "parameters", values);
    }
}

mofb_status mofb__task_describe(char **out, const mofb__task_kind *kind) {
    mofb__presets presets;
    mofb_row *rows;
    size_t n;
    MOFB__TRY(mofb__presets_load(&presets, NULL, NULL));
    mofb_status status = mofb__task_rows(&rows, &n, kind, NULL);
    if (status) {
        mofb__presets_free(&presets);
        return status;
    }
    mofb__json *o = mofb__json_new_object();
    mofb__json_add_text(o, "name", kind->name);
    mofb__json_add_text(o, "title", kind->title);
    mofb__json_add_text(o, "summary", kind->summary);
    describe_inputs(kind, o);
    mofb__rows_to_json(rows, n, o, "parameters");
    mofb__rows_to_json(kind->results, kind->n_results, o, "results");
    const mofb_row *common = mofb__common_results(&n);
    mofb__rows_to_json(common, n, o, "common_results");
    describe_plots(kind, o);
    describe_presets(kind, &presets, o);
    status = mofb__json_text(out, o, NULL);
    mofb__json_free(o);
    mofb__free(rows);
    mofb__presets_free(&presets);
    return status;
}
