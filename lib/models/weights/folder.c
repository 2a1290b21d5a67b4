/* SPDX-License-Identifier: MIT */
/* The model folder: <id>.safetensors files. A symbolic link from one to another there is a declared alias. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "models/weights/import.h"

static const char suffix[] = ".safetensors";
enum { SUFFIX = sizeof suffix - 1, ID_LIMIT = 128, PATH_LIMIT = 4000 };

typedef struct item {
    char id[ID_LIMIT], alias_of[ID_LIMIT]; /* alias_of "": none */
    char sha256[65];                       /* "": unreadable */
    char *error;
    mofb__weights *weights; /* NULL: unreadable, or an alias */
} item;

typedef struct items {
    const mofb_allocator *a;
    item *list;
    size_t count, capacity;
} items;

/* "name:key=...", where the name is not itself a file of weights. */
static bool is_family_with_options(const char *id) {
    size_t head = strcspn(id, ":+/"), key;
    if (id[head] != ':' || (head >= SUFFIX && !strncmp(id + head - SUFFIX, suffix, SUFFIX))) return false;
    key = strspn(id + head + 1, "abcdefghijklmnopqrstuvwxyz_0123456789");
    return key && id[head + 1 + key] == '=';
}

size_t mofb__weights_path_length(const char *id) {
    if (is_family_with_options(id)) return 0;
    const char *end = strstr(id, suffix);
    while (end && end[SUFFIX] && !strchr(":+", end[SUFFIX])) end = strstr(end + 1, suffix);
    if (end) return (size_t)(end - id) + SUFFIX;
    return strchr(id, '/') ? strcspn(id, ":+") : 0;
}

bool mofb__weights_is_path(const char *id) {
    return mofb__weights_path_length(id) > 0;
}

/* Ids are file names and parts of model ids. */
static mofb_status check_id(const char *id) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    size_t n = strlen(id);
    if (n && n < ID_LIMIT && id[0] != '.' && id[0] != '-' && strspn(id, letters) == n) return MOFB_OK;
    return mofb__fail(MOFB_ERR_INVALID, "bad_path",
                      "'%.140s' is no model id: up to %d letters, digits, '.', '_' and '-'", id,
                      ID_LIMIT - 1);
}

static mofb_status join(char **out, const char *folder, const char *id, const mofb_allocator *a) {
    mofb__str path;
    MOFB__TRY(check_id(id));
    if (strlen(folder) > PATH_LIMIT - ID_LIMIT - SUFFIX)
        return mofb__fail(MOFB_ERR_INVALID, "bad_path", "a path is longer than 4000 bytes");
    mofb__str_init(&path, a);
    mofb__str_printf(&path, "%s/%s%s", folder, id, suffix);
    return mofb__str_take(out, &path);
}

mofb_status mofb__weights_find(char **path, const char *id, const char *folder, const mofb_allocator *a) {
    if (mofb__weights_is_path(id)) {
        *path = mofb__strdup(a, id);
        return *path ? MOFB_OK : mofb__no_memory();
    }
    if (!folder)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "no_weights", "no weights '%.128s': no model folder was given",
                          id);
    char *file = NULL;
    MOFB__TRY(join(&file, folder, id, a));
    if (!access(file, F_OK)) {
        *path = file;
        return MOFB_OK;
    }
    mofb__free(file);
    return mofb__fail(MOFB_ERR_NOT_FOUND, "no_weights", "no weights '%.128s' in %.400s", id, folder);
}

/* Whether the file is a link to another id of the same folder, and to which. */
static bool alias_target(char out[ID_LIMIT], const char *path) {
    char target[ID_LIMIT + SUFFIX];
    ssize_t n = readlink(path, target, sizeof target);
    if (n <= SUFFIX || n >= (ssize_t)sizeof target || memcmp(target + n - SUFFIX, suffix, SUFFIX))
        return false;
    memcpy(out, target, (size_t)n - SUFFIX);
    out[n - SUFFIX] = 0;
    return !strchr(out, '/');
}

static mofb_status load(item *it, const char *path, const mofb_allocator *a) {
    mofb_status status = mofb__weights_open(&it->weights, path, a);
    if (!status) status = mofb__weights_check(it->weights);
    if (!status) status = mofb__weights_sha256(it->sha256, it->weights);
    if (!status || status == MOFB_ERR_NO_MEMORY) return status;
    mofb__weights_free(it->weights);
    it->weights = NULL;
    it->error = mofb__strdup(a, mofb_error_message());
    return it->error ? MOFB_OK : mofb__no_memory();
}

