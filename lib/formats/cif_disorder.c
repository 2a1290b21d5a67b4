/* SPDX-License-Identifier: MIT */
/* Partly occupied and disordered sites: refused, or reduced to the most occupied alternatives.

   Alternatives are units that stay or go as a whole: all images of a disorder group; of a negative group
   (disorder about a symmetry element) the images under one operation; of a site without group each image
   alone. Units exclude each other if they are groups of one named assembly or if two of their atoms overlap.
   The vacancy, what is missing to an occupancy of 1 where a unit is, is an alternative too. Units are taken
   by falling occupancy, equal ones as the file has them, if nothing taken excludes them and the vacancy is
   not more likely. */
#include "formats/cif.h"

#include <stdlib.h>
#include <string.h>

#include "formats/grid.h"
#include "structure/elements.h"

enum { MAX_NEAR = 256 };

/* Atoms nearer than this part of the sum of their covalent radii are alternatives: below every bond (N≡N has
   0.77, hydrogen as X-rays see it 0.84) and above half the shift of most disordered groups. */
static const double overlap = 0.75;
static const double unknown_radius = 1.5; /* Å */

static const double tolerance = 1e-3; /* occupancies are rounded */

typedef struct entry {
    char assembly[8];
    int32_t group;
    uint32_t part; /* what tells units of one group apart: operation, or image where there is no group */
    uint32_t image;
} entry;

typedef struct unit {
    size_t first, end; /* entries */
    size_t assembly;   /* index of the named assembly, NONE */
    double occupancy;  /* mean of its atoms */
    uint32_t seen;     /* last unit that counted this one among its neighbours */
} unit;

#define NONE SIZE_MAX

typedef struct assembly {
    double total; /* of the occupancies of its groups */
    bool taken;
} assembly;

typedef struct picker {
    mofb__cif_images *images;
    const mofb__cif_sites *sites;
    entry *entries;
    size_t n_entries;
    unit *units;
    size_t n_units;
    assembly *assemblies;
    uint32_t *unit_of; /* of an image; UINT32_MAX: ordered */
    uint32_t *order;   /* of units */
    mofb__grid grid;
    double radius; /* Å, longest overlap */
    uint32_t near[MAX_NEAR];
    double distances[MAX_NEAR];
} picker;

static mofb_status fail_site(const mofb__cif_site *s, const char *reason, const char *what) {
    return mofb__fail(MOFB_ERR_INVALID, reason, "line %u: atom '%s' (occupancy %g, disorder group %d) %s",
                      (unsigned)s->line, mofb__text_clip(s->label.text, s->label.length).text, s->occupancy,
                      (int)s->group, what);
}

