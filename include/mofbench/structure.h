/* SPDX-License-Identifier: MIT */
/* A structure: atomic numbers, positions, cell, periodicity and optional per-atom arrays. It never
   changes after it was made, is reference counted, and may be shared between threads freely. */
#ifndef MOFBENCH_STRUCTURE_H
#define MOFBENCH_STRUCTURE_H

#include "allocator.h"
#include "error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct mofb_structure mofb_structure;

enum {
    MOFB_DISORDER_REFUSE = 0, /* a partially occupied or disordered site is an error naming the atom */
    MOFB_DISORDER_MAJOR = 1   /* keep the most occupied alternative of each site or disorder group */
};

typedef struct mofb_structure_options {
    size_t struct_size;
    const mofb_allocator *allocator; /* NULL: malloc */
    const char *format;              /* "cif", "extxyz", "poscar"; NULL: by suffix, then by content */
    const char *block;               /* CIF: name of the data block; extxyz: number of the frame, 0 the
                                        first, negative from the end; NULL: the first that has atoms */
    int32_t disorder;                /* MOFB_DISORDER_* */
    int32_t reserved;                /* 0 */
    double min_distance;             /* Å; closer atoms are refused. 0: 0.1 Å */
} mofb_structure_options;

/* Fills *options with defaults. size: sizeof(mofb_structure_options) of the caller. Thread: any. */
MOFB_API void mofb_structure_options_init(mofb_structure_options *options, size_t size);

/* Reads one structure from a file. options: nullable. Caller owns *out. Errors: io (unreadable),
   format, invalid (with reasons such as cif_no_cell, unknown_element, atoms_too_close,
   partial_occupancy, bad_cell, not_finite), no_memory. Left-handed cells are accepted: the
   third axis keeps its direction and volumes are absolute. Thread: any. Since 0.1. */
MOFB_API mofb_status mofb_structure_open(mofb_structure **out, const char *path,
                                         const mofb_structure_options *options);

/* The same for every structure in a file (all blocks that have atoms, all frames), in file order.
   *out: array of *count handles, the caller frees each and the array with mofb_structures_free. */
MOFB_API mofb_status mofb_structures_open(mofb_structure ***out, size_t *count, const char *path,
                                          const mofb_structure_options *options);

/* Frees a list from mofb_structures_open, the structures in it included. NULL is fine. */
MOFB_API void mofb_structures_free(mofb_structure **list, size_t count);

/* Like mofb_structure_open, from text. text: [length], need not end in NUL. options->format is
   required unless the content tells. name: used in messages and as the structure's name, nullable. */
MOFB_API mofb_status mofb_structure_parse(mofb_structure **out, const char *text, size_t length,
                                          const char *name, const mofb_structure_options *options);

/* Makes a structure from arrays, which are copied. numbers: atomic numbers [n_atoms]. positions:
   Cartesian, Å, [n_atoms][3]. cell: rows are the vectors, Å, [3][3]; NULL: none. periodic: [3], 0 or 1
   for each axis; NULL: all periodic if there is a cell. Errors: invalid, no_memory. */
MOFB_API mofb_status mofb_structure_new(mofb_structure **out, size_t n_atoms, const int32_t *numbers,
                                        const double *positions, const double *cell,
                                        const int32_t *periodic, const mofb_structure_options *options);

/* A further reference to the same structure (returned for convenience). Thread: any. */
MOFB_API mofb_structure *mofb_structure_ref(const mofb_structure *structure);

/* Gives up one reference. NULL is fine. Thread: any. */
MOFB_API void mofb_structure_free(mofb_structure *structure);

/* Number of atoms. Thread: any. */
MOFB_API size_t mofb_structure_count(const mofb_structure *structure);

/* Borrowed arrays, valid as long as the structure: atomic numbers [n]; positions Å [n][3];
   cell Å [3][3], rows are vectors, NULL without one; periodicity [3]. Thread: any. */
MOFB_API const int32_t *mofb_structure_numbers(const mofb_structure *structure);
MOFB_API const double *mofb_structure_positions(const mofb_structure *structure);
MOFB_API const double *mofb_structure_cell(const mofb_structure *structure);
MOFB_API const int32_t *mofb_structure_periodic(const mofb_structure *structure);

/* Name: that of the file it was read from, without folder and the suffix of a format; where a file holds several, or one was asked
   for by `block`, that of its block, or the file's with its number behind it; "" if none. Borrowed. */
MOFB_API const char *mofb_structure_name(const mofb_structure *structure);

/* |a·(b×c)| in Å³; 0 without a cell. */
MOFB_API double mofb_structure_volume(const mofb_structure *structure);

/* Mass of all atoms in amu (IUPAC standard atomic weights). */
MOFB_API double mofb_structure_mass(const mofb_structure *structure);

/* Chemical formula in Hill's order with counts ("C24 H12 O13 Zn4"), cut to `size` bytes. Thread: any. */
MOFB_API void mofb_structure_formula(char *out, size_t size, const mofb_structure *structure);

/* SHA-256, 64 hexadecimal digits, of numbers (int32), positions, cell and periodicity (int32) as
   little-endian numbers in the given order (zeros for a cell that there is not). Borrowed. Thread: any. */
MOFB_API const char *mofb_structure_sha256(const mofb_structure *structure);

/* Per-atom array by name ("forces", "charges", ...) as read from a file: *values borrowed
   [n_atoms][*width]. Errors: not_found. */
MOFB_API mofb_status mofb_structure_array(const double **values, size_t *width,
                                          const mofb_structure *structure, const char *name);

/* Supercell: new cell = repeats · cell. repeats: [3][3] integers, rows, determinant not 0. Images
   follow the order a outermost, c innermost for diagonal repeats; atom index = image · n + atom. */
MOFB_API mofb_status mofb_structure_supercell(mofb_structure **out, const mofb_structure *structure,
                                              const int32_t *repeats);

/* Space group found by spglib. symprec: Å. *number: 1..230; symbol: buffer of at least 16 bytes,
   nullable. Errors: unsupported (no cell), internal. */
MOFB_API mofb_status mofb_structure_spacegroup(int32_t *number, char *symbol, size_t symbol_size,
                                               const mofb_structure *structure, double symprec);

/* Values that belong to a structure: one row of `width` numbers for each atom, or one for the whole. */
typedef struct mofb_label {
    const char *name;     /* "forces", "energy", ... */
    const double *values; /* [n_atoms][width] or [width] */
    size_t width;
    int32_t per_atom;     /* 1: a row for each atom */
    int32_t reserved;     /* 0 */
} mofb_label;

/* The same structure carrying labels (copied; they replace those it had). labels: [count]. Caller owns *out.
   Errors: invalid, no_memory. Thread: any. */
MOFB_API mofb_status mofb_structure_labelled(mofb_structure **out, const mofb_structure *structure,
                                             const mofb_label *labels, size_t count);

/* Writes structures with their labels to a file, in whole or not at all; formats that hold one structure take
   one. list: [count]. format: NULL = by suffix. Errors: not_found (unknown_format), unsupported, io. */
MOFB_API mofb_status mofb_structures_write(mofb_structure *const *list, size_t count, const char *path,
                                           const char *format);

/* The same for one structure. */
MOFB_API mofb_status mofb_structure_write(const mofb_structure *structure, const char *path,
                                          const char *format);

#ifdef __cplusplus
}
#endif
#endif
