/* SPDX-License-Identifier: MIT */
/* The verbs that tell what is there: tasks, families of models, devices. Texts come from the library's tables. */
#include <cjson/cJSON.h>
#include <string.h>

#include "cli.h"

static const char *text_of(const cJSON *object, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(v) ? v->valuestring : "";
}

static void print_rows(const char *title, const cJSON *rows) {
    const cJSON *row;
    if (!cJSON_GetArraySize(rows)) return;
    printf("\n%s\n", title);
    cJSON_ArrayForEach(row, rows) {
        const char *unit = text_of(row, "unit"), *choices = text_of(row, "choices");
        const char *shape = text_of(row, "shape");
        const cJSON *fallback = cJSON_GetObjectItemCaseSensitive(row, "default");
        const cJSON *min = cJSON_GetObjectItemCaseSensitive(row, "min");
        const cJSON *max = cJSON_GetObjectItemCaseSensitive(row, "max");
        printf("  %-28s %s", text_of(row, "name"), text_of(row, "help"));
        if (*unit) printf(", %s", unit);
        if (*shape) printf(", [%s]", shape);
        if (*choices) printf(", one of %s", choices);
        if (min && max) printf(", %g to %g", min->valuedouble, max->valuedouble);
        if (cJSON_IsString(fallback) && *fallback->valuestring) printf(" (%s)", fallback->valuestring);
        putchar('\n');
    }
}

/* Calls one of the library's describe functions and prints it, raw or for people. */
static int describe(const char *name, bool json, mofb_status (*ask)(char **, const char *),
                    void (*print)(const cJSON *)) {
    char *text;
    if (ask(&text, name)) {
        cli_failed(name);
        return EXIT_USAGE;
    }
    cJSON *o = cJSON_Parse(text);
    if (json) puts(text);
    else if (o) print(o);
    cJSON_Delete(o);
    mofb_text_free(text);
    return EXIT_DONE;
}

static int list(bool json, size_t count, const char *(*name)(size_t),
                mofb_status (*ask)(char **, const char *)) {
    for (size_t k = 0; k < count; k++) {
        char *text;
        if (ask(&text, name(k))) return cli_failed(name(k));
        cJSON *o = cJSON_Parse(text);
        if (json) puts(text);
        else printf("%-20s %s\n", name(k), text_of(o, "summary"));
        cJSON_Delete(o);
        mofb_text_free(text);
    }
    return EXIT_DONE;
}

/* Takes "--json" out of the arguments; the one name left, or NULL. Returns false on anything else. */
static bool read_args(int argc, char **argv, bool *json, const char **name) {
    *json = false;
    *name = NULL;
    for (int k = 1; k < argc; k++) {
        if (!strcmp(argv[k], "--json")) *json = true;
        else if (argv[k][0] == '-' || *name) return false;
        else *name = argv[k];
    }
    return true;
}

static void print_task(const cJSON *o) {
    const cJSON *preset;
    printf("%s: %s\n", text_of(o, "name"), text_of(o, "summary"));
    print_rows("inputs", cJSON_GetObjectItemCaseSensitive(o, "inputs"));
    print_rows("parameters (--set name=value), defaults in brackets",
               cJSON_GetObjectItemCaseSensitive(o, "parameters"));
    print_rows("results", cJSON_GetObjectItemCaseSensitive(o, "results"));
    printf("\npresets\n");
    cJSON_ArrayForEach(preset, cJSON_GetObjectItemCaseSensitive(o, "presets")) {
        const cJSON *values = cJSON_GetObjectItemCaseSensitive(preset, "parameters");
        char *text = values ? cJSON_PrintUnformatted(values) : NULL;
        printf("  %-28s %s\n", cJSON_IsString(preset) ? preset->valuestring : text_of(preset, "id"),
               text ? text : "");
        cJSON_free(text);
    }
}

static void print_model(const cJSON *o) {
    printf("%s: %s\n\ncitations\n  %s\n", text_of(o, "name"), text_of(o, "summary"), text_of(o, "citations"));
    print_rows("options (--model name:key=value,...), defaults in brackets",
               cJSON_GetObjectItemCaseSensitive(o, "options"));
}

static int run_tasks(int argc, char **argv) {
    bool json;
    const char *name;
    if (!read_args(argc, argv, &json, &name)) return cli_bad_usage(&cli_tasks, "one task name at most");
    if (name) return describe(name, json, mofb_task_kind_describe, print_task);
    return list(json, mofb_task_kind_count(), mofb_task_kind_name, mofb_task_kind_describe);
}

int cli_describe_family(const char *name, bool json) {
    return describe(name, json, mofb_model_kind_describe, print_model);
}

int cli_list_families(bool json) {
    return list(json, mofb_model_kind_count(), mofb_model_kind_name, mofb_model_kind_describe);
}

static int run_devices(int argc, char **argv) {
    bool json;
    const char *name;
    if (!read_args(argc, argv, &json, &name) || name) return cli_bad_usage(&cli_devices, "takes no names");
    for (size_t k = 0; k < mofb_device_count(); k++) {
        mofb_device_info d = {.struct_size = sizeof d};
        if (mofb_device_read(&d, k)) return cli_failed("devices");
        if (json) {
            cJSON *o = cJSON_CreateObject();
            cJSON_AddStringToObject(o, "id", d.id);
            cJSON_AddStringToObject(o, "name", d.name);
            cJSON_AddNumberToObject(o, "units", d.units);
            cJSON_AddNumberToObject(o, "memory_bytes", (double)d.memory);
            char *text = cJSON_PrintUnformatted(o);
            if (text) puts(text);
            cJSON_free(text);
            cJSON_Delete(o);
        } else
            printf("%-8s %s, %d threads, %.1f GiB\n", d.id, d.name, d.units, (double)d.memory / 1073741824.0);
    }
    return EXIT_DONE;
}

int cli_check_device(const cli_verb *verb, const char *id) {
    char known[256] = "";
    for (size_t k = 0; id && k < mofb_device_count(); k++) {
        mofb_device_info d = {.struct_size = sizeof d};
        if (mofb_device_read(&d, k)) continue;
        if (!strcmp(id, d.id)) return EXIT_DONE;
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", *known ? ", " : "", d.id);
    }
    return id ? cli_bad_usage(verb, "--device %s: there is no such device here; there is %s", id, known)
              : EXIT_DONE;
}

const cli_verb cli_tasks = {"tasks", "[NAME] [--json]",
                            "list the tasks, or all parameters, results and presets of one",
                            "  --json   one JSON object per task\n", run_tasks};
const cli_verb cli_devices = {"devices", "[--json]", "list what evaluations can run on",
                              "  --json   one JSON object per device\n", run_devices};
