#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what building needs (Debian 12 packages); with --tests also what the tests need: valgrind, and the
# Python packages of tests/requirements.txt in the folder .venv. Does nothing for what is there already.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

packages=(gcc libc6-dev meson ninja-build pkg-config python3 libcjson-dev libsymspg-dev libopenblas-dev liblapack-dev libssl-dev)
[ "${1:-}" = --tests ] && packages+=(valgrind python3-venv g++ clang)

missing=()
for p in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
done
if [ ${#missing[@]} -gt 0 ]; then
    become=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "deps.sh: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
        become=(sudo)
    fi
    echo "deps.sh: installing ${missing[*]}"
    "${become[@]}" apt-get update -qq
    "${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [ "${1:-}" = --tests ]; then
    wanted=$(sha256sum "$root/tests/requirements.txt" | cut -d' ' -f1)
    if [ "$(cat "$root/.venv/.wanted" 2>/dev/null)" != "$wanted" ]; then
        echo "deps.sh: installing the peers of tests/requirements.txt into .venv"
        rm -rf "$root/.venv"
        python3 -m venv "$root/.venv"
        "$root/.venv/bin/pip" install -q --disable-pip-version-check -r "$root/tests/requirements.txt"
        echo "$wanted" > "$root/.venv/.wanted"
    fi
fi
