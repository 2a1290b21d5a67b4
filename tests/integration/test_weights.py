# SPDX-License-Identifier: MIT
"""Imported weights against a reader that shares nothing with the library: Python's zipfile and pickle, restricted, and
numpy. Checkpoints: the published ones of the benchmark data, and small ones written here."""
import collections
import hashlib
import json
import os
import pathlib
import pickle
import subprocess
import sys
import types
import zipfile

import numpy as np
import pytest

MOFBENCH = pathlib.Path(os.environ["MOFB_BUILD_ROOT"]) / "cli/mofbench"
DATA = pathlib.Path(os.environ.get("MOFB_SHARED_DATA", ""))
PUBLISHED = ["TensorNet-MatPES-PBE-v2025.1-PES", "TensorNet-MatPES-r2SCAN-v2025.1-PES",
             "M3GNet-MatPES-PBE-v2025.1-PES", "M3GNet-MP-2021.2.8-PES"]
STORAGES = {"FloatStorage": "<f4", "DoubleStorage": "<f8"}
DTYPES = {"F32": "<f4", "F64": "<f8"}

if not MOFBENCH.exists():
    pytest.skip("the program is not built", allow_module_level=True)


def mofbench(*words, good=True, **environment):
    done = subprocess.run([MOFBENCH, *map(str, words)], capture_output=True, text=True, env={**os.environ, **environment})
    assert (done.returncode == 0) == good, done.stderr
    return done.stdout if good else done.stderr


class Reader(pickle.Unpickler):
    def __init__(self, archive, root):
        super().__init__(archive.open(f"{root}/data.pkl"))
        self.archive, self.root = archive, root

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, stride, *rest: np.lib.stride_tricks.as_strided(
                storage[offset:], shape, [s * storage.itemsize for s in stride]).copy()
        if module == "torch" and name in STORAGES:
            return STORAGES[name]
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, words):
        return np.frombuffer(self.archive.read(f"{self.root}/data/{words[2]}"), words[1])


def read_checkpoint(folder):
    with zipfile.ZipFile(folder / "state.pt") as archive:
        return Reader(archive, archive.namelist()[0].split("/")[0]).load()


def read_safetensors(path):
    raw = path.read_bytes()
    length = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + length])
    meta, tensors, used = header.pop("__metadata__"), {}, 0
    for name, t in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        first, last = t["data_offsets"]
        assert first == used, "no holes"
        used = last
        start = 8 + length + first
        assert start % (64 if (last - first) % 64 == 0 else np.dtype(DTYPES[t["dtype"]]).itemsize) == 0
        tensors[name] = np.frombuffer(raw[start:8 + length + last], DTYPES[t["dtype"]]).reshape(t["shape"])
    assert 8 + length + used == len(raw)
    return meta, tensors


def assert_same(tensors, wanted):
    assert tensors.keys() == wanted.keys()
    for name, value in wanted.items():
        assert tensors[name].dtype == value.dtype and tensors[name].shape == value.shape, name
        assert tensors[name].tobytes() == np.ascontiguousarray(value).tobytes(), name


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_checkpoints_come_over_bit_by_bit(name, tmp_path):
    source = DATA / "models" / name
    if not source.is_dir():
        pytest.skip("no benchmark data")
    mofbench("models", "import", source, "-o", tmp_path / "out.safetensors")
    meta, tensors = read_safetensors(tmp_path / "out.safetensors")
    assert_same(tensors, read_checkpoint(source))
    published = json.loads((source / "model.json").read_text())["kwargs"]
    config = json.loads(meta["config"])
    assert config == {**published["model"]["init_args"], "calc_repuls": bool(published.get("calc_repuls", False))}
    assert meta["name"] == name and meta["format_version"] == "1"
    assert meta["architecture"] == published["model"]["@class"].lower()
    assert meta["functional"] == ("r2SCAN" if "r2SCAN" in name else "PBE")
    assert meta["source_sha256"] == hashlib.sha256((source / "state.pt").read_bytes()).hexdigest()
    conventions = json.loads(meta["conventions"])
    assert conventions == ({"embed_at": "dst", "message_from": "dst", "message_to": "src"} if "TensorNet" in name
                           else {"message_to": "dst"})


