/* SPDX-License-Identifier: MIT */
/* From a weights file to a network. */
#include <stdio.h>
#include <string.h>

#include "models/tensornet/tensornet.h"

/* The F32 tensor's values; its shape was checked with the file. */
static mofb_status values_of(const float **out, const mofb__weights *w, const char *name, const char *suffix,
                             size_t count) {
    char full[128];
    const mofb__tensor *t;
    snprintf(full, sizeof full, "%s%s", name, suffix);
    MOFB__TRY(mofb__weights_get(&t, w, full));
    if (t->dtype != MOFB__F32 || t->count != count)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "tensor %s is not %zu numbers of type F32", full,
                          count);
    *out = t->data;
    return MOFB_OK;
}

static double *widen(const float *from, size_t out, size_t in, bool by_part, const mofb_allocator *a) {
    double *to = mofb__alloc(a, out * in * sizeof *to);
    for (size_t o = 0; to && o < out; o++) {
        size_t at = by_part ? o % 3 * (out / 3) + o / 3 : o;
        for (size_t i = 0; i < in; i++) to[at * in + i] = (double)from[o * in + i];
    }
    return to;
}

mofb_status mofb__tn_read(double **weights, double **bias, const char *name, size_t out, size_t in,
                          bool by_part, const mofb__weights *w, const mofb_allocator *a) {
    const float *f = NULL, *g = NULL;
    MOFB__TRY(values_of(&f, w, name, ".weight", out * in));
    if (bias) MOFB__TRY(values_of(&g, w, name, ".bias", out));
    double *read = widen(f, out, in, by_part, a), *read_bias = bias ? widen(g, out, 1, by_part, a) : NULL;
    if (!read || (bias && !read_bias)) {
        mofb__free(read);
        mofb__free(read_bias);
        return mofb__no_memory();
    }
    *weights = read;
    if (bias) *bias = read_bias;
    return MOFB_OK;
}

/* Z = emb2 [x_src; x_dst] + b splits into a table for either end. */
static mofb_status element_tables(double *src, double *dst, const mofb__tn_shape *shape,
                                  const mofb__weights *w) {
    const float *emb = NULL, *emb2 = NULL, *bias = NULL;
    size_t c = shape->channels;
    MOFB__TRY(values_of(&emb, w, "model.tensor_embedding.emb", ".weight", shape->n_elements * c));
    MOFB__TRY(values_of(&emb2, w, "model.tensor_embedding.emb2", ".weight", 2 * c * c));
    MOFB__TRY(values_of(&bias, w, "model.tensor_embedding.emb2", ".bias", c));
    for (size_t z = 0; z < shape->n_elements; z++)
        for (size_t k = 0; k < c; k++) {
            double s = 0, d = (double)bias[k];
            for (size_t i = 0; i < c; i++) {
                s += (double)emb2[2 * c * k + i] * (double)emb[z * c + i];
                d += (double)emb2[2 * c * k + c + i] * (double)emb[z * c + i];
            }
            src[z * c + k] = s;
            dst[z * c + k] = d;
        }
    return MOFB_OK;
}

/* W_part = C (P_part g + b_part) as four coefficients of C g_0, C g_1, C g_2, C. */
static mofb_status radial_coefficients(double *radial, const mofb__tn_shape *shape, const mofb__weights *w) {
    size_t c = shape->channels;
    for (size_t part = 0; part < MOFB__PARTS; part++) {
        char name[64];
        const float *p = NULL, *b = NULL;
        snprintf(name, sizeof name, "model.tensor_embedding.distance_proj%zu", part + 1);
        MOFB__TRY(values_of(&p, w, name, ".weight", MOFB__BASIS * c));
        MOFB__TRY(values_of(&b, w, name, ".bias", c));
        for (size_t k = 0; k < c; k++) {
            for (size_t q = 0; q < MOFB__BASIS; q++)
                radial[(4 * part + q) * c + k] = (double)p[MOFB__BASIS * k + q];
            radial[(4 * part + 3) * c + k] = (double)b[k];
        }
    }
    return MOFB_OK;
}

mofb_status mofb__tn_embedding(double **src, double **dst, double **radial, const mofb__tn_shape *shape,
                               const mofb__weights *w, const mofb_allocator *a) {
    size_t tables = shape->n_elements * shape->channels;
    *src = mofb__alloc(a, tables * sizeof **src);
    *dst = mofb__alloc(a, tables * sizeof **dst);
    *radial = mofb__alloc(a, 12 * shape->channels * sizeof **radial);
    if (!*src || !*dst || !*radial) return mofb__no_memory();
    MOFB__TRY(element_tables(*src, *dst, shape, w));
    return radial_coefficients(*radial, shape, w);
}