static mofb_status add(items *all, const char *folder, const char *file) {
    item it = {.id = ""};
    char *path = NULL;
    size_t n = strlen(file);
    if (n <= SUFFIX || n - SUFFIX >= ID_LIMIT || memcmp(file + n - SUFFIX, suffix, SUFFIX)) return MOFB_OK;
    memcpy(it.id, file, n - SUFFIX);
    if (check_id(it.id)) return MOFB_OK; /* nothing that an id could name */
    MOFB__TRY(mofb__grow(all->a, &all->list, &all->capacity, all->count + 1, sizeof it));
    MOFB__TRY(join(&path, folder, it.id, all->a));
    alias_target(it.alias_of, path);
    mofb_status status = load(&it, path, all->a);
    mofb__free(path);
    if (status) mofb__weights_free(it.weights);
    else all->list[all->count++] = it;
    return status;
}

static int by_id(const void *a, const void *b) {
    return strcmp(((const item *)a)->id, ((const item *)b)->id);
}

static void items_free(items *all) {
    for (size_t k = 0; k < all->count; k++) {
        mofb__weights_free(all->list[k].weights);
        mofb__free(all->list[k].error);
    }
    mofb__free(all->list);
}

/* Everything in the folder, sorted by id. */
static mofb_status items_read(items *all, const char *folder, const mofb_allocator *a) {
    *all = (items){.a = a};
    DIR *dir = opendir(folder);
    mofb_status status = MOFB_OK;
    if (!dir && errno == ENOENT) return MOFB_OK;
    if (!dir)
        return mofb__fail(MOFB_ERR_IO, "io", "%.400s: cannot read the folder: %s", folder, strerror(errno));
    for (struct dirent *e = readdir(dir); e && !status; e = readdir(dir))
        status = add(all, folder, e->d_name);
    closedir(dir);
    if (status) items_free(all);
    else if (all->count) qsort(all->list, all->count, sizeof *all->list, by_id);
    return status;
}

/* Another id with the same weights of its own; NULL: none. */
static const item *twin(const items *all, const char *id, const char *sha256) {
    for (size_t k = 0; *sha256 && k < all->count; k++) {
        const item *it = &all->list[k];
        if (!*it->alias_of && strcmp(it->id, id) && !strcmp(it->sha256, sha256)) return it;
    }
    return NULL;
}

static void describe(mofb__json *o, const item *it, const char *path) {
    static const char *const keys[] = {"name", "architecture", "functional", "licence"};
    size_t bytes = 0;
    mofb__json_add_text(o, "id", it->id);
    mofb__json_add_text(o, "path", path);
    if (*it->alias_of) mofb__json_add_text(o, "alias_of", it->alias_of);
    if (it->error) mofb__json_add_text(o, "error", it->error);
    if (!it->weights) return;
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const char *text = mofb__weights_meta(it->weights, keys[k]);
        if (text) mofb__json_add_text(o, keys[k], text);
    }
    mofb__json_add_text(o, "sha256", it->sha256);
    for (size_t k = 0; k < mofb__weights_count(it->weights); k++)
        bytes += mofb__weights_at(it->weights, k)->size;
    mofb__json_add_integer(o, "bytes", (int64_t)bytes);
}

mofb_status mofb__weights_list(char **json, const char *folder, const mofb_allocator *a) {
    items all;
    char *path = NULL;
    MOFB__TRY(items_read(&all, folder, a));
    mofb_status status = MOFB_OK;
    mofb__json *list = mofb__json_new_array();
    for (size_t k = 0; k < all.count && !status; k++) {
        const item *it = &all.list[k], *other = *it->alias_of ? NULL : twin(&all, it->id, it->sha256);
        status = join(&path, folder, it->id, a);
        if (status) break;
        mofb__json *o = mofb__json_add_object(list, NULL);
        describe(o, it, path);
        if (other) mofb__json_add_text(o, "same_as", other->id);
        mofb__free(path);
    }
    if (!status) status = mofb__json_text(json, list, a);
    mofb__json_free(list);
    items_free(&all);
    return status;
}

static void describe_tensors(mofb__json *o, const mofb__weights *w) {
    mofb__json *list = mofb__json_add_array(o, "tensors");
    for (size_t k = 0; k < mofb__weights_count(w); k++) {
        const mofb__tensor *t = mofb__weights_at(w, k);
        mofb__json *entry = mofb__json_add_object(list, NULL), *shape;
        mofb__json_add_text(entry, "name", t->name);
        mofb__json_add_text(entry, "dtype", mofb__dtype_name(t->dtype));
        shape = mofb__json_add_array(entry, "shape");
        for (size_t d = 0; d < t->rank; d++) mofb__json_add_integer(shape, NULL, (int64_t)t->shape[d]);
    }
}

