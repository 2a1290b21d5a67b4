/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* not exact: a CIF has lengths and angles, not vectors */
    fuzz_reader("cif", data, size, MOFB_DISORDER_REFUSE, 0);
    if (!strcmp(mofb_error_reason(), "partial_occupancy"))
        fuzz_reader("cif", data, size, MOFB_DISORDER_MAJOR, 0);
    return 0;
}
