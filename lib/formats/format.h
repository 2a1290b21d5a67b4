/* SPDX-License-Identifier: MIT */
/* A structure format: one file implements it, meson lists it, nothing else knows it. */
#ifndef MOFB_FORMATS_FORMAT_H
#define MOFB_FORMATS_FORMAT_H

#include "base/str.h"
#include "structure/structure.h"

/* The structures found in a text, in order. Starts zeroed. */
typedef struct mofb__structure_list {
    mofb_structure **items;
    size_t count, capacity;
    size_t limit; /* set by the caller: read no further once there are so many; 0: all */
} mofb__structure_list;

typedef struct mofb__format {
    const char *name;
    const char *const *suffixes; /* NULL-terminated, lower case, with the dot; or whole file names */
    /* true if the text looks like this format. */
    bool (*sniff)(const char *text, size_t length);
    /* Reads all structures, or (options->block) the one asked for. Messages carry the line but not the file,
       which the caller puts before. On failure the list is freed by the caller. */
    mofb_status (*read)(mofb__structure_list *out, const char *text, size_t length, const char *name,
                        const mofb_structure_options *options);
    /* Appends one structure. */
    mofb_status (*write)(mofb__str *out, const mofb_structure *structure);
} mofb__format;

/* By name, by a path's suffix, or by content; NULL if none. */
const mofb__format *mofb__format_by_name(const char *name);
const mofb__format *mofb__format_by_path(const char *path);
const mofb__format *mofb__format_by_content(const char *text, size_t length);

/* All formats of the build. */
const mofb__format *const *mofb__formats(size_t *count);

mofb_status mofb__structure_list_add(mofb__structure_list *list, mofb_structure *taken,
                                     const mofb_allocator *a);
void mofb__structure_list_free(mofb__structure_list *list);

/* Text to structures: chooses the format, reads, prefixes messages with `name`. */
mofb_status mofb__formats_read(mofb__structure_list *out, const char *text, size_t length, const char *name,
                               const char *path, const mofb_structure_options *options);

/* One extended XYZ frame with more columns and values than a structure carries: arrays are per atom with
   their names and widths; `info` is key=value text to put on the comment line (NULL: none). Full precision.
 */
mofb_status mofb__extxyz_frame(mofb__str *out, size_t n_atoms, const int32_t *numbers,
                               const double *positions, const double *cell, const int32_t periodic[3],
                               const mofb__array *arrays, size_t n_arrays, const char *info);

#endif
