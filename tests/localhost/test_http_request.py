"""The request a function gets is the one the real host would give it."""

from contextlib import closing

import pytest

from localhost.http_request import BadTarget, Incoming, decoded, http_request, params


def given(target="/api/x", **fields):
    return http_request(Incoming("POST", target, host="h:1", **fields), {"id": "7"})


QUERIES = {
    "repeats are joined, the first spelling stays": ("a=1&A=2&b=3", {"a": "1,2", "b": "3"}),
    "empty values are dropped": ("a=&b&c=1", {"c": "1"}),
    "a repeat keeps an empty part": ("a=&a=1", {"a": ",1"}),
    "plus is a space, percent is decoded": ("a=x+y%2Fz", {"a": "x y/z"}),
    "what is not UTF-8 is replaced": ("a=%ff", {"a": "\ufffd"}),
    "a second equals sign is content": ("a=b=c", {"a": "b=c"}),
}


@pytest.mark.parametrize(("query", "expected"), QUERIES.values(), ids=QUERIES.keys())
def test_the_query(query, expected):
    assert params(query) == expected


PATHS = {
    "percent is decoded as UTF-8": ("/a%C3%A9%20b", "/aé b"),
    "an encoded slash stays": ("/a%2Fb%2fc", "/a%2Fb%2fc"),
    "a broken escape stays": ("/a%zz%4", "/a%zz%4"),
    "what is not UTF-8 stays": ("/%ff", "/%ff"),
    "a double escape is decoded once": ("/%252F", "/%2F"),
    "dot segments vanish": ("/a/./b/../c", "/a/c"),
    "encoded dot segments vanish, too": ("/a/%2E%2E/b", "/b"),
    "nobody climbs over the root": ("/../../etc", "/etc"),
    "a trailing dot segment leaves a slash": ("/a/b/..", "/a/"),
    "an absolute target is cut down": ("http://other/a?x", "/a"),
    "double slashes stay": ("//a", "//a"),
    "names with dots stay": ("/.well-known/a..b", "/.well-known/a..b"),
}


@pytest.mark.parametrize(("target", "path"), PATHS.values(), ids=PATHS.keys())
def test_the_path(target, path):
    assert Incoming("GET", target).path == path


def test_an_encoded_nul_is_refused():
    with pytest.raises(BadTarget):
        decoded("/a%00")


def test_headers_are_joined_and_found_ignoring_case():
    request = given(headers=(("X-A", "1"), ("x-a", "2"), ("Empty", "")))
    assert request.headers["X-a"] == "1,2"
    assert sorted(request.headers) == ["empty", "x-a"]


def test_url_method_and_route_values():
    request = given("/api/x%20y?a=1")
    assert request.url == "http://h:1/api/x%20y?a=1"
    assert request.method == "POST"
    assert request.route_params == {"id": "7"}
    with pytest.raises(TypeError):
        request.route_params["id"] = "8"


def test_json_bodies():
    assert given(body=b'{"a": 1}').get_json() == {"a": 1}
    assert given(body=b"").get_body() == b""
    for body in (b"", b"{", b"\xff"):
        with pytest.raises(ValueError, match="valid JSON"):
            given(body=body).get_json()


def test_forms_and_files_are_parsed():
    encoded = "application/x-www-form-urlencoded"
    assert given(headers=(("Content-Type", encoded),), body=b"a=1&a=2").form["a"] == "1"
    body = (
        b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\nhi\r\n--B--\r\n'
    )
    request = given(headers=(("Content-Type", "multipart/form-data; boundary=B"),), body=body)
    with closing(request.files["f"]) as upload:
        assert (upload.filename, upload.read()) == ("a.txt", b"hi")
