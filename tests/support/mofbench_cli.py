# SPDX-License-Identifier: MIT
"""The mofbench program as scripts meet it."""
import json
import os
import pathlib
import subprocess

BUILD = pathlib.Path(os.environ.get("MOFB_BUILD_ROOT", "build"))
SOURCE = pathlib.Path(os.environ.get("MOFB_SOURCE_ROOT", "."))
DATA = pathlib.Path(os.environ.get("MOFB_SHARED_DATA", "missing"))
STRUCTURES = DATA / "mofsimbench/structures"
MOF5 = SOURCE / "examples/structures/MOF-5.cif"
EXE = BUILD / "cli/mofbench"


def command(*arguments, threads=1, **options):
    """Runs it to its end; standard output and error as text."""
    env = dict(os.environ, OMP_NUM_THREADS=str(threads))
    return subprocess.run([str(EXE), *map(str, arguments)], capture_output=True, text=True, env=env,
                          timeout=300, **options)


def objects(*arguments, status=0, **options):
    """The JSON objects it prints with --json, one on each line."""
    done = command(*arguments, "--json", **options)
    assert done.returncode == status, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def settings(**values):
    """--set options."""
    return [word for key, value in values.items() for word in ("--set", f"{key}={value}")]
