/* SPDX-License-Identifier: MIT */
/* A prepared structure and its evaluation. Work is cut into chunks whose number and bounds depend on the
   structure and its pairs alone; what chunks add to each other's atoms is summed in the order of the chunks.
   So the number of threads changes no bit. */
#include <string.h>

#include "models/uff/terms.h"

/* Sums of one chunk. */
typedef struct sums {
    double bonded[MOFB__UFF_BONDED_KINDS], vdw, virial[6];
} sums;

mofb_status mofb__uff_system_build(mofb__uff_system **out, mofb__uff_topology *topology,
                                   const mofb_structure *structure, const mofb__uff_settings *settings) {
    const mofb_allocator *a = topology->a;
    mofb__uff_system *s = mofb__calloc(a, 1, sizeof *s);
    mofb_status status;
    if (!s) {
        mofb__uff_topology_free(topology);
        return mofb__no_memory();
    }
    s->topology = *topology;
    const mofb__uff_topology *t = &s->topology;
    MOFB__TRY_GOTO(status, mofb__uff_bonded_build(&s->bonded, t, settings), fail);
    mofb__uff_settings own = *settings;
    const int32_t *periodic = mofb_structure_periodic(structure);
    own.tail = own.tail && periodic[0] && periodic[1] && periodic[2]; /* a density needs a crystal */
    MOFB__TRY_GOTO(status, mofb__uff_vdw_build(&s->vdw, t, &own), fail);
    MOFB__TRY_GOTO(status,
                   mofb__uff_pairs_init(&s->pairs, structure, settings->cutoff, s->bonded.chunks.count, a),
                   fail);
    size_t rows = s->bonded.n_rows, torsions = s->bonded.n_torsions;
    s->rows.unit = mofb__calloc(a, rows, 3 * sizeof(double));
    s->rows.length = mofb__calloc(a, rows, sizeof(double));
    s->rows.slope = mofb__calloc(a, rows, 3 * sizeof(double));
    s->rows.third = mofb__calloc(a, torsions, 3 * sizeof(double));
    s->rows.bond = mofb__calloc(a, rows, sizeof(double));
    s->rows.centre = mofb__calloc(a, t->n_atoms, sizeof(double));
    s->forces = mofb__calloc(a, s->bonded.chunks.count * t->n_atoms, 4 * sizeof(double));
    if (!s->rows.unit || !s->rows.length || !s->rows.slope || !s->rows.third || !s->rows.bond ||
        !s->rows.centre || !s->forces) {
        status = mofb__no_memory();
        goto fail;
    }
    *out = s;
    return MOFB_OK;
fail:
    mofb__uff_system_free(s);
    return status;
}

void mofb__uff_system_free(mofb__uff_system *s) {
    if (!s) return;
    mofb__free(s->rows.unit);
    mofb__free(s->rows.length);
    mofb__free(s->rows.slope);
    mofb__free(s->rows.third);
    mofb__free(s->rows.bond);
    mofb__free(s->rows.centre);
    mofb__free(s->forces);
    mofb__uff_pairs_free(&s->pairs);
    mofb__uff_vdw_free(&s->vdw);
    mofb__uff_bonded_free(&s->bonded);
    mofb__uff_topology_free(&s->topology);
    mofb__free(s);
}

static void run_chunk(mofb__uff_system *s, sums *sum, const mofb_work *w, size_t chunk) {
    const size_t *range = s->pairs.bound + chunk, n = w->n_atoms;
    double *forces = s->forces + 4 * n * chunk;
    memset(sum, 0, sizeof *sum);
    mofb__uff_bonded_chunk(&s->rows, sum->bonded, &s->bonded, &s->topology, chunk);
    memset(forces + 4 * range[0], 0, 4 * (n - range[0]) * sizeof *forces); /* rows name later atoms only */
    sum->vdw = mofb__uff_vdw_rows(forces, w->stress ? sum->virial : NULL, &s->vdw, &s->pairs, w->positions,
                                  range, w->atom_energies);
}

/* dE/dvector of a row with what the torsions leave there. */
static void row_slope(double out[3], const mofb__uff_system *s, size_t row) {
    const mofb__uff_bonded *b = &s->bonded;
    memcpy(out, s->rows.slope + 3 * row, 3 * sizeof *out);
    for (size_t k = b->torsion_first[row]; k < b->torsion_first[row + 1]; k++)
        for (int c = 0; c < 3; c++) out[c] += s->rows.third[3 * (size_t)b->torsion_index[k] + (size_t)c];
}

