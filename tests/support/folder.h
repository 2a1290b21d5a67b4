/* SPDX-License-Identifier: MIT */
/* Scratch folders without subfolders, and comparing what two of them hold. */
#ifndef MOFB_TESTS_FOLDER_H
#define MOFB_TESTS_FOLDER_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct folder {
    char path[256];
} folder;

static inline folder folder_new(void) {
    folder f;
    const char *root = getenv("TMPDIR");
    snprintf(f.path, sizeof f.path, "%.200s/mofb_test_XXXXXX", root ? root : "/tmp");
    if (!mkdtemp(f.path)) abort();
    return f;
}

static inline void folder_file(char out[1024], const folder *f, const char *name) {
    snprintf(out, 1024, "%s/%.700s", f->path, name);
}

static inline void folder_remove(const folder *f) {
    char path[1024];
    DIR *dir = opendir(f->path);
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (e->d_name[0] != '.') {
            folder_file(path, f, e->d_name);
            remove(path);
        }
    if (dir) closedir(dir);
    rmdir(f->path);
}

/* Contents with a NUL behind them; NULL if there is no such file. The caller frees. */
static inline char *folder_read(const folder *f, const char *name, size_t *size) {
    char path[1024], *text = NULL;
    folder_file(path, f, name);
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long n = ftell(file);
    rewind(file);
    text = malloc((size_t)n + 1);
    *size = fread(text, 1, (size_t)n, file);
    text[*size] = 0;
    fclose(file);
    return text;
}

/* Length of a result's JSON that two runs have in common: up to its "run" section. */
static inline size_t folder_stable_length(const char *json) {
    const char *run = strstr(json, "\"run\":{");
    return run ? (size_t)(run - json) : strlen(json);
}

/* Number of files that differ or that only one of the folders has; names them. Of result.json the "run" section
   is left out. */
static inline int folder_differences(const folder *a, const folder *b) {
    int different = 0;
    for (int turn = 0; turn < 2; turn++) {
        DIR *dir = opendir(turn ? b->path : a->path);
        for (struct dirent *e; dir && (e = readdir(dir));) {
            size_t n = 0, m = 0;
            if (e->d_name[0] == '.') continue;
            char *x = folder_read(a, e->d_name, &n), *y = folder_read(b, e->d_name, &m);
            if (x && y && !strcmp(e->d_name, "result.json"))
                n = folder_stable_length(x), m = folder_stable_length(y);
            int same = x && y && n == m && !memcmp(x, y, n);
            if (!same && (!turn || !x)) {
                printf("# %s differs (%zu and %zu bytes)\n", e->d_name, n, m);
                different++;
            }
            free(x);
            free(y);
        }
        if (dir) closedir(dir);
    }
    return different;
}

#endif
