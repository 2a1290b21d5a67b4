/* SPDX-License-Identifier: MIT */
#include "physics/modelhessian.h"

#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "base/units.h"
#include "structure/nlist.h"

/* Force constants of Lindh et al., hartree and bohr, and their parameters by rows of the periodic table.
   Torsions are twice as stiff as theirs: measured on MOFs, see docs/optimisers.md. */
static const double stretch_constant = 0.45, bend_constant = 0.15, torsion_constant = 0.01;
static const double lindh_alpha[3][3] = {{1.0, 0.3949, 0.3949}, {0.3949, 0.28, 0.28}, {0.3949, 0.28, 0.28}};
static const double lindh_reference[3][3] = {{1.35, 2.10, 2.53}, {2.10, 2.87, 3.40}, {2.53, 3.40, 3.40}};

/* Pairs beyond this distance have no stretch (Å); weights below these have no bend and no torsion. */
static const double reach = 5.0, least_bend = 0.05, least_torsion = 0.1;
/* What weak forces between all near atoms add (eV/Å²) and what keeps translations, turns of the cell and
   floppy modes from zero: measured on MOFs, see docs/optimisers.md. */
static const double weak_constant = 0.05, weak_distance = 3.8, weak_decay = 2.5, weak_most = 0.3;
static const double floor_atoms = 0.2, floor_cell = 1.0;

/* A bond of the walk: the edge's end, vector and weight. */
typedef struct spoke {
    int32_t j;
    double v[3], r, rho;
} spoke;

/* One internal coordinate q: its atoms' derivatives and places, force constant. */
typedef struct term {
    int count;
    size_t node[7];
    double b[7][3], at[4][3], k;
} term;

typedef struct builder {
    const mofb__optimiser_setup *setup;
    const mofb_edges *edges;
    mofb__blockchol *c;
    spoke *spokes;         /* [edges->count], of the same numbering as the edges */
    bool adding;           /* else linking */
    double deformation[9]; /* F of setup->cell against the reference cell */
} builder;

static int period(int32_t z) {
    return z <= 2 ? 0 : z <= 10 ? 1 : 2;
}

static double weight(int32_t a, int32_t b, double r) {
    int p = period(a), q = period(b);
    double bohr = r / MOFB__BOHR, reference = lindh_reference[p][q];
    return exp(lindh_alpha[p][q] * (reference * reference - bohr * bohr));
}

/* Puts k ∇q ∇qᵀ into the matrix, in the coordinates of the cell filter: atoms' rows hold F⁻¹ r, the cell's n
   log F, and dr = F dx + dU r to first order in log F. */
static void put(const builder *w, term *t) {
    size_t n = w->setup->n_atoms;
    int atoms = t->count;
    if (w->setup->n_rows > n)
        for (int row = 0; row < 3; row++, t->count++) {
            double *c = t->b[t->count];
            memset(c, 0, 3 * sizeof *c);
            t->node[t->count] = n + (size_t)row;
            for (int i = 0; i < atoms; i++)
                for (int k = 0; k < 3; k++) c[k] += t->b[i][row] * t->at[i][k] / (double)n;
        }
    for (int i = 0; i < atoms; i++) mofb__row_times(t->b[i], t->b[i], w->deformation);
    for (int i = 0; i < t->count; i++)
        for (int j = 0; j <= i; j++) {
            if (!w->adding) mofb__blockchol_link(w->c, t->node[i], t->node[j]);
            else
                mofb__blockchol_add(w->c, t->node[i], t->node[j], i == j ? t->k / 2 : t->k, t->b[i], t->b[j]);
        }
}

static void subtract(double out[3], const double a[3], const double b[3]) {
    for (int k = 0; k < 3; k++) out[k] = a[k] - b[k];
}

static void put_stretch(const builder *w, size_t i, const spoke *s, double k) {
    term t = {.count = 2, .node = {i, (size_t)s->j}, .k = k};
    for (int l = 0; l < 3; l++) {
        t.at[1][l] = s->v[l];
        t.b[1][l] = s->v[l] / s->r;
        t.b[0][l] = -t.b[1][l];
    }
    put(w, &t);
}

