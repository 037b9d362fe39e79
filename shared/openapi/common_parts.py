"""What many routes heed and answer, told once on the page."""

from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shared.openapi.schema import Schema
from shared.openapi.tables import media, parameter_row, prose, spanned, table
from shared.openapi.wording import name_of
from shared.reports.markup import Part, element

MANY = 8  # routes; what fewer of them answer is told beside each


def common_answers(document: Schema) -> frozenset[str]:
    """The names of the answers that many routes give."""
    used = Counter(name for _, name in _named_answers(document))
    return frozenset(name for name, times in used.items() if times >= MANY)


def common_parts(document: Schema) -> Element:
    """The section that tells of them."""
    common = common_answers(document)
    answers = sorted({each for each in _named_answers(document) if each[1] in common})
    headers = document["components"]["parameters"].items()
    return element(
        "section",
        {"id": "common", "aria-labelledby": "common-title"},
        element("h2", {"id": "common-title"}, "What many routes share"),
        table(
            "Headers of requests",
            ("Name", "Is", "Means"),
            [_header_row(name, each) for name, each in headers],
        ),
        table(
            "Usual answers",
            ("Status", "When", "Carries"),
            [_answer_row(document, *each) for each in answers],
            made="answers",
        ),
    )


def _header_row(name: str, parameter: Schema) -> tuple[Part, ...]:
    head, *rest = parameter_row(parameter)
    return (element("span", {"id": f"header-{name}"}, head), *rest)


def _answer_row(document: Schema, status: str, name: str) -> tuple[Part, ...]:
    answer = document["components"]["responses"][name]
    told = element("div", None, *prose(answer["description"]))
    return (
        element("span", {"id": f"answer-{name}"}, status),
        told,
        spanned(map(media, answer["content"])),
    )


def _named_answers(document: Schema) -> Iterator[tuple[str, str]]:
    """Status and name of every answer that a route refers to."""
    for methods in document["paths"].values():
        for said in methods.values():
            for status, answer in said["responses"].items():
                if "$ref" in answer:
                    yield status, name_of(answer)
