/* SPDX-License-Identifier: MIT */
#include "mofbench/evaluator.h"

#include "models/models.h"

mofb_status mofb_evaluator_new(mofb_evaluator **out, const mofb_model *model,
                               const mofb_evaluator_options *options) {
    mofb_evaluator_options o = {.struct_size = sizeof o};
    MOFB__REQUIRE(out && model);
    MOFB__TRY(mofb__options_read(&o, sizeof o, options));
    return mofb__evaluator_new(out, model, &o);
}

void mofb_evaluator_free(mofb_evaluator *evaluator) {
    mofb__evaluator_unref(evaluator);
}

mofb_status mofb_system_new(mofb_system **out, mofb_evaluator *evaluator, const mofb_structure *structure) {
    MOFB__REQUIRE(out && evaluator && structure);
    return mofb__system_new(out, evaluator, structure);
}

void mofb_system_free(mofb_system *system) {
    mofb__system_free(system);
}

const mofb_structure *mofb_system_structure(const mofb_system *system) {
    return system ? system->structure : NULL;
}

mofb_status mofb_system_describe(char **out, mofb_system *system) {
    MOFB__REQUIRE(out && system);
    return mofb__system_describe(out, system);
}

mofb_status mofb_evaluator_run(mofb_evaluator *evaluator, mofb_request *const *requests, size_t count) {
    MOFB__REQUIRE(evaluator && (requests || !count));
    for (size_t k = 0; k < count; k++) {
        mofb_request known;
        MOFB__REQUIRE(requests[k]);
        if (requests[k]->struct_size < sizeof known)
            return mofb__fail(MOFB_ERR_ABI, "struct_size", "request %zu: struct_size is not that of mofb_request", k);
        MOFB__TRY(mofb__options_read(&known, sizeof known, requests[k]));
    }
    return mofb__evaluator_run(evaluator, requests, count);
}
