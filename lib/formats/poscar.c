/* SPDX-License-Identifier: MIT */
/* VASP's POSCAR and CONTCAR: version 5 with a line of element symbols, version 4 with the symbols as the
   comment. What follows the positions (velocities, predictor-corrector) is not read. */
#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "formats/format.h"
#include "formats/text.h"
#include "structure/elements.h"

static const char mask_name[] = "selective_dynamics"; /* [n][3]: 1 may move, 0 may not */

typedef struct reader {
    mofb__span rest, line;
    size_t number; /* of line */
} reader;

static mofb_status next_line(reader *r, const char *what) {
    r->number++;
    if (mofb__text_line(&r->line, &r->rest)) return MOFB_OK;
    return mofb__fail(MOFB_ERR_FORMAT, "unexpected_end", "line %zu: the text ends before %s", r->number,
                      what);
}

static mofb_status fail_number(const reader *r, mofb__span word, const char *what) {
    return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %zu: '%s' is not a number (%s)", r->number,
                      mofb__text_clip(word.text, word.length).text, what);
}

/* The first three words of the line as numbers; *rest is what follows. */
static mofb_status three_numbers(double out[3], mofb__span *rest, const reader *r, const char *what) {
    mofb__span word;
    *rest = r->line;
    for (int k = 0; k < 3; k++) {
        mofb__text_word(&word, rest);
        if (!mofb__text_number(&out[k], word.text, word.length)) return fail_number(r, word, what);
    }
    return MOFB_OK;
}

/* One number for all axes, negative: the volume wanted; or three. */
static mofb_status read_scale(double scale[3], bool *is_volume, reader *r) {
    mofb__span rest, word;
    MOFB__TRY(next_line(r, "the scale factor"));
    rest = r->line;
    for (int k = 0; k < 3; k++) {
        bool there = mofb__text_word(&word, &rest);
        double x;
        if (k && (!there || !mofb__text_number(&x, word.text, word.length))) {
            scale[1] = scale[2] = scale[0];
            break;
        }
        if (!mofb__text_number(&scale[k], word.text, word.length) || scale[k] == 0)
            return fail_number(r, word, "the scale factor");
    }
    *is_volume = scale[0] < 0;
    if (scale[0] * scale[1] <= 0 || scale[0] * scale[2] <= 0 || (*is_volume && scale[0] != scale[1]))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_cell",
                          "line %zu: scale factors are one number or three above 0", r->number);
    return MOFB_OK;
}

static mofb_status read_cell(double cell[9], double scale[3], reader *r) {
    bool is_volume = false;
    mofb__span rest;
    MOFB__TRY(read_scale(scale, &is_volume, r));
    for (int k = 0; k < 3; k++) {
        MOFB__TRY(next_line(r, "the lattice"));
        MOFB__TRY(three_numbers(cell + 3 * k, &rest, r, "the lattice"));
    }
    if (is_volume) {
        double volume = fabs(mofb__det3(cell));
        if (!(volume > 0))
            return mofb__fail(MOFB_ERR_INVALID, "bad_cell", "line %zu: the cell has no volume", r->number);
        scale[0] = scale[1] = scale[2] = cbrt(-scale[0] / volume);
    }
    for (int k = 0; k < 9; k++)
        cell[k] *= scale[k % 3];
    return MOFB_OK;
}

/* "Zn", "Zn_sv", "Zn/1a2b3c" */
static int32_t symbol(mofb__span word) {
    size_t n = 0;
    while (n < word.length && mofb__is_letter(word.text[n]))
        n++;
    if (n < word.length && word.text[n] != '_' && word.text[n] != '/') return 0;
    return n >= 1 && n <= 2 ? mofb__element_number(word.text, n) : 0;
}

