/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <spglib.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif
#include "base/mat3.h"
#include "base/units.h"
#include "physics/phonon_internal.h"

enum { MAX_POINTS = 50000000 }; /* of the full mesh: 800 MB of addresses */

#if defined(_OPENMP) && defined(__GNUC__)
/* There if LAPACK is OpenBLAS. */
extern int openblas_get_num_threads(void) __attribute__((weak));
#endif

/* Points solved at once: one for each thread, unless OpenBLAS uses the threads itself (its calls from several
   threads would wait for each other), and in no more than 2 GiB. */
static int points_at_once(const mofb__phonon_mesh *m, int32_t most) {
    double threads = 1.0, fitting = 2147483648.0 / (16.0 * (double)m->n_modes * (double)m->n_modes);
    (void)most; /* without OpenMP */
#ifdef _OPENMP
    threads = most > 0 ? most : omp_get_max_threads();
#ifdef __GNUC__
    if (openblas_get_num_threads && openblas_get_num_threads() > 1) threads = 1.0;
#endif
#endif
    return (int)fmax(1.0, fmin(threads, fmin(fitting, (double)m->n_q)));
}

/* Whether a rotation turns reciprocal axis a into ± axis b: q' = Rᵀq. */
static bool swaps_axes(const int32_t r[9], int a, int b) {
    for (int k = 0; k < 3; k++)
        if (abs(r[3 * a + k]) != (k == b)) return false;
    return true;
}

static mofb_status choose_mesh(int32_t mesh[3], const mofb__phonon *p, double length) {
    const mofb__symmetry *g = &p->symmetry;
    double inverse[9], points = 1.0, n[3];
    MOFB__TRY(mofb__inverse3(inverse, mofb_structure_cell(p->cell)));
    for (int k = 0; k < 3; k++) {
        double b =
            sqrt(inverse[k] * inverse[k] + inverse[3 + k] * inverse[3 + k] + inverse[6 + k] * inverse[6 + k]);
        n[k] = fmax(1.0, rint(length * b));
    }
    for (int round = 0; round < 2; round++) /* a to b to c takes two */
        for (size_t o = 0; o < g->n_operations; o++)
            for (int a = 0; a < 3; a++)
                for (int b = 0; b < 3; b++)
                    if (swaps_axes(g->rotations + 9 * o, a, b)) n[a] = n[b] = fmax(n[a], n[b]);
    for (int k = 0; k < 3; k++)
        points *= n[k];
    if (!(points <= MAX_POINTS))
        return mofb__fail(MOFB_ERR_INVALID, "mesh_too_fine",
                          "a mesh length of %g Å gives %g × %g × %g points", length, n[0], n[1], n[2]);
    for (int k = 0; k < 3; k++)
        mesh[k] = (int32_t)n[k];
    return MOFB_OK;
}

/* Irreducible points and weights of m->mesh. Where symmetry mixes axes of different numbers, spglib pairs the
   points that land on points. */
static mofb_status reduce_mesh(mofb__phonon_mesh *m, const mofb__phonon *p) {
    const mofb__symmetry *g = &p->symmetry;
    size_t points = (size_t)m->mesh[0] * (size_t)m->mesh[1] * (size_t)m->mesh[2];
    const int mesh[3] = {m->mesh[0], m->mesh[1], m->mesh[2]}, no_shift[3] = {0, 0, 0};
    double gamma[1][3] = {{0.0, 0.0, 0.0}};
    mofb_status status = MOFB_OK;
    int(*rotations)[3][3] = mofb__calloc(p->a, g->n_operations, sizeof *rotations);
    int(*address)[3] = mofb__calloc(p->a, points, sizeof *address);
    int *map = mofb__calloc(p->a, points, sizeof *map);
    size_t *count = mofb__calloc(p->a, points, sizeof *count);
    if (!rotations || !address || !map || !count) {
        status = mofb__no_memory();
        goto done;
    }
    for (size_t c = 0; c < 9 * g->n_operations; c++)
        rotations[c / 9][c / 3 % 3][c % 3] = g->rotations[c];
    if (!spg_get_stabilized_reciprocal_mesh(address, map, mesh, no_shift, 1, (int)g->n_operations, rotations,
                                            1, gamma)) {
        status = mofb__fail(MOFB_ERR_INTERNAL, "mesh_failed", "spglib could not reduce the q mesh");
        goto done;
    }
    for (size_t k = 0; k < points; k++)
        m->n_q += count[map[k]]++ == 0;
    m->q = mofb__calloc(p->a, m->n_q, 3 * sizeof(double));
    m->weights = mofb__calloc(p->a, m->n_q, sizeof(double));
    m->thz = mofb__calloc(p->a, m->n_q, m->n_modes * sizeof(double));
    if (!m->q || !m->weights || !m->thz) {
        status = mofb__no_memory();
        goto done;
    }
    size_t n = 0;
    for (size_t k = 0; k < points; k++) {
        if (!count[k]) continue;
        for (size_t c = 0; c < 3; c++)
            m->q[3 * n + c] = (double)address[k][c] / mesh[c];
        m->weights[n++] = (double)count[k] / (double)points;
    }
done:
    mofb__free(rotations);
    mofb__free(address);
    mofb__free(map);
    mofb__free(count);
    return status;
}

