/* SPDX-License-Identifier: MIT */
/* Geometry on a pipe, for comparisons with other programs. Numbers are native doubles unless said.

     driver_structure edges N CUTOFF SKIN HALF PA PB PC
       reads cell [9], positions [n][3]; writes the count, then i, j, S, vec of each edge as 8 doubles.
     driver_structure shortest N PA PB PC
       reads cell [9], differences [n][3]; writes their shortest images.
     driver_structure elements
       writes a line "symbol mass radius electronegativity metal" for each element.
     driver_structure spacegroup FILE SYMPREC
       writes "number symbol operations". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mat3.h"
#include "structure/cell.h"
#include "structure/elements.h"
#include "structure/nlist.h"
#include "structure/symmetry.h"

static void read_periodic(int32_t periodic[3], char **words) {
    for (int k = 0; k < 3; k++) periodic[k] = atoi(words[k]);
}

static double *read_vectors(double cell[9], size_t n) {
    double *x = malloc((3 * n + 1) * sizeof *x);
    if (x && fread(cell, sizeof *cell, 9, stdin) == 9 && fread(x, 3 * sizeof *x, n, stdin) == n) return x;
    free(x);
    return NULL;
}

static mofb_status edges(char **words) {
    double cell[9], count, row[8];
    int32_t periodic[3];
    size_t n = strtoul(words[0], NULL, 10);
    mofb__nlist *list = NULL;
    const mofb_edges *e;
    double *x = read_vectors(cell, n);
    if (!x) return MOFB_ERR_IO;
    read_periodic(periodic, words + 4);
    mofb_status status = mofb__nlist_new(&list, n, atoi(words[3]) ? MOFB_EDGES_HALF : MOFB_EDGES_FULL,
                                         strtod(words[1], NULL), strtod(words[2], NULL), periodic, NULL);
    if (!status) status = mofb__nlist_update(&e, list, x, cell, 0);
    if (!status) {
        count = (double)e->count;
        fwrite(&count, sizeof count, 1, stdout);
    }
    for (size_t i = 0; !status && i < n; i++)
        for (size_t k = e->first[i]; k < e->first[i + 1]; k++) {
            row[0] = (double)i;
            row[1] = e->j[k];
            for (size_t l = 0; l < 3; l++) row[2 + l] = e->shift[3 * k + l], row[5 + l] = e->vec[3 * k + l];
            fwrite(row, sizeof row, 1, stdout);
        }
    mofb__nlist_free(list);
    free(x);
    return status;
}

static mofb_status shortest(char **words) {
    double cell[9], inverse[9];
    int32_t periodic[3];
    size_t n = strtoul(words[0], NULL, 10);
    double *x = read_vectors(cell, n);
    if (!x) return MOFB_ERR_IO;
    read_periodic(periodic, words + 1);
    mofb_status status = mofb__inverse3(inverse, cell);
    for (size_t i = 0; !status && i < n; i++)
        mofb__cell_minimum_image(x + 3 * i, NULL, cell, inverse, periodic);
    if (!status) fwrite(x, 3 * sizeof *x, n, stdout);
    free(x);
    return status;
}

static mofb_status elements(void) {
    for (int32_t z = 1; z <= MOFB__MAX_Z; z++)
        printf("%s %.17g %.17g %.17g %d\n", mofb__element_symbol(z), mofb__element_mass(z),
               mofb__element_covalent_radius(z), mofb__element_electronegativity(z),
               mofb__element_is_metal(z));
    return MOFB_OK;
}

static mofb_status spacegroup(const char *path, double symprec) {
    mofb_structure *s = NULL;
    mofb__symmetry y;
    MOFB__TRY(mofb_structure_open(&s, path, NULL));
    mofb_status status = mofb__symmetry_find(&y, s, symprec, NULL);
    if (!status) {
        printf("%d %s %zu\n", (int)y.number, y.symbol, y.n_operations);
        mofb__symmetry_free(&y);
    }
    mofb_structure_free(s);
    return status;
}

int main(int argc, char **argv) {
    mofb_status status = MOFB_ERR_INVALID;
    const char *what = argc > 1 ? argv[1] : "";
    if (!strcmp(what, "edges") && argc == 9) status = edges(argv + 2);
    else if (!strcmp(what, "shortest") && argc == 6) status = shortest(argv + 2);
    else if (!strcmp(what, "elements")) status = elements();
    else if (!strcmp(what, "spacegroup") && argc == 4) status = spacegroup(argv[2], strtod(argv[3], NULL));
    if (status) fprintf(stderr, "driver_structure: %s\n", mofb_error_message());
    return status != MOFB_OK;
}
