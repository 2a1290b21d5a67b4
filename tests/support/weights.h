/* SPDX-License-Identifier: MIT */
/* Weights for tests, imported from the published checkpoints among the benchmark data. */
#ifndef MOFB_TESTS_WEIGHTS_H
#define MOFB_TESTS_WEIGHTS_H

#include "mofbench/weights.h"
#include "support/tap.h"

#define TENSORNET_PBE "TensorNet-MatPES-PBE-v2025.1-PES"
#define TENSORNET_R2SCAN "TensorNet-MatPES-r2SCAN-v2025.1-PES"

/* Path of a file of ours with these weights, good until the next call; NULL if the checkpoint is not at hand: skip
   the test then. */
static inline const char *tap_weights(const char *name) {
    static char path[4096];
    char source[4096];
    const char *root = getenv("MOFB_SHARED_DATA"), *build = getenv("MOFB_BUILD_ROOT");
    snprintf(source, sizeof source, "%s/models/%s/state.pt", root ? root : "", name);
    FILE *f = root && build ? fopen(source, "rb") : NULL;
    if (!f) return NULL;
    fclose(f);
    *strrchr(source, '/') = 0;
    snprintf(path, sizeof path, "%s/%s.safetensors", build, name);
    mofb_import_options options = {.struct_size = sizeof options, .output = path};
    if (!mofb_weights_import(NULL, source, &options)) return path;
    printf("# %s: %s\n", name, mofb_error_message());
    return NULL;
}

#endif
