#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_errors.py ROOT: every reason that lib/ gives to a failing call stands in docs/errors.md."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
listed = set(re.findall(r"`([a-z_0-9]+)`", (root / "docs/errors.md").read_text()))
call = re.compile(r'\b(?:\w*fail\w*)\((?:[^;"]*?,)?\s*MOFB_ERR_[A-Z_]+,\s*"([a-z_0-9]+)"')
missing = {reason: path for path in sorted(root.glob("lib/**/*.[ch]"))
           for reason in call.findall(path.read_text()) if reason not in listed}
for reason, path in missing.items():
    print(f"{path.relative_to(root)}: reason '{reason}' is not in docs/errors.md")
sys.exit(bool(missing))
