# SPDX-License-Identifier: MIT
"""The mofbench program as a person and a script meet it: what it prints where, how it exits, what it leaves behind."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from mofbench_cli import EXE, MOF5, SOURCE, command, objects, settings  # noqa: E402

pytestmark = pytest.mark.skipif(not EXE.exists(), reason="the command line is not built")

LJ = ["--model", "lj"]
CUBE = "data_x\n" + "".join(f"_cell_length_{k} 6\n" for k in "abc") + "".join(
    f"_cell_angle_{k} 90\n" for k in ("alpha", "beta", "gamma"))
SITES = "loop_\n_atom_site_label\n_atom_site_type_symbol\n" + "".join(f"_atom_site_fract_{k}\n" for k in "xyz")
PAIR = "Ar1 Ar 0.1 0.1 0.1\nAr2 Ar 0.6 0.65 0.6\n"
ARGON = CUBE + SITES + PAIR


@pytest.fixture
def argon(tmp_path):
    """A small structure that every task is quick with."""
    file = tmp_path / "argon.cif"
    file.write_text(ARGON)
    return file


def one(*arguments, **options):
    result, = objects(*arguments, **options)
    return result


def contents(folder):
    """Files below with their bytes; of results what must agree."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found[str(path.relative_to(folder))] = data[: data.index(b'"run":{')] if path.name == "result.json" else data
    return found


# --- eval ---

def test_eval_has_the_promised_keys():
    r = one("eval", "--model", "uff4mof", MOF5)
    assert r["structure"] == "MOF-5" and r["file"] == str(MOF5) and r["model"] == "uff4mof"
    assert r["n_atoms"] == 106 == len(r["forces_eV_per_A"]) and {len(f) for f in r["forces_eV_per_A"]} == {3}
    assert [len(row) for row in r["stress_eV_per_A3"]] == [3, 3, 3]
    assert r["volume_A3"] == pytest.approx(4228.3, rel=1e-4) and isinstance(r["energy_eV"], float)
    assert re.fullmatch("[0-9a-f]{64}", r["model_sha256"])


def test_eval_takes_folders_frames_and_single_files_in_order(tmp_path, argon):
    (tmp_path / "b.xyz").write_text("1\nplain\nAr 0 0 0\n2\nplain\nAr 0 0 0\nAr 0 0 4\n")
    (tmp_path / "notes.txt").write_text("no structure")
    rows = objects("eval", *LJ, tmp_path, argon)
    assert [r["n_atoms"] for r in rows] == [2, 1, 2, 2]
    assert "stress_eV_per_A3" in rows[0] and "stress_eV_per_A3" not in rows[2] and "volume_A3" not in rows[2]
    assert rows[0]["energy_eV"] == rows[3]["energy_eV"]
    assert [r["n_atoms"] for r in objects("eval", *LJ, "--first", tmp_path)] == [2, 1]


def test_eval_goes_on_behind_a_bad_file_in_order(tmp_path, argon):
    bad = tmp_path / "bad.cif"
    bad.write_text(CUBE + SITES + "X1 Xy 0 0 0\n")
    first, second, third = objects("eval", *LJ, argon, bad, argon, status=1)
    assert first == third and second["error"]["reason"] == "unknown_element" and second["file"] == str(bad)


def test_labels_are_read_by_ase(tmp_path, argon):
    io = pytest.importorskip("ase.io")
    labels = tmp_path / "labels.extxyz"
    rows = objects("eval", "--model", "uff4mof", "-o", labels, MOF5, argon)
    for r, atoms in zip(rows, io.read(labels, ":"), strict=True):
        assert atoms.get_potential_energy() == r["energy_eV"]
        assert atoms.get_forces().tolist() == r["forces_eV_per_A"]
        assert atoms.get_stress(voigt=False).tolist() == r["stress_eV_per_A3"]
        assert len(atoms) == r["n_atoms"] and atoms.get_volume() == pytest.approx(r["volume_A3"])


def test_labels_that_cannot_be_written_leave_nothing(tmp_path, argon):
    done = command("eval", *LJ, "-o", tmp_path / "missing/labels.extxyz", argon)
    assert done.returncode == 1 and "missing/labels.extxyz" in done.stderr
    assert not (tmp_path / "missing").exists()


