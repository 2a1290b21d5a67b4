#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""optimisers.py PROGRAM DATA [MODEL [FMAX [STEPS]]]: table of the force calls of every optimiser on ten MOFs, atoms and
cell relaxed. PROGRAM is the build's bench_optimisers, DATA the folder with the CIF files. Markdown on standard
output."""
import json
import os
import statistics
import subprocess
import sys

TEN = ["MOF-5_primitive", "UiO-66_primitive", "HKUST-1_primitive", "Zn-MOF-74", "MgMOF74", "calf", "AlPMOF",
       "tobacco_srsb_sym_3_mc_0_sym_3_mc_0_L_3", "gmof_AlO6-ADC_A_No25", "QAHMIZ_full"]


def main(program, data, model="uff4mof", fmax="0.001", steps="5000"):
    names = ["lbfgs", "fire", "plbfgs"]
    out = subprocess.run([program, model, fmax, "1", steps, ",".join(names), *(os.path.join(data, x + ".cif") for x in TEN)],
                         stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = {}
    for line in out.splitlines():
        r = json.loads(line)
        rows.setdefault(os.path.basename(r["file"])[:-4], {})[r["optimiser"]] = r
    print(f"Model {model}, fmax {fmax} eV/Å, at most {steps} steps. Force calls, and energy per atom above the lowest (meV).\n")
    print("| structure | atoms |", " | ".join(names), "|")
    print("|---|---|" + "---|" * len(names))
    for name, row in rows.items():
        lowest = min(r["energy_eV"] for r in row.values())
        cells = []
        for k in names:
            above = (row[k]["energy_eV"] - lowest) / row[k]["n_atoms"] * 1000
            ending = "" if row[k]["end"] == "converged" else f", {row[k]['end']}"
            cells.append(f"{row[k]['force_calls']}{f' (+{above:.2f})' if above >= 0.005 else ''}{ending}")
        print(f"| {name} | {row[names[0]]['n_atoms']} |", " | ".join(cells), "|")
    print("| **sum** | |", " | ".join(str(sum(r[k]["force_calls"] for r in rows.values())) for k in names), "|")
    ratios = [statistics.geometric_mean(r[k]["force_calls"] / r["lbfgs"]["force_calls"] for r in rows.values()) for k in names]
    print("| **relative to lbfgs** (geometric mean) | |", " | ".join(f"{x:.2f}" for x in ratios), "|")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