typedef int32_t (*progress_call)(void *user, size_t done, size_t total);

/* As many points at once as there are threads; the callback stays on the caller's thread. */
static mofb_status solve_points(mofb__phonon_mesh *m, const mofb__phonon *p, mofb__phonon_scratch *scratch,
                                int threads, progress_call progress, void *user) {
    for (size_t first = 0; first < m->n_q; first += (size_t)threads) {
        int count = m->n_q - first < (size_t)threads ? (int)(m->n_q - first) : threads, info = 0;
#pragma omp parallel for schedule(static, 1) num_threads(count) reduction(max : info)
        for (int k = 0; k < count; k++) {
            size_t point = first + (size_t)k;
            int result = mofb__phonon_solve(p, scratch + k, m->thz + point * m->n_modes, m->q + 3 * point);
            info = abs(result) > info ? abs(result) : info;
        }
        if (info) return mofb__fail(MOFB_ERR_INTERNAL, "lapack", "eigenvalues: LAPACK returned %d", info);
        for (int k = 0; k < count && progress; k++)
            if (progress(user, first + (size_t)k + 1, m->n_q))
                return mofb__fail(MOFB_ERR_CANCELLED, "cancelled", "stopped after %zu of %zu q points",
                                  first + (size_t)k + 1, m->n_q);
    }
    return MOFB_OK;
}

static mofb_status run_points(mofb__phonon_mesh *m, const mofb__phonon *p, progress_call progress,
                              void *user) {
    int threads = points_at_once(m, p->threads), made = 0;
    mofb__phonon_scratch *scratch = mofb__calloc(p->a, (size_t)threads, sizeof *scratch);
    mofb_status status = scratch ? MOFB_OK : mofb__no_memory();
    while (!status && made < threads) {
        status = mofb__phonon_scratch_make(scratch + made, p);
        made += !status;
    }
    if (!status) status = solve_points(m, p, scratch, threads, progress, user);
    while (made > 0)
        mofb__phonon_scratch_free(scratch + --made);
    mofb__free(scratch);
    return status;
}

mofb_status mofb__phonon_mesh_run(mofb__phonon_mesh **out, const mofb__phonon *p, double length,
                                  int32_t (*progress)(void *user, size_t done, size_t total), void *user) {
    if (!p->constants) return mofb__fail(MOFB_ERR_INVALID, "no_force_constants", "forces were not given yet");
    mofb__phonon_mesh *m = mofb__calloc(p->a, 1, sizeof *m);
    if (!m) return mofb__no_memory();
    mofb_status status;
    m->n_modes = 3 * p->n_cell;
    MOFB__TRY_GOTO(status, choose_mesh(m->mesh, p, length), fail);
    MOFB__TRY_GOTO(status, reduce_mesh(m, p), fail);
    MOFB__TRY_GOTO(status, run_points(m, p, progress, user), fail);
    *out = m;
    return MOFB_OK;
fail:
    mofb__phonon_mesh_free(m);
    return status;
}

void mofb__phonon_mesh_free(mofb__phonon_mesh *m) {
    if (!m) return;
    mofb__free(m->q);
    mofb__free(m->weights);
    mofb__free(m->thz);
    mofb__free(m);
}

void mofb__phonon_thermal(const mofb__phonon_mesh *m, double temperature, double *cv, double *entropy,
                          double *free_energy) {
    const double ev_to_j_per_mol = MOFB__E_CHARGE * MOFB__NA;
    double kt = MOFB__KB * temperature, sum_c = 0.0, sum_s = 0.0, sum_f = 0.0;
    for (size_t k = 0; k < m->n_q; k++)
        for (size_t mode = 0; mode < m->n_modes; mode++) {
            double thz = m->thz[k * m->n_modes + mode], energy = MOFB__H_EV_S * 1e12 * thz;
            if (!(thz > 0.0)) continue;
            sum_f += m->weights[k] * 0.5 * energy;
            if (!(kt > 0.0)) continue;
            double x = energy / kt, e = exp(-x), vacant = -expm1(-x); /* 1 − e⁻ˣ */
            sum_c += m->weights[k] * MOFB__KB * x * x * e / (vacant * vacant);
            sum_s += m->weights[k] * MOFB__KB * (x * e / vacant - log(vacant));
            sum_f += m->weights[k] * kt * log(vacant);
        }
    *cv = sum_c * ev_to_j_per_mol;
    *entropy = sum_s * ev_to_j_per_mol;
    *free_energy = sum_f * ev_to_j_per_mol * 1e-3;
}

void mofb__phonon_dos(const mofb__phonon_mesh *m, double sigma, const double *thz, double *dos,
                      size_t count) {
    double norm = 1.0 / (sigma * sqrt(6.283185307179586477));
    for (size_t i = 0; i < count; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < m->n_q; k++)
            for (size_t mode = 0; mode < m->n_modes; mode++) {
                double d = (thz[i] - m->thz[k * m->n_modes + mode]) / sigma;
                if (fabs(d) < 40.0) sum += m->weights[k] * exp(-0.5 * d * d);
            }
        dos[i] = sum * norm;
    }
}
