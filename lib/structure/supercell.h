/* SPDX-License-Identifier: MIT */
#ifndef MOFB_STRUCTURE_SUPERCELL_H
#define MOFB_STRUCTURE_SUPERCELL_H

#include "mofbench/structure.h"

/* Cell = repeats · cell, images in the order that mofb_structure_supercell states; per-atom arrays are
   repeated, info is not carried. Errors: unsupported (no cell), invalid/bad_repeats. */
mofb_status mofb__supercell(mofb_structure **out, const mofb_structure *s, const int32_t repeats[9],
                            const mofb_allocator *a);

#endif
