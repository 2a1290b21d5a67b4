/* SPDX-License-Identifier: MIT */
#include "physics/eos.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"

enum { n_params = 4 };

/* Curves in the form E = E0 + B0 · shape(V; V0, B0'), written so that nothing cancels near V0 and no value of
   B0' divides by zero. slope receives the derivatives by V0 and B0'. */
typedef double shape_function(double v, double v0, double b1, double slope[2]);

/* F. Birch, Phys. Rev. 71, 809 (1947): 9/16 V0 s² (6 + B0' s − 4 (s + 1)) with s = (V0/V)^(2/3) − 1 */
static double birch_murnaghan(double v, double v0, double b1, double slope[2]) {
    double s = expm1(2.0 / 3.0 * log(v0 / v)), c = 2 + (b1 - 4) * s, ds = 2.0 / 3.0 * (s + 1) / v0;
    slope[0] = 9.0 / 16.0 * (s * s * c + v0 * ds * (2 * s * c + s * s * (b1 - 4)));
    slope[1] = 9.0 / 16.0 * v0 * s * s * s;
    return 9.0 / 16.0 * v0 * s * s * c;
}

/* F. D. Murnaghan, Proc. Natl. Acad. Sci. 30, 244 (1944): V m(u, b) with u = ln(V0/V), b = B0' and
   m = (exp(bu) − 1 − b (exp u − 1))/(b (b − 1)) = Σ_{k≥2} uᵏ/k! (1 + b + … + b^(k−2)) */
static double murnaghan(double v, double v0, double b, double slope[2]) {
    double u = log(v0 / v), m = 0, m_u = 0, m_b = 0;
    if (fabs(u) > 1 || fabs(b * u) > 1) {
        double denominator = b * (b - 1);
        m = (expm1(b * u) - b * expm1(u)) / denominator;
        m_u = (exp(b * u) - exp(u)) / (b - 1);
        m_b = (u * exp(b * u) - expm1(u) - m * (2 * b - 1)) / denominator;
    } else {
        double term = u, sum = 1, sum_b = 0; /* u^(k−1)/(k−1)!, the bracket and its derivative by b */
        for (int k = 2; k < 40; k++) {
            m_u += term * sum;
            term *= u / k;
            m += term * sum;
            m_b += term * sum_b;
            sum_b = sum + b * sum_b;
            sum = 1 + b * sum;
        }
    }
    slope[0] = v * m_u / v0;
    slope[1] = v * m_b;
    return v * m;
}

/* P. Vinet, J. Ferrante, J. R. Smith, J. H. Rose, J. Phys. C 19, L467 (1986): 9 V0 d² h(z) with
   d = (V/V0)^(1/3) − 1, z = 3/2 (B0' − 1) d and h = (1 − (1 + z) exp(−z))/z² = Σ (k + 1) (−z)ᵏ/(k + 2)! */
static double vinet(double v, double v0, double b1, double slope[2]) {
    double d = expm1(log(v / v0) / 3), z = 1.5 * (b1 - 1) * d, h = 0, h_z = 0;
    if (fabs(z) > 1) {
        h = (1 - (1 + z) * exp(-z)) / (z * z);
        h_z = (exp(-z) - 2 * h) / z;
    } else {
        double term = 0.5; /* (−z)ᵏ/(k + 2)! */
        for (int k = 0; k < 30; k++) {
            double next = -term / (k + 3);
            h += (k + 1) * term;
            h_z += (k + 1) * (k + 2) * next;
            term = next * z;
        }
    }
    double d_v0 = -(d + 1) / (3 * v0);
    slope[0] = 9 * (d * d * h + v0 * d_v0 * (2 * d * h + d * z * h_z));
    slope[1] = 9 * v0 * d * d * h_z * 1.5 * d;
    return 9 * v0 * d * d * h;
}

static shape_function *find(const char *kind) {
    if (!strcmp(kind, "birch_murnaghan")) return birch_murnaghan;
    if (!strcmp(kind, "murnaghan")) return murnaghan;
    if (!strcmp(kind, "vinet")) return vinet;
    return NULL;
}

