/* SPDX-License-Identifier: MIT */
/* What weights of each architecture consist of: names and shapes of the tensors by hyper-parameters, as in
   the state dictionaries of matgl (commit e9cde22), the hyper-parameters that are understood, and the
   conventions that have to be said because matgl changed them without a trace in its files. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "models/weights/weights.h"
#include "structure/elements.h"

/* '#' in a name counts the blocks. Shape: sizes by letter, with a factor, or literal; letters are `sizes`
   below. */
typedef struct row {
    const char *name, *shape;
    bool optional; /* buffers that follow from the hyper-parameters */
} row;

typedef struct sizes {
    size_t blocks;
    size_t units, elements, radial, angular, node, edge; /* U, E, R, A, N, D */
} sizes;

typedef struct architecture {
    const char *name;
    const row *rows;
    size_t n_rows;
    const char *const
        *wanted; /* "key=JSON value" that hyper-parameters must have to be understood, NULL-terminated */
    const char *const *conventions; /* keys whose values are "src" or "dst", NULL-terminated */
    mofb_status (*sizes)(sizes *out, const mofb__json *config);
} architecture;

static const row tensornet_rows[] = {
    {"data_mean", "", false},
    {"data_std", "", false},
    {"element_refs.property_offset", "E", false},
    {"element_refs.onehot", "E,E", true},
    {"model.bond_expansion.rbf.cutoff", "", true},
    {"model.tensor_embedding.distance_proj1.weight", "U,R", false},
    {"model.tensor_embedding.distance_proj1.bias", "U", false},
    {"model.tensor_embedding.distance_proj2.weight", "U,R", false},
    {"model.tensor_embedding.distance_proj2.bias", "U", false},
    {"model.tensor_embedding.distance_proj3.weight", "U,R", false},
    {"model.tensor_embedding.distance_proj3.bias", "U", false},
    {"model.tensor_embedding.emb.weight", "E,U", false},
    {"model.tensor_embedding.emb2.weight", "U,2U", false},
    {"model.tensor_embedding.emb2.bias", "U", false},
    {"model.tensor_embedding.linears_tensor.0.weight", "U,U", false},
    {"model.tensor_embedding.linears_tensor.1.weight", "U,U", false},
    {"model.tensor_embedding.linears_tensor.2.weight", "U,U", false},
    {"model.tensor_embedding.linears_scalar.0.weight", "2U,U", false},
    {"model.tensor_embedding.linears_scalar.0.bias", "2U", false},
    {"model.tensor_embedding.linears_scalar.1.weight", "3U,2U", false},
    {"model.tensor_embedding.linears_scalar.1.bias", "3U", false},
    {"model.tensor_embedding.init_norm.weight", "U", false},
    {"model.tensor_embedding.init_norm.bias", "U", false},
    {"model.layers.#.linears_scalar.0.weight", "U,R", false},
    {"model.layers.#.linears_scalar.0.bias", "U", false},
    {"model.layers.#.linears_scalar.1.weight", "2U,U", false},
    {"model.layers.#.linears_scalar.1.bias", "2U", false},
    {"model.layers.#.linears_scalar.2.weight", "3U,2U", false},
    {"model.layers.#.linears_scalar.2.bias", "3U", false},
    {"model.layers.#.linears_tensor.0.weight", "U,U", false},
    {"model.layers.#.linears_tensor.1.weight", "U,U", false},
    {"model.layers.#.linears_tensor.2.weight", "U,U", false},
    {"model.layers.#.linears_tensor.3.weight", "U,U", false},
    {"model.layers.#.linears_tensor.4.weight", "U,U", false},
    {"model.layers.#.linears_tensor.5.weight", "U,U", false},
    {"model.out_norm.weight", "3U", false},
    {"model.out_norm.bias", "3U", false},
    {"model.linear.weight", "U,3U", false},
    {"model.linear.bias", "U", false},
    {"model.final_layer.gated.layers.0.weight", "U,U", false},
    {"model.final_layer.gated.layers.0.bias", "U", false},
    {"model.final_layer.gated.layers.2.weight", "U,U", false},
    {"model.final_layer.gated.layers.2.bias", "U", false},
    {"model.final_layer.gated.layers.4.weight", "U,U", false},
    {"model.final_layer.gated.layers.4.bias", "U", false},
    {"model.final_layer.gated.layers.6.weight", "1,U", false},
    {"model.final_layer.gated.layers.6.bias", "1", false},
    {"model.final_layer.gated.gates.0.weight", "U,U", false},
    {"model.final_layer.gated.gates.0.bias", "U", false},
    {"model.final_layer.gated.gates.2.weight", "U,U", false},
    {"model.final_layer.gated.gates.2.bias", "U", false},
    {"model.final_layer.gated.gates.4.weight", "U,U", false},
    {"model.final_layer.gated.gates.4.bias", "U", false},
    {"model.final_layer.gated.gates.6.weight", "1,U", false},
    {"model.final_layer.gated.gates.6.bias", "1", false},
};

