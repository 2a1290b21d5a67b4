/* SPDX-License-Identifier: MIT */
/* Inside of the CIF reader: a text becomes blocks, a block becomes cell, operations and sites, these become
   the atoms of the cell. Format: S. R. Hall, F. H. Allen, I. D. Brown, Acta Cryst. A47, 655 (1991) and
   International Tables for Crystallography G (2005), chapter 2.2. */
#ifndef MOFB_FORMATS_CIF_H
#define MOFB_FORMATS_CIF_H

#include <stdbool.h>
#include <stdint.h>
#include "formats/text.h"
#include "structure/structure.h"

enum {
    MOFB__CIF_MAX_ATOMS = 1000000,   /* of a cell, after symmetry */
    MOFB__CIF_MAX_OPERATIONS = 1024, /* 192 are the most of a conventional cell */
    MOFB__CIF_MAX_ALTERNATIVES = 64  /* sites that overlap with one */
};

/* Images of a site closer than this (Å) are one atom on a special position: nothing nearer can be two atoms,
   and coordinates like 0.3333 in a large cell miss their special position by hundredths of an Å. */
#define MOFB__CIF_MERGE 0.1

/* Items that are read, under all names they have; everything else is skipped. */
enum {
    MOFB__CIF_LENGTH_A,
    MOFB__CIF_LENGTH_B,
    MOFB__CIF_LENGTH_C,
    MOFB__CIF_ALPHA,
    MOFB__CIF_BETA,
    MOFB__CIF_GAMMA,
    MOFB__CIF_FRACT_X,
    MOFB__CIF_FRACT_Y,
    MOFB__CIF_FRACT_Z,
    MOFB__CIF_CARTN_X,
    MOFB__CIF_CARTN_Y,
    MOFB__CIF_CARTN_Z,
    MOFB__CIF_CARTN_MATRIX,
    MOFB__CIF_LABEL,
    MOFB__CIF_TYPE,
    MOFB__CIF_OCCUPANCY,
    MOFB__CIF_CHARGE,
    MOFB__CIF_CALC_FLAG,
    MOFB__CIF_DISORDER_GROUP,
    MOFB__CIF_DISORDER_ASSEMBLY,
    MOFB__CIF_OPERATION,
    MOFB__CIF_OPERATION_OLD,
    MOFB__CIF_OPERATION_MAGNETIC,
    MOFB__CIF_HALL,
    MOFB__CIF_HM,
    MOFB__CIF_NUMBER,
    MOFB__CIF_SETTING,
    MOFB__CIF_FORMULA,
    MOFB__CIF_TAGS
};

typedef struct mofb__cif_value {
    const char *text; /* in the caller's text */
    size_t length;
    uint32_t line;
    bool quoted;
} mofb__cif_value;

typedef struct mofb__cif_column {
    mofb__cif_value *values;
    size_t count, capacity;
    uint32_t line; /* of the tag; 0: absent */
    uint32_t loop; /* columns of one loop share a number; 0: not in a loop */
} mofb__cif_column;

typedef struct mofb__cif_block {
    const mofb_allocator *a;
    mofb__span name;
    uint32_t line;
    mofb__cif_column columns[MOFB__CIF_TAGS];
} mofb__cif_block;

typedef struct mofb__cif_text {
    const char *start, *at, *end;
    uint32_t line;
} mofb__cif_text;

/* The next data block; *found false at the end of the text. The block is emptied first; it starts zeroed but
   for `a` and is freed by mofb__cif_block_free. */
mofb_status mofb__cif_next_block(mofb__cif_block *block, bool *found, mofb__cif_text *text);
void mofb__cif_block_free(mofb__cif_block *block);

/* Value `row` of a column; NULL if there is none or it is ? or a dot (unknown, does not apply). */
const mofb__cif_value *mofb__cif_value_at(const mofb__cif_block *block, int tag, size_t row);

