/* SPDX-License-Identifier: MIT */
/* DFT-D3 with Becke-Johnson damping, pairs only. For each pair within the cutoff
     E = -C6 g(r),  g = s6/(r⁶ + f⁶) + s8 3 q_i q_j/(r⁸ + f⁸),  f = a1 √(3 q_i q_j) + a2
   (S. Grimme, S. Ehrlich, L. Goerigk, J. Comput. Chem. 32, 1456 (2011), eqs. 5 and 6; q = √(√Z <r4>/<r2> / 2) of the
   table, so that C8 = 3 q_i q_j C6), where C6 depends on the coordination numbers of both atoms,
     CN_i = Σ_j 1/(1 + exp(-16 (R_ij/r - 1)))
   (S. Grimme, J. Antony, S. Ehrlich, H. Krieg, J. Chem. Phys. 132, 154104 (2010), eqs. 15 and 16). The weights of
   the references factorise, exp(-4 ΔCN_i²) exp(-4 ΔCN_j²), so that C6 = Σ_ab W_ia C6ref_ab W_jb.

   An evaluation has two passes over pairs. The first sums g for each two atoms over all images, and CN; between
   them atoms get their weights and each two atoms their C6 and dE/dCN; the second gives the forces. */
#ifndef MOFB_MODELS_D3_H
#define MOFB_MODELS_D3_H

#include "mofbench/ext/model.h"
#include "structure/nlist.h"

enum { MOFB__D3_LANES = 8, MOFB__D3_REFERENCES = 5, MOFB__D3_MAX_Z = 94, MOFB__D3_MAX_CHUNKS = 32 };

/* Units of the reference implementation, so that its energies are met to every digit. */
#define MOFB__D3_BOHR 0.52917726     /* Å */
#define MOFB__D3_HARTREE 27.21138505 /* eV */

/* table.c, by atomic number */
extern const uint8_t mofb__d3_references[95];       /* how many */
extern const uint16_t mofb__d3_first_reference[95]; /* number of the first among all */
extern const double mofb__d3_coordination[95][5];   /* CN of each */
extern const float mofb__d3_radius[95];             /* covalent, times 4/3, bohr */
extern const float mofb__d3_r2r4[95];               /* q, √bohr */
extern const uint32_t mofb__d3_c6[32385];           /* 1e-4 hartree bohr⁶ */

/* C6 of reference a of element z with reference b of element y, eV Å⁶. */
double mofb__d3_reference_c6(int32_t z, int a, int32_t y, int b);

/* Published damping parameters. */
typedef struct mofb__d3_functional {
    const char *name;
    double s6, s8, a1, a2; /* 1, 1, 1, bohr */
} mofb__d3_functional;

#define MOFB__D3_CHOICES                                                                                     \
    "pbe|r2scan|pbe0|b3lyp|rpbe|revpbe|pbesol|bp86|blyp|b97d|rpw86pbe|tpss|tpss0|tpssh|hf|hse06|hse03|pw91|" \
    "bpbe|"                                                                                                  \
    "opbe|olyp|bop|mpwlyp|mpwpw|otpss|revtpss|revtpssh|revtpss0|scan|rscan|r2scanh|r2scan0|r2scan50|"        \
    "revpbe0|"                                                                                               \
    "revpbe38|b3pw91|b3p86|b1lyp|b1b95|bhlyp|x3lyp|o3lyp|b971|b972|b98|bmk|camb3lyp|lcwpbe|mpw1pw|mpw1b95|"  \
    "mpwb1k|pw6b95|pwb6k|wb97x|wb97m|b97m|b2plyp"

/* The functional of that name, NULL if there is none; the number of functionals, and one of them. */
const mofb__d3_functional *mofb__d3_find_functional(const char *name);
const mofb__d3_functional *mofb__d3_functionals(size_t *count);

/* The open model. */
typedef struct mofb__d3 {
    const mofb__d3_functional *functional;
    double cutoff; /* Å */
} mofb__d3;

/* What an atom's pairs need: eight other atoms side by side, each with its images in (S) order. Entry k of a block
   holds the k-th image of each of the eight; a lane may have fewer. */
typedef struct mofb__d3_block {
    int32_t j[MOFB__D3_LANES]; /* free lanes: an atom of no meaning, within the padding */
    int32_t run;               /* whether these are eight consecutive atoms */
    size_t first;              /* entry; the last is before the next block's first */
} mofb__d3_block;

