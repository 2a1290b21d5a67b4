/* SPDX-License-Identifier: MIT */
#include "structure/cell.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/mat3.h"

static const double pi = 3.14159265358979323846;

/* Cosine of an angle in degrees, exact for the angles of lattices, so that no small components arise. */
static double cosine(double degrees) {
    return degrees == 90 ? 0 : degrees == 60 ? 0.5 : degrees == 120 ? -0.5 : cos(degrees * (pi / 180));
}

static double length(const double *v) {
    return sqrt(mofb__dot(v, v));
}

mofb_status mofb__cell_from_parameters(double cell[9], const double lengths[3], const double angles[3]) {
    for (int k = 0; k < 3; k++) {
        if (!(lengths[k] > 0 && isfinite(lengths[k])))
            return mofb__fail(MOFB_ERR_INVALID, "bad_cell", "cell length %c = %g is not positive", "abc"[k],
                              lengths[k]);
        if (!(angles[k] > 0 && angles[k] < 180))
            return mofb__fail(MOFB_ERR_INVALID, "bad_cell", "cell angle %s = %g is not between 0 and 180",
                              (const char *[]){"alpha", "beta", "gamma"}[k], angles[k]);
    }
    double ca = cosine(angles[0]), cb = cosine(angles[1]), cg = cosine(angles[2]);
    double sg = sqrt(1 - cg * cg), cy = (ca - cb * cg) / sg, cz2 = 1 - cb * cb - cy * cy;
    if (!(cz2 > 1e-12))
        return mofb__fail(MOFB_ERR_INVALID, "bad_cell", "cell angles %g, %g, %g enclose no volume", angles[0],
                          angles[1], angles[2]);
    double c = lengths[2];
    double out[9] = {lengths[0], 0, 0, lengths[1] * cg, lengths[1] * sg, 0, c * cb, c * cy, c * sqrt(cz2)};
    memcpy(cell, out, sizeof out);
    return MOFB_OK;
}

void mofb__cell_parameters(double lengths[3], double angles[3], const double cell[9]) {
    for (int k = 0; k < 3; k++) lengths[k] = length(cell + 3 * k);
    for (int k = 0; k < 3; k++) {
        const double *u = cell + 3 * ((k + 1) % 3), *v = cell + 3 * ((k + 2) % 3);
        double cross[3];
        mofb__cross(cross, u, v);
        angles[k] = atan2(length(cross), mofb__dot(u, v)) * (180 / pi);
    }
}

double mofb__cell_volume(const double cell[9]) {
    return fabs(mofb__det3(cell));
}

void mofb__cell_heights(double heights[3], const double cell[9]) {
    double volume = mofb__cell_volume(cell);
    for (int k = 0; k < 3; k++) {
        double face[3];
        mofb__cross(face, cell + 3 * ((k + 1) % 3), cell + 3 * ((k + 2) % 3));
        double area = length(face);
        heights[k] = area > 0 ? volume / area : 0;
    }
}

/* A unit vector perpendicular to u and, if it is not NULL, to v. */
static void perpendicular(double out[3], const double *u, const double *v) {
    double axis[3] = {0, 0, 0};
    if (!v) { /* the Cartesian axis that u has least of */
        int least = 0;
        for (int k = 1; k < 3; k++)
            if (fabs(u[k]) < fabs(u[least])) least = k;
        axis[least] = 1;
        v = axis;
    }
    mofb__cross(out, u, v);
    double norm = length(out);
    for (int k = 0; k < 3; k++) out[k] /= norm;
}

void mofb__cell_complete(double out[9], const double *cell, const int32_t periodic[3]) {
    bool present[3];
    int count = 0;
    for (int k = 0; k < 3; k++) {
        present[k] = cell && (periodic[k] || mofb__dot(cell + 3 * k, cell + 3 * k) > 0);
        count += present[k];
        for (int l = 0; l < 3; l++) out[3 * k + l] = present[k] ? cell[3 * k + l] : k == l;
    }
    if (count == 0 || count == 3) return;
    int one = present[0] ? 0 : present[1] ? 1 : 2;
    int next = (one + 1) % 3, last = (one + 2) % 3;
    if (count == 1) {
        perpendicular(out + 3 * next, out + 3 * one, NULL);
        perpendicular(out + 3 * last, out + 3 * one, out + 3 * next);
    } else {
        int missing = present[0] ? (present[1] ? 2 : 1) : 0;
        perpendicular(out + 3 * missing, out + 3 * ((missing + 1) % 3), out + 3 * ((missing + 2) % 3));
    }
}

/* The periodic vectors in order and, of each, the part perpendicular to those before (Gram-Schmidt). */
typedef struct frame {
    int n, axis[3];
    double perp[3][3], norm2[3]; /* perpendicular parts and their squared lengths */
} frame;

