"""The effects of a bulk re-drive: a page of letters sent again, and all of them counted."""

from typing import Any

from orchestrations.activities.border import PlainActivity
from orchestrations.redrive_messages import (
    COUNT_REDRIVEN,
    REDRIVE_PAGE,
    PageRedriven,
    RedrivePage,
)
from shared import logs
from shared.application.dead_letters_redrive import Redrives, Selection
from shared.eventstore.port import StoreUnavailable
from shared.plain import from_plain, to_plain


def activities_of(redrives: Redrives) -> dict[str, PlainActivity]:
    """Both by their names; either may run again at any moment, and what it raises is tried again.

    They take and return plain JSON (orchestrations/redrive_messages.py).
    """

    async def redrive_page(step: Any) -> Any:
        asked = from_plain(RedrivePage, step)
        selected = asked.selected
        wanted = Selection(selected.before, selected.queue, selected.reason)
        try:
            tally, cursor = await redrives.some(
                wanted, selected.cursor, asked.limit, asked.task, selected.by
            )
        except StoreUnavailable as error:
            sentence = "A page of dead letters has to be re-driven again."
            logs.warning(sentence, "redrive_page_failed", redriveId=asked.task, cause=repr(error))
            raise
        sentence = "A page of dead letters was re-driven."
        logs.info(sentence, "redrive_page_ended", redriveId=asked.task, **to_plain(tally))
        return to_plain(PageRedriven(tally.redriven, tally.left, tally.failed, cursor))

    async def count_redriven(step: Any) -> Any:
        return await redrives.count(from_plain(RedrivePage, step).task)

    return {REDRIVE_PAGE: redrive_page, COUNT_REDRIVEN: count_redriven}
