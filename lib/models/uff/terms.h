/* SPDX-License-Identifier: MIT */
/* The energy terms of a typed topology: lists with ready coefficients, and their evaluation.

   Every bonded term is a function of bond vectors. A "row" is a neighbour row of the topology: the vector
   from its owner to one neighbour. Terms name rows, derivatives are gathered on rows, and only at the end
   become forces and a virial. Coefficients are in eV. */
#ifndef MOFB_MODELS_UFF_TERMS_H
#define MOFB_MODELS_UFF_TERMS_H

#include "base/error.h"
#include "models/uff/uff.h"
#include "structure/nlist.h"

enum { MOFB__UFF_MAX_CHUNKS = 16 };

/* E = k (r − r0)² */
typedef struct mofb__uff_stretch {
    int32_t row;
    double k, r0;
} mofb__uff_stretch;

/* E = Σ p[m] cosᵐθ between two rows of one owner: every form of the angle term is such a polynomial. */
typedef struct mofb__uff_angle {
    int32_t row[2];
    double p[5];
} mofb__uff_angle;

/* E = v (1 − sign w cos nφ), φ the dihedral angle a-b-c-d; rows b→a, b→c, c→d. w is 1 unless an angle
   a-b-c or b-c-d is nearly straight (`fade` below). */
typedef struct mofb__uff_torsion {
    int32_t row[3];
    int32_t n;
    double v, sign;
} mofb__uff_torsion;

/* E = k (c0 + c1 cos ω + c2 cos 2ω), ω between the row `axis` and the plane of the two others. */
typedef struct mofb__uff_inversion {
    int32_t axis, row[2];
    int32_t folds; /* cos ω is negative where the axis leans towards the other two (LAMMPS) */
    double k, c0, c1, c2;
} mofb__uff_inversion;

/* Terms are sorted by the atom that owns their first row; chunk c has the atoms from atom[c] to
   atom[c + 1] and the terms from index [c] to [c + 1] of each kind. How many chunks there are depends on n_atoms
   alone. */
typedef struct mofb__uff_chunks {
    size_t count;
    size_t atom[MOFB__UFF_MAX_CHUNKS + 1];
    size_t stretch[MOFB__UFF_MAX_CHUNKS + 1], angle[MOFB__UFF_MAX_CHUNKS + 1];
    size_t torsion[MOFB__UFF_MAX_CHUNKS + 1], inversion[MOFB__UFF_MAX_CHUNKS + 1];
} mofb__uff_chunks;

typedef struct mofb__uff_bonded {
    size_t n_rows, n_stretches, n_angles, n_torsions, n_inversions;
    int32_t *owner;    /* [n_rows] atom the row starts from */
    int32_t *opposite; /* [n_rows] the same bond seen from the other end */
    mofb__uff_stretch *stretches;
    mofb__uff_angle *angles;
    mofb__uff_torsion *torsions;
    mofb__uff_inversion *inversions;
    /* sin² of an angle below which torsions fade smoothly: what is about a straight line has no direction,
       and would have ever larger forces near it. paper: sin² 10°. lammps_interface: 0, no fading. */
    double fade;
    /* torsions by their third row: those of row r are from torsion_first[r] to torsion_first[r + 1] */
    size_t *torsion_first;  /* [n_rows + 1] */
    int32_t *torsion_index; /* [n_torsions] */
    mofb__uff_chunks chunks;
} mofb__uff_bonded;

mofb_status mofb__uff_bonded_build(mofb__uff_bonded *out, const mofb__uff_topology *t,
                                   const mofb__uff_settings *settings);
void mofb__uff_bonded_free(mofb__uff_bonded *b);

/* What a term of each kind is worth: the marked places where the two rule sets differ. rules.c. */
void mofb__uff_rule_stretch(mofb__uff_stretch *out, const mofb__uff_topology *t, size_t owner, size_t row,
                            mofb__uff_rules rules);
/* out->row is given. */
void mofb__uff_rule_angle(mofb__uff_angle *out, const mofb__uff_topology *t, size_t centre,
                          mofb__uff_rules rules);

/* Torsion a-b-c-d with the atoms `ends` about the row `bc`; the bond's barrier is divided by `share`.
   out->v 0: no term. */
void mofb__uff_rule_torsion(mofb__uff_torsion *out, const mofb__uff_topology *t, const size_t ends[4],
                            size_t bc, size_t share, mofb__uff_rules rules);

/* The terms of a centre with three neighbours: how many (0 to 3) were written. */
size_t mofb__uff_rule_inversions(mofb__uff_inversion out[3], const mofb__uff_topology *t, size_t centre,
                                 mofb__uff_rules rules);

/* Vectors, lengths and derivatives on rows; the caller's arrays. */
typedef struct mofb__uff_rows {
    double *unit;   /* [n_rows][3] */
    double *length; /* [n_rows] Å */
    double *slope;  /* [n_rows][3] dE/dvector */
    double *third;  /* [n_torsions][3] dE/dvector of each torsion's third row */
    double *bond; /* [n_rows] energy of the stretches and torsions about a row, for both its ends to share */
    double *centre; /* [n_atoms] energy of the angles and inversions at an atom */
} mofb__uff_rows;

enum { MOFB__UFF_BOND, MOFB__UFF_ANGLE, MOFB__UFF_TORSION, MOFB__UFF_INVERSION, MOFB__UFF_BONDED_KINDS };