/* Solves min |A p − b| by Householder reflections; A [m][4] and b [m] are overwritten. false: A lacks rank. */
static bool least_squares(double p[n_params], double *a, double *b, size_t m) {
    for (size_t k = 0; k < n_params; k++) {
        double norm = 0, most = 0;
        for (size_t i = k; i < m; i++) norm += a[i * n_params + k] * a[i * n_params + k];
        for (size_t i = 0; i < m; i++) most = fmax(most, fabs(a[i * n_params + k]));
        norm = sqrt(norm);
        if (!(norm > 64 * DBL_EPSILON * most)) return false;
        double *pivot = a + k * n_params + k;
        if (*pivot > 0) norm = -norm;
        *pivot -= norm; /* the column now holds the reflection's vector */
        for (size_t j = k + 1; j <= n_params; j++) {
            double dot = 0;
            for (size_t i = k; i < m; i++)
                dot += a[i * n_params + k] * (j < n_params ? a[i * n_params + j] : b[i]);
            dot /= norm * *pivot;
            for (size_t i = k; i < m; i++) {
                if (j < n_params) a[i * n_params + j] += dot * a[i * n_params + k];
                else b[i] += dot * a[i * n_params + k];
            }
        }
        *pivot = norm;
    }
    for (size_t k = n_params; k-- > 0;) {
        double sum = b[k];
        for (size_t j = k + 1; j < n_params; j++) sum -= a[k * n_params + j] * p[j];
        p[k] = sum / a[k * n_params + k];
    }
    return true;
}

/* The data in units of their own: v = V/scale_v, e = (E − shift)/scale_e. */
typedef struct data {
    size_t count;
    double *v, *e;
    double *a, *b; /* work: matrix [count + 4][4], right-hand side [count + 4] */
    double scale_v, scale_e, shift;
} data;

typedef struct params {
    double e0, b0, v0, b1;
} params;

/* Third-order Birch–Murnaghan is a cubic in x = V^(−2/3): an exact linear problem. */
static bool fit_cubic(params *out, data *d) {
    double low = INFINITY, high = -INFINITY, c[n_params];
    for (size_t i = 0; i < d->count; i++) {
        double x = pow(d->v[i], -2.0 / 3.0);
        low = fmin(low, x);
        high = fmax(high, x);
    }
    double middle = (low + high) / 2, half = (high - low) / 2;
    if (!(half > 0)) return false;
    for (size_t i = 0; i < d->count; i++) {
        double t = (pow(d->v[i], -2.0 / 3.0) - middle) / half, *row = d->a + i * n_params;
        row[0] = 1, row[1] = t, row[2] = t * t, row[3] = t * t * t;
        d->b[i] = d->e[i];
    }
    if (!least_squares(c, d->a, d->b, d->count)) return false;
    /* minimum of the cubic: the root of c1 + 2 c2 t + 3 c3 t² with positive curvature, in the form that does
       not cancel */
    double root = c[2] * c[2] - 3 * c[1] * c[3];
    if (!(root >= 0) || !(c[2] + sqrt(root) != 0)) return false;
    double t = c[2] > 0 ? -c[1] / (c[2] + sqrt(root)) : (sqrt(root) - c[2]) / (3 * c[3]);
    double curvature = (2 * c[2] + 6 * c[3] * t) / (half * half), third = 6 * c[3] / (half * half * half);
    double x = middle + half * t;
    if (!(x > 0) || !(curvature > 0)) return false;
    out->v0 = pow(x, -1.5);
    out->e0 = c[0] + t * (c[1] + t * (c[2] + t * c[3]));
    /* from d²E/dV² and d³E/dV³ with dx/dV = −2/3 x/V */
    out->b0 = 4.0 / 9.0 * x * x * curvature / out->v0;
    out->b1 = 4 + 2.0 / 3.0 * x * third / curvature;
    return isfinite(out->v0) && isfinite(out->b1);
}

static double residuals(const params *p, const data *d, shape_function *shape) {
    double sum = 0, slope[2];
    for (size_t i = 0; i < d->count; i++) {
        double left = d->e[i] - p->e0 - p->b0 * shape(d->v[i], p->v0, p->b1, slope);
        sum += left * left;
    }
    return sum;
}

/* One Levenberg–Marquardt trial: the step for damping λ on the columns' own scale. */
static bool marquardt(double step[n_params], const params *p, data *d, shape_function *shape, double lambda) {
    double scale[n_params] = {0, 0, 0, 0};
    memset(d->a + d->count * n_params, 0, n_params * n_params * sizeof *d->a);
    memset(d->b + d->count, 0, n_params * sizeof *d->b);
    for (size_t i = 0; i < d->count; i++) {
        double slope[2], *row = d->a + i * n_params;
        double value = shape(d->v[i], p->v0, p->b1, slope);
        row[0] = 1, row[1] = value, row[2] = p->b0 * slope[0], row[3] = p->b0 * slope[1];
        d->b[i] = d->e[i] - p->e0 - p->b0 * value;
        for (size_t k = 0; k < n_params; k++) scale[k] += row[k] * row[k];
    }
    for (size_t k = 0; k < n_params; k++) d->a[(d->count + k) * n_params + k] = sqrt(lambda * scale[k]);
    return least_squares(step, d->a, d->b, d->count + n_params);
}

static params moved(const params *p, const double step[n_params]) {
    return (params){p->e0 + step[0], p->b0 + step[1], p->v0 + step[2], p->b1 + step[3]};
}