/* Symbols and counts, word by word: atoms are set as they are counted. */
static mofb_status read_counts(mofb__draft *d, mofb__span symbols, size_t symbols_line, const reader *r) {
    mofb__span counts = r->line, name, count;
    size_t limit = r->rest.length, capacity = 0; /* no line is shorter than its end */
    while (mofb__text_word(&count, &counts)) {
        int64_t n;
        if (!mofb__text_integer(&n, count.text, count.length) || n < 0)
            return fail_number(r, count, "how many atoms of an element");
        bool named = mofb__text_word(&name, &symbols);
        int32_t z = named ? symbol(name) : 0;
        if (!z)
            return mofb__fail(MOFB_ERR_INVALID, "unknown_element",
                              "line %zu: '%s' is not an element (line %zu counts its atoms)", symbols_line,
                              mofb__text_clip(name.text, name.length).text, r->number);
        if ((uint64_t)n > limit - d->n_atoms)
            return mofb__fail(MOFB_ERR_FORMAT, "unexpected_end", "line %zu: more atoms than lines follow",
                              r->number);
        MOFB__TRY(mofb__grow(d->a, &d->numbers, &capacity, d->n_atoms + (size_t)n, sizeof *d->numbers));
        for (int64_t k = 0; k < n; k++)
            d->numbers[d->n_atoms++] = z;
    }
    if (mofb__text_word(&name, &symbols))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %zu: fewer counts than elements", r->number);
    if (!d->n_atoms) return mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "line %zu: no atoms", r->number);
    return MOFB_OK;
}

static mofb_status read_atoms_head(mofb__draft *d, mofb__span comment, reader *r) {
    mofb__span rest, word, symbols = comment;
    size_t symbols_line = 1;
    int64_t n;
    MOFB__TRY(next_line(r, "the elements"));
    rest = r->line;
    if (!mofb__text_word(&word, &rest) || !mofb__text_integer(&n, word.text, word.length)) {
        symbols = r->line;
        symbols_line = r->number;
        MOFB__TRY(next_line(r, "the numbers of atoms"));
    }
    return read_counts(d, symbols, symbols_line, r);
}

static char first_letter(mofb__span line) {
    mofb__span word;
    return mofb__text_word(&word, &line) ? mofb__lower(*word.text) : 0;
}

static mofb_status read_mask(double *mask, mofb__span rest, const reader *r) {
    mofb__span word;
    for (int k = 0; k < 3; k++) {
        bool there = mofb__text_word(&word, &rest);
        char c = there ? mofb__lower(*word.text == '.' && word.length > 1 ? word.text[1] : *word.text) : 0;
        if (c != 't' && c != 'f')
            return mofb__fail(MOFB_ERR_FORMAT, "bad_number",
                              "line %zu: selective dynamics needs three of T and F", r->number);
        mask[k] = c == 't';
    }
    return MOFB_OK;
}

static mofb_status make_mask(mofb__draft *d) {
    d->arrays = mofb__calloc(d->a, 1, sizeof *d->arrays);
    if (!d->arrays) return mofb__no_memory();
    d->n_arrays = 1;
    d->arrays[0] = (mofb__array){mofb__strdup(d->a, mask_name), 3,
                                 mofb__alloc(d->a, 3 * d->n_atoms * sizeof *d->arrays->values)};
    return d->arrays[0].name && d->arrays[0].values ? MOFB_OK : mofb__no_memory();
}

static mofb_status read_positions(mofb__draft *d, const double scale[3], reader *r) {
    mofb__span rest;
    MOFB__TRY(next_line(r, "the kind of coordinates"));
    bool selective = first_letter(r->line) == 's';
    if (selective) MOFB__TRY(next_line(r, "the kind of coordinates"));
    char kind = first_letter(r->line);
    bool cartesian = kind == 'c' || kind == 'k';
    if (!cartesian && kind != 'd')
        return mofb__fail(MOFB_ERR_FORMAT, "bad_coordinates",
                          "line %zu: '%s' is neither Direct nor Cartesian", r->number,
                          mofb__text_clip(r->line.text, r->line.length).text);
    if (d->n_atoms > r->rest.length / 6 + 1) /* "0 0 0" and an end of line */
        return mofb__fail(MOFB_ERR_FORMAT, "unexpected_end", "line %zu: more atoms than lines follow",
                          r->number);
    d->positions = mofb__alloc(d->a, 3 * d->n_atoms * sizeof *d->positions);
    if (!d->positions) return mofb__no_memory();
    if (selective) MOFB__TRY(make_mask(d));
    for (size_t k = 0; k < d->n_atoms; k++) {
        double *p = d->positions + 3 * k;
        MOFB__TRY(next_line(r, "all atoms have come"));
        MOFB__TRY(three_numbers(p, &rest, r, "a coordinate"));
        if (selective) MOFB__TRY(read_mask(d->arrays[0].values + 3 * k, rest, r));
        if (!cartesian) mofb__row_times(p, p, d->cell);
        for (int i = 0; cartesian && i < 3; i++)
            p[i] *= scale[i];
    }
    return MOFB_OK;
}

