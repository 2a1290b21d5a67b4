/* SPDX-License-Identifier: MIT */
/* How far two structures with the same atoms in the same order are apart. */
#ifndef MOFB_STRUCTURE_RMSD_H
#define MOFB_STRUCTURE_RMSD_H

#include "mofbench/structure.h"

/* Root of the mean squared distance per atom (Å) between a structure and positions [n][3] in a cell (NULL: the
   structure's). Under periodicity the structure is carried along with the cell (fractional coordinates kept), so
   that neither strain nor wrapping counts; each atom is compared with its nearest image, and the rigid
   translation is removed. */
mofb_status mofb__rmsd(double *out, const mofb_structure *from, const double *positions, const double *cell);

/* The benchmark's definition: positions moved onto the structure by the best translation and rotation, taking
   no notice of periodicity (B. K. P. Horn, J. Opt. Soc. Am. A 4, 629 (1987); ASE's
   minimize_rotation_and_translation as it was then, newer ones do not rotate periodic atoms); differences then reduced to their
   shortest image in the structure's cell; root of the mean over the 3n components. */
mofb_status mofb__rmsd_aligned(double *out, const mofb_structure *target, const double *positions);

#endif
