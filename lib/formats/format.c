/* SPDX-License-Identifier: MIT */
#include "formats/format.h"

#include <string.h>

#include "formats/text.h"

#define MEMBER(name) extern const mofb__format mofb__format_##name;
#include "formats.inc"
#undef MEMBER

#define MEMBER(name) &mofb__format_##name,
static const mofb__format *const members[] = {
#include "formats.inc"
    NULL};
#undef MEMBER

const mofb__format *const *mofb__formats(size_t *count) {
    *count = sizeof members / sizeof *members - 1;
    return members;
}

const mofb__format *mofb__format_by_name(const char *name) {
    for (size_t k = 0; members[k]; k++)
        if (!strcmp(members[k]->name, name)) return members[k];
    return NULL;
}

/* ".cif" fits the end of a file name, "POSCAR" a whole name or its beginning up to a dot, '_' or '-'. */
static bool fits(const char *pattern, const char *base) {
    size_t n = strlen(base), m = strlen(pattern);
    if (n < m) return false;
    if (*pattern == '.') return mofb__text_is((mofb__span){base + n - m, m}, pattern);
    return mofb__text_is((mofb__span){base, m}, pattern) && (!base[m] || strchr("._-", base[m]));
}

const mofb__format *mofb__format_by_path(const char *path) {
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    for (int whole_names = 0; whole_names < 2; whole_names++)
        for (size_t k = 0; members[k]; k++)
            for (const char *const *s = members[k]->suffixes; *s; s++)
                if ((**s != '.') == whole_names && fits(*s, base)) return members[k];
    return NULL;
}

const mofb__format *mofb__format_by_content(const char *text, size_t length) {
    for (size_t k = 0; members[k]; k++)
        if (members[k]->sniff(text, length)) return members[k];
    return NULL;
}

mofb_status mofb__structure_list_add(mofb__structure_list *list, mofb_structure *taken,
                                     const mofb_allocator *a) {
    mofb_status status = mofb__grow(a, &list->items, &list->capacity, list->count + 1, sizeof *list->items);
    if (status) {
        mofb_structure_free(taken);
        return status;
    }
    list->items[list->count++] = taken;
    return MOFB_OK;
}

void mofb__structure_list_free(mofb__structure_list *list) {
    for (size_t k = 0; k < list->count; k++)
        mofb_structure_free(list->items[k]);
    mofb__free(list->items);
    *list = (mofb__structure_list){0};
}

static mofb_status fail_format(const char *what, const char *value) {
    char names[128] = "";
    for (size_t k = 0; members[k]; k++) {
        if (k) strncat(names, ", ", sizeof names - strlen(names) - 1);
        strncat(names, members[k]->name, sizeof names - strlen(names) - 1);
    }
    return mofb__fail(MOFB_ERR_FORMAT, "unknown_format", "%s%.80s; formats are: %s", what, value, names);
}

static mofb_status choose(const mofb__format **out, const char *text, size_t length, const char *path,
                          const mofb_structure_options *options) {
    const mofb__format *format = NULL;
    if (options && options->format) {
        format = mofb__format_by_name(options->format);
        if (!format) return fail_format("no format is called ", options->format);
    }
    if (!format && path) format = mofb__format_by_path(path);
    if (!format) format = mofb__format_by_content(text, length);
    if (!format) return fail_format("neither name nor content tell the format", "");
    *out = format;
    return MOFB_OK;
}

mofb_status mofb__formats_read(mofb__structure_list *out, const char *text, size_t length, const char *name,
                               const char *path, const mofb_structure_options *options) {
    static const mofb_structure_options defaults = {.struct_size = sizeof defaults};
    const mofb__format *format = NULL;
    const char *called = name ? name : path;
    mofb_status status = choose(&format, text, length, path, options);
    if (!status) status = format->read(out, text, length, called, options ? options : &defaults);
    if (!status && !out->count) status = mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "no structure with atoms");
    return status && called && *called ? mofb__fail_prefix(status, "%.200s", called) : status;
}
