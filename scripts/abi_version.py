#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""abi_version.py HEADER: prints the number of MOFB_ABI_VERSION, the one source of the soname."""
import re
import sys

print(re.search(r"MOFB_ABI_VERSION = (\d+)", open(sys.argv[1]).read()).group(1))
