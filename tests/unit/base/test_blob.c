/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "base/blob.h"
#include "base/file.h"
#include "support/tap.h"

TEST(blob__comes_back_and_notices_damage) {
    char path[] = "/tmp/mofb_blobXXXXXX";
    mofb__blob b;
    double x[3] = {1, -2, 0.1}, y[3];
    uint64_t u;
    mofb__str text;
    close(mkstemp(path));
    mofb__blob_init(&b, NULL);
    mofb__blob_put_f64(&b, "x", x, 3);
    mofb__blob_put_u64(&b, "u", 77);
    OK(mofb__blob_write_file(&b, path));
    mofb__blob_free(&b);
    mofb__blob_init(&b, NULL);
    OK(mofb__blob_read_file(&b, path));
    FAILS(mofb__blob_get_f64(&b, "y", y, 3), MOFB_ERR_FORMAT, "bad_checkpoint");
    FAILS(mofb__blob_get_f64(&b, "x", y, 2), MOFB_ERR_FORMAT, "bad_checkpoint");
    OK(mofb__blob_get_f64(&b, "x", y, 3));
    OK(mofb__blob_get_u64(&b, "u", &u));
    CHECK(!memcmp(x, y, sizeof x) && u == 77);
    mofb__str_init(&text, NULL);
    OK(mofb__file_read(&text, path, 0));
    for (size_t k = 0; k < text.len; k++) {
        text.data[k] ^= 1;
        OK(mofb__file_write(path, text.data, text.len));
        CHECK(mofb__blob_read_file(&b, path) == MOFB_ERR_FORMAT);
        text.data[k] ^= 1;
    }
    mofb__str_free(&text);
    mofb__blob_free(&b);
    remove(path);
}

int main(void) {
    RUN(blob__comes_back_and_notices_damage);
    return tap_end();
}
