/* SPDX-License-Identifier: MIT */
/* matgl's checkpoint folders: model.json (hyper-parameters), state.pt (tensors). model.pt repeats the one. */
#include "models/weights/import.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/sha256.h"

enum { STATE_LIMIT = 1 << 30, JSON_LIMIT = 4 << 20 };

typedef struct source {
    const mofb_allocator *a;
    mofb__str state, json;
    char state_sha256[65], json_sha256[65];
    mofb__json *object;
    const char *architecture;
    char *config, *conventions; /* JSON texts */
    mofb__tensors tensors;
} source;

static mofb_status read_file(mofb__str *out, char sha256[65], const char *folder, const char *name,
                             size_t limit) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return mofb__fail(MOFB_ERR_INVALID, "bad_path", "a path is longer than 4000 bytes");
    FILE *there = fopen(path, "rb");
    if (!there)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "no_weights",
                          "%s: cannot be opened; a checkpoint is a folder with model.json and state.pt",
                          path);
    fclose(there);
    MOFB__TRY(mofb__file_read(out, path, limit));
    mofb__sha256 *h = mofb__sha256_new();
    mofb__sha256_add(h, out->data, out->len);
    return mofb__sha256_finish(sha256, h);
}

/* Architecture and hyper-parameters: init_args, and of the rest what changes the energy. */
static mofb_status read_config(source *s) {
    MOFB__TRY(mofb__fail_prefix(mofb__json_parse(&s->object, s->json.data, s->json.len), "model.json"));
    const mofb__json *kwargs = mofb__json_get(s->object, "kwargs"), *model = mofb__json_get(kwargs, "model");
    const mofb__json *arguments = mofb__json_get(model, "init_args"),
                     *zbl = mofb__json_get(kwargs, "calc_repuls");
    const char *class = mofb__json_text_of(mofb__json_get(model, "@class"));
    if (class && !strcmp(class, "TensorNet")) s->architecture = "tensornet";
    else if (class && !strcmp(class, "M3GNet")) s->architecture = "m3gnet";
    else
        return mofb__fail(
            MOFB_ERR_UNSUPPORTED, "unknown_architecture",
            "model.json: potentials of the class '%.80s' are not understood (TensorNet and M3GNet are)",
            class ? class : "");
    if (!mofb__json_is_object(arguments))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "model.json: the model has no object init_args");
    mofb__json *config = mofb__json_new_object();
    for (const mofb__json *v = mofb__json_first(arguments); v; v = mofb__json_next(v))
        mofb__json_add_copy(config, mofb__json_key(v), v);
    mofb__json_add_bool(config, "calc_repuls", mofb__json_number_of(zbl, 0) != 0);
    mofb_status status = mofb__json_text(&s->config, config, s->a);
    mofb__json_free(config);
    return status;
}

/* "key=value,key=value" as a JSON object. */
static mofb_status conventions_of(char **out, const char *text, const mofb_allocator *a) {
    mofb__json *object = mofb__json_new_object();
    mofb_status status = MOFB_OK;
    while (*text && !status) {
        char key[32], value[32];
        int used = 0;
        if (sscanf(text, "%31[a-z_]=%31[a-z]%n", key, value, &used) != 2 ||
            (text[used] && text[used] != ',') || mofb__json_get(object, key))
            status = mofb__fail(MOFB_ERR_INVALID, "unknown_convention",
                                "'%.80s' is not written key=value,key=value (docs/weights.md)", text);
        else mofb__json_add_text(object, key, value);
        text += used + (text[used] == ',');
    }
    if (!status) status = mofb__json_text(out, object, a);
    mofb__json_free(object);
    return status;
}

static mofb_status read_conventions(source *s, const mofb__published *known, bool state_only,
                                    const char *said) {
    if (!known && !said)
        return mofb__fail(
            MOFB_ERR_INVALID, "unknown_convention",
            "%s; weights work with one edge convention alone, and the files do not tell it: say it (%s)",
            state_only ? "state.pt is a published one, but model.json is another" : "not a known checkpoint",
            strcmp(s->architecture, "tensornet")
                ? "message_to=dst or src"
                : "embed_at=..,message_from=..,message_to=.. with dst or src");
    MOFB__TRY(conventions_of(&s->conventions, said ? said : known->convention, s->a));
    if (!known || !said) return MOFB_OK;
    char *published = NULL;
    MOFB__TRY(conventions_of(&published, known->convention, s->a));
    bool same = !strcmp(published, s->conventions);
    mofb__free(published);
    return same ? MOFB_OK
                : mofb__fail(MOFB_ERR_INVALID, "unknown_convention", "%s is known to need %s", known->name,
                             known->convention);
}

/* Last part of a path, without the slashes behind it. */
static void base_name(char out[128], const char *path) {
    size_t end = strlen(path), begin;
    while (end > 1 && path[end - 1] == '/') end--;
    for (begin = end; begin && path[begin - 1] != '/'; begin--) {}
    snprintf(out, 128, "%.*s", (int)(end - begin), path + begin);
}

