# SPDX-License-Identifier: MIT
"""Integrators against ASE's, fed with the same forces: step by step where the motion is deterministic, averages
and fluctuations within error bars where it is not."""
import os
import subprocess
import warnings

import numpy as np
import pytest

ase = pytest.importorskip("ase")
from ase import Atoms, units  # noqa: E402
from ase.build import bulk  # noqa: E402
from ase.calculators.calculator import Calculator, all_changes  # noqa: E402
from ase.md.langevin import Langevin  # noqa: E402
from ase.md.nose_hoover_chain import IsotropicMTKNPT, NoseHooverChainNVT  # noqa: E402
from ase.md.velocitydistribution import Stationary, ZeroRotation  # noqa: E402
from ase.md.verlet import VelocityVerlet  # noqa: E402
from ase.stress import full_3x3_to_voigt_6_stress  # noqa: E402

DRIVER = os.path.join(os.environ.get("MOFB_BUILD_ROOT", "build"), "tests/integration/driver_md")
EPSILON, SIGMA, CUTOFF = 0.0104, 3.4, 4.9


class Argon:
    """Lennard-Jones between nearest images, energy and force shifted to zero at the cutoff."""

    def __init__(self, n):
        self.i, self.j = np.triu_indices(n, 1)
        self.n = n
        r6 = (SIGMA / CUTOFF) ** 6
        self.edge_energy = 4 * EPSILON * (r6 * r6 - r6)
        self.edge_slope = -24 * EPSILON * (2 * r6 * r6 - r6) / CUTOFF

    def __call__(self, positions, cell):
        d = positions[self.j] - positions[self.i]
        d -= np.rint(d @ np.linalg.inv(cell)) @ cell
        r2 = np.einsum("ij,ij->i", d, d)
        near = np.flatnonzero(r2 < CUTOFF**2)
        d, r = d[near], np.sqrt(r2[near])
        r6 = (SIGMA / r) ** 6
        energy = np.sum(4 * EPSILON * (r6 * r6 - r6) - self.edge_energy - self.edge_slope * (r - CUTOFF))
        slope = -24 * EPSILON * (2 * r6 * r6 - r6) / r - self.edge_slope
        pull = (slope / r)[:, None] * d
        forces = np.empty((self.n, 3))
        for c in range(3):
            forces[:, c] = np.bincount(self.i[near], pull[:, c], self.n)
            forces[:, c] -= np.bincount(self.j[near], pull[:, c], self.n)
        return energy, forces, d.T @ pull / abs(np.linalg.det(cell))


class ArgonCalculator(Calculator):
    implemented_properties = ["energy", "free_energy", "forces", "stress"]

    def __init__(self, n):
        super().__init__()
        self.argon = Argon(n)

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        energy, forces, stress = self.argon(atoms.positions, atoms.cell.array)
        self.results = dict(energy=energy, free_energy=energy, forces=forces,
                            stress=full_3x3_to_voigt_6_stress(stress))


def crystal(seed, temperature=60.0, skewed=False):
    """32 atoms of two masses, warm and displaced."""
    atoms = bulk("Ar", "fcc", a=5.3, cubic=True) * (2, 2, 2)
    rng = np.random.default_rng(seed)
    atoms.set_masses(np.where(np.arange(len(atoms)) % 3 == 0, 83.8, 39.95))
    if skewed:
        atoms.set_cell(atoms.cell.array @ (np.eye(3) + 0.03 * rng.standard_normal((3, 3))), scale_atoms=True)
    atoms.positions += 0.08 * rng.standard_normal(atoms.positions.shape)
    sigma = np.sqrt(units.kB * temperature / atoms.get_masses())[:, None]
    atoms.set_velocities(sigma * rng.standard_normal(atoms.positions.shape))
    Stationary(atoms)
    atoms.calc = ArgonCalculator(len(atoms))
    return atoms


class Trajectory:
    def __init__(self, steps, n):
        self.positions, self.velocities = np.empty((steps, n, 3)), np.empty((steps, n, 3))
        self.cell, self.conserved = np.empty((steps, 3, 3)), np.empty(steps)
        self.kinetic, self.pressure = np.empty(steps), np.empty(steps)

    def temperature(self):
        return 2 * self.kinetic / (3 * self.positions.shape[1] * units.kB)

    def volume(self):
        return abs(np.linalg.det(self.cell))


