/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "formats/format.h"
#include "formats/text.h"
#include "structure/label.h"
#include "structure/supercell.h"
#include "structure/symmetry.h"

void mofb_structure_options_init(mofb_structure_options *options, size_t size) {
    mofb_structure_options defaults = {.struct_size = size};
    if (!options || size < sizeof options->struct_size) return;
    memset(options, 0, size);
    memcpy(options, &defaults, size < sizeof defaults ? size : sizeof defaults);
}

/* The caller's options or defaults, checked. */
static mofb_status read_options(mofb_structure_options *to, const mofb_structure_options *options) {
    *to = (mofb_structure_options){.struct_size = sizeof *to};
    MOFB__TRY(mofb__options_read(to, sizeof *to, options));
    to->struct_size = sizeof *to;
    if (to->disorder != MOFB_DISORDER_REFUSE && to->disorder != MOFB_DISORDER_MAJOR)
        return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "disorder = %d is neither 0 nor 1", (int)to->disorder);
    if (!(to->min_distance >= 0 && to->min_distance <= 10))
        return mofb__fail(MOFB_ERR_INVALID, "out_of_range", "min_distance = %g is not between 0 and 10 A",
                          to->min_distance);
    return MOFB_OK;
}

/* Files are told apart by their names; blocks often are not ("data_crystal"). So what a file holds is called after
   it, and one of several by its own name, or the file's with its number. */
static mofb_status name_after_file(mofb__structure_list *list, const char *path) {
    char number[32] = "";
    mofb_status status = MOFB_OK;
    char *stem = mofb__text_stem(list->items[0]->a, path);
    if (!stem) return mofb__no_memory();
    for (size_t k = 0; k < list->count && !status; k++) {
        const char *own = mofb_structure_name(list->items[k]);
        if (list->count > 1 && *own && strcmp(own, stem)) continue;
        if (list->count > 1) snprintf(number, sizeof number, "-%zu", k + 1);
        status = mofb__structure_rename(list->items[k], stem, number);
    }
    mofb__free(stem);
    return status;
}

/* Text to the first of its structures; `path` helps to tell the format and may be NULL. */
static mofb_status parse_first(mofb_structure **out, const char *text, size_t length, const char *name,
                               const char *path, const mofb_structure_options *o) {
    mofb__structure_list list = {.limit = 1};
    mofb_status status = mofb__formats_read(&list, text, length, name, path, o);
    if (!status && path && !o->block) status = name_after_file(&list, path);
    if (!status) *out = mofb_structure_ref(list.items[0]);
    mofb__structure_list_free(&list);
    return status;
}

mofb_status mofb_structure_open(mofb_structure **out, const char *path, const mofb_structure_options *options) {
    mofb_structure_options o;
    mofb__str text;
    MOFB__REQUIRE(out && path);
    MOFB__TRY(read_options(&o, options));
    mofb__str_init(&text, o.allocator);
    mofb_status status = mofb__file_read(&text, path, 0);
    if (!status) status = parse_first(out, text.data, text.len, path, path, &o);
    mofb__str_free(&text);
    return status;
}

mofb_status mofb_structures_open(mofb_structure ***out, size_t *count, const char *path,
                                 const mofb_structure_options *options) {
    mofb_structure_options o;
    mofb__str text;
    mofb__structure_list list = {0};
    MOFB__REQUIRE(out && count && path);
    MOFB__TRY(read_options(&o, options));
    mofb__str_init(&text, o.allocator);
    mofb_status status = mofb__file_read(&text, path, 0);
    if (!status) status = mofb__formats_read(&list, text.data, text.len, path, path, &o);
    if (!status && !o.block) status = name_after_file(&list, path);
    mofb__str_free(&text);
    if (status) {
        mofb__structure_list_free(&list);
        return status;
    }
    *out = list.items;
    *count = list.count;
    return MOFB_OK;
}

void mofb_structures_free(mofb_structure **items, size_t count) {
    mofb__structure_list list = {.items = items, .count = count, .capacity = count};
    mofb__structure_list_free(&list);
}

mofb_status mofb_structure_parse(mofb_structure **out, const char *text, size_t length, const char *name,
                                 const mofb_structure_options *options) {
    mofb_structure_options o;
    MOFB__REQUIRE(out && (text || length == 0));
    MOFB__TRY(read_options(&o, options));
    return parse_first(out, text ? text : "", length, name ? name : "", NULL, &o);
}

