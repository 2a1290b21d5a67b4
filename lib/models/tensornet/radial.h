/* SPDX-License-Identifier: MIT */
/* Radial functions of TensorNet, in double: basis, cutoff, and the network of a layer. */
#ifndef MOFB_MODELS_TENSORNET_RADIAL_H
#define MOFB_MODELS_TENSORNET_RADIAL_H

#include "compute/compute.h"

/* g_0..g_2, C, and their derivatives by r, 1/Å. */
enum { MOFB__BASIS = 3, MOFB__RADIAL_ROW = 8 };

/* Smooth spherical Bessel functions: E. Kocer, J. K. Mason, H. Erturk, AIP Adv. 10, 015021 (2020), eqs. 3-6, and
   C = ½ (cos(πr/rc) + 1). All are 0 from the cutoff on. */
void mofb__radial_basis(double row[MOFB__RADIAL_ROW], double r, double cutoff);

/* C · silu(W3 silu(W2 silu(W1 g + b1) + b2) + b3): three matrices [width_k][width_{k-1}]. */
typedef struct mofb__radial_net {
    mofb__matrix_f64 w[3];
} mofb__radial_net;

void mofb__radial_net_free(mofb__radial_net *net);

/* Numbers of scratch memory per edge. */
size_t mofb__radial_scratch(const mofb__radial_net *net);

/* Values f [count][width] and, unless NULL, slopes df/dr for `count` basis rows. */
void mofb__radial_eval(double *f, double *slope, const mofb__radial_net *net, const mofb__ops_f64 *ops,
                       const double *rows, size_t count, double *scratch);

#endif
