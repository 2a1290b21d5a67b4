/* SPDX-License-Identifier: MIT */
#include "structure/label.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "structure/elements.h"

/* Labels of the whole structure become the members of its info object, those of atoms its arrays. */
static mofb_status fill(mofb__draft *d, const mofb_label *labels, size_t count) {
    mofb__json *info = mofb__json_new_object();
    mofb_status status = MOFB_OK;
    for (size_t k = 0; k < count && !status; k++) {
        const mofb_label *l = &labels[k];
        if (!l->per_atom && l->width == 1) mofb__json_add_number(info, l->name, l->values[0]);
        if (!l->per_atom && l->width != 1) mofb__json_add_numbers(info, l->name, l->values, l->width, 0);
        if (!l->per_atom) continue;
        mofb__array *array = &d->arrays[d->n_arrays++];
        array->width = l->width;
        array->name = mofb__strdup(d->a, l->name);
        array->values = mofb__memdup(d->a, l->values, d->n_atoms * l->width * sizeof(double));
        if (!array->name || !array->values) status = mofb__no_memory();
    }
    if (!status) status = mofb__json_text(&d->info, info, d->a);
    mofb__json_free(info);
    return status;
}

mofb_status mofb__structure_labelled(mofb_structure **out, const mofb_structure *from, const mofb_label *labels,
                                     size_t count) {
    mofb__draft d = {.a = from->a, .n_atoms = from->n_atoms, .has_cell = from->has_cell};
    for (size_t k = 0; k < count; k++)
        if (!labels[k].name || !labels[k].values || !labels[k].width)
            return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "label %zu lacks a name, values or a width", k);
    memcpy(d.cell, from->cell, sizeof d.cell);
    memcpy(d.periodic, from->periodic, sizeof d.periodic);
    d.numbers = mofb__memdup(d.a, from->numbers, from->n_atoms * sizeof *from->numbers);
    d.positions = mofb__memdup(d.a, from->positions, 3 * from->n_atoms * sizeof *from->positions);
    d.name = mofb__strdup(d.a, from->name);
    d.arrays = mofb__calloc(d.a, count ? count : 1, sizeof *d.arrays);
    mofb_status status = d.numbers && d.positions && d.name && d.arrays ? MOFB_OK : mofb__no_memory();
    if (!status) status = fill(&d, labels, count);
    if (status) {
        mofb__draft_free(&d);
        return status;
    }
    return mofb__structure_build(out, &d, -1);
}

static void append(char *out, size_t size, int32_t z, size_t count) {
    size_t length = strlen(out);
    if (count) snprintf(out + length, size - length, "%s%s%zu", length ? " " : "", mofb__element_symbol(z), count);
}

void mofb__structure_formula(char *out, size_t size, const mofb_structure *s) {
    size_t counts[MOFB__MAX_Z + 1] = {0};
    out[0] = 0;
    for (size_t i = 0; i < s->n_atoms; i++) counts[s->numbers[i]]++;
    if (counts[6]) {
        append(out, size, 6, counts[6]);
        append(out, size, 1, counts[1]);
        counts[6] = counts[1] = 0;
    }
    for (;;) {
        int32_t next = 0;
        for (int32_t z = 1; z <= MOFB__MAX_Z; z++)
            if (counts[z] && (!next || strcmp(mofb__element_symbol(z), mofb__element_symbol(next)) < 0)) next = z;
        if (!next) return;
        append(out, size, next, counts[next]);
        counts[next] = 0;
    }
}
