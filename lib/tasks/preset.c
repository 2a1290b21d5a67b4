/* SPDX-License-Identifier: MIT */
#include "tasks/preset.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "presets.inc"
#include "tasks/task.h"

void mofb__presets_free(mofb__presets *p) {
    for (size_t k = 0; k < p->count; k++) {
        mofb__free(p->items[k].origin);
        mofb__json_free(p->items[k].root);
    }
    mofb__free(p->items);
    *p = (mofb__presets){.a = p->a};
}

const char *mofb__preset_id(const mofb__preset *p) {
    return mofb__json_text_of(mofb__json_get(p->root, "id"));
}

int64_t mofb__preset_version(const mofb__preset *p) {
    return (int64_t)mofb__json_number_of(mofb__json_get(p->root, "version"), 0);
}

const char *mofb__preset_summary(const mofb__preset *p) {
    const char *text = mofb__json_text_of(mofb__json_get(p->root, "summary"));
    return text ? text : "";
}

const mofb__json *mofb__preset_values(const mofb__preset *p, const char *kind) {
    const mofb__json *m = mofb__json_first(mofb__json_get(p->root, "tasks"));
    while (m && !mofb__task_same_name(mofb__json_key(m), kind)) m = mofb__json_next(m);
    return m;
}

static mofb_status check_head(const mofb__json *root) {
    static const char *const keys[] = {"id", "version", "summary", "tasks"};
    if (!mofb__json_is_object(root) || !mofb__json_text_of(mofb__json_get(root, "id")) ||
        !mofb__json_is_object(mofb__json_get(root, "tasks")))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_preset", "a preset needs an \"id\" and \"tasks\"");
    for (const mofb__json *m = mofb__json_first(root); m; m = mofb__json_next(m)) {
        size_t k = 0;
        while (k < 4 && strcmp(mofb__json_key(m), keys[k])) k++;
        if (k == 4)
            return mofb__fail(MOFB_ERR_FORMAT, "bad_preset",
                              "unknown key '%.80s' (known: id, version, summary, tasks)", mofb__json_key(m));
    }
    return MOFB_OK;
}

/* Sets the values on a table of their kind, which checks names and ranges. */
static mofb_status check_kind(const mofb__json *values, const mofb_allocator *a) {
    const mofb__task_kind *kind;
    mofb_row *rows;
    size_t n;
    mofb_values *v = NULL;
    MOFB__TRY(mofb__task_kind_find(&kind, mofb__json_key(values)));
    MOFB__TRY(mofb__task_rows(&rows, &n, kind, a));
    mofb_status status = mofb__values_new(&v, rows, n, a);
    if (!status && mofb__json_get(values, "preset"))
        status = mofb__fail(MOFB_ERR_FORMAT, "bad_preset", "a preset cannot name another preset");
    if (!status) status = mofb__values_set_object(v, values, NULL);
    mofb__values_free(v);
    mofb__free(rows);
    return mofb__fail_prefix(status, "%.80s", mofb__json_key(values));
}

static mofb_status check(const mofb__presets *p, const mofb__json *root) {
    MOFB__TRY(check_head(root));
    const char *id = mofb__json_text_of(mofb__json_get(root, "id"));
    for (size_t k = 0; k < p->count; k++)
        if (!strcmp(mofb__preset_id(&p->items[k]), id))
            return mofb__fail(MOFB_ERR_EXISTS, "duplicate_preset",
                              "the preset '%.80s' exists already (%.80s)", id, p->items[k].origin);
    const mofb__json *tasks = mofb__json_get(root, "tasks");
    for (const mofb__json *m = mofb__json_first(tasks); m; m = mofb__json_next(m))
        MOFB__TRY(check_kind(m, p->a));
    return MOFB_OK;
}

