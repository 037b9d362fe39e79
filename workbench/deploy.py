"""`dev.py deploy`: Azure, from what it would change to an order that came through."""

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench import deploy_package, places
from workbench.deploy_azure import PARAMETERS, Azure, Target
from workbench.deploy_losses import losses
from workbench.deploy_releases import Release, Releases
from workbench.deploy_smoke import PATIENCE_SECONDS, Smoke, address
from workbench.terminal import paint, say
from workbench.trouble import Trouble

LOCATION = "westeurope"
TOKEN = "ORDERS_TOKEN"  # noqa: S105 - the name of a variable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `deploy`."""
    parser.add_argument(
        "--environment",
        choices=PARAMETERS,
        default="dev",
        help="which parameter file; AZURE_ENV_NAME names a second one of the kind",
    )
    parser.add_argument("--location", help=f"Azure region; AZURE_LOCATION, or {LOCATION}")
    parser.add_argument("--yes", action="store_true", help="do not ask before changing anything")
    parser.add_argument(
        "--take-away",
        action="store_true",
        help="even the sign-in, providers or backend that the last deployment had and this has not",
    )
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--what-if", action="store_true", help="only show what would change")
    kinds.add_argument(
        "--rollback",
        action="store_true",
        help="publish the last package that worked before this one; resources stay as they are",
    )
    kinds.add_argument(
        "--smoke-only",
        metavar="URL",
        help=f"only test what runs there; {TOKEN} holds a token if it asks for one",
    )
    kinds.add_argument("--package", metavar="FILE", type=Path, help="only write the package")
    parser.add_argument(
        "--no-payment",
        action="store_true",
        help="the smoke test orders what does not exist; always so with real providers",
    )
    parser.add_argument(
        "--patience",
        type=float,
        metavar="SECONDS",
        default=PATIENCE_SECONDS,
        help="how long a step of the smoke test may take; roles need minutes to be known",
    )


def run(options: argparse.Namespace, root: Path = places.ROOT) -> int:
    """Deploy, or the part of it that is asked for; returns the exit code.

    Raises Trouble with the cure for whatever stands in the way.
    """
    if options.smoke_only:
        token = os.environ.get(TOKEN, "")
        charges = not options.no_payment
        Smoke(address(options.smoke_only, token), token, charges, options.patience).run()
    elif options.package:
        _write_package(options.package, root)
    else:
        _Deployment(options, root).run()
    return 0