typedef struct mofb__d3_entry {
    int16_t shift[3][MOFB__D3_LANES]; /* in cell vectors */
    int16_t used[MOFB__D3_LANES];     /* -1, or 0 where the lane has no such image */
} mofb__d3_entry;

/* Half of the pairs by their first atom, in (j, S) order: all that can be within the cutoff until atoms have moved
   by half a skin, or those held. A pair beyond the cutoff adds an exact zero to sums that run in that order: the
   age of the list changes no bit. */
typedef struct mofb__d3_pairs {
    const mofb_allocator *a;
    mofb_structure *structure;
    mofb__nlist *list;
    size_t builds; /* of the list when the pairs were made from it; 0: they were not */
    bool held;
    size_t *row;            /* [n_atoms + 1] first block of each atom */
    mofb__d3_block *blocks; /* [n_blocks + 1] */
    mofb__d3_entry *entries;
    size_t n_blocks, n_entries, blocks_capacity, entries_capacity;
    struct mofb__d3_image *images; /* of the row that is being filled */
    size_t images_capacity;
} mofb__d3_pairs;

mofb_status mofb__d3_pairs_init(mofb__d3_pairs *out, const mofb_structure *structure, double cutoff,
                                const mofb_allocator *a);
void mofb__d3_pairs_free(mofb__d3_pairs *p);
mofb_status mofb__d3_pairs_update(mofb__d3_pairs *p, const mofb_work *w, int32_t threads);

/* Parameters of the pairs of one element with every atom, [stride] each. */
enum { MOFB__D3_RADII, MOFB__D3_Q8, MOFB__D3_F6, MOFB__D3_F8, MOFB__D3_PARAMETERS };

/* A structure prepared for evaluation. Arrays over atoms have `stride` places: the atoms, and lanes past them. */
typedef struct mofb__d3_system {
    const mofb__d3 *model;
    const mofb_allocator *a;
    size_t n_atoms, stride, n_kinds, n_chunks;
    int32_t elements[MOFB__D3_MAX_Z]; /* [n_kinds] */
    int32_t *kind;                    /* [n_atoms] */
    double *parameters;               /* [n_kinds][MOFB__D3_PARAMETERS][stride] */
    double *reference;                /* [n_kinds][references][n_kinds][references] C6, eV Å⁶ */
    double *weight;                   /* [2][references][stride] W and dW/dCN */
    double *mixed;      /* [n_kinds][references][2][stride] Σ_b C6ref_ab W_jb, and with dW/dCN */
    double *place;      /* [3][stride] Å */
    double *cn, *slope; /* [stride] CN, dE/dCN */
    double *partial;    /* [n_chunks][4][stride] what chunks add to atoms */
    double *pair;       /* [n_blocks][lanes] Σ g over images, then C6 */
    size_t pair_capacity;
    size_t bound[MOFB__D3_MAX_CHUNKS + 1]; /* atoms whose rows a chunk has: about equally many pairs */
    mofb__d3_pairs pairs;
} mofb__d3_system;

mofb_status mofb__d3_system_build(mofb__d3_system **out, const mofb__d3 *model,
                                  const mofb_structure *structure, const mofb_allocator *a);
void mofb__d3_system_free(mofb__d3_system *s);

/* Fills what the work item wants. The same bits for any number of threads. */
mofb_status mofb__d3_evaluate(mofb__d3_system *s, mofb_work *w, int32_t threads);

/* Weights of atom i's references and the mixed coefficients, from its coordination number. */
void mofb__d3_weigh(mofb__d3_system *s, size_t i);

/* A chunk's share of the passes over pairs. limit: largest r², Å². cell: [9]. */
typedef struct mofb__d3_job {
    const mofb__d3_system *s;
    double *partial; /* [4][stride] of the chunk, added to */
    double *virial;  /* Σ r⊗dE/dr as xx yy zz yz xz xy, eV, added to; NULL if not wanted */
    const double *cell;
    double limit;
    size_t from, to; /* atoms whose rows are taken */
} mofb__d3_job;

/* First pass: Σ g into s->pair, coordination numbers into partial[0]. */
void mofb__d3_sum_rows(const mofb__d3_job *job);
/* Between: C6 into s->pair, dE/dCN into partial[0], half of each pair's energy into partial[1] of both atoms.
   Returns the energy. */
double mofb__d3_mix_rows(const mofb__d3_job *job);
/* Second pass: forces into partial[0] to partial[2]. */
void mofb__d3_force_rows(const mofb__d3_job *job);

#endif
