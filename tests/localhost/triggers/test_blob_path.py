"""A trigger's path says which blobs it means (reference/host-triggers.md 4.4)."""

import pytest

from localhost.triggers.blob_path import BlobPattern, split_path


@pytest.mark.parametrize(
    ("path", "blob", "tokens"),
    [
        ("c/{name}", "a/b.txt", {"name": "a/b.txt"}),
        ("c/{name}", "", {"name": ""}),
        ("c/{name}.{ext}", "a.tar.gz", {"name": "a.tar", "ext": "gz"}),
        ("c/{folder}/{name}", "a/b/c", {"folder": "a/b", "name": "c"}),
        ("c/in/{name}.png", "in/x.png", {"name": "x"}),
        ("c/in/{name}.png", "in/x.PNG", None),
        ("c/in/{name}.png", "out/x.png", None),
        ("c/fixed.txt", "fixed.txt", {}),
        ("c/fixed.txt", "fixedxtxt", None),
        ("c/{{{name}}}", "{x}", {"name": "x"}),
        ("c/{my-name}", "x", {"my-name": "x"}),
        ("c", "any/thing", {}),
    ],
)
def test_tokens_are_greedy_and_take_slashes(path, blob, tokens):
    assert BlobPattern.parse(path.replace("c", "con", 1)).match(blob) == tokens


def test_the_container_ignores_case():
    assert BlobPattern.parse("UpLoads/{name}").container == "uploads"
    assert BlobPattern.parse("$root/{name}").container == "$root"


@pytest.mark.parametrize(
    "path", ["", "/x", "con/", "{con}/x", "c/x", "con tainer/x", "con/{", "con/}", "con/{}"]
)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(ValueError, match="Invalid blob trigger path"):
        BlobPattern.parse(path)


def test_a_filled_path_names_one_blob():
    assert split_path("Con/a/b") == ("con", "a/b")
    with pytest.raises(ValueError, match="container/blob"):
        split_path("con")
