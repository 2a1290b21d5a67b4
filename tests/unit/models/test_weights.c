/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "models/weights/weights.h"
#include "support/checkpoint.h"
#include "support/failing.h"
#include "support/tap.h"

static const float a_data[6] = {1, 2, 3, 4, 5, -6.5f};
static const double b_data[1] = {0.1};
static const float c_data[64] = {7};
static const uint8_t d_data[3] = {1, 2, 3};

static const mofb__tensor tensors[] = {
    {"a", MOFB__F32, 2, {2, 3}, 6, sizeof a_data, a_data},
    {"b", MOFB__F64, 0, {0}, 1, sizeof b_data, b_data},
    {"c", MOFB__F32, 3, {4, 4, 4}, 64, sizeof c_data, c_data},
    {"d", MOFB__U8, 1, {3}, 3, sizeof d_data, d_data},
    {"empty", MOFB__I64, 2, {5, 0}, 0, 0, NULL},
};
static const mofb__meta meta[] = {{"architecture", "tensornet"},
                                  {"name", "synthetic"},
                                  {"functional", NULL},
                                  {"config", "{\"units\":2,\"element_types\":[\"H\",\"Zn\"]}"},
                                  {"conventions", "{\"embed_at\":\"dst\"}"}};
enum { N = sizeof tensors / sizeof *tensors, N_META = sizeof meta / sizeof *meta };

static void sample(mofb__str *out) {
    mofb__str_init(out, NULL);
    if (mofb__weights_to_memory(out, tensors, N, meta, N_META)) abort();
}

TEST(weights__what_was_written_is_read) {
    mofb__str s;
    mofb__weights *w;
    const mofb__tensor *t;
    const float *values;
    sample(&s);
    OK(mofb__weights_from_memory(&w, s.data, s.len, NULL));
    CHECK(mofb__weights_count(w) == N);
    for (size_t k = 0; k < N; k++) {
        t = mofb__weights_at(w, k);
        CHECK(!strcmp(t->name, tensors[k].name) && t->dtype == tensors[k].dtype && t->rank == tensors[k].rank);
        CHECK(t->count == tensors[k].count && t->size == tensors[k].size);
        CHECK(!t->size || !memcmp(t->data, tensors[k].data, t->size));
        CHECK(!memcmp(t->shape, tensors[k].shape, t->rank * sizeof *t->shape));
        CHECK((uintptr_t)t->data % mofb__dtype_size(t->dtype) == 0);
    }
    OK(mofb__weights_get(&t, w, "c"));
    CHECK((uintptr_t)t->data % 64 == 0);
    OK(mofb__weights_f32(&values, w, "a", 2, (const size_t[]){2, 3}));
    CHECK(values[5] == -6.5f);
    FAILS(mofb__weights_f32(&values, w, "a", 2, (const size_t[]){3, 2}), MOFB_ERR_FORMAT, "bad_weights");
    FAILS(mofb__weights_f32(&values, w, "b", 0, NULL), MOFB_ERR_FORMAT, "bad_weights");
    FAILS(mofb__weights_get(&t, w, "e"), MOFB_ERR_FORMAT, "bad_weights");
    CHECK(strstr(mofb_error_message(), "'e'"));
    CHECK(!strcmp(mofb__weights_meta(w, "name"), "synthetic") && !mofb__weights_meta(w, "functional"));
    CHECK(mofb__json_number_of(mofb__json_get(mofb__weights_config(w), "units"), 0) == 2);
    mofb__weights_free(w);
    mofb__str_free(&s);
}

TEST(weights__files_are_mapped) {
    char path[] = "/tmp/mofb_weightsXXXXXX";
    mofb__weights *w;
    const mofb__tensor *t;
    close(mkstemp(path));
    FAILS(mofb__weights_open(&w, path, NULL), MOFB_ERR_FORMAT, "bad_weights");
    OK(mofb__weights_write(path, tensors, N, meta, N_META, NULL));
    OK(mofb__weights_open(&w, path, NULL));
    OK(mofb__weights_get(&t, w, "b"));
    CHECK(*(const double *)t->data == 0.1);
    mofb__weights_free(w);
    remove(path);
    FAILS(mofb__weights_open(&w, path, NULL), MOFB_ERR_NOT_FOUND, "no_weights");
    FAILS(mofb__weights_open(&w, "/tmp", NULL), MOFB_ERR_IO, "io");
}

