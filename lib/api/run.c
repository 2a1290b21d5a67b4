/* SPDX-License-Identifier: MIT */
#include "mofbench/run.h"

#include <string.h>

#include "base/error.h"
#include "tasks/run.h"

void mofb_run_options_init(mofb_run_options *options, size_t size) {
    if (!options || size < sizeof options->struct_size) return;
    memset(options, 0, size);
    options->struct_size = size;
}

mofb_status mofb_run(mofb_result **out, const mofb_task *task, const mofb_model *model,
                     const mofb_run_options *options) {
    mofb_run_options o = {.struct_size = sizeof o};
    MOFB__REQUIRE(out && task && model);
    MOFB__TRY(mofb__options_read(&o, sizeof o, options));
    return mofb__run(out, task, model, &o);
}
