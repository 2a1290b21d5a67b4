#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# From a bare Debian 12 to results: installs what is missing, builds, and runs the four benchmark tasks on
# MOF-5 with the preset "quick" and the force field UFF4MOF.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh
[ -f build/build.ninja ] || meson setup build >/dev/null
ninja -C build >/dev/null
exec build/cli/mofbench run all --model uff4mof --preset quick --out "${1:-quickstart-out}" examples/structures/MOF-5.cif
