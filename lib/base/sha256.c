/* SPDX-License-Identifier: MIT */
#include "base/sha256.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct mofb__sha256 {
    EVP_MD_CTX *ctx;
    bool failed;
};

mofb__sha256 *mofb__sha256_new(void) {
    mofb__sha256 *h = calloc(1, sizeof *h); /* OpenSSL's own memory is not the caller's allocator's either */
    if (!h) return NULL;
    h->ctx = EVP_MD_CTX_new();
    h->failed = !h->ctx || !EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL);
    return h;
}

void mofb__sha256_add(mofb__sha256 *h, const void *data, size_t size) {
    if (h && !h->failed && size) h->failed = !EVP_DigestUpdate(h->ctx, data, size);
}

mofb_status mofb__sha256_finish(char hex[65], mofb__sha256 *h) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (!h) return mofb__no_memory();
    bool failed = h->failed || !EVP_DigestFinal_ex(h->ctx, digest, &size) || size != 32;
    EVP_MD_CTX_free(h->ctx);
    free(h);
    if (failed) return mofb__no_memory();
    for (unsigned k = 0; k < 32; k++) snprintf(hex + 2 * k, 3, "%02x", digest[k]);
    return MOFB_OK;
}
