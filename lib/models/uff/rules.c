/* SPDX-License-Identifier: MIT */
/* Coefficients of the terms. Equation numbers are those of A. K. Rappé et al., J. Am. Chem. Soc. 114, 10024
   (1992). Where the benchmark's programme departs from the paper the place is marked "lammps_interface". */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "models/uff/terms.h"

static const double RADIAN = 0.017453292519943295; /* per degree */

/* lammps_interface: coefficients go through an input file in kcal/mol with six decimals. Angles near their
   minimum notice: the constants of eq 11 then do not cancel. */
static double written(double value, mofb__uff_rules rules) {
    return rules == MOFB__UFF_LAMMPS_INTERFACE ? rint(value * 1e6) / 1e6 : value;
}

static size_t degree(const mofb__uff_topology *t, size_t atom) {
    return t->first[atom + 1] - t->first[atom];
}

/* The geometry character of a type: '1' linear, '2' and 'R' trigonal, '3' tetrahedral, '4' square planar,
   '6' octahedral; '\0' in names of two characters. */
static char geometry(const mofb__uff_type *type) {
    return strlen(type->name) > 2 ? type->name[2] : '\0';
}

/* Natural bond length, Å: eqs 2 to 4, with the electronegativity correction subtracted (its sign in the paper
   is a known misprint). */
static double natural_length(const mofb__uff_type *a, const mofb__uff_type *b, double order) {
    double d = sqrt(a->xi) - sqrt(b->xi);
    return a->r1 + b->r1 - 0.1332 * (a->r1 + b->r1) * log(order) -
           a->r1 * b->r1 * d * d / (a->xi * a->r1 + b->xi * b->r1);
}

static double row_length(const mofb__uff_topology *t, size_t owner, size_t row) {
    return natural_length(t->types[owner], t->types[t->neighbour[row]], t->neighbour_order[row]);
}

/* Harmonic bond: eqs 1a and 6. */
void mofb__uff_rule_stretch(mofb__uff_stretch *out, const mofb__uff_topology *t, size_t owner, size_t row,
                            mofb__uff_rules rules) {
    double r0 = row_length(t, owner, row), z = t->types[owner]->z1 * t->types[t->neighbour[row]]->z1;
    double k = written(332.06 * z / (r0 * r0 * r0), rules) * MOFB__EV_PER_KCAL_MOL;
    *out = (mofb__uff_stretch){(int32_t)row, k, written(r0, rules)};
}

/* Force constant of an angle in kcal/mol, eq 13. */
static double angle_constant(const mofb__uff_topology *t, size_t centre, const int32_t row[2],
                             double theta0) {
    double ab = row_length(t, centre, (size_t)row[0]), bc = row_length(t, centre, (size_t)row[1]);
    double z = t->types[t->neighbour[row[0]]]->z1 * t->types[t->neighbour[row[1]]]->z1;
    double c = cos(theta0), ac2 = ab * ab + bc * bc - 2 * ab * bc * c;
    return 664.12 * z / (ac2 * ac2 * sqrt(ac2)) * (3 * ab * bc * (1 - c * c) - ac2 * c);
}

/* Eq 10 for linear (1 + cos θ), trigonal (1 − cos 3θ)/9, square and octahedral (1 − cos 4θ)/16 centres, else
   eq 11 with its minimum at θ0; all written in powers of cos θ. */
void mofb__uff_rule_angle(mofb__uff_angle *out, const mofb__uff_topology *t, size_t centre,
                          mofb__uff_rules rules) {
    const mofb__uff_type *type = t->types[centre];
    double theta0 = type->theta0 * RADIAN, whole = angle_constant(t, centre, out->row, theta0);
    double k = 2 * written(whole / 2, rules), *p = out->p;
    char g = geometry(type);
    memset(p, 0, sizeof out->p);
    if (!g || g == '1' || type->theta0 == 180) {
        p[0] = p[1] = k;
    } else if (g == '2' || g == 'R') {
        p[0] = k / 9, p[1] = k / 3, p[3] = -4 * k / 9;
    } else if (g == '4' || g == '6') {
        p[2] = k / 2, p[4] = -k / 2;
    } else if (rules == MOFB__UFF_LAMMPS_INTERFACE && g == '3' && (int)type->theta0 == 90) {
        p[2] = k / 2; /* lammps_interface: (1 + cos 2θ)/4, exactly 90° for Se, Te, Bi, Po */
    } else {
        double s = sin(theta0), c = cos(theta0), c2 = 1 / (4 * s * s), c1 = -4 * c2 * c,
               c0 = c2 * (2 * c * c + 1);
        k = written(whole, rules), c0 = written(c0, rules), c1 = written(c1, rules), c2 = written(c2, rules);
        p[0] = k * (c0 - c2), p[1] = k * c1, p[2] = 2 * k * c2;
    }
    for (int m = 0; m < 5; m++) p[m] *= MOFB__EV_PER_KCAL_MOL;
}

