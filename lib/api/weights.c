/* SPDX-License-Identifier: MIT */
#include "mofbench/weights.h"

#include "models/weights/import.h"

mofb_status mofb_weights_import(char **info, const char *source, const mofb_import_options *options) {
    mofb_import_options o = {.struct_size = sizeof o};
    MOFB__REQUIRE(source);
    MOFB__TRY(mofb__options_read(&o, sizeof o, options));
    MOFB__REQUIRE(o.output || o.folder);
    return mofb__weights_import(info, source, &o);
}

mofb_status mofb_weights_list(char **json, const char *folder) {
    MOFB__REQUIRE(json && folder);
    return mofb__weights_list(json, folder, NULL);
}

mofb_status mofb_weights_info(char **json, const char *id, const char *folder) {
    MOFB__REQUIRE(json && id);
    return mofb__weights_info(json, id, folder, NULL);
}

mofb_status mofb_weights_remove(const char *id, const char *folder) {
    MOFB__REQUIRE(id && folder);
    return mofb__weights_remove(id, folder);
}
