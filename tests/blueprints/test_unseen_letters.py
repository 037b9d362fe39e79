"""Letters nobody can see: names and addresses that look alike are alike, and none looks empty."""

from typing import Any

import pytest

from tests.blueprints.caller import PRODUCT, Api, body_of

TURNING = ("\u202e", "\u2066", "\u200f", "\u061c")
WITHOUT_WIDTH = ("\u200b", "\u2060", "\ufeff", "\u00ad", "\U000e0041")
LIKE_BLANKS = ("\u3164", "\u2800")
BREAKING = ("\u2028", "\u2029")


async def named(name: str) -> Any:
    """The answer to a product of this name."""
    return await Api().product("put", "MUG", {**PRODUCT, "name": name})


@pytest.mark.parametrize("letter", [*TURNING, *WITHOUT_WIDTH, *LIKE_BLANKS], ids=ascii)
@pytest.mark.parametrize("name", ["Mug{}", "{}Mug", "M{}ug", "{}"])
async def test_a_letter_nobody_can_see_is_refused_by_its_number(name, letter):
    (fault,) = body_of(await named(name.format(letter)))["errors"]
    assert fault["pointer"] == "/name"
    assert f"U+{ord(letter):04X} is an invisible" in fault["message"]


@pytest.mark.parametrize("letter", BREAKING, ids=ascii)
@pytest.mark.parametrize("name", ["Mug{}", "{}Mug", "M{}ug", "{}"])
async def test_a_name_has_one_line(name, letter):
    assert (await named(name.format(letter))).status_code == 400


@pytest.mark.parametrize(
    "name",
    [
        "Mug ❤️",
        "\N{WOMAN}\u200d\N{PERSONAL COMPUTER} mug",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner inside
        "قهوة",
        "Kaffee für zwei",
        "e\u0301tasse",
    ],
    ids=ascii,
)
async def test_letters_of_every_script_are_taken_as_they_are(name):
    response = await named(name)
    assert (response.status_code, body_of(response)["name"]) == (201, name)


@pytest.mark.parametrize("joiner", ["\u200c", "\u200d"], ids=ascii)
@pytest.mark.parametrize("name", ["{}", "{}Mug", "Mug{}"])
async def test_a_joiner_with_nothing_to_join_is_refused(name, joiner):
    assert (await named(name.format(joiner))).status_code == 400


@pytest.mark.parametrize("letter", ["\u200b", "\u200d", "\u202e", "\ufeff", "\u00ad"], ids=ascii)
async def test_no_two_addresses_look_the_same(letter):
    user = {"email": f"ada{letter}x@example.com", "name": "Ada"}
    problem = body_of(await Api().user("register", body=user))
    (fault,) = problem["errors"]
    assert (fault["pointer"], f"U+{ord(letter):04X}" in fault["message"]) == ("/email", True)
