/* SPDX-License-Identifier: MIT */
/* UFF and UFF4MOF: parameter tables, perception of bonds and types, and the energy terms.

   UFF: A. K. Rappé, C. J. Casewit, K. S. Colwell, W. A. Goddard III, W. M. Skiff, J. Am. Chem. Soc. 114,
   10024 (1992). UFF4MOF: M. A. Addicoat, N. Vankova, I. F. Akter, T. Heine, J. Chem. Theory Comput. 10, 880
   (2014); D. E. Coupry, M. A. Addicoat, T. Heine, J. Chem. Theory Comput. 12, 5215 (2016). */
#ifndef MOFB_MODELS_UFF_H
#define MOFB_MODELS_UFF_H

#include <stdbool.h>
#include "base/alloc.h"
#include "mofbench/ext/model.h"

/* One row of a parameter table, in the papers' units. */
typedef struct mofb__uff_type {
    const char *name;  /* "C_R", "Zn3f2", ... */
    int32_t z;         /* atomic number */
    double r1;         /* bond radius, Å */
    double theta0;     /* degrees */
    double x1, d1;     /* van der Waals distance Å and energy kcal/mol */
    double zeta;       /* van der Waals shape */
    double z1;         /* effective charge */
    double vi, uj;     /* torsional barriers sp3, sp2, kcal/mol */
    double xi;         /* GMP electronegativity, eV */
} mofb__uff_type;

/* In the order of the tables the published programme uses: rules=lammps_interface takes the last key of an
   element in places (uff4mof_table includes the types of UFF). */
const mofb__uff_type *mofb__uff_table(size_t *count);
const mofb__uff_type *mofb__uff4mof_table(size_t *count);

typedef enum mofb__uff_rules {
    MOFB__UFF_PAPER,           /* the papers', independent of atom order */
    MOFB__UFF_LAMMPS_INTERFACE /* the benchmark's programme, oddities included */
} mofb__uff_rules;

typedef struct mofb__uff_settings {
    bool uff4mof;          /* which table and typing */
    mofb__uff_rules rules;
    double cutoff;         /* Å, van der Waals, 12.5 */
    bool tail;             /* long-range correction */
} mofb__uff_settings;

typedef enum mofb__hybrid {
    MOFB__SP3, MOFB__SP2, MOFB__SP, MOFB__AROMATIC
} mofb__hybrid;

/* Bond from atom i to atom j in the cell shifted by S: r_j + S·cell − r_i, positions as given (not wrapped). */
typedef struct mofb__uff_bond {
    int32_t i, j, shift[3];
    double order;
} mofb__uff_bond;

/* What is perceived once per system; a pure function of the structure and the settings. */
typedef struct mofb__uff_topology {
    const mofb_allocator *a;
    size_t n_atoms, n_bonds;
    const mofb__uff_type **types; /* [n_atoms] */
    uint8_t *hybrids;             /* [n_atoms] mofb__hybrid */
    mofb__uff_bond *bonds;        /* [n_bonds], each once, i ≤ j, sorted by (i, j, S) */
    /* neighbours by atom, both directions of every bond: row r of atom i is first[i] ≤ r < first[i+1]; sorted
       by (j, S) */
    size_t *first;                /* [n_atoms + 1] */
    int32_t *neighbour;           /* atom j */
    int32_t *neighbour_shift;     /* [..][3] */
    double *neighbour_order;      /* bond order */
} mofb__uff_topology;

/* Errors: unsupported (no_atom_type, naming atom, element and degree), no_memory. */
mofb_status mofb__uff_perceive(mofb__uff_topology *out, const mofb_structure *structure,
                               const mofb__uff_settings *settings, const mofb_allocator *a);
void mofb__uff_topology_free(mofb__uff_topology *t);

#endif