/* A file of this header and so many zero bytes. Blocks are aligned, as maps are. */
static mofb_status try_header(const char *header, size_t data) {
    mofb__str s;
    mofb__weights *w = NULL;
    mofb__str_init(&s, NULL);
    put_le(&s, strlen(header), 8);
    mofb__str_puts(&s, header);
    for (size_t k = 0; k < data; k++) mofb__str_append(&s, "", 1);
    mofb_status status = mofb__weights_from_memory(&w, s.data, s.len, NULL);
    mofb__weights_free(w);
    mofb__str_free(&s);
    return status;
}

#define ONE(dtype, shape, from, to) "\"x\":{\"dtype\":\"" dtype "\",\"shape\":[" shape "],\"data_offsets\":[" from "," to "]}"

TEST(weights__bad_headers_are_named) {
    static const struct {
        const char *header;
        size_t data;
        const char *message; /* NULL: good */
    } cases[] = {
        {"{}", 0, NULL},
        {"{" ONE("U8", "2,2", "0", "4") "}  ", 4, NULL},
        {"{" ONE("U8", "0", "0", "0") "}", 0, NULL},
        {"[]", 0, "byte 8"},
        {"{\"x\":1", 0, "byte 8"},
        {"{\"x\":1}", 0, "'x'"},
        {"{\"\":1}", 0, "name is empty"},
        {"{" ONE("F8", "2", "0", "2") "}", 2, "unknown dtype 'F8'"},
        {"{" ONE("U8", "-2", "0", "2") "}", 2, "not made of counts"},
        {"{" ONE("U8", "1.5", "0", "2") "}", 2, "not made of counts"},
        {"{" ONE("U8", "\"2\"", "0", "2") "}", 2, "not made of counts"},
        {"{" ONE("U8", "1e300", "0", "2") "}", 2, "not made of counts"},
        {"{" ONE("U8", "4294967296,4294967296,4294967296", "0", "0") "}", 0, "too large"},
        {"{" ONE("U8", "4294967296,4294967296", "0", "0") "}", 0, "'x'"},
        {"{" ONE("U8", "1,1,1,1,1,1,1,1,1", "0", "1") "}", 1, "8 dimensions"},
        {"{" ONE("U8", "4", "0", "4") "}", 3, "not within"},
        {"{" ONE("U8", "4", "4", "0") "}", 4, "not within"},
        {"{" ONE("U8", "4", "-1", "3") "}", 4, "two counts"},
        {"{" ONE("U8", "4", "0,0", "4") "}", 4, "two counts"},
        {"{" ONE("U8", "4", "0", "3") "}", 3, "needs 4"},
        {"{" ONE("F32", "2", "0", "4") "}", 4, "needs 8"},
        {"{" ONE("U8", "4", "0", "4") "}", 5, "belong to no tensor"},
        {"{" ONE("U8", "4", "1", "5") "}", 5, "belong to no tensor"},
        {"{" ONE("U8", "4", "0", "4") "," ONE("U8", "4", "4", "8") "}", 8, "twice"},
        {"{" ONE("U8", "4", "0", "4") ",\"y\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}", 6, "shares bytes"},
        {"{" ONE("U8", "1", "0", "1") ",\"y\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}", 5, "aligned"},
        {"{\"x\":{\"dtype\":\"U8\",\"shape\":[0]}}", 0, "described by"},
        {"{\"x\":{\"dtype\":\"U8\",\"shape\":3,\"data_offsets\":[0,0]}}", 0, "no shape"},
        {"{\"__metadata__\":{\"a\":1}}", 0, "'a'"},
        {"{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, "there twice"},
        {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, "not one object"},
        {"{\"__metadata__\":{\"config\":\"[]\"}}", 0, "'config'"},
        {"{\"__metadata__\":{\"conventions\":\"{\"}}", 0, "'conventions'"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        mofb_status status = try_header(cases[k].header, cases[k].data);
        bool good = cases[k].message ? status == MOFB_ERR_FORMAT && strstr(mofb_error_message(), cases[k].message) : !status;
        CHECK(good);
        if (!good) printf("# %s: %d %s\n", cases[k].header, status, mofb_error_message());
    }
}

TEST(weights__huge_headers_are_refused) {
    mofb__weights *w;
    size_t size = (8u << 20) + 8;
    char *bytes = mofb__calloc(NULL, 1, size);
    FAILS(mofb__weights_from_memory(&w, bytes, 7, NULL), MOFB_ERR_FORMAT, "bad_weights");
    memset(bytes, 0xff, 8);
    FAILS(mofb__weights_from_memory(&w, bytes, size, NULL), MOFB_ERR_FORMAT, "bad_weights");
    CHECK(strstr(mofb_error_message(), "byte 0"));
    memcpy(bytes, (const char[8]){0, 0, (char)0x80}, 8);
    FAILS(mofb__weights_from_memory(&w, bytes, size, NULL), MOFB_ERR_FORMAT, "bad_weights");
    memcpy(bytes, (const char[8]){0, 0, 0x10}, 8);
    memset(bytes + 8, '[', 1 << 20);
    FAILS(mofb__weights_from_memory(&w, bytes, size, NULL), MOFB_ERR_FORMAT, "bad_weights");
    mofb__free(bytes);
}

TEST(weights__cut_off_and_damaged_files_do_no_harm) {
    mofb__str s;
    mofb__weights *w;
    sample(&s);
    size_t header = 8 + ((unsigned char)s.data[0] | (size_t)(unsigned char)s.data[1] << 8);
    for (size_t n = 0; n < s.len; n++) {
        char *cut = mofb__memdup(NULL, s.data, n); /* a block that ends there */
        CHECK(mofb__weights_from_memory(&w, cut, n, NULL) == MOFB_ERR_FORMAT);
        mofb__free(cut);
    }
    for (size_t k = 0; k < header; k++)
        for (int bit = 0; bit < 8; bit++) {
            s.data[k] ^= (char)(1 << bit);
            w = NULL;
            if (!mofb__weights_from_memory(&w, s.data, s.len, NULL)) mofb__weights_check(w);
            mofb__weights_free(w);
            s.data[k] ^= (char)(1 << bit);
        }
    mofb__str_free(&s);
}

static void hash_of(char hex[65], const mofb__tensor *t, size_t n, const mofb__meta *m, size_t n_meta) {
    mofb__str s;
    mofb__weights *w;
    mofb__str_init(&s, NULL);
    if (mofb__weights_to_memory(&s, t, n, m, n_meta) || mofb__weights_from_memory(&w, s.data, s.len, NULL) ||
        mofb__weights_sha256(hex, w))
        abort();
    mofb__weights_free(w);
    mofb__str_free(&s);
}

TEST(weights__the_hash_is_of_what_is_said) {
    char hex[65], other[65];
    mofb__tensor swapped[N];
    float changed[6];
    const mofb__meta same[] = {{"name", "another"},
                               {"conventions", "{ \"embed_at\" : \"dst\"}"},
                               {"licence", "none"},
                               {"config", "{\"element_types\":[\"H\",\"Zn\"], \"units\":2.0}"},
                               {"architecture", "tensornet"}};
    mofb__meta differs[N_META];
    for (size_t k = 0; k < N; k++) swapped[k] = tensors[N - 1 - k];
    hash_of(hex, tensors, N, meta, N_META);
    hash_of(other, swapped, N, same, sizeof same / sizeof *same);
    CHECK(!strcmp(hex, other));
    for (size_t k = 0; k < N_META; k++) {
        memcpy(differs, meta, sizeof meta);
        differs[k].value = k == 0 ? "m3gnet" : k == 3 ? "{\"units\":2,\"element_types\":[\"Zn\",\"H\"]}" : "{\"embed_at\":\"src\"}";
        hash_of(other, tensors, N, differs, N_META);
        CHECK(!strcmp(hex, other) == (k == 1 || k == 2));
    }
    memcpy(changed, a_data, sizeof changed);
    changed[3] = 4.0000005f;
    memcpy(swapped, tensors, sizeof tensors);
    swapped[0].data = changed;
    hash_of(other, swapped, N, meta, N_META);
    CHECK(strcmp(hex, other));
    swapped[0] = tensors[0];
    swapped[0].shape[0] = 3;
    swapped[0].shape[1] = 2;
    hash_of(other, swapped, N, meta, N_META);
    CHECK(strcmp(hex, other));
}

/* Hyper-parameters of a small TensorNet; from `key` on something else. */
static mofb_status check_with(const char *architecture, const char *config, const char *conventions) {
    const mofb__meta m[] = {{"format_version", "1"}, {"architecture", architecture}, {"config", config}, {"conventions", conventions}};
    mofb__str s;
    mofb__weights *w;
    mofb__str_init(&s, NULL);
    mofb_status status = mofb__weights_to_memory(&s, tensors, N, m, 4);
    if (!status) status = mofb__weights_from_memory(&w, s.data, s.len, NULL);
    if (!status) {
        status = mofb__weights_check(w);
        mofb__weights_free(w);
    }
    mofb__str_free(&s);
    return status;
}

#define FIXED                                                                                                              \
    "\"rbf_type\":\"SphericalBessel\",\"use_smooth\":true,\"activation_type\":\"swish\",\"is_intensive\":false,"           \
    "\"include_state\":false,\"ntargets\":1,\"readout_type\":\"weighted_atom\",\"task_type\":\"regression\","              \
    "\"equivariance_invariance_group\":\"O(3)\",\"cutoff\":5,\"nblocks\":1,\"max_n\":3,"
#define CONVENTIONS "{\"embed_at\":\"dst\",\"message_from\":\"dst\",\"message_to\":\"src\"}"

TEST(weights__only_what_is_understood_is_accepted) {
    static const char good[] = "{" FIXED "\"units\":2,\"element_types\":[\"H\"]}";
    FAILS(check_with("mace", good, CONVENTIONS), MOFB_ERR_UNSUPPORTED, "unknown_architecture");
    FAILS(check_with("tensornet", "{}", CONVENTIONS), MOFB_ERR_UNSUPPORTED, "unsupported_config");
    FAILS(check_with("tensornet", "{" FIXED "\"units\":2,\"element_types\":[\"H\"],\"calc_repuls\":true}", CONVENTIONS),
          MOFB_ERR_UNSUPPORTED, "unsupported_config");
    FAILS(check_with("tensornet", "{" FIXED "\"units\":1e9,\"element_types\":[\"H\"]}", CONVENTIONS), MOFB_ERR_UNSUPPORTED,
          "unsupported_config");
    CHECK(strstr(mofb_error_message(), "units"));
    FAILS(check_with("tensornet", "{" FIXED "\"units\":2,\"element_types\":[\"H\",\"H\"]}", CONVENTIONS), MOFB_ERR_FORMAT,
          "bad_weights");
    FAILS(check_with("tensornet", good, "{}"), MOFB_ERR_INVALID, "unknown_convention");
    FAILS(check_with("tensornet", good, "{\"embed_at\":\"both\",\"message_from\":\"dst\",\"message_to\":\"src\"}"),
          MOFB_ERR_INVALID, "unknown_convention");
    FAILS(check_with("tensornet", good, "{\"embed_at\":\"dst\",\"message_from\":\"dst\",\"message_to\":\"src\",\"x\":1}"),
          MOFB_ERR_INVALID, "unknown_convention");
    FAILS(check_with("tensornet", good, CONVENTIONS), MOFB_ERR_FORMAT, "bad_weights");
    CHECK(strstr(mofb_error_message(), "'data_mean': is missing"));
}

TEST(weights__out_of_memory_is_reported) {
    mofb__str s;
    sample(&s);
    for (long k = 0; k < 20; k++) {
        failing f;
        mofb__weights *w = NULL;
        mofb__str copy;
        failing_init(&f, k);
        mofb_status status = mofb__weights_from_memory(&w, s.data, s.len, &f.allocator);
        CHECK(status == (k < 2 ? MOFB_ERR_NO_MEMORY : MOFB_OK));
        mofb__weights_free(w);
        failing_init(&f, k);
        mofb__str_init(&copy, &f.allocator);
        status = mofb__weights_to_memory(&copy, tensors, N, meta, N_META);
        CHECK(status ? status == MOFB_ERR_NO_MEMORY : copy.len == s.len && !memcmp(copy.data, s.data, s.len));
        mofb__str_free(&copy);
        CHECK(f.live == 0);
    }
    mofb__str_free(&s);
}

int main(void) {
    RUN(weights__what_was_written_is_read);
    RUN(weights__files_are_mapped);
    RUN(weights__bad_headers_are_named);
    RUN(weights__huge_headers_are_refused);
    RUN(weights__cut_off_and_damaged_files_do_no_harm);
    RUN(weights__the_hash_is_of_what_is_said);
    RUN(weights__only_what_is_understood_is_accepted);
    RUN(weights__out_of_memory_is_reported);
    return tap_end();
}
