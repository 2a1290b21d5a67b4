/* SPDX-License-Identifier: MIT */
/* The model `tensornet`. */
#include <string.h>

#include "base/sha256.h"
#include "models/tensornet/tensornet.h"

static const mofb_row options[] = {
    {"weights", MOFB_TYPE_TEXT, 0, "", "", NULL, 0, 0, NULL, "file with the weights (safetensors)"},
    {"precision", MOFB_TYPE_CHOICE, 0, "", "", "f32", 0, 0, "f32|f64",
     "f32 with tabulated radial functions, or everything in f64 and without tables"},
};

typedef struct tensornet {
    mofb__tensornet m;
    char *functional, *licence;
} tensornet;

static void tensornet_free(void *state) {
    tensornet *t = state;
    for (mofb__tn_work *w = t->m.pool, *next; w; w = next) {
        next = w->next;
        mofb__tn_work_free(w);
    }
    for (size_t l = 0; l < MOFB__TN_MAX_BLOCKS; l++) mofb__radial_net_free(&t->m.shape.radial[l]);
    mofb__tn_net_free_f32(&t->m.net_f32);
    mofb__tn_net_free_f64(&t->m.net_f64);
    mofb__weights_free(t->m.weights);
    mofb__free(t->functional);
    mofb__free(t->licence);
    mofb__free(t);
}

static mofb_status copy_meta(char **out, const mofb__weights *w, const char *key, const mofb_allocator *a) {
    const char *text = mofb__weights_meta(w, key);
    if (!text) return MOFB_OK;
    *out = mofb__strdup(a, text);
    return *out ? MOFB_OK : mofb__no_memory();
}

/* The weights' own hash; f64 is another model than f32 of the same weights. */
static mofb_status hash_model(char hex[65], const mofb__weights *w, const char *precision) {
    char weights[65];
    MOFB__TRY(mofb__weights_sha256(weights, w));
    mofb__sha256 *h = mofb__sha256_new();
    mofb__sha256_add(h, "tensornet precision=", 20);
    mofb__sha256_add(h, precision, strlen(precision) + 1);
    mofb__sha256_add(h, weights, 64);
    return mofb__sha256_finish(hex, h);
}

static mofb_status open_weights(tensornet *t, mofb_model_info *info, const mofb_values *values) {
    const char *path = mofb_values_text(values, "weights"),
               *precision = mofb_values_text(values, "precision");
    mofb__tensornet *m = &t->m;
    if (!path || !*path)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "no_weights",
                          "tensornet needs its weights: tensornet:weights=FILE");
    MOFB__TRY(mofb__weights_open(&m->weights, path, m->a));
    const char *architecture = mofb__weights_meta(m->weights, "architecture");
    if (!architecture || strcmp(architecture, "tensornet"))
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "unknown_architecture",
                          "the weights are of architecture '%.40s', not tensornet",
                          architecture ? architecture : "");
    MOFB__TRY(mofb__weights_check(m->weights));
    m->f64 = !strcmp(precision, "f64");
    MOFB__TRY(mofb__tn_load(m));
    MOFB__TRY(copy_meta(&t->functional, m->weights, "functional", m->a));
    MOFB__TRY(copy_meta(&t->licence, m->weights, "licence", m->a));
    return hash_model(info->sha256, m->weights, precision);
}

static mofb_status tensornet_open(void **state, mofb_model_info *info, const mofb_values *values,
                                  const mofb_allocator *allocator) {
    size_t tables;
    tensornet *t = mofb__calloc(allocator, 1, sizeof *t);
    if (!t) return mofb__no_memory();
    t->m.a = allocator;
    t->m.shape.compute = mofb__compute_cpu(&tables)[0];
    atomic_flag_clear(&t->m.pool_lock);
    mofb_status status = open_weights(t, info, values);
    if (status) {
        tensornet_free(t);
        return status;
    }
    mofb__weights_free(t->m.weights);
    t->m.weights = NULL;
    info->outputs = MOFB_ENERGY | MOFB_FORCES | MOFB_STRESS | MOFB_ATOM_ENERGIES;
    info->edges = MOFB_EDGES_FULL;
    info->cutoff = t->m.shape.cutoff;
    info->functional = t->functional;
    info->licence = t->licence;
    for (int z = 0; z < 128; z++) info->elements[z] = t->m.shape.row[z] >= 0;
    *state = t;
    return MOFB_OK;
}

/* Nothing to prepare: the state itself serves as the system's. */
static mofb_status tensornet_system_new(void **system, void *state, const mofb_structure *structure,
                                        const mofb_allocator *allocator) {
    (void)structure, (void)allocator;
    *system = state;
    return MOFB_OK;
}

static void tensornet_system_free(void *system) {
    (void)system;
}

static mofb_status tensornet_evaluate(void *state, mofb_work *items, size_t count, int32_t threads) {
    tensornet *t = state;
    return mofb__tn_evaluate(&t->m, items, count, threads);
}

const mofb_model_vtable mofb__model_tensornet = {
    .struct_size = sizeof(mofb_model_vtable),
    .name = "tensornet",
    .summary = "TensorNet: equivariant message passing over Cartesian tensors, with published weights",
    .citations =
        "G. Simeon, G. De Fabritiis, NeurIPS 36 (2023); T. W. Ko et al., npj Comput. Mater. 11, 253 (2025) "
        "(MatGL); A. D. Kaplan et al., arXiv:2503.04070 (MatPES)",
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .open = tensornet_open,
    .free = tensornet_free,
    .system_new = tensornet_system_new,
    .system_free = tensornet_system_free,
    .evaluate = tensornet_evaluate,
};
