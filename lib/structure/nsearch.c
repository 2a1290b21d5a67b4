/* SPDX-License-Identifier: MIT */
/* Every atom within reach of the cell, real or periodic image, becomes a point. Points are sorted into the
   bins of a Cartesian grid with the bins of a column (along z) next to each other, so that what lies near an
   atom is a few dozen contiguous runs. Distances are tested in single precision with a margin; whoever uses
   the candidates tests exactly. Points are numbered by (j, image), so ascending numbers are the order wanted,
   and a bitmap puts a row into it in linear time. */
#include "structure/nsearch.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mat3.h"
#include "structure/cell.h"

#ifdef _OPENMP
#include <omp.h>
#endif

enum { MIN_ROWS = 32, MAX_SEGMENTS = 128 };
static const double max_images = 1 << 28;
static const double max_wrap = 1e8;   /* cells, so that shifts stay within int32 */
static const double max_extent = 1e9; /* Å, so that single precision holds the grid */

static int thread_number(void) {
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

int mofb__search_threads(int32_t wanted) {
#ifdef _OPENMP
    int all = omp_get_max_threads();
    return wanted <= 0 || wanted > all ? all : (int)wanted;
#else
    (void)wanted;
    return 1;
#endif
}

mofb_status mofb__search_init(mofb__search *s, size_t n_atoms, bool half, const int32_t periodic[3],
                              const mofb_allocator *a) {
    *s = (mofb__search){.a = a, .n_atoms = n_atoms, .half = half};
    memcpy(s->periodic, periodic, sizeof s->periodic);
    size_t rows = n_atoms / MAX_SEGMENTS + 1;
    if (rows < MIN_ROWS) rows = MIN_ROWS;
    s->n_segments = (n_atoms + rows - 1) / rows;
    s->wrap = mofb__calloc(a, 3 * n_atoms, sizeof *s->wrap);
    s->self = mofb__calloc(a, n_atoms, sizeof *s->self);
    s->row_end = mofb__calloc(a, n_atoms, sizeof *s->row_end);
    s->segments = mofb__calloc(a, s->n_segments, sizeof *s->segments);
    if (!s->wrap || !s->self || !s->row_end || !s->segments) {
        mofb__search_free(s);
        return mofb__no_memory();
    }
    for (size_t k = 0; k < s->n_segments; k++) {
        size_t next = (k + 1) * rows;
        s->segments[k].row = k * rows;
        s->segments[k].next = next < n_atoms ? next : n_atoms;
    }
    return MOFB_OK;
}

void mofb__search_free(mofb__search *s) {
    for (size_t k = 0; s->segments && k < s->n_segments; k++) mofb__free(s->segments[k].ids);
    for (size_t k = 0; s->scratch && k < s->n_scratch; k++) {
        mofb__free(s->scratch[k].hits);
        mofb__free(s->scratch[k].bits);
        mofb__free(s->scratch[k].summary);
    }
    void *blocks[] = {s->wrap, s->self,  s->images,   s->points,  s->sorted,
                      s->bin,  s->start, s->segments, s->row_end, s->scratch};
    for (size_t k = 0; k < sizeof blocks / sizeof *blocks; k++) mofb__free(blocks[k]);
    *s = (mofb__search){.a = s->a};
}

/* The region in which images matter: the wrapped atoms' fractional and Cartesian bounds. */
typedef struct region {
    double f_low[3], f_high[3], low[3], high[3];
} region;

static void include(double *low, double *high, const double *v) {
    for (int k = 0; k < 3; k++) {
        low[k] = fmin(low[k], v[k]);
        high[k] = fmax(high[k], v[k]);
    }
}

static mofb_status wrap_atoms(mofb__search *s, region *r, const double *positions, const double *cell,
                              const double *inverse) {
    for (int k = 0; k < 3; k++) {
        r->f_low[k] = r->low[k] = INFINITY;
        r->f_high[k] = r->high[k] = -INFINITY;
    }
    for (size_t i = 0; i < s->n_atoms; i++) {
        double f[3], w[3], x[3];
        mofb__row_times(f, positions + 3 * i, inverse);
        for (int k = 0; k < 3; k++) {
            w[k] = s->periodic[k] ? floor(f[k]) : 0;
            if (!(fabs(f[k]) < max_wrap))
                return mofb__fail(MOFB_ERR_INVALID, "not_finite",
                                  "atom %zu is not at a usable position (%g %g %g)", i + 1, positions[3 * i],
                                  positions[3 * i + 1], positions[3 * i + 2]);
            f[k] -= w[k];
            s->wrap[3 * i + (size_t)k] = (int32_t)w[k];
        }
        mofb__row_times(x, f, cell);
        include(r->f_low, r->f_high, f);
        include(r->low, r->high, x);
    }
    return MOFB_OK;
}

static mofb_status add_image(mofb__search *s, const mofb__image *image, const double *point) {
    size_t n = s->n_images;
    MOFB__TRY(mofb__grow(s->a, &s->images, &s->images_capacity, n + 1, sizeof *s->images));
    MOFB__TRY(mofb__grow(s->a, &s->points, &s->points_capacity, 3 * n + 3, sizeof *s->points));
    s->images[n] = *image;
    memcpy(s->points + 3 * n, point, 3 * sizeof *point);
    s->n_images++;
    return MOFB_OK;
}

/* The images T of atom j that are within reach of the region, in lexicographic order. */
static mofb_status add_images_of(mofb__search *s, size_t j, const region *r, const double *position,
                                 const double *cell, const double *inverse, const double margin[3],
                                 double reach) {
    int32_t from[3], to[3], t[3];
    const int32_t *w = s->wrap + 3 * j;
    double f[3];
    mofb__row_times(f, position, inverse);
    for (int k = 0; k < 3; k++) {
        double at = f[k] - w[k];
        from[k] = s->periodic[k] ? (int32_t)ceil(r->f_low[k] - margin[k] - at) : 0;
        to[k] = s->periodic[k] ? (int32_t)floor(r->f_high[k] + margin[k] - at) : 0;
    }
    for (t[0] = from[0]; t[0] <= to[0]; t[0]++)
        for (t[1] = from[1]; t[1] <= to[1]; t[1]++)
            for (t[2] = from[2]; t[2] <= to[2]; t[2]++) {
                mofb__image image = {(int32_t)j, {t[0] - w[0], t[1] - w[1], t[2] - w[2]}};
                double v[3] = {image.s[0], image.s[1], image.s[2]}, point[3];
                bool self = !t[0] && !t[1] && !t[2], near = true;
                mofb__row_times(point, v, cell);
                for (int k = 0; k < 3; k++) {
                    point[k] += position[k];
                    near = near && point[k] >= r->low[k] - reach && point[k] <= r->high[k] + reach;
                }
                if (self) s->self[j] = (uint32_t)s->n_images;
                if (self || near) MOFB__TRY(add_image(s, &image, point));
            }
    return MOFB_OK;
}

static mofb_status make_images(mofb__search *s, const region *r, const double *positions, const double *cell,
                               const double *inverse, double reach) {
    double heights[3], margin[3], estimate = (double)s->n_atoms, likely = estimate;
    mofb__cell_heights(heights, cell);
    for (int k = 0; k < 3; k++) {
        margin[k] = s->periodic[k] ? reach / heights[k] + 1e-9 : 0;
        double across = r->f_high[k] - r->f_low[k] + 2 * margin[k];
        if (s->periodic[k]) estimate *= across + 1, likely *= across;
    }
    if (!(estimate < max_images))
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "cutoff_too_large",
                          "%g A around %zu atoms reaches about %.3g periodic images", reach, s->n_atoms,
                          estimate);
    size_t room = (size_t)(1.05 * likely);
    MOFB__TRY(mofb__grow(s->a, &s->images, &s->images_capacity, room, sizeof *s->images));
    MOFB__TRY(mofb__grow(s->a, &s->points, &s->points_capacity, 3 * room, sizeof *s->points));
    s->n_images = 0;
    for (size_t j = 0; j < s->n_atoms; j++)
        MOFB__TRY(add_images_of(s, j, r, positions + 3 * j, cell, inverse, margin, reach));
    return MOFB_OK;
}

