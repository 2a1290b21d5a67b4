/* SPDX-License-Identifier: MIT */
/* Commands on standard input, one line each, words separated by tabs; one line of JSON for each on standard
   output:
     read PATH refuse|major [BLOCK]   every structure: name, numbers, positions, cell, periodicity, arrays,
   info convert PATH TO [BLOCK]          reads and writes by suffix */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "formats/format.h"

static void put(mofb__json *list, const mofb_structure *s) {
    mofb__json *o = mofb__json_add_object(list, NULL), *numbers, *arrays;
    mofb__json_add_text(o, "name", s->name ? s->name : "");
    numbers = mofb__json_add_array(o, "numbers");
    for (size_t k = 0; k < s->n_atoms; k++)
        mofb__json_add_integer(numbers, NULL, s->numbers[k]);
    mofb__json_add_numbers(o, "positions", s->positions, 3 * s->n_atoms, 3);
    if (s->has_cell) mofb__json_add_numbers(o, "cell", s->cell, 9, 3);
    else mofb__json_add_null(o, "cell");
    mofb__json *periodic = mofb__json_add_array(o, "pbc");
    for (int k = 0; k < 3; k++)
        mofb__json_add_bool(periodic, NULL, s->periodic[k] != 0);
    arrays = mofb__json_add_object(o, "arrays");
    for (size_t k = 0; k < s->n_arrays; k++)
        mofb__json_add_numbers(arrays, s->arrays[k].name, s->arrays[k].values,
                               s->n_atoms * s->arrays[k].width, s->arrays[k].width);
    mofb__json_add_text(o, "info", s->info ? s->info : "");
}

static mofb_status command(mofb__json *reply, char *words[4], size_t n) {
    mofb_structure_options o = {.struct_size = sizeof o, .min_distance = 1e-3};
    mofb__structure_list list = {0};
    mofb__str text;
    bool convert = !strcmp(words[0], "convert");
    mofb_status status;
    if (n < 3) return mofb__fail(MOFB_ERR_INVALID, "bad_command", "a command has three words");
    if (!convert) o.disorder = !strcmp(words[2], "major") ? MOFB_DISORDER_MAJOR : MOFB_DISORDER_REFUSE;
    if (n > 3) o.block = words[3];
    mofb__str_init(&text, NULL);
    status = mofb__file_read(&text, words[1], 0);
    if (!status) status = mofb__formats_read(&list, text.data, text.len, words[1], words[1], &o);
    mofb__str_clear(&text);
    mofb__json *all = mofb__json_add_array(reply, "structures");
    for (size_t k = 0; k < list.count && !status; k++) {
        const mofb__format *f = convert ? mofb__format_by_path(words[2]) : NULL;
        if (convert) status = f->write(&text, list.items[k]);
        else put(all, list.items[k]);
    }
    if (convert && !status) status = mofb__file_write(words[2], text.data, text.len);
    mofb__structure_list_free(&list);
    mofb__str_free(&text);
    return status;
}

int main(void) {
    char line[8192];
    while (fgets(line, sizeof line, stdin)) {
        char *words[4] = {0}, *text;
        size_t n = 0;
        line[strcspn(line, "\n")] = 0;
        for (char *w = strtok(line, "\t"); w && n < 4; w = strtok(NULL, "\t"))
            words[n++] = w;
        if (!n) continue;
        mofb__json *reply = mofb__json_new_object();
        mofb_status status = command(reply, words, n);
        mofb__json_add_integer(reply, "status", status);
        if (status) mofb__json_add_text(reply, "reason", mofb_error_reason());
        if (status) mofb__json_add_text(reply, "message", mofb_error_message());
        if (mofb__json_text(&text, reply, NULL)) return 1;
        puts(text);
        fflush(stdout);
        mofb__free(text);
        mofb__json_free(reply);
    }
    return 0;
}
