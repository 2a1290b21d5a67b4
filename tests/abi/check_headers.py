#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_headers.py INCLUDE CC...: every public header compiles alone as C11, C17 and C++, warnings as errors."""
import pathlib
import shutil
import subprocess
import sys

include, cc = pathlib.Path(sys.argv[1]), sys.argv[2:]
modes = [(cc, "c", "c11"), (cc, "c", "c17")]
if shutil.which("g++"):
    modes.append((["g++"], "c++", "c++17"))
failed = 0
for header in sorted(include.rglob("*.h")):
    for compiler, language, standard in modes:
        done = subprocess.run([*compiler, f"-std={standard}", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-x", language,
                               f"-I{include}", "-"], input=f"#include <{header.relative_to(include)}>\n", text=True, capture_output=True)
        if done.returncode:
            failed += 1
            print(f"{header} as {standard}:\n{done.stderr}")
sys.exit(1 if failed else 0)
