/* SPDX-License-Identifier: MIT */
/* Look-ups in the parameter tables. */
#include <string.h>

#include "models/uff/build.h"
#include "structure/elements.h"

const mofb__uff_type *mofb__uff_types(const mofb__uff_build *b, size_t *count) {
    return b->settings->uff4mof ? mofb__uff4mof_table(count) : mofb__uff_table(count);
}

const mofb__uff_type *mofb__uff_type_named(const mofb__uff_build *b, const char *name) {
    size_t n;
    const mofb__uff_type *table = mofb__uff_types(b, &n);
    for (size_t k = 0; k < n; k++)
        if (!strcmp(table[k].name, name)) return table + k;
    return NULL;
}

mofb_status mofb__uff_no_type(const mofb__uff_build *b, size_t i, const char *wanted) {
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_atom_type",
                      "%s has no atom type%s%s for atom %zu, %s with %zu bonds",
                      b->settings->uff4mof ? "UFF4MOF" : "UFF", wanted ? " " : "", wanted ? wanted : "", i,
                      mofb__element_symbol(b->numbers[i]), mofb__uff_degree(b, i));
}
