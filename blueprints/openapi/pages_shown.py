"""A page of a list, as every list answers it."""

from shared.openapi.schema import TEXT, Schema, array, nullable, record, reference, said


def page_of(name: str) -> Schema:
    """A page of what the document keeps under this name."""
    cursor = said(nullable(TEXT), "For `?cursor=`; null on the last page")
    return record({"items": array(reference(name)), "nextCursor": cursor})
