"""Inline constraints accept what .NET's parsers accept."""

import pytest

from localhost.constraints import ConstraintError, constraint

CASES = [
    ("int", ["0", "-7", "+7", "2147483647"], ["2147483648", "1.0", "x", "", "٣"]),
    ("long", ["9223372036854775807"], ["9223372036854775808"]),
    ("bool", ["true", "FALSE"], ["1", "yes"]),
    (
        "guid",
        ["00000000000000000000000000000000", "{6f9619ff-8b86-d011-b42d-00cf4fc964ff}"],
        [
            "6f9619ff",
            "{6f9619ff-8b86-d011-b42d-00cf4fc964ff)",
            "",
            "{6f9619ff-8b86-d011-b42d-00cf4fc964ff",
        ],
    ),
    ("decimal", ["1", "-1.5", "1,000.25"], ["1e3", "x", "1" + "0" * 30]),
    ("double", ["1", "1.5e-3", "NaN"], ["x", "1.2.3"]),
    ("float", ["-Infinity"], ["--1"]),
    (
        "datetime",
        ["2026-11-23", "2026-11-23T09:00:00Z", "11/23/2026"],
        ["23rd of May", "2026-13-1"],
    ),
    ("alpha", ["abcXYZ"], ["a1", "ä"]),
    ("required", ["x"], [" "]),
    ("length(2)", ["ab"], ["a", "abc"]),
    ("length(1,2)", ["a", "ab"], ["abc"]),
    ("minlength(2)", ["ab"], ["a"]),
    ("maxlength(2)", ["ab"], ["abc"]),
    ("min(3)", ["3"], ["2", "x"]),
    ("max(3)", ["3", "-9"], ["4"]),
    ("range(1,5)", ["1", "5"], ["0", "6"]),
    ("regex(b+)", ["aBBc"], ["ac"]),
]


@pytest.mark.parametrize(("text", "good", "bad"), CASES, ids=[case[0] for case in CASES])
def test_a_constraint_accepts_the_good_and_refuses_the_bad(text, good, bad):
    test = constraint(text)
    assert [value for value in good if not test(value)] == []
    assert [value for value in bad if test(value)] == []


@pytest.mark.parametrize("text", ["colour", "int(3)", "min", "range(1", "range(a,b)", "regex([)"])
def test_what_is_no_constraint_is_refused(text):
    with pytest.raises(ConstraintError):
        constraint(text)
