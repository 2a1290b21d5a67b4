/* SPDX-License-Identifier: MIT */
/* Inside of the extended XYZ format: the comment line, and writing. */
#ifndef MOFB_FORMATS_EXTXYZ_H
#define MOFB_FORMATS_EXTXYZ_H

#include "base/json.h"
#include "formats/text.h"
#include "mofbench/structure.h"

/* What a comment line says. Spans point into the line; quotes and brackets are off, escapes are not. */
typedef struct mofb__extxyz_comment {
    mofb__span lattice, properties, pbc;
    bool has_lattice, has_properties, has_pbc;
    mofb__json *info; /* all other keys; NULL if there are none */
} mofb__extxyz_comment;

/* Never fails on odd text: what is no key=value is a key that is true. Free info. */
mofb_status mofb__extxyz_comment_read(mofb__extxyz_comment *out, mofb__span line, const mofb_allocator *a);

/* key=value text of a JSON object, every member with a blank before it. */
mofb_status mofb__extxyz_comment_write(mofb__str *out, const char *json);

/* The structure as a frame. */
mofb_status mofb__extxyz_write(mofb__str *out, const mofb_structure *s);

/* T, F, true, false */
bool mofb__extxyz_bool(bool *out, mofb__span word);

#endif
