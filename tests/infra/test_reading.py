"""The reader takes the Bicep that we write, and says where it does not."""

from pathlib import Path

import pytest

from tests.infra.bicep.reader import read_text
from tests.infra.bicep.syntax import (
    Array,
    Binary,
    Call,
    Choice,
    Exactly,
    File,
    Index,
    Lambda,
    ListOf,
    Literal,
    Loop,
    Member,
    Name,
    Named,
    Object,
    OneOf,
    Shape,
    Text,
    Unary,
)
from tests.infra.bicep.tokens import BadSyntax


def read(text: str, name: str = "main.bicep") -> File:
    return read_text(text, Path(name))


def value(expression: str):
    """The tree of an expression."""
    return read(f"var it = {expression}\n").variables["it"].value


def type_of(text: str):
    return read(f"param it {text}\n").parameters["it"].type


A, B, C = (Name(name, 1) for name in "abc")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("12", Literal(12)),
        ("true", Literal(True)),
        ("null", Literal(None)),
        ("'plain'", Literal("plain")),
        (r"'it\'s \${x} \\ \n'", Literal("it's ${x} \\ \n")),
        ("'''\nraw ${x} 'y'\n'''", Literal("raw ${x} 'y'\n")),
        ("'a${b}c'", Text(("a", B, "c"))),
        ("'${a}${'in ${b}'}'", Text(("", A, "", Text(("in ", B, "")), ""))),
        ("a.b", Member(A, "b", False, 1)),
        ("a.?b", Member(A, "b", True, 1)),
        ("a!.b", Member(A, "b", False, 1)),
        ("a[0]", Index(A, Literal(0), 1)),
        ("f(a, b)", Call("f", (A, B), 1)),
        ("a.f(b)", Call("f", (B,), 1, of=A)),
        ("f(\n  a,\n  b\n)", Call("f", (Name("a", 2), Name("b", 3)), 1)),
        ("[\n  1\n  2\n]", Array((Literal(1), Literal(2)))),
        ("[1, 2]", Array((Literal(1), Literal(2)))),
        ("{ a: 1, 'b-c': 2 }", Object(((Literal("a"), Literal(1)), (Literal("b-c"), Literal(2))))),
        ("[for x in a: x]", Loop("x", None, A, Name("x", 1))),
        ("[for (x, i) in a: i]", Loop("x", "i", A, Name("i", 1))),
        ("x => x", Lambda(("x",), Name("x", 1))),
        ("(x, y) => y", Lambda(("x", "y"), Name("y", 1))),
        ("-a", Unary("-", A)),
        ("a ? b : c", Choice(A, B, C)),
    ],
)
def test_an_expression_is_read(text, tree):
    assert value(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("(a + b) * c", Binary("*", Binary("+", A, B), C)),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("!a && b", Binary("&&", Unary("!", A), B)),
        ("a || b && c", Binary("||", A, Binary("&&", B, C))),
        ("a ?? b == c", Binary("??", A, Binary("==", B, C))),
        ("a == b ? b : c", Choice(Binary("==", A, B), B, C)),
        ("a ? b : b ? c : a", Choice(A, B, Choice(B, C, A))),
    ],
)
def test_operators_bind_by_their_rank(text, tree):
    assert value(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("string", Named("string", 1)),
        ("string?", OneOf((Named("string", 1), Exactly(None)))),
        ("'a' | 'b'", OneOf((Exactly("a"), Exactly("b")))),
        ("int[]", ListOf(Named("int", 1))),
        ("('a' | 'b')[]", ListOf(OneOf((Exactly("a"), Exactly("b"))))),
        ("{ a: int, *: string }", Shape((("a", Named("int", 1)),), Named("string", 1))),
    ],
)
def test_a_type_is_read(text, tree):
    assert type_of(text) == tree


def test_declarations_are_read_with_what_stands_around_them():
    file = read(
        """
        targetScope = 'subscription' // where
        metadata description = 'what'
        import { shape } from './types.bicep'
        /* two
           lines */
        @description('who')
        @secure()
        param key string
        @minLength(1)
        param names shape[] = []
        #disable-next-line no-unused-vars
        var none = null
        resource old 'A.B/c@2020-01-01' existing = { name: 'x' }
        resource many 'A.B/c@2020-01-01' = [for n in names: if (n != 'a') {
          name: n
        }]
        module part './part.bicep' = if (!empty(names)) { params: { a: 1 } }
        output all array = names
        """
    )
    assert file.scope == "subscription"
    assert file.imports[0].names == ("shape",)
    assert file.parameters["key"].secure
    assert file.parameters["key"].required
    assert not file.parameters["names"].required
    assert file.resources["old"].existing
    assert file.resources["many"].loop is not None
    assert file.resources["many"].condition == Binary("!=", Name("n", 15), Literal("a"))
    assert file.modules["part"].condition is not None
    assert [*file.outputs] == ["all"]


def test_a_parameter_file_gives_values():
    file = read("using './main.bicep'\nparam a = 'x'\n", "main.bicepparam")
    assert file.using == "./main.bicep"
    assert file.assignments["a"].value == Literal("x")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("var a = 'open", "line 1: a string that does not end"),
        ("var a = '''open", "line 1: a ''' string that does not end"),
        ("var a = '${b'", "line 1"),
        ("\nvar a = { b: 1", "line 2"),
        ("var a = [1", "line 1"),
        ("var a = }", "line 1: a } without its {"),
        ("var a = 1 2", "line 1: the end of the line expected, not '2'"),
        ("var a = b ?\n  1 : 2", "line 1: an expression cannot begin with"),
        ("var a = 'b\\q'", "line 1: \\q is no escape"),
        ("var a = ~b", "line 1: '~' belongs to no token"),
        ("var a = { ...b }", "line 1: a spread (...) is outside the subset"),
        ("var a = { b: 1, b: 2 }", "line 1: the key b is there twice"),
        ("var a = 1\nparam a string", "line 2: a is declared twice"),
        ("func f() string => 'x'", "line 1: no statement begins with 'func'"),
        ("param a { @secure()\n b: string }", "line 1: a decorator in a type"),
        ("resource a 'b@${c}' = {}", "line 1: this string may hold no ${...}"),
        ("resource a 'B/c@1' = {\n  resource d 'd' = {}\n}", "line 2"),
    ],
)
def test_what_is_no_bicep_or_outside_the_subset_is_refused_with_its_line(text, complaint):
    with pytest.raises(BadSyntax) as refused:
        read(text)
    assert str(refused.value).startswith(complaint)
