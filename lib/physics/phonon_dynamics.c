/* SPDX-License-Identifier: MIT */
/* Dynamical matrix and its eigenvalues. A pair of atoms acts along the shortest vectors between them under
   the supercell's periodicity, in equal shares (the Wigner–Seitz rule of K. Parlinski et al., 1997). */
#include <math.h>
#include <spglib.h>
#include <string.h>
#include "base/mat3.h"
#include "base/units.h"
#include "physics/lapack.h"
#include "physics/phonon_internal.h"

static const double two_pi = 6.283185307179586477;

/* Geometry of the search for images. */
typedef struct search {
    double reduced[9];  /* shortest basis of the supercell's lattice, rows */
    double inverse[9];  /* Cartesian → fractional in it */
    double to_super[9]; /* its rows in fractional coordinates of the supercell: integers */
    double *wrapped;    /* [n_cell][3], fractional in the cell, in [0, 1) */
    double *whole;      /* [n_cell][3], the cell translation that was taken off */
} search;

static mofb_status make_search(search *s, const mofb__phonon *p) {
    const double *super = p->locator.cell;
    double lattice[3][3], inverse[9]; /* spglib wants the vectors as columns, right-handed */
    double sign = mofb__det3(super) < 0 ? -1.0 : 1.0;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            lattice[k][i] = sign * super[3 * i + k];
    if (!spg_niggli_reduce(lattice, p->symprec))
        return mofb__fail(MOFB_ERR_INTERNAL, "reduction_failed",
                          "the supercell's lattice could not be reduced");
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            s->reduced[3 * i + k] = lattice[k][i];
    MOFB__TRY(mofb__inverse3(inverse, super));
    mofb__mul3(s->to_super, s->reduced, inverse);
    for (int c = 0; c < 9; c++)
        s->to_super[c] = rint(s->to_super[c]);
    mofb__mul3(s->reduced, s->to_super, super); /* spglib's own may be off by its tolerance */
    MOFB__TRY(mofb__inverse3(s->inverse, s->reduced));
    const double *positions = mofb_structure_positions(p->cell);
    MOFB__TRY(mofb__inverse3(inverse, mofb_structure_cell(p->cell)));
    s->wrapped = mofb__calloc(p->a, p->n_cell, 3 * sizeof(double));
    s->whole = mofb__calloc(p->a, p->n_cell, 3 * sizeof(double));
    if (!s->wrapped || !s->whole) return mofb__no_memory();
    for (size_t i = 0; i < p->n_cell; i++)
        mofb__row_times(s->wrapped + 3 * i, positions + 3 * i, inverse);
    for (size_t c = 0; c < 3 * p->n_cell; c++) {
        s->whole[c] = floor(s->wrapped[c]);
        s->wrapped[c] -= s->whole[c];
    }
    return MOFB_OK;
}

/* Cell translation of image number `image`. */
static void image_translation(double out[3], const mofb__phonon *p, size_t image) {
    size_t nb = (size_t)p->repeats[1], nc = (size_t)p->repeats[2];
    out[0] = (double)(image / nc / nb), out[1] = (double)(image / nc % nb), out[2] = (double)(image % nc);
}

/* Translations (of the cell) of atom j's shortest images as seen from cell atom i. */
static size_t shortest_images(int32_t out[27][3], const mofb__phonon *p, const search *s, size_t i,
                              size_t j) {
    double t[3], d[3], r[3], first[3], lengths[27], shortest = HUGE_VAL;
    image_translation(t, p, j / p->n_cell);
    for (size_t k = 0, atom = 3 * (j % p->n_cell); k < 3; k++) {
        t[k] += s->whole[atom + k] - s->whole[3 * i + k];
        d[k] = s->wrapped[atom + k] + t[k] - s->wrapped[3 * i + k];
    }
    mofb__row_times(r, d, mofb_structure_cell(p->cell));
    mofb__row_times(first, r, s->inverse);
    for (int k = 0; k < 3; k++)
        first[k] = -rint(first[k]);
    for (int n = 0; n < 27; n++) {
        double shift[3] = {first[0] + n / 9 - 1, first[1] + n / 3 % 3 - 1, first[2] + n % 3 - 1}, v[3];
        mofb__row_times(v, shift, s->reduced);
        for (int k = 0; k < 3; k++)
            v[k] += r[k];
        lengths[n] = sqrt(mofb__dot(v, v));
        if (lengths[n] < shortest) shortest = lengths[n];
    }
    size_t count = 0;
    for (int n = 0; n < 27; n++) {
        if (lengths[n] - shortest >= p->symprec) continue;
        double shift[3] = {first[0] + n / 9 - 1, first[1] + n / 3 % 3 - 1, first[2] + n % 3 - 1};
        mofb__row_times(shift, shift, s->to_super);
        for (int k = 0; k < 3; k++)
            out[count][k] = (int32_t)rint(t[k] + shift[k] * p->repeats[k]);
        count++;
    }
    return count;
}

