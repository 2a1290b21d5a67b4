/* SPDX-License-Identifier: MIT */
/* Checkpoints: archives, which begin with "PK", and bare pickles, whose tensors are gathered from made-up storages. */
#include "fuzz.h"
#include "base/alloc.h"
#include "models/weights/import.h"
#include "models/weights/pickle.h"

enum { MOST = 4096 };

static void gather(const mofb__pickled *t) {
    static char storage[8 * MOST], to[8 * MOST];
    if (t->kind != MOFB__PICKLED_TENSOR || t->view->count > MOST || t->view->storage_count > MOST) return;
    if (mofb__pickled_gather(to, t, storage, (size_t)t->view->storage_count * mofb__dtype_size(t->dtype))) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    mofb_status status;
    if (size > 1 && data[0] == 'P' && data[1] == 'K') {
        mofb__tensors t;
        status = mofb__import_state(&t, data, size, NULL);
        if (!status) mofb__tensors_free(&t);
    } else {
        mofb__pickle *p = NULL;
        status = mofb__pickle_read(&p, data, size, NULL);
        const mofb__pickled *root = status ? NULL : mofb__pickle_root(p);
        if (root) gather(root);
        for (size_t k = 0; root && k < root->count; k++) gather(root->items[k]);
        mofb__pickle_free(p);
    }
    if (status && strchr(mofb_error_message(), '\n')) abort();
    return 0;
}
