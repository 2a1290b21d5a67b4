/* SPDX-License-Identifier: MIT */
#include "formats/cif.h"

#include "structure/cell.h"

static const double longest = 1e6; /* Å */

static mofb_status parameters(double out[6], const mofb__cif_block *block) {
    static const char *const what[6] = {"cell length a",    "cell length b",   "cell length c",
                                        "cell angle alpha", "cell angle beta", "cell angle gamma"};
    for (int k = 0; k < 6; k++) {
        const mofb__cif_value *v = mofb__cif_value_at(block, MOFB__CIF_LENGTH_A + k, 0);
        double high = k < 3 ? longest : 180;
        out[k] = 90; /* what the dictionary says of an angle that is not given */
        if (!v && k < 3)
            return mofb__fail(MOFB_ERR_FORMAT, "cif_no_cell", "block '%s' (line %u) has no %s",
                              mofb__text_clip(block->name.text, block->name.length).text,
                              (unsigned)block->line, what[k]);
        if (!v) continue;
        MOFB__TRY(mofb__cif_number(&out[k], v, what[k]));
        if (!(out[k] > 0 && out[k] < high))
            return mofb__fail(MOFB_ERR_FORMAT, "bad_cell", "line %u: %s is %g, not above 0 and below %g",
                              (unsigned)v->line, what[k], out[k], high);
    }
    return MOFB_OK;
}

mofb_status mofb__cif_cell(double cell[9], const mofb__cif_block *block) {
    double p[6];
    MOFB__TRY(parameters(p, block));
    if (!mofb__cell_from_parameters(cell, p, p + 3)) return MOFB_OK;
    return mofb__fail(MOFB_ERR_FORMAT, "bad_cell", "line %u: angles %g, %g, %g do not make a cell",
                      (unsigned)block->columns[MOFB__CIF_ALPHA].line, p[3], p[4], p[5]);
}
