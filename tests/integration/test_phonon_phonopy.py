# SPDX-License-Identifier: MIT
"""Phonons against phonopy's, fed with the same forces."""
import os
import subprocess
import warnings

import numpy as np
import pytest

phonopy = pytest.importorskip("phonopy")
pytest.importorskip("ase")
from ase import Atoms  # noqa: E402
from ase.build import bulk  # noqa: E402
from ase.calculators.emt import EMT  # noqa: E402
from ase.data import atomic_masses  # noqa: E402
from ase.io import read  # noqa: E402
from ase.spacegroup import crystal  # noqa: E402
from phonopy import Phonopy  # noqa: E402
from phonopy.phonon.grid import length2mesh  # noqa: E402
from phonopy.physical_units import set_physical_units  # noqa: E402
from phonopy.structure.atoms import PhonopyAtoms  # noqa: E402

warnings.filterwarnings("ignore")
DRIVER = os.path.join(os.environ.get("MOFB_BUILD_ROOT", "build"), "tests/integration/driver_phonon")
STRUCTURES = os.path.join(os.environ.get("MOFB_SHARED_DATA", ""), "mofsimbench/structures/main_set")
DISTANCE, SYMPREC = 0.01, 1e-5
# Same constants on both sides: phonopy's own are older than CODATA 2018 (1e-7 in frequencies, 1e-6 in C_V).
H, KB, E, AMU, NA = 6.62607015e-34, 1.380649e-23, 1.602176634e-19, 1.66053906660e-27, 6.02214076e23
set_physical_units(KB_J=KB, PlanckConstant=H / E, Avogadro=NA, AMU=AMU, EV=E)


