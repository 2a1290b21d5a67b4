# SPDX-License-Identifier: MIT
"""The optimisation task against ASE's optimisers on UFF4MOF forces: the same path, the same minimum."""
import os
import pathlib
import sys
import warnings

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # matrices of 3 x 3: threads cost far more than they give

import numpy as np  # noqa: E402
import pytest  # noqa: E402

ase = pytest.importorskip("ase")
import ase.io  # noqa: E402
from ase.filters import FrechetCellFilter  # noqa: E402
from ase.optimize import FIRE, LBFGS  # noqa: E402

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from mofbench_ase import Mofbench  # noqa: E402
from mofbench_cli import EXE, MOF5, STRUCTURES, objects, settings  # noqa: E402

pytestmark = [pytest.mark.skipif(not EXE.exists() or "MOFB_LIBRARY" not in os.environ, reason="needs the program"),
              pytest.mark.filterwarnings("ignore")]

OPTIMISERS = {"lbfgs": LBFGS, "fire": FIRE}
STIFF = ["MOF-5", "LTA", "SAS_primitive", "HKUST-1_primitive", "UiO-66_primitive"]
# Paths on which ASE multiplies a difference of rounding by more than 10^5 within 20 steps.
ILL_CONDITIONED = [("MOF-5", "lbfgs"), ("HKUST-1_primitive", "lbfgs")]


def path(name):
    file = MOF5 if name == "MOF-5" else STRUCTURES / f"main_set/{name}.cif"
    if not file.exists():
        pytest.skip("no benchmark data")
    return file


def relax(name, optimiser, cell, *more, fmax=1e-4, steps=5000, **values):
    parameters = settings(optimiser=optimiser, fmax_eV_per_A=fmax, max_steps=steps, relax_cell=str(cell).lower(), **values)
    result, = objects("run", "optimisation", "--model", "uff4mof", "--quiet", *parameters, *more, path(name))
    return result


def theirs(atoms, optimiser, cell):
    atoms.calc = Mofbench("uff4mof")
    return OPTIMISERS[optimiser](FrechetCellFilter(atoms) if cell else atoms, logfile=None)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("cell", [False, True])
@pytest.mark.parametrize("name", STIFF)
def test_minimum_is_ase_s(name, cell, optimiser):
    if optimiser == "fire" and cell and name in STIFF[3:]:
        pytest.skip("takes ASE more than a thousand steps")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        atoms = ase.io.read(path(name))
    dynamics = theirs(atoms, optimiser, cell)
    assert dynamics.run(fmax=1e-4, steps=5000)
    ours = relax(name, optimiser, cell)
    assert ours["outcome"] == "converged" and ours["converged"] is True
    difference = (ours["energy_eV"] - atoms.get_potential_energy()) / len(atoms)
    print(f"{name} {optimiser} cell {cell}: {ours['n_steps']} steps, ASE {dynamics.nsteps}, {difference:.1e} eV/atom")
    assert abs(difference) < 1e-6
    assert abs(ours["volume_A3"] / atoms.get_volume() - 1) < 1e-4
    assert ours["energy_initial_eV"] > ours["energy_eV"] + 1e-3 * len(atoms)


def distance(a, b):
    return max(np.abs(a.positions - b.positions).max(), np.abs(a.cell.array - b.cell.array).max())


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("name", STIFF)
def test_first_iterates_are_ase_s(name, optimiser, tmp_path):
    """To 1e-9 Å, as long as ASE itself gives so many digits: it is run a second time from a point 1e-14 Å away,
    and where these two paths are 1e-9 Å apart, rounding decides."""
    result = relax(name, optimiser, True, "--out", tmp_path, steps=25, trajectory_interval=1)
    frames = ase.io.read(tmp_path / path(name).stem / "optimisation/trajectory.extxyz", ":")
    assert len(frames) == result["n_steps"] + 1 > 20
    exact, nudged = frames[0].copy(), frames[0].copy()
    nudged.positions += 1e-14 * np.random.default_rng(1).standard_normal(nudged.positions.shape)
    runs = [theirs(exact, optimiser, True), theirs(nudged, optimiser, True)]
    worst, compared = 0.0, 0
    for step, frame in enumerate(frames[:21]):
        if distance(exact, nudged) > 1e-9:
            break
        worst, compared = max(worst, distance(frame, exact)), step
        assert worst < 1e-9, f"iterate {step}"
        assert abs(frame.get_potential_energy() - exact.get_potential_energy()) < 1e-8
        for run in runs:
            run.step()
    print(f"{name} {optimiser}: {compared} iterates within {worst:.1e} Å")
    assert compared >= (12 if (name, optimiser) in ILL_CONDITIONED else 20)
    assert distance(frames[0], frames[compared]) > 0.01
