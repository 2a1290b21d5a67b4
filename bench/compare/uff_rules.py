# SPDX-License-Identifier: MIT
"""Where the default rules of uff and uff4mof differ from rules=lammps_interface, and by how much, as a table.

usage: uff_rules.py LIBRARY UFF_TERMS_JSON

For each structure of the reference: atoms whose type differs; bonds whose order differs or that only one rule set
has; energy per atom by both rule sets and the difference by term, in meV per atom.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/support"))
import numpy as np  # noqa: E402
from ase.cell import Cell  # noqa: E402
from ase.data import atomic_numbers  # noqa: E402

TERMS = ("bond", "angle", "torsion", "inversion", "vdw")


def told(model, numbers, positions, cell):
    system = model.system(numbers, positions, cell)
    system.run()
    return system.describe()


def bonds(description):
    return {tuple(int(v) for v in b[:5]): b[5] for b in description["bonds"]}


def main():
    os.environ["MOFB_LIBRARY"] = sys.argv[1]
    from mofbench_c import Model
    models = {name: (Model(name + ":rules=lammps_interface"), Model(name)) for name in ("uff", "uff4mof")}
    print("| structure | model | atoms | types | bonds | lammps_interface | default | " +
          " | ".join(TERMS) + " |\n|" + "---|" * (7 + len(TERMS)))
    for entry in json.load(open(sys.argv[2]))["entries"]:
        cell = Cell.fromcellpar(entry["cell_params"]).array
        numbers = [atomic_numbers[e] for e in entry["atoms"]["elements"]]
        name, n = entry["force_field"].lower(), len(numbers)
        old, new = (told(m, numbers, np.array(entry["atoms"]["frac"]) @ cell, cell) for m in models[name])
        types = sum(a != b for a, b in zip(old["types"], new["types"]))
        a, b = bonds(old), bonds(new)
        orders = sum(abs(a.get(k, 0) - b.get(k, 0)) > 1e-9 for k in a.keys() | b.keys())
        e, f = old["energy_eV"], new["energy_eV"]
        columns = [entry["csv_name"].removesuffix("_primitive").removesuffix("_full"), name, n, types or "", orders or "",
                   f"{1e3 * e['total'] / n:.1f}", f"{1e3 * f['total'] / n:.1f}",
                   *(f"{1e3 * (f[t] - e[t]) / n:+.2f}" for t in TERMS)]
        print("| " + " | ".join(map(str, columns)) + " |")


if __name__ == "__main__":
    main()
