# SPDX-License-Identifier: MIT
"""Types and bonds of every structure of the benchmark, and that those of the papers' rules belong to the crystal:
no change with the order of the atoms, the choice of the cell, or a supercell."""
import json
import os
import pathlib
import subprocess

import numpy as np
import pytest

DRIVER = pathlib.Path(os.environ.get("MOFB_BUILD_ROOT", "build")) / "tests/integration/driver_uff"
STRUCTURES = pathlib.Path(os.environ.get("MOFB_SHARED_DATA", "missing")) / "mofsimbench/structures"
FILES = sorted(p for folder in ("main_set", "hcmof", "copper") for p in (STRUCTURES / folder).glob("*.cif"))
SYMBOLS = pytest.importorskip("ase.data").chemical_symbols

pytestmark = pytest.mark.skipif(not FILES, reason="no benchmark structures")


def topologies(field, rules, paths):
    lines = "".join(f"{field}\t{rules}\t{p}\n" for p in paths)
    out = subprocess.run([DRIVER], input=lines, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize("field", ["uff", "uff4mof"])
@pytest.mark.parametrize("rules", ["paper", "lammps_interface"])
def test_every_structure_has_types(field, rules):
    assert len(FILES) >= 418
    for path, t in zip(FILES, topologies(field, rules, FILES), strict=True):
        if "error" in t:  # the published programme stops there, too
            assert (field, rules) == ("uff4mof", "lammps_interface"), (path, t["message"])
            assert t["error"] == "no_atom_type" and "S_3" in t["message"], (path, t["message"])
        else:
            assert t["bonds"] and len(t["types"]) == len(t["numbers"])


def environments(t, fold=None):
    """For each atom its type and the sorted (atom, order, length) of its bonds; atoms taken modulo `fold`."""
    x, cell = np.array(t["positions"]), np.array(t["cell"])
    out = [[] for _ in t["types"]]
    for i, j, a, b, c, order in t["bonds"]:
        i, j = int(i), int(j)
        length = np.linalg.norm(x[j] - x[i] + np.array([a, b, c]) @ cell)
        out[i].append((fold[j], round(order, 9), round(length, 5)))
        out[j].append((fold[i], round(order, 9), round(length, 5)))
    return [(t["types"][i], t["hybrids"][i], sorted(bonds)) for i, bonds in enumerate(out)]


def write(path, numbers, positions, cell):
    lattice = " ".join(repr(float(v)) for v in cell.ravel())
    rows = [f"{SYMBOLS[z]} " + " ".join(repr(float(v)) for v in r) for z, r in zip(numbers, positions)]
    path.write_text(f'{len(rows)}\nLattice="{lattice}" Properties=species:S:1:pos:R:3 pbc="T T T"\n' + "\n".join(rows) + "\n")


def variant(rng, t):
    """The crystal described differently: (numbers, positions, cell, which atom of the original each is)."""
    z, x, cell = np.array(t["numbers"]), np.array(t["positions"]), np.array(t["cell"])
    which = np.arange(len(z))
    if len(z) < 500 and rng.random() < 0.5:  # twice the cell along one axis
        axis = rng.integers(3)
        x = np.concatenate([x, x + cell[axis]])
        z, which = np.tile(z, 2), np.tile(which, 2)
        cell = cell.copy()
        cell[axis] *= 2
    shear = np.eye(3, dtype=int)  # other vectors of the same lattice
    shear[rng.integers(2), 2] = rng.integers(-1, 2)
    cell = shear @ cell
    order = rng.permutation(len(z))
    x = x[order] + rng.uniform(0, 9, 3) + rng.integers(-2, 3, (len(z), 3)) @ cell
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turn *= np.linalg.det(turn)
    return z[order], x @ turn, cell @ turn, which[order]


@pytest.mark.parametrize("field", ["uff", "uff4mof"])
def test_topologies_belong_to_the_crystal(field, tmp_path):
    rng = np.random.default_rng(7)
    originals = topologies(field, "paper", FILES)
    maps, paths = [], []
    for k, t in enumerate(originals):
        numbers, positions, cell, which = variant(rng, t)
        paths.append(tmp_path / f"{k}.xyz")
        write(paths[-1], numbers, positions, cell)
        maps.append(which)
    for path, t, u, which in zip(FILES, originals, topologies(field, "paper", paths), maps, strict=True):
        assert "error" not in u, (path, u)
        wanted = environments(t, range(len(t["types"])))
        got = environments(u, which)
        for i, environment in enumerate(got):
            other = wanted[which[i]]
            assert environment[:2] == other[:2], (path, i)
            assert [b[:2] for b in environment[2]] == [b[:2] for b in other[2]], (path, i)
            lengths = np.array([b[2] for b in environment[2]]) - np.array([b[2] for b in other[2]])
            assert not len(lengths) or abs(lengths).max() < 2e-5, (path, i)
