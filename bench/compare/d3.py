# SPDX-License-Identifier: MIT
"""DFT-D3(BJ) of this library and of torch-dftd (PyPI, with torch), side by side in one run on the same cores.

usage: d3.py LIBRARY CIF... [--threads N] [--repeats N] [--json]

Energy, forces and stress at 40 bohr, functional PBE, of the same slightly moved structure in each repeat. torch-dftd
builds its list in every call, in single precision as the benchmark runs it and in double; ours is timed with a list
built anew (a new system), and as in a relaxation or molecular dynamics, where the list is kept while atoms move little.
Wall times, best of the repeats, in ms; differences are to torch-dftd in double precision.
"""
import argparse
import json
import os
import sys
import time


def best(function, repeats):
    times = []
    for k in range(repeats):
        start = time.perf_counter()
        value = function(k)
        times.append(time.perf_counter() - start)
    return min(times) * 1e3, value


def compare(path, threads, repeats):
    import ase.io
    import mofbench_c as mofb
    import numpy as np
    import torch
    from torch_dftd.torch_dftd3_calculator import TorchDFTD3Calculator

    torch.set_num_threads(threads)
    atoms = ase.io.read(path)
    moved = [atoms.positions + 1e-3 * np.random.default_rng(k).normal(size=atoms.positions.shape)
             for k in range(repeats)]
    moved[-1] = atoms.positions  # what is compared
    model = mofb.Model("d3:functional=pbe", threads)
    want = mofb.ENERGY | mofb.FORCES | mofb.STRESS
    kept = model.system(atoms.numbers, atoms.positions, atoms.cell.array)

    def ours_new(k):
        system = model.system(atoms.numbers, moved[k], atoms.cell.array)
        return system.run(want=want)

    def ours_kept(k):
        return kept.run(moved[k], want=want), kept.forces.copy(), kept.stress.copy()

    def theirs(dtype):
        calculator = TorchDFTD3Calculator(damping="bj", xc="pbe", cutoff=40 * 0.52917726, device="cpu", dtype=dtype)

        def call(k):
            copy = atoms.copy()
            copy.positions = moved[k]
            copy.calc = calculator
            return copy.get_potential_energy(), copy.get_forces(), copy.get_stress(voigt=False)
        return call

    row = {"structure": os.path.basename(path), "atoms": len(atoms), "threads": threads}
    row["ours_new_ms"], _ = best(ours_new, repeats)
    row["ours_kept_ms"], (energy, forces, stress) = best(ours_kept, repeats)
    row["torch_dftd_f32_ms"], _ = best(theirs(torch.float32), repeats)
    row["torch_dftd_f64_ms"], (e, f, s) = best(theirs(torch.float64), repeats)
    row["ratio_new"] = row["torch_dftd_f32_ms"] / row["ours_new_ms"]
    row["ratio_kept"] = row["torch_dftd_f32_ms"] / row["ours_kept_ms"]
    row["energy_difference_eV_per_atom"] = abs(energy - e) / len(atoms)
    row["force_difference_eV_per_A"] = float(np.abs(forces - f).max())
    row["stress_difference_eV_per_A3"] = float(np.abs(stress - s).max())
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library")
    parser.add_argument("cif", nargs="+")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    os.environ["MOFB_LIBRARY"], os.environ["OMP_NUM_THREADS"] = args.library, str(args.threads)
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/support"))
    for path in args.cif:
        row = compare(path, args.threads, args.repeats)
        print(json.dumps(row) if args.json else "  ".join(f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}"
                                                          for k, v in row.items()), flush=True)


main()
