/* SPDX-License-Identifier: MIT */
#include "tasks/task.h"

#include <sys/stat.h>
#include <unistd.h>

#include "mofbench/mofbench.h"
#include "support/crystal.h"
#include "support/failing.h"
#include "support/tap.h"

static double number(const mofb_task *t, const char *key) {
    return mofb_values_number(t->values, key);
}

TEST(task__preset_then_given_values) {
    mofb_task *t;
    OK(mofb_task_new(&t, "optimisation", "{\"preset\":\"quick\",\"max_steps\":7}", NULL));
    CHECK(number(t, "fmax_eV_per_A") == 0.05 && mofb_values_integer(t->values, "max_steps") == 7);
    OK(mofb_task_set(t, "fmax_eV_per_A", "0.3"));
    OK(mofb_task_set(t, "preset", "mofsimbench-2025"));
    CHECK(number(t, "fmax_eV_per_A") == 0.3 && mofb_values_integer(t->values, "max_steps") == 7);
    CHECK(strstr(mofb_task_parameters(t), "\"preset\":\"mofsimbench-2025\",\"strict\":false"));
    mofb_task_free(t);
}

TEST(task__aliases) {
    static const char *const names[] = {"optimisation", "optimization", "Optimization", "single-point",
                                        "SINGLE_POINT"};
    for (int k = 0; k < 5; k++) {
        mofb_task *t;
        OK(mofb_task_new(&t, names[k], NULL, NULL));
        CHECK(!strcmp(mofb_task_kind(t), k < 3 ? "optimisation" : "single_point"));
        mofb_task_free(t);
    }
}

TEST(task__bad_input_is_named) {
    mofb_task *t;
    mofb_structure *s;
    FAILS(mofb_task_new(&t, "optimise", NULL, NULL), MOFB_ERR_NOT_FOUND, "unknown_task");
    CHECK(strstr(mofb_error_message(), "optimisation"));
    FAILS(mofb_task_new(&t, "optimisation", "{\"preset\":\"quik\"}", NULL), MOFB_ERR_NOT_FOUND,
          "unknown_preset");
    CHECK(strstr(mofb_error_message(), "did you mean 'quick'"));
    FAILS(mofb_task_new(&t, "optimisation", "{\"preset\":\"mofsimbench-2025-ramp\"}", NULL),
          MOFB_ERR_NOT_FOUND, "unknown_preset");
    FAILS(mofb_task_new(&t, "optimisation", "{\"preset\":3}", NULL), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb_task_new(&t, "optimisation", "{\"fmax\":1}", NULL), MOFB_ERR_INVALID, "unknown_parameter");
    CHECK(strstr(mofb_error_message(), "fmax_eV_per_A"));
    FAILS(mofb_task_new(&t, "optimisation", "{\"fmax_eV_per_A\":100}", NULL), MOFB_ERR_INVALID,
          "out_of_range");
    FAILS(mofb_task_new(&t, "optimisation", "{", NULL), MOFB_ERR_FORMAT, "bad_json");
    FAILS(mofb_task_new(&t, "optimisation", "[]", NULL), MOFB_ERR_INVALID, "bad_value");
    OK(mofb_task_new(&t, "optimisation", NULL, NULL));
    char before[1024];
    snprintf(before, sizeof before, "%s", mofb_task_parameters(t));
    FAILS(mofb_task_set(t, "max_steps", "many"), MOFB_ERR_INVALID, "bad_value");
    FAILS(mofb_task_set(t, "preset", "nope"), MOFB_ERR_NOT_FOUND, "unknown_preset");
    CHECK(!strcmp(before, mofb_task_parameters(t)));
    OK(crystal_argon(&s, 1, 5.3, 0));
    FAILS(mofb_task_set_structure(t, "structur", s), MOFB_ERR_NOT_FOUND, "unknown_input");
    mofb_structure_free(s);
    mofb_task_free(t);
}

/* The library's presets pass the checks that users' files do, and the one a kind starts from says what the
   table's defaults say, so that help texts tell the truth. */
