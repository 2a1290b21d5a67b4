/* SPDX-License-Identifier: MIT */
/* libmofbench: benchmark tasks for metal-organic frameworks with interatomic potentials.

   Glossary, once for all headers
     lengths Å · times fs · energies eV · masses amu · temperatures K · pressures bar · moduli GPa
     forces eV/Å, F = −dE/dr · stress eV/Å³, (1/V) dE/dε, positive = tension
     cell: three row vectors, [3][3] · fractional f ↔ Cartesian r = f·cell
     arrays are flat, row-major, shapes written [n_atoms][3]; host memory
     Voigt order xx yy zz yz xz xy
   Conventions
     mofb_<noun>_<verb>; the result comes first; mofb_status back, 0 is good (error.h)
     *_new, *_open, *_parse give a handle the caller frees with *_free; returned pointers to const are
     borrowed from the object they came from; freeing in any order is safe
     options structs start with struct_size and may be NULL; zero members mean defaults
     Thread labels: "any" = concurrent calls are fine, "one" = one thread at a time per object; no label: any */
#ifndef MOFBENCH_H
#define MOFBENCH_H

#include "version.h"
#include "error.h"
#include "allocator.h"
#include "structure.h"
#include "device.h"
#include "weights.h"
#include "model.h"
#include "evaluator.h"
#include "task.h"
#include "result.h"
#include "run.h"

#endif
