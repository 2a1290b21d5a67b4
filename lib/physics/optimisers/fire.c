/* SPDX-License-Identifier: MIT */
/* FIRE as ASE's with its defaults; E. Bitzek, P. Koskinen, F. Gähler, M. Moseler, P. Gumbsch, Phys. Rev.
   Lett. 97, 170201 (2006). The whole step (not each row) is held below 0.2. */
#include <math.h>
#include <string.h>

#include "physics/optimiser.h"
#include "physics/pairs.h"

extern const mofb__optimiser_kind mofb__optimiser_fire;

static const double dt_start = 0.1, dt_max = 1.0, dt_up = 1.1, dt_down = 0.5;
static const double mix_start = 0.1, mix_down = 0.99, max_step = 0.2;
static const uint64_t wait_steps = 5;

typedef struct fire {
    mofb__optimiser base;
    size_t n;
    uint64_t steps, downhill; /* all; since the last reset */
    double dt, mix;
    double *v;
} fire;

/* Turns the velocity towards the force and tunes the time step. */
static void adapt(fire *o, const double *f) {
    double power = mofb__dot_n(f, o->v, o->n);
    if (power > 0) {
        double ratio = sqrt(mofb__dot_n(o->v, o->v, o->n)) / sqrt(mofb__dot_n(f, f, o->n));
        for (size_t k = 0; k < o->n; k++) o->v[k] = (1 - o->mix) * o->v[k] + o->mix * ratio * f[k];
        if (o->downhill > wait_steps) {
            o->dt = fmin(o->dt * dt_up, dt_max);
            o->mix *= mix_down;
        }
        o->downhill++;
    } else {
        memset(o->v, 0, o->n * sizeof *o->v);
        o->mix = mix_start;
        o->dt *= dt_down;
        o->downhill = 0;
    }
}

static mofb_status step(mofb__optimiser *self, double *x, double energy, const double *f) {
    fire *o = (fire *)self;
    (void)energy;
    if (o->steps) adapt(o, f);
    for (size_t k = 0; k < o->n; k++) o->v[k] += o->dt * f[k];
    double length = o->dt * sqrt(mofb__dot_n(o->v, o->v, o->n)),
           scale = length > max_step ? max_step / length : 1;
    for (size_t k = 0; k < o->n; k++) x[k] += scale * o->dt * o->v[k];
    o->steps++;
    return MOFB_OK;
}

static void save(const mofb__optimiser *self, mofb__blob *b) {
    const fire *o = (const fire *)self;
    mofb__blob_put_u64(b, "fire", o->steps);
    mofb__blob_put_u64(b, "downhill", o->downhill);
    mofb__blob_put_f64(b, "dt", &o->dt, 1);
    mofb__blob_put_f64(b, "mix", &o->mix, 1);
    mofb__blob_put_f64(b, "v", o->v, o->n);
}

static mofb_status load(mofb__optimiser *self, mofb__blob *b) {
    fire *o = (fire *)self;
    MOFB__TRY(mofb__blob_get_u64(b, "fire", &o->steps));
    MOFB__TRY(mofb__blob_get_u64(b, "downhill", &o->downhill));
    MOFB__TRY(mofb__blob_get_f64(b, "dt", &o->dt, 1));
    MOFB__TRY(mofb__blob_get_f64(b, "mix", &o->mix, 1));
    return mofb__blob_get_f64(b, "v", o->v, o->n);
}

static void release(mofb__optimiser *self) {
    mofb__free(((fire *)self)->v);
    mofb__free(self);
}

static mofb_status make(mofb__optimiser **out, const mofb__optimiser_setup *setup, const mofb_allocator *a) {
    fire *o = mofb__calloc(a, 1, sizeof *o);
    if (!o) return mofb__no_memory();
    o->base = (mofb__optimiser){&mofb__optimiser_fire, step, save, load, release};
    o->n = 3 * setup->n_rows;
    o->dt = dt_start;
    o->mix = mix_start;
    o->v = mofb__calloc(a, o->n, sizeof *o->v);
    if (!o->v) {
        release(&o->base);
        return mofb__no_memory();
    }
    *out = &o->base;
    return MOFB_OK;
}

const mofb__optimiser_kind mofb__optimiser_fire = {
    "fire", "FIRE as in ASE: time step 0.1 to 1, longest total step 0.2 Å", make};
