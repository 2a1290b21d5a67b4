/* SPDX-License-Identifier: MIT */
/* Weights of the reference coefficients. */
#include <math.h>

#include "models/d3/d3.h"

enum { REFERENCES = MOFB__D3_REFERENCES };

double mofb__d3_reference_c6(int32_t z, int a, int32_t y, int b) {
    size_t i = (size_t)mofb__d3_first_reference[z] + (size_t)a,
           j = (size_t)mofb__d3_first_reference[y] + (size_t)b;
    size_t row = i > j ? i : j, column = i > j ? j : i;
    const double bohr3 = MOFB__D3_BOHR * MOFB__D3_BOHR * MOFB__D3_BOHR;
    return mofb__d3_c6[row * (row + 1) / 2 + column] / 1e4 * MOFB__D3_HARTREE * bohr3 * bohr3;
}

/* W_a = exp(-4 ΔCN_a²)/Σ and dW_a/dCN = 8 W_a (CN_a - Σ W CN), Grimme et al. 2010, eq. 16. The largest exponent is
   taken out: far from all references each of them would underflow. */
static void weigh(double w[REFERENCES], double dw[REFERENCES], int32_t z, double cn) {
    const double *references = mofb__d3_coordination[z];
    int count = mofb__d3_references[z];
    double nearest = INFINITY, sum = 0, mean = 0;
    for (int a = 0; a < count; a++) nearest = fmin(nearest, fabs(cn - references[a]));
    for (int a = 0; a < count; a++) {
        double off = cn - references[a];
        sum += w[a] = exp(-4 * (off * off - nearest * nearest));
    }
    for (int a = 0; a < count; a++) mean += (w[a] /= sum) * references[a];
    for (int a = 0; a < count; a++) dw[a] = 8 * w[a] * (references[a] - mean);
}

void mofb__d3_weigh(mofb__d3_system *s, size_t i) {
    double w[REFERENCES], dw[REFERENCES];
    size_t mine = (size_t)s->kind[i];
    int32_t z = s->elements[mine];
    int count = mofb__d3_references[z];
    weigh(w, dw, z, s->cn[i]);
    for (int a = 0; a < count; a++) {
        s->weight[(size_t)a * s->stride + i] = w[a];
        s->weight[(size_t)(REFERENCES + a) * s->stride + i] = dw[a];
    }
    for (size_t k = 0; k < s->n_kinds; k++)
        for (int a = 0; a < mofb__d3_references[s->elements[k]]; a++) {
            size_t row = k * REFERENCES + (size_t)a;
            const double *c6 = s->reference + (row * s->n_kinds + mine) * REFERENCES;
            double sum = 0, slope = 0;
            for (int b = 0; b < count; b++) sum += c6[b] * w[b], slope += c6[b] * dw[b];
            s->mixed[2 * row * s->stride + i] = sum;
            s->mixed[(2 * row + 1) * s->stride + i] = slope;
        }
}
