/* SPDX-License-Identifier: MIT */
/* Gives every file of the folders named on the command line to the fuzz target, where there is no fuzzer. */
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "fuzz.h"

static int replay(const char *path) {
    mofb__str text;
    mofb__str_init(&text, NULL);
    if (mofb__file_read(&text, path, 0)) return fprintf(stderr, "%s\n", mofb_error_message()), 1;
    uint8_t *copy = malloc(text.len + 1); /* an exact block, so that reading past the end shows */
    if (!copy) return 1;
    memcpy(copy + 1, text.data, text.len);
    LLVMFuzzerTestOneInput(copy + 1, text.len);
    free(copy);
    mofb__str_free(&text);
    return 0;
}

int main(int argc, char **argv) {
    int failed = 0, count = 0;
    for (int k = 1; k < argc; k++) {
        DIR *folder = opendir(argv[k]);
        if (!folder) return fprintf(stderr, "%s: not a folder\n", argv[k]), 1;
        for (struct dirent *e = readdir(folder); e; e = readdir(folder)) {
            char path[4096];
            if (e->d_name[0] == '.') continue;
            snprintf(path, sizeof path, "%s/%s", argv[k], e->d_name);
            failed += replay(path);
            count++;
        }
        closedir(folder);
    }
    printf("%d inputs\n", count);
    return failed || !count;
}
