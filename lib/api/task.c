/* SPDX-License-Identifier: MIT */
#include "mofbench/task.h"

#include "tasks/task.h"

mofb_status mofb_task_new(mofb_task **out, const char *kind, const char *parameters,
                          const mofb_task_options *options) {
    mofb_task_options o = {.struct_size = sizeof o};
    MOFB__REQUIRE(out && kind);
    MOFB__TRY(mofb__options_read(&o, sizeof o, options));
    return mofb__task_new(out, kind, parameters, o.preset_folder, o.allocator);
}

mofb_status mofb_task_set(mofb_task *task, const char *key, const char *value) {
    MOFB__REQUIRE(task && key && value);
    return mofb__task_set(task, key, value);
}

mofb_status mofb_task_set_structure(mofb_task *task, const char *name, const mofb_structure *structure) {
    MOFB__REQUIRE(task && name && structure);
    return mofb__task_set_structure(task, name, structure);
}

const char *mofb_task_kind(const mofb_task *task) {
    return task ? task->kind->name : "";
}

const char *mofb_task_parameters(const mofb_task *task) {
    return task ? task->text : "";
}

void mofb_task_free(mofb_task *task) {
    mofb__task_free(task);
}

size_t mofb_task_kind_count(void) {
    size_t n;
    mofb__task_kinds(&n);
    return n;
}

const char *mofb_task_kind_name(size_t index) {
    size_t n;
    const mofb__task_kind *const *all = mofb__task_kinds(&n);
    return index < n ? all[index]->name : NULL;
}

mofb_status mofb_task_kind_describe(char **out, const char *kind) {
    const mofb__task_kind *found;
    MOFB__REQUIRE(out && kind);
    MOFB__TRY(mofb__task_kind_find(&found, kind));
    return mofb__task_describe(out, found);
}