static double relative_size(const params *p, const double step[n_params]) {
    return fmax(fabs(step[1] / p->b0), fmax(fabs(step[2] / p->v0), fabs(step[3]) / (1 + fabs(p->b1))));
}

/* From the cubic's parameters by damped steps that each lower the sum, until what they could still gain
   drowns in its rounding; then by full Gauss–Newton steps, which need no sum, until they shrink no more. */
static bool fit_nonlinear(params *p, data *d, shape_function *shape) {
    double lambda = 1e-3, sum = residuals(p, d, shape), step[n_params], last = INFINITY;
    for (int round = 0; round < 200; round++) {
        if (!marquardt(step, p, d, shape, lambda)) return false;
        params next = moved(p, step);
        if (lambda < 1e-6 && relative_size(p, step) < 1e-6) break;
        bool inside = next.v0 > 0 && next.b0 > 0 && isfinite(next.b1);
        double next_sum = inside ? residuals(&next, d, shape) : INFINITY;
        if (next_sum <= sum || (inside && relative_size(p, step) < 1e-8)) {
            *p = next;
            sum = next_sum;
            lambda /= 10;
        } else if ((lambda *= 10) > 1e12) return false;
    }
    for (int round = 0; round < 200; round++) {
        if (!marquardt(step, p, d, shape, 0)) return false;
        double size = relative_size(p, step);
        if (!(size < 1e-3)) return false;
        *p = moved(p, step);
        if (size < 1e-15 || (size < 1e-9 && size >= last / 2)) return true;
        last = size;
    }
    return last < 1e-9;
}

/* false: not data that four parameters can be drawn from. */
static bool normalise(data *d, const double *volumes, const double *energies) {
    double mean_v = 0, mean_e = 0, spread = 0;
    for (size_t i = 0; i < d->count; i++) {
        if (!(volumes[i] > 0) || !isfinite(volumes[i]) || !isfinite(energies[i])) return false;
        mean_v += volumes[i] / (double)d->count;
        mean_e += (energies[i] - energies[0]) / (double)d->count;
    }
    d->scale_v = mean_v;
    d->shift = energies[0] + mean_e;
    for (size_t i = 0; i < d->count; i++) {
        d->v[i] = volumes[i] / d->scale_v;
        d->e[i] = energies[i] - d->shift;
        spread = fmax(spread, fabs(d->e[i]));
    }
    d->scale_e = spread;
    if (!(spread > 0)) return false;
    for (size_t i = 0; i < d->count; i++) d->e[i] /= spread;
    return true;
}

static void conclude(mofb__eos_fit *out, const params *p, const data *d, shape_function *shape) {
    double mean = 0, total = 0, sum = residuals(p, d, shape), n = (double)d->count;
    for (size_t i = 0; i < d->count; i++) mean += d->e[i] / n;
    for (size_t i = 0; i < d->count; i++) total += (d->e[i] - mean) * (d->e[i] - mean);
    out->e0 = d->shift + d->scale_e * p->e0;
    out->v0 = d->scale_v * p->v0;
    out->b0 = p->b0 * d->scale_e / d->scale_v;
    out->b1 = p->b1;
    out->r2 = 1 - sum / total;
    out->rms = d->scale_e * sqrt(sum / n);
    out->converged = true;
}

mofb_status mofb__eos_fit_curve(mofb__eos_fit *out, const char *kind, const double *volumes,
                                const double *energies, size_t count, const mofb_allocator *a) {
    shape_function *shape = find(kind);
    if (!shape)
        return mofb__fail(MOFB_ERR_NOT_FOUND, "unknown_eos",
                          "unknown equation of state '%.40s'; there are birch_murnaghan, murnaghan and vinet",
                          kind);
    if (count < n_params)
        return mofb__fail(MOFB_ERR_INVALID, "too_few_points", "%zu points, a fit needs at least 4", count);
    double *work = mofb__calloc(a, 2 * count + (n_params + 1) * (count + n_params), sizeof *work);
    if (!work) return mofb__no_memory();
    data d = {.count = count, .v = work, .e = work + count, .a = work + 2 * count};
    d.b = d.a + n_params * (count + n_params);
    params p;
    *out = (mofb__eos_fit){NAN, NAN, NAN, NAN, NAN, NAN, false};
    bool good = normalise(&d, volumes, energies) && fit_cubic(&p, &d);
    if (good && shape != birch_murnaghan) good = fit_nonlinear(&p, &d, shape);
    if (good) conclude(out, &p, &d, shape);
    mofb__free(work);
    return MOFB_OK;
}

double mofb__eos_energy(const mofb__eos_fit *fit, const char *kind, double volume) {
    double slope[2];
    shape_function *shape = find(kind);
    return shape ? fit->e0 + fit->b0 * shape(volume, fit->v0, fit->b1, slope) : NAN;
}
