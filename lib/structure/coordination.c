/* SPDX-License-Identifier: MIT */
#include "structure/coordination.h"

#include <math.h>
#include <stdlib.h>

#include "base/mat3.h"
#include "structure/cell.h"
#include "structure/elements.h"
#include "structure/structure.h"
#include "structure/voronoi.h"

#define SEARCH_CUTOFF 4.5  /* Å */
#define X_DIFF_WEIGHT 1.5
#define X_DIFF_MAX 3.3     /* largest difference of Pauling electronegativities */
#define CUTOFF_LOW 0.5     /* Å beyond the sum of radii: full weight */
#define CUTOFF_HIGH 1.0    /* Å beyond the sum of radii: no weight */

static const double pi = 3.141592653589793;

typedef struct neighbour {
    double vec[3], r; /* Å */
    size_t j;
    int32_t shift[3];
} neighbour;

typedef struct neighbours {
    neighbour *items;
    size_t count, capacity;
} neighbours;

static int by_distance(const void *left, const void *right) {
    const neighbour *p = left, *q = right;
    if (p->r != q->r) return p->r < q->r ? -1 : 1;
    if (p->j != q->j) return p->j < q->j ? -1 : 1;
    for (int c = 0; c < 3; c++)
        if (p->shift[c] != q->shift[c]) return p->shift[c] < q->shift[c] ? -1 : 1;
    return 0;
}

/* Who looks for neighbours, and where. */
typedef struct search {
    const mofb_structure *s;
    size_t atom;
    double cutoff, cell[9], inverse[9], heights[3];
} search;

/* The images of atom j to look at: those with |f + image| ≤ cutoff/height, with room for rounding. */
static void image_range(int32_t first[3], int32_t last[3], const search *q, size_t j) {
    double d[3], f[3];
    for (int c = 0; c < 3; c++) d[c] = q->s->positions[3 * j + c] - q->s->positions[3 * q->atom + c];
    mofb__row_times(f, d, q->inverse);
    for (int c = 0; c < 3; c++) {
        double reach = q->cutoff / q->heights[c] + 1e-9;
        first[c] = q->s->periodic[c] ? (int32_t)ceil(-reach - f[c]) : 0;
        last[c] = q->s->periodic[c] ? (int32_t)floor(reach - f[c]) : 0;
    }
}

/* Adds the images of atom j within the cutoff. */
static mofb_status gather_images(neighbours *list, const search *q, size_t j, const mofb_allocator *a) {
    const double *from = q->s->positions + 3 * q->atom, *to = q->s->positions + 3 * j, *cell = q->cell;
    int32_t first[3], last[3];
    image_range(first, last, q, j);
    for (int32_t x = first[0]; x <= last[0]; x++)
        for (int32_t y = first[1]; y <= last[1]; y++)
            for (int32_t z = first[2]; z <= last[2]; z++) {
                neighbour n = {.j = j, .shift = {x, y, z}};
                for (int c = 0; c < 3; c++)
                    n.vec[c] = to[c] - from[c] + x * cell[c] + y * cell[3 + c] + z * cell[6 + c];
                n.r = sqrt(mofb__dot(n.vec, n.vec));
                if (!(n.r <= q->cutoff) || (j == q->atom && !x && !y && !z)) continue;
                MOFB__TRY(mofb__grow(a, &list->items, &list->capacity, list->count + 1, sizeof n));
                list->items[list->count++] = n;
            }
    return MOFB_OK;
}

/* Atoms within the cutoff of one, by distance; *list is emptied first. */
static mofb_status gather(neighbours *list, const mofb_structure *s, size_t atom, double cutoff,
                          const mofb_allocator *a) {
    search q = {.s = s, .atom = atom, .cutoff = cutoff};
    mofb__cell_complete(q.cell, s->has_cell ? s->cell : NULL, s->periodic);
    MOFB__TRY(mofb__inverse3(q.inverse, q.cell));
    mofb__cell_heights(q.heights, q.cell);
    list->count = 0;
    for (size_t j = 0; j < s->n_atoms; j++) MOFB__TRY(gather_images(list, &q, j, a));
    if (list->count) qsort(list->items, list->count, sizeof *list->items, by_distance);
    return MOFB_OK;
}

static mofb_status check_atom(const mofb_structure *s, size_t atom) {
    if (atom < s->n_atoms) return MOFB_OK;
    return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "atom %zu of %zu", atom, s->n_atoms);
}

static mofb_status no_radius(int32_t z) {
    return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_radius", "no covalent radius is known for %s",
                      mofb__element_symbol(z));
}

/* Cordero's radii as CrystalNN takes them: sp2 carbon, and the mean of low and high spin. */
static double crystalnn_radius(int32_t z) {
    switch (z) {
    case 6: return 0.73;
    case 25: return 1.50;
    case 26: return 1.42;
    case 27: return 1.38;
    default: return mofb__element_covalent_radius(z);
    }
}

/* The longest diagonal of the cell, where CrystalNN's search ends; the cell of a point is closed by then, for
   all lattice vectors are shorter. */
static double longest_diagonal(const double *cell) {
    double longest = 0;
    for (int signs = 0; signs < 4; signs++) {
        double d[3];
        for (int c = 0; c < 3; c++)
            d[c] = (signs == 1 ? -1 : 1) * cell[c] + (signs == 2 ? -1 : 1) * cell[3 + c] +
                   (signs == 3 ? -1 : 1) * cell[6 + c];
        longest = fmax(longest, sqrt(mofb__dot(d, d)));
    }
    return longest;
}

