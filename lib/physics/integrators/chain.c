/* SPDX-License-Identifier: MIT */
#include "physics/integrators/chain.h"

#include <math.h>

#include "base/units.h"
#include "physics/integrators/integrator.h"

mofb_status mofb__chain_init(mofb__chain *c, int32_t length, double temperature, double dof, double first,
                             const char *what, double damp) {
    if (length < 0 || length > MOFB__CHAIN_MAX)
        return mofb__fail(MOFB_ERR_INVALID, "bad_value", "chain is %d, must be 1 to %d", (int)length,
                          (int)MOFB__CHAIN_MAX);
    MOFB__TRY(mofb__integrator_positive("temperature", temperature));
    MOFB__TRY(mofb__integrator_positive(what, damp));
    *c = (mofb__chain){.length = length ? length : 3, .kt = MOFB__KB * temperature, .dof = dof};
    for (int32_t j = 0; j < c->length; j++) c->mass[j] = (j ? 1 : first) * c->kt * damp * damp;
    return MOFB_OK;
}

/* Half a kick of thermostat j, symmetric in the drag of its neighbour j + 1. */
static void kick(mofb__chain *c, int32_t j, double twice_kinetic, double dt) {
    bool last = j == c->length - 1;
    double drag = last ? 1 : exp(-dt / 4 * c->p[j + 1] / c->mass[j + 1]);
    double force = j ? c->p[j - 1] * c->p[j - 1] / c->mass[j - 1] - c->kt : twice_kinetic - c->dof * c->kt;
    c->p[j] = (c->p[j] * drag + dt / 2 * force) * drag;
}

double mofb__chain_advance(mofb__chain *c, double twice_kinetic, double dt) {
    /* H. Yoshida, Phys. Lett. A 150, 262 (1990): fourth order from three second-order steps. */
    const double outer = 1 / (2 - cbrt(2)), weights[3] = {outer, 1 - 2 * outer, outer};
    double scale = 1;
    for (int w = 0; w < 3; w++) {
        double h = weights[w] * dt;
        for (int32_t j = c->length - 1; j >= 0; j--) kick(c, j, scale * scale * twice_kinetic, h);
        for (int32_t j = 0; j < c->length; j++) c->eta[j] += h * c->p[j] / c->mass[j];
        scale *= exp(-h * c->p[0] / c->mass[0]);
        for (int32_t j = 0; j < c->length; j++) kick(c, j, scale * scale * twice_kinetic, h);
    }
    return scale;
}

double mofb__chain_energy(const mofb__chain *c) {
    double energy = 0;
    for (int32_t j = 0; j < c->length; j++)
        energy += c->p[j] * c->p[j] / (2 * c->mass[j]) + (j ? 1 : c->dof) * c->kt * c->eta[j];
    return energy;
}

void mofb__chain_save(const mofb__chain *c, mofb__blob *b, const char *name) {
    mofb__blob_put_f64(b, name, c->eta, (size_t)c->length);
    mofb__blob_put_f64(b, name, c->p, (size_t)c->length);
}

mofb_status mofb__chain_load(mofb__chain *c, mofb__blob *b, const char *name) {
    MOFB__TRY(mofb__blob_get_f64(b, name, c->eta, (size_t)c->length));
    return mofb__blob_get_f64(b, name, c->p, (size_t)c->length);
}