static void frame_of(frame *f, const double *cell, const int32_t *periodic) {
    f->n = 0;
    for (int k = 0; k < 3; k++) {
        if (!periodic[k]) continue;
        double *p = f->perp[f->n];
        memcpy(p, cell + 3 * k, 3 * sizeof *p);
        for (int m = 0; m < f->n; m++) {
            double part = mofb__dot(cell + 3 * k, f->perp[m]) / f->norm2[m];
            for (int l = 0; l < 3; l++) p[l] -= part * f->perp[m][l];
        }
        f->norm2[f->n] = mofb__dot(p, p);
        f->axis[f->n++] = k;
    }
}

/* Depth-first search over the shifts of the vectors level, level-1, ..., 0 for the shortest image of d: the
   component along perp[level] depends on the shifts of this and higher levels only, so what is left of the
   best length bounds this level's shifts (U. Fincke, M. Pohst, Math. Comp. 44, 463 (1985)). */
typedef struct search {
    const double *cell;
    frame f;
    double best2, best[3];
    int32_t shift[3], best_shift[3];
} search;

static void descend(search *s, int level, const double d[3], double used2) {
    if (level < 0) {
        double r2 = mofb__dot(d, d);
        if (r2 < s->best2) {
            s->best2 = r2;
            memcpy(s->best, d, sizeof s->best);
            memcpy(s->best_shift, s->shift, sizeof s->best_shift);
        }
        return;
    }
    int axis = s->f.axis[level];
    double norm2 = s->f.norm2[level], at = mofb__dot(d, s->f.perp[level]) / norm2;
    double reach = sqrt(fmax(s->best2 - used2, 0) / norm2);
    int32_t before = s->shift[axis];
    for (double n = ceil(-at - reach); n <= -at + reach; n++) {
        double moved[3];
        for (int l = 0; l < 3; l++) moved[l] = d[l] + n * s->cell[3 * axis + l];
        s->shift[axis] = before + (int32_t)n;
        descend(s, level - 1, moved, used2 + (at + n) * (at + n) * norm2);
    }
    s->shift[axis] = before;
}

void mofb__cell_minimum_image(double d[3], int32_t shift[3], const double cell[9], const double inverse[9],
                              const int32_t periodic[3]) {
    search s = {.cell = cell};
    double fractional[3], rounded[3];
    mofb__row_times(fractional, d, inverse);
    for (int k = 0; k < 3; k++) rounded[k] = periodic[k] ? -nearbyint(fractional[k]) : 0;
    for (int k = 0; k < 3; k++) {
        s.shift[k] = s.best_shift[k] = (int32_t)rounded[k];
        for (int l = 0; l < 3; l++) d[l] += rounded[k] * cell[3 * k + l];
    }
    memcpy(s.best, d, sizeof s.best);
    s.best2 = mofb__dot(d, d);
    frame_of(&s.f, cell, periodic);
    descend(&s, s.f.n - 1, d, 0);
    memcpy(d, s.best, sizeof s.best);
    if (shift) memcpy(shift, s.best_shift, sizeof s.best_shift);
}

/* to += n·from */
static void add_vector(double *to, double n, const double *from) {
    for (int k = 0; k < 3; k++) to[k] += n * from[k];
}

/* One pass over the pairs; true if a vector became shorter. */
static bool reduce_pairs(double cell[9], const int32_t periodic[3]) {
    bool shorter = false;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            if (i == j || !periodic[i] || !periodic[j]) continue;
            double n = nearbyint(mofb__dot(cell + 3 * i, cell + 3 * j) / mofb__dot(cell + 3 * j, cell + 3 * j));
            if (n == 0) continue;
            double before = mofb__dot(cell + 3 * i, cell + 3 * i), moved[3];
            memcpy(moved, cell + 3 * i, sizeof moved);
            add_vector(moved, -n, cell + 3 * j);
            if (!(mofb__dot(moved, moved) < before * (1 - 1e-9))) continue;
            memcpy(cell + 3 * i, moved, sizeof moved);
            shorter = true;
        }
    return shorter;
}

/* Reduced pairs may still be flat together: a ± b ± c can be shorter than the longest of them. */
static bool reduce_triple(double cell[9]) {
    for (int signs = 0; signs < 4; signs++) {
        double sum[3];
        memcpy(sum, cell, sizeof sum);
        add_vector(sum, signs & 1 ? 1 : -1, cell + 3);
        add_vector(sum, signs & 2 ? 1 : -1, cell + 6);
        for (int k = 0; k < 3; k++)
            if (mofb__dot(sum, sum) < mofb__dot(cell + 3 * k, cell + 3 * k) * (1 - 1e-9)) {
                memcpy(cell + 3 * k, sum, sizeof sum);
                return true;
            }
    }
    return false;
}

void mofb__cell_reduce(double cell[9], const int32_t periodic[3]) {
    bool all = periodic[0] && periodic[1] && periodic[2];
    for (int pass = 0; pass < 1000; pass++)
        if (!reduce_pairs(cell, periodic) && !(all && reduce_triple(cell))) return;
}
