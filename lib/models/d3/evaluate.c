/* SPDX-License-Identifier: MIT */
/* A prepared structure and its evaluation. Work is cut into chunks whose number and bounds depend on the number of
   atoms alone; what chunks add to each other's atoms is summed in the order of the chunks. So the number of threads
   changes no bit. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "models/d3/d3.h"

enum { LANES = MOFB__D3_LANES, REFERENCES = MOFB__D3_REFERENCES, PARTS = 4 };

/* The elements that occur, and every atom's place among them. */
static void find_kinds(mofb__d3_system *s, const int32_t *numbers) {
    int32_t kind_of[MOFB__D3_MAX_Z + 1] = {0};
    for (size_t i = 0; i < s->n_atoms; i++) {
        int32_t z = numbers[i];
        if (!kind_of[z]) {
            s->elements[s->n_kinds++] = z;
            kind_of[z] = (int32_t)s->n_kinds;
        }
        s->kind[i] = kind_of[z] - 1;
    }
}

static void set_parameters(mofb__d3_system *s) {
    const mofb__d3_functional *f = s->model->functional;
    for (size_t k = 0; k < s->n_kinds; k++) {
        int32_t z = s->elements[k];
        double *row = s->parameters + k * MOFB__D3_PARAMETERS * s->stride;
        for (size_t j = 0; j < s->n_atoms; j++) {
            int32_t y = s->elements[s->kind[j]];
            double ratio =
                3 * (double)mofb__d3_r2r4[z] * (double)mofb__d3_r2r4[y] * MOFB__D3_BOHR * MOFB__D3_BOHR;
            double damping = f->a1 * sqrt(ratio) + f->a2 * MOFB__D3_BOHR, d2 = damping * damping;
            row[MOFB__D3_RADII * s->stride + j] =
                ((double)mofb__d3_radius[z] + (double)mofb__d3_radius[y]) * MOFB__D3_BOHR;
            row[MOFB__D3_Q8 * s->stride + j] = f->s8 * ratio;
            row[MOFB__D3_F6 * s->stride + j] = d2 * d2 * d2;
            row[MOFB__D3_F8 * s->stride + j] = d2 * d2 * d2 * d2;
        }
    }
}

static void set_references(mofb__d3_system *s) {
    for (size_t k = 0; k < s->n_kinds; k++)
        for (int a = 0; a < mofb__d3_references[s->elements[k]]; a++)
            for (size_t m = 0; m < s->n_kinds; m++)
                for (int b = 0; b < mofb__d3_references[s->elements[m]]; b++)
                    s->reference[((k * REFERENCES + (size_t)a) * s->n_kinds + m) * REFERENCES + (size_t)b] =
                        mofb__d3_reference_c6(s->elements[k], a, s->elements[m], b);
}

/* Row i holds the pairs with atoms from i on: a share of (n - i)/n of the atom's pairs. */
static void set_chunks(mofb__d3_system *s) {
    size_t n = s->n_atoms, most = MOFB__D3_MAX_CHUNKS;
    s->n_chunks = n / 16 + 1 < most ? n / 16 + 1 : most;
    for (size_t k = 0; k <= s->n_chunks; k++) {
        double share = (double)k / (double)s->n_chunks;
        s->bound[k] = k == s->n_chunks ? n : (size_t)((double)n * (1 - sqrt(1 - share)));
    }
}

static mofb_status make_room(mofb__d3_system *s) {
    const mofb_allocator *a = s->a;
    size_t stride = s->stride, rows = s->n_kinds * REFERENCES;
    s->parameters = mofb__calloc(a, s->n_kinds * MOFB__D3_PARAMETERS * stride, sizeof(double));
    s->reference = mofb__calloc(a, rows * rows, sizeof(double));
    s->weight = mofb__calloc(a, 2 * REFERENCES * stride, sizeof(double));
    s->mixed = mofb__calloc(a, 2 * rows * stride, sizeof(double));
    s->place = mofb__calloc(a, 3 * stride, sizeof(double));
    s->cn = mofb__calloc(a, stride, sizeof(double));
    s->slope = mofb__calloc(a, stride, sizeof(double));
    s->partial = mofb__calloc(a, s->n_chunks * PARTS * stride, sizeof(double));
    return s->parameters && s->reference && s->weight && s->mixed && s->place && s->cn && s->slope &&
                   s->partial
               ? MOFB_OK
               : mofb__no_memory();
}

mofb_status mofb__d3_system_build(mofb__d3_system **out, const mofb__d3 *model,
                                  const mofb_structure *structure, const mofb_allocator *a) {
    mofb_status status;
    mofb__d3_system *s = mofb__calloc(a, 1, sizeof *s);
    if (!s) return mofb__no_memory();
    s->model = model;
    s->a = a;
    s->n_atoms = mofb_structure_count(structure);
    s->stride = (s->n_atoms + 2 * LANES) / LANES * LANES; /* a run from any atom on, and a free lane */
    s->kind = mofb__calloc(a, s->n_atoms, sizeof *s->kind);
    if (!s->kind) {
        status = mofb__no_memory();
        goto fail;
    }
    find_kinds(s, mofb_structure_numbers(structure));
    set_chunks(s);
    MOFB__TRY_GOTO(status, make_room(s), fail);
    set_parameters(s);
    set_references(s);
    MOFB__TRY_GOTO(status, mofb__d3_pairs_init(&s->pairs, structure, model->cutoff, a), fail);
    *out = s;
    return MOFB_OK;
fail:
    mofb__d3_system_free(s);
    return status;
}

