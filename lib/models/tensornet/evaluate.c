/* SPDX-License-Identifier: MIT */
/* From a batch to one packed graph and back. Work spaces are kept in a pool, so that evaluators sharing a model do not
   wait for each other and a steady state allocates nothing. */
#include <math.h>
#include <string.h>

#include "models/tensornet/tensornet.h"

mofb_status mofb__tn_reserve(void *block_pointer, size_t *capacity, size_t size, const mofb_allocator *a) {
    void **block = block_pointer;
    if (size <= *capacity) return MOFB_OK;
    mofb__free(*block);
    *capacity = 0;
    *block = mofb__alloc(a, size + size / 8);
    if (!*block) return mofb__no_memory();
    *capacity = size + size / 8;
    return MOFB_OK;
}

void mofb__tn_work_free(mofb__tn_work *w) {
    if (!w) return;
    mofb__free(w->node_memory);
    mofb__free(w->edge_memory);
    mofb__free(w->numbers);
    mofb__free(w->lanes);
    mofb__free(w);
}

static mofb__tn_work *take_work(mofb__tensornet *m) {
    while (atomic_flag_test_and_set_explicit(&m->pool_lock, memory_order_acquire)) {}
    mofb__tn_work *w = m->pool;
    if (w) m->pool = w->next;
    atomic_flag_clear_explicit(&m->pool_lock, memory_order_release);
    if (w) return w;
    w = mofb__calloc(m->a, 1, sizeof *w);
    if (w) w->a = m->a;
    return w;
}

static void give_back(mofb__tensornet *m, mofb__tn_work *w) {
    while (atomic_flag_test_and_set_explicit(&m->pool_lock, memory_order_acquire)) {}
    w->next = m->pool;
    m->pool = w;
    atomic_flag_clear_explicit(&m->pool_lock, memory_order_release);
}

static void *piece(char **at, size_t bytes) {
    void *p = *at;
    *at += (bytes + 63) / 64 * 64;
    return p;
}

static mofb_status make_room(mofb__tn_work *w, size_t nodes, size_t edges) {
    size_t pad = 64 * 16;
    MOFB__TRY(mofb__tn_reserve(&w->node_memory, &w->node_capacity,
                               nodes * (sizeof(size_t) + sizeof(int32_t) + 13 * sizeof(double)) + pad, w->a));
    MOFB__TRY(mofb__tn_reserve(
        &w->edge_memory, &w->edge_capacity,
        edges * (sizeof(size_t) + 2 * sizeof(int32_t) + (8 + MOFB__RADIAL_ROW) * sizeof(double)) + pad,
        w->a));
    char *at = w->node_memory;
    w->nodes = nodes;
    w->edges = edges;
    w->first = piece(&at, (nodes + 1) * sizeof *w->first);
    w->element = piece(&at, nodes * sizeof *w->element);
    w->energy = piece(&at, nodes * sizeof *w->energy);
    w->force = piece(&at, 3 * nodes * sizeof *w->force);
    w->virial = piece(&at, 9 * nodes * sizeof *w->virial);
    at = w->edge_memory;
    w->neighbour = piece(&at, edges * sizeof *w->neighbour);
    w->self = piece(&at, edges * sizeof *w->self);
    w->reverse = piece(&at, edges * sizeof *w->reverse);
    w->vec = piece(&at, 3 * edges * sizeof *w->vec);
    w->r = piece(&at, edges * sizeof *w->r);
    w->basis = piece(&at, MOFB__RADIAL_ROW * edges * sizeof *w->basis);
    w->along = piece(&at, edges * sizeof *w->along);
    w->gradient = piece(&at, 3 * edges * sizeof *w->gradient);
    return MOFB_OK;
}

/* Rows are sorted by (j, S) and negating S turns its order round: the bonds between i and j stand in row j in the
   opposite order of row i, and rows i are met in order, so that a cursor in row j (its place kept in `cursor`) is always
   at the first bond to i. */
static mofb_status find_reverses(mofb__tn_work *w, size_t node, size_t count, size_t *cursor) {
    memcpy(cursor, w->first + node, count * sizeof *cursor);
    for (size_t i = node; i < node + count; i++)
        for (size_t e = w->first[i], end; e < w->first[i + 1]; e = end) {
            size_t j = (size_t)w->neighbour[e], other = cursor[j - node];
            for (end = e; end < w->first[i + 1] && (size_t)w->neighbour[end] == j;) end++;
            size_t images = end - e;
            if (other + images > w->first[j + 1] || (size_t)w->neighbour[other] != i ||
                (size_t)w->neighbour[other + images - 1] != i)
                return mofb__fail(MOFB_ERR_INTERNAL, "one_way_edge",
                                  "atoms %zu and %zu: a pair is not there in both directions", i - node,
                                  j - node);
            for (size_t k = 0; k < images; k++) w->reverse[e + k] = other + images - 1 - k;
            cursor[j - node] += images;
        }
    return MOFB_OK;
}