/* First pass: how many images each pair has, and the box that holds their translations. */
static void count_images(mofb__phonon *p, const search *s) {
    mofb__phonon_images *m = &p->images;
    int32_t found[27][3];
    for (size_t pair = 0; pair < p->n_cell * p->n_super; pair++) {
        size_t count = shortest_images(found, p, s, pair / p->n_super, pair % p->n_super);
        m->start[pair + 1] = m->start[pair] + count;
        for (size_t c = 0; c < count; c++)
            for (int k = 0; k < 3; k++) {
                if (found[c][k] < m->lower[k]) m->lower[k] = found[c][k];
                if (found[c][k] > m->upper[k]) m->upper[k] = found[c][k];
            }
    }
}

static void fill_images(mofb__phonon *p, const search *s) {
    mofb__phonon_images *m = &p->images;
    int32_t found[27][3], extent[3];
    for (int k = 0; k < 3; k++)
        extent[k] = m->upper[k] - m->lower[k] + 1;
    for (size_t pair = 0; pair < p->n_cell * p->n_super; pair++) {
        size_t count = shortest_images(found, p, s, pair / p->n_super, pair % p->n_super);
        for (size_t c = 0; c < count; c++)
            m->translation[m->start[pair] + c] =
                ((found[c][0] - m->lower[0]) * extent[1] + found[c][1] - m->lower[1]) * extent[2] +
                found[c][2] - m->lower[2];
    }
}

mofb_status mofb__phonon_find_images(mofb__phonon *p) {
    mofb__phonon_images *m = &p->images;
    search s = {.wrapped = NULL};
    mofb_status status;
    MOFB__TRY_GOTO(status, make_search(&s, p), done);
    size_t pairs = p->n_cell * p->n_super;
    m->start = mofb__calloc(p->a, pairs + 1, sizeof *m->start);
    if (!m->start) {
        status = mofb__no_memory();
        goto done;
    }
    count_images(p, &s);
    m->translation = mofb__calloc(p->a, m->start[pairs], sizeof *m->translation);
    if (m->translation) fill_images(p, &s);
    else status = mofb__no_memory();
done:
    mofb__free(s.wrapped);
    mofb__free(s.whole);
    return status;
}

static size_t box_size(const mofb__phonon_images *m) {
    size_t n = 1;
    for (int k = 0; k < 3; k++)
        n *= (size_t)(m->upper[k] - m->lower[k] + 1);
    return n;
}

/* e^{2πi q·t} of the box. Multiples of half a turn come out exact, so that D is real where it should be. */
static void set_phases(double *phases, const mofb__phonon_images *m, const double q[3]) {
    for (int32_t a = m->lower[0]; a <= m->upper[0]; a++)
        for (int32_t b = m->lower[1]; b <= m->upper[1]; b++)
            for (int32_t c = m->lower[2]; c <= m->upper[2]; c++) {
                double turns = q[0] * a + q[1] * b + q[2] * c;
                turns -= rint(turns);
                bool half = fabs(turns) == 0.5;
                *phases++ = half ? -1.0 : cos(two_pi * turns);
                *phases++ = half ? 0.0 : sin(two_pi * turns);
            }
}

/* D(i, J) over the images of J, before averaging with the Hermitian conjugate. The phase of an atom's place
   in the cell is left out: it does not change eigenvalues. */
static void pair_block(double out[18], const mofb__phonon *p, const double *phases, size_t i, size_t j) {
    const mofb__phonon_images *m = &p->images;
    memset(out, 0, 18 * sizeof(double));
    for (size_t k = j; k < p->n_super; k += p->n_cell) {
        size_t pair = i * p->n_super + k;
        double re = 0.0, im = 0.0, share = 1.0 / (double)(m->start[pair + 1] - m->start[pair]);
        for (size_t e = m->start[pair]; e < m->start[pair + 1]; e++) {
            re += phases[2 * m->translation[e]];
            im += phases[2 * m->translation[e] + 1];
        }
        for (size_t c = 0; c < 9; c++) {
            double phi = p->constants[9 * pair + c] * share;
            out[2 * c] += phi * re;
            out[2 * c + 1] += phi * im;
        }
    }
}

