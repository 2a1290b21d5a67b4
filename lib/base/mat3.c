/* SPDX-License-Identifier: MIT */
#include "base/mat3.h"

#include <math.h>
#include <string.h>

double mofb__det3(const double *m) {
    double c[3];
    mofb__cross(c, m + 3, m + 6);
    return mofb__dot(m, c);
}

void mofb__mul3(double *out, const double *a, const double *b) {
    double r[9];
    for (int i = 0; i < 3; i++) mofb__row_times(r + 3 * i, a + 3 * i, b);
    memcpy(out, r, sizeof r);
}

void mofb__transpose3(double *out, const double *m) {
    double r[9];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) r[3 * i + j] = m[3 * j + i];
    memcpy(out, r, sizeof r);
}

mofb_status mofb__inverse3(double *out, const double *m) {
    double det = mofb__det3(m), r[9];
    if (!isfinite(1 / det))
        return mofb__fail(MOFB_ERR_INVALID, "singular_matrix", "a 3x3 matrix has determinant %g", det);
    for (int i = 0; i < 3; i++) {
        double c[3];
        mofb__cross(c, m + 3 * ((i + 1) % 3), m + 3 * ((i + 2) % 3));
        for (int j = 0; j < 3; j++) r[3 * j + i] = c[j] / det;
    }
    memcpy(out, r, sizeof r);
    return MOFB_OK;
}

/* One rotation in the plane (p, q) that zeroes a[p][q]. */
static void rotate(double a[9], double v[9], int p, int q) {
    double apq = a[3 * p + q];
    if (apq == 0) return;
    double theta = (a[4 * q] - a[4 * p]) / (2 * apq);
    double t = (theta < 0 ? -1 : 1) / (fabs(theta) + sqrt(theta * theta + 1));
    double c = 1 / sqrt(t * t + 1), s = t * c;
    for (int k = 0; k < 3; k++) {
        double kp = a[3 * k + p], kq = a[3 * k + q];
        a[3 * k + p] = c * kp - s * kq;
        a[3 * k + q] = s * kp + c * kq;
    }
    for (int k = 0; k < 3; k++) {
        double pk = a[3 * p + k], qk = a[3 * q + k], vp = v[3 * p + k], vq = v[3 * q + k];
        a[3 * p + k] = c * pk - s * qk;
        a[3 * q + k] = s * pk + c * qk;
        v[3 * p + k] = c * vp - s * vq;
        v[3 * q + k] = s * vp + c * vq;
    }
}

void mofb__eigh3(double *values, double *vectors, const double *m) {
    double a[9], v[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    int order[3] = {0, 1, 2};
    memcpy(a, m, sizeof a);
    for (int sweep = 0; sweep < 30 && (a[1] != 0 || a[2] != 0 || a[5] != 0); sweep++) {
        rotate(a, v, 0, 1);
        rotate(a, v, 0, 2);
        rotate(a, v, 1, 2);
    }
    for (int i = 0; i < 2; i++)
        for (int j = i + 1; j < 3; j++)
            if (a[4 * order[j]] < a[4 * order[i]]) {
                int swap = order[i];
                order[i] = order[j];
                order[j] = swap;
            }
    for (int i = 0; i < 3; i++) {
        values[i] = a[4 * order[i]];
        memcpy(vectors + 3 * i, v + 3 * order[i], 3 * sizeof *v);
    }
}
