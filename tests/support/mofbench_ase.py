# SPDX-License-Identifier: MIT
"""A model of the library as an ASE calculator."""
import numpy as np
from ase.calculators.calculator import Calculator, all_changes
from mofbench_c import ENERGY, FORCES, STRESS, Model


class Mofbench(Calculator):
    """The topology is perceived once, at the first structure, as the tasks do."""
    implemented_properties = ["energy", "forces", "stress"]

    def __init__(self, model_id, threads=1):
        super().__init__()
        self.model, self.system, self.calls = Model(model_id, threads), None, 0

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        bulk = bool(self.atoms.pbc.all())
        if self.system is None or "numbers" in system_changes:
            cell = self.atoms.cell.array if self.atoms.cell.rank == 3 else None
            self.system = self.model.system(self.atoms.numbers, self.atoms.positions, cell)
        self.calls += 1
        energy = self.system.run(np.ascontiguousarray(self.atoms.positions, float),
                                 np.ascontiguousarray(self.atoms.cell.array, float) if bulk else None,
                                 ENERGY | FORCES | (STRESS if bulk else 0))
        self.results = {"energy": energy, "forces": self.system.forces.copy()}
        if bulk:
            s = self.system.stress
            self.results["stress"] = np.array([s[0, 0], s[1, 1], s[2, 2], s[1, 2], s[0, 2], s[0, 1]])
