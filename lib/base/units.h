/* SPDX-License-Identifier: MIT */
/* CODATA 2018 exact values and what follows from them; E. Tiesinga et al., Rev. Mod. Phys. 93,
   025010 (2021). Internal unit of time: Å·√(amu/eV), so that eV, Å and amu need no factors. */
#ifndef MOFB_BASE_UNITS_H
#define MOFB_BASE_UNITS_H

#define MOFB__KB 8.617333262145179e-05          /* Boltzmann constant, eV/K */
#define MOFB__H_EV_S 4.135667696923859e-15      /* Planck constant, eV s */
#define MOFB__NA 6.02214076e23                  /* Avogadro constant, 1/mol */
#define MOFB__E_CHARGE 1.602176634e-19          /* elementary charge, C (= J per eV) */
#define MOFB__AMU_KG 1.66053906660e-27          /* atomic mass constant, kg */
#define MOFB__GPA_PER_EV_A3 160.2176634         /* GPa per eV/Å³ */
#define MOFB__EV_A3_PER_BAR 6.241509074460763e-07 /* eV/Å³ per bar */
#define MOFB__EV_PER_KCAL_MOL 0.043364104241800934 /* thermochemical kcal (4184 J) per mol */
#define MOFB__BOHR 0.529177210903               /* Å */
#define MOFB__HARTREE 27.211386245988           /* eV */
/* 1 fs in internal time: 1e-15 s / (1e-10 m · √(amu/e)) */
#define MOFB__FS 0.09822694750253276

#endif