/* Bond vectors of the rows of a chunk's atoms. cell: NULL without one. */
void mofb__uff_rows_update(mofb__uff_rows *rows, const mofb__uff_bonded *b, const mofb__uff_topology *t,
                           size_t chunk, const double *positions, const double *cell);

/* Energies (by kind), slopes (but for `third`) and per-atom energies of a chunk's terms; needs the rows of
   all chunks. */
void mofb__uff_bonded_chunk(mofb__uff_rows *rows, double energies[MOFB__UFF_BONDED_KINDS],
                            const mofb__uff_bonded *b, const mofb__uff_topology *t, size_t chunk);

/* Van der Waals: E = Σ S(r) (A/r¹² − B/r⁶) over pairs that are not excluded, plus what lies beyond. */
typedef struct mofb__uff_vdw {
    size_t n_kinds;
    int32_t *kind;          /* [n_atoms] */
    double *pair;           /* [n_kinds][n_kinds][2] A eV Å¹², B eV Å⁶ */
    size_t *excluded_first; /* [n_atoms + 1] */
    int32_t *excluded;      /* [..][4] j and shift of excluded pairs, those of a half list, sorted */
    bool smooth;            /* S falls from 1 to 0 between `inner` and `cutoff`; else it is a step */
    double inner, cutoff;   /* Å */
    double tail_energy;     /* eV Å³: divided by the volume */
    double tail_pressure;   /* eV Å³: divided by the squared volume */
    double *tail_atom;      /* [n_atoms] each atom's share of tail_energy */
} mofb__uff_vdw;

mofb_status mofb__uff_vdw_build(mofb__uff_vdw *out, const mofb__uff_topology *t,
                                const mofb__uff_settings *settings);
void mofb__uff_vdw_free(mofb__uff_vdw *v);

/* A pair of the list below: atom j, its shift as a row of `offsets`, and the coefficients as a row of
   vdw.pair. */
typedef struct mofb__uff_pair {
    int32_t j, offset, mix;
} mofb__uff_pair;

/* Pairs by their first atom in (j, S) order, excluded ones left out: all that can be within the cutoff until
   atoms have moved by half a skin, or those held. Which pairs wait beyond the cutoff changes no bit, because
   each adds an exact zero to sums that run in the order of the list. */
typedef struct mofb__uff_pairs {
    const mofb_allocator *a;
    mofb_structure *structure;
    mofb__nlist *list;
    size_t builds; /* of the list when the pairs were made from it; 0: they were not */
    bool held;
    size_t *first; /* [n_atoms + 1] */
    mofb__uff_pair *pairs;
    int32_t *shifts; /* [n_offsets][3] distinct shifts */
    double *offsets; /* [n_offsets][3] Å */
    int32_t *table;  /* [table_size] hash table of shifts: row + 1, 0 = free */
    size_t n_offsets, table_size, pairs_capacity, shifts_capacity, offsets_capacity;
    size_t bound[MOFB__UFF_MAX_CHUNKS + 1]; /* atoms whose rows a chunk has: about equally many pairs */
} mofb__uff_pairs;

mofb_status mofb__uff_pairs_init(mofb__uff_pairs *out, const mofb_structure *structure, double cutoff,
                                 size_t chunks, const mofb_allocator *a);
void mofb__uff_pairs_free(mofb__uff_pairs *p);

/* Brings pairs and offsets up to date for a work item. */
mofb_status mofb__uff_pairs_update(mofb__uff_pairs *p, const mofb__uff_vdw *v, const mofb_work *w,
                                   int32_t threads);

/* Rows [from, to) of the pairs. forces: [n_atoms][4], force in eV/Å and, if `by_atom`, energy in eV, added
   to; virial: Σ r⊗dE/dr as xx yy zz yz xz xy, added to, NULL if not wanted. Returns the energy. */
double mofb__uff_vdw_rows(double *forces, double *virial, const mofb__uff_vdw *v, const mofb__uff_pairs *p,
                          const double *positions, const size_t range[2], bool by_atom);

/* A structure prepared for evaluation. */
typedef struct mofb__uff_system {
    mofb__uff_topology topology;
    mofb__uff_bonded bonded;
    mofb__uff_vdw vdw;
    mofb__uff_pairs pairs;
    mofb__uff_rows rows;
    double *forces; /* [chunks][n_atoms][4] */
} mofb__uff_system;

/* Energy by term in eV; vdw contains tail. */
typedef struct mofb__uff_energies {
    double bonded[MOFB__UFF_BONDED_KINDS], vdw, tail, total;
} mofb__uff_energies;

/* Takes the topology over, also when it fails. */
mofb_status mofb__uff_system_build(mofb__uff_system **out, mofb__uff_topology *topology,
                                   const mofb_structure *structure, const mofb__uff_settings *settings);
void mofb__uff_system_free(mofb__uff_system *s);

/* Fills what the work item wants. The same bits for any number of threads. energies: nullable. */
mofb_status mofb__uff_evaluate(mofb__uff_system *s, mofb__uff_energies *energies, mofb_work *w,
                               int32_t threads);

/* JSON for mofb_system_describe; last: NULL or what was evaluated last. */
mofb_status mofb__uff_describe(char **json, mofb__uff_system *s, const mofb_work *last);

#endif
