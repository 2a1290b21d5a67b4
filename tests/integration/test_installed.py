# SPDX-License-Identifier: MIT
"""The library as it is installed: headers, pkg-config, the examples built against them by their own command line."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from mofbench_cli import BUILD, MOF5, SOURCE  # noqa: E402

CC = shutil.which(os.environ.get("CC", "cc")) or shutil.which("gcc")
pytestmark = pytest.mark.skipif(not (CC and shutil.which("meson") and shutil.which("pkg-config"))
                                or not (BUILD / "build.ninja").exists(), reason="no meson, pkg-config or compiler")


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Root of an installation and the environment that finds it."""
    root = tmp_path_factory.mktemp("installed")
    run("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", root)
    pc, = root.rglob("mofbench.pc")
    library = next(root.rglob("libmofbench.so"))
    return root, dict(os.environ, PKG_CONFIG_LIBDIR=f"{pc.parent}:{default_path()}", PKG_CONFIG_SYSROOT_DIR=str(root),
                      LD_LIBRARY_PATH=str(library.parent))


def default_path():
    return run("pkg-config", "--variable", "pc_path", "pkg-config").strip()


def flags(environment, *more):
    return run("pkg-config", "--cflags", "--libs", *more, "mofbench", env=environment).split()


EXAMPLES = {"energy": "106 atoms, E = ", "relax": "converged: V = ", "own_potential": "wall"}


def test_every_example_is_known():
    assert {p.stem for p in (SOURCE / "examples").glob("*.c")} == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_builds_and_runs(name, installed, tmp_path):
    root, environment = installed
    source = SOURCE / f"examples/{name}.c"
    run(CC, "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", source, *flags(environment), "-lm", "-o", tmp_path / name)
    used = run("ldd", tmp_path / name, env=environment) if shutil.which("ldd") else str(root)
    assert str(root) in used
    assert EXAMPLES[name] in run(tmp_path / name, MOF5, env=environment)


def test_headers_stand_alone_and_speak_cplusplus(installed, tmp_path):
    _, environment = installed
    headers = sorted(p.relative_to(SOURCE / "include") for p in (SOURCE / "include/mofbench").rglob("*.h"))
    compile_only = [f for f in flags(environment) if f.startswith("-I")]
    for header in headers:
        (tmp_path / "t.c").write_text(f"#include <{header}>\nint main(void) {{ return 0; }}\n")
        run(CC, "-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", *compile_only, tmp_path / "t.c")
    cxx = shutil.which("c++")
    if cxx:
        (tmp_path / "t.cc").write_text("#include <mofbench/mofbench.h>\nint main() { return mofb_version()[0] == 0; }\n")
        run(cxx, "-Wall", "-Werror", tmp_path / "t.cc", *flags(environment), "-o", tmp_path / "t")
        run(tmp_path / "t", env=environment)


def test_program_and_version(installed):
    root, environment = installed
    program = next(root.rglob("bin/mofbench"), None)
    if program is None:
        pytest.skip("built without the command line")
    version = run("pkg-config", "--modversion", "mofbench", env=environment).strip()
    assert run(program, "--version", env=environment) == f"mofbench {version}\n"
    assert re.search("MOF-5 +106 atoms", run(program, "eval", "--model", "uff4mof", MOF5, env=environment))


def test_nothing_but_the_library_is_installed(installed):
    root, _ = installed
    kinds = {p.suffix if not re.search(r"\.so(\.\d+)*$", p.name) else ".so" for p in root.rglob("*") if not p.is_dir()}
    assert kinds <= {".h", ".so", ".a", ".pc", ".json", ""}, kinds  # .json: presets
    # What the library is made of stays inside: no header of it is installed.
    assert not [p for p in root.rglob("*.h") if "mofbench" not in p.parts]
