/* SPDX-License-Identifier: MIT */
#include "models/models.h"

#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "models/weights/weights.h"
#include "structure/elements.h"

#define MEMBER(name) extern const mofb_model_vtable mofb__model_##name;
#include "models.inc"
#undef MEMBER

const mofb_model_vtable *const *mofb__models(size_t *count) {
#define MEMBER(name) &mofb__model_##name,
    static const mofb_model_vtable *const all[] = {
#include "models.inc"
        NULL};
#undef MEMBER
    *count = sizeof all / sizeof *all - 1;
    return all;
}

mofb_status mofb__model_family(const mofb_model_vtable **out, const char *name) {
    const char *names[64], *near;
    size_t n;
    const mofb_model_vtable *const *all = mofb__models(&n);
    for (size_t k = 0; k < n; k++) {
        if (!strcmp(all[k]->name, name)) {
            *out = all[k];
            return MOFB_OK;
        }
        names[k < 64 ? k : 63] = all[k]->name;
    }
    near = mofb__nearest(name, names, n < 64 ? n : 64);
    return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_model", "unknown model '%.80s'%s%s%s", name,
                      near ? "; did you mean '" : " (see `mofbench models`)", near ? near : "",
                      near ? "'?" : "");
}

/* "key=value,key=value" into values. Cuts `text` into pieces. */
static mofb_status read_options(mofb_values *values, char *text) {
    for (char *at = text, *next; at && *at; at = next) {
        char *equals, *comma = strchr(at, ',');
        next = comma ? comma + 1 : NULL;
        if (comma) *comma = 0;
        equals = strchr(at, '=');
        if (!equals)
            return mofb__fail(MOFB_ERR_INVALID, "bad_value", "model option '%.80s' is not written key=value", at);
        *equals = 0;
        MOFB__TRY(mofb__values_set_text(values, at, equals + 1));
    }
    return MOFB_OK;
}

static mofb_status canonical_id(char **out, const mofb_model_vtable *vtable, const mofb_values *values,
                                const mofb_allocator *a) {
    mofb__str options, id;
    mofb__str_init(&options, a);
    mofb__str_init(&id, a);
    mofb_status status = mofb__model_name(&id, vtable, values);
    mofb__values_to_text(values, &options, "weights");
    if (options.len) {
        mofb__str_puts(&id, ":");
        mofb__str_append(&id, options.data, options.len);
    }
    id.failed |= options.failed;
    mofb__str_free(&options);
    if (!status) return mofb__str_take(out, &id);
    mofb__str_free(&id);
    return status;
}

/* A model without tables of its own is what its name and options say. */
static mofb_status default_hash(mofb_model_info *info, const char *id) {
    mofb__sha256 *h = mofb__sha256_new();
    mofb__sha256_add(h, id, strlen(id));
    return mofb__sha256_finish(info->sha256, h);
}

static mofb_status open_with(mofb_model *m, const mofb_values *values) {
    MOFB__TRY(canonical_id(&m->id, m->vtable, values, m->a));
    m->info.struct_size = sizeof m->info;
    MOFB__TRY(m->vtable->open(&m->state, &m->info, values, m->a));
    return m->info.sha256[0] ? MOFB_OK : default_hash(&m->info, m->id);
}

static mofb_status check_vtable(const mofb_model_vtable *vtable, const char *name) {
    if (vtable->struct_size >= sizeof *vtable && vtable->name && vtable->open && vtable->free && vtable->system_new &&
        vtable->system_free && vtable->evaluate)
        return MOFB_OK;
    return mofb__fail(MOFB_ERR_ABI, "bad_vtable", "model '%s' lacks members of its table or was built for an older header",
                      name);
}

static mofb_model *new_model(const mofb_model_vtable *vtable, const mofb_allocator *a) {
    mofb_model *m = mofb__calloc(a, 1, sizeof *m);
    if (!m) return NULL;
    *m = (mofb_model){.a = a, .references = 1, .vtable = vtable, .self = m};
    if (vtable) m->parts = &m->self, m->n_parts = 1;
    return m;
}

/* Sets an option `functional` that has no default, for the text of the id to override. */
static mofb_status offer_functional(mofb_values *values, const mofb_model_vtable *vtable, const char *functional) {
    char text[64];
    size_t n = 0;
    for (const char *at = functional; at && *at && n < sizeof text - 1; at++)
        if (!strchr("-_ ", *at)) text[n++] = (char)(*at >= 'A' && *at <= 'Z' ? *at + 'a' - 'A' : *at);
    text[n] = 0;
    for (size_t k = 0; n && k < vtable->n_options; k++)
        if (!strcmp(vtable->options[k].name, "functional") && !vtable->options[k].fallback)
            return mofb__values_set_text(values, "functional", text);
    return MOFB_OK;
}

