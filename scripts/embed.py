#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""embed.py OUT FILE...: writes the files as C byte arrays and a table EMBEDDED[] of {name, bytes, size}.

Bytes instead of string literals, because C11 promises no more than 4095 characters in one of those."""
import os
import sys

out, files = sys.argv[1], sys.argv[2:]
with open(out, "w") as f:
    for k, path in enumerate(files):
        data = open(path, "rb").read()
        f.write(f"static const char embedded_{k}[] = {{\n")
        for at in range(0, len(data), 24):
            f.write("".join(f"{(b + 128) % 256 - 128}," for b in data[at:at + 24]) + "\n")
        f.write("};\n")
    f.write("static const struct { const char *name, *bytes; size_t size; } EMBEDDED[] = {\n")
    for k, path in enumerate(files):
        f.write(f'    {{"{os.path.basename(path)}", embedded_{k}, sizeof embedded_{k}}},\n')
    f.write("};\n")