static mofb_status pack(mofb__str *out, const source *s, const char *folder, const mofb__published *known,
                        const mofb_import_options *o) {
    static const mofb__published nothing;
    const mofb__published *k = known ? known : &nothing;
    char name[128];
    base_name(name, folder);
    const mofb__meta meta[] = {{"format_version", "1"},
                               {"architecture", s->architecture},
                               {"name", o->name   ? o->name
                                        : k->name ? k->name
                                                  : name},
                               {"config", s->config},
                               {"conventions", s->conventions},
                               {"functional", o->functional ? o->functional : k->functional},
                               {"licence", o->licence ? o->licence : k->licence},
                               {"citation", o->citation ? o->citation : k->citation},
                               {"source_sha256", s->state_sha256}};
    return mofb__weights_to_memory(out, s->tensors.items, s->tensors.count, meta, sizeof meta / sizeof *meta);
}

/* What was packed is what a reader accepts. */
static mofb_status check_packed(const mofb__str *packed, const mofb_allocator *a) {
    mofb__weights *w = NULL;
    mofb_status status = mofb__weights_from_memory(&w, packed->data, packed->len, a);
    if (!status) status = mofb__weights_check(w);
    mofb__weights_free(w);
    return status;
}

static mofb_status import_source(mofb__str *out, source *s, const char *folder,
                                 const mofb_import_options *o) {
    bool state_only = false;
    MOFB__TRY(read_file(&s->json, s->json_sha256, folder, "model.json", JSON_LIMIT));
    MOFB__TRY(read_file(&s->state, s->state_sha256, folder, "state.pt", STATE_LIMIT));
    const mofb__published *known = mofb__published_by_hash(s->state_sha256, s->json_sha256, &state_only);
    MOFB__TRY(read_config(s));
    MOFB__TRY(
        mofb__fail_prefix(mofb__import_state(&s->tensors, s->state.data, s->state.len, s->a), "state.pt"));
    MOFB__TRY(read_conventions(s, known, state_only, o->convention));
    MOFB__TRY(pack(out, s, folder, known, o));
    return check_packed(out, s->a);
}

mofb_status mofb__import_folder(mofb__str *out, const char *folder, const mofb_import_options *o) {
    source s = {.a = o->allocator};
    mofb__str_init(&s.state, s.a);
    mofb__str_init(&s.json, s.a);
    mofb_status status = mofb__fail_prefix(import_source(out, &s, folder, o), "%.200s", folder);
    mofb__str_free(&s.state);
    mofb__str_free(&s.json);
    mofb__json_free(s.object);
    mofb__free(s.config);
    mofb__free(s.conventions);
    mofb__tensors_free(&s.tensors);
    return status;
}

/* A file of ours as it is, once checked. */
static mofb_status import_file(mofb__str *out, const char *path, const mofb_import_options *o) {
    if (o->convention || o->name || o->functional || o->licence || o->citation)
        return mofb__fail(MOFB_ERR_INVALID, "bad_argument",
                          "%.200s: a file of weights says itself what it is", path);
    MOFB__TRY(mofb__file_read(out, path, STATE_LIMIT));
    return mofb__fail_prefix(check_packed(out, o->allocator), "%.200s", path);
}

/* Name and hash of what was packed. */
static mofb_status identify(char name[128], char sha256[65], const mofb__str *packed,
                            const mofb_allocator *a) {
    mofb__weights *w = NULL;
    MOFB__TRY(mofb__weights_from_memory(&w, packed->data, packed->len, a));
    const char *text = mofb__weights_meta(w, "name");
    snprintf(name, 128, "%s", text ? text : "");
    mofb_status status = mofb__weights_sha256(sha256, w);
    mofb__weights_free(w);
    return status;
}

/* Into the folder under its name, or as an alias of what is there. */
static mofb_status store(const char *name, const char *sha256, const mofb__str *packed,
                         const mofb_import_options *o) {
    char *other = NULL;
    mofb__str path;
    MOFB__TRY(mofb__folder_make(o->folder));
    MOFB__TRY(mofb__weights_admit(o->alias ? &other : NULL, name, sha256, o->folder, o->allocator));
    mofb__str_init(&path, o->allocator);
    mofb__str_printf(&path, "%s/%s.safetensors", o->folder, name);
    mofb_status status = mofb__str_status(&path);
    if (!status && other) status = mofb__weights_alias(name, other, o->folder);
    else if (!status) status = mofb__file_write(path.data, packed->data, packed->len);
    mofb__str_free(&path);
    mofb__free(other);
    return status;
}

mofb_status mofb__weights_import(char **info, const char *source, const mofb_import_options *o) {
    mofb__str packed;
    char name[128], sha256[65];
    size_t n = strlen(source);
    mofb__str_init(&packed, o->allocator);
    bool file = n > 12 && !strcmp(source + n - 12, ".safetensors");
    mofb_status status = file ? import_file(&packed, source, o) : mofb__import_folder(&packed, source, o);
    if (!status) status = identify(name, sha256, &packed, o->allocator);
    if (!status && o->output) status = mofb__file_write(o->output, packed.data, packed.len);
    else if (!status) status = store(name, sha256, &packed, o);
    mofb__str_free(&packed);
    if (status || !info) return status;
    return mofb__weights_info(info, o->output ? o->output : name, o->folder, o->allocator);
}
