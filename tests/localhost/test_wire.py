"""Answers of a storage service: accepted, refused, or no answer at all."""

import gzip

import pytest
from aiohttp import web

from localhost.wire import Answer, Refused, Unreachable, Wire


def test_a_refusal_carries_the_services_own_word():
    answer = Answer(409, {"x-ms-error-code": "QueueBeingDeleted"}, b"later")
    with pytest.raises(Refused, match="409 QueueBeingDeleted: later") as refused:
        answer.accepted()
    assert (refused.value.status, refused.value.code) == (409, "QueueBeingDeleted")


def test_an_answer_that_is_not_xml_is_no_answer():
    assert Answer(200, {}, b"<a/>").xml().tag == "a"
    with pytest.raises(Unreachable, match="no XML"):
        Answer(200, {}, b"<html>sign in").xml()


async def test_a_body_stays_as_it_was_stored_whatever_encoding_it_claims():
    """A blob of 300 KB that claims to be gzip may be 300 MB, past every limit of the host."""
    stored = gzip.compress(b"\0" * 1_000_000)
    asked = []

    async def serve(request: web.Request) -> web.Response:
        asked.append(request.headers.get("Accept-Encoding"))
        encoding = request.path.strip("/")
        return web.Response(body=stored, headers={"Content-Encoding": encoding})

    app = web.Application()
    app.router.add_get("/{encoding}", serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    wire = Wire(f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        for encoding in ("gzip", "deflate", "odd"):
            assert (await wire.send("GET", f"/{encoding}", {})).body == stored
    finally:
        await wire.close()
        await runner.cleanup()
    assert asked == ["identity"] * 3