@pytest.mark.parametrize("listing", ["tensornet_tensors.txt", "m3gnet_tensors.txt"])
def test_listings_of_independent_readers(listing, tmp_path):
    path = DATA / "reference" / listing
    if not path.is_file():
        pytest.skip("no benchmark data")
    lines = path.read_text().splitlines()
    name = lines[0].split("/state.pt")[0].lstrip("# ")
    mofbench("models", "import", DATA / "models" / name, "-o", tmp_path / "out.safetensors")
    meta, tensors = read_safetensors(tmp_path / "out.safetensors")
    assert meta["source_sha256"] in lines[1]
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert len(rows) == len(tensors)
    for tensor, dtype, shape, count, low, high, mean, digest in rows:
        value = tensors[tensor]
        assert value.dtype == DTYPES[dtype] and list(value.shape) == json.loads(shape) and value.size == int(count)
        assert hashlib.sha256(value.tobytes()).hexdigest()[:16] == digest
        assert np.allclose([value.min(), value.max()], [float(low), float(high)], rtol=1e-8, atol=0)
        assert np.isclose(value.astype(float).mean(), float(mean), rtol=1e-5, atol=1e-12)


class Tensor:
    """A view of a storage, pickled as torch does."""

    def __init__(self, storage, offset, shape, stride):
        self.args = storage, offset, shape, stride, False, collections.OrderedDict()

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.args


class Storage:
    def __init__(self, key, values):
        self.key, self.values = key, values


class Evil:
    def __init__(self, command):
        self.command = command

    def __reduce__(self):
        return os.system, (self.command,)


def write_state(path, state, storages, monkeypatch):
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
    utils._rebuild_tensor_v2 = lambda *args: None
    utils._rebuild_tensor_v2.__module__, utils._rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    for name in STORAGES:
        setattr(torch, name, type(name, (), {"__module__": "torch"}))
    torch._utils = utils
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)

    class Writer(pickle.Pickler):
        def persistent_id(self, thing):
            if isinstance(thing, Storage):
                kind = torch.FloatStorage if thing.values.dtype == "<f4" else torch.DoubleStorage
                return "storage", kind, thing.key, "cpu", thing.values.size
            return None

    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("archive/data.pkl", "w") as f:
            Writer(f, protocol=2).dump(state)
        archive.writestr("archive/byteorder", "little")
        for storage in storages:
            archive.writestr(f"archive/data/{storage.key}", storage.values.tobytes())


def small_shapes(units=4, elements=2, radial=3):
    """Names and shapes of a TensorNet with one block, from the published listing's pattern."""
    u, r = units, radial
    embedding, layer, final = "model.tensor_embedding.", "model.layers.0.", "model.final_layer.gated."
    shapes = {"data_mean": (), "data_std": (), "element_refs.property_offset": (elements,), "model.out_norm.weight": (3 * u,),
              "model.out_norm.bias": (3 * u,), "model.linear.weight": (u, 3 * u), "model.linear.bias": (u,),
              embedding + "emb.weight": (elements, u), embedding + "emb2.weight": (u, 2 * u), embedding + "emb2.bias": (u,),
              embedding + "init_norm.weight": (u,), embedding + "init_norm.bias": (u,)}
    for k in "123":
        shapes[f"{embedding}distance_proj{k}.weight"], shapes[f"{embedding}distance_proj{k}.bias"] = (u, r), (u,)
    for prefix, sizes in ((embedding, (u, 2 * u, 3 * u)), (layer, (r, u, 2 * u, 3 * u))):
        for k, (a, b) in enumerate(zip(sizes, sizes[1:])):
            shapes[f"{prefix}linears_scalar.{k}.weight"], shapes[f"{prefix}linears_scalar.{k}.bias"] = (b, a), (b,)
    for k in range(9):
        shapes[f"{embedding if k < 3 else layer}linears_tensor.{k if k < 3 else k - 3}.weight"] = (u, u)
    for chain in ("layers", "gates"):
        for k in (0, 2, 4, 6):
            shapes[f"{final}{chain}.{k}.weight"], shapes[f"{final}{chain}.{k}.bias"] = (1 if k == 6 else u, u), (1 if k == 6 else u,)
    return shapes


