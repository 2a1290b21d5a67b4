/* SPDX-License-Identifier: MIT */
/* Atom types as the published programme assigns them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mat3.h"
#include "models/uff/build.h"
#include "structure/elements.h"

static const double planar_tolerance = 0.02; /* sine of the angle out of the plane */

/* Type of C N O S by hybridisation, of H and the halogens; NULL for other elements. */
static const char *simple_name(const mofb__uff_build *b, size_t i) {
    static const char *const names[4][4] = {/* by mofb__hybrid */
                                            {"C_3", "C_2", "C_1", "C_R"},
                                            {"N_3", "N_2", "N_1", "N_R"},
                                            {"O_3", "O_2", "O_1", "O_R"},
                                            {"S_3", "S_2", "S_1", "S_R"}};
    uint8_t hybrid = b->t->hybrids[i];
    switch (b->numbers[i]) {
    case Z_H: return "H_";
    case Z_C: return names[0][hybrid];
    case Z_N: return names[1][hybrid];
    case Z_O: return names[2][hybrid];
    case Z_S: return hybrid == MOFB__SP3 && !b->settings->uff4mof ? "S_3+6" : names[3][hybrid];
    case Z_F: return "F_";
    case 17: return "Cl";
    case 35: return "Br";
    case 53: return "I_";
    default: return NULL;
    }
}

/* The last key of the element; with a degree only of those whose third character is that digit, or which have
   no third character. */
static const mofb__uff_type *last_key(const mofb__uff_build *b, int32_t z, const size_t *degree) {
    size_t n;
    const mofb__uff_type *table = mofb__uff_types(b, &n), *found = NULL;
    for (size_t k = 0; k < n; k++) {
        if (table[k].z != z) continue;
        const char *name = table[k].name;
        if (!degree || strlen(name) == 2 || (size_t)(name[2] - '0') == *degree) found = table + k;
    }
    return found;
}

static bool keeps_four(int32_t z) {
    static const uint8_t square[] = {2, 10, 18, 28, 36, 46, 54, 78, 79, 86};
    return memchr(square, z, sizeof square) != NULL;
}

static const mofb__uff_type *uff_other(const mofb__uff_build *b, size_t i) {
    int32_t z = b->numbers[i];
    size_t degree = mofb__uff_degree(b, i);
    if (degree == 4 && !keeps_four(z)) degree = 3;
    const mofb__uff_type *type = last_key(b, z, &degree);
    return type ? type : last_key(b, z, NULL);
}

/* Vectors between the positions as given, without images: the programme's oddity. */
static bool planar(const mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    double v[3][3], n[3] = {0};
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        size_t k = r - t->first[i];
        double *to = v[k < 2 ? k : 2];
        size_t j = (size_t)t->neighbour[r];
        for (size_t l = 0; l < 3; l++) to[l] = b->positions[3 * j + l] - b->positions[3 * i + l];
        if (k == 1) mofb__cross(n, v[0], v[1]);
        if (k < 2) continue;
        double sine = mofb__dot(to, n) / sqrt(mofb__dot(to, to)) / sqrt(mofb__dot(n, n));
        if (!(fabs(sine) <= planar_tolerance)) return false; /* also where n is zero */
    }
    return true;
}

static const char *metal_suffix(const mofb__uff_build *b, size_t i) {
    switch (mofb__uff_degree(b, i)) {
    case 2: return "1f1";
    case 3: return "2f2";
    case 4: return planar(b, i) ? "4f2" : "3f2";
    case 5: return "4+2";
    case 6: return "6f3";
    case 8: return "8f4";
    default: return "";
    }
}

static const mofb__uff_type *mof_metal(const mofb__uff_build *b, size_t i) {
    char name[12];
    const char *symbol = mofb__element_symbol(b->numbers[i]);
    snprintf(name, sizeof name, "%s%s%s", symbol, symbol[1] ? "" : "_", metal_suffix(b, i));
    const mofb__uff_type *type = mofb__uff_type_named(b, name);
    if (type) return type;
    char *f = strchr(name + 2, 'f');
    if (f) *f = '+';
    type = mofb__uff_type_named(b, name);
    return type ? type : last_key(b, b->numbers[i], NULL);
}

/* Neighbours of i that are metals, of element z, and zirconium. */
static void count(const mofb__uff_build *b, size_t i, int32_t z, size_t *metals, size_t *others, size_t *zr) {
    const mofb__uff_topology *t = b->t;
    *metals = *others = *zr = 0;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        int32_t zj = b->numbers[t->neighbour[r]];
        *metals += mofb__uff_tool_metal(zj);
        *others += zj == z;
        *zr += zj == Z_ZR;
    }
}

static const char *mof_oxygen(const mofb__uff_build *b, size_t i) {
    size_t metals, others, zr, degree = mofb__uff_degree(b, i);
    count(b, i, degree == 4 ? Z_H : Z_C, &metals, &others, &zr);
    if (degree == 2 && metals + others == 2) return "O_2";
    if (degree == 3) return zr == 3 ? "O_3_f" : metals == 3 ? "O_2_z" : "O_2";
    if (degree == 4 && metals + others == 4) return "O_3_f";
    return simple_name(b, i);
}

static void mof_metal_orders(mofb__uff_build *b, size_t i) {
    const mofb__uff_topology *t = b->t;
    for (size_t r = t->first[i]; r < t->first[i + 1]; r++) {
        int32_t z = b->numbers[t->neighbour[r]];
        if (mofb__uff_tool_metal(z)) t->bonds[b->row_bond[r]].order = 0.25;
        else if (z == Z_O) t->bonds[b->row_bond[r]].order = 0.5;
    }
}

mofb_status mofb__uff_tool_types(mofb__uff_build *b) {
    bool mof = b->settings->uff4mof;
    for (size_t i = 0; i < b->n_atoms; i++) {
        int32_t z = b->numbers[i];
        const char *name = mof && z == Z_O ? mof_oxygen(b, i) : simple_name(b, i);
        const mofb__uff_type *type;
        if (name) type = mofb__uff_type_named(b, name);
        else if (!mof) type = uff_other(b, i);
        else type = mofb__uff_tool_metal(z) ? mof_metal(b, i) : last_key(b, z, NULL);
        if (!type) return mofb__uff_no_type(b, i, name);
        b->t->types[i] = type;
        if (mof && mofb__uff_tool_metal(z)) mof_metal_orders(b, i);
    }
    return MOFB_OK;
}