def test_a_full_output_is_a_failure(argon):
    if not pathlib.Path("/dev/full").exists():
        pytest.skip("no /dev/full")
    with open("/dev/full", "w") as full:
        done = subprocess.run([EXE, "eval", *LJ, argon], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1 and "standard output" in done.stderr


# --- bad input ---

BAD_FILES = {
    "no cell": ("a.cif", "data_x\n" + SITES + PAIR, "cif_no_cell", ["a.cif"]),
    "unknown element": ("a.cif", ARGON + "Q Qq 0.3 0.3 0.3\n", "unknown_element", ["a.cif", "line 16", "Qq"]),
    "atoms too close": ("a.cif", ARGON + "Ar3 Ar 0.1 0.11 0.1\n", "atoms_too_close", ["a.cif", "0.06 A"]),
    "zero cell": ("a.cif", ARGON.replace("length_b 6", "length_b 0"), "bad_cell", ["a.cif", "line 3", "length b", "is 0", "not above 0"]),
    "flat cell": ("a.cif", ARGON.replace("gamma 90", "gamma 180"), "bad_cell", ["a.cif"]),
    "nan in a CIF": ("a.cif", ARGON + "Ar3 Ar nan 0.3 0.3\n", "bad_number", ["a.cif", "line 16", "nan"]),
    "nan in xyz": ("a.xyz", "1\n\nAr 0 nan 0\n", "bad_number", ["a.xyz", "line 3", "nan"]),
    "infinite cell": ("a.cif", ARGON.replace("length_b 6", "length_b inf"), "bad_number", ["a.cif", "line 3", "inf"]),
    "partial occupancy": ("a.cif", CUBE + SITES + "_atom_site_occupancy\nAr1 Ar 0 0 0 0.5\n", "partial_occupancy",
                          ["a.cif", "Ar1"]),
    "cut off": ("a.xyz", "3\n\nAr 0 0 0\n", "unexpected_end", ["a.xyz"]),
    "empty": ("a.cif", "", None, ["a.cif"]),
    "no structure": ("a.cif", "\x00\x01\xff binary", None, ["a.cif"]),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_file_gets_one_line_with_file_line_and_value(case, tmp_path):
    name, text, reason, parts = BAD_FILES[case]
    (tmp_path / name).write_text(text, encoding="latin-1")
    for verb in (["eval"], ["run", "single_point", "--out", tmp_path / "out"]):
        done = command(*verb, *LJ, "--json", name, cwd=tmp_path)
        assert done.returncode == 1
        message, = done.stderr.splitlines()
        failure = json.loads(done.stdout)["error"]
        assert failure["status"] in ("invalid", "format") and failure["reason"] == (reason or failure["reason"])
        assert failure["message"] in message
        for part in parts:
            assert part in message, message
    assert not (tmp_path / "out").exists()


def test_missing_file_and_empty_folder(tmp_path):
    failure = one("eval", *LJ, "nothing.cif", status=1)["error"]
    assert failure["status"] == "io" and "nothing.cif" in failure["message"]
    failure = one("run", "single_point", *LJ, tmp_path, status=1)["error"]
    assert failure["status"] == "not_found" and str(tmp_path) in failure["message"]


def test_left_handed_cells_are_taken(tmp_path):
    """The third axis keeps its direction, the volume is absolute (structure.h)."""
    atoms = "Ar 0.6 0.6 0.6\nAr 3.6 3.9 3.6\n"
    (tmp_path / "l.xyz").write_text('2\nLattice="0 6 0 6 0 0 0 0 6"\n' + atoms)
    (tmp_path / "r.xyz").write_text('2\nLattice="6 0 0 0 6 0 0 0 6"\n' + atoms)
    left, right = objects("eval", *LJ, tmp_path)
    assert left["volume_A3"] == right["volume_A3"] == 216
    assert left["energy_eV"] == pytest.approx(right["energy_eV"], rel=1e-12)


def test_elements_a_model_lacks_are_listed(tmp_path):
    (tmp_path / "og.xyz").write_text('3\nLattice="9 0 0 0 9 0 0 0 9"\nOg 0 0 0\nAr 4 4 4\nTs 0 4 4\n')
    for verb in (["eval"], ["run", "optimisation", "--out", tmp_path / "out"]):
        failure = one(*verb, "--model", "uff", tmp_path / "og.xyz", status=1)["error"]
        assert failure["status"] == "unsupported" and failure["reason"] == "unsupported_element"
        assert "Og" in failure["message"] and "Ts" in failure["message"] and "Ar" not in failure["message"]
    assert not (tmp_path / "out").exists()
    assert command("check", "--model", "uff", tmp_path / "og.xyz").returncode == 1


# --- usage ---

BAD_USAGE = {
    "no verb": ([], ["usage"]),
    "unknown verb": (["evaluate"], ["evaluate"]),
    "unknown task": (["run", "optimisaton", *LJ, "F"], ["optimisaton", "'optimisation'"]),
    "unknown second task": (["run", "optimisation", "stabilty", *LJ, "F"], ["stabilty", "'stability'"]),
    "unknown model": (["run", "single_point", "--model", "uff4mop", "F"], ["uff4mop", "'uff4mof'"]),
    "unknown option of a model": (["eval", "--model", "lj:sigm=3", "F"], ["sigm", "'sigma'"]),
    "model option out of range": (["eval", "--model", "lj:sigma=-3", "F"], ["sigma", "-3", "0.001 to 100"]),
    "unknown parameter": (["run", "optimisation", *LJ, "--set", "fmax=3", "F"], ["fmax", "'fmax_eV_per_A'"]),
    "parameter out of range": (["run", "optimisation", *LJ, "--set", "fmax_eV_per_A=300", "F"], ["300", "1e-08 to 10"]),
    "parameter not a number": (["run", "optimisation", *LJ, "--set", "fmax_eV_per_A=small", "F"], ["small", "number"]),
    "parameter nan": (["run", "optimisation", *LJ, "--set", "fmax_eV_per_A=nan", "F"], ["'nan'", "finite"]),
    "not one of the choices": (["eval", "--model", "uff:rules=lamps", "F"], ["lamps", "lammps_interface"]),
    "set without a value": (["run", "optimisation", *LJ, "--set", "fmax_eV_per_A", "F"], ["NAME=VALUE"]),
    "unknown preset": (["run", "optimisation", *LJ, "--preset", "quik", "F"], ["quik", "'quick'"]),
    "unknown device": (["run", "optimisation", *LJ, "--device", "cuda:9", "F"], ["cuda:9", "cpu"]),
    "unknown device of eval": (["eval", *LJ, "--device", "gpu", "F"], ["gpu", "cpu"]),
    "unknown input": (["run", "optimisation", *LJ, "--input", "referense=F", "F"], ["referense", "'reference'"]),
    "unknown option": (["eval", *LJ, "--jsn", "F"], ["--jsn"]),
    "unknown letter": (["eval", *LJ, "-x", "F"], ["-x"]),
    "option without a value": (["eval", "F", "--model"], ["needs a value"]),
    "threads": (["eval", *LJ, "--threads", "0", "F"], ["--threads 0", "1 to"]),
    "threads not a number": (["run", "single_point", *LJ, "--threads", "2x", "F"], ["2x"]),
    "no model": (["eval", "F"], ["--model"]),
    "no model to run with": (["run", "all", "F"], ["--model"]),
    "no task": (["run", *LJ], ["task"]),
    "no file": (["eval", *LJ], ["file"]),
    "no file to run": (["run", "all", *LJ], ["file"]),
    "a file for a task of named inputs": (["run", "interaction_energy", *LJ, "F"], ["--input"]),
    "unknown task to list": (["tasks", "heat_capasity"], ["heat_capasity", "'heat_capacity'"]),
    "unknown model to list": (["models", "uf"], ["'uff'"]),
    "devices take no names": (["devices", "cpu"], ["names"]),
    "check without files": (["check"], ["file"]),
}


@pytest.mark.parametrize("case", BAD_USAGE)
def test_bad_usage(case, argon, tmp_path):
    arguments, parts = BAD_USAGE[case]
    words = [w.replace("F", str(argon)) if w in ("F", "referense=F") else w for w in arguments]
    done = command(*words, *(["--out", tmp_path / "out"] if words[:1] == ["run"] and words[-1] != "--model" else []))
    assert done.returncode == 2
    text = done.stderr or done.stdout
    for part in parts:
        assert part in text, text
    assert not words or not done.stdout
    assert not (tmp_path / "out").exists()


def test_help_mentions_every_option():
    verbs = set(re.findall(r"^  (\w+) ", command("--help").stdout, re.M)) - {"mofbench"}
    assert {"run", "eval", "check", "tasks", "models", "devices"} <= verbs
    for verb in verbs:
        done = command(verb, "--help")
        assert done.returncode == 0 and not done.stderr and f"mofbench {verb} " in done.stdout
        cli = SOURCE / f"cli/{verb}.c"
        if not cli.exists():
            cli = cli.with_name("info.c")
        table = re.search(r"long_options\[\] = \{(.*?)\};", cli.read_text(), re.S)
        for option in re.findall(r'\{"([a-z_]+)",', table.group(1)) if table else ["json"]:
            assert f"--{option}" in done.stdout, (verb, option)
    assert command().returncode == 2 and command("-h").returncode == 0
    assert re.fullmatch(r"mofbench \d+\.\d+\.\d+\n", command("--version").stdout)


# --- lists ---

def test_lists_are_json():
    tasks = {t["name"]: t for t in objects("tasks")}
    assert {"single_point", "optimisation", "stability", "bulk_modulus", "heat_capacity", "interaction_energy"} <= set(tasks)
    for name, task in tasks.items():
        assert one("tasks", name) == task
        assert task["summary"] and task["parameters"] and task["results"] and task["presets"]
        plain = command("tasks", name).stdout
        for row in task["parameters"] + task["results"]:
            assert row["name"] in plain and row["help"]
    assert {"lj", "uff", "uff4mof"} <= {m["name"] for m in objects("models")}
    assert "rules" in command("models", "uff").stdout
    assert "cpu" in [d["id"] for d in objects("devices")]
    r = one("check", "--model", "uff4mof", MOF5)
    assert r["n_atoms"] == 106 and r["spacegroup_number"] > 1 and "problem" not in r


# --- run ---

QUICK = settings(relax_max_steps=3, relax_fmax_eV_per_A=1) + ["--preset", "quick"]


def test_all_runs_the_four_tasks_with_the_promised_keys(tmp_path, argon):
    """One object for each structure and task and nothing else; progress and messages on standard error."""
    second = tmp_path / "second.cif"
    second.write_text(ARGON.replace("0.65", "0.62"))
    more = settings(nvt_steps=4, npt_steps=4, max_steps=5, mesh_length_A=12)
    done = command("run", "all", *LJ, *QUICK, *more, "--json", argon, second)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = ["optimisation", "stability", "bulk_modulus", "heat_capacity"]
    assert [(r["structure"], r["task"]) for r in rows] == [(s, k) for s in ("argon", "second") for k in kinds]
    assert "argon optimisation" in done.stderr
    for r in rows:
        assert r["outcome"] and r["n_force_calls"] > 0 and r["n_atoms"] == 2 and r["model"] == "lj"
        assert re.fullmatch("[0-9a-f]{64}", r["model_sha256"]) and r["run"]["wall_seconds"] >= 0
    assert isinstance(rows[0]["converged"], bool) and rows[0]["volume_A3"] > 0 and "energy_eV" in rows[0]
    table = {t["name"]: [row["name"] for row in t["results"]] for t in objects("tasks")}
    assert "bulk_modulus_GPa" in table["bulk_modulus"] and "cv_300K_J_per_K_g" in table["heat_capacity"]
    for r in rows:
        unknown = set(r) - set(table[r["task"]]) - {"run", "seed"}
        common = set(rows[0]) & set(rows[1]) & set(rows[2]) & set(rows[3])
        assert unknown <= common, unknown - common
    quiet = command("run", "single_point", *LJ, "--quiet", argon)
    assert not quiet.stderr and "argon" in quiet.stdout


def test_benchmark_values_of_a_mof():
    """Quick, but whole: a bulk modulus and a heat capacity that MOF-5 could have."""
    modulus, = objects("run", "bulk_modulus", "--model", "uff4mof", "--preset", "quick", MOF5, threads=2)
    assert 5 < modulus["bulk_modulus_GPa"] < 40
    assert one("run", "optimization", "--model", "uff4mof", "--preset", "quick", MOF5)["task"] == "optimisation"


def test_findings_are_no_failures_unless_strict(argon):
    few = settings(max_steps=1, fmax_eV_per_A=1e-6)
    r = one("run", "optimisation", *LJ, *few, argon)
    assert r["outcome"] == "not_converged" and r["converged"] is False
    failure = one("run", "optimisation", *LJ, *few, *settings(strict="true"), argon, status=1)
    assert failure["error"]["reason"] == "strict_not_converged" and failure["task"] == "optimisation"


OPTIMISE = ["run", "optimisation", *LJ, *settings(fmax_eV_per_A=1e-6, max_steps=60, trajectory_interval=1, optimiser="fire")]


def test_two_runs_are_the_same_bytes(tmp_path, argon):
    for folder, threads in (("a", 1), ("b", 1), ("c", 2)):
        objects(*OPTIMISE, "--out", tmp_path / folder, argon, threads=threads)
    first = contents(tmp_path / "a")
    assert contents(tmp_path / "b") == first == contents(tmp_path / "c")
    names = {pathlib.Path(name).name for name in first}
    assert {"result.json", "trajectory.extxyz", "relaxed.extxyz", "energy.svg"} <= names and "checkpoint" not in names
    assert {pathlib.Path(name).parent for name in first} == {pathlib.Path("argon/optimisation")}
    for name, data in first.items():
        assert data.endswith(b"\n") or name.endswith(".json"), name


def test_threads_change_no_bit_of_a_mof():
    one_thread, two = (objects("eval", "--model", "uff4mof", MOF5, threads=n) for n in (1, 2))
    assert one_thread == two
    assert one_thread == objects("eval", "--model", "uff4mof", "--threads", "2", MOF5)


def test_finished_run_is_not_repeated(tmp_path, argon):
    first = one(*OPTIMISE, "--out", tmp_path / "o", argon)
    file = tmp_path / "o/argon/optimisation/result.json"
    stamp = file.stat().st_mtime_ns
    assert one(*OPTIMISE, "--out", tmp_path / "o", argon) == first  # the "run" section, too
    assert file.stat().st_mtime_ns == stamp
    again = one(*OPTIMISE, "--out", tmp_path / "o", "--fresh", argon)
    assert again["run"] != first["run"] and {k: v for k, v in again.items() if k != "run"} == {
        k: v for k, v in first.items() if k != "run"}


def test_folder_of_another_run_is_refused(tmp_path, argon):
    one(*OPTIMISE, "--out", tmp_path / "o", argon)
    before = contents(tmp_path / "o")
    failure = one(*OPTIMISE, *settings(max_steps=50), "--out", tmp_path / "o", argon, status=1)["error"]
    assert failure["reason"] == "other_attempt" and contents(tmp_path / "o") == before


def test_structures_of_one_name_get_folders_of_their_own(tmp_path, argon):
    other = tmp_path / "other/argon.cif"
    other.parent.mkdir()
    other.write_text(ARGON.replace("0.65", "0.6"))
    rows = objects("run", "single_point", *LJ, "--out", tmp_path / "o", argon, other)
    assert rows[0]["energy_eV"] != rows[1]["energy_eV"]
    kept = [json.loads((tmp_path / f"o/{name}/single_point/result.json").read_text()) for name in ("argon", "argon-2")]
    assert [k["energy_eV"] for k in kept] == [r["energy_eV"] for r in rows]


def test_out_that_cannot_be_made(tmp_path, argon):
    (tmp_path / "file").write_text("")
    failure = one(*OPTIMISE, "--out", tmp_path / "file", argon, status=1)["error"]
    assert failure["status"] == "io" and "file" in failure["message"]


LONG = ["run", "optimisation", "--model", "uff4mof", "--quiet", "--json",
        *settings(optimiser="fire", fmax_eV_per_A=1e-8, max_steps=1000, trajectory_interval=1)]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_run_goes_on_to_the_same_bytes(how, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert command(*LONG, "--out", whole, MOF5).returncode == 0
    child = subprocess.Popen([EXE, *LONG, "--out", str(cut), MOF5], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True, env=dict(os.environ, OMP_NUM_THREADS="1"))
    attempt, trajectory = cut / "MOF-5/optimisation", cut / "MOF-5/optimisation/trajectory.extxyz"
    end = time.monotonic() + 60
    while not (trajectory.exists() and trajectory.stat().st_size) and time.monotonic() < end:
        time.sleep(0.002)
    child.send_signal(how)
    out, messages = child.communicate(timeout=60)
    assert not (attempt / "result.json").exists()
    if how == signal.SIGKILL:
        assert child.returncode == -signal.SIGKILL and not out
    else:
        assert child.returncode == 1 and "continues" in messages
        assert json.loads(out)["error"]["status"] == "cancelled"
        assert (attempt / "checkpoint").exists()
    result = json.loads(command(*LONG, "--out", cut, MOF5).stdout)
    assert result["run"]["n_resumes"] == (0 if how == signal.SIGKILL else 1)
    assert contents(cut) == contents(whole)


def test_user_presets(tmp_path, argon):
    presets = tmp_path / "presets"
    presets.mkdir()
    (presets / "mine.json").write_text(json.dumps({
        "id": "mine", "version": 3, "summary": "for the test",
        "tasks": {"optimisation": {"max_steps": 2, "fmax_eV_per_A": 0.5}}}))
    r = one("run", "optimisation", *LJ, "--presets", presets, "--preset", "mine", argon)
    assert r["preset"] == "mine" and r["preset_version"] == 3 and r["parameters"]["max_steps"] == 2
    r = one("run", "optimisation", *LJ, "--presets", presets, "--preset", "mine", *settings(max_steps=1), argon)
    assert r["parameters"]["max_steps"] == 1 and r["parameters"]["fmax_eV_per_A"] == 0.5
    (presets / "bad.json").write_text('{"id": "bad", "version": 1, "tasks": {"optimisation": {"max_stepz": 2}}}')
    done = command("run", "optimisation", *LJ, "--presets", presets, "--preset", "bad", argon)
    assert done.returncode == 2 and "max_stepz" in done.stderr and "bad" in done.stderr


def test_named_inputs_and_frames(tmp_path):
    frames = tmp_path / "frames.xyz"
    frames.write_text("3\n\nAr 0 0 0\nAr 0 0 3.8\nNe 0 3.4 1\n2\n\nAr 0 0 0\nAr 0 0 3.8\n1\n\nNe 0 0 0\n")
    names = ["complex", "host", "guest"]
    parts = [w for k, n in enumerate(names) for w in ("--input", f"{n}={frames}@{k}")]
    r = one("run", "interaction_energy", *LJ, *parts)
    energies = [e["energy_eV"] for e in objects("eval", *LJ, frames)]
    assert r["interaction_energy_eV"] == pytest.approx(energies[0] - energies[1] - energies[2], abs=1e-12)
    failure = one("run", "interaction_energy", *LJ, *parts[:4], status=1)["error"]
    assert failure["reason"] == "missing_input" and "guest" in failure["message"]


def test_reference_adds_a_verdict(argon):
    r = one("run", "optimisation", *LJ, *settings(max_steps=3), "--input", f"reference={argon}", argon)
    assert r["volume_reference_A3"] == pytest.approx(216) and isinstance(r["success"], bool)


def test_examples_of_the_help_text_work(tmp_path, argon):
    """The last line of `run --help` is a command to copy."""
    line = command("run", "--help").stdout.strip().splitlines()[-1]
    words = line.split("mofbench ")[1].split()
    (tmp_path / "mofs").mkdir()
    shutil.copy(argon, tmp_path / "mofs")
    words = ["fmax_eV_per_A=0.5" if w.startswith("fmax") else "lj" if w == "uff4mof" else w for w in words]
    assert command(*words, cwd=tmp_path).returncode == 0
    assert (tmp_path / "results/argon/optimisation/result.json").exists()
