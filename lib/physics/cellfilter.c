/* SPDX-License-Identifier: MIT */
#include "physics/cellfilter.h"

#include <math.h>
#include <string.h>

#include "base/mat3.h"

static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};

/* Largest column sum of absolute values; nan if one is. */
static double norm1(const double m[9]) {
    double most = 0;
    for (int j = 0; j < 3; j++) {
        double sum = fabs(m[j]) + fabs(m[3 + j]) + fabs(m[6 + j]);
        if (!(sum <= most)) most = sum;
        if (isnan(sum)) break;
    }
    return most;
}

/* exp(a) and, if e is given, its derivative l in direction e, by scaling and squaring as in Al-Mohy and
   Higham's algorithm; a Taylor polynomial of degree 18 for norms below 1/2 takes the place of the Padé
   approximant (its remainder is below 1e-22, and 3×3 products cost nothing). */
static void expm_both(double r[9], double l[9], const double a[9], const double *e) {
    enum { degree = 18 };
    double norm = norm1(a), scale = 1, small[9], power[9], change[9], term[9], other[9];
    int squarings = 0;
    while (norm * scale > 0.5 && squarings < 60) {
        scale /= 2;
        squarings++;
    }
    for (int k = 0; k < 9; k++) small[k] = a[k] * scale;
    memcpy(power, identity, sizeof power); /* aᵏ/k! */
    memset(change, 0, sizeof change);      /* its derivative */
    memcpy(r, identity, sizeof identity);
    memset(l, 0, sizeof identity);
    for (int k = 1; k <= degree; k++) {
        mofb__mul3(term, small, change);
        if (e) mofb__mul3(other, e, power);
        for (int i = 0; i < 9; i++) change[i] = (term[i] + (e ? scale * other[i] : 0)) / k;
        mofb__mul3(power, small, power);
        for (int i = 0; i < 9; i++) {
            power[i] /= k;
            r[i] += power[i];
            l[i] += change[i];
        }
    }
    for (; squarings; squarings--) {
        mofb__mul3(term, r, l);
        mofb__mul3(other, l, r);
        for (int i = 0; i < 9; i++) l[i] = term[i] + other[i];
        mofb__mul3(r, r, r);
    }
}

void mofb__expm3(double out[9], const double a[9]) {
    double r[9], l[9];
    expm_both(r, l, a, NULL);
    memcpy(out, r, sizeof r);
}

void mofb__expm3_frechet(double out[9], const double a[9], const double e[9]) {
    double r[9], l[9];
    expm_both(r, l, a, e);
    memcpy(out, l, sizeof l);
}

static double distance_from_identity(const double m[9]) {
    double d[9];
    for (int k = 0; k < 9; k++) d[k] = m[k] - identity[k];
    return norm1(d);
}

static mofb_status no_logarithm(void) {
    return mofb__fail(MOFB_ERR_INVALID, "no_logarithm", "a 3x3 matrix has no real logarithm");
}

/* Principal square root by the iteration of E. D. Denman, A. N. Beavers, Appl. Math. Comput. 2, 63 (1976). */
static mofb_status square_root(double m[9]) {
    double y[9], z[9], yi[9], zi[9], residual[9];
    memcpy(y, m, sizeof y);
    memcpy(z, identity, sizeof z);
    for (int round = 0; round < 60; round++) {
        double change = 0;
        if (mofb__inverse3(yi, y) || mofb__inverse3(zi, z)) return no_logarithm();
        for (int k = 0; k < 9; k++) {
            double next = (y[k] + zi[k]) / 2;
            z[k] = (z[k] + yi[k]) / 2;
            change = fmax(change, fabs(next - y[k]));
            y[k] = next;
        }
        if (!(change > 1e-15 * norm1(y))) break;
    }
    mofb__mul3(residual, y, y);
    for (int k = 0; k < 9; k++) residual[k] -= m[k];
    if (!(norm1(residual) <= 1e-10 * norm1(m))) return no_logarithm();
    memcpy(m, y, sizeof y);
    return MOFB_OK;
}