static const row m3gnet_rows[] = {
    {"data_mean", "", false},
    {"data_std", "", false},
    {"element_refs.property_offset", "E", false},
    {"element_refs.onehot", "E,E", true},
    {"model.bond_expansion.rbf.cutoff", "", true},
    {"model.basis_expansion.sbf.cutoff", "", true},
    {"model.embedding.layer_node_embedding.weight", "E,N", false},
    {"model.embedding.layer_edge_embedding.layers.0.weight", "D,R", false},
    {"model.embedding.layer_edge_embedding.layers.0.bias", "D", false},
    {"model.three_body_interactions.#.update_network_atom.layers.0.weight", "A,N", false},
    {"model.three_body_interactions.#.update_network_atom.layers.0.bias", "A", false},
    {"model.three_body_interactions.#.update_network_bond.layers.0.weight", "D,A", false},
    {"model.three_body_interactions.#.update_network_bond.gates.0.weight", "D,A", false},
    {"model.graph_layers.#.conv.edge_update_func.layers.0.weight", "U,2N+D", false},
    {"model.graph_layers.#.conv.edge_update_func.layers.0.bias", "U", false},
    {"model.graph_layers.#.conv.edge_update_func.layers.2.weight", "U,U", false},
    {"model.graph_layers.#.conv.edge_update_func.layers.2.bias", "U", false},
    {"model.graph_layers.#.conv.edge_update_func.layers.4.weight", "D,U", false},
    {"model.graph_layers.#.conv.edge_update_func.layers.4.bias", "D", false},
    {"model.graph_layers.#.conv.edge_update_func.gates.0.weight", "U,2N+D", false},
    {"model.graph_layers.#.conv.edge_update_func.gates.0.bias", "U", false},
    {"model.graph_layers.#.conv.edge_update_func.gates.2.weight", "U,U", false},
    {"model.graph_layers.#.conv.edge_update_func.gates.2.bias", "U", false},
    {"model.graph_layers.#.conv.edge_update_func.gates.4.weight", "D,U", false},
    {"model.graph_layers.#.conv.edge_update_func.gates.4.bias", "D", false},
    {"model.graph_layers.#.conv.edge_weight_func.weight", "D,R", false},
    {"model.graph_layers.#.conv.node_update_func.layers.0.weight", "U,2N+D", false},
    {"model.graph_layers.#.conv.node_update_func.layers.0.bias", "U", false},
    {"model.graph_layers.#.conv.node_update_func.layers.2.weight", "U,U", false},
    {"model.graph_layers.#.conv.node_update_func.layers.2.bias", "U", false},
    {"model.graph_layers.#.conv.node_update_func.layers.4.weight", "N,U", false},
    {"model.graph_layers.#.conv.node_update_func.layers.4.bias", "N", false},
    {"model.graph_layers.#.conv.node_update_func.gates.0.weight", "U,2N+D", false},
    {"model.graph_layers.#.conv.node_update_func.gates.0.bias", "U", false},
    {"model.graph_layers.#.conv.node_update_func.gates.2.weight", "U,U", false},
    {"model.graph_layers.#.conv.node_update_func.gates.2.bias", "U", false},
    {"model.graph_layers.#.conv.node_update_func.gates.4.weight", "N,U", false},
    {"model.graph_layers.#.conv.node_update_func.gates.4.bias", "N", false},
    {"model.graph_layers.#.conv.node_weight_func.weight", "N,R", false},
    {"model.final_layer.gated.layers.0.weight", "N,N", false},
    {"model.final_layer.gated.layers.0.bias", "N", false},
    {"model.final_layer.gated.layers.2.weight", "U,N", false},
    {"model.final_layer.gated.layers.2.bias", "U", false},
    {"model.final_layer.gated.layers.4.weight", "U,U", false},
    {"model.final_layer.gated.layers.4.bias", "U", false},
    {"model.final_layer.gated.layers.6.weight", "1,U", false},
    {"model.final_layer.gated.layers.6.bias", "1", false},
    {"model.final_layer.gated.gates.0.weight", "N,N", false},
    {"model.final_layer.gated.gates.0.bias", "N", false},
    {"model.final_layer.gated.gates.2.weight", "U,N", false},
    {"model.final_layer.gated.gates.2.bias", "U", false},
    {"model.final_layer.gated.gates.4.weight", "U,U", false},
    {"model.final_layer.gated.gates.4.bias", "U", false},
    {"model.final_layer.gated.gates.6.weight", "1,U", false},
    {"model.final_layer.gated.gates.6.bias", "1", false},
};