/* Neighbours and the facets they share with the atom. The Voronoi cell is that among atoms within the search
   cutoff alone, doubled only as long as the cell is open. */
static mofb_status voronoi_neighbours(neighbours *list, mofb__facet **facets, const mofb_structure *s,
                                      size_t atom, const mofb_allocator *a) {
    double cutoff = SEARCH_CUTOFF, most = longest_diagonal(s->cell) + 0.01;
    for (;;) {
        bool closed = false;
        MOFB__TRY(gather(list, s, atom, cutoff, a));
        double *points = mofb__alloc(a, 3 * list->count * sizeof *points);
        mofb__free(*facets);
        *facets = mofb__calloc(a, list->count, sizeof **facets);
        mofb_status status = points && *facets ? MOFB_OK : mofb__no_memory();
        for (size_t k = 0; !status && k < 3 * list->count; k++) points[k] = list->items[k / 3].vec[k % 3];
        if (!status) status = mofb__voronoi_cell(*facets, &closed, points, list->count, a);
        mofb__free(points);
        if (status || closed) return status;
        if (cutoff >= most)
            return mofb__fail(MOFB_ERR_INTERNAL, "open_voronoi_cell",
                              "atom %zu: its Voronoi cell is open", atom + 1);
        cutoff = fmin(2 * cutoff, most + 0.001);
    }
}

/* Solid angle, adjusted for pores, and chemistry; not normalised. */
static double affinity(const mofb__facet *facet, int32_t zi, int32_t zj) {
    double xi = mofb__element_electronegativity(zi), xj = mofb__element_electronegativity(zj);
    if (!(facet->area > 0)) return 0;
    double chemical = xi > 0 && xj > 0 ? 1 + X_DIFF_WEIGHT * sqrt(fabs(xi - xj) / X_DIFF_MAX) : 1;
    return facet->solid_angle * (facet->solid_angle / facet->area) * chemical;
}

/* 1 up to CUTOFF_LOW beyond the sum of radii, then half a cosine down to 0. */
static double distance_weight(double r, double radii) {
    double t = (r - radii - CUTOFF_LOW) / (CUTOFF_HIGH - CUTOFF_LOW);
    return t <= 0 ? 1 : t < 1 ? (cos(pi * t) + 1) / 2 : 0;
}

/* Area under the unit semicircle from 0 to w, over that of the quadrant. CrystalNN gives the coordination
   number k the area between the k-th and the next weight; summing k times that over all k leaves each
   neighbour's own area up to its weight. */
static double quadrant_share(double w) {
    return w >= 1 ? 1 : 2 / pi * (w * sqrt(1 - w * w) + asin(w));
}

static mofb_status sum_weights(double *cn, const neighbours *list, const mofb__facet *facets,
                               const mofb_structure *s, size_t atom) {
    int32_t zi = s->numbers[atom];
    double highest = 0, sum = 0, ri = crystalnn_radius(zi);
    if (!(ri > 0)) return no_radius(zi);
    for (size_t k = 0; k < list->count; k++)
        highest = fmax(highest, affinity(&facets[k], zi, s->numbers[list->items[k].j]));
    for (size_t k = 0; k < list->count; k++) {
        int32_t zj = s->numbers[list->items[k].j];
        double weight = affinity(&facets[k], zi, zj), rj = crystalnn_radius(zj);
        if (!(weight > 0)) continue;
        if (!(rj > 0)) return no_radius(zj);
        weight = weight / highest * distance_weight(list->items[k].r, ri + rj);
        sum += quadrant_share(rint(1000 * weight) / 1000);
    }
    *cn = sum;
    return MOFB_OK;
}

mofb_status mofb__crystalnn(double *cn, const mofb_structure *s, size_t atom, const mofb_allocator *a) {
    neighbours list = {0};
    mofb__facet *facets = NULL;
    MOFB__TRY(check_atom(s, atom));
    if (!s->has_cell || !s->periodic[0] || !s->periodic[1] || !s->periodic[2])
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_cell",
                          "CrystalNN needs a cell periodic in all directions");
    mofb_status status = voronoi_neighbours(&list, &facets, s, atom, a);
    if (!status) status = sum_weights(cn, &list, facets, s, atom);
    mofb__free(list.items);
    mofb__free(facets);
    return status;
}

mofb_status mofb__coordination_simple(size_t *cn, const mofb_structure *s, size_t atom, double factor,
                                      const mofb_allocator *a) {
    neighbours list = {0};
    MOFB__TRY(check_atom(s, atom));
    double ri = mofb__element_covalent_radius(s->numbers[atom]), largest = 0;
    for (size_t j = 0; j < s->n_atoms; j++) {
        double rj = mofb__element_covalent_radius(s->numbers[j]);
        if (!(rj > 0)) return no_radius(s->numbers[j]);
        largest = fmax(largest, rj);
    }
    mofb_status status = gather(&list, s, atom, factor * (ri + largest), a);
    if (!status) {
        *cn = 0;
        for (size_t k = 0; k < list.count; k++) {
            double rj = mofb__element_covalent_radius(s->numbers[list.items[k].j]);
            *cn += list.items[k].r <= factor * (ri + rj);
        }
    }
    mofb__free(list.items);
    return status;
}