CONFIG = {"element_types": ["H", "Zn"], "units": 4, "nblocks": 1, "max_n": 3, "max_l": 3, "cutoff": 4.5,
          "rbf_type": "SphericalBessel", "use_smooth": True, "activation_type": "swish", "is_intensive": False,
          "include_state": False, "ntargets": 1, "readout_type": "weighted_atom", "task_type": "regression",
          "equivariance_invariance_group": "O(3)"}
CONVENTION = "embed_at=src,message_from=dst,message_to=src"


def small_checkpoint(folder, monkeypatch, config=CONFIG, seed=0, extra=None, drop=None):
    """All tensors are views of one storage each way round: transposed, with gaps, from the middle."""
    rng, wanted, state, storages = np.random.default_rng(seed), {}, collections.OrderedDict(), []
    for number, (name, shape) in enumerate(small_shapes().items()):
        dtype = "<f8" if name.startswith("element_refs") else "<f4"
        if len(shape) == 2 and number % 2:
            values = rng.standard_normal((shape[1], shape[0] + 2)).astype(dtype)  # transposed, with gaps
            view, offset, stride = values[:, 1:-1].T, 1, (1, shape[0] + 2)
        else:
            values = rng.standard_normal((3, *shape)).astype(dtype)  # the middle one of three
            view, offset = values[1], int(np.prod(shape))
            stride = tuple(int(s // values.itemsize) for s in values.strides[1:])
        wanted[name] = view
        storages.append(Storage(str(number), values))
        state[name] = Tensor(storages[-1], offset, shape, stride)
    state.update(extra or {})
    if drop:
        del state[drop]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.json").write_text(json.dumps({"kwargs": {"model": {"@class": "TensorNet", "init_args": config}}}))
    write_state(folder / "state.pt", state, storages, monkeypatch)
    return wanted


def test_strides_and_offsets(tmp_path, monkeypatch):
    wanted = small_checkpoint(tmp_path / "own", monkeypatch)
    assert_same(read_checkpoint(tmp_path / "own"), wanted)
    mofbench("models", "import", tmp_path / "own", "-o", tmp_path / "own.safetensors", "--convention", CONVENTION,
             "--functional", "PBE")
    meta, tensors = read_safetensors(tmp_path / "own.safetensors")
    assert_same(tensors, wanted)
    assert meta["name"] == "own" and meta["functional"] == "PBE" and "licence" not in meta
    assert json.loads(meta["conventions"]) == {"embed_at": "src", "message_from": "dst", "message_to": "src"}


def test_conventions_are_never_guessed(tmp_path, monkeypatch):
    small_checkpoint(tmp_path / "own", monkeypatch)
    out = tmp_path / "own.safetensors"
    assert "never" in mofbench("models", "import", tmp_path / "own", "-o", out, "--convention", "embed_at=dst", good=False)
    assert "--convention" in mofbench("models", "import", tmp_path / "own", "-o", out, good=False)
    mofbench("models", "import", tmp_path / "own", "-o", out, "--convention", CONVENTION + ",message_from=src", good=False)
    mofbench("models", "import", tmp_path / "own", "-o", out, "--convention", CONVENTION.replace("src", "up"), good=False)
    assert not out.exists()


def test_what_does_not_fit_is_named(tmp_path, monkeypatch):
    def refused(**how):
        small_checkpoint(tmp_path / "own", monkeypatch, **how)
        text = mofbench("models", "import", tmp_path / "own", "-o", tmp_path / "x.safetensors", "--convention", CONVENTION,
                        good=False)
        assert not (tmp_path / "x.safetensors").exists() and len(text.splitlines()) == 1
        return text

    storage = Storage("0", np.zeros(4, "<f4"))
    assert "'surplus'" in refused(extra={"surplus": Tensor(storage, 0, (2,), (1,))})
    assert "beyond its storage" in refused(extra={"far": Tensor(storage, 0, (7,), (100,))})
    assert "much larger than the file" in refused(extra={"wide": Tensor(storage, 0, (4, 100, 100, 100), (1, 0, 0, 0))})
    assert "model.linear.bias" in refused(drop="model.linear.bias")
    assert "units" in refused(config={**CONFIG, "units": 0})
    assert "shape" in refused(config={**CONFIG, "units": 5})
    assert "activation_type" in refused(config={**CONFIG, "activation_type": "relu"})
    assert "element_types" in refused(config={**CONFIG, "element_types": ["H", "Xx"]})


def test_nothing_is_ever_called(tmp_path, monkeypatch):
    mark = tmp_path / "called"
    small_checkpoint(tmp_path / "evil", monkeypatch, extra={"x": Evil(f"touch {mark}")})
    text = mofbench("models", "import", tmp_path / "evil", "-o", tmp_path / "x.safetensors", "--convention", CONVENTION, good=False)
    assert "system" in text and not mark.exists() and not (tmp_path / "x.safetensors").exists()


def test_the_folder(tmp_path, monkeypatch):
    home = {"XDG_DATA_HOME": str(tmp_path / "data")}
    folder = tmp_path / "data/mofbench/models"
    small_checkpoint(tmp_path / "one", monkeypatch)
    small_checkpoint(tmp_path / "two", monkeypatch, seed=1)

    def ids(*words):
        lines = mofbench("models", "list", "--json", *words, **home).splitlines()
        return {o["id"]: o for o in map(json.loads, lines)}

    assert ids() == {}
    shown = json.loads(mofbench("models", "import", tmp_path / "one", "--convention", CONVENTION, "--json", **home))
    mofbench("models", "import", tmp_path / "one", "--convention", CONVENTION, **home)  # once more is fine
    mofbench("models", "import", tmp_path / "two", "--convention", CONVENTION, **home)
    assert ids().keys() == {"one", "two"} == ids("--models", folder).keys()
    assert ids()["one"]["sha256"] == shown["sha256"] != ids()["two"]["sha256"]
    assert json.loads(mofbench("models", "show", "one", "--json", **home)) == shown
    assert "weights in" in mofbench("models", **home)

    again = ["models", "import", tmp_path / "one", "--convention", CONVENTION, "--name", "again"]
    assert "one" in mofbench(*again, good=False, **home)
    assert "again" not in ids()
    assert "two" in mofbench("models", "import", tmp_path / "one", "--convention", CONVENTION, "--name", "two", good=False, **home)
    mofbench(*again, "--alias", **home)
    assert ids()["again"]["alias_of"] == "one" and ids()["again"]["sha256"] == shown["sha256"]
    assert "again" in mofbench("models", "remove", "one", good=False, **home)
    mofbench("models", "remove", "again", **home)
    mofbench("models", "import", folder / "two.safetensors", "--models", tmp_path / "other", **home)
    assert ids("--models", tmp_path / "other").keys() == {"two"}

    (folder / "copy.safetensors").write_bytes((folder / "one.safetensors").read_bytes())
    assert ids()["copy"]["same_as"] == "one" and ids()["one"]["same_as"] == "copy"
    assert "same weights" in mofbench("models", "verify", "copy", good=False, **home)
    (folder / "broken.safetensors").write_bytes(b"\xff" * 100)
    assert "byte 0" in ids()["broken"]["error"]
    for name in ("copy", "broken", "one", "two"):
        mofbench("models", "remove", name, **home)
    assert ids() == {} and "no weights" in mofbench("models", "remove", "one", good=False, **home)
    assert "one" in mofbench("models", "show", "one", good=False, **home)
    mofbench("models", "remove", "../one", good=False, **home)


def test_every_cut_off_or_damaged_file_is_refused(tmp_path, monkeypatch):
    small_checkpoint(tmp_path / "own", monkeypatch)
    whole = (tmp_path / "own/state.pt").read_bytes()
    rng = np.random.default_rng(1)
    for k in range(60):
        raw = bytearray(whole)
        if k % 2:
            del raw[rng.integers(len(raw)):]
        else:
            raw[rng.integers(len(raw))] ^= 1 << rng.integers(8)
        (tmp_path / "own/state.pt").write_bytes(raw)
        done = subprocess.run([MOFBENCH, "models", "import", tmp_path / "own", "-o", tmp_path / f"{k}.safetensors", "--convention",
                               CONVENTION], capture_output=True, text=True)
        assert done.returncode in (0, 1) and (done.returncode or not k % 2), done.stderr
        assert (done.returncode == 0) == (tmp_path / f"{k}.safetensors").exists()
