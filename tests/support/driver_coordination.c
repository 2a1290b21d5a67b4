/* SPDX-License-Identifier: MIT */
/* Coordination numbers of the metal atoms of a periodic structure: reads the number of atoms, the cell [9]
   and, for each atom, its number and position; writes atom, CrystalNN's number and the simple one with factor
   1.25. */
#include <stdio.h>
#include <stdlib.h>

#include "structure/coordination.h"
#include "structure/elements.h"

static mofb_status read_structure(mofb_structure **out) {
    size_t n;
    double cell[9];
    mofb_status status = MOFB_ERR_IO;
    if (scanf("%zu", &n) != 1) return status;
    int32_t *numbers = malloc(n * sizeof *numbers);
    double *positions = malloc(3 * n * sizeof *positions);
    if (!numbers || !positions) goto end;
    for (int c = 0; c < 9; c++)
        if (scanf("%lf", cell + c) != 1) goto end;
    for (size_t k = 0; k < n; k++) {
        double *x = positions + 3 * k;
        if (scanf("%d %lf %lf %lf", &numbers[k], x, x + 1, x + 2) != 4) goto end;
    }
    status = mofb_structure_new(out, n, numbers, positions, cell, NULL, NULL);
end:
    free(numbers);
    free(positions);
    return status;
}

int main(void) {
    mofb_structure *s = NULL;
    mofb_status status = read_structure(&s);
    for (size_t k = 0; !status && k < mofb_structure_count(s); k++) {
        double cn;
        size_t simple;
        if (!mofb__element_is_metal(mofb_structure_numbers(s)[k])) continue;
        status = mofb__crystalnn(&cn, s, k, NULL);
        if (!status) status = mofb__coordination_simple(&simple, s, k, 1.25, NULL);
        if (!status) printf("%zu %.17g %zu\n", k, cn, simple);
    }
    if (status) fprintf(stderr, "driver_coordination: %s\n", mofb_error_message());
    mofb_structure_free(s);
    return status != MOFB_OK;
}
