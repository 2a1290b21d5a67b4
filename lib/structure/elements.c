/* SPDX-License-Identifier: MIT */
#include "structure/elements.h"

#include <string.h>

/* Masses: IUPAC standard atomic weights, J. Meija et al., Pure Appl. Chem. 88, 265 (2016), conventional
   values for intervals. Radii: Cordero et al. 2008. Electronegativities: Pauling's scale, CRC Handbook,
   with Allred's values where it has none. */
static const struct element {
    char symbol[4];
    double mass;              /* amu */
    double covalent_radius;   /* Å */
    double electronegativity; /* 0: none */
    bool metal;
} elements[MOFB__MAX_Z] = {
    {"H", 1.008, 0.31, 2.2, false},
    {"He", 4.002602, 0.28, 0, false},
    {"Li", 6.94, 1.28, 0.98, true},
    {"Be", 9.0121831, 0.96, 1.57, true},
    {"B", 10.81, 0.84, 2.04, false},
    {"C", 12.011, 0.76, 2.55, false},
    {"N", 14.007, 0.71, 3.04, false},
    {"O", 15.999, 0.66, 3.44, false},
    {"F", 18.998403163, 0.57, 3.98, false},
    {"Ne", 20.1797, 0.58, 0, false},
    {"Na", 22.98976928, 1.66, 0.93, true},
    {"Mg", 24.305, 1.41, 1.31, true},
    {"Al", 26.9815385, 1.21, 1.61, true},
    {"Si", 28.085, 1.11, 1.9, false},
    {"P", 30.973761998, 1.07, 2.19, false},
    {"S", 32.06, 1.05, 2.58, false},
    {"Cl", 35.45, 1.02, 3.16, false},
    {"Ar", 39.948, 1.06, 0, false},
    {"K", 39.0983, 2.03, 0.82, true},
    {"Ca", 40.078, 1.76, 1, true},
    {"Sc", 44.955908, 1.7, 1.36, true},
    {"Ti", 47.867, 1.6, 1.54, true},
    {"V", 50.9415, 1.53, 1.63, true},
    {"Cr", 51.9961, 1.39, 1.66, true},
    {"Mn", 54.938044, 1.61, 1.55, true},
    {"Fe", 55.845, 1.52, 1.83, true},
    {"Co", 58.933194, 1.5, 1.88, true},
    {"Ni", 58.6934, 1.24, 1.91, true},
    {"Cu", 63.546, 1.32, 1.9, true},
    {"Zn", 65.38, 1.22, 1.65, true},
    {"Ga", 69.723, 1.22, 1.81, true},
    {"Ge", 72.63, 1.2, 2.01, false},
    {"As", 74.921595, 1.19, 2.18, false},
    {"Se", 78.971, 1.2, 2.55, false},
    {"Br", 79.904, 1.2, 2.96, false},
    {"Kr", 83.798, 1.16, 3, false},
    {"Rb", 85.4678, 2.2, 0.82, true},
    {"Sr", 87.62, 1.95, 0.95, true},
    {"Y", 88.90584, 1.9, 1.22, true},
    {"Zr", 91.224, 1.75, 1.33, true},
    {"Nb", 92.90637, 1.64, 1.6, true},
    {"Mo", 95.95, 1.54, 2.16, true},
    {"Tc", 97.90721, 1.47, 1.9, true},
    {"Ru", 101.07, 1.46, 2.2, true},
    {"Rh", 102.9055, 1.42, 2.28, true},
    {"Pd", 106.42, 1.39, 2.2, true},
    {"Ag", 107.8682, 1.45, 1.93, true},
    {"Cd", 112.414, 1.44, 1.69, true},
    {"In", 114.818, 1.42, 1.78, true},
    {"Sn", 118.71, 1.39, 1.96, true},
    {"Sb", 121.76, 1.39, 2.05, false},
    {"Te", 127.6, 1.38, 2.1, false},
    {"I", 126.90447, 1.39, 2.66, false},
    {"Xe", 131.293, 1.4, 2.6, false},
    {"Cs", 132.90545196, 2.44, 0.79, true},
    {"Ba", 137.327, 2.15, 0.89, true},
    {"La", 138.90547, 2.07, 1.1, true},
    {"Ce", 140.116, 2.04, 1.12, true},
    {"Pr", 140.90766, 2.03, 1.13, true},
    {"Nd", 144.242, 2.01, 1.14, true},
    {"Pm", 144.91276, 1.99, 1.13, true},
    {"Sm", 150.36, 1.98, 1.17, true},
    {"Eu", 151.964, 1.98, 1.2, true},
    {"Gd", 157.25, 1.96, 1.2, true},
    {"Tb", 158.92535, 1.94, 1.1, true},
    {"Dy", 162.5, 1.92, 1.22, true},
    {"Ho", 164.93033, 1.92, 1.23, true},
    {"Er", 167.259, 1.89, 1.24, true},
    {"Tm", 168.93422, 1.9, 1.25, true},
    {"Yb", 173.054, 1.87, 1.1, true},
    {"Lu", 174.9668, 1.87, 1.27, true},
    {"Hf", 178.49, 1.75, 1.3, true},
    {"Ta", 180.94788, 1.7, 1.5, true},
    {"W", 183.84, 1.62, 2.36, true},
    {"Re", 186.207, 1.51, 1.9, true},
    {"Os", 190.23, 1.44, 2.2, true},
    {"Ir", 192.217, 1.41, 2.2, true},
    {"Pt", 195.084, 1.36, 2.28, true},
    {"Au", 196.966569, 1.36, 2.54, true},
    {"Hg", 200.592, 1.32, 2, true},
    {"Tl", 204.38, 1.45, 1.62, true},
    {"Pb", 207.2, 1.46, 2.33, true},
    {"Bi", 208.9804, 1.48, 2.02, true},
    {"Po", 208.98243, 1.4, 2, false},
    {"At", 209.98715, 1.5, 2.2, false},
    {"Rn", 222.01758, 1.5, 2.2, false},
    {"Fr", 223.01974, 2.6, 0.7, true},
    {"Ra", 226.02541, 2.21, 0.9, true},
    {"Ac", 227.02775, 2.15, 1.1, true},
    {"Th", 232.0377, 2.06, 1.3, true},
    {"Pa", 231.03588, 2, 1.5, true},
    {"U", 238.02891, 1.96, 1.38, true},
    {"Np", 237.04817, 1.9, 1.36, true},
    {"Pu", 244.06421, 1.87, 1.28, true},
    {"Am", 243.06138, 1.8, 1.3, true},
    {"Cm", 247.07035, 1.69, 1.3, true},
    {"Bk", 247.07031, 0, 1.3, true},
    {"Cf", 251.07959, 0, 1.3, true},
    {"Es", 252.083, 0, 1.3, true},
    {"Fm", 257.09511, 0, 1.3, true},
    {"Md", 258.09843, 0, 1.3, true},
    {"No", 259.101, 0, 1.3, true},
    {"Lr", 262.11, 0, 1.3, true},
    {"Rf", 267.122, 0, 0, true},
    {"Db", 268.126, 0, 0, true},
    {"Sg", 271.134, 0, 0, true},
    {"Bh", 270.133, 0, 0, true},
    {"Hs", 269.1338, 0, 0, true},
    {"Mt", 278.156, 0, 0, true},
    {"Ds", 281.165, 0, 0, true},
    {"Rg", 281.166, 0, 0, true},
    {"Cn", 285.177, 0, 0, true},
    {"Nh", 286.182, 0, 0, false},
    {"Fl", 289.19, 0, 0, false},
    {"Mc", 289.194, 0, 0, false},
    {"Lv", 293.204, 0, 0, false},
    {"Ts", 293.208, 0, 0, false},
    {"Og", 294.214, 0, 0, false},
};

