/* SPDX-License-Identifier: MIT */
#include "models/tensornet/radial.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

/* sin(y)/y and its derivative. */
static void sinc(double *value, double *slope, double y, double sine, double cosine) {
    if (y < 1e-3) {
        *value = 1 - y * y / 6 + y * y * y * y / 120;
        *slope = -y / 3 + y * y * y / 30;
    } else {
        *value = sine / y;
        *slope = (cosine - *value) / y;
    }
}

void mofb__radial_basis(double row[MOFB__RADIAL_ROW], double r, double cutoff) {
    double x = pi * r / cutoff, s1 = sin(x), c1 = cos(x), s = s1, c = c1, value[5], slope[5], d = 1;
    for (int k = 0; k < MOFB__RADIAL_ROW; k++) row[k] = 0;
    if (r >= cutoff) return;
    for (int k = 1; k <= MOFB__BASIS + 1; k++) {
        double next = s * c1 + c * s1;
        sinc(&value[k], &slope[k], k * x, s, c);
        slope[k] *= k * pi / cutoff;
        c = c * c1 - s * s1;
        s = next;
    }
    for (int n = 0; n < MOFB__BASIS; n++) {
        double m = n + 1, p = n + 2, e = n * n * p * p / (4 * m * m * m * m + 1), before = d;
        double a = (n % 2 ? -1 : 1) * sqrt(2) * pi / pow(cutoff, 1.5) * m * p / sqrt(m * m + p * p);
        double f = a * (value[n + 1] + value[n + 2]), df = a * (slope[n + 1] + slope[n + 2]);
        d = n ? 1 - e / before : 1;
        double mix = n ? sqrt(e / before) : 0;
        row[n] = (f + (n ? mix * row[n - 1] : 0)) / sqrt(d);
        row[4 + n] = (df + (n ? mix * row[3 + n] : 0)) / sqrt(d);
    }
    row[3] = 0.5 * (c1 + 1);
    row[7] = -0.5 * pi / cutoff * s1;
}

void mofb__radial_net_free(mofb__radial_net *net) {
    for (int k = 0; k < 3; k++) {
        mofb__free(net->w[k].packed);
        mofb__free(net->w[k].bias);
    }
}

size_t mofb__radial_scratch(const mofb__radial_net *net) {
    return 3 * (net->w[0].out + net->w[1].out + net->w[2].out);
}

/* silu is applied number by number, so that its VJP serves to push derivatives forward as well. */
void mofb__radial_eval(double *f, double *slope, const mofb__radial_net *net, const mofb__ops_f64 *ops,
                       const double *rows, size_t count, double *scratch) {
    size_t stride = MOFB__RADIAL_ROW, group = 1, groups = count;
    const double *x = rows, *dx = rows + 4;
    for (int k = 0; k < 3; k++) {
        size_t width = net->w[k].out, n = count * width;
        double *z = scratch, *dz = z + n, *value = k < 2 ? dz + n : f;
        mofb__rows_f64 to = {z, width}, dto = {k < 2 ? dz : slope, width};
        ops->matmul(to, (mofb__from_f64){x, stride}, groups, group, &net->w[k], MOFB__BIAS);
        ops->silu(value, z, n);
        if (slope) {
            ops->matmul(dto, (mofb__from_f64){dx, stride}, groups, group, &net->w[k], MOFB__ZERO);
            ops->silu_vjp(dto.at, z, n);
        }
        x = value, dx = dz, stride = width;
        scratch += 3 * n;
    }
    size_t width = net->w[2].out;
    for (size_t e = 0; e < count; e++)
        for (size_t k = 0; k < width; k++) {
            double v = f[e * width + k], *row = slope ? slope + e * width + k : NULL;
            f[e * width + k] = rows[e * MOFB__RADIAL_ROW + 3] * v;
            if (row) *row = rows[e * MOFB__RADIAL_ROW + 7] * v + rows[e * MOFB__RADIAL_ROW + 3] * *row;
        }
}
