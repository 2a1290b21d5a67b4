/* SPDX-License-Identifier: MIT */
/* 3×3 matrices as double[9], row-major, and vectors as double[3]. Outputs may alias inputs. */
#ifndef MOFB_BASE_MAT3_H
#define MOFB_BASE_MAT3_H

#include "base/error.h"

static inline double mofb__dot(const double *a, const double *b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static inline void mofb__cross(double *out, const double *a, const double *b) {
    double x = a[1] * b[2] - a[2] * b[1], y = a[2] * b[0] - a[0] * b[2], z = a[0] * b[1] - a[1] * b[0];
    out[0] = x, out[1] = y, out[2] = z;
}

/* out = v·m, a row vector times a matrix (fractional to Cartesian when m is a cell). */
static inline void mofb__row_times(double *out, const double *v, const double *m) {
    double x = v[0] * m[0] + v[1] * m[3] + v[2] * m[6];
    double y = v[0] * m[1] + v[1] * m[4] + v[2] * m[7];
    double z = v[0] * m[2] + v[1] * m[5] + v[2] * m[8];
    out[0] = x, out[1] = y, out[2] = z;
}

double mofb__det3(const double *m);
void mofb__mul3(double *out, const double *a, const double *b);
void mofb__transpose3(double *out, const double *m);

/* Inverse; invalid/singular_matrix if the determinant is zero or not finite. */
mofb_status mofb__inverse3(double *out, const double *m);

/* Eigenvalues ascending and orthonormal eigenvectors (rows of `vectors`) of a symmetric matrix, by Jacobi
   rotations. */
void mofb__eigh3(double *values, double *vectors, const double *m);

#endif
