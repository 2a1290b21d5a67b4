/* SPDX-License-Identifier: MIT */
/* Typed topologies: for each line "uff|uff4mof TAB paper|lammps_interface TAB PATH" on standard input one
   line of JSON: numbers, positions and cell of the structure, types, hybrids, bonds [i, j, a, b, c, order],
   seconds. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/json.h"
#include "models/uff/uff.h"
#include "mofbench/structure.h"
#include "structure/structure.h"

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void put(mofb__json *o, const mofb_structure *s, const mofb__uff_topology *t) {
    static const char *const words[] = {"sp3", "sp2", "sp", "aromatic"};
    mofb__json *numbers = mofb__json_add_array(o, "numbers"), *types = mofb__json_add_array(o, "types");
    mofb__json *hybrids = mofb__json_add_array(o, "hybrids"), *bonds = mofb__json_add_array(o, "bonds");
    for (size_t i = 0; i < s->n_atoms; i++) {
        mofb__json_add_integer(numbers, NULL, s->numbers[i]);
        mofb__json_add_text(types, NULL, t->types[i]->name);
        mofb__json_add_text(hybrids, NULL, words[t->hybrids[i]]);
    }
    for (size_t k = 0; k < t->n_bonds; k++) {
        const mofb__uff_bond *b = t->bonds + k;
        double row[6] = {b->i, b->j, b->shift[0], b->shift[1], b->shift[2], b->order};
        mofb__json_add_numbers(bonds, NULL, row, 6, 0);
    }
    mofb__json_add_numbers(o, "positions", s->positions, 3 * s->n_atoms, 3);
    if (s->has_cell) mofb__json_add_numbers(o, "cell", s->cell, 9, 3);
}

static mofb_status answer(mofb__json *o, const char *field, const char *rules, const char *path) {
    mofb_structure *s;
    mofb__uff_topology t;
    mofb__uff_settings settings = {.uff4mof = !strcmp(field, "uff4mof"), .cutoff = 12.5, .tail = true};
    mofb_structure_options options;
    mofb_structure_options_init(&options, sizeof options);
    options.disorder = MOFB_DISORDER_MAJOR;
    settings.rules = strcmp(rules, "paper") ? MOFB__UFF_LAMMPS_INTERFACE : MOFB__UFF_PAPER;
    MOFB__TRY(mofb_structure_open(&s, path, &options));
    double start = now();
    mofb_status status = mofb__uff_perceive(&t, s, &settings, NULL);
    mofb__json_add_number(o, "seconds", now() - start);
    if (!status) {
        put(o, s, &t);
        mofb__uff_topology_free(&t);
    }
    mofb_structure_free(s);
    return status;
}

int main(void) {
    static char line[8192];
    while (fgets(line, sizeof line, stdin)) {
        char *text;
        char *field = strtok(line, "\t\n"), *rules = strtok(NULL, "\t\n"), *path = strtok(NULL, "\t\n");
        mofb__json *o = mofb__json_new_object();
        if (!path || answer(o, field, rules, path)) {
            mofb__json_add_text(o, "error", mofb_error_reason());
            mofb__json_add_text(o, "message", mofb_error_message());
        }
        if (mofb__json_text(&text, o, NULL)) return 1;
        puts(text);
        fflush(stdout);
        mofb__free(text);
        mofb__json_free(o);
    }
    return 0;
}
