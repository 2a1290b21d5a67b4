/* SPDX-License-Identifier: MIT */
/* Messages of TensorNet over the edges of one atom; f [count][3 parts][channels] per edge, m, y and gm
   [9][channels] per atom, `neighbour` numbers the rows of all atoms' y or gm.

   message      m = Σ_e f_e[part] ⊙ y[neighbour_e]
   message_vjp  the atom's share of the way back, given gm of all atoms and its own y:
                gy += Σ_e f_e[part] ⊙ gm[neighbour_e], the gradient by its y, and for each edge
                gr[e] += Σ slope_e[part] ⊙ gm[neighbour_e] ⊙ y, the gradient by the length of the edge where the
                neighbour uses it. Every bond is there in both directions and f depends on its length alone, so
                nothing is scattered. */
#ifndef MOFB_COMPUTE_MESSAGE_H
#define MOFB_COMPUTE_MESSAGE_H

#include "compute/compute.h"

#endif