/* Lays a grid with a bounded number of bins over the region and its surroundings. */
static mofb_status lay_grid(mofb__search *s, const region *r, double reach) {
    double extent[3], width[3], longest = 0, volume = 1, count;
    double most = 8 * (double)s->n_images + 64;
    for (int k = 0; k < 3; k++) {
        s->corner[k] = r->low[k] - reach;
        extent[k] = r->high[k] - r->low[k] + 2 * reach;
        longest = fmax(longest, extent[k]);
        volume *= extent[k];
    }
    /* Columns wide enough to hold about a dozen points within reach, measured to be fastest; fine along z,
       where bins cost nothing. */
    width[0] = sqrt(12 * volume / ((double)s->n_images * reach));
    width[0] = width[1] = fmin(fmax(width[0], reach / 4), reach);
    width[2] = reach / 6;
    if (!(longest < max_extent))
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_large", "atoms or cutoff stretch over %g A", longest);
    do {
        count = 1;
        for (int k = 0; k < 3; k++) {
            count *= floor(extent[k] / width[k]) + 1;
            width[k] *= 1.25;
        }
    } while (count > most);
    for (int k = 0; k < 3; k++) {
        s->bins[k] = (int32_t)(extent[k] / (width[k] / 1.25)) + 1;
        s->width[k] = (float)(width[k] / 1.25);
        s->per_width[k] = 1 / s->width[k];
    }
    s->reach = (float)(reach + 3e-6 * longest); /* more than single precision loses */
    s->expected = fmin(5 * reach * reach * reach / volume, 1) * (double)s->n_images * (s->half ? 0.5 : 1);
    return mofb__grow(s->a, &s->start, &s->start_capacity, (size_t)count + 1, sizeof *s->start);
}

