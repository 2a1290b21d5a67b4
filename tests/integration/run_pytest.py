#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs pytest on one file; exit 77 (skipped) where pytest is missing or every test skipped itself."""
import sys

try:
    import pytest
except ImportError:
    print("skipped: no pytest here (scripts/deps.sh installs it)")
    sys.exit(77)


class Outcomes:
    passed = 0

    def pytest_runtest_logreport(self, report):
        if report.when == "call" and report.passed:
            self.passed += 1


outcomes = Outcomes()
code = pytest.main(["-q", "-rs", "-p", "no:cacheprovider", *sys.argv[1:]], plugins=[outcomes])
sys.exit(77 if code in (0, 5) and not outcomes.passed else int(code))
