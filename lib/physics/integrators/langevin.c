/* SPDX-License-Identifier: MIT */
/* Langevin NVT: E. Vanden-Eijnden, G. Ciccotti, Chem. Phys. Lett. 429, 310 (2006), Eq. 23. The centre of mass
   is held as ASE's Langevin(fixcm=True) holds it: the mean random displacement and the total random momentum
   are subtracted and both noises scaled by √(N/(N−1)), so that <T> over 3N degrees of freedom stays the
   target. */
#include <math.h>

#include "base/units.h"
#include "physics/integrators/integrator.h"

typedef struct langevin {
    mofb__integrator base;
    double dt, friction, kt;
    double *push; /* random velocity [n][3] */
    double *move; /* random displacement [n][3] */
    mofb__rng rng;
} langevin;

/* Random velocities and displacements of a step: correlated normals of Eq. 23. */
static void draw(langevin *self, const mofb__md_state *s) {
    size_t n = s->n_atoms;
    double dt = self->dt, root = sqrt(dt), g = self->friction;
    double mean[3] = {0, 0, 0}, momentum[3] = {0, 0, 0}, held = sqrt((double)n / ((double)n - 1));
    mofb__rng_normals(&self->rng, self->push, 3 * n);
    mofb__rng_normals(&self->rng, self->move, 3 * n);
    for (size_t k = 0; k < n; k++) {
        double sigma = sqrt(2 * self->kt * g / s->masses[k]);
        double c3 = root * sigma / 2 - dt * root * g * sigma / 8, c5 = dt * root * sigma / (2 * sqrt(3));
        for (int c = 0; c < 3; c++) {
            double *xi = self->push + 3 * k + c, *eta = self->move + 3 * k + c;
            *xi = c3 * *xi - g / 2 * c5 * *eta;
            *eta *= c5;
            mean[c] += *eta;
            momentum[c] += s->masses[k] * *xi;
        }
    }
    for (size_t k = 0; k < n; k++)
        for (int c = 0; c < 3; c++) {
            double *xi = self->push + 3 * k + c, *eta = self->move + 3 * k + c;
            *xi = held * (*xi - momentum[c] / (s->masses[k] * (double)n));
            *eta = held * (*eta - mean[c] / (double)n);
        }
}

/* Half step of the velocities: v += c1 F/m − c2 v + noise. */
static void kick(const langevin *self, mofb__md_state *s) {
    double dt = self->dt, g = self->friction;
    double c1 = dt / 2 - dt * dt * g / 8, c2 = dt * g / 2 - dt * dt * g * g / 8;
    for (size_t k = 0; k < s->n_atoms; k++)
        for (size_t c = 3 * k; c < 3 * k + 3; c++)
            s->velocities[c] += c1 * s->forces[c] / s->masses[k] - c2 * s->velocities[c] + self->push[c];
}

static mofb_status step(mofb__integrator *base, mofb__md_state *s, const mofb__force_source *forces) {
    langevin *self = (langevin *)base;
    draw(self, s);
    kick(self, s);
    mofb__integrator_drift(s, self->dt);
    for (size_t c = 0; c < 3 * s->n_atoms; c++) s->positions[c] += self->move[c];
    MOFB__TRY(mofb__md_evaluate(s, forces, false));
    kick(self, s);
    return MOFB_OK;
}

static double conserved(const mofb__integrator *base, const mofb__md_state *s) {
    (void)base, (void)s;
    return NAN;
}

static void save(const mofb__integrator *base, mofb__blob *b) {
    const mofb__rng *rng = &((const langevin *)base)->rng;
    mofb__blob_put(b, "langevin.rng", rng->s, sizeof rng->s);
    mofb__blob_put_f64(b, "langevin.spare", &rng->spare, 1);
    mofb__blob_put_u64(b, "langevin.has_spare", rng->has_spare);
}

static mofb_status load(mofb__integrator *base, mofb__blob *b) {
    mofb__rng *rng = &((langevin *)base)->rng;
    MOFB__TRY(mofb__blob_get(b, "langevin.rng", rng->s, sizeof rng->s));
    MOFB__TRY(mofb__blob_get_f64(b, "langevin.spare", &rng->spare, 1));
    return mofb__blob_get_u64(b, "langevin.has_spare", &rng->has_spare);
}

static void release(mofb__integrator *base) {
    langevin *self = (langevin *)base;
    mofb__free(self->push);
    mofb__free(self->move);
    mofb__free(self);
}

static mofb_status make(mofb__integrator **out, const mofb__integrator_options *options,
                        const mofb__md_state *state, const mofb_allocator *a) {
    size_t bytes = 3 * state->n_atoms * sizeof(double);
    MOFB__TRY(mofb__integrator_positive("temperature", options->temperature));
    MOFB__TRY(mofb__integrator_positive("friction", options->friction));
    if (state->n_atoms < 2)
        return mofb__fail(MOFB_ERR_INVALID, "too_few_atoms",
                          "one atom cannot move with its centre of mass held");
    langevin *self = mofb__calloc(a, 1, sizeof *self);
    if (!self) return mofb__no_memory();
    self->base = (mofb__integrator){"langevin", false, step, conserved, save, load, release};
    self->dt = options->timestep * MOFB__FS;
    self->friction = options->friction / MOFB__FS;
    self->kt = MOFB__KB * options->temperature;
    mofb__rng_seed(&self->rng, options->seed);
    self->push = mofb__alloc(a, bytes);
    self->move = mofb__alloc(a, bytes);
    if (!self->push || !self->move) {
        release(&self->base);
        return mofb__no_memory();
    }
    *out = &self->base;
    return MOFB_OK;
}

const mofb__integrator_kind mofb__integrator_langevin = {"langevin", make};