/* Bend of p and q at i across the plane of `across` (a unit vector perpendicular to both legs' change). */
static void put_bend_along(const builder *w, size_t i, const spoke *p, const spoke *q,
                           const double along_p[3], const double along_q[3], double k) {
    term t = {.count = 3, .node = {(size_t)p->j, i, (size_t)q->j}, .k = k};
    for (int l = 0; l < 3; l++) {
        t.at[0][l] = p->v[l];
        t.at[2][l] = q->v[l];
        t.b[0][l] = along_p[l] / p->r;
        t.b[2][l] = along_q[l] / q->r;
        t.b[1][l] = -t.b[0][l] - t.b[2][l];
    }
    put(w, &t);
}

static void put_bend(const builder *w, size_t i, const spoke *p, const spoke *q, double k) {
    double e[3], f[3], along_p[3], along_q[3], cosine = mofb__dot(p->v, q->v) / (p->r * q->r);
    double sine = sqrt(fmax(0, 1 - cosine * cosine));
    for (int l = 0; l < 3; l++) e[l] = p->v[l] / p->r, f[l] = q->v[l] / q->r;
    if (sine > 0.1) { /* dθ/dp = (cos e − f)/(sin r) */
        for (int l = 0; l < 3; l++) {
            along_p[l] = (cosine * e[l] - f[l]) / sine;
            along_q[l] = (cosine * f[l] - e[l]) / sine;
        }
        put_bend_along(w, i, p, q, along_p, along_q, k);
        return;
    }
    /* straight: two bends, in planes at right angles */
    double side[3] = {0, 0, 0}, first[3], second[3], sign = cosine < 0 ? 1 : -1;
    side[fabs(e[0]) < 0.6 ? 0 : 1] = 1;
    mofb__cross(first, e, side);
    double length = sqrt(mofb__dot(first, first));
    for (int l = 0; l < 3; l++) first[l] /= length;
    mofb__cross(second, e, first);
    for (int l = 0; l < 3; l++) along_p[l] = sign * first[l], along_q[l] = sign * second[l];
    put_bend_along(w, i, p, q, first, along_p, k);
    put_bend_along(w, i, p, q, second, along_q, k);
}

/* Torsion l–i–j–m: `bond` goes from i to j, `p` from i to l, `q` from j to m. Blondel and Karplus's
   derivatives, J. Comput. Chem. 17, 1132 (1996); weighted by the squared sines of its bends, so that it fades
   as one straightens. */
static void put_torsion(const builder *w, size_t i, const spoke *bond, const spoke *p, const spoke *q,
                        double k) {
    double f[3], g[3], h[3], a[3], b[3];
    for (int x = 0; x < 3; x++) f[x] = p->v[x], g[x] = -bond->v[x], h[x] = q->v[x];
    mofb__cross(a, f, g);
    mofb__cross(b, h, g);
    double aa = mofb__dot(a, a), bb = mofb__dot(b, b), length = bond->r;
    double sines = aa * bb / (p->r * p->r * q->r * q->r * length * length * length * length);
    if (sines < 0.01) return;
    double fg = mofb__dot(f, g) / (aa * length), hg = mofb__dot(h, g) / (bb * length);
    term t = {.count = 4, .node = {(size_t)p->j, i, (size_t)bond->j, (size_t)q->j}, .k = k * sines};
    for (int x = 0; x < 3; x++) {
        t.at[0][x] = p->v[x];
        t.at[2][x] = bond->v[x];
        t.at[3][x] = bond->v[x] + q->v[x];
        t.b[0][x] = -length / aa * a[x];
        t.b[1][x] = length / aa * a[x] + fg * a[x] - hg * b[x];
        t.b[2][x] = -fg * a[x] + hg * b[x] - length / bb * b[x];
        t.b[3][x] = length / bb * b[x];
    }
    put(w, &t);
}

/* Each torsion about the bond i–j once. */
static void put_torsions(const builder *w, size_t i, const spoke *bond) {
    const double unit = MOFB__HARTREE;
    size_t j = (size_t)bond->j;
    for (size_t m = w->edges->first[i]; m < w->edges->first[i + 1]; m++) {
        const spoke *p = w->spokes + m;
        if (p == bond || p->rho * bond->rho < least_torsion) continue;
        for (size_t o = w->edges->first[j]; o < w->edges->first[j + 1]; o++) {
            const spoke *q = w->spokes + o;
            double rho = p->rho * bond->rho * q->rho, back[3], ring[3];
            if (rho < least_torsion) continue;
            for (int x = 0; x < 3; x++) back[x] = bond->v[x] + q->v[x];
            subtract(ring, back, p->v);
            if (mofb__dot(back, back) < 1e-6 || mofb__dot(ring, ring) < 1e-6) continue;
            put_torsion(w, i, bond, p, q, torsion_constant * unit * rho);
        }
    }
}

