"""The deployment under check: its files, and what they bring up in every environment."""

import functools
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.infra.bicep.expand import Expansion, expand
from tests.infra.bicep.library import BadTemplate, Library
from tests.infra.bicep.sources import Sources
from tests.infra.bicep.syntax import File
from tests.infra.bicep.values import Value
from tests.infra.code import Code

PARAMETERS = {"dev": "main.bicepparam", "prod": "main.prod.bicepparam"}
NOTHING: Mapping[str, str] = {}
BACKENDS = ("azureStorage", "durableTaskScheduler")
# Everything that is off unless someone asks for it.
FULL: dict[str, Value] = {
    "alertEmail": "on-call@shop.example",
    "monthlyBudget": 100,
    "budgetStart": "2026-12-01",
    "lockData": True,
    "principalId": "00000000-0000-4000-8000-000000000003",
    "authClientId": "00000000-0000-4000-8000-000000000004",
    "corsOrigins": ["https://shop.example"],
    "clientIpRanges": ["203.0.113.0/24"],
    "alwaysReadyHttp": 2,
    "alwaysReadyDurable": 2,
    "providers": {
        "paymentUrl": "https://payment.example/v1",
        "carrierUrl": "https://carrier.example/v1",
        "mailUrl": "smtps://mail.example:465",
        "mailFrom": "orders@shop.example",
        "mailUser": "orders",
    },
}


_NOBODY = dict.fromkeys(("paymentUrl", "carrierUrl", "mailUrl", "mailFrom", "mailUser"), "")
# One option at a time: what all of them together would hide shows here.
ALONE: dict[str, dict[str, Value]] = {
    "signed-links": {"signedLinksFromAnywhere": True},
    "payment": {"providers": {**_NOBODY, "paymentUrl": "https://payment.example/v1"}},
    "carrier": {"providers": {**_NOBODY, "carrierUrl": "https://carrier.example/v1"}},
    "mail": {
        "providers": {
            **_NOBODY,
            "mailUrl": "smtps://mail.example:465",
            "mailFrom": "orders@shop.example",
            "mailUser": "orders",
        }
    },
    # A mail server that asks for no password, so that there is no secret and no vault.
    "relay": {
        "providers": {
            **_NOBODY,
            "mailUrl": "smtp://relay.example:25",
            "mailFrom": "orders@shop.example",
        }
    },
}


@dataclass(frozen=True)
class Variation:
    """One way to deploy; `full` turns every option on, `alone` names one of ALONE."""

    environment: str
    backend: str
    private: bool
    full: bool = False
    alone: str = ""

    def __str__(self) -> str:
        """For messages and test names."""
        parts = [self.environment, self.backend, "private" if self.private else "open"]
        return "-".join([*parts, *(["full"] if self.full else []), *filter(None, [self.alone])])

    @property
    def overrides(self) -> dict[str, Value]:
        """The parameters that it sets otherwise than its file does."""
        switches = {"durableBackend": self.backend, "vnetEnabled": self.private}
        return {**switches, **(FULL if self.full else ALONE.get(self.alone, {}))}

    @property
    def has_vault(self) -> bool:
        """Whether there is a secret to keep."""
        return self.full or self.alone in {"payment", "carrier", "mail"}

    @property
    def is_real(self) -> bool:
        """Whether somebody outside is charged, or gets mail."""
        return self.full or self.alone in {"payment", "carrier", "mail", "relay"}

    @property
    def is_closed(self) -> bool:
        """Whether the firewall of the storage accounts keeps strangers out."""
        return self.private and self.alone != "signed-links"


# The full ones first: most that can be wrong is wrong there.
VARIATIONS = (
    Variation("prod", "durableTaskScheduler", private=True, full=True),
    Variation("dev", "azureStorage", private=False, full=True),
    *(Variation(*each) for each in itertools.product(PARAMETERS, BACKENDS, (False, True))),
    Variation("prod", "azureStorage", private=True, alone="signed-links"),
    Variation("prod", "azureStorage", private=True, alone="payment"),
    Variation("dev", "azureStorage", private=False, alone="carrier"),
    Variation("dev", "azureStorage", private=False, alone="mail"),
    Variation("dev", "azureStorage", private=False, alone="relay"),
)


@dataclass(frozen=True)
class Project:
    """Files with `infra/`, host.json and the like among them, and the code that they are for."""

    sources: Sources
    code: Code
    _expanded: dict[Variation, Expansion] = field(default_factory=dict, repr=False)

    @property
    def infra(self) -> Path:
        """The folder of templates."""
        return self.sources.root / "infra"

    @functools.cached_property
    def library(self) -> Library:
        """The templates, read once each."""
        return Library(self.sources)

    def text(self, path: str) -> str:
        """A file's text."""
        return self.sources.text(self.sources.root / path)

    def json(self, path: str) -> Any:
        """A JSON file's content."""
        return json.loads(self.text(path))

    @functools.cached_property
    def paths(self) -> list[Path]:
        """Every .bicep and .bicepparam file."""
        suffixes = {".bicep", ".bicepparam"}
        return [path for path in self.sources.under(self.infra) if path.suffix in suffixes]

    @property
    def files(self) -> list[File]:
        """What stands in them.

        Raises:
            BadTemplate: one is no Bicep.
        """
        return [self.library.load(path) for path in self.paths]

    def expansions(self) -> Iterator[tuple[Variation, Expansion]]:
        """What each variation brings up, one after the other.

        Raises:
            BadTemplate: one cannot be expanded.
        """
        for variation in VARIATIONS:
            if variation not in self._expanded:
                self._expanded[variation] = self.expand(variation)
            yield variation, self._expanded[variation]

    def expand(self, variation: Variation, environment: Mapping[str, str] = NOTHING) -> Expansion:
        """What one variation brings up, the environment variables of the deployer being these."""
        try:
            return self._expand(variation.environment, variation.overrides, environment)
        except BadTemplate as wrong:
            raise BadTemplate(f"{variation}: {wrong}") from wrong

    def given(self, parameters: Mapping[str, Value]) -> Expansion:
        """What these parameters bring up, over those of production."""
        return self._expand("prod", parameters, {})

    def as_written(self, environment: str) -> Expansion:
        """What the parameter file of an environment brings up as it is."""
        return self._expand(environment, {}, {})

    def _expand(
        self, environment: str, overrides: Mapping[str, Value], variables: Mapping[str, str]
    ) -> Expansion:
        path = self.infra / PARAMETERS[environment]
        return expand(self.library, path, overrides, variables)