/* What only the full description tells. */
static void describe_more(mofb__json *o, const mofb__weights *w) {
    static const char *const keys[] = {"citation", "source_sha256"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
        const char *text = mofb__weights_meta(w, keys[k]);
        if (text) mofb__json_add_text(o, keys[k], text);
    }
    mofb__json_add_copy(o, "config", mofb__weights_config(w));
    mofb__json_add_copy(o, "conventions", mofb__weights_conventions(w));
    describe_tensors(o, w);
}

/* File name without folder and suffix. */
static void id_of_path(char out[ID_LIMIT], const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t n = strlen(name);
    if (n > SUFFIX && !strcmp(name + n - SUFFIX, suffix)) n -= SUFFIX;
    snprintf(out, ID_LIMIT, "%.*s", n < ID_LIMIT ? (int)n : ID_LIMIT - 1, name);
}

mofb_status mofb__weights_info(char **json, const char *id, const char *folder, const mofb_allocator *a) {
    item it = {.id = ""};
    items all = {.a = a};
    char *path = NULL;
    mofb__json *o = NULL;
    MOFB__TRY(mofb__weights_find(&path, id, folder, a));
    mofb_status status = mofb__weights_open(&it.weights, path, a);
    if (!status) status = mofb__fail_prefix(mofb__weights_check(it.weights), "%.300s", path);
    if (!status) status = mofb__weights_sha256(it.sha256, it.weights);
    if (!status && folder && !mofb__weights_is_path(id)) status = items_read(&all, folder, a);
    if (status) goto done;
    id_of_path(it.id, path);
    if (!mofb__weights_is_path(id)) alias_target(it.alias_of, path);
    const item *other = *it.alias_of ? NULL : twin(&all, it.id, it.sha256);
    o = mofb__json_new_object();
    describe(o, &it, path);
    if (other) mofb__json_add_text(o, "same_as", other->id);
    describe_more(o, it.weights);
    status = mofb__json_text(json, o, a);
done:
    items_free(&all);
    mofb__json_free(o);
    mofb__weights_free(it.weights);
    mofb__free(path);
    return status;
}

mofb_status mofb__weights_remove(const char *id, const char *folder) {
    items all;
    char *path = NULL;
    MOFB__TRY(check_id(id));
    MOFB__TRY(items_read(&all, folder, NULL));
    mofb_status status = MOFB_OK;
    for (size_t k = 0; k < all.count && !status; k++)
        if (!strcmp(all.list[k].alias_of, id))
            status = mofb__fail(MOFB_ERR_EXISTS, "has_alias", "%s has the alias %s; remove that first", id,
                                all.list[k].id);
    items_free(&all);
    if (status) return status;
    MOFB__TRY(join(&path, folder, id, NULL));
    if (remove(path))
        status = errno == ENOENT
                     ? mofb__fail(MOFB_ERR_NOT_FOUND, "no_weights", "no weights '%s' in %.400s", id, folder)
                     : mofb__fail(MOFB_ERR_IO, "io", "%.400s: cannot remove: %s", path, strerror(errno));
    mofb__free(path);
    return status;
}

mofb_status mofb__weights_admit(char **other, const char *id, const char *sha256, const char *folder,
                                const mofb_allocator *a) {
    items all;
    MOFB__TRY(check_id(id));
    MOFB__TRY(items_read(&all, folder, a));
    mofb_status status = MOFB_OK;
    for (size_t k = 0; k < all.count; k++)
        if (!strcmp(all.list[k].id, id) && (strcmp(all.list[k].sha256, sha256) || *all.list[k].alias_of))
            status = mofb__fail(
                MOFB_ERR_EXISTS, "other_weights",
                "the model folder has other weights, or an alias, under the id %s; remove it first", id);
    const item *same = status ? NULL : twin(&all, id, sha256);
    if (same && other) {
        *other = mofb__strdup(a, same->id);
        if (!*other) status = mofb__no_memory();
    } else if (same)
        status = mofb__fail(
            MOFB_ERR_EXISTS, "duplicate_weights",
            "the model folder has these weights under the id %s; --alias makes %s another name of it",
            same->id, id);
    items_free(&all);
    return status;
}

mofb_status mofb__weights_alias(const char *alias, const char *id, const char *folder) {
    char *path = NULL, target[ID_LIMIT + SUFFIX];
    MOFB__TRY(join(&path, folder, alias, NULL));
    snprintf(target, sizeof target, "%s%s", id, suffix);
    mofb_status status = MOFB_OK;
    if (symlink(target, path))
        status = mofb__fail(MOFB_ERR_IO, "io", "%.400s: cannot link: %s", path, strerror(errno));
    mofb__free(path);
    return status;
}