static int32_t bin_of(const mofb__search *s, int axis, float at) {
    float b = at * s->per_width[axis];
    return b <= 0 ? 0 : b >= (float)s->bins[axis] ? s->bins[axis] - 1 : (int32_t)b;
}

/* Where a point is in the grid. */
static void in_grid(float at[3], const mofb__search *s, size_t point) {
    for (int k = 0; k < 3; k++) at[k] = (float)(s->points[3 * point + (size_t)k] - s->corner[k]);
}

/* Counting sort of the points into the bins; within a bin by number. */
static mofb_status sort_points(mofb__search *s) {
    size_t n = s->n_images, bins = (size_t)s->bins[0] * (size_t)s->bins[1] * (size_t)s->bins[2];
    float at[3];
    MOFB__TRY(mofb__grow(s->a, &s->sorted, &s->sorted_capacity, n, sizeof *s->sorted));
    MOFB__TRY(mofb__grow(s->a, &s->bin, &s->bin_capacity, n, sizeof *s->bin));
    memset(s->start, 0, (bins + 1) * sizeof *s->start);
    for (size_t p = 0; p < n; p++) {
        in_grid(at, s, p);
        int32_t bx = bin_of(s, 0, at[0]), by = bin_of(s, 1, at[1]), bz = bin_of(s, 2, at[2]);
        s->bin[p] =
            (uint32_t)(((size_t)bx * (size_t)s->bins[1] + (size_t)by) * (size_t)s->bins[2] + (size_t)bz);
        s->start[s->bin[p] + 1]++;
    }
    for (size_t b = 0; b < bins; b++) s->start[b + 1] += s->start[b];
    for (size_t p = 0; p < n; p++) {
        mofb__point *to = &s->sorted[s->start[s->bin[p]]++];
        in_grid(to->at, s, p);
        to->id = (uint32_t)p;
    }
    memmove(s->start + 1, s->start, bins * sizeof *s->start); /* ends back to starts */
    s->start[0] = 0;
    return MOFB_OK;
}

static mofb_status make_scratch(mofb__search *s, int threads) {
    if ((size_t)threads > s->n_scratch) {
        mofb__scratch *more = mofb__realloc(s->a, s->scratch, (size_t)threads * sizeof *more);
        if (!more) return mofb__no_memory();
        memset(more + s->n_scratch, 0, ((size_t)threads - s->n_scratch) * sizeof *more);
        s->scratch = more;
        s->n_scratch = (size_t)threads;
    }
    for (size_t k = 0; k < s->n_scratch; k++) {
        mofb__scratch *c = &s->scratch[k];
        size_t words = s->n_images / 64 + 1;
        MOFB__TRY(mofb__grow(s->a, &c->hits, &c->hits_capacity, s->n_images, sizeof *c->hits));
        MOFB__TRY(mofb__grow(s->a, &c->bits, &c->bits_capacity, words, sizeof *c->bits));
        MOFB__TRY(mofb__grow(s->a, &c->summary, &c->summary_capacity, words / 64 + 1, sizeof *c->summary));
        memset(c->bits, 0, words * sizeof *c->bits);
        memset(c->summary, 0, (words / 64 + 1) * sizeof *c->summary);
    }
    return MOFB_OK;
}

/* Squared distance along an axis from a coordinate to a bin. */
static float gap2(const mofb__search *s, int axis, int32_t bin, float at) {
    float low = (float)bin * s->width[axis], high = low + s->width[axis];
    float gap = at < low ? low - at : at > high ? at - high : 0;
    return gap * gap;
}