mofb_status mofb_structure_new(mofb_structure **out, size_t n_atoms, const int32_t *numbers,
                               const double *positions, const double *cell, const int32_t *periodic,
                               const mofb_structure_options *options) {
    mofb_structure_options o;
    MOFB__REQUIRE(out && (n_atoms == 0 || (numbers && positions)));
    MOFB__TRY(read_options(&o, options));
    if (n_atoms > INT32_MAX / 4)
        return mofb__fail(MOFB_ERR_INVALID, "too_many_atoms", "%zu atoms are too many", n_atoms);
    mofb__draft d = {.a = o.allocator, .n_atoms = n_atoms, .has_cell = cell != NULL};
    for (int k = 0; k < 3; k++) {
        d.periodic[k] = periodic ? periodic[k] : cell != NULL;
        if (d.periodic[k] != 0 && d.periodic[k] != 1)
            return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "periodic[%d] = %d is neither 0 nor 1", k,
                              (int)d.periodic[k]);
    }
    if (cell) memcpy(d.cell, cell, sizeof d.cell);
    d.numbers = mofb__memdup(d.a, numbers, n_atoms * sizeof *numbers);
    d.positions = mofb__memdup(d.a, positions, 3 * n_atoms * sizeof *positions);
    if (!d.numbers || !d.positions) {
        mofb__draft_free(&d);
        return mofb__no_memory();
    }
    return mofb__structure_build(out, &d, o.min_distance);
}

size_t mofb_structure_count(const mofb_structure *s) {
    return s ? s->n_atoms : 0;
}

const int32_t *mofb_structure_numbers(const mofb_structure *s) {
    return s ? s->numbers : NULL;
}

const double *mofb_structure_positions(const mofb_structure *s) {
    return s ? s->positions : NULL;
}

const double *mofb_structure_cell(const mofb_structure *s) {
    return s && s->has_cell ? s->cell : NULL;
}

const int32_t *mofb_structure_periodic(const mofb_structure *s) {
    return s ? s->periodic : NULL;
}

const char *mofb_structure_name(const mofb_structure *s) {
    return s ? s->name : "";
}

double mofb_structure_volume(const mofb_structure *s) {
    return s ? s->volume : 0;
}

double mofb_structure_mass(const mofb_structure *s) {
    return s ? s->mass : 0;
}

const char *mofb_structure_sha256(const mofb_structure *s) {
    return s ? s->sha256 : "";
}

mofb_status mofb_structure_array(const double **values, size_t *width, const mofb_structure *s,
                                 const char *name) {
    MOFB__REQUIRE(values && width && s && name);
    for (size_t k = 0; k < s->n_arrays; k++)
        if (!strcmp(s->arrays[k].name, name)) {
            *values = s->arrays[k].values;
            *width = s->arrays[k].width;
            return MOFB_OK;
        }
    return mofb__fail(MOFB_ERR_NOT_FOUND, "no_array", "%s: has no per-atom array \"%s\"", s->name, name);
}

mofb_status mofb_structure_supercell(mofb_structure **out, const mofb_structure *structure,
                                     const int32_t *repeats) {
    MOFB__REQUIRE(out && structure && repeats);
    return mofb__supercell(out, structure, repeats, structure->a);
}

mofb_status mofb_structure_spacegroup(int32_t *number, char *symbol, size_t symbol_size,
                                      const mofb_structure *structure, double symprec) {
    mofb__symmetry found;
    MOFB__REQUIRE(number && structure && (!symbol || symbol_size >= sizeof found.symbol));
    MOFB__TRY(mofb__symmetry_find(&found, structure, symprec, structure->a));
    *number = found.number;
    if (symbol) snprintf(symbol, symbol_size, "%s", found.symbol);
    mofb__symmetry_free(&found);
    return MOFB_OK;
}

void mofb_structure_formula(char *out, size_t size, const mofb_structure *structure) {
    if (out && size && structure) mofb__structure_formula(out, size, structure);
}

mofb_status mofb_structure_labelled(mofb_structure **out, const mofb_structure *structure,
                                    const mofb_label *labels, size_t count) {
    MOFB__REQUIRE(out && structure && (labels || !count));
    return mofb__structure_labelled(out, structure, labels, count);
}

mofb_status mofb_structures_write(mofb_structure *const *list, size_t count, const char *path,
                                  const char *format) {
    mofb__str text;
    MOFB__REQUIRE(list && count && path);
    for (size_t k = 0; k < count; k++) MOFB__REQUIRE(list[k]);
    const mofb__format *f = format ? mofb__format_by_name(format) : mofb__format_by_path(path);
    if (!f)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_format", "%s: %s%s", path,
                          format ? "no format is called " : "its name tells no format", format ? format : "");
    if (!f->write || (count > 1 && strcmp(f->name, "extxyz")))
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "unknown_format", "%s: %s files %s", path, f->name,
                          f->write ? "hold one structure" : "are only read");
    mofb__str_init(&text, list[0]->a);
    mofb_status status = MOFB_OK;
    for (size_t k = 0; k < count && !status; k++) status = f->write(&text, list[k]);
    if (!status) status = mofb__str_status(&text);
    if (!status) status = mofb__file_write(path, text.data, text.len);
    mofb__str_free(&text);
    return status;
}

mofb_status mofb_structure_write(const mofb_structure *structure, const char *path, const char *format) {
    mofb_structure *one = (mofb_structure *)structure; /* only read */
    MOFB__REQUIRE(structure && path);
    return mofb_structures_write(&one, 1, path, format);
}
