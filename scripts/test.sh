#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything that must pass, from a bare Debian 12: installs, builds, runs all tests, then the unit and
# conformance suites under address and undefined sanitizers and the examples under valgrind.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
scripts/deps.sh --tests || exit 1
python="$root/.venv/bin/python"
failed=0

build() { # folder, meson options...
    local folder=$1
    shift
    [ -f "$folder/build.ninja" ] || meson setup "$folder" -Dtest_python="$python" "$@" >/dev/null || exit 1
    ninja -C "$folder" >"$folder/build.log" 2>&1 || { tail -40 "$folder/build.log"; echo "1 failed: build in $folder"; exit 1; }
}

build build-test -Dwerror=true
meson test -C build-test --no-rebuild --print-errorlogs || failed=1

build build-asan -Dbuildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
meson test -C build-asan --no-rebuild --print-errorlogs --suite unit --suite conformance --suite fuzz --timeout-multiplier 8 || failed=1
unset ASAN_OPTIONS UBSAN_OPTIONS

meson test -C build-test --no-rebuild --print-errorlogs --suite examples --logbase valgrind --timeout-multiplier 30 \
    --wrapper 'valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite' || failed=1

python3 scripts/test_summary.py build-test/meson-logs/testlog.json build-asan/meson-logs/testlog.json \
    build-test/meson-logs/valgrind-valgrind.json
exit $failed
