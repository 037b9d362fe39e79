"""A process that dies at a chosen request to what it depends on."""

import inspect
from typing import Any


class Died(BaseException):
    """The process ended here; nothing of ours may catch it."""


class Mortal:
    """Anything, but the process dies at the nth request to it, before or after the effect."""

    def __init__(self, inner: Any, dies: list[int], *, after: bool) -> None:
        self._inner, self._dies, self._after = inner, dies, after

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)
        if not inspect.iscoroutinefunction(method):
            return method

        async def call(*args: Any, **more: Any) -> Any:
            self._dies[0] -= 1
            if self._dies[0] == 0 and not self._after:
                raise Died
            result = await method(*args, **more)
            if self._dies[0] == 0:
                raise Died
            return result

        return call
