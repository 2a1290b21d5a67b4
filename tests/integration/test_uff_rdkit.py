# SPDX-License-Identifier: MIT
"""The default rules of uff against RDKit's, which follow the same paper: energies and forces of organic molecules
off equilibrium. Molecules whose types the two perceive differently (RDKit's conjugated oxygens, amides of order 1,
nitro groups drawn with charges) are not among them."""
import os
import sys

import numpy as np
import pytest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
Chem = pytest.importorskip("rdkit.Chem")
from rdkit.Chem import AllChem, rdForceFieldHelpers  # noqa: E402

KCAL_MOL = 0.043364104241800934  # eV

MOLECULES = """CC CCC C=C CC=C c1ccccc1 Cc1ccccc1 c1ccccc1-c1ccccc1 C1CCCCC1 CO COC OO CC=O CC(=O)C C#C CC#N N CN CS
c1ccncc1 CSSC c1ccsc1 c1cc[nH]c1 P CP(C)C CCl C1CC1 C[Si](C)(C)C c1cnc[nH]1 S(=O)(=O)(C)C Nc1ccccc1 CN=C B(C)(C)C
C[As](C)C C[Se]C FC(F)(F)F BrCC""".split()


@pytest.fixture(scope="module")
def model():
    from mofbench_c import Model
    return Model("uff")


@pytest.mark.parametrize("smiles", MOLECULES)
def test_energy_and_forces(model, smiles):
    from mofbench_c import ENERGY, FORCES
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert AllChem.EmbedMolecule(molecule, randomSeed=7) == 0
    rdForceFieldHelpers.UFFOptimizeMolecule(molecule, maxIters=500)
    conformer = molecule.GetConformer()
    relaxed = conformer.GetPositions()
    system = model.system([a.GetAtomicNum() for a in molecule.GetAtoms()], relaxed, None)
    moved = relaxed + np.random.default_rng(1).normal(scale=0.05, size=relaxed.shape)
    for k, x in enumerate(moved):
        conformer.SetAtomPosition(k, x.tolist())
    field = rdForceFieldHelpers.UFFGetMoleculeForceField(molecule, vdwThresh=1000)
    energy = system.run(np.ascontiguousarray(moved), want=ENERGY | FORCES)
    assert energy / KCAL_MOL == pytest.approx(field.CalcEnergy(), rel=1e-6, abs=1e-6)
    gradient = np.array(field.CalcGrad()).reshape(-1, 3)
    assert -system.forces / KCAL_MOL == pytest.approx(gradient, abs=1e-5 * max(1.0, np.abs(gradient).max()))
