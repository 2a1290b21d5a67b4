# SPDX-License-Identifier: MIT
"""Runs that are killed (SIGKILL) at random moments and started again end with the bytes of one that was left
alone: trajectory, series and result, the result's "run" section aside. MOFB_KILLS: kills per stage (default 4)."""
import json
import os
import pathlib
import random
import signal
import subprocess
import time

import pytest

DRIVER = pathlib.Path(os.environ.get("MOFB_BUILD_ROOT", "build")) / "tests/integration/driver_task"
KILLS = int(os.environ.get("MOFB_KILLS", "4"))
MOF = str(pathlib.Path(__file__).parents[2] / "examples/structures/MOF-5.cif")

MD = {"relax_max_steps": 3, "temperature_K": 30, "npt_temperatures_K": [30], "timestep_fs": 4, "frame_interval": 5}
STAGES = {
    "lbfgs": ("optimisation", {"fmax_eV_per_A": 1e-8, "max_steps": 300, "trajectory_interval": 1}, "5"),
    "plbfgs": ("optimisation", {"optimiser": "plbfgs", "fmax_eV_per_A": 1e-8, "max_steps": 60, "trajectory_interval": 1},
               MOF),
    "mof": ("stability", {"relax_max_steps": 20, "nvt_steps": 40, "npt_steps": 100, "frame_interval": 5}, MOF),
    "fire": ("optimisation", {"optimiser": "fire", "fmax_eV_per_A": 1e-8, "max_steps": 300, "trajectory_interval": 1}, "5"),
    "nvt": ("stability", MD | {"nvt_steps": 800, "npt_steps": 0}, "4"),
    "npt": ("stability", MD | {"nvt_steps": 3, "npt_steps": 600}, "4"),
    "ramp": ("stability", MD | {"nvt_steps": 20, "npt_steps": 60, "npt_temperatures_K": [20, 25, 30, 35, 40, 45],
                                "npt_fresh_velocities": True, "final_relaxation": True}, "4"),
    "bulk_modulus": ("bulk_modulus", {"relax_fmax_eV_per_A": 1e-4, "point_fmax_eV_per_A": 1e-4}, "3"),
    "heat_capacity": ("heat_capacity", {"preset": "quick", "relax_max_steps": 12, "mesh_length_A": 15}, "2"),
}


def command(stage, folder, seconds):
    kind, parameters, cells = STAGES[stage]
    return [str(DRIVER), kind, json.dumps(parameters), cells, str(folder), str(seconds)]


def stable(path):
    """The bytes that must agree."""
    data = path.read_bytes()
    return data[: data.index(b'"run":{')] if path.name == "result.json" else data


def contents(folder):
    return {p.name: stable(p) for p in sorted(folder.iterdir())}


def run_and_kill(args, after):
    """True if it had ended by itself before."""
    child = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, messages = child.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.communicate()
        return False
    assert child.returncode == 0, messages.decode()
    return True


@pytest.mark.skipif(not DRIVER.exists(), reason="driver_task is not built")
@pytest.mark.parametrize("stage", STAGES)
def test_killed_runs_end_with_the_same_bytes(stage, tmp_path):
    rng = random.Random(stage)
    start = time.monotonic()
    assert run_and_kill(command(stage, tmp_path / "whole", 1e9), None)
    duration = time.monotonic() - start
    whole = contents(tmp_path / "whole")
    assert "result.json" in whole and "checkpoint" not in whole
    kills, resumes = 0, 0
    for attempt in range(20 * KILLS):
        if kills >= KILLS and resumes:  # on a slow machine the first kills may come before any checkpoint
            break
        folder = tmp_path / f"killed_{attempt}"
        # Checkpoints from almost every step to rather few.
        seconds = duration * 10 ** rng.uniform(-3, -1)
        while not run_and_kill(command(stage, folder, seconds), rng.uniform(0, 0.8 * duration) + 0.004):
            kills += 1
            if kills % 5 == 4:  # some are left to end
                assert run_and_kill(command(stage, folder, seconds), None)
                break
        assert contents(folder).keys() == whole.keys()
        for name, data in contents(folder).items():
            assert data == whole[name], f"{name} differs after {kills} kills"
        resumes += json.loads((folder / "result.json").read_text())["run"]["n_resumes"]
    assert kills >= KILLS
    assert resumes > 0


@pytest.mark.skipif(not DRIVER.exists(), reason="driver_task is not built")
def test_a_folder_serves_one_process(tmp_path):
    args = command("lbfgs", tmp_path / "run", 1e9)
    first = subprocess.Popen(args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not (tmp_path / "run/relaxation.csv").exists():
            time.sleep(0.001)
        second = subprocess.run(args, capture_output=True, text=True)
        assert first.poll() is None, "the first run was too short for this test"
        assert second.returncode == 1 and "attempt_in_use" in second.stderr
    finally:
        first.kill()
        first.wait()