/* An unordered pair seen from its first end. */
static bool is_first_end(const builder *w, size_t i, size_t edge) {
    const int32_t *s = w->edges->shift + 3 * edge;
    if ((size_t)w->edges->j[edge] != i) return (size_t)w->edges->j[edge] > i;
    return s[0] ? s[0] > 0 : s[1] ? s[1] > 0 : s[2] > 0;
}

static void walk(const builder *w) {
    const double per_length = MOFB__HARTREE / (MOFB__BOHR * MOFB__BOHR), per_angle = MOFB__HARTREE;
    for (size_t i = 0; i < w->setup->n_atoms; i++)
        for (size_t m = w->edges->first[i]; m < w->edges->first[i + 1]; m++) {
            const spoke *p = w->spokes + m;
            if (is_first_end(w, i, m)) {
                double weak = weak_constant * exp(-weak_decay * (p->r - weak_distance));
                put_stretch(w, i, p, stretch_constant * per_length * p->rho + fmin(weak, weak_most));
                if (p->rho > least_torsion) put_torsions(w, i, p);
            }
            for (size_t o = m + 1; o < w->edges->first[i + 1]; o++) {
                double rho = p->rho * w->spokes[o].rho;
                if (rho > least_bend) put_bend(w, i, p, w->spokes + o, bend_constant * per_angle * rho);
            }
        }
}

static mofb_status make_spokes(builder *w, const mofb_allocator *a) {
    w->spokes = mofb__calloc(a, w->edges->count, sizeof *w->spokes);
    if (!w->spokes) return mofb__no_memory();
    for (size_t i = 0; i < w->setup->n_atoms; i++)
        for (size_t m = w->edges->first[i]; m < w->edges->first[i + 1]; m++) {
            spoke *s = w->spokes + m;
            s->j = w->edges->j[m];
            memcpy(s->v, w->edges->vec + 3 * m, sizeof s->v);
            s->r = sqrt(mofb__dot(s->v, s->v));
            s->rho = fmin(weight(w->setup->numbers[i], w->setup->numbers[s->j], s->r), 2);
        }
    return MOFB_OK;
}

mofb_status mofb__model_hessian_new(mofb__blockchol **out, const mofb__optimiser_setup *setup,
                                    const double *reference, const mofb_allocator *a) {
    const int32_t everywhere[3] = {1, 1, 1}, nowhere[3] = {0, 0, 0};
    mofb__nlist *list = NULL;
    builder w = {.setup = setup, .deformation = {1, 0, 0, 0, 1, 0, 0, 0, 1}};
    mofb_status status;
    size_t n = setup->n_atoms, n_cell = setup->n_rows - n;
    if (reference) {
        MOFB__TRY(mofb__inverse3(w.deformation, reference));
        mofb__mul3(w.deformation, w.deformation, setup->cell);
        mofb__transpose3(w.deformation, w.deformation);
    }
    MOFB__TRY(mofb__nlist_new(&list, n, MOFB_EDGES_FULL, reach, 0, setup->cell ? everywhere : nowhere, a));
    MOFB__TRY_GOTO(status, mofb__nlist_update(&w.edges, list, setup->positions, setup->cell, 1), done);
    MOFB__TRY_GOTO(status, make_spokes(&w, a), done);
    MOFB__TRY_GOTO(status, mofb__blockchol_new(&w.c, setup->n_rows, n_cell, a), done);
    walk(&w);
    MOFB__TRY_GOTO(status, mofb__blockchol_order(w.c), done);
    w.adding = true;
    walk(&w);
    for (size_t i = 0; i < n; i++) mofb__blockchol_add_diagonal(w.c, i, floor_atoms);
    for (size_t i = n; i < n + n_cell; i++) mofb__blockchol_add_diagonal(w.c, i, floor_cell / (double)n);
    MOFB__TRY_GOTO(status, mofb__blockchol_factor(w.c), done);
    *out = w.c;
    w.c = NULL;
done:
    mofb__blockchol_free(w.c);
    mofb__free(w.spokes);
    mofb__nlist_free(list);
    return status;
}
