/* SPDX-License-Identifier: MIT */
#include "structure/rmsd.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/mat3.h"
#include "structure/cell.h"

typedef struct comparison {
    double carry[9], cell[9], inverse[9]; /* old Cartesian to new; new lattice */
    const int32_t *periodic;
    bool lattice;
} comparison;

static mofb_status prepare(comparison *c, const mofb_structure *from, const double *cell) {
    const double *old = mofb_structure_cell(from), *new = cell ? cell : old;
    double full[9], inverse[9];
    c->periodic = mofb_structure_periodic(from);
    c->lattice = old && (c->periodic[0] || c->periodic[1] || c->periodic[2]);
    if (!c->lattice) return MOFB_OK;
    mofb__cell_complete(full, old, c->periodic);
    mofb__cell_complete(c->cell, new, c->periodic);
    MOFB__TRY(mofb__inverse3(inverse, full));
    mofb__mul3(c->carry, inverse, c->cell);
    return mofb__inverse3(c->inverse, c->cell);
}

/* Nearest-image difference of an atom beyond the translation t. */
static void difference(double d[3], const comparison *c, const double *from, const double *to,
                       const double t[3]) {
    double at[3] = {from[0], from[1], from[2]};
    if (c->lattice) mofb__row_times(at, at, c->carry);
    for (int k = 0; k < 3; k++) d[k] = to[k] - at[k] - t[k];
    if (c->lattice) mofb__cell_minimum_image(d, NULL, c->cell, c->inverse, c->periodic);
}

mofb_status mofb__rmsd(double *out, const mofb_structure *from, const double *positions, const double *cell) {
    enum { ROUNDS = 4 }; /* images near half a cell may change with the translation; few rounds settle them */
    comparison c;
    const double *start = mofb_structure_positions(from);
    size_t n = mofb_structure_count(from);
    double t[3] = {0}, d[3], squares = 0;
    MOFB__TRY(prepare(&c, from, cell));
    if (n) {
        difference(d, &c, start, positions, t);
        memcpy(t, d, sizeof t);
    }
    for (int round = 0; round < ROUNDS; round++) {
        double mean[3] = {0};
        for (size_t i = 0; i < n; i++) {
            difference(d, &c, start + 3 * i, positions + 3 * i, t);
            for (int k = 0; k < 3; k++) mean[k] += d[k] / (double)n;
        }
        for (int k = 0; k < 3; k++) t[k] += mean[k];
    }
    for (size_t i = 0; i < n; i++) {
        difference(d, &c, start + 3 * i, positions + 3 * i, t);
        squares += mofb__dot(d, d);
    }
    *out = n ? sqrt(squares / (double)n) : 0;
    return MOFB_OK;
}

/* Eigenvector of the largest eigenvalue of a symmetric 4×4 matrix, by Jacobi rotations. */
static void top_eigenvector(double q[4], double m[4][4]) {
    double v[4][4] = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}};
    for (int sweep = 0; sweep < 32; sweep++)
        for (int p = 0; p < 3; p++)
            for (int r = p + 1; r < 4; r++) {
                if (m[p][r] == 0) continue;
                double theta = (m[r][r] - m[p][p]) / (2 * m[p][r]);
                double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
                double c = 1 / sqrt(t * t + 1), s = t * c;
                for (int k = 0; k < 4; k++) {
                    double a = m[k][p], b = m[k][r];
                    m[k][p] = c * a - s * b, m[k][r] = s * a + c * b;
                }
                for (int k = 0; k < 4; k++) {
                    double a = m[p][k], b = m[r][k];
                    m[p][k] = c * a - s * b, m[r][k] = s * a + c * b;
                    a = v[k][p], b = v[k][r];
                    v[k][p] = c * a - s * b, v[k][r] = s * a + c * b;
                }
            }
    int best = 0;
    for (int k = 1; k < 4; k++)
        if (m[k][k] > m[best][best]) best = k;
    for (int k = 0; k < 4; k++) q[k] = v[k][best];
}

/* Rotation r (r_new = R·r_old) that best maps centred points p onto target points, Horn eq. for N. s[a][b] is the
   sum of p_a·target_b. */
static void best_rotation(double r[9], double s[3][3]) {
    double q[4],
        n[4][4] = {{s[0][0] + s[1][1] + s[2][2], s[1][2] - s[2][1], s[2][0] - s[0][2], s[0][1] - s[1][0]},
                   {s[1][2] - s[2][1], s[0][0] - s[1][1] - s[2][2], s[0][1] + s[1][0], s[2][0] + s[0][2]},
                   {s[2][0] - s[0][2], s[0][1] + s[1][0], s[1][1] - s[0][0] - s[2][2], s[1][2] + s[2][1]},
                   {s[0][1] - s[1][0], s[2][0] + s[0][2], s[1][2] + s[2][1], s[2][2] - s[0][0] - s[1][1]}};
    top_eigenvector(q, n);
    double w = q[0], x = q[1], y = q[2], z = q[3];
    r[0] = w * w + x * x - y * y - z * z, r[1] = 2 * (x * y - w * z), r[2] = 2 * (x * z + w * y);
    r[3] = 2 * (x * y + w * z), r[4] = w * w - x * x + y * y - z * z, r[5] = 2 * (y * z - w * x);
    r[6] = 2 * (x * z - w * y), r[7] = 2 * (y * z + w * x), r[8] = w * w - x * x - y * y + z * z;
}

static void centroid(double out[3], const double *p, size_t n) {
    out[0] = out[1] = out[2] = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++) out[k] += p[3 * i + k];
    for (int k = 0; k < 3; k++) out[k] /= (double)n;
}

mofb_status mofb__rmsd_aligned(double *out, const mofb_structure *target, const double *positions) {
    comparison c;
    const double *goal = mofb_structure_positions(target);
    size_t n = mofb_structure_count(target);
    double from[3], to[3], s[3][3] = {{0}}, r[9], squares = 0;
    MOFB__TRY(prepare(&c, target, NULL));
    centroid(from, positions, n);
    centroid(to, goal, n);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            for (int l = 0; l < 3; l++)
                s[k][l] += (positions[3 * i + k] - from[k]) * (goal[3 * i + l] - to[l]);
    best_rotation(r, s);
    for (size_t i = 0; i < n; i++) {
        double p[3], d[3];
        for (int k = 0; k < 3; k++) p[k] = positions[3 * i + k] - from[k];
        for (int k = 0; k < 3; k++) d[k] = goal[3 * i + k] - to[k] - mofb__dot(r + 3 * k, p);
        if (c.lattice) mofb__cell_minimum_image(d, NULL, c.cell, c.inverse, c.periodic);
        squares += mofb__dot(d, d);
    }
    *out = n ? sqrt(squares / (3 * (double)n)) : 0;
    return MOFB_OK;
}