mofb_status mofb__logm3(double out[9], const double a[9]) {
    double m[9], plus[9], z[9], square[9], power[9], sum[9], scale = 2;
    memcpy(m, a, sizeof m);
    if (!isfinite(norm1(a))) return no_logarithm();
    for (int roots = 0; distance_from_identity(m) > 0.3; roots++) {
        if (roots == 60) return no_logarithm();
        MOFB__TRY(square_root(m));
        scale *= 2;
    }
    /* log m = 2 artanh z with z = (m − 1)(m + 1)⁻¹, |z| < 0.18 */
    for (int k = 0; k < 9; k++) {
        plus[k] = m[k] + identity[k];
        m[k] -= identity[k];
    }
    MOFB__TRY(mofb__inverse3(plus, plus));
    mofb__mul3(z, m, plus);
    mofb__mul3(square, z, z);
    memcpy(power, z, sizeof z);
    memcpy(sum, z, sizeof z);
    for (int k = 3; k < 30; k += 2) {
        mofb__mul3(power, power, square);
        for (int i = 0; i < 9; i++) sum[i] += power[i] / k;
    }
    for (int i = 0; i < 9; i++) out[i] = scale * sum[i];
    return MOFB_OK;
}

void mofb__cellfilter_init(mofb__cellfilter *f, size_t n_atoms, const double cell[9]) {
    f->n_atoms = n_atoms;
    f->factor = (double)n_atoms;
    memcpy(f->reference, cell, sizeof f->reference);
}

/* Rows of `to` = rows of `from` times m. */
static void transform(double *to, const double *from, size_t n, const double m[9]) {
    for (size_t i = 0; i < n; i++) mofb__row_times(to + 3 * i, from + 3 * i, m);
}

/* U = log F at x, F being the deformation gradient. */
static void logarithm_at(const mofb__cellfilter *f, double u[9], const double *x) {
    for (int k = 0; k < 9; k++) u[k] = x[3 * f->n_atoms + (size_t)k] / f->factor;
}

mofb_status mofb__cellfilter_pack(const mofb__cellfilter *f, double *x, const double *positions,
                                  const double cell[9]) {
    double deformation[9], u[9], back[9];
    /* cell = reference · Fᵀ, positions = x · Fᵀ */
    MOFB__TRY(mofb__inverse3(back, f->reference));
    mofb__mul3(deformation, back, cell);
    MOFB__TRY(mofb__inverse3(back, deformation));
    mofb__transpose3(deformation, deformation);
    MOFB__TRY(mofb__logm3(u, deformation));
    transform(x, positions, f->n_atoms, back);
    for (int k = 0; k < 9; k++) x[3 * f->n_atoms + (size_t)k] = u[k] * f->factor;
    return MOFB_OK;
}

mofb_status mofb__cellfilter_unpack(const mofb__cellfilter *f, const double *x, double *positions,
                                    double cell[9]) {
    double u[9], deformation[9];
    logarithm_at(f, u, x);
    mofb__expm3(deformation, u);
    if (!isfinite(norm1(deformation)))
        return mofb__fail(MOFB_ERR_INVALID, "not_finite", "the deformation of the cell is not finite");
    mofb__transpose3(deformation, deformation);
    mofb__mul3(cell, f->reference, deformation);
    transform(positions, x, f->n_atoms, deformation);
    return MOFB_OK;
}

mofb_status mofb__cellfilter_forces(const mofb__cellfilter *f, double *g, const double *x,
                                    const double *forces, const double stress[9]) {
    double u[9], deformation[9], inverse[9], cell[9], virial[9], gradient[9];
    logarithm_at(f, u, x);
    mofb__expm3(deformation, u);
    MOFB__TRY(mofb__inverse3(inverse, deformation));
    mofb__transpose3(inverse, inverse);
    mofb__mul3(cell, f->reference, deformation); /* for its volume alone, which the transpose shares */
    double volume = fabs(mofb__det3(cell));
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) virial[3 * i + j] = -volume * (stress[3 * i + j] + stress[3 * j + i]) / 2;
    /* −dE/dF = virial · F⁻ᵀ; contracting it with the derivative of exp at U in each direction is the
       derivative at Uᵀ in its own direction, that operator's adjoint. */
    mofb__mul3(virial, virial, inverse);
    mofb__transpose3(u, u);
    mofb__expm3_frechet(gradient, u, virial);
    transform(g, forces, f->n_atoms, deformation);
    for (int k = 0; k < 9; k++) g[3 * f->n_atoms + (size_t)k] = gradient[k] / f->factor;
    return MOFB_OK;
}
