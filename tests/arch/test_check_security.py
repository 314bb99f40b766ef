#!/usr/bin/env python3
"""Tests of check_security.py: it finds each kind of fault."""

import unittest

import check_security as check

GOOD = "\n".join(f"| {risk} | a | b | `tst_a::one` |" for risk in check.RISKS)
TESTS = {"tst_a": "  void one() {}\n"}


class CheckSecurity(unittest.TestCase):
    def test_what_is_complete_is_fine(self):
        self.assertEqual(list(check.missing_tests(GOOD, TESTS)), [])

    def test_a_line_without_tests_is_found(self):
        faults = list(check.missing_tests(GOOD + "\n| see others | because | none |", TESTS))
        self.assertEqual(len(faults), 1)
        self.assertIn("names no test", faults[0])

    def test_tests_that_are_not_there_are_found(self):
        wrong = GOOD.replace("`tst_a::one`", "`tst_a::two`", 1).replace("`tst_a::one`", "`tst_b::one`", 1)
        faults = list(check.missing_tests(wrong, TESTS))
        self.assertEqual(len(faults), 2)

    def test_a_risk_that_is_left_out_is_found(self):
        faults = list(check.missing_tests(GOOD.replace("| API7 |", "| Something |"), TESTS))
        self.assertEqual(faults, ["docs/security.md: has no line about API7"])

    def test_ways_out_are_found(self):
        self.assertEqual(len(list(check.outgoing("gateway/server/a.cpp", "  socket.async_connect(x);"))), 1)
        self.assertEqual(list(check.outgoing("gateway/server/a.cpp", "  // no async_connect here")), [])


if __name__ == "__main__":
    unittest.main()