/* Force, energy and the bonded part of the virial for the atoms of a chunk. */
static void collect_chunk(const mofb__uff_system *s, sums *sum, mofb_work *w, size_t chunk) {
    const mofb__uff_topology *t = &s->topology;
    const mofb__uff_chunks *c = &s->bonded.chunks;
    for (size_t i = c->atom[chunk]; i < c->atom[chunk + 1]; i++) {
        double total[4] = {0}, bonded = s->rows.centre[i];
        for (size_t k = 0; k < c->count && s->pairs.bound[k] <= i; k++)
            for (size_t m = 0; m < 4; m++) total[m] += s->forces[4 * (w->n_atoms * k + i) + m];
        for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
            size_t back = (size_t)s->bonded.opposite[r];
            const double *u = s->rows.unit + 3 * r;
            double mine[3], other[3], length = s->rows.length[r];
            row_slope(mine, s, r);
            row_slope(other, s, back);
            for (int k = 0; k < 3; k++) total[k] += mine[k] - other[k];
            double *v = sum->virial;
            v[0] += length * u[0] * mine[0], v[1] += length * u[1] * mine[1], v[2] += length * u[2] * mine[2];
            v[3] += length * 0.5 * (u[1] * mine[2] + u[2] * mine[1]);
            v[4] += length * 0.5 * (u[0] * mine[2] + u[2] * mine[0]);
            v[5] += length * 0.5 * (u[0] * mine[1] + u[1] * mine[0]);
            bonded += 0.5 * (s->rows.bond[r] + s->rows.bond[back]);
        }
        if (w->forces) memcpy(w->forces + 3 * i, total, 3 * sizeof(double));
        if (w->atom_energies)
            w->atom_energies[i] = total[3] + bonded + (w->volume > 0 ? s->vdw.tail_atom[i] / w->volume : 0);
    }
}

static void finish(const mofb__uff_system *s, mofb__uff_energies *e, const sums *sum, mofb_work *w) {
    static const int voigt[9] = {0, 5, 4, 5, 1, 3, 4, 3, 2};
    double virial[6] = {0};
    memset(e, 0, sizeof *e);
    for (size_t k = 0; k < s->bonded.chunks.count; k++) {
        for (int m = 0; m < MOFB__UFF_BONDED_KINDS; m++) e->bonded[m] += sum[k].bonded[m];
        for (int m = 0; m < 6; m++) virial[m] += sum[k].virial[m];
        e->vdw += sum[k].vdw;
    }
    e->tail = w->volume > 0 ? s->vdw.tail_energy / w->volume : 0;
    e->vdw += e->tail;
    e->total = e->vdw;
    for (int m = 0; m < MOFB__UFF_BONDED_KINDS; m++) e->total += e->bonded[m];
    if (w->energy) *w->energy = e->total;
    if (!w->stress) return;
    for (int k = 0; k < 3; k++) virial[k] -= s->vdw.tail_pressure / w->volume;
    for (int k = 0; k < 9; k++) w->stress[k] = virial[voigt[k]] / w->volume;
}

mofb_status mofb__uff_evaluate(mofb__uff_system *s, mofb__uff_energies *energies, mofb_work *w,
                               int32_t threads) {
    int count = (int)s->bonded.chunks.count;
    mofb__uff_energies unused;
    sums sum[MOFB__UFF_MAX_CHUNKS];
    MOFB__TRY(mofb__uff_pairs_update(&s->pairs, &s->vdw, w, threads));
#pragma omp parallel num_threads(threads) if (threads > 1 && count > 1)
    {
#pragma omp for schedule(static)
        for (int k = 0; k < count; k++)
            mofb__uff_rows_update(&s->rows, &s->bonded, &s->topology, (size_t)k, w->positions, w->cell);
#pragma omp for schedule(dynamic)
        for (int k = 0; k < count; k++) run_chunk(s, &sum[k], w, (size_t)k);
#pragma omp for schedule(static)
        for (int k = 0; k < count; k++) collect_chunk(s, &sum[k], w, (size_t)k);
    }
    finish(s, energies ? energies : &unused, sum, w);
    return MOFB_OK;
}