/* Opens one part. Cuts `text` into pieces. functional: of the parts before it, nullable. */
static mofb_status open_part(mofb_model **out, char *text, const mofb_model_vtable *vtable, const char *functional,
                             const char *folder, const mofb_allocator *a) {
    mofb_values *values = NULL;
    mofb_model *m = NULL;
    mofb_status status;
    char *options = strchr(text + mofb__weights_path_length(text), ':'), *file = NULL;
    if (options) *options++ = 0;
    if (vtable) MOFB__TRY(check_vtable(vtable, text));
    MOFB__TRY(mofb__model_resolve(&vtable, &file, text, folder, a));
    MOFB__TRY_GOTO(status, mofb__values_new(&values, vtable->options, vtable->n_options, a), done);
    bool said = options && strstr(options, "functional=");
    status = said ? MOFB_OK : offer_functional(values, vtable, functional);
    if (!status && file) status = mofb__values_set_text(values, "weights", file);
    if (!status) status = read_options(values, options);
    if (status) {
        mofb__fail_prefix(status, "model %s", vtable->name);
        goto done;
    }
    m = new_model(vtable, a);
    status = m ? open_with(m, values) : mofb__no_memory();
    if (status) mofb__model_unref(m);
    else *out = m;
done:
    mofb__free(file);
    mofb__values_free(values);
    return status;
}

/* Opens the parts of a sum one after another. */
static mofb_status open_sum(mofb_model **out, char *text, char *next, const mofb_model_vtable *vtable,
                            const char *folder, const mofb_allocator *a) {
    const char *functional = NULL;
    size_t capacity = 0;
    mofb_status status;
    mofb_model *m = new_model(NULL, a);
    if (!m) return mofb__no_memory();
    for (char *part = text; part; part = next, next = part ? mofb__sum_cut(part) : NULL) {
        size_t length = strcspn(part, ":");
        bool own = vtable && vtable->name && !strncmp(part, vtable->name, length) && !vtable->name[length];
        MOFB__TRY_GOTO(status, mofb__grow(a, &m->parts, &capacity, m->n_parts + 1, sizeof(mofb_model *)), fail);
        MOFB__TRY_GOTO(status, open_part(&m->parts[m->n_parts], part, own ? vtable : NULL, functional, folder, a), fail);
        if (!functional) functional = m->parts[m->n_parts]->info.functional;
        m->n_parts++;
    }
    MOFB__TRY_GOTO(status, mofb__sum_combine(m), fail);
    *out = m;
    return MOFB_OK;
fail:
    mofb__model_unref(m);
    return status;
}

mofb_status mofb__model_open(mofb_model **out, const char *id, const mofb_model_vtable *vtable, const char *folder,
                             const mofb_allocator *a) {
    char *text = mofb__strdup(a, id);
    if (!text) return mofb__no_memory();
    char *next = mofb__sum_cut(text);
    mofb_status status = next ? open_sum(out, text, next, vtable, folder, a) : open_part(out, text, vtable, NULL, folder, a);
    mofb__free(text);
    return status;
}

void mofb__model_unref(mofb_model *m) {
    if (!m || atomic_fetch_sub(&m->references, 1) != 1) return;
    if (m->state) m->vtable->free(m->state);
    for (size_t k = 0; !m->vtable && k < m->n_parts; k++) mofb__model_unref(m->parts[k]);
    if (!m->vtable) mofb__free(m->parts);
    mofb__free(m->id);
    mofb__free(m);
}

mofb_status mofb__model_supports(const mofb_model *m, const mofb_structure *s) {
    char missing[256] = "";
    size_t length = 0, n = mofb_structure_count(s);
    const int32_t *numbers = mofb_structure_numbers(s);
    uint8_t told[128] = {0};
    for (size_t i = 0; i < n; i++) {
        int32_t z = numbers[i];
        if (m->info.elements[z] || told[z]) continue;
        told[z] = 1;
        if (length < sizeof missing - 8)
            length += (size_t)snprintf(missing + length, sizeof missing - length, "%s%s", length ? ", " : "",
                                       mofb__element_symbol(z));
    }
    if (!length) return MOFB_OK;
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "unsupported_element", "model %s does not know %s", m->id, missing);
}
