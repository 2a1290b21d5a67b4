/* SPDX-License-Identifier: MIT */
/* Energies and derivatives of the bonded terms. Nothing here divides by the sine of an angle that may vanish
   without a guard: angles are polynomials in cos θ, inversions work with sin ω, torsions have a threshold. */
#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "models/uff/terms.h"

/* A dihedral angle is taken as undefined when a squared sine of its bond angles is below this: the energy is
   then v, the mean over φ (LAMMPS gives the same for exactly collinear atoms), without a force. */
static const double COLLINEAR = 1e-10;

void mofb__uff_rows_update(mofb__uff_rows *rows, const mofb__uff_bonded *b, const mofb__uff_topology *t,
                           size_t chunk, const double *positions, const double *cell) {
    size_t to = t->first[b->chunks.atom[chunk + 1]];
    for (size_t r = t->first[b->chunks.atom[chunk]]; r < to; r++) {
        const double *from_at = positions + 3 * b->owner[r], *to_at = positions + 3 * t->neighbour[r];
        const int32_t *s = t->neighbour_shift + 3 * r;
        double v[3], *u = rows->unit + 3 * r;
        for (int k = 0; k < 3; k++) {
            v[k] = to_at[k] - from_at[k];
            if (cell) v[k] += s[0] * cell[k] + s[1] * cell[3 + k] + s[2] * cell[6 + k];
        }
        double length = sqrt(mofb__dot(v, v)), inverse = length > 0 ? 1 / length : 0;
        rows->length[r] = length;
        for (int k = 0; k < 3; k++) u[k] = v[k] * inverse;
    }
}

static void add(double *to, double factor, const double *v) {
    to[0] += factor * v[0], to[1] += factor * v[1], to[2] += factor * v[2];
}

static double reciprocal(double length) {
    return length > 0 ? 1 / length : 0;
}

static double stretch(mofb__uff_rows *rows, const mofb__uff_stretch *s) {
    double d = rows->length[s->row] - s->r0;
    add(rows->slope + 3 * s->row, 2 * s->k * d, rows->unit + 3 * s->row);
    return s->k * d * d;
}

static double angle(mofb__uff_rows *rows, const mofb__uff_angle *a) {
    int32_t ra = a->row[0], rb = a->row[1];
    const double *u = rows->unit + 3 * ra, *v = rows->unit + 3 * rb, *p = a->p;
    double c = mofb__dot(u, v);
    double energy = p[0] + c * (p[1] + c * (p[2] + c * (p[3] + c * p[4])));
    double slope = p[1] + c * (2 * p[2] + c * (3 * p[3] + c * 4 * p[4]));
    double fa = slope * reciprocal(rows->length[ra]), fb = slope * reciprocal(rows->length[rb]);
    double *ga = rows->slope + 3 * ra, *gb = rows->slope + 3 * rb;
    for (int k = 0; k < 3; k++) {
        ga[k] += fa * (v[k] - c * u[k]);
        gb[k] += fb * (u[k] - c * v[k]);
    }
    return energy;
}

/* cos nφ and sin nφ from cos φ and sin φ. */
static void multiple(double *cn, double *sn, double c, double s, int32_t n) {
    *cn = c, *sn = s;
    for (int32_t k = 1; k < n; k++) {
        double next = *cn * c - *sn * s;
        *sn = *sn * c + *cn * s;
        *cn = next;
    }
}

/* Smoothstep of a squared sine: 0 where it vanishes, 1 from `fade` on, and its slope. */
static double faded(double *slope, double sine2, double fade) {
    double t = sine2 < fade ? sine2 / fade : 1, u = 1 - t;
    *slope = sine2 < fade ? 30 * t * t * u * u / fade : 0;
    return t * t * t * (10 - t * (15 - 6 * t));
}

/* Adds dE/d(sin²θ) of the angle between two rows to their slopes. */
static void add_bend(double *to_a, double *to_b, double slope, const double *a, const double *b,
                     double length_a, double length_b) {
    double c = mofb__dot(a, b), factor = -2 * c * slope;
    for (int k = 0; k < 3; k++) {
        to_a[k] += factor * (b[k] - c * a[k]) / length_a;
        to_b[k] += factor * (a[k] - c * b[k]) / length_b;
    }
}

/* Derivatives after A. Blondel, M. Karplus, J. Comput. Chem. 17, 1132 (1996), on unit vectors:
   A = F×G, B = H×G with F = b→a, G = c→b, H = c→d. */