static bool is_group16(int32_t z) {
    return z == 8 || z == 16 || z == 34 || z == 52 || z == 84;
}

/* Barrier of eq 17. */
static double conjugated(const mofb__uff_type *b, const mofb__uff_type *c, double order) {
    return 5 * sqrt(b->uj * c->uj) * (1 + 4.18 * log(order));
}

static void set_torsion(mofb__uff_torsion *out, double v, int32_t n, double sign) {
    out->v = v, out->n = n, out->sign = sign;
}

/* Barrier of an sp3 centre in a bond with group 16: 2 for O, 6.8 below it (text under eq 16). */
static double sp3_barrier(const mofb__uff_type *type) {
    return !is_group16(type->z) ? type->vi : type->z == 8 ? 2.0 : 6.8;
}

/* Elements that may be the middle of a torsion: the paper leaves out all but the main group; here B and
   groups 14 to 16. */
static bool turns(int32_t z) {
    static const uint8_t main_group[] = {5, 6, 7, 8, 14, 15, 16, 32, 33, 34, 50, 51, 52, 82, 83, 84};
    return memchr(main_group, z, sizeof main_group) != NULL;
}

/* Eqs 15 to 17 and the cases in the text between them. */
static void paper_torsion(mofb__uff_torsion *out, const mofb__uff_topology *t, size_t b, size_t c,
                          double order, size_t d) {
    const mofb__uff_type *tb = t->types[b], *tc = t->types[c];
    char gb = geometry(tb), gc = geometry(tc);
    bool b2 = gb == '2' || gb == 'R', c2 = gc == '2' || gc == 'R';
    bool b3 = gb == '3' && degree(t, b) <= 4, c3 = gc == '3' && degree(t, c) <= 4;
    if (!turns(tb->z) || !turns(tc->z)) return;
    if (b3 && c3) {
        if (is_group16(tb->z) && is_group16(tc->z))
            set_torsion(out, sqrt(sp3_barrier(tb) * sp3_barrier(tc)), 2, -1);
        else set_torsion(out, sqrt(tb->vi * tc->vi), 3, -1);
    } else if (b2 && c2) {
        set_torsion(out, fmax(conjugated(tb, tc, order), 0), 2, 1);
    } else if ((b2 && c3) || (b3 && c2)) {
        bool chalcogen = is_group16((b3 ? tb : tc)->z) && !is_group16((b3 ? tc : tb)->z);
        char gd = geometry(t->types[d]);
        if (chalcogen) set_torsion(out, fmax(conjugated(tb, tc, order), 0), 2, -1);
        else if (c2 && (gd == '2' || gd == 'R') && turns(t->types[d]->z)) set_torsion(out, 2, 3, -1);
        else set_torsion(out, 1, 6, 1);
    }
}

static bool is_metal(int32_t z) {
    static const uint8_t others[] = {1,  2,  5,  6,  7,  8,  9,  10, 14, 15, 16, 17, 18,
                                     32, 33, 34, 35, 36, 51, 52, 53, 54, 84, 85, 86};
    return memchr(others, z, sizeof others) == NULL;
}

/* lammps_interface: uff.md of the benchmark, 5.3. By hybridisation instead of type; which end is c
   matters. */
static void published_torsion(mofb__uff_torsion *out, const mofb__uff_topology *t, size_t b, size_t c,
                              double order) {
    const mofb__uff_type *tb = t->types[b], *tc = t->types[c];
    uint8_t hb = t->hybrids[b], hc = t->hybrids[c];
    bool b2 = hb == MOFB__SP2 || hb == MOFB__AROMATIC, c2 = hc == MOFB__SP2 || hc == MOFB__AROMATIC;
    if (is_metal(tb->z) || is_metal(tc->z)) return;
    if (hb == MOFB__SP3 && hc == MOFB__SP3) {
        bool chalcogen = is_group16(tb->z) || is_group16(tc->z);
        set_torsion(out, sqrt(sp3_barrier(tb) * sp3_barrier(tc)), chalcogen ? 2 : 3, -1);
    } else if ((b2 && hc == MOFB__SP2) || hc == MOFB__AROMATIC) {
        set_torsion(out, conjugated(tb, tc, order), 2, 1);
    } else if ((b2 && hc == MOFB__SP3) || (hb == MOFB__SP3 && c2)) {
        if (is_group16((hb == MOFB__SP3 ? tb : tc)->z)) set_torsion(out, conjugated(tb, tc, order), 2, -1);
        else set_torsion(out, 2, 3, -1);
    }
}

