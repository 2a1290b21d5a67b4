/* SPDX-License-Identifier: MIT */
#include "structure/nlist.h"

#include <math.h>
#include <string.h>

#include "base/mat3.h"
#include "structure/cell.h"
#include "structure/nsearch.h"

struct mofb__nlist {
    const mofb_allocator *a;
    size_t n_atoms, builds;
    double cutoff, skin;
    bool built, filled;
    mofb__search search;
    double *origin;                /* positions when the skin list was built [n][3] */
    double cell[9], inverse[9];    /* complete cell then */
    size_t *first;                 /* the edges of the last update */
    int32_t *j, *shift;
    double *vec;
    size_t j_capacity, shift_capacity, vec_capacity;
    size_t *segment_count;         /* edges of each segment, then where they start */
    mofb_edges edges;
};

mofb_status mofb__nlist_new(mofb__nlist **out, size_t n_atoms, int32_t kind, double cutoff, double skin,
                            const int32_t periodic[3], const mofb_allocator *a) {
    if (!(cutoff > 0) || !(skin >= 0) || !isfinite(cutoff + skin))
        return mofb__fail(MOFB_ERR_INVALID, "out_of_range", "cutoff %g A and skin %g A must be positive",
                          cutoff, skin);
    if (kind != MOFB_EDGES_FULL && kind != MOFB_EDGES_HALF)
        return mofb__fail(MOFB_ERR_INVALID, "bad_argument", "%d is no kind of edges", (int)kind);
    mofb__nlist *list = mofb__calloc(a, 1, sizeof *list);
    if (!list) return mofb__no_memory();
    list->a = a;
    list->n_atoms = n_atoms;
    list->cutoff = cutoff;
    list->skin = skin;
    list->edges.struct_size = sizeof list->edges;
    mofb_status status = mofb__search_init(&list->search, n_atoms, kind == MOFB_EDGES_HALF, periodic, a);
    if (status) goto fail;
    list->origin = mofb__calloc(a, 3 * n_atoms, sizeof *list->origin);
    list->first = mofb__calloc(a, n_atoms + 1, sizeof *list->first);
    list->segment_count = mofb__calloc(a, list->search.n_segments + 1, sizeof *list->segment_count);
    status = mofb__no_memory();
    if (!list->origin || !list->first || !list->segment_count) goto fail;
    *out = list;
    return MOFB_OK;
fail:
    mofb__nlist_free(list);
    return status;
}

void mofb__nlist_free(mofb__nlist *list) {
    if (!list) return;
    mofb__search_free(&list->search);
    void *blocks[] = {list->origin, list->first, list->j, list->shift, list->vec, list->segment_count};
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) mofb__free(blocks[k]);
    mofb__free(list);
}

size_t mofb__nlist_builds(const mofb__nlist *list) {
    return list->builds;
}

/* Whether the skin list still holds all pairs. With F the map from the old cell to the new, old vectors v of
   pairs left out were longer than cutoff + skin; now they are v·F + u_j - u_i, where u is what an atom moved
   beyond following the cell, so at least sigma_min(F)·(cutoff + skin) - |u_i| - |u_j|. */
static bool still_good(const mofb__nlist *list, const double *positions, const double cell[9]) {
    double map[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}, sigma = 1, most = 0, second = 0;
    if (!list->built) return false;
    bool same = !memcmp(cell, list->cell, sizeof list->cell);
    if (!same) {
        double gram[9], transposed[9], values[3], vectors[9];
        mofb__mul3(map, list->inverse, cell);
        mofb__transpose3(transposed, map);
        mofb__mul3(gram, map, transposed);
        mofb__eigh3(values, vectors, gram);
        sigma = sqrt(fmax(values[0], 0)) * (1 - 1e-12);
    }
    for (size_t i = 0; i < list->n_atoms; i++) {
        double u[3];
        if (same) memcpy(u, list->origin + 3 * i, sizeof u);
        else mofb__row_times(u, list->origin + 3 * i, map);
        for (int k = 0; k < 3; k++) u[k] = positions[3 * i + (size_t)k] - u[k];
        double u2 = mofb__dot(u, u);
        if (!(u2 <= most)) {
            if (!(u2 <= INFINITY)) return false; /* nan: the search will say where */
            second = most;
            most = u2;
        } else if (u2 > second) second = u2;
    }
    return sqrt(most) + sqrt(second) <= sigma * (list->cutoff + list->skin) - list->cutoff;
}

static mofb_status build(mofb__nlist *list, const double *positions, const double cell[9], int threads) {
    double inverse[9];
    list->built = false;
    if (mofb__inverse3(inverse, cell))
        return mofb__fail(MOFB_ERR_INVALID, "bad_cell", "the cell has no volume or is not finite");
    double reach = (list->cutoff + list->skin) * (1 + 1e-8) + 1e-8; /* no pair at the edge lost to rounding */
    MOFB__TRY(mofb__search_run(&list->search, positions, cell, inverse, reach, threads));
    memcpy(list->origin, positions, 3 * list->n_atoms * sizeof *positions);
    memcpy(list->cell, cell, sizeof list->cell);
    memcpy(list->inverse, inverse, sizeof inverse);
    list->built = true;
    list->builds++;
    return MOFB_OK;
}