static const struct element *element_of(int32_t z) {
    return z >= 1 && z <= MOFB__MAX_Z ? &elements[z - 1] : NULL;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

const char *mofb__element_symbol(int32_t z) {
    const struct element *e = element_of(z);
    return e ? e->symbol : NULL;
}

int32_t mofb__element_number(const char *symbol, size_t length) {
    char text[3] = {0};
    if (length < 1 || length > 2) return 0;
    text[0] = upper(symbol[0]);
    if (length == 2) text[1] = lower(symbol[1]);
    if (!strcmp(text, "D") || !strcmp(text, "T")) return 1;
    for (int32_t z = 1; z <= MOFB__MAX_Z; z++)
        if (!strcmp(elements[z - 1].symbol, text)) return z;
    return 0;
}

double mofb__element_mass(int32_t z) {
    const struct element *e = element_of(z);
    return e ? e->mass : 0;
}

double mofb__element_covalent_radius(int32_t z) {
    const struct element *e = element_of(z);
    return e ? e->covalent_radius : 0;
}

double mofb__element_electronegativity(int32_t z) {
    const struct element *e = element_of(z);
    return e ? e->electronegativity : 0;
}

bool mofb__element_is_metal(int32_t z) {
    const struct element *e = element_of(z);
    return e && e->metal;
}
