/* SPDX-License-Identifier: MIT */
#include "tasks/report.h"

#include <math.h>

#include "base/mat3.h"
#include "formats/format.h"
#include "structure/cell.h"
#include "structure/structure.h"

double mofb__largest_norm(const double *f, size_t n) {
    double most = 0;
    for (size_t i = 0; i < n; i++) {
        double norm = sqrt(mofb__dot(f + 3 * i, f + 3 * i));
        if (!(norm <= most)) most = norm;
    }
    return most;
}

bool mofb__is_bulk(const mofb_structure *s) {
    const int32_t *p = mofb_structure_periodic(s);
    return mofb_structure_cell(s) && p[0] && p[1] && p[2];
}

mofb_status mofb__need_bulk(const mofb_structure *s, const char *task) {
    if (mofb__is_bulk(s)) return MOFB_OK;
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "needs_cell",
                      "%s needs a structure that is periodic in three directions", task);
}

void mofb__report_stress(mofb_result *r, const double s[9]) {
    double voigt[6] = {s[0], s[4], s[8], s[5], s[2], s[1]};
    mofb__result_series(r, "stress_eV_per_A3", s, 9, 3);
    mofb__result_series(r, "stress_voigt_eV_per_A3", voigt, 6, 0);
}

void mofb__report_cell(mofb_result *r, const double cell[9]) {
    double lengths[3], angles[3];
    mofb__cell_parameters(lengths, angles, cell);
    mofb__result_number(r, "volume_A3", mofb__cell_volume(cell));
    mofb__result_series(r, "cell_A", cell, 9, 3);
    mofb__result_series(r, "cell_lengths_A", lengths, 3, 0);
    mofb__result_series(r, "cell_angles_deg", angles, 3, 0);
}

mofb_status mofb__frame_print(mofb__str *out, const mofb__frame *f) {
    mofb__array arrays[2];
    size_t n = 0;
    if (f->forces) arrays[n++] = (mofb__array){"forces", 3, (double *)f->forces};
    if (f->velocities) arrays[n++] = (mofb__array){"velocities", 3, (double *)f->velocities};
    return mofb__extxyz_frame(out, mofb_structure_count(f->structure), mofb_structure_numbers(f->structure),
                              f->positions, f->cell, mofb_structure_periodic(f->structure), arrays, n,
                              f->info);
}

static mofb_status finish(mofb_status status, mofb__context *ctx, const char *artefact, mofb__str *text,
                          bool whole) {
    if (!status) status = mofb__str_status(text);
    if (!status && text->len)
        status = (whole ? ctx->write : ctx->append)(ctx, artefact, text->data, text->len);
    mofb__str_free(text);
    return status;
}

mofb_status mofb__text_append(mofb__context *ctx, const char *artefact, mofb__str *text) {
    return finish(MOFB_OK, ctx, artefact, text, false);
}

mofb_status mofb__text_write(mofb__context *ctx, const char *artefact, mofb__str *text) {
    return finish(MOFB_OK, ctx, artefact, text, true);
}

mofb_status mofb__frame_append(mofb__context *ctx, const char *artefact, const mofb__frame *frame) {
    mofb__str text;
    if (!ctx->keeps) return MOFB_OK;
    mofb__str_init(&text, ctx->a);
    return finish(mofb__frame_print(&text, frame), ctx, artefact, &text, false);
}

void mofb__csv_line(mofb__str *out, uint64_t step, const double *values, size_t count) {
    mofb__str_printf(out, "%llu", (unsigned long long)step);
    for (size_t k = 0; k < count; k++) {
        mofb__str_puts(out, ",");
        if (!isnan(values[k])) mofb__str_number(out, values[k]);
    }
    mofb__str_puts(out, "\n");
}

static mofb_status write_frame(mofb__context *ctx, const char *artefact, const mofb_structure *s) {
    mofb__frame frame = {
        .structure = s, .positions = mofb_structure_positions(s), .cell = mofb_structure_cell(s)};
    mofb__str text;
    mofb__str_init(&text, ctx->a);
    return finish(mofb__frame_print(&text, &frame), ctx, artefact, &text, true);
}

mofb_status mofb__report_structure(mofb_result *r, const char *key, mofb__context *ctx, const char *artefact,
                                   const mofb_structure *from, const double *positions, const double *cell) {
    mofb_structure *s;
    MOFB__TRY(mofb__structure_moved(&s, from, positions, cell, ctx->a));
    mofb__result_structure(r, key, s);
    mofb_status status = artefact && ctx->keeps ? write_frame(ctx, artefact, s) : MOFB_OK;
    mofb_structure_free(s);
    return status;
}
