/* SPDX-License-Identifier: MIT */
/* The rows of the atom loop. */
#include "formats/cif.h"

#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "structure/elements.h"

/* Occupancies are rounded; what is this close to 1 is an ordered atom. */
static const double full_occupancy = 0.995, over_occupancy = 1.005;

static size_t letters(const char *text, size_t length) {
    size_t n = 0;
    while (n < length && mofb__is_letter(text[n]))
        n++;
    return n;
}

static int32_t element(const char *text, size_t length) {
    return length >= 1 && length <= 2 ? mofb__element_number(text, length) : 0;
}

/* "Zn2+", "O2-", "C", "ZN", "Cval" (valence scattering factors) */
static int32_t from_type(const char *text, size_t length) {
    size_t n = letters(text, length);
    if (n > 3 && mofb__text_is((mofb__span){text + n - 3, 3}, "val")) n -= 3;
    return element(text, n);
}

static bool in_formula(const mofb__cif_block *block, int32_t number) {
    const mofb__cif_value *v = mofb__cif_value_at(block, MOFB__CIF_FORMULA, 0);
    for (size_t k = 0; v && k < v->length;) {
        size_t n = letters(v->text + k, v->length - k);
        if (n && element(v->text + k, n) == number) return true;
        k += n ? n : 1;
    }
    return false;
}

/* "C12A" is C, "Zn1" and "ZN1" Zn; "CA1" is C or Ca as the sum formula has it, 0 where it does not tell. */
static int32_t from_label(const mofb__cif_block *block, const char *text, size_t length) {
    size_t n = letters(text, length);
    int32_t one = element(text, n ? 1 : 0), two = n > 1 ? element(text, 2) : 0;
    if (n >= 3 && mofb__text_is((mofb__span){text, 3}, "wat")) return 0;
    if (!one || !two) return one ? one : two;
    if (text[1] >= 'a' && text[1] <= 'z') return two;
    bool has_one = in_formula(block, one), has_two = in_formula(block, two);
    return has_one == has_two ? 0 : has_one ? one : two;
}

mofb_status mofb__cif_element(int32_t *number, const mofb__cif_block *block, size_t row) {
    const mofb__cif_value *type = mofb__cif_value_at(block, MOFB__CIF_TYPE, row);
    const mofb__cif_value *label = mofb__cif_value_at(block, MOFB__CIF_LABEL, row);
    const mofb__cif_value *v = type ? type : label;
    if (!v) {
        const mofb__cif_column *c = &block->columns[MOFB__CIF_TYPE];
        if (!c->count) c = &block->columns[MOFB__CIF_LABEL];
        return mofb__fail(MOFB_ERR_INVALID, "unknown_element",
                          "line %u: atom %zu has neither type symbol nor label",
                          (unsigned)(row < c->count ? c->values[row].line : block->line), row + 1);
    }
    int32_t z = type ? from_type(v->text, v->length) : from_label(block, v->text, v->length);
    if (!z)
        return mofb__fail(MOFB_ERR_INVALID, "unknown_element",
                          "line %u: no element can be told from the %s '%s'", (unsigned)v->line,
                          type ? "type symbol" : "label (there is no type symbol)",
                          mofb__text_clip(v->text, v->length).text);
    *number = z;
    return MOFB_OK;
}

bool mofb__cif_has_atoms(const mofb__cif_block *block) {
    return block->columns[MOFB__CIF_FRACT_X].count || block->columns[MOFB__CIF_CARTN_X].count;
}

static mofb_status check_columns(const mofb__cif_block *block, int x) {
    static const int tags[] = {
        MOFB__CIF_LABEL,     MOFB__CIF_TYPE,           MOFB__CIF_OCCUPANCY,        MOFB__CIF_CHARGE,
        MOFB__CIF_CALC_FLAG, MOFB__CIF_DISORDER_GROUP, MOFB__CIF_DISORDER_ASSEMBLY};
    const mofb__cif_column *first = &block->columns[x];
    for (int k = x + 1; k < x + 3; k++)
        if (block->columns[k].loop != first->loop || block->columns[k].count != first->count)
            return mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "line %u: the atoms have no %c coordinates",
                              (unsigned)first->line, "xyz"[k - x]);
    for (size_t k = 0; k < sizeof tags / sizeof *tags; k++) {
        const mofb__cif_column *c = &block->columns[tags[k]];
        if (c->line && c->loop != first->loop)
            return mofb__fail(MOFB_ERR_FORMAT, "bad_loop",
                              "line %u: a column of atoms outside the loop of line %u", (unsigned)c->line,
                              (unsigned)first->line);
    }
    return MOFB_OK;
}

static mofb_status coordinates(double out[3], const mofb__cif_block *block, int x, size_t row) {
    for (int k = 0; k < 3; k++) {
        const mofb__cif_value *v = &block->columns[x + k].values[row];
        MOFB__TRY(mofb__cif_number(&out[k], v, "a coordinate"));
        if (fabs(out[k]) > 1e6)
            return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %u: %g is no coordinate",
                              (unsigned)v->line, out[k]);
    }
    return MOFB_OK;
}

static mofb_status optional_number(double *out, const mofb__cif_block *block, int tag, size_t row,
                                   double fallback, const char *what) {
    const mofb__cif_value *v = mofb__cif_value_at(block, tag, row);
    *out = fallback;
    return v ? mofb__cif_number(out, v, what) : MOFB_OK;
}