/* trusted: the library's own, which the tests have checked. */
static mofb_status add(mofb__presets *p, const char *origin, const char *text, size_t size, bool trusted) {
    mofb__json *root;
    mofb_status status = mofb__json_parse(&root, text, size);
    if (status) return mofb__fail_prefix(status, "%s", origin);
    if (!trusted) status = mofb__fail_prefix(check(p, root), "%s", origin);
    if (!status) status = mofb__grow(p->a, &p->items, &p->capacity, p->count + 1, sizeof *p->items);
    char *copy = status ? NULL : mofb__strdup(p->a, origin);
    if (!status && !copy) status = mofb__no_memory();
    if (status) {
        mofb__json_free(root);
        return status;
    }
    p->items[p->count++] = (mofb__preset){copy, root};
    return MOFB_OK;
}

static mofb_status add_file(mofb__presets *p, const char *folder, const char *name) {
    mofb__str path, text;
    mofb__str_init(&path, p->a);
    mofb__str_init(&text, p->a);
    mofb__str_printf(&path, "%s/%s", folder, name);
    mofb_status status = mofb__str_status(&path);
    if (!status) status = mofb__file_read(&text, path.data, (size_t)1 << 20);
    if (!status) status = add(p, path.data, text.data, text.len, false);
    mofb__str_free(&path);
    mofb__str_free(&text);
    return status;
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of the folder's *.json files, sorted. */
static mofb_status list_folder(char ***out, size_t *count, const char *folder, const mofb_allocator *a) {
    char **names = NULL;
    size_t n = 0, capacity = 0;
    *out = NULL;
    *count = 0;
    mofb_status status = MOFB_OK;
    DIR *dir = opendir(folder);
    if (!dir)
        return mofb__fail(MOFB_ERR_IO, "io", "%s: cannot open the preset folder: %s", folder,
                          strerror(errno));
    for (struct dirent *entry; !status && (entry = readdir(dir));) {
        size_t length = strlen(entry->d_name);
        if (length < 6 || entry->d_name[0] == '.' || strcmp(entry->d_name + length - 5, ".json")) continue;
        status = mofb__grow(a, &names, &capacity, n + 1, sizeof *names);
        if (status) break;
        char *copy = mofb__strdup(a, entry->d_name);
        if (copy) names[n++] = copy;
        else status = mofb__no_memory();
    }
    closedir(dir);
    if (n) qsort(names, n, sizeof *names, by_name);
    *out = names;
    *count = n;
    return status;
}

mofb_status mofb__presets_load(mofb__presets *out, const char *folder, const mofb_allocator *a) {
    mofb__presets p = {.a = a};
    mofb_status status = MOFB_OK;
    for (size_t k = 0; !status && k < sizeof EMBEDDED / sizeof *EMBEDDED; k++)
        status = add(&p, EMBEDDED[k].name, EMBEDDED[k].bytes, EMBEDDED[k].size, true);
    if (!status && folder) {
        char **names = NULL;
        size_t n = 0;
        status = list_folder(&names, &n, folder, a);
        for (size_t k = 0; k < n; k++) {
            if (!status) status = add_file(&p, folder, names[k]);
            mofb__free(names[k]);
        }
        mofb__free(names);
    }
    if (status) mofb__presets_free(&p);
    else *out = p;
    return status;
}

mofb_status mofb__presets_find(const mofb__preset **out, const mofb__presets *p, const char *id,
                               const char *kind) {
    const char *names[128] = {NULL}, *near;
    size_t n = 0;
    for (size_t k = 0; k < p->count; k++) {
        const mofb__preset *preset = &p->items[k];
        bool fits = mofb__preset_values(preset, kind) != NULL;
        if (!strcmp(mofb__preset_id(preset), id)) {
            if (!fits)
                return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_preset", "preset '%.80s' has nothing for %s",
                                  id, kind);
            *out = preset;
            return MOFB_OK;
        }
        if (fits && n < 128) names[n++] = mofb__preset_id(preset);
    }
    near = mofb__nearest(id, names, n);
    if (near)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_preset", "unknown preset '%.80s'; did you mean '%s'?",
                          id, near);
    return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_preset",
                      "unknown preset '%.80s' (there are %zu for %s: %s, ...)", id, n, kind,
                      n ? names[0] : "none");
}
