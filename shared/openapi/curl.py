"""A request as one line of a shell."""

import json
import shlex
from collections.abc import Iterable
from urllib.parse import quote

from shared.openapi.schema import Schema

HERE = "http://localhost:7071"


def curl(method: str, path: str, parameters: Iterable[Schema], body: Schema | None) -> str:
    """The line that sends the example of a request; of its headers only those of the body.

    `path`: with the base, such as `/api/orders/{orderId}`; `body`: the media type's object.
    """
    for each in parameters:
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(str(each["example"]), safe=""))
    line = ["curl", "-i"] + ([] if method == "GET" else ["-X", method]) + [HERE + path]
    if body is not None:
        line += ["-H", "Content-Type: application/json"]
        line += ["-d", json.dumps(body["example"], ensure_ascii=False)]
    return " ".join(shlex.quote(word) for word in line)
