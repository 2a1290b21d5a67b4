/* SPDX-License-Identifier: MIT */
/* Force constants from forces. Φ(d, j) = −∂F_j/∂u_d by least squares over all displacements of an atom d and
   their images under its site symmetry; K. Parlinski, Z. Q. Li, Y. Kawazoe, Phys. Rev. Lett. 78, 4063
   (1997). */
#include <math.h>
#include <string.h>
#include "base/mat3.h"
#include "physics/phonon_internal.h"

/* Scratch of one call. */
typedef struct workspace {
    size_t *list; /* [n_operations] */
    size_t *map;  /* [2·n_super] */
    double *rows; /* [n_super][3][3] */
} workspace;

static void column_times(double out[3], const double m[9], const double v[3]) {
    double x = mofb__dot(m, v), y = mofb__dot(m + 3, v), z = mofb__dot(m + 6, v);
    out[0] = x, out[1] = y, out[2] = z;
}

static void force_on(double out[3], const mofb__phonon *p, const double *forces, const double *residual,
                     size_t k, size_t j) {
    for (size_t c = 0; c < 3; c++) {
        out[c] = forces[(k * p->n_super + j) * 3 + c];
        if (residual) out[c] -= residual[3 * j + c];
    }
}

/* Sums over displacements u of `atom` and site rotations R: square += Ru ⊗ Ru and, for every atom, rows +=
   Ru ⊗ RF. */
static void accumulate(const mofb__phonon *p, const workspace *w, const double *forces,
                       const double *residual, size_t atom, double square[9]) {
    size_t count;
    mofb__phonon_site_operations(p, atom, w->list, &count, w->map);
    for (size_t o = 0; o < count; o++) {
        double r[9];
        mofb__phonon_cartesian(r, p, w->list[o]);
        mofb__locator_map(&p->locator, w->map, p->super_symmetry->rotations + 9 * w->list[o], atom, atom);
        for (size_t k = 0; k < p->n_displacements; k++) {
            if (p->displacements[k].atom != atom) continue;
            double u[3], f[3];
            column_times(u, r, p->displacements[k].vector);
            for (int c = 0; c < 9; c++)
                square[c] += u[c / 3] * u[c % 3];
            for (size_t j = 0; j < p->n_super; j++) {
                force_on(f, p, forces, residual, k, j);
                column_times(f, r, f);
                for (size_t c = 0; c < 9; c++)
                    w->rows[9 * w->map[j] + c] += u[c / 3] * f[c % 3];
            }
        }
    }
}

/* Row of a representative. The pseudo-inverse of the displacements A (full column rank) is (AᵀA)⁻¹Aᵀ. */
static mofb_status solve_row(mofb__phonon *p, const workspace *w, const double *forces,
                             const double *residual, size_t atom) {
    double square[9] = {0}, inverse[9];
    memset(w->rows, 0, p->n_super * 9 * sizeof(double));
    accumulate(p, w, forces, residual, atom, square);
    double scale = 1.0 / (p->distance * p->distance);
    for (int c = 0; c < 9; c++)
        square[c] *= scale;
    MOFB__TRY(mofb__inverse3(inverse, square));
    for (int c = 0; c < 9; c++)
        inverse[c] *= -scale;
    double *row = p->constants + 9 * atom * p->n_super;
    for (size_t j = 0; j < p->n_super; j++)
        mofb__mul3(row + 9 * j, inverse, w->rows + 9 * j);
    return MOFB_OK;
}

/* Row of an atom from that of its representative: Φ(Ri, Rj) = R Φ(i, j) Rᵀ. */
static void copy_row(mofb__phonon *p, const workspace *w, size_t atom) {
    const mofb__phonon_site *site = p->sites + atom;
    double r[9], transposed[9];
    mofb__phonon_cartesian(r, p, site->operation);
    mofb__transpose3(transposed, r);
    mofb__locator_map(&p->locator, w->map, p->super_symmetry->rotations + 9 * site->operation,
                      site->representative, atom);
    const double *from = p->constants + 9 * site->representative * p->n_super;
    double *to = p->constants + 9 * atom * p->n_super;
    for (size_t j = 0; j < p->n_super; j++) {
        double m[9];
        mofb__mul3(m, r, from + 9 * j);
        mofb__mul3(to + 9 * w->map[j], m, transposed);
    }
}

static mofb_status check_finite(const double *values, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return mofb__fail(MOFB_ERR_INVALID, "not_finite", "force %zu of the displaced supercells is %g",
                              i, values[i]);
    return MOFB_OK;
}