class _Deployment:
    """One run against Azure."""

    def __init__(self, options: argparse.Namespace, root: Path) -> None:
        self._options, self._root = options, root
        location = options.location or os.environ.get("AZURE_LOCATION") or LOCATION
        self._target = Target(options.environment, _name(options.environment), location)
        self._releases = Releases(root, self._target.name)
        self._azure = Azure(root)

    def run(self) -> None:
        """Roll back, or show what would change and, once it is wanted, do it."""
        target = self._target
        account = self._azure.account()
        say(f"{target.name} in {target.location} by {target.parameters}, subscription {account}")
        if self._options.rollback:
            self._roll_back()
            return
        self._sign_in()
        self._compare()
        self._azure.check_providers(scheduler=_backend() == deploy_package.SCHEDULER)
        self._azure.what_if(target, only_reads=self._options.what_if)
        if self._options.what_if:
            return
        self._ask("Deploy this?")
        outputs = self._azure.deploy(target)
        backend = outputs["DURABLE_BACKEND"]
        package = deploy_package.build(self._root, backend)
        self._publish(outputs, self._releases.keep(package, backend, datetime.now(UTC)))

    def _sign_in(self) -> None:
        """Ask for the token of the smoke test now, since `az` keeps what it was given.

        In a pipeline it could not ask later: what it signed in with lives for minutes
        (https://learn.microsoft.com/entra/workload-id/workload-identity-federation).
        """
        client_id = os.environ.get("AUTH_CLIENT_ID")
        if not client_id:
            note = (
                "AUTH_CLIENT_ID is not set: if the parameter file names none, nobody can sign in."
            )
            say(paint(note, "yellow"))
        elif not self._options.what_if:
            self._token(client_id)

    def _compare(self) -> None:
        """Raises Trouble if this would take away, unsaid, what the last deployment gave."""
        if self._options.take_away:
            return
        last = self._azure.last(self._target)
        if last is not None and not last:
            note = "The last deployment failed: what it had cannot be compared with this one."
            say(paint(note, "yellow"))
        text = (self._root / self._target.parameters).read_text("utf-8")
        if lost := losses(last or {}, text, os.environ):
            raise Trouble(
                f"{self._target.name} runs with more than this would give it: {'; '.join(lost)}."
                " Set the variables as they were, or mean it: --take-away. Nothing was changed."
            )

    def _roll_back(self) -> None:
        outputs = self._azure.outputs(self._target)
        release = self._releases.previous()
        if release.backend != outputs["DURABLE_BACKEND"]:
            raise Trouble(
                f"The release before runs on {release.backend}, the resources are for"
                f" {outputs['DURABLE_BACKEND']}: deploy the commit that worked instead."
            )
        self._ask(f"Publish {release.package} of {release.published} again?")
        package = self._releases.path(release).read_bytes()
        again = self._releases.keep(package, release.backend, datetime.now(UTC))
        self._publish(outputs, again)

    def _publish(self, outputs: Mapping[str, Any], release: Release) -> None:
        """Publish a package and see whether it works; raises Trouble if it does not."""
        self._azure.publish(outputs, self._releases.path(release))
        if not outputs["AUTH_CLIENT_ID"]:
            raise Trouble(
                "Published, but not tested: nobody can sign in, and the app answers 401. Set"
                " AUTH_CLIENT_ID and deploy again (docs/deployment.md, sign-in)."
            )
        try:
            token = self._token(outputs["AUTH_CLIENT_ID"])
        except Trouble as trouble:
            raise Trouble(f"{release.package} is published, but not tested: {trouble}") from trouble
        try:
            self._smoke(outputs, token)
        except Trouble as trouble:
            raise Trouble(
                f"{release.package} is published and fails its smoke test: {trouble}"
                f" To go back: dev.py deploy --environment {self._target.environment} --rollback"
            ) from trouble
        self._releases.works(release)
        say(paint(f"{outputs['SERVICE_API_ENDPOINT']} works.", "bold"))

    def _token(self, client_id: str) -> str:
        return os.environ.get(TOKEN) or self._azure.token(client_id)

    def _smoke(self, outputs: Mapping[str, Any], token: str) -> None:
        charges = not (self._options.no_payment or outputs["USES_REAL_PROVIDERS"])
        url = address(outputs["SERVICE_API_ENDPOINT"], token)
        Smoke(url, token, charges, self._options.patience).run()

    def _ask(self, question: str) -> None:
        """Raises Trouble unless a person, or --yes, agrees."""
        if self._options.yes:
            return
        sys.stdout.write(f"{question} [y/N] ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            raise Trouble("Nothing was changed.")


def _write_package(path: Path, root: Path) -> None:
    package = deploy_package.build(root, _backend())
    try:
        path.write_bytes(package)
    except OSError as error:
        raise Trouble(f"{path} cannot be written: {error.strerror}.") from error
    say(f"{path}: {len(package) / 1000:.0f} kB, {_backend()}")


def _name(environment: str) -> str:
    """The environment's name; raises Trouble if it is that of the other parameter file."""
    name = os.environ.get("AZURE_ENV_NAME") or environment
    if name in PARAMETERS and name != environment:
        raise Trouble(
            f"AZURE_ENV_NAME is {name}, but this is for {environment}, with its parameter file:"
            f" add --environment {name}, or unset AZURE_ENV_NAME."
        )
    return name


def _backend() -> str:
    """What the parameter files will read as well; raises Trouble for a word they would refuse."""
    backend = os.environ.get("DURABLE_BACKEND") or deploy_package.AZURE_STORAGE
    if backend not in deploy_package.BACKENDS:
        raise Trouble(f"DURABLE_BACKEND is {backend}: write {' or '.join(deploy_package.BACKENDS)}")
    return backend
