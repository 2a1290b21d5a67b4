# SPDX-License-Identifier: MIT
"""Neighbour lists of this library and of vesin (PyPI), side by side in one run.

usage: nlist.py BENCH_NLIST CIF [--threads N] [--seconds S] [--json]   (meson option bench=true)

Both are called through C, with shifts and vectors asked for. Times are the best of several runs, in ms:
fresh = a new list each time, rebuild = the same object for changed positions, update = changed positions
within the skin. vesin's lists are unsorted ("ratio") or sorted by the first atom ("sorted"); ours are always
sorted by (i, j, shift). With one thread it is CPU time that is measured. A ratio below 1 means ours is faster.
"""
import argparse
import ctypes
import json
import struct
import subprocess
import sys
import tempfile
import time

import ase.io
import numpy as np
import vesin._c_api as capi
from vesin._c_lib import get_library

SKIN = 1.0


def vesin_times(atoms, cutoff, half, threads, seconds, is_sorted):
    lib = get_library()
    x = [np.ascontiguousarray(atoms.positions + np.array([d, 0, 0])) for d in (0.0, 1e-3)]
    cell = np.ascontiguousarray(atoms.cell.array)
    pbc = (ctypes.c_bool * 3)(True, True, True)
    error = ctypes.c_char_p()
    pointer = ctypes.POINTER(ctypes.c_double)

    clock = time.process_time if threads == 1 else time.perf_counter

    def run(skin, fresh):
        options = capi.VesinOptions(cutoff, not half, is_sorted, capi.VesinAutoAlgorithm, skin, threads, True,
                                    False, True)
        neighbours, best, begin, turn, length = capi.VesinNeighborList(), 1e300, clock(), 0, 0
        while turn < 4 or clock() - begin < seconds:
            start = clock()
            status = lib.vesin_neighbors(x[turn % 2].ctypes.data_as(pointer), len(atoms),
                                         cell.ctypes.data_as(pointer), pbc,
                                         capi.VesinDevice(capi.VesinCPU, 0), options, neighbours, error)
            length = neighbours.length
            if fresh:
                lib.vesin_free(neighbours)
            stop = clock()
            if status:
                raise RuntimeError(error.value)
            if turn:
                best = min(best, stop - start)
            if fresh:
                neighbours = capi.VesinNeighborList()
            turn += 1
        lib.vesin_free(neighbours)
        return best * 1e3, length

    fresh, edges = run(0.0, True)
    rebuild, update = run(0.0, False)[0], run(SKIN, False)[0]
    return {"edges": edges, "fresh_ms": fresh, "rebuild_ms": rebuild, "update_ms": update}


def our_times(driver, atoms, cutoff, half, threads, seconds):
    with tempfile.NamedTemporaryFile() as f:
        f.write(struct.pack("q", len(atoms)))
        f.write(np.ascontiguousarray(atoms.cell.array).tobytes())
        f.write(np.ascontiguousarray(atoms.positions).tobytes())
        f.flush()
        args = [driver, f.name, cutoff, int(half), SKIN, threads, seconds]
        return json.loads(subprocess.run([str(a) for a in args], check=True, stdout=subprocess.PIPE).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver")
    parser.add_argument("cif")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.3, help="per measurement")
    parser.add_argument("--json", action="store_true", help="one JSON line per row")
    parser.add_argument("--atoms", type=int, default=120000, help="largest supercell")
    args = parser.parse_args()
    unit = ase.io.read(args.cif)
    if not args.json:
        group = f" {'vesin':>9} {'ratio':>6}"
        print(f"{'atoms':>7} {'cutoff':>6} {'list':>5} {'edges':>9} | {'fresh':>9}{group} {'sorted':>6}"
              f" | {'rebuild':>9}{group} {'sorted':>6} | {'update':>9}{group}")
    for repeat in (1, 3, 6):
        if repeat**3 * len(unit) > args.atoms:
            continue
        atoms = unit.repeat(repeat)
        for cutoff in (5.0, 6.0, 12.5):
            for half in (False, True):
                if repeat == 6 and cutoff > 6 and not half:
                    continue  # some gigabytes
                ours = our_times(args.driver, atoms, cutoff, half, args.threads, args.seconds)
                theirs = vesin_times(atoms, cutoff, half, args.threads, args.seconds, False)
                ordered = vesin_times(atoms, cutoff, half, args.threads, args.seconds, True)
                if ours["edges"] != theirs["edges"]:
                    sys.exit(f"edges differ: {ours['edges']} and {theirs['edges']}")
                row = {"atoms": len(atoms), "cutoff_A": cutoff, "list": "half" if half else "full",
                       "threads": args.threads, "ours": ours, "vesin": theirs, "vesin_sorted": ordered}
                if args.json:
                    print(json.dumps(row), flush=True)
                    continue
                line = f"{len(atoms):7d} {cutoff:6.1f} {row['list']:>5} {ours['edges']:9d}"
                for key in ("fresh_ms", "rebuild_ms"):
                    line += f" | {ours[key]:9.3f} {theirs[key]:9.3f} {ours[key] / theirs[key]:6.2f}"
                    line += f" {ours[key] / ordered[key]:6.2f}"
                line += f" | {ours['update_ms']:9.3f} {theirs['update_ms']:9.3f}"
                line += f" {ours['update_ms'] / theirs['update_ms']:6.2f}"
                print(line, flush=True)


if __name__ == "__main__":
    main()
