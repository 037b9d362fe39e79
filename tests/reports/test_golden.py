"""The three files of a report, byte for byte; a change shows in the golden ones."""

import csv
import io
import json

import pytest

from tests.reports.golden import FOLDER, files


@pytest.mark.parametrize("name", sorted(files()))
def test_a_file_is_what_it_was(name):
    assert files()[name] == (FOLDER / name).read_bytes(), "python -m tests.reports.golden"


def test_json_and_csv_tell_the_same_figures():
    report = json.loads(files()["week.json"])
    rows = list(csv.DictReader(io.StringIO(files()["week.csv"].decode(), newline="")))
    told = {(row["section"], row["item"], row["measure"]): row for row in rows}
    for outcome in report["outcomes"]:
        row = told["outcomes", outcome["outcome"], "orders"]
        assert int(row["value"]) == outcome["orders"]["value"]
        assert int(row["before"]) == outcome["orders"]["before"]
        assert int(row["change"]) == int(row["value"]) - int(row["before"])
    for money in report["money"]:
        assert (
            int(told["money", money["currency"], "revenue"]["value"]) == money["revenue"]["value"]
        )


def test_every_line_of_the_csv_has_every_column_and_ends_in_crlf():
    text = files()["week.csv"].decode()
    assert text.count("\n") == text.count("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {8}


@pytest.mark.parametrize("name", sorted(files()))
def test_no_file_says_when_it_was_made(name):
    assert b"generated" not in files()[name].lower()