/* A number with or without an uncertainty in brackets. */
mofb_status mofb__cif_number(double *out, const mofb__cif_value *value, const char *what);

/* True if the block lists coordinates of atoms. */
bool mofb__cif_has_atoms(const mofb__cif_block *block);

/* Cell vectors: a along x, b in the xy plane. Errors: cif_no_cell, bad_number, bad_cell. */
mofb_status mofb__cif_cell(double cell[9], const mofb__cif_block *block);

/* x' = r·x + t in fractional coordinates. */
typedef struct mofb__symop {
    int32_t r[9];
    double t[3];
} mofb__symop;

typedef struct mofb__symops {
    mofb__symop *items;
    size_t count, capacity;
} mofb__symops;

/* "x, 1/2-y, z+0.25" to an operation; false if it is none. */
bool mofb__symop_parse(mofb__symop *out, const char *text, size_t length);

/* Whether the operation leaves the lengths and angles of the cell as they are, to 5 %. */
bool mofb__symop_fits(const mofb__symop *op, const double cell[9]);

/* The operations of the block: as listed, or of the space group it names, or the identity alone.
   Errors: bad_symmetry_operation, unknown_space_group, ambiguous_space_group. */
mofb_status mofb__cif_symmetry(mofb__symops *out, const mofb__cif_block *block, const double cell[9]);

/* The operations of a space group from its Hall symbol, Hermann-Mauguin symbol or number. */
mofb_status mofb__cif_space_group(mofb__symops *out, const mofb__cif_block *block, const double cell[9]);

/* One row of the atom loop. */
typedef struct mofb__cif_site {
    mofb__span label;
    uint32_t line;
    int32_t number;
    double fract[3];
    double cartesian[3]; /* of the atom as written */
    double occupancy, charge;
    int32_t group;    /* disorder group, 0: none; negative: about a symmetry element */
    char assembly[8]; /* beginning of its name, zeros: none */
} mofb__cif_site;

typedef struct mofb__cif_sites {
    mofb__cif_site *items;
    size_t count;
    bool charges; /* every site has one */
    bool partial; /* some site is partly occupied or in a disorder group */
} mofb__cif_sites;

/* Sites of the block, without dummies. Errors: no_atoms, unknown_element, bad_number, bad_occupancy. */
mofb_status mofb__cif_sites_read(mofb__cif_sites *out, const mofb__cif_block *block, const double cell[9]);

/* Atomic number from a type symbol such as Zn2+ or, without one, a label such as C12A. */
mofb_status mofb__cif_element(int32_t *number, const mofb__cif_block *block, size_t row);

/* An atom of the cell: a site under an operation. */
typedef struct mofb__cif_image {
    uint32_t site, operation; /* operation: MOFB__CIF_AS_WRITTEN or index */
    double fract[3];
    bool kept;
} mofb__cif_image;

typedef struct mofb__cif_images {
    mofb__cif_image *items;
    size_t count, capacity;
} mofb__cif_images;

#define MOFB__CIF_AS_WRITTEN UINT32_MAX

/* All distinct images of the sites, site by site, the site as written first, the others in the cell.
   Errors: atoms_too_close, too_many_atoms. */
mofb_status mofb__cif_images_make(mofb__cif_images *out, const mofb__cif_sites *sites,
                                  const mofb__symops *ops, const double cell[9], const mofb_allocator *a);

/* Refuses partly occupied sites, and disorder groups that exclude each other. Errors: partial_occupancy. */
mofb_status mofb__cif_disorder_refuse(const mofb__cif_sites *sites, const mofb_allocator *a);

/* Keeps the most occupied of the images that exclude each other; the rules are in cif_disorder.c.
   Errors: too_disordered. */
mofb_status mofb__cif_disorder_pick(mofb__cif_images *images, const mofb__cif_sites *sites,
                                    const double cell[9], const mofb_allocator *a);

#endif
