/* SPDX-License-Identifier: MIT */
/* Space groups by spglib. */
#ifndef MOFB_STRUCTURE_SYMMETRY_H
#define MOFB_STRUCTURE_SYMMETRY_H

#include "base/alloc.h"
#include "mofbench/structure.h"

typedef struct mofb__symmetry {
    size_t n_operations;
    int32_t *rotations;    /* [n][3][3], in fractional coordinates (columns), as spglib gives them */
    double *translations;  /* [n][3] */
    int32_t number;        /* space group */
    char symbol[16];       /* international, short */
} mofb__symmetry;

/* symprec in Å. Free with mofb__symmetry_free. Errors: unsupported (no cell), internal (spglib failed). */
mofb_status mofb__symmetry_find(mofb__symmetry *out, const mofb_structure *s, double symprec,
                                const mofb_allocator *a);
void mofb__symmetry_free(mofb__symmetry *s);

#endif
