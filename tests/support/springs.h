/* SPDX-License-Identifier: MIT */
/* A toy crystal: eight atoms of a skewed cell, anharmonic springs of different stiffness to neighbours here
   and in the next cells. Energy, forces and stress in closed form. */
#ifndef MOFB_TESTS_SPRINGS_H
#define MOFB_TESTS_SPRINGS_H

#include <math.h>
#include <stddef.h>

enum { springs_atoms = 8 };

static inline void springs_start(double positions[3 * springs_atoms], double cell[9]) {
    const double start[9] = {5.1, 0.2, -0.1, 0.6, 4.8, 0.3, -0.4, 0.2, 5.3};
    for (int k = 0; k < 9; k++) cell[k] = start[k];
    for (int i = 0; i < springs_atoms; i++) {
        double s[3] = {0.5 * (i & 1) + 0.031 * sin(1 + 3.0 * i),
                       0.5 * (i >> 1 & 1) + 0.027 * sin(2 + 5.0 * i),
                       0.5 * (i >> 2 & 1) + 0.034 * sin(4 + 7.0 * i)};
        for (int k = 0; k < 3; k++)
            positions[3 * i + k] = s[0] * cell[k] + s[1] * cell[3 + k] + s[2] * cell[6 + k];
    }
}

/* forces and stress nullable. Each atom is tied to its neighbours along the three axes and, softly,
 * diagonals. */
static inline double springs_energy(const double *x, const double *cell, double *forces, double *stress) {
    double energy = 0, virial[9] = {0};
    if (forces)
        for (int k = 0; k < 3 * springs_atoms; k++) forces[k] = 0;
    for (int i = 0; i < springs_atoms; i++)
        for (int move = 1; move < 8; move++) {
            int j = i, shift[3] = {0, 0, 0};
            for (int k = 0; k < 3; k++)
                if (move >> k & 1) {
                    shift[k] = j >> k & 1;
                    j ^= 1 << k;
                }
            int steps = (move & 1) + (move >> 1 & 1) + (move >> 2 & 1);
            double d[3], r2 = 0, rest = 2.4 * sqrt(steps), stiffness = steps == 1 ? 8 + i : 0.4 * steps;
            for (int k = 0; k < 3; k++) {
                d[k] = x[3 * j + k] - x[3 * i + k];
                for (int l = 0; l < 3; l++) d[k] += shift[l] * cell[3 * l + k];
                r2 += d[k] * d[k];
            }
            double r = sqrt(r2), s = r - rest;
            energy += stiffness * s * s * (0.5 - 0.3 * s);
            double pull = stiffness * s * (1 - 0.9 * s) / r; /* dE/dr / r */
            for (int k = 0; k < 3; k++) {
                if (forces) {
                    forces[3 * i + k] += pull * d[k];
                    forces[3 * j + k] -= pull * d[k];
                }
                for (int l = 0; l < 3; l++) virial[3 * k + l] += pull * d[k] * d[l];
            }
        }
    if (stress) {
        double volume = fabs(cell[0] * (cell[4] * cell[8] - cell[5] * cell[7]) -
                             cell[1] * (cell[3] * cell[8] - cell[5] * cell[6]) +
                             cell[2] * (cell[3] * cell[7] - cell[4] * cell[6]));
        for (int k = 0; k < 9; k++) stress[k] = virial[k] / volume;
    }
    return energy;
}

#endif