static double torsion(mofb__uff_rows *rows, double *third, const mofb__uff_torsion *t, double fade) {
    const int32_t *r = t->row;
    const double *f = rows->unit + 3 * r[0], *bc = rows->unit + 3 * r[1], *h = rows->unit + 3 * r[2];
    const double *length = rows->length;
    double g[3] = {-bc[0], -bc[1], -bc[2]}, a[3], b[3], ba[3], cn, sn, falls_a, falls_b;
    double *middle = rows->slope + 3 * r[1];
    mofb__cross(a, f, g);
    mofb__cross(b, h, g);
    double a2 = mofb__dot(a, a), b2 = mofb__dot(b, b);
    memset(third, 0, 3 * sizeof *third);
    if (!(a2 > COLLINEAR && b2 > COLLINEAR)) return t->v;
    double scale = 1 / sqrt(a2 * b2), share_a = faded(&falls_a, a2, fade),
           share_b = faded(&falls_b, b2, fade);
    mofb__cross(ba, b, a);
    multiple(&cn, &sn, mofb__dot(a, b) * scale, mofb__dot(ba, g) * scale, t->n);
    double swing = t->v * t->sign * share_a * share_b, slope = swing * t->n * sn; /* dE/dφ */
    add(rows->slope + 3 * r[0], -slope / (a2 * length[r[0]]), a);
    add(third, slope / (b2 * length[r[2]]), b);
    add(middle, -slope * mofb__dot(f, g) / (length[r[1]] * a2), a);
    add(middle, slope * mofb__dot(h, g) / (length[r[1]] * b2), b);
    double bend = -t->v * t->sign * cn;
    if (falls_a > 0)
        add_bend(rows->slope + 3 * r[0], middle, bend * falls_a * share_b, f, bc, length[r[0]], length[r[1]]);
    if (falls_b > 0) add_bend(third, middle, bend * falls_b * share_a, h, bc, length[r[2]], length[r[1]]);
    return t->v - swing * cn;
}

/* sin ω = l·n/|n| with n = p×q; cos ω = |l − sin ω n/|n||. Two collinear bonds leave no plane: with any third
   they lie in one, so ω = 0. */
static double inversion(mofb__uff_rows *rows, const mofb__uff_inversion *v) {
    int32_t rl = v->axis, rp = v->row[0], rq = v->row[1];
    const double *l = rows->unit + 3 * rl, *p = rows->unit + 3 * rp, *q = rows->unit + 3 * rq;
    double n[3], in_plane[3], gp[3], gq[3];
    mofb__cross(n, p, q);
    double n2 = mofb__dot(n, n);
    if (!(n2 > COLLINEAR)) return v->k * (v->c0 + v->c1 + v->c2);
    double inverse = 1 / sqrt(n2), s = mofb__dot(l, n) * inverse;
    for (int k = 0; k < 3; k++) n[k] *= inverse, in_plane[k] = l[k] - s * n[k];
    double length = sqrt(mofb__dot(in_plane, in_plane));
    double side = v->folds && mofb__dot(l, p) + mofb__dot(l, q) > 0 ? -1 : 1, c = side * length;
    /* dE/d(sin ω); at ω = 90° the direction is undefined and in_plane vanishes */
    double slope = -v->k * s * (v->c1 * side / fmax(length, 1e-8) + 4 * v->c2);
    double *gl = rows->slope + 3 * rl, fl = slope * reciprocal(rows->length[rl]);
    for (int k = 0; k < 3; k++) gl[k] += fl * (n[k] - s * l[k]);
    mofb__cross(gp, q, in_plane);
    mofb__cross(gq, in_plane, p);
    add(rows->slope + 3 * rp, slope * inverse * reciprocal(rows->length[rp]), gp);
    add(rows->slope + 3 * rq, slope * inverse * reciprocal(rows->length[rq]), gq);
    return v->k * (v->c0 + v->c1 * c + v->c2 * (2 * c * c - 1));
}

void mofb__uff_bonded_chunk(mofb__uff_rows *rows, double energies[MOFB__UFF_BONDED_KINDS],
                            const mofb__uff_bonded *b, const mofb__uff_topology *t, size_t chunk) {
    const mofb__uff_chunks *c = &b->chunks;
    size_t from = c->atom[chunk], to = c->atom[chunk + 1];
    double e, sum[MOFB__UFF_BONDED_KINDS] = {0};
    memset(rows->slope + 3 * t->first[from], 0, 3 * (t->first[to] - t->first[from]) * sizeof(double));
    memset(rows->bond + t->first[from], 0, (t->first[to] - t->first[from]) * sizeof(double));
    memset(rows->centre + from, 0, (to - from) * sizeof(double));
    for (size_t k = c->stretch[chunk]; k < c->stretch[chunk + 1]; k++) {
        sum[MOFB__UFF_BOND] += e = stretch(rows, &b->stretches[k]);
        rows->bond[b->stretches[k].row] += e;
    }
    for (size_t k = c->angle[chunk]; k < c->angle[chunk + 1]; k++) {
        sum[MOFB__UFF_ANGLE] += e = angle(rows, &b->angles[k]);
        rows->centre[b->owner[b->angles[k].row[0]]] += e;
    }
    for (size_t k = c->torsion[chunk]; k < c->torsion[chunk + 1]; k++) {
        sum[MOFB__UFF_TORSION] += e = torsion(rows, rows->third + 3 * k, &b->torsions[k], b->fade);
        rows->bond[b->torsions[k].row[1]] += e;
    }
    for (size_t k = c->inversion[chunk]; k < c->inversion[chunk + 1]; k++) {
        sum[MOFB__UFF_INVERSION] += e = inversion(rows, &b->inversions[k]);
        rows->centre[b->owner[b->inversions[k].axis]] += e;
    }
    memcpy(energies, sum, sizeof sum);
}
