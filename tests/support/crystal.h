/* SPDX-License-Identifier: MIT */
/* Small crystals for tests of tasks. */
#ifndef MOFB_TESTS_CRYSTAL_H
#define MOFB_TESTS_CRYSTAL_H

#include "mofbench/structure.h"

/* fcc argon: n³ cubes with lattice constant a (Å), each atom moved by up to `rattle` Å by a fixed rule. */
static inline mofb_status crystal_argon(mofb_structure **out, int n, double a, double rattle) {
    static const double basis[4][3] = {{0, 0, 0}, {0.5, 0.5, 0}, {0.5, 0, 0.5}, {0, 0.5, 0.5}};
    enum { MOST = 4 * 5 * 5 * 5 };
    int32_t numbers[MOST];
    double positions[3 * MOST], cell[9] = {n * a, 0, 0, 0, n * a, 0, 0, 0, n * a};
    size_t count = 0;
    uint64_t noise = 88172645463325252u;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            for (int k = 0; k < n; k++)
                for (int b = 0; b < 4; b++, count++) {
                    const double at[3] = {i + basis[b][0], j + basis[b][1], k + basis[b][2]};
                    numbers[count] = 18;
                    for (int c = 0; c < 3; c++) {
                        noise ^= noise << 13, noise ^= noise >> 7, noise ^= noise << 17;
                        positions[3 * count + (size_t)c] =
                            a * at[c] + rattle * ((double)(noise >> 11) / 0x1p52 - 1);
                    }
                }
    return mofb_structure_new(out, count, numbers, positions, cell, NULL, NULL);
}

#endif
