/* SPDX-License-Identifier: MIT */
/* Symmetry operations as a file lists them. */
#include "formats/cif.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mat3.h"

/* Translations in a file are rounded decimals at worst. */
static const double same_translation = 2e-3;

typedef struct reader {
    const char *at, *end;
} reader;

static void skip(reader *r) {
    while (r->at < r->end && mofb__is_blank(*r->at))
        r->at++;
}

/* A decimal such as 0.333 stands for the twenty-fourth that it rounds or truncates: all translations of space
   groups are multiples of 1/24. */
static double restored(double value, size_t decimals) {
    double unit = decimals >= 3 ? pow(10, -(double)(decimals < 15 ? decimals : 15)) : 0;
    double nearest = round(value * 24) / 24;
    return fabs(nearest - value) < unit ? nearest : value;
}

static bool digits(double *out, reader *r) {
    const char *start = r->at, *dot = NULL;
    for (; r->at < r->end && (mofb__is_digit(*r->at) || *r->at == '.'); r->at++)
        if (*r->at == '.') dot = r->at;
    if (!mofb__text_number(out, start, (size_t)(r->at - start))) return false;
    if (dot) *out = restored(*out, (size_t)(r->at - dot - 1));
    return true;
}

/* number or number/number */
static bool fraction(double *out, reader *r) {
    double below;
    if (!digits(out, r)) return false;
    skip(r);
    if (r->at == r->end || *r->at != '/') return true;
    r->at++;
    skip(r);
    if (!digits(&below, r) || below == 0) return false;
    *out /= below;
    return true;
}

static int axis(const reader *r) {
    char c = r->at < r->end ? mofb__lower(*r->at) : 0;
    return c >= 'x' && c <= 'z' ? c - 'x' : -1;
}

/* [sign] x, [sign] 1/2, [sign] 2x or [sign] 2*x */
static bool term(int32_t row[3], double *shift, reader *r, bool first) {
    double value = 1, sign = 1;
    bool number = false;
    skip(r);
    if (r->at < r->end && (*r->at == '+' || *r->at == '-')) sign = *r->at++ == '-' ? -1 : 1;
    else if (!first) return false;
    skip(r);
    if (axis(r) < 0) {
        if (!fraction(&value, r)) return false;
        number = true;
        skip(r);
        if (r->at < r->end && *r->at == '*') r->at++, number = false;
        skip(r);
    }
    int a = axis(r);
    if (a < 0) {
        *shift += sign * value;
        return number;
    }
    if (value != 1 && value != 2) return false;
    r->at++;
    row[a] += (int32_t)(sign * value);
    return row[a] >= -2 && row[a] <= 2;
}

static bool expression(int32_t row[3], double *shift, reader *r) {
    bool first = true;
    for (skip(r); r->at < r->end; skip(r), first = false)
        if (!term(row, shift, r, first)) return false;
    return !first;
}

static int32_t determinant(const int32_t *m) {
    return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) +
           m[2] * (m[3] * m[7] - m[4] * m[6]);
}

bool mofb__symop_parse(mofb__symop *out, const char *text, size_t length) {
    mofb__symop op = {0};
    const char *end = text + length;
    for (int k = 0; k < 3; k++) {
        const char *comma = memchr(text, ',', (size_t)(end - text));
        if (!comma != (k == 2)) return false;
        reader r = {text, comma ? comma : end};
        if (!expression(op.r + 3 * k, &op.t[k], &r) || !(fabs(op.t[k]) < 1e3)) return false;
        op.t[k] -= floor(op.t[k]);
        if (comma) text = comma + 1;
    }
    if (abs(determinant(op.r)) != 1) return false;
    *out = op;
    return true;
}

bool mofb__symop_fits(const mofb__symop *op, const double cell[9]) {
    double metric[9], transposed[9], moved[9], r[9];
    mofb__transpose3(transposed, cell);
    mofb__mul3(metric, cell, transposed);
    for (int k = 0; k < 9; k++)
        r[k] = op->r[k];
    mofb__transpose3(transposed, r);
    mofb__mul3(moved, transposed, metric);
    mofb__mul3(moved, moved, r);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            if (!(fabs(moved[3 * i + j] - metric[3 * i + j]) <= 0.05 * sqrt(metric[4 * i] * metric[4 * j])))
                return false;
    return true;
}

