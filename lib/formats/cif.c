/* SPDX-License-Identifier: MIT */
/* Crystallographic Information File, read with symmetry applied, written as P1. */
#include "formats/cif.h"

#include <string.h>

#include "base/mat3.h"
#include "formats/format.h"
#include "structure/cell.h"
#include "structure/elements.h"

static bool sniff(const char *text, size_t length) {
    mofb__span rest = mofb__text_begin(text, length), line, word;
    while (mofb__text_line(&line, &rest)) {
        if (!mofb__text_word(&word, &line) || *word.text == '#') continue;
        if (word.length >= 5 && mofb__text_is((mofb__span){word.text, 5}, "data_")) return true;
        return *word.text == '_' || mofb__text_is(word, "loop_");
    }
    return false;
}

static mofb_status fill(mofb__draft *d, const mofb__cif_images *images, const mofb__cif_sites *sites) {
    size_t n = 0;
    for (size_t k = 0; k < images->count; k++)
        n += images->items[k].kept;
    if (!n) return mofb__fail(MOFB_ERR_INVALID, "no_atoms", "no atom is left once the minor parts are gone");
    d->numbers = mofb__alloc(d->a, n * sizeof *d->numbers);
    d->positions = mofb__alloc(d->a, 3 * n * sizeof *d->positions);
    if (!d->numbers || !d->positions) return mofb__no_memory();
    for (size_t k = 0; k < images->count; k++) {
        const mofb__cif_image *image = &images->items[k];
        const mofb__cif_site *site = &sites->items[image->site];
        double *p = d->positions + 3 * d->n_atoms;
        if (!image->kept) continue;
        d->numbers[d->n_atoms++] = site->number;
        if (image->operation == MOFB__CIF_AS_WRITTEN) memcpy(p, site->cartesian, sizeof site->cartesian);
        else mofb__row_times(p, image->fract, d->cell);
    }
    return MOFB_OK;
}

static mofb_status add_charges(mofb__draft *d, const mofb__cif_images *images, const mofb__cif_sites *sites) {
    if (!sites->charges) return MOFB_OK;
    d->arrays = mofb__calloc(d->a, 1, sizeof *d->arrays);
    if (!d->arrays) return mofb__no_memory();
    d->n_arrays = 1;
    d->arrays[0] = (mofb__array){mofb__strdup(d->a, "charges"), 1,
                                 mofb__alloc(d->a, d->n_atoms * sizeof *d->arrays->values)};
    if (!d->arrays[0].name || !d->arrays[0].values) return mofb__no_memory();
    for (size_t k = 0, n = 0; k < images->count; k++)
        if (images->items[k].kept) d->arrays[0].values[n++] = sites->items[images->items[k].site].charge;
    return MOFB_OK;
}

typedef struct parts {
    mofb__symops ops;
    mofb__cif_sites sites;
    mofb__cif_images images;
} parts;

static mofb_status make_draft(mofb__draft *d, parts *p, const mofb__cif_block *block, int32_t disorder) {
    MOFB__TRY(mofb__cif_cell(d->cell, block));
    MOFB__TRY(mofb__cif_symmetry(&p->ops, block, d->cell));
    MOFB__TRY(mofb__cif_sites_read(&p->sites, block, d->cell));
    if (p->sites.partial && disorder != MOFB_DISORDER_MAJOR)
        MOFB__TRY(mofb__cif_disorder_refuse(&p->sites, d->a));
    MOFB__TRY(mofb__cif_images_make(&p->images, &p->sites, &p->ops, d->cell, d->a));
    if (p->sites.partial) MOFB__TRY(mofb__cif_disorder_pick(&p->images, &p->sites, d->cell, d->a));
    MOFB__TRY(fill(d, &p->images, &p->sites));
    return add_charges(d, &p->images, &p->sites);
}

static mofb_status to_structure(mofb_structure **out, const mofb__cif_block *block, const char *name,
                                const mofb_structure_options *options) {
    mofb__draft d = {.a = block->a, .has_cell = true, .periodic = {1, 1, 1}};
    parts p = {0};
    mofb_status status;
    d.name = block->name.length ? mofb__text_copy(d.a, block->name.text, block->name.length)
                                : mofb__text_stem(d.a, name);
    status = d.name ? make_draft(&d, &p, block, options->disorder) : mofb__no_memory();
    mofb__free(p.ops.items);
    mofb__free(p.sites.items);
    mofb__free(p.images.items);
    if (!status) return mofb__structure_build(out, &d, options->min_distance);
    mofb__draft_free(&d);
    return status;
}

