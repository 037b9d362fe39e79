"""The command that rebuilds: it works against the real storage and reports what it found."""

import pytest

from shared.application.aggregates import PRODUCT
from shared.application.rebuild import Difference
from shared.domain.product import DefineProduct
from shared.rebuild import main, rebuilt, report
from shared.settings import Settings
from shared.wiring import wire
from tests.domain.scenes import MUG
from tests.projections.histories import CAUSE, no_pause


async def test_it_finds_what_was_never_listed(azurite):
    settings = Settings(azurite, table_prefix="command")
    wiring = wire(settings)
    try:
        define = DefineProduct("MUG", "Mug", MUG.price)
        await wiring.aggregates.handle(PRODUCT, "MUG", define, CAUSE)
        (difference,) = await rebuilt(settings, ["products"], no_pause)
        await wiring.close()
        (row,) = await wiring.products.page("", 10)
    finally:
        await wiring.close()
    assert (difference.built, difference.missing, row["name"]) == (1, 1, "Mug")


def test_a_report_counts_and_gives_examples():
    found = Difference("orders", 3, missing=1, examples=("missing: in|x",))
    assert report(found) == (
        "orders: built from 3 streams and shown; before: rows missing 1, too many 0, different 0."
        "\n  missing: in|x"
    )
    assert "nothing was wrong with it" in report(Difference("orders", 3))


def test_a_read_model_nobody_knows_is_refused(capsys):
    with pytest.raises(SystemExit):
        main(["ordres"])
    assert "there is no read model ordres" in capsys.readouterr().err