static mofb_status gather_item(mofb__tn_work *w, const mofb__tn_shape *shape, const mofb_work *item,
                               size_t node, size_t edge) {
    const mofb_edges *from = item->edges;
    for (size_t i = 0; i < item->n_atoms; i++) {
        size_t row = from->first[i + 1] - from->first[i];
        w->element[node + i] = shape->row[item->numbers[i]];
        w->first[node + i] = edge + from->first[i];
        if (row > w->max_row) w->max_row = row;
        for (size_t e = from->first[i]; e < from->first[i + 1]; e++) w->self[edge + e] = (int32_t)(node + i);
    }
    w->first[node + item->n_atoms] = edge + from->count;
    if (from->count) memcpy(w->vec + 3 * edge, from->vec, 3 * from->count * sizeof *w->vec);
    for (size_t e = 0; e < from->count; e++) {
        const double *v = from->vec + 3 * e;
        w->neighbour[edge + e] = from->j[e] + (int32_t)node;
        w->r[edge + e] = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    }
    return find_reverses(w, node, item->n_atoms, (size_t *)(void *)(w->energy + node)); /* not in use yet */
}

static mofb_status gather(mofb__tn_work *w, const mofb__tn_shape *shape, const mofb_work *items,
                          size_t count) {
    size_t nodes = 0, edges = 0;
    for (size_t k = 0; k < count; k++) {
        nodes += items[k].n_atoms;
        edges += items[k].edges->count;
    }
    if (nodes > INT32_MAX)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_large", "a batch of %zu atoms is too large", nodes);
    MOFB__TRY(make_room(w, nodes, edges));
    w->max_row = 1;
    nodes = edges = 0;
    for (size_t k = 0; k < count; k++) {
        MOFB__TRY(gather_item(w, shape, &items[k], nodes, edges));
        nodes += items[k].n_atoms;
        edges += items[k].edges->count;
    }
    return MOFB_OK;
}

/* Forces and virials from the gradients by both directed edges of each bond. */
static void force_stage(void *context, size_t first, size_t count, int32_t lane) {
    mofb__tn_work *w = context;
    (void)lane;
    for (size_t i = first; i < first + count; i++) {
        double *force = w->force + 3 * i, *virial = w->virial + 9 * i;
        memset(force, 0, 3 * sizeof *force);
        memset(virial, 0, 9 * sizeof *virial);
        for (size_t e = w->first[i]; e < w->first[i + 1]; e++) {
            const double *mine = w->gradient + 3 * e, *other = w->gradient + 3 * w->reverse[e],
                         *vec = w->vec + 3 * e;
            for (int a = 0; a < 3; a++) {
                force[a] += mine[a] - other[a];
                for (int b = 0; b < 3; b++) virial[3 * a + b] += vec[a] * mine[b];
            }
        }
    }
}

static void scatter_item(const mofb__tn_work *w, const mofb__tn_shape *shape, mofb_work *item, size_t node) {
    size_t n = item->n_atoms;
    double network = 0, references = 0, stress[9] = {0};
    for (size_t i = node; i < node + n; i++) {
        double e = w->energy[i], reference = shape->reference[w->element[i]];
        network += e;
        references += reference;
        if (item->atom_energies)
            item->atom_energies[i - node] = shape->scale * e + reference + shape->mean / (double)n;
        for (int k = 0; item->stress && k < 9; k++) stress[k] += w->virial[9 * i + (size_t)k];
    }
    if (item->energy) *item->energy = shape->scale * network + shape->mean + references;
    if (item->forces) memcpy(item->forces, w->force + 3 * node, 3 * n * sizeof(double));
    for (int k = 0; item->stress && k < 9; k++) item->stress[k] = stress[k] / item->volume;
}

static mofb_status run(mofb__tensornet *m, mofb__tn_work *w, mofb_work *items, size_t count,
                       int32_t threads) {
    bool gradient = false;
    size_t node = 0;
    for (size_t k = 0; k < count; k++) gradient |= items[k].forces || items[k].stress;
    MOFB__TRY(gather(w, &m->shape, items, count));
    MOFB__TRY(m->f64 ? mofb__tn_net_run_f64(&m->net_f64, w, gradient, threads)
                     : mofb__tn_net_run_f32(&m->net_f32, w, gradient, threads));
    if (gradient) mofb__compute_rows(force_stage, w, w->nodes, 64, threads);
    for (size_t k = 0; k < count; node += items[k++].n_atoms) scatter_item(w, &m->shape, &items[k], node);
    return MOFB_OK;
}

/* Items go down in packs of about so many atoms, or one item: enough rows to keep the threads busy, while memory stays
   that of one pack however large the batch. */
enum { PACK = 256, PACK_OF_A_THREAD = 128 };

mofb_status mofb__tn_evaluate(mofb__tensornet *m, mofb_work *items, size_t count, int32_t threads) {
    mofb__tn_work *w = take_work(m);
    if (!w) return mofb__no_memory();
    mofb_status status = MOFB_OK;
    size_t pack = threads > PACK / PACK_OF_A_THREAD ? (size_t)threads * PACK_OF_A_THREAD : PACK;
    for (size_t first = 0, last, atoms; first < count && !status; first = last) {
        for (last = first, atoms = 0; last < count && (last == first || atoms + items[last].n_atoms <= pack);
             last++)
            atoms += items[last].n_atoms;
        status = run(m, w, items + first, last - first, threads > 0 ? threads : 1);
    }
    give_back(m, w);
    return status;
}
