/* SPDX-License-Identifier: MIT */
/* Labels on structures, and formulas. */
#ifndef MOFB_STRUCTURE_LABEL_H
#define MOFB_STRUCTURE_LABEL_H

#include "structure/structure.h"

mofb_status mofb__structure_labelled(mofb_structure **out, const mofb_structure *from, const mofb_label *labels,
                                     size_t count);

/* Hill's order: carbon, hydrogen, then by symbol; by symbol alone without carbon. */
void mofb__structure_formula(char *out, size_t size, const mofb_structure *s);

#endif