void mofb__uff_rule_torsion(mofb__uff_torsion *out, const mofb__uff_topology *t, const size_t ends[4],
                            size_t bc, size_t share, mofb__uff_rules rules) {
    size_t b = ends[1], c = ends[2];
    double order = t->neighbour_order[bc];
    out->v = 0;
    if (rules == MOFB__UFF_PAPER) {
        /* an sp2 centre may be at either end: its own end atom decides */
        char gb = geometry(t->types[b]);
        if (gb == '2' || gb == 'R') paper_torsion(out, t, c, b, order, ends[0]);
        else paper_torsion(out, t, b, c, order, ends[3]);
    } else {
        published_torsion(out, t, b, c, order);
    }
    out->v = written(out->v / 2 / (double)share, rules) * MOFB__EV_PER_KCAL_MOL;
}

static bool has_carbonyl(const mofb__uff_topology *t, size_t centre) {
    for (size_t r = t->first[centre]; r < t->first[centre + 1]; r++)
        if (!strcmp(t->types[t->neighbour[r]]->name, "O_2") && degree(t, (size_t)t->neighbour[r]) == 1)
            return true;
    return false;
}

/* Natural inversion angle in degrees of the pyramidal centres of group 15; 0: another type. */
static double pyramid(const char *name) {
    static const struct {
        const char *name;
        double angle;
    } table[] = {{"P_3+3", 84.4339}, {"As3+3", 86.9735}, {"Sb3+3", 87.7047}, {"Bi3+3", 90}};
    for (size_t k = 0; k < sizeof table / sizeof *table; k++)
        if (!strcmp(name, table[k].name)) return table[k].angle;
    return 0;
}

/* Eqs 18 and 19: planar C, N and O; pyramidal group 15 with a barrier of 22 kcal/mol at the plane. false: no
   term. */
static bool inversion_form(mofb__uff_inversion *out, const mofb__uff_topology *t, size_t centre,
                           mofb__uff_rules rules) {
    static const char *const planar[] = {"C_R", "C_2", "N_R", "N_2", "O_R", "O_2"};
    const char *name = t->types[centre]->name;
    double angle = pyramid(name);
    if (angle > 0) {
        double c = cos(angle * RADIAN), second = cos(2 * angle * RADIAN);
        out->c2 = 1, out->c1 = -4 * c, out->c0 = -out->c1 * c - second;
        out->k = 22 / (out->c0 + out->c1 + out->c2);
        /* lammps_interface: other sign of the last constant, and 22 as the factor */
        if (rules == MOFB__UFF_LAMMPS_INTERFACE) out->c0 = -out->c1 * c + second, out->k = 22;
        return true;
    }
    bool found =
        !strcmp(name, rules == MOFB__UFF_PAPER ? "O_2_z" : "N_3"); /* lammps_interface: N_3 is held planar */
    for (size_t k = 0; k < sizeof planar / sizeof *planar; k++) found = found || !strcmp(name, planar[k]);
    out->k = name[0] == 'C' && has_carbonyl(t, centre) ? 50 : 6;
    out->c0 = 1, out->c1 = -1, out->c2 = 0;
    return found;
}

size_t mofb__uff_rule_inversions(mofb__uff_inversion out[3], const mofb__uff_topology *t, size_t centre,
                                 mofb__uff_rules rules) {
    static const double mean[3] = {1, 1, 1}, published[3] = {0, 1, 2}; /* lammps_interface: by index */
    const double *weights = rules == MOFB__UFF_LAMMPS_INTERFACE ? published : mean;
    mofb__uff_inversion form;
    size_t count = 0;
    if (degree(t, centre) != 3 || !inversion_form(&form, t, centre, rules)) return 0;
    for (int32_t k = 0; k < 3; k++) {
        int32_t first = (int32_t)t->first[centre];
        if (weights[k] == 0) continue;
        out[count] = form;
        out[count].axis = first + k;
        out[count].row[0] = first + (k + 1) % 3, out[count].row[1] = first + (k + 2) % 3;
        out[count].folds = rules == MOFB__UFF_LAMMPS_INTERFACE;
        out[count].c0 = written(form.c0, rules), out[count].c1 = written(form.c1, rules);
        out[count++].k = written(form.k / 3, rules) * weights[k] * MOFB__EV_PER_KCAL_MOL;
    }
    return count;
}