static const char *const tensornet_wanted[] = {"rbf_type=\"SphericalBessel\"",
                                               "use_smooth=true",
                                               "activation_type=\"swish\"",
                                               "is_intensive=false",
                                               "include_state=false",
                                               "ntargets=1",
                                               "readout_type=\"weighted_atom\"",
                                               "task_type=\"regression\"",
                                               "calc_repuls=false",
                                               "equivariance_invariance_group=\"O(3)\"|\"SO(3)\"",
                                               NULL};

static const char *const m3gnet_wanted[] = {"rbf_type=\"SphericalBessel\"",
                                            "use_smooth=true|false",
                                            "activation_type=\"swish\"",
                                            "is_intensive=false",
                                            "include_state=false",
                                            "ntargets=1",
                                            "readout_type=\"weighted_atom\"",
                                            "task_type=\"regression\"",
                                            "calc_repuls=false",
                                            "use_phi=false",
                                            NULL};

static const char *const tensornet_conventions[] = {"embed_at", "message_from", "message_to", NULL};
static const char *const m3gnet_conventions[] = {"message_to", NULL};

static mofb_status unsupported(const char *key, const char *what) {
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "unsupported_config", "hyper-parameter %s: %s", key, what);
}

static mofb_status get_count(size_t *out, const mofb__json *config, const char *key, size_t most) {
    double x = mofb__json_number_of(mofb__json_get(config, key), 0);
    if (!(x >= 1 && x <= (double)most) || x != (double)(size_t)x)
        return unsupported(key, "missing, or not a usable count");
    *out = (size_t)x;
    return MOFB_OK;
}

static mofb_status get_length(const mofb__json *config, const char *key) {
    double x = mofb__json_number_of(mofb__json_get(config, key), 0);
    return x > 0 && x <= 100 ? MOFB_OK : unsupported(key, "missing, or not a length up to 100 Å");
}

static mofb_status common_sizes(sizes *out, const mofb__json *config) {
    int32_t numbers[MOFB__MAX_Z];
    MOFB__TRY(mofb__weights_elements(numbers, &out->elements, config));
    MOFB__TRY(get_length(config, "cutoff"));
    MOFB__TRY(get_count(&out->units, config, "units", 4096));
    MOFB__TRY(get_count(&out->blocks, config, "nblocks", 64));
    return get_count(&out->radial, config, "max_n", 16);
}

static mofb_status tensornet_sizes(sizes *out, const mofb__json *config) {
    return common_sizes(out, config);
}

static mofb_status m3gnet_sizes(sizes *out, const mofb__json *config) {
    size_t max_l = 0;
    MOFB__TRY(common_sizes(out, config));
    MOFB__TRY(get_length(config, "threebody_cutoff"));
    MOFB__TRY(get_count(&max_l, config, "max_l", 16));
    MOFB__TRY(get_count(&out->node, config, "dim_node_embedding", 4096));
    MOFB__TRY(get_count(&out->edge, config, "dim_edge_embedding", 4096));
    out->angular = out->radial * max_l;
    /* The tabulated spherical Bessel functions of every l serve as the radial basis, the smooth ones only n. */
    if (!mofb__json_number_of(mofb__json_get(config, "use_smooth"), 0)) out->radial = out->angular;
    return MOFB_OK;
}

