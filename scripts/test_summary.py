#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""test_summary.py LOG...: adds up meson's test logs and closes with one line."""
import json
import os
import sys

passed = failed = skipped = 0
for path in sys.argv[1:]:
    if not os.path.exists(path):  # the run before it did not come to its end
        failed += 1
        continue
    for line in open(path):
        result = json.loads(line)["result"]
        if result in ("OK", "EXPECTEDFAIL"):
            passed += 1
        elif result == "SKIP":
            skipped += 1
        else:
            failed += 1
print(f"{passed} passed, {failed} failed, {skipped} skipped")
