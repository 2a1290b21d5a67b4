/* SPDX-License-Identifier: MIT */
#ifndef MOFB_BASE_SHA256_H
#define MOFB_BASE_SHA256_H

#include <stddef.h>
#include "base/error.h"

typedef struct mofb__sha256 mofb__sha256;

/* SHA-256 in pieces (OpenSSL). Order: new, add ..., finish (which frees). add after a failed new is fine. */
mofb__sha256 *mofb__sha256_new(void);
void mofb__sha256_add(mofb__sha256 *h, const void *data, size_t size);
mofb_status mofb__sha256_finish(char hex[65], mofb__sha256 *h);

#endif