static int compare(const void *a, const void *b) {
    return memcmp(((const mofb__symop *)a)->r, ((const mofb__symop *)b)->r, sizeof((mofb__symop *)0)->r);
}

static bool same_shift(const double *a, const double *b) {
    for (int k = 0; k < 3; k++) {
        double d = a[k] - b[k];
        if (fabs(d - round(d)) > same_translation) return false;
    }
    return true;
}

static bool contains(const mofb__symops *sorted, const mofb__symop *op) {
    size_t low = 0, high = sorted->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (compare(&sorted->items[middle], op) < 0) low = middle + 1;
        else high = middle;
    }
    for (; low < sorted->count && !compare(&sorted->items[low], op); low++)
        if (same_shift(sorted->items[low].t, op->t)) return true;
    return false;
}

static mofb__symop product(const mofb__symop *a, const mofb__symop *b) {
    mofb__symop c;
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            c.r[3 * i + j] =
                a->r[3 * i] * b->r[j] + a->r[3 * i + 1] * b->r[3 + j] + a->r[3 * i + 2] * b->r[6 + j];
        c.t[i] = a->r[3 * i] * b->t[0] + a->r[3 * i + 1] * b->t[1] + a->r[3 * i + 2] * b->t[2] + a->t[i];
    }
    return c;
}

/* A list that lacks operations would give a crystal that lacks atoms. */
static mofb_status check_group(const mofb__symops *ops, uint32_t line, const mofb_allocator *a) {
    mofb__symops sorted = {.count = ops->count};
    mofb_status status = MOFB_OK;
    sorted.items = mofb__memdup(a, ops->items, ops->count * sizeof *ops->items);
    if (!sorted.items) return mofb__no_memory();
    qsort(sorted.items, sorted.count, sizeof *sorted.items, compare);
    for (size_t i = 0; i < ops->count && !status; i++)
        for (size_t j = 0; j < ops->count && !status; j++) {
            mofb__symop c = product(&ops->items[i], &ops->items[j]);
            if (!contains(&sorted, &c))
                status = mofb__fail(
                    MOFB_ERR_FORMAT, "bad_symmetry_operation",
                    "line %u: the symmetry operations are not a group: %zu after %zu is none of them",
                    (unsigned)line, i + 1, j + 1);
        }
    mofb__free(sorted.items);
    return status;
}

static mofb_status add_listed(mofb__symops *out, const mofb__cif_value *v, const double cell[9],
                              const mofb_allocator *a) {
    mofb__symop op;
    mofb__clip text = mofb__text_clip(v->text, v->length);
    if (!mofb__symop_parse(&op, v->text, v->length))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_symmetry_operation",
                          "line %u: '%s' is not a symmetry operation", (unsigned)v->line, text.text);
    if (!mofb__symop_fits(&op, cell))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_symmetry_operation",
                          "line %u: the symmetry operation '%s' does not fit the cell", (unsigned)v->line,
                          text.text);
    if (out->count == MOFB__CIF_MAX_OPERATIONS)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_many_operations",
                          "line %u: more than %d symmetry operations", (unsigned)v->line,
                          MOFB__CIF_MAX_OPERATIONS);
    MOFB__TRY(mofb__grow(a, &out->items, &out->capacity, out->count + 1, sizeof op));
    out->items[out->count++] = op;
    return MOFB_OK;
}

mofb_status mofb__cif_symmetry(mofb__symops *out, const mofb__cif_block *block, const double cell[9]) {
    for (int tag = MOFB__CIF_OPERATION; tag <= MOFB__CIF_OPERATION_OLD && !out->count; tag++)
        for (size_t k = 0; k < block->columns[tag].count; k++) {
            const mofb__cif_value *v = mofb__cif_value_at(block, tag, k);
            if (v) MOFB__TRY(add_listed(out, v, cell, block->a));
        }
    uint32_t line = block->columns[MOFB__CIF_OPERATION_MAGNETIC].line;
    if (!out->count && line)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "magnetic_symmetry",
                          "line %u: magnetic symmetry operations are not read", (unsigned)line);
    if (!out->count) return mofb__cif_space_group(out, block, cell);
    line = block->columns[MOFB__CIF_OPERATION].line;
    if (!line) line = block->columns[MOFB__CIF_OPERATION_OLD].line;
    return check_group(out, line, block->a);
}
