#!/bin/sh
# SPDX-License-Identifier: MIT
# soak.sh [MINUTES] [TARGET...]: every fuzz target for so many minutes (default 10) under the address and undefined
# behaviour sanitizers, and the target `kills`: runs killed at a hundred random moments in each kind of stage and
# resumed, on the normal build. Needs clang with its runtime. Findings are left in build-fuzz/findings and make it fail; keep
# them, repaired, in tests/fuzz/corpus/<target>.
set -eu
cd "$(dirname "$0")/.."
minutes=${1:-10}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- $(sed -n "s/^fuzz_targets = \[\(.*\)\]/\1/p" tests/fuzz/meson.build | tr -d "',") kills

command -v clang >/dev/null || { echo "soak.sh: needs clang (scripts/deps.sh installs what there is)" >&2; exit 2; }
if [ ! -d build-fuzz ]; then
    CC=clang meson setup build-fuzz -Dfuzz_engine=libfuzzer -Dbuildtype=debugoptimized -Db_lundef=false \
        -Db_sanitize=address,undefined -Dc_args="-fsanitize=fuzzer-no-link -fno-sanitize-recover=undefined" \
        -Dopenmp=disabled >/dev/null
fi
mkdir -p build-fuzz/findings
failed=0
for target in "$@"; do
    if [ "$target" = kills ]; then
        [ -d build ] || meson setup build >/dev/null
        ninja -C build tests/integration/driver_task >/dev/null
        python=python3
        [ ! -x .venv/bin/python ] || python=.venv/bin/python
        MOFB_KILLS=100 MOFB_BUILD_ROOT=build "$python" -m pytest -q -p no:cacheprovider \
            tests/integration/test_kill_resume.py || failed=1
        continue
    fi
    ninja -C build-fuzz "tests/fuzz/fuzz_$target" >/dev/null
    mkdir -p "build-fuzz/corpus/$target"
    echo "$target: $minutes minutes"
    if build-fuzz/tests/fuzz/"fuzz_$target" -max_total_time=$((minutes * 60)) -timeout=10 -rss_limit_mb=1024 \
        -artifact_prefix="build-fuzz/findings/$target-" -print_final_stats=1 \
        "build-fuzz/corpus/$target" "tests/fuzz/corpus/$target" 2>"build-fuzz/$target.log"; then
        sed -n 's/^stat::number_of_executed_units: */  inputs tried: /p' "build-fuzz/$target.log"
    else
        echo "  FINDING, see build-fuzz/$target.log and build-fuzz/findings"
        failed=1
    fi
done
exit $failed
