/* SPDX-License-Identifier: MIT */
/* Isotropic NPT of G. J. Martyna, D. J. Tobias, M. L. Klein, J. Chem. Phys. 101, 4177 (1994), with chains on
   particles and cell. The cell is cell0 · exp(ε); masses Q1 = 3N kT τ², Qj = kT τ², W = (3N + 3) kT τp²,
   R1 = 9 kT τp², Rj = kT τp². The order of the factors is that of the paper (and of ASE's IsotropicMTKNPT):
   barostat chain, particle chain, p_ε, p, r, ε, and back. */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "physics/integrators/chain.h"
#include "physics/integrators/integrator.h"

typedef struct mtk {
    mofb__integrator base;
    double dt;
    double pressure; /* eV/Å³ */
    double mass;     /* W, eV · time² */
    double cell0[9];
    double eps, p_eps;
    mofb__chain particles, barostat;
} mtk;

/* (exp(x) − 1) / x */
static double exprel(double x) {
    return x == 0 ? 1 : expm1(x) / x;
}

static void thermostat_particles(mtk *self, mofb__md_state *s) {
    double scale = mofb__chain_advance(&self->particles, 2 * mofb__md_kinetic(s), self->dt / 2);
    for (size_t c = 0; c < 3 * s->n_atoms; c++) s->velocities[c] *= scale;
}

static void thermostat_barostat(mtk *self) {
    double twice_kinetic = self->p_eps * self->p_eps / self->mass;
    self->p_eps *= mofb__chain_advance(&self->barostat, twice_kinetic, self->dt / 2);
}

static void kick_cell(mtk *self, const mofb__md_state *s) {
    double work = 3 * mofb__md_volume(s) * (mofb__md_pressure(s) - self->pressure);
    self->p_eps += self->dt / 2 * (work + 2 * mofb__md_kinetic(s) / (double)s->n_atoms);
}

/* dv/dt = F/m − (1 + 1/N) (p_ε/W) v, solved exactly for constant F and p_ε. */
static void kick_atoms(mtk *self, mofb__md_state *s) {
    double x = (1 + 1 / (double)s->n_atoms) * self->p_eps * self->dt / 2 / self->mass;
    double damp = exp(-x), push = self->dt / 2 * exprel(-x);
    for (size_t k = 0; k < s->n_atoms; k++) {
        double f = push / s->masses[k];
        for (size_t c = 3 * k; c < 3 * k + 3; c++)
            s->velocities[c] = damp * s->velocities[c] + f * s->forces[c];
    }
}

/* dr/dt = v + (p_ε/W) r, solved exactly, and the cell with it. */
static void drift(mtk *self, mofb__md_state *s) {
    double x = self->dt * self->p_eps / self->mass, grow = exp(x), push = self->dt * exprel(x);
    for (size_t c = 0; c < 3 * s->n_atoms; c++)
        s->positions[c] = grow * s->positions[c] + push * s->velocities[c];
    self->eps += x;
    for (int c = 0; c < 9; c++) s->cell[c] = self->cell0[c] * exp(self->eps);
}

static mofb_status step(mofb__integrator *base, mofb__md_state *s, const mofb__force_source *forces) {
    mtk *self = (mtk *)base;
    thermostat_barostat(self);
    thermostat_particles(self, s);
    kick_cell(self, s);
    kick_atoms(self, s);
    drift(self, s);
    MOFB__TRY(mofb__md_evaluate(s, forces, true));
    kick_atoms(self, s);
    kick_cell(self, s);
    thermostat_particles(self, s);
    thermostat_barostat(self);
    return MOFB_OK;
}

static double conserved(const mofb__integrator *base, const mofb__md_state *s) {
    const mtk *self = (const mtk *)base;
    return s->energy + mofb__md_kinetic(s) + mofb__chain_energy(&self->particles) +
           mofb__chain_energy(&self->barostat) + self->p_eps * self->p_eps / (2 * self->mass) +
           self->pressure * mofb__md_volume(s);
}

static void save(const mofb__integrator *base, mofb__blob *b) {
    const mtk *self = (const mtk *)base;
    mofb__blob_put_f64(b, "mtk.cell0", self->cell0, 9);
    mofb__blob_put_f64(b, "mtk.eps", &self->eps, 1);
    mofb__blob_put_f64(b, "mtk.p_eps", &self->p_eps, 1);
    mofb__chain_save(&self->particles, b, "mtk.particles");
    mofb__chain_save(&self->barostat, b, "mtk.barostat");
}

static mofb_status load(mofb__integrator *base, mofb__blob *b) {
    mtk *self = (mtk *)base;
    MOFB__TRY(mofb__blob_get_f64(b, "mtk.cell0", self->cell0, 9));
    MOFB__TRY(mofb__blob_get_f64(b, "mtk.eps", &self->eps, 1));
    MOFB__TRY(mofb__blob_get_f64(b, "mtk.p_eps", &self->p_eps, 1));
    MOFB__TRY(mofb__chain_load(&self->particles, b, "mtk.particles"));
    return mofb__chain_load(&self->barostat, b, "mtk.barostat");
}

static void release(mofb__integrator *base) {
    mofb__free(base);
}

static mofb_status make(mofb__integrator **out, const mofb__integrator_options *options,
                        const mofb__md_state *state, const mofb_allocator *a) {
    mofb__chain particles, barostat;
    double dof = 3 * (double)state->n_atoms, pdamp = options->pdamp * MOFB__FS;
    if (!state->has_cell)
        return mofb__fail(MOFB_ERR_UNSUPPORTED, "no_cell", "dynamics at constant pressure needs a cell");
    if (!isfinite(options->pressure))
        return mofb__fail(MOFB_ERR_INVALID, "bad_value", "pressure is %g, must be finite", options->pressure);
    MOFB__TRY(mofb__chain_init(&particles, options->chain, options->temperature, dof, dof, "tdamp",
                               options->tdamp * MOFB__FS));
    MOFB__TRY(mofb__chain_init(&barostat, options->chain, options->temperature, 1, 9, "pdamp", pdamp));
    mtk *self = mofb__calloc(a, 1, sizeof *self);
    if (!self) return mofb__no_memory();
    self->base = (mofb__integrator){"mtk", true, step, conserved, save, load, release};
    self->dt = options->timestep * MOFB__FS;
    self->pressure = options->pressure * MOFB__EV_A3_PER_BAR;
    self->mass = (dof + 3) * barostat.kt * pdamp * pdamp;
    memcpy(self->cell0, state->cell, sizeof self->cell0);
    self->particles = particles;
    self->barostat = barostat;
    *out = &self->base;
    return MOFB_OK;
}

const mofb__integrator_kind mofb__integrator_mtk = {"mtk", make};
