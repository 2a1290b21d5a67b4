/* SPDX-License-Identifier: MIT */
/* Facts about elements, by atomic number 1..118. */
#ifndef MOFB_STRUCTURE_ELEMENTS_H
#define MOFB_STRUCTURE_ELEMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOFB__MAX_Z = 118 };

/* Symbol ("Zn"); NULL outside 1..118. */
const char *mofb__element_symbol(int32_t z);

/* Atomic number of a symbol (first letter upper, second lower case after normalising case), 0 if unknown.
   "D" and "T" are hydrogen. */
int32_t mofb__element_number(const char *symbol, size_t length);

/* IUPAC standard atomic weight, amu (conventional value where there is an interval; the mass of a long-lived
   isotope where there is none). */
double mofb__element_mass(int32_t z);

/* Covalent radius, Å, B. Cordero et al., Dalton Trans. 2832 (2008) (sp3 carbon; high-spin Mn, Fe, Co); 0 if
   the table has none. */
double mofb__element_covalent_radius(int32_t z);

/* Pauling electronegativity (CRC Handbook), 0 if the table has none. */
double mofb__element_electronegativity(int32_t z);

/* Metals, metalloids (B Si Ge As Sb Te Po At) not among them. */
bool mofb__element_is_metal(int32_t z);

#endif