class Ours:
    """One conversation with the driver."""

    def __init__(self, atoms, repeats):
        self.process = subprocess.Popen([DRIVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.n = len(atoms)
        self.send(self.n, atoms.numbers, atoms.positions, atoms.cell.array, repeats, DISTANCE, SYMPREC)
        self.n_super = int(self.get(1)[0])
        self.positions = self.get(self.n_super, 3)
        self.spacegroup, count = self.get(2).astype(int)
        rows = self.get(count, 4)
        self.displacements = [(int(r[0]), r[1:]) for r in rows]

    def send(self, *values):
        for v in values:
            self.process.stdin.write(np.ascontiguousarray(v, float).tobytes())
        self.process.stdin.flush()

    def get(self, *shape):
        n = int(np.prod(shape))
        data = self.process.stdout.read(8 * n)
        assert len(data) == 8 * n, "the driver stopped"
        return np.frombuffer(data).reshape(shape)

    def constants(self, forces, symmetrise):
        self.send(1, symmetrise, forces)
        return self.get(self.n, self.n_super, 3, 3)

    def frequencies(self, q):
        self.send(2, q)
        return self.get(3 * self.n)

    def mesh(self, length):
        self.send(3, length)
        mesh, n = self.get(3).astype(int), int(self.get(1)[0])
        return mesh, self.get(n, 3), self.get(n), self.get(n, 3 * self.n)

    def thermal(self, temperature):
        self.send(4, temperature)
        return self.get(3)

    def dos(self, sigma, thz):
        self.send(5, sigma, len(thz), thz)
        return self.get(len(thz))

    def texts(self, forces):
        self.send(6, forces)
        return [self.process.stdout.read(int(self.get(1)[0])).decode() for _ in range(3)]

    def close(self):
        self.process.stdin.close()
        assert self.process.wait() == 0
        self.process.stdout.close()


class Springs:
    """A smooth pair potential between all images in reach: a Morse well that depends on the two elements.
    Cheap, anharmonic, and as symmetric as the structure."""

    def __init__(self, atoms, reach=4.0):
        self.cell, self.reach = atoms.cell.array, reach
        heights = 1 / np.linalg.norm(np.linalg.inv(self.cell), axis=0)
        n = np.ceil(reach / heights).astype(int) + 1
        grid = np.stack(np.meshgrid(*[np.arange(-k, k + 1) for k in n], indexing="ij"), -1).reshape(-1, 3)
        z = atoms.numbers
        pairs = []
        fractional = atoms.get_scaled_positions(wrap=False)
        for shift in grid:
            d = atoms.positions[None] + shift @ self.cell - atoms.positions[:, None]
            r = np.linalg.norm(d, axis=-1)
            i, j = np.nonzero((r < reach + 0.3) & (r > 0.1))
            pairs.append(np.column_stack([i, j, np.tile(shift, (len(i), 1))]))
        p = np.concatenate(pairs)
        self.i, self.j, self.shift = p[:, 0], p[:, 1], p[:, 2:] @ self.cell
        self.well = 0.3 + 0.01 * np.sqrt(z[self.i] * z[self.j])
        self.r0 = 1.5 + 0.012 * (z[self.i] + z[self.j])

    def __call__(self, positions):
        d = positions[self.j] + self.shift - positions[self.i]
        r = np.linalg.norm(d, axis=1)
        e = np.exp(-1.2 * (r - self.r0))
        smooth = np.clip(1 - r / self.reach, 0, None)
        slope = self.well * (2.4 * (e - e * e) * smooth**4 - 4 / self.reach * (e * e - 2 * e) * smooth**3)
        forces = np.zeros_like(positions)
        np.add.at(forces, self.i, (slope / r)[:, None] * d)
        return forces


class Emt:
    def __init__(self, atoms):
        self.atoms = atoms.copy()
        self.atoms.calc = EMT()

    def __call__(self, positions):
        self.atoms.positions = positions
        return self.atoms.get_forces()


def hexagonal():
    """Wurtzite, P6_3mc."""
    return crystal(("Zn", "O"), [(1 / 3, 2 / 3, 0), (1 / 3, 2 / 3, 0.3817)], spacegroup=186,
                   cellpar=[3.25, 3.25, 5.2, 90, 90, 120])


def alloy():
    return Atoms("CuAu", scaled_positions=[[0, 0, 0], [1 / 3, 2 / 3, 0.5]], pbc=True,
                 cell=[[2.8, 0, 0], [-1.4, 2.8 * 3**0.5 / 2, 0], [0, 0, 4.6]])


def triclinic():
    rng = np.random.default_rng(5)
    cell = [[4.1, 0, 0], [0.9, 4.4, 0], [-1.1, 0.7, 3.9]]
    return Atoms("CNOSi", scaled_positions=[[0, 0, 0], [0.5, 0.45, 0.1], [0.1, 0.52, 0.6], [0.55, 0.05, 0.55]]
                 + 0.03 * rng.standard_normal((4, 3)), cell=cell, pbc=True)


def inversion():
    """P-1: three directions, no opposite needed where an atom sits on the centre."""
    cell = [[4.1, 0, 0], [0.9, 4.4, 0], [-1.1, 0.7, 3.9]]
    x = np.array([0.23, 0.31, 0.37])
    return Atoms("SiOO", scaled_positions=[[0, 0, 0], x, -x], cell=cell, pbc=True)


def monoclinic():
    return crystal(("Si", "O", "C"), [(0.1, 0.2, 0.3), (0.4, 0.25, 0.1), (0.0, 0.6, 0.25)], spacegroup=15,
                   cellpar=[6.5, 5.1, 5.9, 90, 103, 90])


def orthorhombic_i():
    """Primitive cell of a body-centred orthorhombic lattice (Immm), whose symmetry mixes axes of unequal mesh
    numbers."""
    return crystal(("Si", "O", "C"), [(0, 0, 0), (0.31, 0, 0), (0, 0.5, 0.24)], spacegroup=71,
                   cellpar=[5.0, 6.1, 8.9, 90, 90, 90], primitive_cell=True)


def tetragonal():
    """Rutile."""
    return crystal(("Ti", "O"), [(0, 0, 0), (0.305, 0.305, 0)], spacegroup=136,
                   cellpar=[4.594, 4.594, 2.959, 90, 90, 90])


def mof(name):
    path = os.path.join(STRUCTURES, name + ".cif")
    if not os.path.exists(path):
        pytest.skip("no benchmark data here")
    return read(path)


CASES = {
    "fcc primitive": (lambda: bulk("Cu", "fcc", a=3.7), (2, 2, 2), Emt),
    "fcc cubic": (lambda: bulk("Ni", "fcc", a=3.6, cubic=True), (2, 2, 2), Emt),
    "fcc uneven": (lambda: bulk("Al", "fcc", a=4.1, cubic=True), (2, 1, 1), Emt),
    "hcp-like alloy": (alloy, (3, 3, 2), Emt),
    "diamond": (lambda: bulk("Si", "diamond", a=5.43), (2, 2, 2), Springs),
    "rock salt": (lambda: bulk("NaCl", "rocksalt", a=5.6), (2, 2, 2), Springs),
    "wurtzite": (hexagonal, (2, 2, 2), Springs),
    "rutile": (tetragonal, (2, 2, 3), Springs),
    "P1": (triclinic, (2, 1, 2), Springs),
    "P-1": (inversion, (2, 2, 2), Springs),
    "C2/c": (monoclinic, (1, 1, 1), Springs),
    "C2/c 2x2x2": (monoclinic, (2, 2, 2), Springs),
    "MOF-5 primitive": (lambda: mof("MOF-5_primitive"), (1, 1, 1), Springs),
    "MOF-5 2x1x2": (lambda: mof("MOF-5_primitive"), (2, 1, 2), Springs),
    "NAVJAW (low symmetry)": (lambda: mof("NAVJAW_full_primitive"), (1, 1, 1), Springs),
    "Immm primitive": (orthorhombic_i, (2, 2, 2), Springs),
}


def their_order(n, repeats):
    """Our index of each atom of phonopy's supercell: its images run a fastest and stand together."""
    a, b, c = repeats
    images = [(x * b + y) * c + z for z in range(c) for y in range(b) for x in range(a)]
    return np.array([image * n + atom for atom in range(n) for image in images])


class Pair:
    """The same crystal here and there; forces from one calculator."""

    def __init__(self, atoms, repeats, calculator):
        self.atoms, self.repeats = atoms, repeats
        self.ours = Ours(atoms, repeats)
        self.order = their_order(len(atoms), repeats)
        super_cell = atoms.cell.array * np.array(repeats)[:, None]
        numbers = np.tile(atoms.numbers, len(self.order) // len(atoms))
        self.super = Atoms(numbers, positions=self.ours.positions, cell=super_cell, pbc=True)
        force = calculator(self.super)
        self.forces = []
        for atom, vector in self.ours.displacements:
            positions = self.ours.positions.copy()
            positions[atom] += vector
            self.forces.append(force(positions))
        self.forces = np.array(self.forces)
        cell = PhonopyAtoms(numbers=atoms.numbers, positions=atoms.positions, cell=atoms.cell.array,
                            masses=atomic_masses[atoms.numbers])
        self.theirs = Phonopy(cell, np.diag(repeats), primitive_matrix="P", symprec=SYMPREC, log_level=0)

    def their_constants(self, symmetrise):
        # Symmetrising phonopy's compact form does not transpose the blocks of pairs half a supercell apart:
        # the full form is the one to compare with then.
        inverse = np.argsort(self.order)
        self.theirs.dataset = {
            "natom": len(self.order),
            "first_atoms": [{"number": int(inverse[atom]), "displacement": vector, "forces": f[self.order]}
                            for (atom, vector), f in zip(self.ours.displacements, self.forces)]}
        self.theirs.produce_force_constants(calculate_full_force_constants=symmetrise, show_drift=False)
        if symmetrise:
            self.theirs.symmetrize_force_constants(show_drift=False)
        phi = self.theirs.force_constants
        if symmetrise:
            phi = phi[self.theirs.primitive.p2s_map]
        back = np.empty_like(phi)
        back[:, self.order] = phi
        return back


@pytest.fixture(scope="module")
def pairs():
    made = {}
    yield lambda name: made.setdefault(name, Pair(CASES[name][0](), *CASES[name][1:]))
    for p in made.values():
        p.ours.close()


@pytest.mark.parametrize("name", CASES)
def test_displacements(pairs, name):
    p = pairs(name)
    p.theirs.generate_displacements(distance=DISTANCE, is_plusminus="auto", is_diagonal=True)
    theirs = [(p.order[d["number"]], d["displacement"]) for d in p.theirs.dataset["first_atoms"]]
    assert p.ours.spacegroup == p.theirs.primitive_symmetry.dataset.number
    assert [d[0] for d in p.ours.displacements] == [d[0] for d in theirs]
    ours = [d[1] for d in p.ours.displacements]
    np.testing.assert_allclose(ours, [d[1] for d in theirs], rtol=0, atol=1e-14)


@pytest.mark.parametrize("symmetrise", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_constants_and_frequencies(pairs, name, symmetrise):
    p = pairs(name)
    ours = p.ours.constants(p.forces, symmetrise)
    theirs = p.their_constants(symmetrise)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9 * np.abs(theirs).max())
    rng = np.random.default_rng(3)
    points = np.concatenate([[[0, 0, 0], [0.5, 0, 0], [0.5, 0.5, 0.5]], rng.uniform(-1, 1, (5, 3))])
    ours = np.array([p.ours.frequencies(q) for q in points])
    theirs = p.theirs.run_qpoints(points).frequencies
    # Near zero a frequency is the root of a difference of large numbers: λ is what both agree on.
    floor = 1e-9 * theirs.max()**2
    np.testing.assert_allclose(signed_square(ours), signed_square(theirs), rtol=1e-9, atol=floor)
    away = np.abs(theirs) > 0.01
    np.testing.assert_allclose(ours[away], theirs[away], rtol=0, atol=1e-6)
    if symmetrise:
        assert np.abs(ours[0][np.argsort(np.abs(ours[0]))[:3]]).max() < 1e-5


def signed_square(x):
    return np.sign(x) * x * x


TEMPERATURES = [0.0, 10.0, 300.0, 1000.0]
QUIET = 1e-3  # THz: modes at rest are noise of either sign, and what is above zero counts


def quiet_share(thz, weights, t):
    """C_V, entropy and free energy that modes in (0, QUIET] add, in the limit of small h\u03bd/kT."""
    w = np.broadcast_to(weights[:, None], thz.shape)[(thz > 0) & (thz <= QUIET)]
    f = thz[(thz > 0) & (thz <= QUIET)]
    if t == 0:
        return np.array([0, 0, 0.5e-3 * NA * np.sum(w * H * 1e12 * f)])
    x = H * 1e12 * f / (KB * t)
    return KB * NA * np.array([np.sum(w), np.sum(w * (1 - np.log(x))), 1e-3 * t * np.sum(w * np.log(x))])


@pytest.mark.parametrize("symmetrise", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_mesh_and_thermal(pairs, name, symmetrise):
    p = pairs(name)
    p.ours.constants(p.forces, symmetrise)
    p.their_constants(symmetrise)
    mesh, q, weights, thz = p.ours.mesh(30.0)
    rotations = p.theirs.primitive_symmetry.pointgroup_operations
    assert list(mesh) == list(length2mesh(30.0, p.atoms.cell.array, rotations=rotations))
    assert weights.sum() == pytest.approx(1, abs=1e-12)
    # A mesh of unequal axes that a rotation mixes breaks the symmetry. phonopy leaves such rotations out, we
    # still pair the points that land on points: fewer of them, the same sums.
    even = all(mesh[a] * r[b, a] % mesh[b] == 0 for r in rotations for a in range(3) for b in range(3))
    assert even or len(set(mesh)) > 1
    p.theirs.run_mesh(mesh, is_mesh_symmetry=name != "Immm primitive", is_gamma_center=True)
    if even:
        assert sorted(np.rint(weights * mesh.prod())) == sorted(p.theirs.mesh.weights)
    else:
        assert len(q) < min(0.6 * mesh.prod(), len(p.theirs.mesh.weights))
    theirs = p.theirs.run_qpoints(q).frequencies
    loud = np.abs(theirs) > 0.01
    np.testing.assert_allclose(thz[loud], theirs[loud], rtol=0, atol=1e-6)
    p.theirs.run_thermal_properties(temperatures=TEMPERATURES, cutoff_frequency=QUIET)
    table = p.theirs.thermal_properties
    for k, t in enumerate(TEMPERATURES):
        ours = p.ours.thermal(t) - quiet_share(thz, weights, t)
        theirs = [table.heat_capacity[k], table.entropy[k], table.free_energy[k]]
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", ["wurtzite", "P1"])
def test_density_of_states(pairs, name):
    p = pairs(name)
    p.ours.constants(p.forces, True)
    p.their_constants(True)
    mesh, _, _, thz = p.ours.mesh(30.0)
    p.theirs.run_mesh(mesh, is_gamma_center=True)
    grid = np.linspace(thz.min() - 2, thz.max() + 2, 201)
    p.theirs.run_total_dos(sigma=0.2, freq_min=grid[0], freq_max=grid[-1], freq_pitch=grid[1] - grid[0],
                           use_tetrahedron_method=False)
    ours, dos = p.ours.dos(0.2, grid), p.theirs.total_dos
    theirs = np.interp(grid, dos.frequency_points, dos.dos)
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-6 * ours.max())
    assert np.trapezoid(ours, grid) == pytest.approx(3 * len(p.atoms), rel=1e-6)


@pytest.mark.parametrize("name", ["wurtzite", "P1", "fcc uneven"])
def test_texts_load_into_phonopy(pairs, name, tmp_path):
    p = pairs(name)
    ours = p.ours.constants(p.forces, False)
    names = ["phonopy_disp.yaml", "FORCE_SETS", "FORCE_CONSTANTS"]
    for file, text in zip(names, p.ours.texts(p.forces)):
        (tmp_path / file).write_text(text)
    disp, sets, constants = [tmp_path / f for f in names]
    solved = phonopy.load(disp, force_sets_filename=sets, is_compact_fc=True, symmetrize_fc=False,
                          log_level=0)
    assert len(solved.dataset["first_atoms"]) == len(p.ours.displacements)
    # FORCE_SETS has ten digits behind the point, divided by the displacement.
    np.testing.assert_allclose(solved.force_constants, ours[:, p.order], rtol=0, atol=1e-7)
    read = phonopy.load(disp, force_constants_filename=constants, symmetrize_fc=False, log_level=0)
    np.testing.assert_allclose(read.force_constants, ours[:, p.order], rtol=0, atol=1e-14)
