"""The queues and blobs that functions are bound to besides their triggers.

See reference/host-triggers.md 3.6, 4.6, 4.7.
"""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any

from localhost import outgoing
from localhost.bindings import Bound
from localhost.blob_values import blob_input
from localhost.blobs import BLOCK_BLOB, Blobs
from localhost.expressions import filled
from localhost.functions import RETURN, Binding, FunctionSpec
from localhost.outputs import Out
from localhost.storage import Storage
from localhost.triggers.blob_path import split_path
from localhost.triggers.queue import queue_name
from localhost.wakeups import Wakeups

QUEUE, BLOB = "queue", "blob"
PARENT = "AzureWebJobsParentId"


class StorageBindings:
    """Reads blob inputs; writes queue and blob outputs."""

    def __init__(self, storage: Storage, wakeups: Wakeups, *, base64_texts: bool) -> None:
        """``base64_texts`` is host.json's ``messageEncoding`` for what goes into queues."""
        self._storage, self._wakeups, self._base64 = storage, wakeups, base64_texts

    async def bind(self, spec: FunctionSpec, invocation_id: str, data: Mapping[str, Any]) -> Bound:
        """Return the bindings of a call; all outputs go out together when it has returned."""
        if not spec.is_bound:
            return Bound()
        inputs: dict[str, Any] = {}
        for binding in spec.bindings_of(BLOB):
            blobs, container, name = self._place(binding, data)
            found = await blobs.get(container, name)
            inputs |= blob_input(spec, binding, found[1] if found else None, data)
        outputs = (*spec.bindings_of(QUEUE, "OUT"), *spec.bindings_of(BLOB, "OUT"))
        outs = {binding.name: Out() for binding in outputs if binding.name != RETURN}

        async def write(returned: Any) -> None:
            values = [
                (binding, returned if binding.name == RETURN else outs[binding.name].get())
                for binding in outputs
            ]
            written = await asyncio.gather(
                *(
                    self._write(spec, binding, value, {**data, PARENT: invocation_id})
                    for binding, value in values
                    if value is not None
                ),
                return_exceptions=True,
            )
            for failure in written:
                if failure is not None:
                    raise failure

        return Bound({**inputs, **outs}, write)

    async def _write(
        self, spec: FunctionSpec, binding: Binding, value: Any, data: Mapping[str, Any]
    ) -> None:
        raw = binding.name in spec.raw
        if binding.type.lower() == BLOB:
            await self._store(binding, outgoing.content(binding, value, raw=raw), data)
        else:
            await self._send(binding, outgoing.messages(binding, value, raw=raw), data)

    async def _send(self, binding: Binding, bodies: list[bytes], data: Mapping[str, Any]) -> None:
        queues = self._storage.queues(str(binding.options.get("connection", "")))
        queue = queue_name(filled(str(binding.options["queueName"]), data))
        for body in bodies:
            await queues.put(queue, self._text(body))
            self._wakeups.notify(queues.endpoint, queue)

    async def _store(self, binding: Binding, content: bytes, data: Mapping[str, Any]) -> None:
        blobs, container, name = self._place(binding, data)
        known = await blobs.head(container, name)
        if known is not None and known.kind != BLOCK_BLOB:
            raise ValueError(f"'{container}/{name}' is a {known.kind}; outputs write block blobs")
        metadata = {**(known.metadata if known else {}), PARENT: data[PARENT]}
        await blobs.put(container, name, content, metadata)
        self._wakeups.notify(blobs.endpoint, container)

    def _place(self, binding: Binding, data: Mapping[str, Any]) -> tuple[Blobs, str, str]:
        blobs = self._storage.blobs(str(binding.options.get("connection", "")))
        return blobs, *split_path(filled(str(binding.options["path"]), data))

    def _text(self, body: bytes) -> str:
        return base64.b64encode(body).decode() if self._base64 else body.decode()
