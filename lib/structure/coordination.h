/* SPDX-License-Identifier: MIT */
/* Coordination numbers. */
#ifndef MOFB_STRUCTURE_COORDINATION_H
#define MOFB_STRUCTURE_COORDINATION_H

#include "base/alloc.h"
#include "mofbench/structure.h"

/* Weighted coordination number of one atom by CrystalNN with x_diff_weight 1.5, search cutoff 4.5 Å,
   weighted_cn, distance cutoffs (0.5, 1.0) and porous adjustment: H. Pan et al., Inorg. Chem. 60, 1590
   (2021); N. E. R. Zimmermann, A. Jain, RSC Adv. 10, 6063 (2020); solid angles from the Voronoi cell. Errors:
   invalid/bad_argument (no such atom), unsupported/no_cell without a fully periodic cell,
   unsupported/no_radius. */
mofb_status mofb__crystalnn(double *cn, const mofb_structure *s, size_t atom, const mofb_allocator *a);

/* Neighbours of an atom within (r_i + r_j) × factor of Cordero's covalent radii (elements.h), with or without
   a cell. Errors: invalid/bad_argument, unsupported/no_radius. */
mofb_status mofb__coordination_simple(size_t *cn, const mofb_structure *s, size_t atom, double factor,
                                      const mofb_allocator *a);

#endif
