/* SPDX-License-Identifier: MIT */
/* Geometry of cells: [9] rows a, b, c in Å. */
#ifndef MOFB_STRUCTURE_CELL_H
#define MOFB_STRUCTURE_CELL_H

#include <stdint.h>
#include "base/error.h"

/* Cell from lengths (Å) and angles (degrees): a along x, b in the xy plane (as ASE and pymatgen's standard
   setting does). Errors: invalid/bad_cell. */
mofb_status mofb__cell_from_parameters(double cell[9], const double lengths[3], const double angles[3]);

/* Lengths and angles (degrees) of a cell. */
void mofb__cell_parameters(double lengths[3], double angles[3], const double cell[9]);

/* |a·(b×c)|. */
double mofb__cell_volume(const double cell[9]);

/* Distances between opposite faces. */
void mofb__cell_heights(double heights[3], const double cell[9]);

/* A cell for lattice operations of a partly periodic or cell-less structure: missing vectors are filled with
   unit vectors perpendicular to the present ones. */
void mofb__cell_complete(double out[9], const double *cell, const int32_t periodic[3]);

/* Shortest image of the difference d (Å) along the periodic axes; exact for any cell. shift (nullable)
   receives the cell vectors that were added. */
void mofb__cell_minimum_image(double d[3], int32_t shift[3], const double cell[9], const double inverse[9],
                              const int32_t periodic[3]);

/* Shorter vectors of the same lattice: none gets shorter by adding or taking off others (Minkowski). Axes that
   are not periodic stay. */
void mofb__cell_reduce(double cell[9], const int32_t periodic[3]);

#endif
