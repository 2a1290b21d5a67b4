/* SPDX-License-Identifier: MIT */
/* L-BFGS as ASE's LBFGS without line search, which the benchmark uses: 100 pairs, initial Hessian 70 eV/Å²,
   the step scaled as a whole so that no row moves more than 0.2. Every pair is kept, whatever the sign
   of its curvature. */
#include <string.h>

#include "physics/optimiser.h"
#include "physics/pairs.h"

extern const mofb__optimiser_kind mofb__optimiser_lbfgs;

static const size_t memory = 100;
static const double initial_curvature = 70.0, max_step = 0.2;

typedef struct lbfgs {
    mofb__optimiser base;
    size_t n;
    uint64_t steps;
    double *x0, *f0, *d; /* last coordinates and forces; work */
    mofb__pairs pairs;
} lbfgs;

static mofb_status step(mofb__optimiser *self, double *x, double energy, const double *f) {
    lbfgs *o = (lbfgs *)self;
    (void)energy;
    if (o->steps) mofb__pairs_add(&o->pairs, x, o->x0, f, o->f0);
    memcpy(o->d, f, o->n * sizeof *f);
    mofb__pairs_first_loop(&o->pairs, o->d);
    for (size_t k = 0; k < o->n; k++) o->d[k] /= initial_curvature;
    mofb__pairs_second_loop(&o->pairs, o->d);
    double longest = mofb__row_max(o->d, o->n / 3), scale = longest >= max_step ? max_step / longest : 1;
    memcpy(o->x0, x, o->n * sizeof *x);
    memcpy(o->f0, f, o->n * sizeof *f);
    for (size_t k = 0; k < o->n; k++) x[k] += scale * o->d[k];
    o->steps++;
    return MOFB_OK;
}

static void save(const mofb__optimiser *self, mofb__blob *b) {
    const lbfgs *o = (const lbfgs *)self;
    mofb__blob_put_u64(b, "lbfgs", o->steps);
    mofb__blob_put_f64(b, "x0", o->x0, o->n);
    mofb__blob_put_f64(b, "f0", o->f0, o->n);
    mofb__pairs_save(&o->pairs, b);
}

static mofb_status load(mofb__optimiser *self, mofb__blob *b) {
    lbfgs *o = (lbfgs *)self;
    MOFB__TRY(mofb__blob_get_u64(b, "lbfgs", &o->steps));
    MOFB__TRY(mofb__blob_get_f64(b, "x0", o->x0, o->n));
    MOFB__TRY(mofb__blob_get_f64(b, "f0", o->f0, o->n));
    return mofb__pairs_load(&o->pairs, b);
}

static void release(mofb__optimiser *self) {
    lbfgs *o = (lbfgs *)self;
    mofb__pairs_free(&o->pairs);
    mofb__free(o->x0);
    mofb__free(o->f0);
    mofb__free(o->d);
    mofb__free(o);
}

static mofb_status make(mofb__optimiser **out, const mofb__optimiser_setup *setup, const mofb_allocator *a) {
    lbfgs *o = mofb__calloc(a, 1, sizeof *o);
    if (!o) return mofb__no_memory();
    o->base = (mofb__optimiser){&mofb__optimiser_lbfgs, step, save, load, release};
    o->n = 3 * setup->n_rows;
    o->x0 = mofb__calloc(a, o->n, sizeof *o->x0);
    o->f0 = mofb__calloc(a, o->n, sizeof *o->f0);
    o->d = mofb__calloc(a, o->n, sizeof *o->d);
    mofb_status status = o->x0 && o->f0 && o->d ? MOFB_OK : mofb__no_memory();
    if (!status) status = mofb__pairs_init(&o->pairs, o->n, memory, a);
    if (status) release(&o->base);
    else *out = &o->base;
    return status;
}

const mofb__optimiser_kind mofb__optimiser_lbfgs = {
    "lbfgs", "L-BFGS as in ASE: memory 100, alpha 70, longest step 0.2 Å, no line search", make};