/* r_j + S·cell - r_i. The one formula for edges, of (r_i, r_j, S) alone: it must not know how the pair was
   found. Most shifts are zero. */
static inline void edge_vector(double vec[3], const double *ri, const double *rj, const int32_t shift[3],
                               const double *cell) {
    for (int k = 0; k < 3; k++) vec[k] = rj[k] - ri[k];
    if (!(shift[0] | shift[1] | shift[2])) return;
    double s[3] = {shift[0], shift[1], shift[2]}, offset[3];
    mofb__row_times(offset, s, cell);
    for (int k = 0; k < 3; k++) vec[k] += offset[k];
}

/* The edges among a segment's candidates; stored from number `at` on if `store`. Returns how many. */
static size_t fill_segment(mofb__nlist *list, const mofb__segment *g, const double *positions,
                           const double *cell, size_t at, bool store) {
    const mofb__search *s = &list->search;
    const double cutoff2 = list->cutoff * list->cutoff;
    size_t n = at, k = 0;
    for (size_t i = g->row; i < g->next; i++) {
        const int32_t *w = s->wrap + 3 * i;
        if (store) list->first[i] = n;
        for (; k < s->row_end[i]; k++) {
            const mofb__image *image = &s->images[g->ids[k]];
            const int32_t shift[3] = {image->s[0] + w[0], image->s[1] + w[1], image->s[2] + w[2]};
            double vec[3];
            edge_vector(vec, positions + 3 * i, positions + 3 * (size_t)image->j, shift, cell);
            if (!(mofb__dot(vec, vec) <= cutoff2)) continue;
            if (store) {
                list->j[n] = image->j;
                memcpy(list->shift + 3 * n, shift, sizeof shift);
                memcpy(list->vec + 3 * n, vec, sizeof vec);
            }
            n++;
        }
    }
    return n - at;
}

static mofb_status make_room(mofb__nlist *list) {
    size_t most = 0;
    for (size_t k = 0; k < list->search.n_segments; k++) most += list->search.segments[k].count;
    MOFB__TRY(mofb__grow(list->a, &list->j, &list->j_capacity, most, sizeof *list->j));
    MOFB__TRY(mofb__grow(list->a, &list->shift, &list->shift_capacity, 3 * most, sizeof *list->shift));
    return mofb__grow(list->a, &list->vec, &list->vec_capacity, 3 * most, sizeof *list->vec);
}

static void fill(mofb__nlist *list, const double *positions, const double *cell, int threads) {
    mofb__segment *g = list->search.segments;
    size_t segments = list->search.n_segments, total = 0;
    if (threads == 1) {
        for (size_t k = 0; k < segments; k++)
            total += fill_segment(list, &g[k], positions, cell, total, true);
    } else {
        size_t *count = list->segment_count;
#pragma omp parallel for schedule(dynamic) num_threads(threads)
        for (size_t k = 0; k < segments; k++)
            count[k] = fill_segment(list, &g[k], positions, cell, 0, false);
        for (size_t k = 0; k < segments; k++) {
            size_t here = count[k];
            count[k] = total;
            total += here;
        }
#pragma omp parallel for schedule(dynamic) num_threads(threads)
        for (size_t k = 0; k < segments; k++) fill_segment(list, &g[k], positions, cell, count[k], true);
    }
    list->first[list->n_atoms] = total;
    list->edges.count = total;
    list->edges.first = list->first;
    list->edges.j = list->j;
    list->edges.shift = list->shift;
    list->edges.vec = list->vec;
}

mofb_status mofb__nlist_update(const mofb_edges **edges, mofb__nlist *list, const double *positions,
                               const double *cell, int32_t threads) {
    double complete[9];
    int team = mofb__search_threads(threads);
    mofb__cell_complete(complete, cell, list->search.periodic);
    list->filled = false;
    if (!still_good(list, positions, complete)) MOFB__TRY(build(list, positions, complete, team));
    MOFB__TRY(make_room(list));
    fill(list, positions, complete, team);
    list->filled = true;
    *edges = &list->edges;
    return MOFB_OK;
}

mofb_status mofb__nlist_candidates(const struct mofb__search **search, mofb__nlist *list, const double *positions,
                                   const double *cell, int32_t threads) {
    double complete[9];
    mofb__cell_complete(complete, cell, list->search.periodic);
    list->filled = false;
    if (!still_good(list, positions, complete))
        MOFB__TRY(build(list, positions, complete, mofb__search_threads(threads)));
    *search = &list->search;
    return MOFB_OK;
}

mofb_status mofb__nlist_hold(const mofb_edges **edges, mofb__nlist *list, const double *positions,
                             const double *cell) {
    double complete[9];
    if (!list->filled) return mofb__fail(MOFB_ERR_INVALID, "no_edges", "no edges to hold before an update");
    mofb__cell_complete(complete, cell, list->search.periodic);
    for (size_t i = 0; i < list->n_atoms; i++)
        for (size_t k = list->first[i]; k < list->first[i + 1]; k++)
            edge_vector(list->vec + 3 * k, positions + 3 * i, positions + 3 * (size_t)list->j[k],
                        list->shift + 3 * k, complete);
    *edges = &list->edges;
    return MOFB_OK;
}
