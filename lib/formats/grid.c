/* SPDX-License-Identifier: MIT */
#include "formats/grid.h"

#include <math.h>
#include <string.h>

#include "base/mat3.h"

static const uint32_t none = UINT32_MAX;

/* Boxes at least this wide keep their number within integers. */
static const double widest = 1 << 20;

/* Points looked at for each that may be found: more than matter can have, so that crowded input ends early.
 */
static const size_t crowd = 64;

void mofb__grid_init(mofb__grid *g, const double cell[9], double radius, const mofb_allocator *a) {
    double volume = fabs(mofb__det3(cell));
    *g = (mofb__grid){.a = a, .radius = radius};
    memcpy(g->cell, cell, sizeof g->cell);
    for (int k = 0; k < 3; k++) {
        double normal[3];
        mofb__cross(normal, cell + 3 * ((k + 1) % 3), cell + 3 * ((k + 2) % 3));
        double height = volume / sqrt(mofb__dot(normal, normal));
        double boxes = floor(height / radius);
        g->boxes[k] = boxes < 1 ? 1 : boxes > widest ? (int32_t)widest : (int32_t)boxes;
        if (height < 3 * radius) g->images = 1;
    }
}

void mofb__grid_free(mofb__grid *g) {
    mofb__free(g->points);
    mofb__free(g->heads);
    g->points = NULL;
    g->heads = NULL;
}

static size_t head_of(const mofb__grid *g, const int32_t box[3]) {
    uint64_t h = (uint64_t)(uint32_t)box[0] * 0x9E3779B97F4A7C15u;
    h = (h ^ (h >> 29) ^ (uint32_t)box[1]) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 32) ^ (uint32_t)box[2]) * 0x94D049BB133111EBu;
    return (size_t)(h ^ (h >> 31)) & (g->n_heads - 1);
}

static void place(const mofb__grid *g, mofb__grid_point *p, const double fract[3]) {
    for (int k = 0; k < 3; k++) {
        double f = fract[k] - floor(fract[k]);
        if (!(f < 1)) f = 0; /* -1e-17 rounds up to 1 */
        int32_t box = (int32_t)(f * g->boxes[k]);
        p->fract[k] = f;
        p->box[k] = box < g->boxes[k] ? box : g->boxes[k] - 1;
    }
}

static void link_point(mofb__grid *g, uint32_t index) {
    uint32_t *head = &g->heads[head_of(g, g->points[index].box)];
    g->points[index].next = *head;
    *head = index;
}

static mofb_status more_heads(mofb__grid *g) {
    size_t wanted = g->n_heads ? 2 * g->n_heads : 64;
    uint32_t *heads = mofb__alloc(g->a, wanted * sizeof *heads);
    if (!heads) return mofb__no_memory();
    memset(heads, 0xFF, wanted * sizeof *heads);
    mofb__free(g->heads);
    g->heads = heads;
    g->n_heads = wanted;
    for (size_t k = 0; k < g->count; k++)
        link_point(g, (uint32_t)k);
    return MOFB_OK;
}

mofb_status mofb__grid_add(mofb__grid *g, const double fract[3]) {
    MOFB__TRY(mofb__grow(g->a, &g->points, &g->capacity, g->count + 1, sizeof *g->points));
    if (g->count >= g->n_heads) MOFB__TRY(more_heads(g));
    place(g, &g->points[g->count], fract);
    link_point(g, (uint32_t)g->count++);
    return MOFB_OK;
}

/* Shortest distance between two places; in a narrow cell the nearest image need not be the one with the
   smallest fractional difference. */
static double distance(const mofb__grid *g, const double *a, const double *b) {
    double d[3], best = HUGE_VAL;
    for (int k = 0; k < 3; k++)
        d[k] = a[k] - b[k] - round(a[k] - b[k]);
    for (int i = -g->images; i <= g->images; i++)
        for (int j = -g->images; j <= g->images; j++)
            for (int k = -g->images; k <= g->images; k++) {
                double v[3] = {d[0] + i, d[1] + j, d[2] + k};
                mofb__row_times(v, v, g->cell);
                double r = mofb__dot(v, v);
                if (r < best) best = r;
            }
    return sqrt(best);
}

typedef struct search {
    const mofb__grid *g;
    const double *fract;
    double radius;
    uint32_t *found;
    double *distances;
    size_t count, limit, visited;
} search;

static void look_into(search *s, const int32_t box[3]) {
    const mofb__grid *g = s->g;
    for (uint32_t k = g->heads[head_of(g, box)]; k != none && s->count <= s->limit; k = g->points[k].next) {
        const mofb__grid_point *p = &g->points[k];
        if (++s->visited > crowd * s->limit) s->count = s->limit + 1;
        if (memcmp(p->box, box, sizeof p->box)) continue;
        double d = distance(g, p->fract, s->fract);
        if (d >= s->radius) continue;
        if (s->count < s->limit) {
            s->found[s->count] = k;
            s->distances[s->count] = d;
        }
        s->count++;
    }
}

/* The boxes beside one along an axis, each once. */
static int beside(int32_t out[3], int32_t box, int32_t boxes) {
    if (boxes < 3) {
        for (int32_t k = 0; k < boxes; k++)
            out[k] = k;
        return boxes;
    }
    out[0] = box ? box - 1 : boxes - 1;
    out[1] = box;
    out[2] = box + 1 < boxes ? box + 1 : 0;
    return 3;
}

size_t mofb__grid_near(const mofb__grid *g, const double fract[3], double radius, uint32_t *found,
                       double *distances, size_t limit) {
    mofb__grid_point here;
    int32_t x[3], y[3], z[3];
    search s = {g, here.fract, radius, found, distances, 0, limit, 0};
    if (!g->count) return 0;
    place(g, &here, fract);
    int nx = beside(x, here.box[0], g->boxes[0]), ny = beside(y, here.box[1], g->boxes[1]);
    int nz = beside(z, here.box[2], g->boxes[2]);
    for (int i = 0; i < nx; i++)
        for (int j = 0; j < ny; j++)
            for (int k = 0; k < nz; k++)
                look_into(&s, (int32_t[3]){x[i], y[j], z[k]});
    return s.count;
}
