# SPDX-License-Identifier: MIT
"""Every CIF of the benchmark's sets through `mofbench eval`: read, evaluated, as many atoms as ASE counts."""
import pathlib
import sys
import warnings

import pytest

np = pytest.importorskip("numpy")
cif = pytest.importorskip("ase.io.cif")

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from mofbench_cli import EXE, STRUCTURES, objects  # noqa: E402

pytestmark = pytest.mark.skipif(not EXE.exists() or not STRUCTURES.exists(), reason="needs program and benchmark data")

SETS = {"main_set": 172, "hcmof": 233, "copper": 13}


def files(folder):
    return sorted((STRUCTURES / folder).glob("*.cif"))


@pytest.fixture(scope="module", params=[(f, m) for f in SETS for m in ("uff", "uff4mof")], ids="-".join)
def evaluated(request):
    """Folder, model and what eval gives for all its files in one go."""
    folder, model = request.param
    return folder, model, objects("eval", "--model", model, *files(folder), threads=2)


def test_all_are_read_and_evaluated(evaluated):
    folder, model, rows = evaluated
    assert len(rows) == SETS[folder]
    assert [r["file"] for r in rows] == [str(p) for p in files(folder)]
    worst_sum, worst_asymmetry = 0.0, 0.0
    for r in rows:
        forces, stress = np.array(r["forces_eV_per_A"]), np.array(r["stress_eV_per_A3"])
        assert forces.shape == (r["n_atoms"], 3) and stress.shape == (3, 3), r["file"]
        assert np.isfinite(r["energy_eV"]) and np.isfinite(forces).all() and np.isfinite(stress).all(), r["file"]
        assert r["model"] == model and len(r["model_sha256"]) == 64
        assert np.abs(forces).max() > 1e-3
        scale = max(1.0, np.abs(forces).sum())
        worst_sum = max(worst_sum, np.abs(forces.sum(axis=0)).max() / scale)
        worst_asymmetry = max(worst_asymmetry, np.abs(stress - stress.T).max() / np.abs(stress).max())
    print(f"{folder} {model}: {len(rows)} structures, sum of forces {worst_sum:.1e}, asymmetry {worst_asymmetry:.1e}")
    assert worst_sum < 1e-12
    assert worst_asymmetry < 1e-10
    assert len({r["structure"] for r in rows}) == len(rows)


OPERATIONS = ["_space_group_symop_operation_xyz", "_space_group_symop.operation_xyz", "_symmetry_equiv_pos_as_xyz"]


def theirs(path):
    """ASE's atoms; without its search for symmetry images, which takes a second for each file, where there are none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        block = next(b for b in cif.parse_cif(str(path)) if b.has_structure())
        listed = next((block[k] for k in OPERATIONS if block.get(k)), [])
        plain = [x.replace(" ", "") for x in listed] == ["x,y,z"]
        return block.get_unsymmetrized_structure() if plain else block.get_atoms()


@pytest.mark.parametrize("folder", SETS)
def test_atoms_and_volume_are_ase_s(folder):
    for r, path in zip(objects("eval", "--model", "lj", *files(folder)), files(folder), strict=True):
        atoms = theirs(path)
        assert r["n_atoms"] == len(atoms), path.name
        assert r["volume_A3"] == pytest.approx(atoms.get_volume(), rel=1e-9), path.name


def test_alone_gives_the_same_bits_as_in_a_batch(evaluated):
    folder, model, rows = evaluated
    for k in range(0, len(rows), max(1, len(rows) // 12)):
        alone, = objects("eval", "--model", model, rows[k]["file"])
        assert alone == rows[k], rows[k]["file"]