mofb_status mofb__phonon_force_constants(mofb__phonon *p, const double *forces, const double *residual,
                                         bool symmetrise) {
    MOFB__TRY(check_finite(forces, p->n_displacements * p->n_super * 3));
    if (residual) MOFB__TRY(check_finite(residual, p->n_super * 3));
    mofb_status status = MOFB_OK;
    workspace w = {mofb__calloc(p->a, p->super_symmetry->n_operations, sizeof(size_t)),
                   mofb__calloc(p->a, p->n_super, 2 * sizeof(size_t)),
                   mofb__calloc(p->a, p->n_super, 9 * sizeof(double))};
    if (!p->constants) p->constants = mofb__calloc(p->a, p->n_cell * p->n_super, 9 * sizeof(double));
    if (!w.list || !w.map || !w.rows || !p->constants) {
        status = mofb__no_memory();
        goto done;
    }
    for (size_t i = 0; i < p->n_cell; i++) {
        if (p->sites[i].representative == i)
            MOFB__TRY_GOTO(status, solve_row(p, &w, forces, residual, i), done);
        else copy_row(p, &w, i); /* the representative has the smallest index */
    }
    if (symmetrise) mofb__phonon_symmetrise(p);
done:
    mofb__free(w.list);
    mofb__free(w.map);
    mofb__free(w.rows);
    return status;
}

/* Image index of the opposite translation, modulo the supercell. */
static size_t opposite_image(const mofb__phonon *p, size_t image) {
    size_t n[3] = {(size_t)p->repeats[0], (size_t)p->repeats[1], (size_t)p->repeats[2]};
    size_t c = image % n[2], b = image / n[2] % n[1], a = image / n[2] / n[1];
    return ((n[0] - a) % n[0] * n[1] + (n[1] - b) % n[1]) * n[2] + (n[2] - c) % n[2];
}

static double *block(mofb__phonon *p, size_t i, size_t j) {
    return p->constants + 9 * (i * p->n_super + j);
}

/* Column sums over the whole supercell, from the rows of one cell: Φ(i + t, j) = Φ(i, j − t). */
static void remove_column_drift(mofb__phonon *p) {
    for (size_t species = 0; species < p->n_cell; species++) {
        double sum[9] = {0};
        for (size_t i = 0; i < p->n_cell; i++)
            for (size_t j = species; j < p->n_super; j += p->n_cell)
                for (size_t c = 0; c < 9; c++)
                    sum[c] += block(p, i, j)[c];
        for (size_t i = 0; i < p->n_cell; i++)
            for (size_t j = species; j < p->n_super; j += p->n_cell)
                for (size_t c = 0; c < 9; c++)
                    block(p, i, j)[c] -= sum[c] / (double)p->n_super;
    }
}

static void remove_row_drift(mofb__phonon *p) {
    for (size_t i = 0; i < p->n_cell; i++) {
        double sum[9] = {0};
        for (size_t j = 0; j < p->n_super; j++)
            for (size_t c = 0; c < 9; c++)
                sum[c] += block(p, i, j)[c];
        for (size_t j = 0; j < p->n_super; j++)
            for (size_t c = 0; c < 9; c++)
                block(p, i, j)[c] -= sum[c] / (double)p->n_super;
    }
}

/* Φ(i, J + t) ← average with its transpose Φ(J, i − t)ᵀ. */
static void average_transposed(mofb__phonon *p) {
    for (size_t image = 0; image < p->n_super / p->n_cell; image++) {
        size_t opposite = opposite_image(p, image);
        for (size_t i = 0; i < p->n_cell; i++)
            for (size_t j = 0; j < p->n_cell; j++) {
                double *m = block(p, i, image * p->n_cell + j), *t = block(p, j, opposite * p->n_cell + i);
                if (t < m) continue; /* done from the other side */
                for (size_t c = 0; c < 9; c++) {
                    size_t d = c % 3 * 3 + c / 3;
                    double mean = 0.5 * (m[c] + t[d]);
                    m[c] = t[d] = mean;
                }
            }
    }
}

/* The atom's own block makes up for the rest of its row, as a symmetric matrix. */
static void set_own_blocks(mofb__phonon *p) {
    for (size_t i = 0; i < p->n_cell; i++) {
        double sum[9] = {0}, *own = block(p, i, i);
        for (size_t j = 0; j < p->n_super; j++)
            for (size_t c = 0; c < 9 && j != i; c++)
                sum[c] += block(p, i, j)[c];
        for (size_t c = 0; c < 9; c++)
            own[c] = -0.5 * (sum[c] + sum[c % 3 * 3 + c / 3]);
    }
}

void mofb__phonon_symmetrise(mofb__phonon *p) {
    remove_column_drift(p);
    remove_row_drift(p);
    average_transposed(p);
    set_own_blocks(p);
}
