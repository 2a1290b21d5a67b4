# SPDX-License-Identifier: MIT
"""Writes lib/models/d3/table.c from torch-dftd's dftd3_params.npz: d3_table.py dftd3_params.npz > table.c"""
import sys

import numpy as np

HEAD = """/* SPDX-License-Identifier: MIT */
/* Reference C6 coefficients and coordination numbers, covalent radii and sqrt(<r4>/<r2>) of DFT-D3, H to Pu:
   S. Grimme, J. Antony, S. Ehrlich, H. Krieg, J. Chem. Phys. 132, 154104 (2010). Made by scripts/d3_table.py from
   dftd3_params.npz of torch-dftd, Copyright (c) 2021 Preferred Networks, Inc., MIT licence (see NOTICE). */
#include "models/d3/d3.h"
"""


def lines(words, width=110):
    row = "   "
    for w in words:
        if len(row) + len(w) + 2 > width:
            yield row
            row = "   "
        row += " " + w + ","
    yield row


def array(head, words):
    print(head + " = {")
    print("\n".join(lines(words)))
    print("};\n")


def main():
    data = np.load(sys.argv[1])
    table = data["c6ab"]
    c6, known = table[..., 0], table[..., 0] > 0
    count = [int(known[z].any(axis=(0, 2)).sum()) for z in range(95)]
    coordination = np.zeros((95, 5))
    values = []
    first = np.concatenate([[0], np.cumsum(count)])
    for z in range(1, 95):
        for a in range(count[z]):
            mine = table[z, :, a, :, 1][known[z, :, a, :]]
            assert np.ptp(mine) == 0, "a reference's coordination number depends on the partner"
            coordination[z, a] = mine[0]
            for y in range(1, z + 1):
                for b in range(count[y] if y < z else a + 1):
                    assert known[z, y, a, b] and c6[z, y, a, b] == c6[y, z, b, a]
                    values.append(round(c6[z, y, a, b] * 1e4))
                    assert values[-1] / 1e4 == c6[z, y, a, b], "more than four decimals"
    print(HEAD)
    array("const uint8_t mofb__d3_references[95]", [str(c) for c in count])
    array("const uint16_t mofb__d3_first_reference[95]", [str(f) for f in first[:95]])
    array("const double mofb__d3_coordination[95][5]",
          ["{" + ", ".join(f"{v:g}" for v in row) + "}" for row in coordination])
    array("const float mofb__d3_radius[95]", [f"{v:.9g}" if v % 1 else f"{v:g}" for v in data["rcov"]])
    array("const float mofb__d3_r2r4[95]", [f"{v:.9g}" if v % 1 else f"{v:g}" for v in data["r2r4"]])
    for name in ("rcov", "r2r4"):
        assert all(float(np.float32(f"{v:.9g}")) == v for v in data[name])
    print(f"/* Triangle over all {first[-1]} references, each with itself and those before it. */")
    array(f"const uint32_t mofb__d3_c6[{len(values)}]", [str(v) for v in values])


main()
