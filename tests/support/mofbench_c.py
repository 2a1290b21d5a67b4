# SPDX-License-Identifier: MIT
"""The shared library through ctypes, as much as tests and benchmarks need. MOFB_LIBRARY names it."""
import ctypes as c
import json
import os

import numpy as np

ENERGY, FORCES, STRESS, ATOM_ENERGIES = 1, 2, 4, 8


class Request(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("system", c.c_void_p), ("positions", c.c_void_p), ("cell", c.c_void_p),
                ("want", c.c_uint32), ("flags", c.c_uint32), ("energy", c.c_double), ("forces", c.c_void_p),
                ("stress", c.c_void_p), ("atom_energies", c.c_void_p), ("virials", c.c_void_p),
                ("charges", c.c_void_p), ("magmoms", c.c_void_p)]


class EvaluatorOptions(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("allocator", c.c_void_p), ("device", c.c_char_p),
                ("threads", c.c_int32), ("reserved", c.c_int32), ("skin", c.c_double)]


def library():
    lib = c.CDLL(os.environ["MOFB_LIBRARY"])
    for name in ("mofb_error_message", "mofb_error_reason"):
        getattr(lib, name).restype = c.c_char_p
    for name in ("mofb_model_free", "mofb_evaluator_free", "mofb_system_free", "mofb_structure_free", "mofb_text_free"):
        getattr(lib, name).argtypes, getattr(lib, name).restype = [c.c_void_p], None
    return lib


class Error(Exception):
    def __init__(self, lib):
        self.reason = lib.mofb_error_reason().decode()
        super().__init__(f"{self.reason}: {lib.mofb_error_message().decode()}")


class Model:
    """A model on the CPU."""

    def __init__(self, model_id, threads=1, lib=None):
        self.lib, self.model, self.evaluator = lib or library(), c.c_void_p(), c.c_void_p()
        self.check(self.lib.mofb_model_open(c.byref(self.model), model_id.encode(), None))
        options = EvaluatorOptions(c.sizeof(EvaluatorOptions), None, None, threads, 0, 0.0)
        self.check(self.lib.mofb_evaluator_new(c.byref(self.evaluator), self.model, c.byref(options)))

    def check(self, status):
        if status:
            raise Error(self.lib)

    def __del__(self):
        self.lib.mofb_evaluator_free(self.evaluator)
        self.lib.mofb_model_free(self.model)

    def system(self, numbers, positions, cell):
        return System(self, numbers, positions, cell)


class System:
    """A structure prepared for a model; evaluates at other positions and cells, too."""

    def __init__(self, model, numbers, positions, cell):
        self.m, self.n, structure = model, len(numbers), c.c_void_p()
        z = np.ascontiguousarray(numbers, np.int32)
        x = np.ascontiguousarray(positions, float)
        h = np.ascontiguousarray(cell, float) if cell is not None else None
        lib = model.lib
        model.check(lib.mofb_structure_new(c.byref(structure), c.c_size_t(self.n), z.ctypes.data_as(c.c_void_p),
                                           x.ctypes.data_as(c.c_void_p),
                                           h.ctypes.data_as(c.c_void_p) if h is not None else None, None, None))
        self.handle = c.c_void_p()
        status = lib.mofb_system_new(c.byref(self.handle), model.evaluator, structure)
        error = Error(lib) if status else None
        lib.mofb_structure_free(structure)
        if error:
            raise error
        self.forces, self.stress = np.zeros((self.n, 3)), np.zeros((3, 3))
        self.request = Request(c.sizeof(Request), self.handle, None, None, ENERGY, 0, 0.0, self.forces.ctypes.data,
                               self.stress.ctypes.data)
        self.list = (c.POINTER(Request) * 1)(c.pointer(self.request))

    def __del__(self):
        if getattr(self, "handle", None):
            self.m.lib.mofb_system_free(self.handle)

    def run(self, positions=None, cell=None, want=ENERGY):
        """Energy in eV; self.forces and self.stress are filled if wanted."""
        self.request.positions = positions.ctypes.data if positions is not None else None
        self.request.cell = cell.ctypes.data if cell is not None else None
        self.request.want = want
        self.m.check(self.m.lib.mofb_evaluator_run(self.m.evaluator, self.list, c.c_size_t(1)))
        return self.request.energy

    def describe(self):
        text = c.c_char_p()
        self.m.check(self.m.lib.mofb_system_describe(c.byref(text), self.handle))
        value = json.loads(text.value)
        self.m.lib.mofb_text_free(text)
        return value
