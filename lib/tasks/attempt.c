/* SPDX-License-Identifier: MIT */
#include "tasks/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct path {
    char text[4096];
} path;

static mofb_status make_path(path *out, const char *folder, const char *name) {
    int n = snprintf(out->text, sizeof out->text, "%s/%s", folder, name);
    if (n > 0 && n < (int)sizeof out->text) return MOFB_OK;
    return mofb__fail(MOFB_ERR_INVALID, "bad_path", "a path is longer than 4000 bytes");
}

static bool exists(const char *file) {
    FILE *f = fopen(file, "rb");
    if (f) fclose(f);
    return f != NULL;
}

/* What differs, as "model: A there, B here"; texts of the first differing member. */
static mofb_status fail_other(const char *folder, const mofb__json *there, const mofb__json *here) {
    char *old = NULL, *new = NULL;
    mofb_status status = MOFB_OK;
    for (const mofb__json *m = mofb__json_first(here); m && !status; m = mofb__json_next(m)) {
        const mofb__json *other = mofb__json_get(there, mofb__json_key(m));
        if (mofb__json_text(&new, m, NULL)) return mofb__no_memory();
        if (!other || mofb__json_text(&old, other, NULL)) old = NULL;
        if (!old || strcmp(old, new))
            status =
                mofb__fail(MOFB_ERR_EXISTS, "other_attempt",
                           "%.200s holds another run (%s: %.150s there, %.150s here); choose another folder "
                           "or start afresh",
                           folder, mofb__json_key(m), old ? old : "nothing", new);
        mofb__free(old);
        mofb__free(new);
        old = new = NULL;
    }
    return status;
}

/* MOFB_OK if attempt.json says the same. */
static mofb_status check_identity(const char *folder, const char *file, const char *identity,
                                  const mofb_allocator *a) {
    mofb__str text;
    mofb__json *there = NULL, *here = NULL;
    mofb__str_init(&text, a);
    mofb_status status = mofb__file_read(&text, file, 0);
    if (!status) status = mofb__fail_prefix(mofb__json_parse(&there, text.data, text.len), "%s", file);
    if (!status) status = mofb__json_parse(&here, identity, strlen(identity));
    if (!status) status = fail_other(folder, there, here);
    mofb__json_free(there);
    mofb__json_free(here);
    mofb__str_free(&text);
    return status;
}

static void unlock(mofb__attempt *t) {
    if (t->lock >= 0) close(t->lock);
    t->lock = -1;
}

/* Locks attempt.json until it is closed, which the end of the process does too. Nothing else may open it
   meanwhile: closing any descriptor of a file gives up a process's locks on it. File systems without locks go
   without. */
static mofb_status lock(mofb__attempt *t, const char *file) {
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    t->lock = open(file, O_RDWR | O_CLOEXEC);
    if (t->lock < 0) return mofb__fail(MOFB_ERR_IO, "io", "%s: cannot open: %s", file, strerror(errno));
    if (!fcntl(t->lock, F_SETLK, &whole) || (errno != EACCES && errno != EAGAIN)) return MOFB_OK;
    unlock(t);
    return mofb__fail(MOFB_ERR_BUSY, "attempt_in_use", "%.300s: another process is running there", t->folder);
}

static mofb_status forget(const mofb__attempt *t) {
    static const char *const ours[] = {"result.json", "checkpoint", "attempt.json"};
    path file;
    for (int k = 0; k < 3; k++) {
        MOFB__TRY(make_path(&file, t->folder, ours[k]));
        remove(file.text);
    }
    return MOFB_OK;
}

static mofb_status begin(mofb__attempt *t, const char *identity, bool fresh) {
    path file;
    MOFB__TRY(mofb__folder_make(t->folder));
    MOFB__TRY(make_path(&file, t->folder, "attempt.json"));
    if (exists(file.text) && fresh) {
        MOFB__TRY(lock(t, file.text));
        MOFB__TRY(forget(t));
        unlock(t);
    }
    if (exists(file.text)) MOFB__TRY(check_identity(t->folder, file.text, identity, t->a));
    else MOFB__TRY(mofb__file_write(file.text, identity, strlen(identity)));
    return lock(t, file.text);
}

mofb_status mofb__attempt_open(mofb__attempt *out, const char *folder, const char *identity, bool fresh,
                               const mofb_allocator *a) {
    mofb__attempt t = {.a = a, .lock = -1};
    if (folder) {
        t.folder = mofb__strdup(a, folder);
        if (!t.folder) return mofb__no_memory();
        mofb_status status = begin(&t, identity, fresh);
        if (status) {
            unlock(&t);
            mofb__free(t.folder);
            return status;
        }
    }
    *out = t;
    return MOFB_OK;
}

mofb_status mofb__attempt_close(mofb__attempt *t) {
    mofb_status status = MOFB_OK;
    for (size_t k = 0; k < t->count; k++) {
        mofb_status s = mofb__appender_close(&t->files[k].appender);
        if (s) status = s;
        mofb__free(t->files[k].name);
    }
    unlock(t);
    mofb__free(t->files);
    mofb__free(t->folder);
    *t = (mofb__attempt){.a = t->a, .lock = -1};
    return status;
}

mofb_status mofb__attempt_result(mofb_result **out, const mofb__attempt *t) {
    path file;
    mofb__str text;
    *out = NULL;
    if (!t->folder) return MOFB_OK;
    MOFB__TRY(make_path(&file, t->folder, "result.json"));
    if (!exists(file.text)) return MOFB_OK;
    mofb__str_init(&text, t->a);
    mofb_status status = mofb__file_read(&text, file.text, 0);
    if (!status)
        status = mofb__fail_prefix(mofb__result_read(out, text.data, text.len, t->a), "%s", file.text);
    mofb__str_free(&text);
    return status;
}

