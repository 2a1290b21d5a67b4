/* SPDX-License-Identifier: MIT */
/* One line of a result for people: the rows that the task's table calls headlines. */
#include <cjson/cJSON.h>
#include <string.h>

#include "cli.h"

static const char *text_of(const cJSON *object, const char *key) {
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, key);
    return cJSON_IsString(v) ? v->valuestring : "";
}

/* "volume_A3" with unit "Å3" reads better as "volume". */
static void print_name(const char *name, const char *unit) {
    static const char *const endings[] = {"_eV_per_A3", "_eV_per_A", "_J_per_K_g", "_percent", "_GPa", "_eV",
                                          "_A3",        "_A",        "_K",         "_bar",     "_THz"};
    size_t length = strlen(name);
    for (size_t k = 0; *unit && k < sizeof endings / sizeof *endings; k++) {
        size_t tail = strlen(endings[k]);
        if (length > tail && !strcmp(name + length - tail, endings[k])) {
            length -= tail;
            break;
        }
    }
    for (size_t k = 0; k < length; k++) putchar(name[k] == '_' ? ' ' : name[k]);
}

void cli_report(const char *label, const char *kind, const mofb_result *result) {
    char *text;
    cJSON *table = NULL;
    const cJSON *row;
    printf("%-28s %-18s %-13s", label, kind, mofb_result_outcome(result));
    if (!mofb_task_kind_describe(&text, kind)) {
        table = cJSON_Parse(text);
        mofb_text_free(text);
    }
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(table, "results")) {
        double value;
        const char *name = text_of(row, "name"), *unit = text_of(row, "unit");
        if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(row, "headline"))) continue;
        if (mofb_result_number(&value, result, name)) continue;
        fputs("  ", stdout);
        print_name(name, unit);
        if (!strcmp(text_of(row, "type"), "bool")) printf(" %s", value != 0 ? "yes" : "no");
        else printf(" %.6g%s%s", value, *unit ? " " : "", unit);
    }
    putchar('\n');
    cJSON_Delete(table);
}