static mofb_status read_shape(mofb__tn_shape *shape, const mofb__weights *w) {
    const mofb__json *config = mofb__weights_config(w), *conventions = mofb__weights_conventions(w);
    double units = mofb__json_number_of(mofb__json_get(config, "units"), 0);
    double blocks = mofb__json_number_of(mofb__json_get(config, "nblocks"), 0);
    shape->cutoff = mofb__json_number_of(mofb__json_get(config, "cutoff"), 0);
    if (!(blocks >= 1 && blocks <= MOFB__TN_MAX_BLOCKS) || !(units >= MOFB__CHANNEL_STEP && units <= 4096) ||
        (size_t)units % MOFB__CHANNEL_STEP || !(shape->cutoff > 0 && shape->cutoff <= 100) ||
        mofb__json_number_of(mofb__json_get(config, "max_n"), 0) != MOFB__BASIS)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "unsupported_config",
                          "TensorNet needs units in multiples of %d, 1 to %d blocks, max_n %d and a cutoff, "
                          "not %g, %g, %g, %g",
                          MOFB__CHANNEL_STEP, MOFB__TN_MAX_BLOCKS, MOFB__BASIS, units, blocks,
                          mofb__json_number_of(mofb__json_get(config, "max_n"), 0), shape->cutoff);
    shape->channels = (size_t)units;
    shape->blocks = (size_t)blocks;
    const char *at = mofb__json_text_of(mofb__json_get(conventions, "embed_at"));
    const char *from = mofb__json_text_of(mofb__json_get(conventions, "message_from"));
    const char *to = mofb__json_text_of(mofb__json_get(conventions, "message_to"));
    if (!at || !from || !to)
        return mofb__fail(MOFB_ERR_INVALID, "unknown_convention",
                          "the weights do not say embed_at, message_from and message_to");
    shape->embed_at_dst = !strcmp(at, "dst");
    shape->message_own = !strcmp(from, to);
    return MOFB_OK;
}

static mofb_status read_scales(mofb__tn_shape *shape, const mofb__weights *w) {
    const float *mean = NULL, *scale = NULL;
    const mofb__tensor *offset;
    int32_t numbers[MOFB__TN_ELEMENTS];
    MOFB__TRY(values_of(&mean, w, "data_mean", "", 1));
    MOFB__TRY(values_of(&scale, w, "data_std", "", 1));
    shape->mean = (double)*mean;
    shape->scale = (double)*scale;
    MOFB__TRY(mofb__weights_elements(numbers, &shape->n_elements, mofb__weights_config(w)));
    MOFB__TRY(mofb__weights_get(&offset, w, "element_refs.property_offset"));
    if (offset->count != shape->n_elements || (offset->dtype != MOFB__F64 && offset->dtype != MOFB__F32))
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "tensor %s does not have a number for each element",
                          offset->name);
    for (int z = 0; z < 128; z++) shape->row[z] = -1;
    for (size_t k = 0; k < shape->n_elements; k++) {
        shape->row[numbers[k]] = (int16_t)k;
        shape->reference[k] = offset->dtype == MOFB__F64 ? ((const double *)offset->data)[k]
                                                         : (double)((const float *)offset->data)[k];
    }
    return MOFB_OK;
}

static mofb_status read_radial(mofb__radial_net *net, size_t block, const mofb__tn_shape *shape,
                               const mofb__weights *w, const mofb_allocator *a) {
    size_t c = shape->channels, widths[4] = {MOFB__BASIS, c, 2 * c, 3 * c};
    for (size_t k = 0; k < 3; k++) {
        char name[64];
        double *weights, *bias;
        snprintf(name, sizeof name, "model.layers.%zu.linears_scalar.%zu", block, k);
        MOFB__TRY(mofb__tn_read(&weights, &bias, name, widths[k + 1], widths[k], k == 2, w, a));
        mofb_status status =
            shape->compute->f64->pack(&net->w[k], weights, bias, widths[k + 1], widths[k], a);
        mofb__free(weights);
        mofb__free(bias);
        if (status) return status;
    }
    return MOFB_OK;
}

mofb_status mofb__tn_load(mofb__tensornet *m) {
    mofb__tn_shape *shape = &m->shape;
    MOFB__TRY(read_shape(shape, m->weights));
    MOFB__TRY(read_scales(shape, m->weights));
    for (size_t l = 0; l < shape->blocks; l++)
        MOFB__TRY(read_radial(&shape->radial[l], l, shape, m->weights, m->a));
    return m->f64 ? mofb__tn_net_build_f64(&m->net_f64, shape, m->weights, m->a)
                  : mofb__tn_net_build_f32(&m->net_f32, shape, m->weights, m->a);
}
