/* SPDX-License-Identifier: MIT */
#include "formats/extxyz.h"
#include "formats/format.h"
#include "structure/elements.h"

/* Names stand between colons and blanks. */
static void put_name(mofb__str *out, const char *name) {
    for (; *name; name++)
        mofb__str_append(out, *name > ' ' && *name != ':' && *name != '"' ? name : "_", 1);
}

static void put_numbers(mofb__str *out, const double *values, size_t count, const char *between) {
    for (size_t k = 0; k < count; k++) {
        if (k) mofb__str_puts(out, between);
        mofb__str_number(out, values[k]);
    }
}

static void put_comment(mofb__str *out, const double *cell, const int32_t periodic[3],
                        const mofb__array *arrays, size_t n_arrays, const char *info) {
    if (cell) {
        mofb__str_puts(out, "Lattice=\"");
        put_numbers(out, cell, 9, " ");
        mofb__str_puts(out, "\" ");
    }
    mofb__str_puts(out, "Properties=species:S:1:pos:R:3");
    for (size_t k = 0; k < n_arrays; k++) {
        mofb__str_puts(out, ":");
        put_name(out, arrays[k].name);
        mofb__str_printf(out, ":R:%zu", arrays[k].width);
    }
    if (info && *info) mofb__str_puts(out, *info == ' ' ? "" : " ");
    if (info) mofb__str_puts(out, info);
    mofb__str_puts(out, " pbc=\"");
    for (int k = 0; k < 3; k++)
        mofb__str_puts(out, periodic[k] ? k ? " T" : "T" : k ? " F" : "F");
    mofb__str_puts(out, "\"\n");
}

mofb_status mofb__extxyz_frame(mofb__str *out, size_t n_atoms, const int32_t *numbers,
                               const double *positions, const double *cell, const int32_t periodic[3],
                               const mofb__array *arrays, size_t n_arrays, const char *info) {
    mofb__str_printf(out, "%zu\n", n_atoms);
    put_comment(out, cell, periodic, arrays, n_arrays, info);
    for (size_t i = 0; i < n_atoms; i++) {
        mofb__str_puts(out, mofb__element_symbol(numbers[i]));
        mofb__str_puts(out, " ");
        put_numbers(out, positions + 3 * i, 3, " ");
        for (size_t k = 0; k < n_arrays; k++) {
            mofb__str_puts(out, " ");
            put_numbers(out, arrays[k].values + arrays[k].width * i, arrays[k].width, " ");
        }
        mofb__str_puts(out, "\n");
    }
    return mofb__str_status(out);
}

mofb_status mofb__extxyz_write(mofb__str *out, const mofb_structure *s) {
    mofb__str info;
    mofb__str_init(&info, out->a);
    mofb_status status = mofb__extxyz_comment_write(&info, s->info);
    if (!status) status = mofb__str_status(&info);
    if (!status)
        status = mofb__extxyz_frame(out, s->n_atoms, s->numbers, s->positions, s->has_cell ? s->cell : NULL,
                                    s->periodic, s->arrays, s->n_arrays, info.data);
    mofb__str_free(&info);
    return status;
}
