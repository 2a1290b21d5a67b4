# SPDX-License-Identifier: MIT
"""Neighbour lists, shortest images and elements against ASE's; elements and space groups against pymatgen's."""
import glob
import math
import os
import subprocess
import warnings

import numpy as np
import pytest

ase = pytest.importorskip("ase")
import ase.data  # noqa: E402
import ase.io  # noqa: E402
from ase.geometry import find_mic  # noqa: E402
from ase.neighborlist import primitive_neighbor_list  # noqa: E402

DRIVER = os.path.join(os.environ.get("MOFB_BUILD_ROOT", "build"), "tests/integration/driver_structure")
STRUCTURES = os.path.join(os.environ.get("MOFB_SHARED_DATA", ""), "mofsimbench/structures/main_set")
warnings.filterwarnings("ignore")


def drive(*words, arrays=()):
    data = b"".join(np.ascontiguousarray(a, dtype=float).tobytes() for a in arrays)
    return subprocess.run([DRIVER, *map(str, words)], input=data, check=True, stdout=subprocess.PIPE).stdout


def edges(positions, cell, pbc, cutoff, half=False, skin=0.3):
    out = drive("edges", len(positions), cutoff, skin, int(half), *map(int, pbc), arrays=(cell, positions))
    out = np.frombuffer(out)
    rows = out[1:].reshape(-1, 8)
    assert len(rows) == out[0]
    return rows


def random_cell(rng, size, skew):
    while True:
        cell = np.diag(rng.uniform(0.5, 1, 3)) * size + rng.uniform(-skew, skew, (3, 3)) * size
        if abs(np.linalg.det(cell)) > 0.05 * size**3:
            return cell


def compare_edges(positions, cell, pbc, cutoff):
    ours = edges(positions, cell, pbc, cutoff)
    i, j, s, d = primitive_neighbor_list("ijSD", pbc, cell, positions, cutoff, self_interaction=False)
    order = np.lexsort((s[:, 2], s[:, 1], s[:, 0], j, i))
    assert np.array_equal(ours[:, :5], np.column_stack([i, j, s])[order])
    assert np.allclose(ours[:, 5:], d[order], rtol=0, atol=1e-9)
    half = edges(positions, cell, pbc, cutoff, half=True)
    keep = [a < b or (a == b and tuple(t) > (0, 0, 0)) for a, b, t in zip(ours[:, 0], ours[:, 1], ours[:, 2:5])]
    assert np.array_equal(half, ours[keep])
    return len(ours)


@pytest.mark.parametrize("seed", range(30))
def test_edges_of_random_cells(seed):
    rng = np.random.default_rng(seed)
    cell = random_cell(rng, rng.uniform(3, 15), 0.5)
    positions = rng.uniform(-1.5, 2.5, (rng.integers(1, 60), 3)) @ cell
    compare_edges(positions, cell, rng.uniform(size=3) < 0.7, rng.uniform(2, 6))


@pytest.mark.parametrize("name", ["MOF-5_primitive", "MOF-5"])
def test_edges_of_a_framework(name):
    path = os.path.join(STRUCTURES, name + ".cif")
    if not os.path.exists(path):
        pytest.skip("no benchmark structures")
    atoms = ase.io.read(path)
    assert compare_edges(atoms.positions, atoms.cell.array, atoms.pbc, 6.0) > 1000


@pytest.mark.parametrize("seed", range(10))
def test_shortest_images(seed):
    rng = np.random.default_rng(seed)
    cell = random_cell(rng, 5, 2)
    pbc = np.ones(3, bool)  # ASE's are not the shortest in skewed cells that are periodic along some axes only
    vectors = rng.uniform(-3, 3, (200, 3)) @ cell
    ours = np.frombuffer(drive("shortest", len(vectors), *pbc.astype(int), arrays=(cell, vectors))).reshape(-1, 3)
    _, lengths = find_mic(vectors, cell, pbc)
    assert np.allclose(np.linalg.norm(ours, axis=1), lengths, rtol=0, atol=1e-9)


def element_rows():
    return [line.split() for line in drive("elements").decode().splitlines()]


def test_elements():
    high_spin = {25: 1.61, 26: 1.52, 27: 1.50}  # ASE has the low-spin radii of Mn, Fe, Co
    rows = element_rows()
    assert [r[0] for r in rows] == ase.data.chemical_symbols[1:]
    for z, row in enumerate(rows, 1):
        assert float(row[1]) == pytest.approx(ase.data.atomic_masses_iupac2016[z], rel=1e-6)
        if z <= 96:
            assert float(row[2]) == pytest.approx(high_spin.get(z, ase.data.covalent_radii[z]), abs=1e-9)


def test_electronegativities_and_metals():
    core = pytest.importorskip("pymatgen.core")
    for z, row in enumerate(element_rows(), 1):
        element = core.Element.from_Z(z)
        wanted = element.X if math.isfinite(element.X) else 0
        assert float(row[3]) == pytest.approx(wanted, abs=1e-9)
        assert bool(int(row[4])) == element.is_metal


def test_space_groups():
    spglib = pytest.importorskip("spglib")
    paths = sorted(glob.glob(os.path.join(STRUCTURES, "*.cif")), key=os.path.getsize)[:80:8]
    if not paths:
        pytest.skip("no benchmark structures")
    groups = set()
    for path in paths:
        atoms = ase.io.read(path)
        cell = (atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers)
        wanted = spglib.get_symmetry_dataset(cell, symprec=1e-3)
        number, _, operations = drive("spacegroup", path, 1e-3).decode().split()
        assert int(number) == wanted.number, path
        assert int(operations) == len(wanted.rotations), path
        groups.add(number)
    assert len(groups) > 3