static mofb_status open_file(mofb__attempt *t, const char *name, uint64_t length, mofb__appender **out) {
    path file;
    MOFB__TRY(make_path(&file, t->folder, name));
    MOFB__TRY(mofb__grow(t->a, &t->files, &t->capacity, t->count + 1, sizeof *t->files));
    struct mofb__attempt_file *f = &t->files[t->count];
    f->name = mofb__strdup(t->a, name);
    if (!f->name) return mofb__no_memory();
    mofb_status status = mofb__appender_open(&f->appender, file.text, length, t->a);
    if (status) {
        mofb__free(f->name);
        return status;
    }
    t->count++;
    if (out) *out = &f->appender;
    return MOFB_OK;
}

mofb_status mofb__attempt_append(mofb__attempt *t, const char *name, const void *data, size_t size) {
    mofb__appender *file = NULL;
    if (!t->folder) return MOFB_OK;
    for (size_t k = 0; k < t->count && !file; k++)
        if (!strcmp(t->files[k].name, name)) file = &t->files[k].appender;
    if (!file) MOFB__TRY(open_file(t, name, 0, &file));
    return mofb__appender_write(file, data, size);
}

mofb_status mofb__attempt_write(mofb__attempt *t, const char *name, const void *data, size_t size) {
    path file;
    if (!t->folder) return MOFB_OK;
    MOFB__TRY(make_path(&file, t->folder, name));
    return mofb__file_write(file.text, data, size);
}

static void put_blob(mofb__blob *b, const char *name, const mofb__blob *part) {
    mofb__blob_put(b, name, part->bytes.data, part->bytes.len);
    b->bytes.failed |= part->bytes.failed;
}

/* A stored blob begins with its own head, so it replaces what an empty one holds. */
static mofb_status get_blob(mofb__blob *b, const char *name, mofb__blob *part) {
    size_t size;
    MOFB__TRY(mofb__blob_size(b, name, &size));
    char *bytes = mofb__alloc(b->bytes.a, size);
    if (!bytes) return mofb__no_memory();
    mofb_status status = mofb__blob_get(b, name, bytes, size);
    if (!status) {
        mofb__str_clear(&part->bytes);
        mofb__str_append(&part->bytes, bytes, size);
        status = mofb__str_status(&part->bytes);
    }
    mofb__free(bytes);
    return status;
}

static mofb_status sync_files(mofb__attempt *t) {
    for (size_t k = 0; k < t->count; k++) MOFB__TRY(mofb__appender_sync(&t->files[k].appender));
    return MOFB_OK;
}

mofb_status mofb__attempt_save(mofb__attempt *t, const mofb__blob *host, const mofb__blob *task) {
    path file;
    mofb__blob all;
    if (!t->folder) return MOFB_OK;
    MOFB__TRY(sync_files(t));
    MOFB__TRY(make_path(&file, t->folder, "checkpoint"));
    mofb__blob_init(&all, t->a);
    mofb__blob_put_u64(&all, "files", t->count);
    for (size_t k = 0; k < t->count; k++) {
        mofb__blob_put(&all, "name", t->files[k].name, strlen(t->files[k].name) + 1);
        mofb__blob_put_u64(&all, "length", t->files[k].appender.length);
    }
    put_blob(&all, "host", host);
    put_blob(&all, "task", task);
    mofb_status status = mofb__blob_write_file(&all, file.text);
    mofb__blob_free(&all);
    return status;
}

static mofb_status restore_files(mofb__attempt *t, mofb__blob *all) {
    uint64_t n, length;
    char name[256];
    size_t size;
    MOFB__TRY(mofb__blob_get_u64(all, "files", &n));
    for (uint64_t k = 0; k < n; k++) {
        MOFB__TRY(mofb__blob_size(all, "name", &size));
        if (!size || size > sizeof name)
            return mofb__fail(MOFB_ERR_FORMAT, "bad_checkpoint", "checkpoint: a file name is too long");
        MOFB__TRY(mofb__blob_get(all, "name", name, size));
        name[size - 1] = 0;
        MOFB__TRY(mofb__blob_get_u64(all, "length", &length));
        MOFB__TRY(open_file(t, name, length, NULL));
    }
    return MOFB_OK;
}

mofb_status mofb__attempt_restore(mofb__attempt *t, mofb__blob *host, mofb__blob *task, bool *found) {
    path file;
    mofb__blob all;
    *found = false;
    if (!t->folder) return MOFB_OK;
    MOFB__TRY(make_path(&file, t->folder, "checkpoint"));
    if (!exists(file.text)) return MOFB_OK;
    mofb__blob_init(&all, t->a);
    mofb_status status = mofb__blob_read_file(&all, file.text);
    if (!status) status = restore_files(t, &all);
    if (!status) status = get_blob(&all, "host", host);
    if (!status) status = get_blob(&all, "task", task);
    mofb__blob_free(&all);
    *found = !status;
    return status;
}

mofb_status mofb__attempt_finish(mofb__attempt *t, const mofb_result *result) {
    path file;
    mofb__str text;
    if (!t->folder) return MOFB_OK;
    MOFB__TRY(sync_files(t));
    MOFB__TRY(make_path(&file, t->folder, "result.json"));
    mofb__str_init(&text, t->a);
    mofb__str_puts(&text, mofb__result_text_line(result));
    mofb__str_puts(&text, "\n");
    mofb_status status = mofb__str_status(&text);
    if (!status) status = mofb__file_write(file.text, text.data, text.len);
    mofb__str_free(&text);
    if (status) return status;
    MOFB__TRY(make_path(&file, t->folder, "checkpoint"));
    remove(file.text);
    return MOFB_OK;
}
