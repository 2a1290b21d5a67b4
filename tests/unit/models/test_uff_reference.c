/* SPDX-License-Identifier: MIT */
/* Bonds, orders, hybridisation and types with rules=lammps_interface against the entries of uff_terms.json,
   which come from the published programme. */
#include "base/file.h"
#include "base/json.h"
#include "models/uff/uff.h"
#include "structure/cell.h"
#include "structure/elements.h"
#include "mofbench/structure.h"
#include "base/mat3.h"
#include "support/tap.h"

static const mofb__json *at(const mofb__json *array, size_t index) {
    const mofb__json *v = mofb__json_first(array);
    while (index--) v = mofb__json_next(v);
    return v;
}

static double number(const mofb__json *array, size_t index) {
    return mofb__json_number_of(at(array, index), NAN);
}

static mofb_status structure_of(mofb_structure **out, const mofb__json *entry) {
    const mofb__json *atoms = mofb__json_get(entry, "atoms");
    const mofb__json *parameters = mofb__json_get(entry, "cell_params");
    const mofb__json *element = mofb__json_first(mofb__json_get(atoms, "elements"));
    const mofb__json *frac = mofb__json_first(mofb__json_get(atoms, "frac"));
    size_t n = mofb__json_count(mofb__json_get(atoms, "elements"));
    double lengths[3], angles[3], cell[9], *positions = calloc(3 * n, sizeof *positions);
    int32_t *numbers = calloc(n, sizeof *numbers);
    for (size_t k = 0; k < 3; k++) lengths[k] = number(parameters, k), angles[k] = number(parameters, k + 3);
    mofb_status status = mofb__cell_from_parameters(cell, lengths, angles);
    for (size_t i = 0; i < n; i++, element = mofb__json_next(element), frac = mofb__json_next(frac)) {
        const char *symbol = mofb__json_text_of(element);
        double f[3] = {number(frac, 0), number(frac, 1), number(frac, 2)};
        numbers[i] = mofb__element_number(symbol, strlen(symbol));
        mofb__row_times(positions + 3 * i, f, cell);
    }
    if (!status) status = mofb_structure_new(out, n, numbers, positions, cell, NULL, NULL);
    free(positions), free(numbers);
    return status;
}

static int compare_atoms(const mofb__uff_topology *t, const mofb__json *entry) {
    static const char *const words[] = {"sp3", "sp2", "sp", "aromatic"};
    const mofb__json *atoms = mofb__json_get(entry, "atoms");
    const mofb__json *type = mofb__json_first(mofb__json_get(atoms, "types"));
    const mofb__json *hybrid = mofb__json_first(mofb__json_get(atoms, "hybridization"));
    int wrong = 0;
    for (size_t i = 0; i < t->n_atoms; i++, type = mofb__json_next(type), hybrid = mofb__json_next(hybrid)) {
        bool same = !strcmp(t->types[i]->name, mofb__json_text_of(type)) &&
                    !strcmp(words[t->hybrids[i]], mofb__json_text_of(hybrid));
        if (!same && !wrong++)
            printf("# atom %zu: %s %s, wanted %s %s\n", i, t->types[i]->name, words[t->hybrids[i]],
                   mofb__json_text_of(type), mofb__json_text_of(hybrid));
    }
    return wrong;
}

static bool has_bond(const mofb__uff_topology *t, int32_t i, int32_t j, const mofb__json *shift,
                     double order) {
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        bool same = t->neighbour[r] == j;
        for (size_t k = 0; k < 3; k++) same = same && t->neighbour_shift[3 * r + k] == number(shift, k);
        if (same) return t->neighbour_order[r] == order;
    }
    return false;
}

static int compare_bonds(const mofb__uff_topology *t, const mofb__json *entry) {
    const mofb__json *bonds = mofb__json_get(entry, "bonds"), *bond = mofb__json_first(bonds);
    int wrong = mofb__json_count(bonds) != t->n_bonds;
    if (wrong) printf("# %zu bonds, wanted %zu\n", t->n_bonds, mofb__json_count(bonds));
    for (; bond; bond = mofb__json_next(bond)) {
        int32_t i = (int32_t)number(bond, 0) - 1, j = (int32_t)number(bond, 1) - 1;
        if (!has_bond(t, i, j, at(bond, 3), number(bond, 2)) && !wrong++)
            printf("# lacks the bond %d-%d of order %g\n", i, j, number(bond, 2));
    }
    return wrong;
}

static void compare_entry(const mofb__json *entry) {
    mofb_structure *structure;
    mofb__uff_topology t;
    const char *field = mofb__json_text_of(mofb__json_get(entry, "force_field"));
    mofb__uff_settings settings = {.uff4mof = !strcmp(field, "UFF4MOF"), .rules = MOFB__UFF_LAMMPS_INTERFACE};
    OK(structure_of(&structure, entry));
    mofb_status status = mofb__uff_perceive(&t, structure, &settings, NULL);
    mofb_structure_free(structure);
    OK(status);
    int wrong_atoms = compare_atoms(&t, entry), wrong_bonds = compare_bonds(&t, entry);
    if (wrong_atoms || wrong_bonds)
        printf("# %s %s: %d atoms and %d bonds differ\n", mofb__json_text_of(mofb__json_get(entry, "csv_name")),
               field, wrong_atoms, wrong_bonds);
    CHECK(wrong_atoms == 0);
    CHECK(wrong_bonds == 0);
    mofb__uff_topology_free(&t);
}

TEST(uff_reference__all_entries_agree) {
    const char *path = tap_data("reference/uff_terms.json");
    if (!path) SKIP("no reference data");
    mofb__str file;
    mofb__json *json;
    mofb__str_init(&file, NULL);
    OK(mofb__file_read(&file, path, 0));
    mofb_status status = mofb__json_parse(&json, file.data, file.len);
    mofb__str_free(&file);
    OK(status);
    const mofb__json *entry = mofb__json_first(mofb__json_get(json, "entries"));
    size_t n = 0;
    for (; entry; entry = mofb__json_next(entry), n++) compare_entry(entry);
    CHECK(n == 55);
    mofb__json_free(json);
}

int main(void) {
    RUN(uff_reference__all_entries_agree);
    return tap_end();
}
