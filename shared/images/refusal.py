"""Why a file gets no thumbnail: a closed list of codes, each with a sentence for people."""

from enum import StrEnum


class Code(StrEnum):
    """Clients match these; none is ever renamed (docs/uploads.md lists them)."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ENCODED = "encoded"
    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_FORMAT = "unsupported_format"
    TYPE_MISMATCH = "type_mismatch"
    TRUNCATED = "truncated"
    CORRUPT = "corrupt"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_COMPLEX = "too_complex"


SENTENCES = {
    Code.EMPTY: "The file is empty. Open another upload and send it whole.",
    Code.TOO_LARGE: "The file is too large. Send a smaller one.",
    Code.ENCODED: "The file was sent with a Content-Encoding. Send it as it is, without one.",
    Code.NOT_AN_IMAGE: "The file is no image. Send a JPEG, PNG, GIF or WebP.",
    Code.UNSUPPORTED_FORMAT: "The image has a format we do not take. Send JPEG, PNG, GIF or WebP.",
    Code.TYPE_MISMATCH: "The file is not of the type that was announced for it.",
    Code.TRUNCATED: "The file ends before the image does. Open another upload and send it whole.",
    Code.CORRUPT: "The file is damaged: the image in it cannot be read.",
    Code.TOO_MANY_PIXELS: "The image has too many pixels. Send a smaller one.",
    Code.TOO_COMPLEX: "The image takes too much work to read. Save it anew and send that.",
}


class Refused(Exception):
    """This file gets no thumbnail, however often it is tried."""

    def __init__(self, code: Code, more: str = "") -> None:
        """`more`: the figures of this very file, in brackets behind the sentence."""
        super().__init__(f"{SENTENCES[code]} ({more})" if more else SENTENCES[code])
        self.code, self.more = code, more
