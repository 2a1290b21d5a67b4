/* SPDX-License-Identifier: MIT */
/* Harmonic phonons by finite displacements, with phonopy's conventions: A. Togo, I. Tanaka, Scr. Mater. 108,
   1 (2015). The owner evaluates all displaced supercells (one batch) and hands the forces back. */
#ifndef MOFB_PHYSICS_PHONON_H
#define MOFB_PHYSICS_PHONON_H

#include <stdbool.h>
#include "base/alloc.h"
#include "base/str.h"
#include "mofbench/structure.h"

typedef struct mofb__phonon mofb__phonon;

typedef struct mofb__phonon_options {
    int32_t repeats[3]; /* supercell, diagonal */
    double distance;    /* Å, 0.01 */
    double symprec;     /* Å, 1e-5 */
    int32_t threads;    /* most q points solved side by side; 0: as many as OpenMP has threads */
} mofb__phonon_options;

/* Smallest diagonal repeats whose perpendicular heights reach `length` Å (≤ 0: 1×1×1). */
void mofb__phonon_repeats(int32_t repeats[3], const double cell[9], double length);

/* Finds symmetry and the reduced set of displacements (±, only where symmetry does not supply the opposite).
   The structure is referenced. Errors: unsupported (not_periodic), invalid (bad_repeats, bad_distance,
   bad_symprec), internal (spglib), no_memory. */
mofb_status mofb__phonon_new(mofb__phonon **out, const mofb_structure *structure,
                             const mofb__phonon_options *options, const mofb_allocator *a);
void mofb__phonon_free(mofb__phonon *p);

const mofb_structure *mofb__phonon_supercell(const mofb__phonon *p); /* borrowed, undisplaced */
size_t mofb__phonon_displacement_count(const mofb__phonon *p);
int32_t mofb__phonon_spacegroup(const mofb__phonon *p);

/* Atom of the supercell and its displacement vector (Å) for displacement k. */
void mofb__phonon_displacement(const mofb__phonon *p, size_t k, size_t *atom, double vector[3]);

/* Force constants from forces [n_displacements][n_supercell][3] (eV/Å), those of the undisplaced supercell
   subtracted if residual [n_supercell][3] is not NULL. symmetrise: impose translational and permutation
   symmetry as phonopy's symmetrize_force_constants (level 1, full form) does. May be called again with the
   other choice. Errors: invalid (not_finite), no_memory. */
mofb_status mofb__phonon_force_constants(mofb__phonon *p, const double *forces, const double *residual,
                                         bool symmetrise);

/* Borrowed [n_cell][n_supercell][3][3], eV/Å² (compact form), and the supercell's index of each cell atom. */
const double *mofb__phonon_constants(const mofb__phonon *p, size_t *n_cell, size_t *n_supercell);

/* Frequencies (THz, negative = imaginary) at a q point in fractional coordinates of the reciprocal cell,
   ascending, [3·n_cell]. */
mofb_status mofb__phonon_frequencies(const mofb__phonon *p, double *thz, const double q[3]);

typedef struct mofb__phonon_mesh {
    int32_t mesh[3];
    size_t n_q;      /* irreducible points */
    size_t n_modes;  /* 3·n_cell */
    double *q;       /* [n_q][3] */
    double *weights; /* [n_q], sum 1 */
    double *thz;     /* [n_q][n_modes] */
} mofb__phonon_mesh;

/* Γ-centred mesh from a length (Å): N_i = max(1, rint(length·|b_i|)), equivalent axes raised to the largest,
   reduced by point group and time reversal. progress (nullable): called after each point on the caller's
   thread, non-zero stops with cancelled. Points are solved side by side on options.threads, or one by one
   where the BLAS has threads of its own; the number of OpenMP threads changes no bit, that of BLAS threads
   may. Other errors: invalid (no_force_constants, mesh_too_fine). */
mofb_status mofb__phonon_mesh_run(mofb__phonon_mesh **out, const mofb__phonon *p, double length,
                                  int32_t (*progress)(void *user, size_t done, size_t total), void *user);
void mofb__phonon_mesh_free(mofb__phonon_mesh *m);

/* Per cell and temperature (K): C_V and entropy in J/K per mole of cells, free energy in kJ/mol of cells,
   over modes with ν > 0 THz. */
void mofb__phonon_thermal(const mofb__phonon_mesh *m, double temperature, double *cv, double *entropy,
                          double *free_energy);

/* Density of states by Gaussian smearing (σ in THz) on `count` frequencies [thz]; integrates to 3·n_cell. */
void mofb__phonon_dos(const mofb__phonon_mesh *m, double sigma, const double *thz, double *dos, size_t count);

/* Texts that phonopy loads, atoms of the supercell in its order (not ours): FORCE_CONSTANTS in the compact
   form, FORCE_SETS of forces as given to mofb__phonon_force_constants, and phonopy_disp.yaml. */
mofb_status mofb__phonon_write_constants(const mofb__phonon *p, mofb__str *out);
mofb_status mofb__phonon_write_force_sets(const mofb__phonon *p, const double *forces, mofb__str *out);
mofb_status mofb__phonon_write_displacements(const mofb__phonon *p, mofb__str *out);

#endif
