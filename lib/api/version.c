/* SPDX-License-Identifier: MIT */
#include "mofbench/version.h"

#include <string.h>

#include "formats/format.h"
#include "models/models.h"

const char *mofb_version(void) {
    return MOFB_VERSION_TEXT;
}

int32_t mofb_abi_version(void) {
    return MOFB_ABI_VERSION;
}

int32_t mofb_feature(const char *name) {
    size_t n;
    const mofb_model_vtable *const *models = mofb__models(&n);
#ifdef _OPENMP
    if (!strcmp(name, "openmp")) return 1;
#endif
    for (size_t k = 0; k < n; k++)
        if (!strcmp(models[k]->name, name)) return 1;
    return mofb__format_by_name(name) != NULL;
}
