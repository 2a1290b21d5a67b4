/* SPDX-License-Identifier: MIT */
#include "mofbench/model.h"

#include "models/models.h"

mofb_status mofb_model_open(mofb_model **out, const char *id, const mofb_model_options *options) {
    mofb_model_options o = {.struct_size = sizeof o};
    MOFB__REQUIRE(out && id);
    MOFB__TRY(mofb__options_read(&o, sizeof o, options));
    return mofb__model_open(out, id, o.vtable, o.folder, o.allocator);
}

mofb_model *mofb_model_ref(const mofb_model *model) {
    mofb_model *m = (mofb_model *)model; /* the count is the one thing that changes */
    if (m) atomic_fetch_add(&m->references, 1);
    return m;
}

void mofb_model_free(mofb_model *model) {
    mofb__model_unref(model);
}

const char *mofb_model_id(const mofb_model *model) {
    return model ? model->id : "";
}

const char *mofb_model_sha256(const mofb_model *model) {
    return model ? model->info.sha256 : "";
}

double mofb_model_cutoff(const mofb_model *model) {
    return model ? model->info.cutoff : 0;
}

uint32_t mofb_model_outputs(const mofb_model *model) {
    return model ? model->info.outputs : 0;
}

mofb_status mofb_model_supports(const mofb_model *model, const mofb_structure *structure) {
    MOFB__REQUIRE(model && structure);
    return mofb__model_supports(model, structure);
}

size_t mofb_model_kind_count(void) {
    size_t n;
    mofb__models(&n);
    return n;
}

const char *mofb_model_kind_name(size_t index) {
    size_t n;
    const mofb_model_vtable *const *all = mofb__models(&n);
    return index < n ? all[index]->name : NULL;
}

mofb_status mofb_model_kind_describe(char **out, const char *name) {
    const mofb_model_vtable *vtable;
    MOFB__REQUIRE(out && name);
    MOFB__TRY(mofb__model_family(&vtable, name));
    mofb__json *o = mofb__json_new_object();
    mofb__json_add_text(o, "name", vtable->name);
    mofb__json_add_text(o, "summary", vtable->summary);
    mofb__json_add_text(o, "citations", vtable->citations);
    mofb__rows_to_json(vtable->options, vtable->n_options, o, "options");
    mofb_status status = mofb__json_text(out, o, NULL);
    mofb__json_free(o);
    return status;
}

char *mofb_ext_text(const char *text, const mofb_allocator *allocator) {
    return text ? mofb__strdup(allocator, text) : NULL;
}

void mofb_text_free(char *text) {
    mofb__free(text);
}