/* Points of a run that are within reach of `at` and numbered `least` or higher, appended to hits. */
static size_t test_run(const mofb__search *s, const float at[3], uint32_t least, const uint32_t run[2],
                       uint32_t *hits, size_t n) {
    const float reach2 = s->reach * s->reach;
    for (size_t p = run[0]; p < run[1]; p++) {
        const mofb__point *q = &s->sorted[p];
        float dx = q->at[0] - at[0], dy = q->at[1] - at[1], dz = q->at[2] - at[2];
        hits[n] = q->id;
        n += (dx * dx + dy * dy + dz * dz <= reach2) & (q->id >= least);
    }
    return n;
}

static size_t find_hits(const mofb__search *s, const float at[3], uint32_t least, uint32_t *hits) {
    const float reach2 = s->reach * s->reach;
    int32_t x0 = bin_of(s, 0, at[0] - s->reach), x1 = bin_of(s, 0, at[0] + s->reach);
    int32_t y0 = bin_of(s, 1, at[1] - s->reach), y1 = bin_of(s, 1, at[1] + s->reach);
    size_t n = 0;
    for (int32_t bx = x0; bx <= x1; bx++) {
        float left_x = reach2 - gap2(s, 0, bx, at[0]);
        for (int32_t by = y0; by <= y1; by++) {
            float left = left_x - gap2(s, 1, by, at[1]);
            if (left < 0) continue;
            float half = sqrtf(left);
            const uint32_t *column =
                s->start + ((size_t)bx * (size_t)s->bins[1] + (size_t)by) * (size_t)s->bins[2];
            const uint32_t run[2] = {column[bin_of(s, 2, at[2] - half)],
                                     column[bin_of(s, 2, at[2] + half) + 1]};
            n = test_run(s, at, least, run, hits, n);
        }
    }
    return n;
}

static unsigned lowest(uint64_t bits) {
    return (unsigned)__builtin_ctzll(bits);
}

/* Appends the hits in ascending order, without the atom itself. */
static size_t sort_hits(uint32_t *out, mofb__scratch *c, size_t n, uint32_t self) {
    size_t low = SIZE_MAX, high = 0, m = 0;
    for (size_t k = 0; k < n; k++) {
        uint32_t id = c->hits[k];
        size_t word = id / 64;
        c->bits[word] |= (uint64_t)1 << (id % 64);
        c->summary[word / 64] |= (uint64_t)1 << (word % 64);
        low = word / 64 < low ? word / 64 : low;
        high = word / 64 > high ? word / 64 : high;
    }
    for (size_t top = low; n && top <= high; top++)
        for (uint64_t words = c->summary[top]; words; words &= words - 1) {
            size_t word = top * 64 + lowest(words);
            for (uint64_t bits = c->bits[word]; bits; bits &= bits - 1) {
                uint32_t id = (uint32_t)(word * 64 + lowest(bits));
                out[m] = id;
                m += id != self;
            }
            c->bits[word] = 0;
        }
    if (n) memset(c->summary + low, 0, (high - low + 1) * sizeof *c->summary);
    return m;
}

static mofb_status search_segment(mofb__search *s, mofb__segment *g, mofb__scratch *c) {
    size_t rows = g->next - g->row;
    g->count = 0;
    MOFB__TRY(mofb__grow(s->a, &g->ids, &g->capacity, (size_t)(s->expected * (double)rows), sizeof *g->ids));
    for (size_t i = g->row; i < g->next; i++) {
        float at[3];
        in_grid(at, s, s->self[i]);
        size_t n = find_hits(s, at, s->half ? s->self[i] : 0, c->hits);
        MOFB__TRY(mofb__grow(s->a, &g->ids, &g->capacity, g->count + n, sizeof *g->ids));
        if (n) g->count += sort_hits(g->ids + g->count, c, n, s->self[i]);
        s->row_end[i] = g->count;
    }
    return MOFB_OK;
}

mofb_status mofb__search_run(mofb__search *s, const double *positions, const double cell[9],
                             const double inverse[9], double reach, int threads) {
    region r;
    bool failed = false;
    MOFB__TRY(wrap_atoms(s, &r, positions, cell, inverse));
    MOFB__TRY(make_images(s, &r, positions, cell, inverse, reach));
    MOFB__TRY(lay_grid(s, &r, reach));
    MOFB__TRY(sort_points(s));
    MOFB__TRY(make_scratch(s, threads));
#pragma omp parallel for schedule(dynamic) num_threads(threads) reduction(|| : failed) if (threads > 1)
    for (size_t k = 0; k < s->n_segments; k++)
        failed = search_segment(s, &s->segments[k], &s->scratch[thread_number()]) || failed;
    return failed ? mofb__no_memory() : MOFB_OK;
}
