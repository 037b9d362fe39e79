"""Route templates match what ASP.NET's match."""

import pytest

from localhost.templates import TemplateError, parse

MATCHES = {
    "a literal ignores case": ("Orders", "oRDERS", {}),
    "a parameter takes one segment": ("orders/{id}", "orders/7", {"id": "7"}),
    "one slash at the end is tolerated": ("orders/{id}", "orders/7/", {"id": "7"}),
    "an encoded slash stays in its segment": ("a/{x}", "a/b%2Fc", {"x": "b%2Fc"}),
    "an optional parameter may be absent": ("hello/{name?}", "hello", {}),
    "an optional parameter may be present": ("hello/{name?}", "hello/bob", {"name": "bob"}),
    "a default fills in": ("list/{page=1}", "list", {"page": "1"}),
    "a default gives way": ("list/{page=1}", "list/4", {"page": "4"}),
    "a constrained default is checked too": ("list/{page:int=1}", "list", {"page": "1"}),
    "a catch-all takes everything": ("files/{*path}", "files/a/b/c", {"path": "a/b/c"}),
    "a catch-all takes double slashes": ("files/{*path}", "files/a//b/", {"path": "a//b/"}),
    "a catch-all may be empty": ("files/{*path}", "files", {}),
    "two stars are a catch-all, too": ("{**path}", "x/y", {"path": "x/y"}),
    "the empty template is the root": ("", "", {}),
    "the first of two parts is greedy": (
        "{name}.{ext}",
        "a.tar.gz",
        {"name": "a.tar", "ext": "gz"},
    ),
    "an optional extension may be absent": ("{name}.{ext?}", "readme", {"name": "readme"}),
    "a literal surrounds a parameter": ("v{major}-beta", "v2-BETA", {"major": "2"}),
    "doubled braces are literal": ("a{{b}}", "a{b}", {}),
    "constraints add up": ("{n:int:range(1,9)}", "5", {"n": "5"}),
    "a regex may hold braces": ("{n:regex(^a{{2}}$)}", "AA", {"n": "AA"}),
    "a regex may hold a slash": ("{n:regex(^[^/]+$)}", "x", {"n": "x"}),
    "a regex may hold a colon": ("{n:regex(^a:b$)}", "a:b", {"n": "a:b"}),
}

MISSES = {
    "another literal": ("orders", "order"),
    "too many segments": ("orders/{id}", "orders/7/lines"),
    "too few segments": ("orders/{id}/lines", "orders/7"),
    "an empty segment": ("orders/{id}", "orders//"),
    "an empty segment in between": ("a/{b}/c", "a//c"),
    "a failed constraint": ("orders/{id:int}", "orders/x"),
    "a failed constraint on an optional value": ("o/{id:int?}", "o/x"),
    "a failed constraint on a catch-all": ("{*rest:alpha}", "a/1"),
    "more than the root": ("", "x"),
    "a mixed segment without its literal": ("{a}-{b}", "ab"),
}

REFUSED = {
    "an open brace": "a/{b",
    "a closing brace": "a/b}",
    "no name": "{}",
    "the same name twice": "{id}/{ID}",
    "an optional parameter before the end": "{a?}/b",
    "a catch-all before the end": "{*a}/b",
    "a catch-all that shares a segment": "x{*a}",
    "neighbours with nothing between": "{a}{b}",
    "an optional part after another literal than a dot": "{a}-{b?}",
    "two slashes": "a//b",
    "a question mark in a literal": "a?b",
    "an unknown constraint": "{a:colour}",
    "a constraint without its argument": "{a:min}",
    "a wrong argument": "{a:range(x,y)}",
    "a broken expression": "{a:regex([)}",
    "optional and default at once": "{a?=1}",
}


@pytest.mark.parametrize(("template", "path", "values"), MATCHES.values(), ids=MATCHES.keys())
def test_it_matches(template, path, values):
    assert parse(template).match(path) == values


@pytest.mark.parametrize(("template", "path"), MISSES.values(), ids=MISSES.keys())
def test_it_does_not_match(template, path):
    assert parse(template).match(path) is None


@pytest.mark.parametrize("template", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused(template):
    with pytest.raises(TemplateError):
        parse(template)