static bool is_wanted(const mofb__cif_block *block, const char *wanted) {
    return wanted ? mofb__text_is(block->name, wanted) : mofb__cif_has_atoms(block);
}

static mofb_status read_blocks(mofb__structure_list *out, mofb__cif_block *block, mofb__cif_text *text,
                               const char *name, const mofb_structure_options *options) {
    bool found, any_cell = false;
    mofb_structure *s;
    while (!out->limit || out->count < out->limit) {
        MOFB__TRY(mofb__cif_next_block(block, &found, text));
        if (!found) break;
        any_cell = any_cell || block->columns[MOFB__CIF_LENGTH_A].count;
        if (!is_wanted(block, options->block)) continue;
        if (!mofb__cif_has_atoms(block))
            return mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "block '%.80s' (line %u) has no atoms",
                              options->block, (unsigned)block->line);
        MOFB__TRY(to_structure(&s, block, name, options));
        MOFB__TRY(mofb__structure_list_add(out, s, block->a));
        if (options->block) break;
    }
    if (out->count) return MOFB_OK;
    if (options->block)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "no_block", "no data block is called '%.80s'", options->block);
    if (!any_cell) return mofb__fail(MOFB_ERR_FORMAT, "cif_no_cell", "no data block has a cell");
    return mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "no data block has atoms");
}

static mofb_status read(mofb__structure_list *out, const char *text, size_t length, const char *name,
                        const mofb_structure_options *options) {
    mofb__span all = mofb__text_begin(text, length);
    mofb__cif_block block = {.a = options->allocator};
    mofb__cif_text t = {all.text, all.text, all.text + all.length, 1};
    mofb_status status = read_blocks(out, &block, &t, name, options);
    mofb__cif_block_free(&block);
    return status;
}

/* The name as a block name: no blanks, at most 75 characters. */
static void put_name(mofb__str *out, const char *name) {
    char copy[76];
    size_t n = 0;
    for (; name[n] && n < sizeof copy - 1; n++)
        copy[n] = name[n] > ' ' && name[n] <= '~' ? name[n] : '_';
    copy[n] = 0;
    mofb__str_printf(out, "data_%s\n", n ? copy : "structure");
}

static void put_cell(mofb__str *out, const double *cell) {
    static const char *const names[] = {"length_a",    "length_b",   "length_c",
                                        "angle_alpha", "angle_beta", "angle_gamma"};
    double parameters[6];
    mofb__cell_parameters(parameters, parameters + 3, cell);
    for (int k = 0; k < 6; k++) {
        mofb__str_printf(out, "_cell_%s ", names[k]);
        mofb__str_number(out, parameters[k]);
        mofb__str_puts(out, "\n");
    }
}

static mofb_status write(mofb__str *out, const mofb_structure *s) {
    double inverse[9], f[3];
    if (!s->has_cell)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_cell", "a CIF needs a cell, and the structure has none");
    MOFB__TRY(mofb__inverse3(inverse, s->cell));
    /* The parameters describe a right-handed cell: of a left-handed one all axes are reversed. */
    double sign = mofb__det3(s->cell) < 0 ? -1 : 1;
    put_name(out, s->name ? s->name : "");
    put_cell(out, s->cell);
    mofb__str_puts(out, "_symmetry_space_group_name_H-M 'P 1'\n_symmetry_Int_Tables_number 1\n\n"
                        "loop_\n_symmetry_equiv_pos_as_xyz\n'x,y,z'\n\n"
                        "loop_\n_atom_site_label\n_atom_site_type_symbol\n"
                        "_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n_atom_site_occupancy\n");
    for (size_t k = 0; k < s->n_atoms; k++) {
        const char *symbol = mofb__element_symbol(s->numbers[k]);
        mofb__row_times(f, s->positions + 3 * k, inverse);
        mofb__str_printf(out, "%s%zu %s", symbol, k + 1, symbol);
        for (int i = 0; i < 3; i++) {
            mofb__str_puts(out, " ");
            mofb__str_number(out, sign * f[i]);
        }
        mofb__str_puts(out, " 1\n");
    }
    return mofb__str_status(out);
}

static const char *const suffixes[] = {".cif", NULL};

const mofb__format mofb__format_cif = {"cif", suffixes, sniff, read, write};