static mofb_status read_occupancy(mofb__cif_site *s, const mofb__cif_block *block, size_t row) {
    MOFB__TRY(optional_number(&s->occupancy, block, MOFB__CIF_OCCUPANCY, row, 1, "an occupancy"));
    if (s->occupancy < 0 || s->occupancy > over_occupancy)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_occupancy",
                          "line %u: atom '%s' has occupancy %g, allowed is 0 to 1", (unsigned)s->line,
                          mofb__text_clip(s->label.text, s->label.length).text, s->occupancy);
    if (s->occupancy >= full_occupancy) s->occupancy = 1;
    return MOFB_OK;
}

static mofb_status read_group(mofb__cif_site *s, const mofb__cif_block *block, size_t row) {
    const mofb__cif_value *v = mofb__cif_value_at(block, MOFB__CIF_DISORDER_GROUP, row);
    int64_t group = 0;
    if (v && !mofb__text_integer(&group, v->text, v->length)) {
        if (v->length != 1) /* groups are numbers or letters */
            return mofb__fail(MOFB_ERR_FORMAT, "bad_number", "line %u: '%s' is not a disorder group",
                              (unsigned)v->line, mofb__text_clip(v->text, v->length).text);
        group = 1000 + (unsigned char)*v->text;
    }
    s->group = group > 100000 ? 100000 : group < -100000 ? -100000 : (int32_t)group;
    v = mofb__cif_value_at(block, MOFB__CIF_DISORDER_ASSEMBLY, row);
    if (v) memcpy(s->assembly, v->text, v->length < sizeof s->assembly ? v->length : sizeof s->assembly);
    return MOFB_OK;
}

static mofb_status read_site(mofb__cif_site *s, const mofb__cif_block *block, const double cell[9],
                             const double inverse[9], size_t row) {
    bool fractional = block->columns[MOFB__CIF_FRACT_X].count > 0;
    const mofb__cif_value *label = mofb__cif_value_at(block, MOFB__CIF_LABEL, row);
    if (!label) label = mofb__cif_value_at(block, MOFB__CIF_TYPE, row);
    *s = (mofb__cif_site){.label = {"", 0}};
    if (label) s->label = (mofb__span){label->text, label->length};
    s->line = block->columns[fractional ? MOFB__CIF_FRACT_X : MOFB__CIF_CARTN_X].values[row].line;
    MOFB__TRY(mofb__cif_element(&s->number, block, row));
    if (fractional) {
        MOFB__TRY(coordinates(s->fract, block, MOFB__CIF_FRACT_X, row));
        mofb__row_times(s->cartesian, s->fract, cell);
    } else {
        MOFB__TRY(coordinates(s->cartesian, block, MOFB__CIF_CARTN_X, row));
        mofb__row_times(s->fract, s->cartesian, inverse);
    }
    MOFB__TRY(read_occupancy(s, block, row));
    return read_group(s, block, row);
}

static bool is_dummy(const mofb__cif_block *block, size_t row) {
    const mofb__cif_value *v = mofb__cif_value_at(block, MOFB__CIF_CALC_FLAG, row);
    return v && mofb__text_is((mofb__span){v->text, v->length}, "dum");
}

/* Charges count only where every atom has one. */
static bool read_charges(mofb__cif_sites *sites, const mofb__cif_block *block, size_t rows) {
    for (size_t row = 0, n = 0; row < rows; row++) {
        const mofb__cif_value *v = mofb__cif_value_at(block, MOFB__CIF_CHARGE, row);
        if (is_dummy(block, row)) continue;
        if (!v || !mofb__text_number(&sites->items[n++].charge, v->text, v->length)) return false;
    }
    return rows > 0;
}

mofb_status mofb__cif_sites_read(mofb__cif_sites *out, const mofb__cif_block *block, const double cell[9]) {
    int x = block->columns[MOFB__CIF_FRACT_X].count ? MOFB__CIF_FRACT_X : MOFB__CIF_CARTN_X;
    size_t rows = block->columns[x].count;
    double inverse[9];
    MOFB__TRY(check_columns(block, x));
    MOFB__TRY(mofb__inverse3(inverse, cell));
    if (rows > MOFB__CIF_MAX_ATOMS)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_many_atoms", "line %u: more than %d atoms",
                          (unsigned)block->columns[x].line, MOFB__CIF_MAX_ATOMS);
    if (x == MOFB__CIF_CARTN_X && mofb__cif_value_at(block, MOFB__CIF_CARTN_MATRIX, 0))
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "cif_own_axes",
                          "line %u: Cartesian coordinates in axes of their own; fractional ones are needed",
                          (unsigned)block->columns[MOFB__CIF_CARTN_MATRIX].line);
    out->items = mofb__alloc(block->a, rows * sizeof *out->items);
    if (!out->items) return mofb__no_memory();
    for (size_t row = 0; row < rows; row++) {
        if (is_dummy(block, row)) continue;
        MOFB__TRY(read_site(&out->items[out->count], block, cell, inverse, row));
        const mofb__cif_site *s = &out->items[out->count++];
        out->partial = out->partial || s->occupancy < 1 || s->group;
    }
    if (!out->count)
        return mofb__fail(MOFB_ERR_FORMAT, "no_atoms", "line %u: the atom list is empty",
                          (unsigned)block->columns[x].line);
    out->charges = read_charges(out, block, rows);
    return MOFB_OK;
}
