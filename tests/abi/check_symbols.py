#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_symbols.py LIBRARY LIST: the shared object exports exactly the listed names, all with our prefix. A name
that goes away or changes its meaning needs a new MOFB_ABI_VERSION; a new one is added to the list."""
import subprocess
import sys

lines = subprocess.run(["nm", "-D", "--defined-only", sys.argv[1]], check=True, capture_output=True, text=True).stdout.splitlines()
# sanitizers and the linker add names of their own
exported = {n for n in (line.split()[-1].split("@")[0] for line in lines) if not n.startswith(("_", "asan", "ubsan"))}
wanted = {line.strip() for line in open(sys.argv[2]) if line.strip() and not line.startswith("#")}
for name in sorted(exported - wanted):
    print(f"exported but not listed: {name}")
for name in sorted(wanted - exported):
    print(f"listed but not exported: {name}")
sys.exit(exported != wanted)