def ours(atoms, steps, name, dt, kt=0.0, friction=0.0, pressure=0.0, tdamp=0.0, pdamp=0.0, chain=3, seed=0):
    """The library's trajectory, start included; options in ASE's units."""
    n, argon = len(atoms), Argon(len(atoms))
    options = [repr(float(x)) for x in (dt, kt, friction, pressure, tdamp, pdamp)]
    trajectory = Trajectory(steps + 1, n)
    command = [DRIVER, "run", name, *options, str(chain), str(seed), str(steps), str(n)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as p:
        read = lambda count: np.frombuffer(p.stdout.read(8 * count))  # noqa: E731
        for x in (atoms.get_masses(), atoms.positions, atoms.get_velocities(), atoms.cell.array):
            p.stdin.write(np.ascontiguousarray(x, float).tobytes())
        p.stdin.flush()
        done = 0
        while done <= steps:
            if read(1)[0] == 0:
                energy, forces, stress = argon(read(3 * n).reshape(n, 3), read(9).reshape(3, 3))
                p.stdin.write(np.concatenate([[energy], forces.ravel(), stress.ravel()]).tobytes())
                p.stdin.flush()
                continue
            trajectory.positions[done] = read(3 * n).reshape(n, 3)
            trajectory.velocities[done] = read(3 * n).reshape(n, 3)
            trajectory.cell[done] = read(9).reshape(3, 3)
            trajectory.conserved[done], trajectory.kinetic[done], trajectory.pressure[done] = read(3)
            done += 1
    assert p.returncode == 0
    return trajectory


def theirs(atoms, steps, make, conserved=None, pressure=True):
    """ASE's trajectory, start included."""
    trajectory = Trajectory(steps + 1, len(atoms))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dynamics = make(atoms)
        for k in range(steps + 1):
            trajectory.positions[k], trajectory.velocities[k] = atoms.positions, atoms.get_velocities()
            trajectory.cell[k], trajectory.kinetic[k] = atoms.cell.array, atoms.get_kinetic_energy()
            trajectory.conserved[k] = conserved(dynamics) if conserved else np.nan
            if pressure:
                trajectory.pressure[k] = -np.trace(atoms.get_stress(voigt=False, include_ideal_gas=True)) / 3
            if k < steps:
                dynamics.run(1) if isinstance(dynamics, (VelocityVerlet, Langevin)) else dynamics.step()
    return trajectory


def assert_same(a, b, tolerance=1e-11):
    assert np.abs(a.positions[-1] - a.positions[0]).max() > 0.1, "nothing moved"
    for what in ("positions", "velocities", "cell", "kinetic", "pressure", "conserved"):
        x, y = getattr(a, what), getattr(b, what)
        assert np.array_equal(np.isnan(x), np.isnan(y)), what
        scale = max(1.0, np.nanmax(np.abs(y), initial=0))
        worst = np.nanmax(np.abs(x - y), initial=0) / scale
        print(f"{what}: {worst:.1e}")
        assert worst < tolerance, what


DT, KT, TDAMP, PDAMP, BAR = 2 * units.fs, 60 * units.kB, 50 * units.fs, 300 * units.fs, units.bar


def test_velocity_verlet_is_ases():
    a = ours(crystal(1, skewed=True), 100, "nve", DT)
    b = theirs(crystal(1, skewed=True), 100, lambda x: VelocityVerlet(x, DT),
               lambda d: d.atoms.get_total_energy())
    # The library's nve asks for no stress, so that its pressure is not followed.
    a.pressure[:] = b.pressure[:] = 0
    assert_same(a, b)


@pytest.mark.parametrize("chain", [1, 3, 5])
def test_nose_hoover_chain_is_ases(chain):
    a = ours(crystal(2, skewed=True), 100, "nhc", DT, kt=2 * KT, tdamp=TDAMP, chain=chain)
    b = theirs(crystal(2, skewed=True), 100,
               lambda x: NoseHooverChainNVT(x, DT, 120, TDAMP, tchain=chain),
               lambda d: d.get_conserved_energy())
    a.pressure[:] = b.pressure[:] = 0
    assert_same(a, b)


@pytest.mark.parametrize("chain", [1, 3])
def test_martyna_tobias_klein_is_ases(chain):
    pressure = 800 * BAR
    a = ours(crystal(3, skewed=True), 100, "mtk", DT, kt=1.5 * KT, pressure=pressure, tdamp=TDAMP,
             pdamp=PDAMP, chain=chain)
    b = theirs(crystal(3, skewed=True), 100,
               lambda x: IsotropicMTKNPT(x, DT, 90, pressure, TDAMP, PDAMP, tchain=chain, pchain=chain),
               lambda d: d.get_conserved_energy())
    assert abs(a.volume()[-1] / a.volume()[0] - 1) > 1e-3, "the cell did not move"
    assert_same(a, b)


class Replay:
    """Normal deviates drawn by the library, handed out to ASE."""

    def __init__(self, seed, count):
        command = [DRIVER, "normals", str(seed), str(count)]
        self.values = np.frombuffer(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        self.at = 0

    def standard_normal(self, size):
        count = int(np.prod(size))
        self.at += count
        return self.values[self.at - count:self.at].reshape(size)


def test_langevin_with_the_same_noise_is_ases():
    atoms, friction = crystal(4, skewed=True), 0.02 / units.fs
    a = ours(atoms, 100, "langevin", DT, kt=KT, friction=friction, seed=77)
    b = theirs(atoms, 100, lambda x: Langevin(x, DT, temperature_K=60, friction=friction,
                                              rng=Replay(77, 600 * len(atoms))))
    a.pressure[:] = b.pressure[:] = 0
    assert_same(a, b)


def test_stationary_and_zero_rotation_are_ases():
    rng = np.random.default_rng(5)
    atoms = Atoms("CO2NZn", rng.standard_normal((5, 3)) * 2, pbc=False)
    atoms.set_velocities(rng.standard_normal((5, 3)))
    data = b"".join(x.tobytes() for x in (atoms.get_masses(), atoms.positions, atoms.get_velocities()))
    out = subprocess.run([DRIVER, "still", "5"], input=data, stdout=subprocess.PIPE, check=True).stdout
    Stationary(atoms)
    ZeroRotation(atoms)
    assert np.abs(np.frombuffer(out).reshape(5, 3) - atoms.get_velocities()).max() < 1e-13


def blocks(series, count=20):
    """Mean and variance of a series with standard errors from blocks."""
    parts = np.array_split(series, count)
    squares = [np.mean((p - series.mean()) ** 2) for p in parts]
    error = lambda x: np.std(x, ddof=1) / np.sqrt(count)  # noqa: E731
    return (series.mean(), error([p.mean() for p in parts])), (np.mean(squares), error(squares))


def agree(a, b, what, sigmas=4.0):
    (x, dx), (y, dy) = a, b
    print(f"{what}: {x:.6g} +- {dx:.2g} and {y:.6g} +- {dy:.2g}")
    assert abs(x - y) < sigmas * np.hypot(dx, dy), what


STEPS, EQUILIBRATION = 16000, 2000


def test_langevin_averages_and_fluctuations():
    friction, dt = 0.01 / units.fs, 4 * units.fs
    a = ours(crystal(6), STEPS, "langevin", dt, kt=KT, friction=friction, seed=6)
    a = a.temperature()[EQUILIBRATION:]
    b = theirs(crystal(7), STEPS, lambda x: Langevin(x, dt, temperature_K=60, friction=friction,
                                                     rng=np.random.default_rng(7)),
               pressure=False).temperature()[EQUILIBRATION:]
    mean, variance = blocks(a)
    their_mean, their_variance = blocks(b)
    agree(mean, (60, 0), "mean T, target")
    # 3(N − 1) modes are thermostatted.
    agree(variance, (60**2 * 2 / (3 * 31), 0), "variance of T, canonical")
    agree(mean, their_mean, "mean T, ASE")
    agree(variance, their_variance, "variance of T, ASE")


def test_martyna_tobias_klein_averages_and_fluctuations():
    # Cold and compressed: a solid, which is in equilibrium soon.
    dt, kelvin, pressure = 4 * units.fs, 30, 1000 * BAR
    a = ours(crystal(8, kelvin), STEPS, "mtk", dt, kt=kelvin * units.kB, pressure=pressure,
             tdamp=100 * units.fs, pdamp=500 * units.fs)
    b = theirs(crystal(9, kelvin), STEPS,
               lambda x: IsotropicMTKNPT(x, dt, kelvin, pressure, 100 * units.fs, 500 * units.fs))
    agree(blocks(a.temperature()[EQUILIBRATION:])[0], (kelvin, 0), "mean T, target")
    agree(blocks(a.pressure[EQUILIBRATION:] / BAR)[0], (1000, 0), "mean P in bar, target")
    for what, x, y in (("T", a.temperature(), b.temperature()), ("V", a.volume(), b.volume()),
                       ("P in bar", a.pressure / BAR, b.pressure / BAR)):
        (mean, variance), (their_mean, their_variance) = blocks(x[EQUILIBRATION:]), blocks(y[EQUILIBRATION:])
        agree(mean, their_mean, f"mean {what}, ASE")
        agree(variance, their_variance, f"variance of {what}, ASE")
    wander = np.ptp(a.conserved[EQUILIBRATION:]) / 32
    print(f"conserved quantity: range {wander:.1e} eV per atom over {STEPS * 4e-3:.0f} ps")
    assert wander < 2e-4


def test_nve_drift():
    """The slope of the total energy, stated in eV per atom and ps."""
    a = ours(crystal(10), STEPS, "nve", DT)
    ps = np.arange(STEPS + 1) * 2e-3
    slope = np.polyfit(ps, a.conserved, 1)[0] / 32
    spread = a.conserved.std() / 32
    print(f"NVE drift {slope:.1e} eV per atom and ps over {ps[-1]:.0f} ps, spread {spread:.1e} eV per atom")
    assert abs(slope) < 1e-8
