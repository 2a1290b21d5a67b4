/* SPDX-License-Identifier: MIT */
/* Layout of public structs on 64-bit machines, and what happens to callers with shorter and longer ones. */
#include <stddef.h>

#include "mofbench/ext/model.h"
#include "mofbench/mofbench.h"
#include "support/tap.h"

#define AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member " moved")
#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type " changed its size")

AT(mofb_allocator, user, 8);
AT(mofb_allocator, free, 24);
SIZE(mofb_allocator, 32);
AT(mofb_structure_options, format, 16);
AT(mofb_structure_options, disorder, 32);
AT(mofb_structure_options, min_distance, 40);
SIZE(mofb_structure_options, 48);
AT(mofb_label, width, 16);
SIZE(mofb_label, 32);
AT(mofb_device_info, name, 24);
AT(mofb_device_info, memory, 136);
SIZE(mofb_device_info, 144);
AT(mofb_model_options, vtable, 16);
AT(mofb_model_options, folder, 24);
SIZE(mofb_model_options, 32);
AT(mofb_import_options, output, 16);
AT(mofb_import_options, alias, 72);
SIZE(mofb_import_options, 80);
AT(mofb_evaluator_options, threads, 24);
AT(mofb_evaluator_options, skin, 32);
SIZE(mofb_evaluator_options, 40);
AT(mofb_request, want, 32);
AT(mofb_request, energy, 40);
AT(mofb_request, magmoms, 88);
SIZE(mofb_request, 96);
AT(mofb_task_options, preset_folder, 16);
SIZE(mofb_task_options, 24);
AT(mofb_progress, fraction, 40);
SIZE(mofb_progress, 48);
AT(mofb_run_options, directory, 32);
AT(mofb_run_options, on_progress, 48);
SIZE(mofb_run_options, 72);
AT(mofb_row, unit, 16);
AT(mofb_row, help, 64);
SIZE(mofb_row, 72);
AT(mofb_work, energy, 72);
AT(mofb_work, status, 128);
SIZE(mofb_work, 136);
AT(mofb_model_info, cutoff, 16);
AT(mofb_model_info, functional, 152);
SIZE(mofb_model_info, 240);
AT(mofb_model_vtable, open, 48);
SIZE(mofb_model_vtable, 96);

TEST(abi__version_agrees_with_the_header) {
    CHECK(mofb_abi_version() == MOFB_ABI_VERSION);
    CHECK(strlen(mofb_version()) >= 5);
}

/* A caller built before `vtable` existed passes a shorter struct. */
TEST(abi__a_shorter_struct_is_read) {
    struct {
        size_t struct_size;
        const mofb_allocator *allocator;
        const void *garbage;
    } old = {offsetof(mofb_model_options, vtable), NULL, "not a vtable"};
    mofb_model *m;
    OK(mofb_model_open(&m, "lj", (const mofb_model_options *)&old));
    mofb_model_free(m);
}

/* A newer caller is understood as long as it leaves what we lack at zero. */
TEST(abi__a_longer_struct_is_read_if_its_tail_is_zero) {
    struct {
        mofb_model_options known;
        size_t later;
    } newer = {{sizeof newer, NULL, NULL, NULL}, 0};
    mofb_model *m = NULL;
    OK(mofb_model_open(&m, "lj", &newer.known));
    mofb_model_free(m);
    newer.later = 1;
    m = NULL;
    FAILS(mofb_model_open(&m, "lj", &newer.known), MOFB_ERR_ABI, "struct_newer");
    CHECK(m == NULL);
}

int main(void) {
    RUN(abi__version_agrees_with_the_header);
    RUN(abi__a_shorter_struct_is_read);
    RUN(abi__a_longer_struct_is_read_if_its_tail_is_zero);
    return tap_end();
}
