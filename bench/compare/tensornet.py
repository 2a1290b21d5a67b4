# SPDX-License-Identifier: MIT
"""TensorNet of this library and of matgl (PyTorch), side by side in one run on the same cores.

usage: tensornet.py LIBRARY WEIGHTS CHECKPOINT REFERENCE CIF... [--threads N] [--repeats N] [--json]

WEIGHTS is our file, CHECKPOINT the published folder it was imported from, REFERENCE the energies
(reference_cases.json): before anything is timed both have to give the published −247.2868 eV of the peptide
AcAla3NHMe, because releases of matgl differ in conventions. Timed: energy, forces and stress of a structure whose
atoms moved since the last call, neighbour list included, alternating between the two; the best of the repeats, in ms.
Peak memory is that of a process of its own for each programme and structure, less that of the same process before it
loads the programme.
"""
import argparse
import json
import os
import subprocess
import sys
import time
import warnings

warnings.filterwarnings("ignore")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tests/support"))
import ase  # noqa: E402
import ase.io  # noqa: E402
import numpy as np  # noqa: E402

PEPTIDE = -247.2868


def ours(args):
    os.environ["MOFB_LIBRARY"] = args.library
    import mofbench_c as mofb

    model = mofb.Model(args.weights, args.threads)
    systems = {}

    def evaluate(atoms):
        if id(atoms) not in systems:
            cell = atoms.cell.array if atoms.pbc.any() else None
            systems[id(atoms)] = model.system(atoms.numbers, atoms.positions, cell)
        s = systems[id(atoms)]
        want = mofb.ENERGY | mofb.FORCES | (mofb.STRESS if atoms.pbc.any() else 0)
        return s.run(np.ascontiguousarray(atoms.positions), want=want), s.forces

    return evaluate


def theirs(args):
    import torch

    torch.set_num_threads(args.threads)
    import matgl
    from matgl.ext.ase import PESCalculator

    calculator = PESCalculator(matgl.load_model(args.checkpoint))

    def evaluate(atoms):
        calculator.calculate(atoms, ["energy", "forces", "stress"])
        return float(calculator.results["energy"]), calculator.results["forces"]

    return evaluate


PROGRAMMES = {"ours": ours, "matgl": theirs}


def peptide(args):
    case = next(c for c in json.load(open(args.reference))["cases"] if c["name"].startswith("AcAla3NHMe"))
    return ase.Atoms(numbers=case["numbers"], positions=case["positions"])


def peak(args, which, path):
    common = [args.library, args.weights, args.checkpoint, args.reference, path, "--threads", str(args.threads)]
    command = [sys.executable, os.path.abspath(__file__), *common, "--child", which]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def high_water():
    """Peak resident memory in MB; ru_maxrss would remember the parent's."""
    line = next(x for x in open("/proc/self/status") if x.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def child(args):
    atoms = ase.io.read(args.cifs[0])
    before = high_water()
    PROGRAMMES[args.child](args)(atoms)
    print(high_water() - before)


def compare(args):
    run = {name: make(args) for name, make in PROGRAMMES.items()}
    for name, evaluate in run.items():
        energy = evaluate(peptide(args))[0]
        if abs(energy - PEPTIDE) > 1e-3:
            sys.exit(f"{name} gives {energy:.4f} eV for the peptide, not {PEPTIDE}: another release, or other weights")
    rows = []
    for path in args.cifs:
        atoms, row = ase.io.read(path), {"structure": os.path.basename(path)}
        row["atoms"] = len(atoms)
        best, rng = dict.fromkeys(run, 1e300), np.random.default_rng(1)
        for _ in range(args.repeats + 1):
            atoms.positions += rng.normal(scale=0.002, size=atoms.positions.shape)
            answers = {}
            for name, evaluate in run.items():
                start = time.perf_counter()
                answers[name] = evaluate(atoms)
                best[name] = min(best[name], time.perf_counter() - start)
        row["energy difference eV/atom"] = (answers["ours"][0] - answers["matgl"][0]) / len(atoms)
        row["force difference eV/A"] = float(np.abs(answers["ours"][1] - answers["matgl"][1]).max())
        for name in run:
            row[f"{name} ms"] = best[name] * 1e3
            row[f"{name} MB"] = peak(args, name, path)
        row["times faster"] = best["matgl"] / best["ours"]
        rows.append(row)
        if not args.json:
            print("  ".join(f"{k} {v:.3g}" if isinstance(v, float) else str(v) for k, v in row.items()), flush=True)
    if args.json:
        print(json.dumps(rows, indent=1))


def main():
    p = argparse.ArgumentParser()
    for name in ("library", "weights", "checkpoint", "reference"):
        p.add_argument(name)
    p.add_argument("cifs", nargs="+")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--repeats", type=int, default=5)
    p.add_argument("--json", action="store_true")
    p.add_argument("--child", choices=PROGRAMMES, help=argparse.SUPPRESS)
    args = p.parse_args()
    child(args) if args.child else compare(args)


if __name__ == "__main__":
    main()