TEST(task__presets_of_the_library) {
    size_t n;
    const mofb__task_kind *const *kinds = mofb__task_kinds(&n);
    mofb__presets p;
    OK(mofb__presets_load(&p, NULL, NULL));
    CHECK(p.count == 4);
    for (size_t k = 0; k < n; k++) {
        mofb_row *rows;
        size_t n_rows;
        mofb_values *v;
        const mofb__preset *preset;
        OK(mofb__task_rows(&rows, &n_rows, kinds[k], NULL));
        for (size_t i = 0; i < p.count; i++) {
            const mofb__json *values = mofb__preset_values(&p.items[i], kinds[k]->name);
            if (!values) continue;
            OK(mofb__values_new(&v, rows, n_rows, NULL));
            OK(mofb__values_set_object(v, values, NULL));
            mofb__values_free(v);
        }
        OK(mofb__presets_find(&preset, &p, kinds[k]->default_preset, kinds[k]->name));
        OK(mofb__presets_find(&preset, &p, "quick", kinds[k]->name));
        OK(mofb__values_new(&v, rows, n_rows, NULL));
        OK(mofb__presets_find(&preset, &p, kinds[k]->default_preset, kinds[k]->name));
        OK(mofb__values_set_object(v, mofb__preset_values(preset, kinds[k]->name), NULL));
        mofb__str text;
        mofb__str_init(&text, NULL);
        mofb__values_to_text(v, &text, NULL);
        if (text.len) printf("# %s: %s differs from the table\n", kinds[k]->name, text.data);
        CHECK(text.len == 0);
        mofb__str_free(&text);
        mofb__values_free(v);
        mofb__free(rows);
    }
    mofb__presets_free(&p);
}

static void put(const char *folder, const char *name, const char *text) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fclose(f);
}

static void drop(const char *folder, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    remove(path);
}

TEST(task__presets_of_the_user) {
    char folder[] = "/tmp/mofb_presets_XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    mofb_task *t;
    mofb_task_options o = {.struct_size = sizeof o, .preset_folder = folder};
    put(folder, "mine.json", "{\"id\":\"mine\",\"tasks\":{\"optimization\":{\"max_steps\":3}}}");
    put(folder, "notes.txt", "not a preset");
    OK(mofb_task_new(&t, "optimisation", "{\"preset\":\"mine\"}", &o));
    CHECK(mofb_values_integer(t->values, "max_steps") == 3 && number(t, "fmax_eV_per_A") == 0.001);
    mofb_task_free(t);
    put(folder, "other.json", "{\"id\":\"other\",\"tasks\":{\"optimisation\":{\"max_step\":3}}}");
    FAILS(mofb_task_new(&t, "single_point", NULL, &o), MOFB_ERR_INVALID, "unknown_parameter");
    CHECK(strstr(mofb_error_message(), "other.json") && strstr(mofb_error_message(), "'max_step'"));
    put(folder, "other.json", "{\"id\":\"other\",\"colour\":1,\"tasks\":{}}");
    FAILS(mofb_task_new(&t, "single_point", NULL, &o), MOFB_ERR_FORMAT, "bad_preset");
    CHECK(strstr(mofb_error_message(), "other.json") && strstr(mofb_error_message(), "'colour'"));
    put(folder, "other.json", "{\"id\":\"quick\",\"tasks\":{}}");
    FAILS(mofb_task_new(&t, "single_point", NULL, &o), MOFB_ERR_EXISTS, "duplicate_preset");
    put(folder, "other.json", "{\"id\":");
    FAILS(mofb_task_new(&t, "single_point", NULL, &o), MOFB_ERR_FORMAT, "bad_json");
    drop(folder, "other.json");
    drop(folder, "mine.json");
    drop(folder, "notes.txt");
    rmdir(folder);
    FAILS(mofb_task_new(&t, "single_point", NULL, &o), MOFB_ERR_IO, "io");
}

TEST(task__out_of_memory_is_reported) {
    long k = 0;
    for (; k < 2000; k += 1 + k / 20) {
        failing f;
        mofb_task *t = NULL;
        failing_init(&f, k);
        mofb_task_options o = {.struct_size = sizeof o, .allocator = &f.allocator};
        mofb_status status = mofb_task_new(&t, "optimisation", "{\"preset\":\"quick\"}", &o);
        if (!status) mofb_task_set(t, "max_steps", "3");
        bool whole = f.left > 0;
        CHECK(status == MOFB_OK || status == MOFB_ERR_NO_MEMORY);
        mofb_task_free(status ? NULL : t);
        CHECK(f.live == 0);
        if (whole) break;
    }
    CHECK(k > 10 && k < 2000);
}

int main(void) {
    RUN(task__preset_then_given_values);
    RUN(task__aliases);
    RUN(task__bad_input_is_named);
    RUN(task__presets_of_the_library);
    RUN(task__presets_of_the_user);
    RUN(task__out_of_memory_is_reported);
    return tap_end();
}
