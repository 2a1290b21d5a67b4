/* SPDX-License-Identifier: MIT */
#define _POSIX_C_SOURCE 200809L
#include "base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static mofb_status fail_io(const char *path, const char *what) {
    return mofb__fail(MOFB_ERR_IO, "io", "%s: cannot %s: %s", path, what, strerror(errno));
}

mofb_status mofb__file_read(mofb__str *out, const char *path, size_t limit) {
    char buffer[65536];
    struct stat info;
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f) return fail_io(path, "open");
    if (!fstat(fileno(f), &info) && S_ISDIR(info.st_mode)) {
        fclose(f);
        return mofb__fail(MOFB_ERR_IO, "io", "%s: is a folder, not a file", path);
    }
    mofb__str_append(out, "", 0);
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0 && !out->failed && (!limit || out->len <= limit))
        mofb__str_append(out, buffer, n);
    int failed = ferror(f);
    fclose(f);
    if (failed) return fail_io(path, "read");
    if (limit && out->len > limit)
        return mofb__fail(MOFB_ERR_IO, "file_too_large", "%s: larger than %zu bytes", path, limit);
    return mofb__str_status(out);
}

mofb_status mofb__file_write(const char *path, const void *data, size_t size) {
    char beside[4096];
    if (snprintf(beside, sizeof beside, "%s.part", path) >= (int)sizeof beside)
        return mofb__fail(MOFB_ERR_INVALID, "bad_path", "a path is longer than 4000 bytes");
    FILE *f = fopen(beside, "wb");
    if (!f) return fail_io(beside, "create");
    int good = fwrite(data, 1, size, f) == size;
    good = good && !fflush(f) && !fsync(fileno(f));
    good = !fclose(f) && good;
    if (good && !rename(beside, path)) return MOFB_OK;
    mofb_status status = fail_io(path, "write");
    remove(beside);
    return status;
}

mofb_status mofb__folder_make(const char *path) {
    char part[4096];
    size_t n = strlen(path);
    if (n >= sizeof part)
        return mofb__fail(MOFB_ERR_INVALID, "bad_path", "a path is longer than 4000 bytes");
    for (size_t k = 1; k <= n; k++) {
        if (path[k] && path[k] != '/') continue;
        memcpy(part, path, k);
        part[k] = 0;
        if (mkdir(part, 0777) && errno != EEXIST) return fail_io(part, "create folder");
    }
    struct stat info;
    if (stat(path, &info)) return fail_io(path, "open");
    if (!S_ISDIR(info.st_mode))
        return mofb__fail(MOFB_ERR_IO, "io", "%s: exists and is not a folder", path);
    return MOFB_OK;
}

mofb_status mofb__appender_open(mofb__appender *f, const char *path, uint64_t length,
                                const mofb_allocator *a) {
    struct stat info;
    *f = (mofb__appender){.path = mofb__strdup(a, path), .length = length};
    if (!f->path) return mofb__no_memory();
    f->file = fopen(path, length ? "r+b" : "wb");
    if (!f->file) {
        mofb_status status = fail_io(path, "open");
        mofb__free(f->path);
        f->path = NULL;
        return status;
    }
    if (fstat(fileno(f->file), &info) || (uint64_t)info.st_size < length ||
        ftruncate(fileno(f->file), (off_t)length) || fseeko(f->file, (off_t)length, SEEK_SET)) {
        mofb__appender_close(f);
        return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "%s: shorter than its checkpoint says", path);
    }
    return MOFB_OK;
}

mofb_status mofb__appender_write(mofb__appender *f, const void *data, size_t size) {
    if (fwrite(data, 1, size, f->file) != size) return fail_io(f->path, "write");
    f->length += size;
    return MOFB_OK;
}

mofb_status mofb__appender_sync(mofb__appender *f) {
    return fflush(f->file) || fsync(fileno(f->file)) ? fail_io(f->path, "write") : MOFB_OK;
}

mofb_status mofb__appender_close(mofb__appender *f) {
    mofb_status status = MOFB_OK;
    if (f->file && fclose(f->file)) status = fail_io(f->path, "write");
    mofb__free(f->path);
    *f = (mofb__appender){0};
    return status;
}