#define LENGTH(array) (sizeof(array) / sizeof *(array))
static const architecture all[] = {
    {"tensornet", tensornet_rows, LENGTH(tensornet_rows), tensornet_wanted, tensornet_conventions,
     tensornet_sizes},
    {"m3gnet", m3gnet_rows, LENGTH(m3gnet_rows), m3gnet_wanted, m3gnet_conventions, m3gnet_sizes},
};

static mofb_status find(const architecture **out, const char *name) {
    for (size_t k = 0; name && k < LENGTH(all); k++)
        if (!strcmp(all[k].name, name)) {
            *out = &all[k];
            return MOFB_OK;
        }
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "unknown_architecture",
                      "weights of the architecture '%.80s' are not understood", name ? name : "");
}

mofb_status mofb__weights_elements(int32_t numbers[118], size_t *count, const mofb__json *config) {
    const mofb__json *list = mofb__json_get(config, "element_types");
    bool seen[MOFB__MAX_Z + 1] = {false};
    size_t n = 0;
    for (const mofb__json *v = mofb__json_is_array(list) ? mofb__json_first(list) : NULL; v;
         v = mofb__json_next(v)) {
        const char *symbol = mofb__json_text_of(v);
        int32_t z = symbol ? mofb__element_number(symbol, strlen(symbol)) : 0;
        if (!z || seen[z])
            return mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                              "element_types: '%.20s' is no element, or there twice", symbol ? symbol : "");
        seen[z] = true;
        numbers[n++] = z;
    }
    if (!n)
        return mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "the hyper-parameters have no list element_types");
    *count = n;
    return MOFB_OK;
}

/* Whether `value` is one of the JSON texts in "a|b". */
static bool is_one_of(const mofb__json *value, const char *choices) {
    char text[80];
    const char *word = mofb__json_text_of(value);
    if (!value) return false;
    if (word) snprintf(text, sizeof text, "\"%s\"", word);
    else if (mofb__json_is_bool(value))
        snprintf(text, sizeof text, "%s", mofb__json_number_of(value, 0) != 0 ? "true" : "false");
    else snprintf(text, sizeof text, "%g", mofb__json_number_of(value, -1));
    for (const char *at = choices; at; at = strchr(at, '|') ? strchr(at, '|') + 1 : NULL)
        if (!strncmp(at, text, strlen(text)) && (!at[strlen(text)] || at[strlen(text)] == '|')) return true;
    return false;
}

static mofb_status check_config(const architecture *arch, const mofb__json *config) {
    for (const char *const *want = arch->wanted; *want; want++) {
        char key[64];
        const char *equals = strchr(*want, '=');
        snprintf(key, sizeof key, "%.*s", (int)(equals - *want), *want);
        const mofb__json *value = mofb__json_get(config, key);
        bool absent_is_fine = !value && !strcmp(key, "calc_repuls"); /* younger than the first files */
        if (!absent_is_fine && !is_one_of(value, equals + 1))
            return mofb__fail(MOFB_ERR_UNSUPPORTED, "unsupported_config",
                              "hyper-parameter %s: only %s is understood", key, equals + 1);
    }
    return MOFB_OK;
}

static mofb_status check_conventions(const architecture *arch, const mofb__json *conventions) {
    for (const char *const *key = arch->conventions; *key; key++)
        if (!is_one_of(mofb__json_get(conventions, *key), "\"src\"|\"dst\""))
            return mofb__fail(MOFB_ERR_INVALID, "unknown_convention",
                              "%s: the convention %s (src or dst) is not known for these weights; say it, it "
                              "is never guessed",
                              arch->name, *key);
    for (const mofb__json *v = mofb__json_first(conventions); v; v = mofb__json_next(v)) {
        const char *const *key = arch->conventions;
        while (*key && strcmp(*key, mofb__json_key(v))) key++;
        if (!*key)
            return mofb__fail(MOFB_ERR_INVALID, "unknown_convention", "%s has no convention '%.80s'",
                              arch->name, mofb__json_key(v));
    }
    return MOFB_OK;
}

static size_t size_of_letter(const sizes *s, char letter) {
    switch (letter) {
    case 'U': return s->units;
    case 'E': return s->elements;
    case 'R': return s->radial;
    case 'A': return s->angular;
    case 'N': return s->node;
    default: return s->edge; /* D */
    }
}

