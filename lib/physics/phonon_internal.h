/* SPDX-License-Identifier: MIT */
/* What the files of the phonon calculation share. */
#ifndef MOFB_PHYSICS_PHONON_INTERNAL_H
#define MOFB_PHYSICS_PHONON_INTERNAL_H

#include "physics/phonon.h"
#include "structure/symmetry.h"

/* Finds the atom at a position, under periodicity, by bins in fractional coordinates. */
typedef struct mofb__locator {
    size_t n;
    const int32_t *numbers; /* borrowed */
    double cell[9];
    double radius;   /* Å: farther atoms are not the same atom */
    double reach[3]; /* the radius in fractional coordinates of each axis */
    int32_t bins[3];
    double *fractional; /* [n][3], in [0, 1) */
    size_t *start;      /* [bins + 1] */
    size_t *atoms;      /* [n], by bin */
} mofb__locator;

mofb_status mofb__locator_make(mofb__locator *out, const mofb_structure *s, double radius,
                               const mofb_allocator *a);
void mofb__locator_free(mofb__locator *l);

/* Nearest atom of the element within the radius of a fractional position; SIZE_MAX if there is none. */
size_t mofb__locator_find(const mofb__locator *l, const double fractional[3], int32_t number);

/* Where each atom of the supercell goes when it is rotated about atom `from` and that atom moved to `to`: the
   first n of map [2·n], the rest is scratch. False if this is no symmetry: an atom lands beside its like, or
   two on the same. */
bool mofb__locator_map(const mofb__locator *l, size_t *map, const int32_t rotation[9], size_t from,
                       size_t to);

/* How an atom of the cell follows from its representative: rotate about it and move to the atom. */
typedef struct mofb__phonon_site {
    size_t representative; /* atom of the cell, smallest index of the orbit */
    size_t operation;      /* of the supercell; only its rotation counts */
} mofb__phonon_site;

typedef struct mofb__phonon_displaced {
    size_t atom; /* of the cell, which are the first atoms of the supercell */
    double vector[3];
} mofb__phonon_displaced;

/* Shortest vectors between atoms of the cell and of the supercell, as cell translations: pair
   (i, j) owns entries start[i·n_super + j] up to the next. Atoms count as wrapped into the cell. */
typedef struct mofb__phonon_images {
    size_t *start;        /* [n_cell·n_super + 1] */
    int32_t *translation; /* index into the box of translations lower..upper */
    int32_t lower[3], upper[3];
} mofb__phonon_images;

struct mofb__phonon {
    const mofb_allocator *a;
    mofb_structure *cell, *super;
    int32_t repeats[3];
    size_t n_cell, n_super;
    double distance, symprec;
    int32_t threads;
    mofb__symmetry symmetry;           /* of the cell */
    mofb__symmetry own_super_symmetry; /* unused for 1×1×1 */
    const mofb__symmetry *super_symmetry;
    mofb__locator locator;    /* of the supercell */
    mofb__phonon_site *sites; /* [n_cell] */
    mofb__phonon_displaced *displacements;
    size_t n_displacements;
    double *masses; /* amu, [n_cell] */
    mofb__phonon_images images;
    double *constants; /* [n_cell][n_super][3][3], NULL before the forces are in */
};

/* Sites and displacements by the symmetry of the supercell. */
mofb_status mofb__phonon_find_displacements(mofb__phonon *p);

/* Operations of the supercell that leave an atom where it is: list [n_operations], *count of them. map:
   scratch [2·n_super]. */
void mofb__phonon_site_operations(const mofb__phonon *p, size_t atom, size_t *list, size_t *count,
                                  size_t *map);

/* Rotation matrix in Cartesian coordinates (columns) of an operation of the supercell. */
void mofb__phonon_cartesian(double out[9], const mofb__phonon *p, size_t operation);

mofb_status mofb__phonon_find_images(mofb__phonon *p);

/* Imposes translational and permutation symmetry on p->constants. */
void mofb__phonon_symmetrise(mofb__phonon *p);

/* Scratch for one thread's frequencies. */
typedef struct mofb__phonon_scratch {
    double *matrix; /* [3n][3n] complex */
    double *phases; /* of the box of translations, complex */
    double *work, *rwork;
    int lwork_real, lwork_complex;
} mofb__phonon_scratch;

mofb_status mofb__phonon_scratch_make(mofb__phonon_scratch *out, const mofb__phonon *p);
void mofb__phonon_scratch_free(mofb__phonon_scratch *s);

/* Frequencies at q; LAPACK's info (0 = fine). Reports nothing, so that any thread may call it. */
int mofb__phonon_solve(const mofb__phonon *p, mofb__phonon_scratch *s, double *thz, const double q[3]);

#endif