static int by_assembly(const void *a, const void *b) {
    const mofb__cif_site *x = *(const mofb__cif_site *const *)a, *y = *(const mofb__cif_site *const *)b;
    int order = memcmp(x->assembly, y->assembly, sizeof x->assembly);
    if (!order) order = (x->group > y->group) - (x->group < y->group);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

mofb_status mofb__cif_disorder_refuse(const mofb__cif_sites *sites, const mofb_allocator *a) {
    static const char why[] = "is disordered; the option to keep the major part accepts it";
    mofb_status status = MOFB_OK;
    size_t n = 0;
    for (size_t k = 0; k < sites->count; k++)
        if (sites->items[k].occupancy < 1) return fail_site(&sites->items[k], "partial_occupancy", why);
    const mofb__cif_site **grouped = mofb__alloc(a, sites->count * sizeof *grouped);
    if (!grouped) return mofb__no_memory();
    for (size_t k = 0; k < sites->count; k++)
        if (sites->items[k].group) grouped[n++] = &sites->items[k];
    qsort(grouped, n, sizeof *grouped, by_assembly);
    for (size_t k = 1; k < n && !status; k++)
        if (!memcmp(grouped[k]->assembly, grouped[k - 1]->assembly, sizeof grouped[k]->assembly) &&
            grouped[k]->group != grouped[k - 1]->group)
            status = fail_site(grouped[k], "partial_occupancy", why);
    mofb__free(grouped);
    return status;
}

static const mofb__cif_site *site_of(const picker *p, uint32_t image) {
    return &p->sites->items[p->images->items[image].site];
}

static double radius_of(const mofb__cif_site *s) {
    double r = mofb__element_covalent_radius(s->number);
    return r > 0 ? r : unknown_radius;
}

static int by_unit(const void *a, const void *b) {
    const entry *x = a, *y = b;
    int order = memcmp(x->assembly, y->assembly, sizeof x->assembly);
    if (!order) order = (x->group > y->group) - (x->group < y->group);
    if (!order) order = (x->part > y->part) - (x->part < y->part);
    return order ? order : (x->image > y->image) - (x->image < y->image);
}

static void make_entries(picker *p) {
    for (uint32_t k = 0; k < p->images->count; k++) {
        const mofb__cif_site *s = site_of(p, k);
        p->unit_of[k] = UINT32_MAX;
        if (s->occupancy >= 1 && !s->group) continue;
        entry *e = &p->entries[p->n_entries++];
        *e = (entry){.group = s->group, .part = k, .image = k};
        if (s->group) memcpy(e->assembly, s->assembly, sizeof e->assembly);
        if (s->group) e->part = s->group > 0 ? 0 : p->images->items[k].operation;
        p->images->items[k].kept = false;
    }
    qsort(p->entries, p->n_entries, sizeof *p->entries, by_unit);
}

/* Entries of one unit are neighbours after sorting, and so are the units of one assembly. */
static void make_units(picker *p) {
    size_t n_assemblies = 0;
    for (size_t k = 0; k < p->n_entries; k++) {
        const entry *e = &p->entries[k], *before = k ? e - 1 : NULL;
        bool same_assembly = before && !memcmp(e->assembly, before->assembly, sizeof e->assembly);
        if (!same_assembly || e->group != before->group || e->part != before->part) {
            unit *u = &p->units[p->n_units++];
            *u = (unit){.first = k, .assembly = NONE, .seen = UINT32_MAX};
            if (e->assembly[0] && e->group > 0) {
                if (!same_assembly || before->group <= 0) n_assemblies++;
                u->assembly = n_assemblies - 1;
            }
        }
        p->units[p->n_units - 1].end = k + 1;
        p->units[p->n_units - 1].occupancy += site_of(p, e->image)->occupancy;
        p->unit_of[e->image] = (uint32_t)(p->n_units - 1);
    }
    for (size_t k = 0; k < p->n_units; k++) {
        unit *u = &p->units[k];
        u->occupancy /= (double)(u->end - u->first);
        if (u->assembly != NONE) p->assemblies[u->assembly].total += u->occupancy;
    }
}

/* Images that overlap with one, in p->near. */
static mofb_status find_near(picker *p, uint32_t image, size_t *count) {
    const mofb__cif_site *mine = site_of(p, image);
    size_t n =
        mofb__grid_near(&p->grid, p->images->items[image].fract, p->radius, p->near, p->distances, MAX_NEAR);
    if (n > MAX_NEAR) return fail_site(mine, "too_disordered", "has too many others around it");
    *count = 0;
    for (size_t k = 0; k < n; k++) {
        double limit = overlap * (radius_of(mine) + radius_of(site_of(p, p->near[k])));
        if (p->near[k] != image && p->distances[k] < limit) p->near[(*count)++] = p->near[k];
    }
    return MOFB_OK;
}

/* Whether something taken excludes the unit, and the sum of the occupancies where it is. */
static mofb_status look_around(picker *p, uint32_t index, bool *excluded, double *total) {
    unit *u = &p->units[index];
    bool group = p->entries[u->first].group > 0;
    size_t n;
    *total = 0;
    *excluded = u->assembly != NONE && p->assemblies[u->assembly].taken;
    for (size_t k = u->first; k < u->end; k++) {
        double here = 0;
        MOFB__TRY(find_near(p, p->entries[k].image, &n));
        for (size_t j = 0; j < n; j++) {
            uint32_t other = p->unit_of[p->near[j]];
            if (other == index) continue;
            if (p->images->items[p->near[j]].kept) *excluded = true;
            if (other == UINT32_MAX || (group && p->units[other].seen == index)) continue;
            p->units[other].seen = index;
            here += group ? p->units[other].occupancy : site_of(p, p->near[j])->occupancy;
        }
        if (group) *total += here; /* other groups, each once */
        else if (here > *total) *total = here;
    }
    *total += u->occupancy;
    if (u->assembly != NONE) *total = p->assemblies[u->assembly].total;
    return MOFB_OK;
}

/* Images of a group under different operations may overlap: the first stays. */
static mofb_status take(picker *p, uint32_t index) {
    unit *u = &p->units[index];
    size_t n;
    if (u->assembly != NONE) p->assemblies[u->assembly].taken = true;
    for (size_t k = u->first; k < u->end; k++) {
        mofb__cif_image *image = &p->images->items[p->entries[k].image];
        image->kept = true;
        MOFB__TRY(find_near(p, p->entries[k].image, &n));
        for (size_t j = 0; j < n; j++) {
            const mofb__cif_image *other = &p->images->items[p->near[j]];
            if (p->unit_of[p->near[j]] == index && other->kept && other->operation != image->operation)
                image->kept = false;
        }
    }
    return MOFB_OK;
}

/* Order of units: falling occupancy, then first image. qsort has no context, so keys are made. */
typedef struct key {
    double occupancy;
    uint32_t image, index;
} key;

static int by_occupancy(const void *a, const void *b) {
    const key *x = a, *y = b;
    if (x->occupancy != y->occupancy) return x->occupancy < y->occupancy ? 1 : -1;
    return (x->image > y->image) - (x->image < y->image);
}

static mofb_status make_order(picker *p, const mofb_allocator *a) {
    key *keys = mofb__alloc(a, p->n_units * sizeof *keys);
    if (!keys) return mofb__no_memory();
    for (uint32_t k = 0; k < p->n_units; k++)
        keys[k] = (key){p->units[k].occupancy, p->entries[p->units[k].first].image, k};
    qsort(keys, p->n_units, sizeof *keys, by_occupancy);
    for (size_t k = 0; k < p->n_units; k++)
        p->order[k] = keys[k].index;
    mofb__free(keys);
    return MOFB_OK;
}

static mofb_status fill_grid(picker *p, const double cell[9], const mofb_allocator *a) {
    double longest = 0;
    for (size_t k = 0; k < p->sites->count; k++) {
        double r = radius_of(&p->sites->items[k]);
        if (r > longest) longest = r;
    }
    p->radius = 2 * overlap * longest;
    mofb__grid_init(&p->grid, cell, p->radius, a);
    for (size_t k = 0; k < p->images->count; k++)
        MOFB__TRY(mofb__grid_add(&p->grid, p->images->items[k].fract));
    return MOFB_OK;
}

static mofb_status pick(picker *p, const double cell[9], const mofb_allocator *a) {
    MOFB__TRY(fill_grid(p, cell, a));
    make_entries(p);
    make_units(p);
    MOFB__TRY(make_order(p, a));
    for (size_t k = 0; k < p->n_units; k++) {
        bool excluded;
        double total, own = p->units[p->order[k]].occupancy;
        MOFB__TRY(look_around(p, p->order[k], &excluded, &total));
        if (!excluded && own + tolerance >= 1 - total) MOFB__TRY(take(p, p->order[k]));
    }
    return MOFB_OK;
}

mofb_status mofb__cif_disorder_pick(mofb__cif_images *images, const mofb__cif_sites *sites,
                                    const double cell[9], const mofb_allocator *a) {
    picker *p = mofb__calloc(a, 1, sizeof *p);
    mofb_status status;
    if (!p) return mofb__no_memory();
    p->images = images;
    p->sites = sites;
    p->entries = mofb__calloc(a, images->count, sizeof *p->entries);
    p->units = mofb__calloc(a, images->count, sizeof *p->units);
    p->assemblies = mofb__calloc(a, images->count, sizeof *p->assemblies);
    p->unit_of = mofb__calloc(a, images->count, sizeof *p->unit_of);
    p->order = mofb__calloc(a, images->count, sizeof *p->order);
    bool memory = p->entries && p->units && p->assemblies && p->unit_of && p->order;
    status = memory ? pick(p, cell, a) : mofb__no_memory();
    mofb__grid_free(&p->grid);
    mofb__free(p->entries);
    mofb__free(p->units);
    mofb__free(p->assemblies);
    mofb__free(p->unit_of);
    mofb__free(p->order);
    mofb__free(p);
    return status;
}
