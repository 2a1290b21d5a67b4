/* SPDX-License-Identifier: MIT */
#define _DEFAULT_SOURCE /* scandir, strdup */
#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "cli.h"

static void add(cli_inputs *in, mofb_structure *taken, const char *path, const cli_failure *failure) {
    if (in->count == in->capacity) {
        size_t capacity = in->capacity * 2 + 16;
        cli_input *items = realloc(in->items, capacity * sizeof *items);
        if (!items) {
            fprintf(stderr, "mofbench: out of memory while reading %s\n", path);
            exit(EXIT_FAILED);
        }
        in->items = items;
        in->capacity = capacity;
    }
    cli_input *item = &in->items[in->count++];
    *item = (cli_input){.structure = taken, .path = strdup(path)};
    if (!failure) return;
    item->failure = *failure;
    fprintf(stderr, "mofbench: cannot read a structure: %s\n", failure->message);
}

static void add_unreadable(cli_inputs *in, const char *path, mofb_status status) {
    cli_failure failure = cli_last_failure(status);
    add(in, NULL, path, &failure);
}

static void read_file(cli_inputs *in, const char *path, bool all_frames,
                      const mofb_structure_options *options) {
    mofb_structure **list = NULL, *one = NULL;
    size_t n = 0;
    mofb_status status;
    if (!all_frames) {
        status = mofb_structure_open(&one, path, options);
        if (status) add_unreadable(in, path, status);
        else add(in, one, path, NULL);
        return;
    }
    status = mofb_structures_open(&list, &n, path, options);
    if (status) add_unreadable(in, path, status);
    for (size_t k = 0; k < n; k++) add(in, mofb_structure_ref(list[k]), path, NULL);
    mofb_structures_free(list, n);
}

static int is_structure_file(const struct dirent *entry) {
    static const char *const suffixes[] = {".cif", ".xyz", ".extxyz", ".vasp", ".poscar"};
    const char *dot = strrchr(entry->d_name, '.');
    if (*entry->d_name == '.') return 0; /* what systems keep beside a file */
    for (size_t k = 0; dot && k < sizeof suffixes / sizeof *suffixes; k++)
        if (!strcasecmp(dot, suffixes[k])) return 1;
    return !strcmp(entry->d_name, "POSCAR") || !strcmp(entry->d_name, "CONTCAR");
}

static void read_folder(cli_inputs *in, const char *path, bool all_frames,
                        const mofb_structure_options *options) {
    struct dirent **names;
    char file[4096];
    int n = scandir(path, &names, is_structure_file, alphasort);
    if (n <= 0) {
        cli_failure failure = {n ? MOFB_ERR_IO : MOFB_ERR_NOT_FOUND, "", ""};
        snprintf(failure.reason, sizeof failure.reason, "%s", n ? "io" : "no_structure_files");
        snprintf(failure.message, sizeof failure.message, "%s: %s", path,
                 n ? strerror(errno) : "no structure files in this folder");
        add(in, NULL, path, &failure);
    }
    for (int k = 0; k < n; k++) {
        snprintf(file, sizeof file, "%s/%s", path, names[k]->d_name);
        read_file(in, file, all_frames, options);
        free(names[k]);
    }
    if (n >= 0) free(names);
}

void cli_inputs_read(cli_inputs *inputs, char *const *paths, int count, bool all_frames,
                     const mofb_structure_options *options) {
    struct stat info;
    for (int k = 0; k < count; k++)
        if (!stat(paths[k], &info) && S_ISDIR(info.st_mode))
            read_folder(inputs, paths[k], all_frames, options);
        else read_file(inputs, paths[k], all_frames, options);
}

void cli_inputs_free(cli_inputs *inputs) {
    for (size_t k = 0; k < inputs->count; k++) {
        mofb_structure_free(inputs->items[k].structure);
        free(inputs->items[k].path);
    }
    free(inputs->items);
    *inputs = (cli_inputs){0};
}

const char *cli_input_label(const cli_input *input) {
    const char *slash = strrchr(input->path, '/'),
               *name = input->structure ? mofb_structure_name(input->structure) : "";
    return *name ? name : slash ? slash + 1 : input->path;
}

void cli_print_failure(const char *task, const cli_input *input, const cli_failure *failure) {
    cJSON *o = cJSON_CreateObject(), *error;
    if (task) cJSON_AddStringToObject(o, "task", task);
    cJSON_AddStringToObject(o, "structure", cli_input_label(input));
    cJSON_AddStringToObject(o, "file", input->path);
    error = cJSON_AddObjectToObject(o, "error");
    cJSON_AddStringToObject(error, "status", mofb_status_name(failure->status));
    cJSON_AddStringToObject(error, "reason", failure->reason);
    cJSON_AddStringToObject(error, "message", failure->message);
    char *text = cJSON_PrintUnformatted(o);
    if (text) puts(text);
    cJSON_free(text);
    cJSON_Delete(o);
}
