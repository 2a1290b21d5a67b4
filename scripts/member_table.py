#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""member_table.py OUT NAME...: writes MEMBER(NAME) lines, the table a family's registry includes."""
import sys

with open(sys.argv[1], "w") as f:
    f.writelines(f"MEMBER({name})\n" for name in sys.argv[2:])
