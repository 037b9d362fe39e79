"""Records how every story goes today: `python -m tests.orchestrations.record`, at a release."""

import asyncio
import re
import sys

from orchestrations.messages import PROCESS_VERSION
from tests.orchestrations.races import Race
from tests.orchestrations.recorded import FOLDER, Recorded
from tests.orchestrations.stage import Stage
from tests.orchestrations.stories import STORIES

INSTANCES = ("order-1", "order-1:confirmation", "order-1:compensation:1")


async def histories_of(story: Race) -> dict[str, Recorded]:
    """What became of the story's instances, by the name of their file."""
    stage = Stage()
    try:
        await stage.shop.open()
        await story.run(stage)
        await stage.pass_time(days=5)
        found: dict[str, Recorded] = {}
        for instance_id in INSTANCES:
            stored = await stage.scene.hub.load(instance_id)
            if stored is None:
                continue
            name, body = stored.instance.name, stored.instance.body or "null"
            file = f"{re.sub(r'[^a-z]+', '-', story.name.lower())}.{name}.json"
            found[file] = Recorded(name, instance_id, body, tuple(map(dict, stored.history)))
        return found
    finally:
        stage.scene.close()


async def record() -> list[str]:
    """Write the histories that are not there yet; a recorded one is never changed."""
    folder = FOLDER / f"v{PROCESS_VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for story in STORIES:
        for file, recorded in (await histories_of(story)).items():
            if not (folder / file).exists():
                recorded.write(folder / file)
                written.append(file)
    return written


if __name__ == "__main__":
    files = asyncio.run(record())
    sys.stdout.write(f"{len(files)} new in v{PROCESS_VERSION}: {', '.join(files)}\n")