/* Fills one triangle of (D + D†)/2, real parts only if `real`. */
static void fill_matrix(const mofb__phonon *p, mofb__phonon_scratch *s, bool real) {
    size_t n = 3 * p->n_cell;
    for (size_t i = 0; i < p->n_cell; i++)
        for (size_t j = i; j < p->n_cell; j++) {
            double forth[18], back[18], half = 0.5 / sqrt(p->masses[i] * p->masses[j]);
            pair_block(forth, p, s->phases, i, j);
            pair_block(back, p, s->phases, j, i);
            for (size_t c = 0; c < 9; c++) {
                size_t t = c % 3 * 3 + c / 3, at = (3 * i + c / 3) * n + 3 * j + c % 3;
                double re = half * (forth[2 * c] + back[2 * t]),
                       im = half * (forth[2 * c + 1] - back[2 * t + 1]);
                if (real) s->matrix[at] = re;
                else s->matrix[2 * at] = re, s->matrix[2 * at + 1] = im;
            }
        }
}

int mofb__phonon_solve(const mofb__phonon *p, mofb__phonon_scratch *s, double *thz, const double q[3]) {
    bool real = true;
    for (int k = 0; k < 3; k++)
        real = real && 2.0 * q[k] == rint(2.0 * q[k]);
    int n = (int)(3 * p->n_cell), info;
    set_phases(s->phases, &p->images, q);
    fill_matrix(p, s, real);
    /* Rows here are LAPACK's columns: the triangle above the diagonal is its "lower" one. */
    if (real) dsyev_("N", "L", &n, s->matrix, &n, thz, s->work, &s->lwork_real, &info, 1, 1);
    else zheev_("N", "L", &n, s->matrix, &n, thz, s->work, &s->lwork_complex, s->rwork, &info, 1, 1);
    /* √(eV/Å²/amu) as a frequency in THz: 15.633302 */
    double to_thz = sqrt(MOFB__E_CHARGE / MOFB__AMU_KG) * 1e10 / two_pi * 1e-12;
    for (int k = 0; k < n; k++)
        thz[k] = copysign(sqrt(fabs(thz[k])), thz[k]) * to_thz;
    return info;
}

mofb_status mofb__phonon_scratch_make(mofb__phonon_scratch *out, const mofb__phonon *p) {
    int n = (int)(3 * p->n_cell), query = -1, info;
    double best_real[1] = {1.0}, best_complex[2] = {1.0, 0.0}, none[2] = {0.0, 0.0};
    dsyev_("N", "L", &n, none, &n, none, best_real, &query, &info, 1, 1);
    zheev_("N", "L", &n, none, &n, none, best_complex, &query, none, &info, 1, 1);
    mofb__phonon_scratch s = {.lwork_real = (int)best_real[0], .lwork_complex = (int)best_complex[0]};
    size_t work = (size_t)(s.lwork_real > 2 * s.lwork_complex ? s.lwork_real : 2 * s.lwork_complex);
    s.matrix = mofb__calloc(p->a, (size_t)n * (size_t)n, 2 * sizeof(double));
    s.phases = mofb__calloc(p->a, box_size(&p->images), 2 * sizeof(double));
    s.work = mofb__calloc(p->a, work, sizeof(double));
    s.rwork = mofb__calloc(p->a, (size_t)n, 3 * sizeof(double));
    if (!s.matrix || !s.phases || !s.work || !s.rwork) {
        mofb__phonon_scratch_free(&s);
        return mofb__no_memory();
    }
    *out = s;
    return MOFB_OK;
}

void mofb__phonon_scratch_free(mofb__phonon_scratch *s) {
    mofb__free(s->matrix);
    mofb__free(s->phases);
    mofb__free(s->work);
    mofb__free(s->rwork);
    *s = (mofb__phonon_scratch){0};
}

mofb_status mofb__phonon_frequencies(const mofb__phonon *p, double *thz, const double q[3]) {
    if (!p->constants) return mofb__fail(MOFB_ERR_INVALID, "no_force_constants", "forces were not given yet");
    mofb__phonon_scratch s;
    MOFB__TRY(mofb__phonon_scratch_make(&s, p));
    double *values = mofb__calloc(p->a, p->n_cell, 3 * sizeof(double));
    mofb_status status = values ? MOFB_OK : mofb__no_memory();
    if (values) {
        int info = mofb__phonon_solve(p, &s, values, q);
        if (info) status = mofb__fail(MOFB_ERR_INTERNAL, "lapack", "eigenvalues: LAPACK returned %d", info);
        else memcpy(thz, values, p->n_cell * 3 * sizeof(double));
    }
    mofb__free(values);
    mofb__phonon_scratch_free(&s);
    return status;
}
