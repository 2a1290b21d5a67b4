/* SPDX-License-Identifier: MIT */
/* Frechet cell filter: generalised coordinates for atoms and cell together, as ASE's FrechetCellFilter
   defines them (log of the deformation gradient; the derivative of the matrix exponential gives the cell
   forces). */
#ifndef MOFB_PHYSICS_CELLFILTER_H
#define MOFB_PHYSICS_CELLFILTER_H

#include "base/error.h"

/* exp and log of a 3×3 matrix (log: of a matrix near the identity or with positive spectrum), and the Fréchet
   derivative of exp at `a` in direction `e`: A. H. Al-Mohy, N. J. Higham, SIAM J. Matrix Anal. Appl.
   30, 1639 (2009). */
void mofb__expm3(double out[9], const double a[9]);
mofb_status mofb__logm3(double out[9], const double a[9]);
void mofb__expm3_frechet(double out[9], const double a[9], const double e[9]);

typedef struct mofb__cellfilter {
    size_t n_atoms;
    double reference[9]; /* cell at the start */
    double factor;       /* exp_cell_factor, number of atoms in ASE's default */
} mofb__cellfilter;

void mofb__cellfilter_init(mofb__cellfilter *f, size_t n_atoms, const double cell[9]);

/* Generalised coordinates x [n+3][3] of positions [n][3] and cell. */
mofb_status mofb__cellfilter_pack(const mofb__cellfilter *f, double *x, const double *positions,
                                  const double cell[9]);
/* And back. */
mofb_status mofb__cellfilter_unpack(const mofb__cellfilter *f, const double *x, double *positions,
                                    double cell[9]);
/* Generalised forces g [n+3][3] from forces [n][3] and stress [9] (eV/Å³, positive = tension) at x. */
mofb_status mofb__cellfilter_forces(const mofb__cellfilter *f, double *g, const double *x,
                                    const double *forces, const double stress[9]);

#endif
