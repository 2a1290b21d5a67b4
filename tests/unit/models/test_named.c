/* SPDX-License-Identifier: MIT */
/* Model ids that are files of weights, with a family made for the test. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "models/models.h"
#include "models/weights/weights.h"
#include "support/failing.h"
#include "support/tap.h"

static const mofb_row rows[] = {
    {"weights", MOFB_TYPE_TEXT, 0, "", "", "", 0, 0, NULL, "file"},
    {"depth", MOFB_TYPE_INTEGER, 0, "", "", "1", 0, 9, NULL, "of nothing"},
};

static char seen[512]; /* the option `weights` of the last model opened */

static mofb_status fake_open(void **state, mofb_model_info *info, const mofb_values *values, const mofb_allocator *a) {
    (void)info;
    snprintf(seen, sizeof seen, "%s", mofb_values_text(values, "weights"));
    *state = mofb__alloc(a, 1);
    return *state ? MOFB_OK : mofb__no_memory();
}

static mofb_status fake_system(void **system, void *state, const mofb_structure *s, const mofb_allocator *a) {
    (void)s, (void)a;
    *system = state;
    return MOFB_OK;
}

static void fake_system_free(void *system) {
    (void)system;
}

static mofb_status fake_evaluate(void *state, mofb_work *items, size_t count, int32_t threads) {
    (void)state, (void)items, (void)count, (void)threads;
    return MOFB_OK;
}

static const mofb_model_vtable fake = {.struct_size = sizeof fake, .name = "fake", .options = rows, .n_options = 2, .open = fake_open,
                                       .free = mofb__free, .system_new = fake_system, .system_free = fake_system_free,
                                       .evaluate = fake_evaluate};

static char folder[64], path[128]; /* a file with the name "synthetic", of an architecture nobody has */

static bool prepare(void) {
    static const mofb__meta meta[] = {{"architecture", "fake"}, {"name", "synthetic"}};
    char base[] = "/tmp/mofb_namedXXXXXX";
    if (!mkdtemp(base)) return false;
    rmdir(base);
    snprintf(folder, sizeof folder, "%s+a:b", base); /* letters that mean something in ids */
    snprintf(path, sizeof path, "%s/file.safetensors", folder);
    return !mkdir(folder, 0700) && !mofb__weights_write(path, NULL, 0, meta, 2, NULL);
}

static mofb_status open_id(char id[256], const char *what, const mofb_model_vtable *vtable, const mofb_allocator *a) {
    mofb_model_options o = {.struct_size = sizeof o, .allocator = a, .vtable = vtable, .folder = folder};
    mofb_model *m = NULL;
    *seen = 0;
    mofb_status status = mofb_model_open(&m, what, &o);
    if (!status) snprintf(id, 256, "%s", mofb_model_id(m));
    mofb_model_free(m);
    return status;
}

TEST(named__paths_in_ids_end_where_options_begin) {
    CHECK(mofb__weights_path_length("lj:sigma=2") == 0 && mofb__weights_path_length("lj+d3") == 0);
    CHECK(mofb__weights_path_length("tensornet:weights=/b/a.safetensors") == 0);
    CHECK(mofb__weights_path_length("a.safetensors") == 13);
    CHECK(mofb__weights_path_length("a.safetensors:x=1+d3") == 13 && mofb__weights_path_length("a.safetensors+d3") == 13);
    CHECK(mofb__weights_path_length("/b+c/a:b.safetensors:x=1") == 20);
    CHECK(mofb__weights_path_length("a.safetensors.d/b.safetensors") == 29);
    CHECK(mofb__weights_path_length("./weights:x=1") == 9);
}

TEST(named__a_file_says_who_it_is) {
    char id[256], what[256];
    OK(open_id(id, path, &fake, NULL));
    CHECK(!strcmp(id, "synthetic") && !strcmp(seen, path));
    snprintf(what, sizeof what, "%s:depth=3", path);
    OK(open_id(id, what, &fake, NULL));
    CHECK(!strcmp(id, "synthetic:depth=3"));
    OK(open_id(id, "fake:depth=2", &fake, NULL));
    CHECK(!strcmp(id, "fake:depth=2") && !*seen);
    OK(open_id(id, "lj", NULL, NULL));
    CHECK(!strcmp(id, "lj"));
}

TEST(named__what_cannot_be_opened_is_told) {
    char id[256];
    FAILS(open_id(id, path, NULL, NULL), MOFB_ERR_UNSUPPORTED, "unknown_architecture");
    CHECK(strstr(mofb_error_message(), "'fake'"));
    FAILS(open_id(id, "file", NULL, NULL), MOFB_ERR_UNSUPPORTED, "unknown_architecture");
    FAILS(open_id(id, "filo", NULL, NULL), MOFB_ERR_NOT_FOUND, "unknown_model");
    FAILS(open_id(id, "../file", NULL, NULL), MOFB_ERR_NOT_FOUND, "no_weights");
    FAILS(open_id(id, "none.safetensors", &fake, NULL), MOFB_ERR_NOT_FOUND, "no_weights");
}

TEST(named__out_of_memory_is_reported) {
    char id[256];
    bool done = false;
    for (long k = 0; !done && k < 60; k++) {
        failing f;
        failing_init(&f, k);
        mofb_status status = open_id(id, path, &fake, &f.allocator);
        CHECK(!status || status == MOFB_ERR_NO_MEMORY);
        CHECK(f.live == 0);
        done = !status;
    }
    CHECK(done);
}

int main(void) {
    if (!prepare()) return 1;
    RUN(named__paths_in_ids_end_where_options_begin);
    RUN(named__a_file_says_who_it_is);
    RUN(named__what_cannot_be_opened_is_told);
    RUN(named__out_of_memory_is_reported);
    remove(path);
    rmdir(folder);
    return tap_end();
}
