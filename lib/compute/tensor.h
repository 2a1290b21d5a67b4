/* SPDX-License-Identifier: MIT */
/* Per-channel algebra of 3×3 tensors X = I + A + S: G. Simeon, G. De Fabritiis, NeurIPS 2023 (TensorNet).

   A row holds [9][channels]: s (I = s·1), the vector a of A (A v = a × v), and S by xx, yy, xy, xz, yz. Gradients
   are plain partial derivatives by these nine numbers. ‖·‖² is the squared Frobenius norm.

   tensor_embed       x += z ⊙ Σ_q radial[part][q] sums[q][component] for one row; sums [4][9], z [channels]. The
                      embedding of all bonds to atoms of one element, whose geometry and radial basis were summed
                      before the channels came in.
   tensor_embed_vjp   gsums [4][9] = gradient by sums.
   tensor_norm        norm [rows][channels] = ‖X‖²
   tensor_norm_vjp    gx += …
   tensor_parts       norms [rows][3][channels] = ‖I‖², ‖A‖², ‖S‖²
   tensor_parts_vjp   gx = …
   tensor_scale       y = s[part] ⊙ x with s [rows][3][channels]; y may be x
   tensor_scale_vjp   gx = s ⊙ gy, gs = Σ_part x gy; gx may be gy
   tensor_normalise   scale [rows][channels] = 1/(‖X‖² + 1), y = scale ⊙ x; y may be x
   tensor_normalise_vjp  gx from gy, of the normalised y; gx may be gy
   tensor_product     P = M Y + Y M, q = P/(‖P‖² + 1); q may be m or y
   tensor_product_vjp gm = …, gy = …; each may be gq, m or y
   tensor_update      out = x + d + d·d; out may be x
   tensor_update_vjp  gd = gradient by d; that by x is g itself */
#ifndef MOFB_COMPUTE_TENSOR_H
#define MOFB_COMPUTE_TENSOR_H

#include "compute/compute.h"

#endif
