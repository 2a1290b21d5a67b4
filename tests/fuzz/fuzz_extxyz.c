/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_reader("extxyz", data, size, MOFB_DISORDER_REFUSE, 1);
    return 0;
}
