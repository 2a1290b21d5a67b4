/* SPDX-License-Identifier: MIT */
/* Files of weights: what opens can be read to the last byte, and written and read again with the same hash. */
#include "fuzz.h"
#include "base/alloc.h"
#include "models/weights/weights.h"

static void again(const mofb__weights *w) {
    char hex[65], other[65];
    mofb__weights *copy = NULL;
    mofb__str text;
    const mofb__meta meta[] = {{"architecture", mofb__weights_meta(w, "architecture")},
                               {"config", mofb__weights_meta(w, "config")},
                               {"conventions", mofb__weights_meta(w, "conventions")}};
    mofb__str_init(&text, NULL);
    if (mofb__weights_sha256(hex, w) ||
        mofb__weights_to_memory(&text, mofb__weights_at(w, 0), mofb__weights_count(w), meta, 3) ||
        mofb__weights_from_memory(&copy, text.data, text.len, NULL) || mofb__weights_sha256(other, copy) || strcmp(hex, other))
        abort();
    mofb__weights_free(copy);
    mofb__str_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    mofb__weights *w = NULL;
    void *aligned = mofb__memdup(NULL, data, size); /* as a map is; ends where the input ends */
    if (!mofb__weights_from_memory(&w, aligned, size, NULL)) {
        mofb__weights_check(w);
        again(w);
    } else if (strchr(mofb_error_message(), '\n')) abort();
    mofb__weights_free(w);
    mofb__free(aligned);
    return 0;
}
