"""A circuit breaker with its state in storage: all processes spare a gateway together."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from shared import logs
from shared.cells.port import Cell, CellMoved, Cells
from shared.gateways.circuit import FIRST_REST, LONGEST_REST, PROBE, Circuit
from shared.gateways.errors import (
    GatewayResting,
    GatewayUnavailable,
    PartyUnavailable,
    RequestRejected,
)
from shared.plain import from_plain, to_plain

T = TypeVar("T")
GLANCE = timedelta(seconds=1)  # what was seen of an unhealthy gateway is believed so long


class Breaker:
    """Stands before one gateway; docs/decisions/008-circuit-breaker.md says why so.

    While all is well it costs nothing: storage is asked only from the first failure this process
    meets until the first success.
    """

    def __init__(
        self, gateway: str, cells: Cells, now: Callable[[], datetime], threshold: int
    ) -> None:
        """`threshold`: failures in a row that open the circuit."""
        self._gateway, self._cells, self._now = gateway, cells, now
        self._threshold = threshold
        self._cell: Cell | None = None  # the trouble last seen; None: no trouble that we know of
        self._seen_at = now()
        self._noting = asyncio.Lock()

    async def call(self, work: Callable[[], Awaitable[T]]) -> T:
        """Ask the gateway, unless it rests.

        Raises:
            GatewayResting: it was not asked, or its failure opened the circuit.
            GatewayUnavailable: it failed, which may pass in a moment.
            StoreUnavailable: it is in trouble and the storage that knows how much is, too.
        """
        if self._cell is not None:
            await self._admit()
        try:
            answer = await work()
        except (PartyUnavailable, RequestRejected):
            await self._close()  # the gateway itself did answer
            raise
        except GatewayUnavailable as error:
            circuit = await self._note_failure()
            if circuit.rests_until is None:
                raise
            raise GatewayResting(self._gateway, circuit.rests_until) from error
        await self._close()
        return answer

    async def _admit(self) -> None:
        now = self._now()
        if now - self._seen_at >= GLANCE:
            await self._look()
        circuit = _circuit(self._cell)
        if circuit.rests_until is None:
            return
        # A rest that no clock but a wrong one could have given is over.
        if now < circuit.rests_until <= now + max(LONGEST_REST, PROBE):
            raise GatewayResting(self._gateway, circuit.rests_until)
        try:
            await self._write(circuit.while_probed(now))
        except CellMoved as taken:
            await self._look()
            until = _circuit(self._cell).rests_until or now + FIRST_REST
            raise GatewayResting(self._gateway, until) from taken

    async def _note_failure(self) -> Circuit:
        # One at a time: two failures in one process would only make each other read again.
        async with self._noting:
            while True:
                await self._look()
                before, now = _circuit(self._cell), self._now()
                after = before.after_failure(now, self._threshold)
                if after == before:
                    return after
                try:
                    await self._write(after)
                except CellMoved:
                    continue  # another process noted a failure first: ours comes after it
                if after.rests_until:
                    sentence = f"The {self._gateway} gateway is down; it is left in peace."
                    logs.warning(sentence, "circuit_opened", gateway=self._gateway)
                return after

    async def _close(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None:
            return
        try:
            await self._cells.remove(cell)
        except CellMoved:
            await self._look()  # someone failed or closed it meanwhile: that counts
            return
        logs.info(f"The {self._gateway} gateway answers.", "circuit_closed", gateway=self._gateway)

    async def _look(self) -> None:
        self._cell = await self._cells.read(self._gateway)
        self._seen_at = self._now()

    async def _write(self, circuit: Circuit) -> None:
        self._cell = await self._cells.write(self._gateway, to_plain(circuit), self._cell)
        self._seen_at = self._now()


def _circuit(cell: Cell | None) -> Circuit:
    return from_plain(Circuit, cell.document) if cell else Circuit()
