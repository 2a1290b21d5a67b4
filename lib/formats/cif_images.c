/* SPDX-License-Identifier: MIT */
/* Symmetry applied to the sites. */
#include "formats/cif.h"

#include <math.h>

#include "formats/grid.h"

typedef struct maker {
    mofb__cif_images *out;
    const mofb__cif_sites *sites;
    mofb__grid grid;
    const mofb_allocator *a;
} maker;

static mofb_status fail_close(const mofb__cif_site *a, const mofb__cif_site *b, double distance) {
    return mofb__fail(MOFB_ERR_INVALID, "atoms_too_close",
                      "line %u: '%s' and '%s' (line %u) are %.3g Å apart", (unsigned)b->line,
                      mofb__text_clip(b->label.text, b->label.length).text,
                      mofb__text_clip(a->label.text, a->label.length).text, (unsigned)a->line, distance);
}

/* Whether a place is taken already: by the same site (a special position), or by an equal, fully occupied one
   that symmetry makes of another line. Partly occupied sites may share a place. */
static mofb_status is_taken(bool *taken, const maker *m, uint32_t site, const double fract[3]) {
    uint32_t found[MOFB__CIF_MAX_ALTERNATIVES];
    double distances[MOFB__CIF_MAX_ALTERNATIVES];
    const mofb__cif_site *mine = &m->sites->items[site];
    size_t n =
        mofb__grid_near(&m->grid, fract, MOFB__CIF_MERGE, found, distances, MOFB__CIF_MAX_ALTERNATIVES);
    *taken = false;
    if (n > MOFB__CIF_MAX_ALTERNATIVES)
        return mofb__fail(MOFB_ERR_INVALID, "atoms_too_close",
                          "line %u: more than %d atoms in one place with '%s'", (unsigned)mine->line,
                          MOFB__CIF_MAX_ALTERNATIVES,
                          mofb__text_clip(mine->label.text, mine->label.length).text);
    for (size_t k = 0; k < n && !*taken; k++) {
        uint32_t other = m->out->items[found[k]].site;
        const mofb__cif_site *theirs = &m->sites->items[other];
        bool partial = mine->occupancy < 1 || theirs->occupancy < 1;
        if (other == site || (!partial && mine->number == theirs->number)) *taken = true;
        else if (!partial) return fail_close(theirs, mine, distances[k]);
    }
    return MOFB_OK;
}

static mofb_status add(maker *m, uint32_t site, uint32_t operation, const double fract[3]) {
    mofb__cif_images *out = m->out;
    if (out->count == MOFB__CIF_MAX_ATOMS)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "too_many_atoms", "symmetry makes more than %d atoms",
                          MOFB__CIF_MAX_ATOMS);
    MOFB__TRY(mofb__grow(m->a, &out->items, &out->capacity, out->count + 1, sizeof *out->items));
    out->items[out->count++] = (mofb__cif_image){site, operation, {fract[0], fract[1], fract[2]}, true};
    return MOFB_OK;
}

static mofb_status add_if_free(maker *m, uint32_t site, uint32_t operation, const double fract[3]) {
    bool taken;
    MOFB__TRY(is_taken(&taken, m, site, fract));
    if (taken) return MOFB_OK;
    MOFB__TRY(add(m, site, operation, fract));
    return mofb__grid_add(&m->grid, fract);
}

/* Into the cell; what rounding left just below 1 is 0. */
static double wrapped(double f) {
    f -= floor(f);
    return f > 1 - 1e-12 ? 0 : f;
}

static mofb_status add_images(maker *m, uint32_t site, const mofb__symops *ops) {
    const double *f = m->sites->items[site].fract;
    MOFB__TRY(add_if_free(m, site, MOFB__CIF_AS_WRITTEN, f));
    for (size_t k = 0; k < ops->count; k++) {
        const mofb__symop *op = &ops->items[k];
        double g[3];
        for (int i = 0; i < 3; i++)
            g[i] =
                wrapped(op->r[3 * i] * f[0] + op->r[3 * i + 1] * f[1] + op->r[3 * i + 2] * f[2] + op->t[i]);
        MOFB__TRY(add_if_free(m, site, (uint32_t)k, g));
    }
    return MOFB_OK;
}

mofb_status mofb__cif_images_make(mofb__cif_images *out, const mofb__cif_sites *sites,
                                  const mofb__symops *ops, const double cell[9], const mofb_allocator *a) {
    maker m = {.out = out, .sites = sites, .a = a};
    mofb_status status = MOFB_OK;
    mofb__grid_init(&m.grid, cell, 2 * MOFB__CIF_MERGE, a);
    for (size_t k = 0; k < sites->count && !status; k++) {
        if (ops->count > 1) status = add_images(&m, (uint32_t)k, ops);
        else status = add(&m, (uint32_t)k, MOFB__CIF_AS_WRITTEN, sites->items[k].fract);
    }
    mofb__grid_free(&m.grid);
    return status;
}