static mofb_status fill(mofb__draft *d, reader *r, const char *name) {
    double scale[3];
    mofb__span comment;
    MOFB__TRY(next_line(r, "the comment"));
    comment = r->line;
    MOFB__TRY(read_cell(d->cell, scale, r));
    MOFB__TRY(read_atoms_head(d, comment, r));
    MOFB__TRY(read_positions(d, scale, r));
    d->name = mofb__text_stem(d->a, name);
    return d->name ? MOFB_OK : mofb__no_memory();
}

static mofb_status read(mofb__structure_list *out, const char *text, size_t length, const char *name,
                        const mofb_structure_options *options) {
    mofb__draft d = {.a = options->allocator, .has_cell = true, .periodic = {1, 1, 1}};
    reader r = {.rest = mofb__text_begin(text, length)};
    mofb_structure *s;
    mofb_status status = fill(&d, &r, name);
    if (status) {
        mofb__draft_free(&d);
        return status;
    }
    MOFB__TRY(mofb__structure_build(&s, &d, options->min_distance));
    return mofb__structure_list_add(out, s, options->allocator);
}

static bool sniff(const char *text, size_t length) {
    reader r = {.rest = mofb__text_begin(text, length)};
    mofb__span word;
    double x;
    if (!mofb__text_line(&r.line, &r.rest) || !mofb__text_line(&r.line, &r.rest)) return false;
    if (!mofb__text_word(&word, &r.line) || !mofb__text_number(&x, word.text, word.length)) return false;
    for (int line = 0; line < 3; line++) {
        if (!mofb__text_line(&r.line, &r.rest)) return false;
        for (int k = 0; k < 3; k++)
            if (!mofb__text_word(&word, &r.line) || !mofb__text_number(&x, word.text, word.length))
                return false;
    }
    return true;
}

static void put_three(mofb__str *out, const double *v) {
    for (int k = 0; k < 3; k++) {
        mofb__str_puts(out, k ? " " : "");
        mofb__str_number(out, v[k]);
    }
}

/* Runs of equal atoms, so that the order stays: their symbols, then their lengths. */
static void put_runs(mofb__str *out, const mofb_structure *s) {
    for (int line = 0; line < 2; line++) {
        for (size_t k = 0, n = 1; k < s->n_atoms; k += n, n = 1) {
            while (k + n < s->n_atoms && s->numbers[k + n] == s->numbers[k])
                n++;
            if (k) mofb__str_puts(out, " ");
            if (line) mofb__str_printf(out, "%zu", n);
            else mofb__str_puts(out, mofb__element_symbol(s->numbers[k]));
        }
        mofb__str_puts(out, "\n");
    }
}

static const double *find_mask(const mofb_structure *s) {
    for (size_t k = 0; k < s->n_arrays; k++)
        if (!strcmp(s->arrays[k].name, mask_name) && s->arrays[k].width == 3) return s->arrays[k].values;
    return NULL;
}

static mofb_status write(mofb__str *out, const mofb_structure *s) {
    const double *mask = find_mask(s);
    if (!s->has_cell)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_cell",
                          "a POSCAR needs a cell, and the structure has none");
    mofb__str_puts(out, s->name && *s->name ? s->name : "structure");
    mofb__str_puts(out, "\n1\n");
    for (int k = 0; k < 3; k++) {
        put_three(out, s->cell + 3 * k);
        mofb__str_puts(out, "\n");
    }
    put_runs(out, s);
    if (mask) mofb__str_puts(out, "Selective dynamics\n");
    mofb__str_puts(out, "Cartesian\n"); /* exact, where fractions would be rounded */
    for (size_t k = 0; k < s->n_atoms; k++) {
        put_three(out, s->positions + 3 * k);
        for (int i = 0; mask && i < 3; i++)
            mofb__str_puts(out, mask[3 * k + (size_t)i] != 0 ? " T" : " F");
        mofb__str_puts(out, "\n");
    }
    return mofb__str_status(out);
}

static const char *const suffixes[] = {".poscar", ".vasp", "POSCAR", "CONTCAR", NULL};

const mofb__format mofb__format_poscar = {"poscar", suffixes, sniff, read, write};