void mofb__d3_system_free(mofb__d3_system *s) {
    if (!s) return;
    void *blocks[] = {s->kind,  s->parameters, s->reference, s->weight,  s->mixed,
                      s->place, s->cn,         s->slope,     s->partial, s->pair};
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) mofb__free(blocks[k]);
    mofb__d3_pairs_free(&s->pairs);
    mofb__free(s);
}

/* What one evaluation shares between its passes. */
typedef struct pass {
    mofb__d3_system *s;
    mofb_work *w;
    double cell[9], limit;
    double energy[MOFB__D3_MAX_CHUNKS], virial[MOFB__D3_MAX_CHUNKS][6];
} pass;

/* A chunk's job, with `parts` of its partial sums at zero. */
static mofb__d3_job chunk_job(const pass *p, int chunk, size_t parts) {
    mofb__d3_system *s = p->s;
    double *partial = s->partial + (size_t)chunk * PARTS * s->stride;
    size_t from = s->bound[chunk];
    for (size_t k = 0; k < parts; k++)
        memset(partial + k * s->stride + from, 0, (s->stride - from) * sizeof *partial);
    return (mofb__d3_job){.s = s,
                          .partial = partial,
                          .cell = p->cell,
                          .limit = p->limit,
                          .from = from,
                          .to = s->bound[chunk + 1]};
}

/* Part `part` of atom i over all chunks; rows name later atoms only. */
static double total(const mofb__d3_system *s, size_t part, size_t i) {
    double sum = 0;
    for (size_t c = 0; c < s->n_chunks && s->bound[c] <= i; c++)
        sum += s->partial[(c * PARTS + part) * s->stride + i];
    return sum;
}

static void energy_passes(pass *p, int32_t threads) {
    mofb__d3_system *s = p->s;
    int chunks = (int)s->n_chunks;
    (void)threads; /* used by the pragma alone */
#pragma omp parallel num_threads(threads) if (threads > 1 && chunks > 1)
    {
#pragma omp for schedule(dynamic)
        for (int c = 0; c < chunks; c++) {
            mofb__d3_job job = chunk_job(p, c, 1);
            mofb__d3_sum_rows(&job);
        }
#pragma omp for schedule(static)
        for (size_t i = 0; i < s->n_atoms; i++) {
            s->cn[i] = total(s, 0, i);
            mofb__d3_weigh(s, i);
        }
#pragma omp for schedule(dynamic)
        for (int c = 0; c < chunks; c++) {
            mofb__d3_job job = chunk_job(p, c, 2);
            p->energy[c] = mofb__d3_mix_rows(&job);
        }
#pragma omp for schedule(static)
        for (size_t i = 0; i < s->n_atoms; i++) {
            s->slope[i] = total(s, 0, i);
            if (p->w->atom_energies) p->w->atom_energies[i] = total(s, 1, i);
        }
    }
}

static void force_pass(pass *p, int32_t threads) {
    mofb__d3_system *s = p->s;
    mofb_work *w = p->w;
    int chunks = (int)s->n_chunks;
    (void)threads; /* used by the pragma alone */
#pragma omp parallel num_threads(threads) if (threads > 1 && chunks > 1)
    {
#pragma omp for schedule(dynamic)
        for (int c = 0; c < chunks; c++) {
            mofb__d3_job job = chunk_job(p, c, 3);
            memset(p->virial[c], 0, sizeof p->virial[c]);
            job.virial = w->stress ? p->virial[c] : NULL;
            mofb__d3_force_rows(&job);
        }
#pragma omp for schedule(static)
        for (size_t i = 0; i < s->n_atoms; i++)
            for (size_t k = 0; w->forces && k < 3; k++) w->forces[3 * i + k] = total(s, k, i);
    }
}

static void finish(const pass *p) {
    static const int voigt[9] = {0, 5, 4, 5, 1, 3, 4, 3, 2};
    double energy = 0, virial[6] = {0};
    for (size_t c = 0; c < p->s->n_chunks; c++) {
        energy += p->energy[c];
        for (int k = 0; p->w->stress && k < 6; k++) virial[k] += p->virial[c][k];
    }
    if (p->w->energy) *p->w->energy = energy;
    for (int k = 0; p->w->stress && k < 9; k++) p->w->stress[k] = virial[voigt[k]] / p->w->volume;
}

mofb_status mofb__d3_evaluate(mofb__d3_system *s, mofb_work *w, int32_t threads) {
    pass p = {.s = s, .w = w};
    MOFB__TRY(mofb__d3_pairs_update(&s->pairs, w, threads));
    MOFB__TRY(mofb__grow(s->a, &s->pair, &s->pair_capacity, LANES * s->pairs.n_blocks, sizeof *s->pair));
    for (size_t i = 0; i < s->n_atoms; i++)
        for (size_t k = 0; k < 3; k++) s->place[k * s->stride + i] = w->positions[3 * i + k];
    if (w->cell) memcpy(p.cell, w->cell, sizeof p.cell);
    p.limit = s->pairs.held ? INFINITY : s->model->cutoff * s->model->cutoff;
    energy_passes(&p, threads);
    if (w->forces || w->stress) force_pass(&p, threads);
    finish(&p);
    return MOFB_OK;
}
