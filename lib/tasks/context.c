/* SPDX-License-Identifier: MIT */
#include "tasks/context.h"

#include <stdarg.h>
#include <stdio.h>

static mofb_status save(mofb__context *ctx, const mofb__moment *at) {
    mofb__blob state;
    mofb__blob_init(&state, ctx->a);
    at->save(at->user, &state);
    mofb_status status = mofb__str_status(&state.bytes);
    if (!status) status = ctx->checkpoint_save(ctx, &state);
    mofb__blob_free(&state);
    return status;
}

mofb_status mofb__context_tick(mofb__context *ctx, const mofb__moment *at) {
    mofb_progress progress = {.struct_size = sizeof progress,
                              .stage = at->stage,
                              .note = at->note ? at->note : "",
                              .step = at->step,
                              .total = at->total,
                              .fraction = at->fraction};
    mofb_status status = ctx->progress(ctx, &progress);
    if (status && status != MOFB_ERR_CANCELLED) return status;
    if (status || ctx->checkpoint_due(ctx)) MOFB__TRY(save(ctx, at));
    if (!status) return MOFB_OK;
    return mofb__fail(MOFB_ERR_CANCELLED, "cancelled", "stopped on request in %s, step %llu", at->stage,
                      (unsigned long long)at->step);
}

void mofb__context_log(mofb__context *ctx, int32_t level, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ctx->log(ctx, level, text);
}

size_t mofb__context_batch(size_t n_atoms) {
    enum { ATOMS = 16384, MOST = 64 };
    size_t n = ATOMS / (n_atoms ? n_atoms : 1);
    return n < 1 ? 1 : n > MOST ? MOST : n;
}