/* "2N+D,U" into sizes; returns the rank. */
static size_t read_shape(size_t *shape, const char *text, const sizes *s) {
    size_t rank = 0;
    while (*text) {
        size_t sum = 0;
        for (; *text && *text != ','; text += *text == '+') {
            size_t factor = 1;
            if (*text >= '0' && *text <= '9') factor = (size_t)(*text++ - '0');
            sum += *text >= 'A' && *text <= 'Z' ? factor * size_of_letter(s, *text++) : factor;
        }
        shape[rank++] = sum;
        text += *text == ',';
    }
    return rank;
}

static void block_name(char out[256], const char *pattern, size_t block) {
    const char *mark = strchr(pattern, '#');
    if (!mark) snprintf(out, 256, "%s", pattern);
    else snprintf(out, 256, "%.*s%zu%s", (int)(mark - pattern), pattern, block, mark + 1);
}

/* All exponent bits set: nan or infinite. */
static bool finite(const mofb__tensor *t) {
    if (t->dtype == MOFB__F64) {
        const uint64_t mask = 0x7ffull << 52, *bits = t->data;
        for (size_t k = 0; k < t->count; k++)
            if ((bits[k] & mask) == mask) return false;
    } else {
        const uint32_t mask = 0xffu << 23, *bits = t->data;
        for (size_t k = 0; k < t->count; k++)
            if ((bits[k] & mask) == mask) return false;
    }
    return true;
}

static mofb_status check_tensor(const mofb__tensor *t, const row *r, const sizes *s) {
    size_t shape[MOFB__TENSOR_MAX_RANK], rank = read_shape(shape, r->shape, s);
    const char *what = NULL;
    if (t->dtype != MOFB__F32 && t->dtype != MOFB__F64) what = "is neither F32 nor F64";
    else if (t->rank != rank || (rank && memcmp(t->shape, shape, rank * sizeof *shape)))
        what = "its shape is not the architecture's with these hyper-parameters";
    else if (!finite(t)) what = "has values that are not finite";
    return what ? mofb__fail(MOFB_ERR_FORMAT, "bad_weights", "tensor '%.200s': %s", t->name, what) : MOFB_OK;
}

/* One row of the listing, in each block. Marks what belongs to it. */
static mofb_status check_row(const mofb__weights *w, const row *r, const sizes *s, bool *known) {
    size_t blocks = strchr(r->name, '#') ? s->blocks : 1;
    for (size_t b = 0; b < blocks; b++) {
        char name[256];
        const mofb__tensor *t;
        block_name(name, r->name, b);
        mofb_status status = mofb__weights_get(&t, w, name);
        if (status && r->optional) continue;
        if (status) return status;
        MOFB__TRY(check_tensor(t, r, s));
        known[t - mofb__weights_at(w, 0)] = true;
    }
    return MOFB_OK;
}

static mofb_status check_tensors(const mofb__weights *w, const architecture *arch, const sizes *s) {
    size_t n = mofb__weights_count(w);
    bool *known = mofb__calloc(NULL, n + 1, sizeof *known);
    mofb_status status = known ? MOFB_OK : mofb__no_memory();
    for (size_t k = 0; k < arch->n_rows && !status; k++) status = check_row(w, &arch->rows[k], s, known);
    for (size_t k = 0; k < n && !status; k++)
        if (!known[k])
            status = mofb__fail(MOFB_ERR_FORMAT, "bad_weights",
                                "tensor '%.200s' is not part of %s with these hyper-parameters",
                                mofb__weights_at(w, k)->name, arch->name);
    mofb__free(known);
    return status;
}

mofb_status mofb__weights_check(const mofb__weights *w) {
    const architecture *arch = NULL;
    sizes s = {0};
    const char *version = mofb__weights_meta(w, "format_version"),
               *name = mofb__weights_meta(w, "architecture");
    if (!name || !version)
        return mofb__fail(
            MOFB_ERR_FORMAT, "bad_weights",
            "__metadata__ lacks format_version or architecture: not written by `mofbench models import`");
    if (strcmp(version, "1"))
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "unsupported_version",
                          "weights of format version '%.20s'; version 1 is understood", version);
    MOFB__TRY(find(&arch, name));
    MOFB__TRY(check_config(arch, mofb__weights_config(w)));
    MOFB__TRY(arch->sizes(&s, mofb__weights_config(w)));
    MOFB__TRY(check_conventions(arch, mofb__weights_conventions(w)));
    return check_tensors(w, arch, &s);
}
