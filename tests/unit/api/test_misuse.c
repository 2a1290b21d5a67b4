/* SPDX-License-Identifier: MIT */
/* What a careless host does to the public interface. */
#include <pthread.h>

#include "mofbench/ext/model.h"
#include "mofbench/mofbench.h"
#include "support/failing.h"
#include "support/folder.h"
#include "support/tap.h"

enum { ATOMS = 4 };

static mofb_status argon(mofb_structure **out, const mofb_allocator *a) {
    static const int32_t numbers[ATOMS] = {18, 18, 18, 18};
    static const double positions[3 * ATOMS] = {0, 0, 0, 0.1, 2.7, 2.6, 2.6, 0, 2.7, 2.7, 2.6, 0};
    static const double cell[9] = {5.3, 0, 0, 0, 5.3, 0, 0, 0, 5.3};
    mofb_structure_options o;
    mofb_structure_options_init(&o, sizeof o);
    o.allocator = a;
    return mofb_structure_new(out, ATOMS, numbers, positions, cell, NULL, &o);
}

TEST(misuse__null_is_an_error_or_an_empty_answer) {
    mofb_structure *s = NULL;
    double x;
    FAILS(mofb_structure_open(NULL, "x", NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_structure_open(&s, NULL, NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_structures_write(&s, 1, "x.cif", NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_structure_supercell(&s, NULL, NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_model_open(NULL, "lj", NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_evaluator_new(NULL, NULL, NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_system_new(NULL, NULL, NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_evaluator_run(NULL, NULL, 1), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_task_set(NULL, "a", "b"), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_run(NULL, NULL, NULL, NULL), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_result_number(&x, NULL, "a"), MOFB_ERR_INVALID, "bad_argument");
    CHECK(!*mofb_model_id(NULL) && !*mofb_model_sha256(NULL) && mofb_model_cutoff(NULL) == 0);
    CHECK(!mofb_model_outputs(NULL) && !mofb_model_ref(NULL) && !mofb_structure_ref(NULL));
    CHECK(!*mofb_task_kind(NULL) && !*mofb_task_parameters(NULL) && !mofb_system_structure(NULL));
    CHECK(!mofb_structure_count(NULL) && !*mofb_structure_name(NULL) && !*mofb_result_json(NULL));
    CHECK(!mofb_ext_text(NULL, NULL) && !mofb_model_kind_name(SIZE_MAX) && !mofb_task_kind_name(SIZE_MAX));
    mofb_structure_free(NULL);
    mofb_model_free(NULL);
    mofb_evaluator_free(NULL);
    mofb_system_free(NULL);
    mofb_task_free(NULL);
    mofb_result_free(NULL);
    mofb_text_free(NULL);
    CHECK(!s);
}

TEST(misuse__handles_are_freed_in_any_order) {
    mofb_structure *s;
    mofb_model *m;
    mofb_evaluator *e;
    mofb_system *y;
    OK(argon(&s, NULL));
    OK(mofb_model_open(&m, "lj", NULL));
    OK(mofb_evaluator_new(&e, m, NULL));
    OK(mofb_system_new(&y, e, s));
    mofb_model_free(m);
    mofb_evaluator_free(e);
    mofb_structure_free(s);
    CHECK(mofb_structure_count(mofb_system_structure(y)) == ATOMS);
    mofb_system_free(y);
}

TEST(misuse__requests_are_checked) {
    mofb_structure *s;
    mofb_model *m;
    mofb_evaluator *e, *other;
    mofb_system *y, *z;
    mofb_evaluator_options o = {.struct_size = sizeof o, .threads = 100000};
    OK(argon(&s, NULL));
    OK(mofb_model_open(&m, "lj", NULL));
    FAILS(mofb_evaluator_new(&e, m, &o), MOFB_ERR_INVALID, "out_of_range");
    o = (mofb_evaluator_options){.struct_size = sizeof o, .skin = NAN};
    FAILS(mofb_evaluator_new(&e, m, &o), MOFB_ERR_INVALID, "out_of_range");
    o = (mofb_evaluator_options){.struct_size = sizeof o, .device = "cuda:9"};
    FAILS(mofb_evaluator_new(&e, m, &o), MOFB_ERR_NOT_FOUND, "unknown_device");
    OK(mofb_evaluator_new(&e, m, NULL));
    OK(mofb_evaluator_new(&other, m, NULL));
    OK(mofb_system_new(&y, e, s));
    OK(mofb_system_new(&z, e, s));
    mofb_request r = {.struct_size = sizeof r, .system = y, .want = MOFB_ENERGY}, again = r, last = r;
    last.system = z;
    mofb_request *batch[] = {&r, &last, &again}, *hole[] = {&r, NULL};
    FAILS(mofb_evaluator_run(e, batch, 3), MOFB_ERR_INVALID, "bad_argument");
    CHECK(strstr(mofb_error_message(), "request 2"));
    FAILS(mofb_evaluator_run(e, hole, 2), MOFB_ERR_INVALID, "bad_argument");
    FAILS(mofb_evaluator_run(other, batch, 1), MOFB_ERR_INVALID, "bad_argument");
    OK(mofb_evaluator_run(e, batch, 2));
    OK(mofb_evaluator_run(e, batch, 1));
    CHECK(r.energy == last.energy && r.energy < 0);
    r.want = MOFB_FORCES;
    FAILS(mofb_evaluator_run(e, batch, 1), MOFB_ERR_INVALID, "bad_argument");
    r.want = MOFB_CHARGES;
    FAILS(mofb_evaluator_run(e, batch, 1), MOFB_ERR_UNSUPPORTED, "unsupported_output");
    r.want = 1u << 20;
    FAILS(mofb_evaluator_run(e, batch, 1), MOFB_ERR_UNSUPPORTED, "unsupported_output");
    r.struct_size = 8;
    FAILS(mofb_evaluator_run(e, batch, 1), MOFB_ERR_ABI, "struct_size");
    struct {
        mofb_request known;
        double later;
    } newer = {{.struct_size = sizeof newer, .system = y, .want = MOFB_ENERGY}, 0};
    batch[0] = &newer.known;
    OK(mofb_evaluator_run(e, batch, 1));
    CHECK(newer.known.energy == last.energy);
    newer.later = 1;
    FAILS(mofb_evaluator_run(e, batch, 1), MOFB_ERR_ABI, "struct_newer");
    mofb_system_free(y);
    mofb_system_free(z);
    mofb_evaluator_free(e);
    mofb_evaluator_free(other);
    mofb_model_free(m);
    mofb_structure_free(s);
}

typedef struct job {
    const mofb_model *model;
    const mofb_structure *structure;
    double energy;
    mofb_status status;
} job;

static mofb_status evaluate(job *j) {
    mofb_evaluator *e;
    mofb_system *y;
    mofb_status status = mofb_evaluator_new(&e, j->model, NULL);
    if (status) return status;
    status = mofb_system_new(&y, e, j->structure);
    if (status) {
        mofb_evaluator_free(e);
        return status;
    }
    mofb_request r = {.struct_size = sizeof r, .system = y, .want = MOFB_ENERGY}, *batch[] = {&r};
    for (int k = 0; k < 50 && !status; k++) status = mofb_evaluator_run(e, batch, 1);
    j->energy = r.energy;
    mofb_system_free(y);
    mofb_evaluator_free(e);
    return status;
}

static void *run_job(void *user) {
    job *j = user;
    j->status = evaluate(j);
    return NULL;
}

TEST(misuse__two_evaluators_of_one_model_in_two_threads) {
    mofb_structure *s;
    mofb_model *m;
    pthread_t threads[2];
    OK(argon(&s, NULL));
    OK(mofb_model_open(&m, "lj:epsilon=0.01", NULL));
    job jobs[2] = {{m, s, 0, MOFB_ERR_INTERNAL}, {m, s, 0, MOFB_ERR_INTERNAL}};
    for (int k = 0; k < 2; k++) CHECK(!pthread_create(&threads[k], NULL, run_job, &jobs[k]));
    for (int k = 0; k < 2; k++) pthread_join(threads[k], NULL);
    CHECK(!jobs[0].status && !jobs[1].status && jobs[0].energy == jobs[1].energy && jobs[0].energy < 0);
    mofb_model_free(m);
    mofb_structure_free(s);
}

static mofb_status everything(const mofb_allocator *a) {
    mofb_structure *s = NULL, *big = NULL;
    mofb_model *m = NULL;
    mofb_evaluator *e = NULL;
    mofb_system *y = NULL;
    static const int32_t twice[9] = {2, 0, 0, 0, 1, 0, 0, 0, 1};
    mofb_model_options mo = {.struct_size = sizeof mo, .allocator = a};
    mofb_evaluator_options eo = {.struct_size = sizeof eo, .allocator = a};
    mofb_status status = argon(&s, a);
    if (!status) status = mofb_structure_supercell(&big, s, twice);
    if (!status) status = mofb_model_open(&m, "lj:cutoff=6,sigma=3.3", &mo);
    if (!status) status = mofb_evaluator_new(&e, m, &eo);
    if (!status) status = mofb_system_new(&y, e, big);
    mofb_request r = {.struct_size = sizeof r, .system = y, .want = MOFB_ENERGY}, *batch[] = {&r};
    if (!status) status = mofb_evaluator_run(e, batch, 1);
    mofb_system_free(y);
    mofb_evaluator_free(e);
    mofb_model_free(m);
    mofb_structure_free(big);
    mofb_structure_free(s);
    return status;
}

TEST(misuse__every_allocation_may_fail) {
    mofb_status status = MOFB_ERR_NO_MEMORY;
    long k = 0;
    for (; status == MOFB_ERR_NO_MEMORY && k < 2000; k++) {
        failing f;
        failing_init(&f, k);
        status = everything(&f.allocator);
        CHECK(f.live == 0);
    }
    CHECK(!status && k > 10);
}

TEST(misuse__names_of_files_are_harmless) {
    char path[1024];
    mofb_structure *s, *back;
    folder here = folder_new();
    folder_file(path, &here, "mofb \xE9\n.cif");
    OK(argon(&s, NULL));
    OK(mofb_structure_write(s, path, NULL));
    OK(mofb_structure_open(&back, path, NULL));
    CHECK(!strcmp(mofb_structure_name(back), "mofb ??"));
    folder_remove(&here);
    mofb_structure_free(back);
    mofb_structure_free(s);
}

TEST(misuse__a_block_asked_for_keeps_its_name) {
    static const char text[] = "data_one\n_cell_length_a 9\n_cell_length_b 9\n_cell_length_c 9\nloop_\n"
                               "_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n"
                               "_atom_site_fract_z\nC 0 0 0\n";
    char path[1024];
    mofb_structure **list, *first;
    mofb_structure_options o;
    size_t n;
    folder here = folder_new();
    folder_file(path, &here, "two.cif");
    FILE *f = fopen(path, "w");
    fputs(text, f);
    fprintf(f, "data_other\n%s", strchr(text, '\n') + 1);
    fclose(f);
    OK(mofb_structures_open(&list, &n, path, NULL));
    CHECK(n == 2 && !strcmp(mofb_structure_name(list[0]), "one") &&
          !strcmp(mofb_structure_name(list[1]), "other"));
    mofb_structures_free(list, n);
    mofb_structure_options_init(&o, sizeof o);
    o.block = "other";
    OK(mofb_structures_open(&list, &n, path, &o));
    CHECK(n == 1 && !strcmp(mofb_structure_name(list[0]), "other"));
    mofb_structures_free(list, n);
    OK(mofb_structure_open(&first, path, NULL));
    CHECK(!strcmp(mofb_structure_name(first), "two"));
    mofb_structure_free(first);
    folder_remove(&here);
}

int main(void) {
    RUN(misuse__null_is_an_error_or_an_empty_answer);
    RUN(misuse__handles_are_freed_in_any_order);
    RUN(misuse__requests_are_checked);
    RUN(misuse__two_evaluators_of_one_model_in_two_threads);
    RUN(misuse__every_allocation_may_fail);
    RUN(misuse__names_of_files_are_harmless);
    RUN(misuse__a_block_asked_for_keeps_its_name);
    return tap_end();
}
