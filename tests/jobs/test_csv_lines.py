"""CSV as RFC 4180 has it, and nothing in it that a spreadsheet would run."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.application.jobs.csv_lines import line
from shared.spreadsheets import FORMULA

texts = st.text(st.characters(exclude_categories=["Cs"]))
cells = st.lists(st.one_of(texts, st.integers(), st.none()), min_size=2, max_size=6)


@given(st.lists(cells, max_size=4))
def test_any_reader_of_csv_reads_what_was_written(records):
    text = b"".join(line(each) for each in records).decode()
    read = list(csv.reader(io.StringIO(text, newline="")))
    shown = [["" if cell is None else str(cell) for cell in each] for each in records]
    assert [[cell.removeprefix("'") for cell in each] for each in read] == [
        [cell.removeprefix("'") for cell in each] for each in shown
    ]


@given(texts)
def test_no_text_begins_as_a_formula_does(text):
    written = line([text]).decode().removeprefix('"').lstrip(" ")
    assert not written.removesuffix("\r\n").startswith(FORMULA)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("plain", "plain"),
        ("a,b", '"a,b"'),
        ('say "so"', '"say ""so"""'),
        ("two\nlines", '"two\nlines"'),
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("-2,5", '"\'-2,5"'),
        (-25, "-25"),
        (None, ""),
        ("Ünïcødé €", "Ünïcødé €"),
    ],
)
def test_a_cell_is_written_so(cell, written):
    assert line([cell, "x"]) == f"{written},x\r\n".encode()
