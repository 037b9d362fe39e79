"""`dev.py deploy` from its first word to the order that came through.

`az` is a stand-in (azure_cli.py) in a process of its own; the app is real: our host on Azurite runs
the very package that the stand-in was given.
"""

import io
import os
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.e2e.running_host import RunningHost
from tests.workbench.azure_cli import PROVIDERS, AzureCli
from workbench import cli, deploy, deploy_losses, deploy_package
from workbench.deploy_azure import PARAMETERS
from workbench.deploy_releases import Releases
from workbench.places import ROOT
from workbench.trouble import Trouble

SAMPLE = {".funcignore": ".*\n", "host.json": "{}", "function_app.py": "app = 1\n"}


class PackagedHost(RunningHost):
    """A host whose app is an unpacked package, not the checkout."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        super().__init__({**environment, "PYTHONPATH": str(ROOT)}, folder.parent / "log")
        self._folder = folder

    def start(self) -> None:
        """Start the process in the package; our host, which is not in it, comes from PYTHONPATH."""
        command = [sys.executable, "-m", "localhost", "function_app:app", "--port", str(self.port)]
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment, stdout=output, stderr=output
            )


@pytest.fixture(scope="module")
def package() -> bytes:
    """What would be published from this checkout."""
    return deploy_package.build(ROOT, deploy_package.AZURE_STORAGE)


@pytest.fixture(scope="module")
def app(
    azurite: str, package: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHost]:
    """The package, unpacked and running."""
    folder = tmp_path_factory.mktemp("cloud") / "app"
    with zipfile.ZipFile(io.BytesIO(package)) as content:
        content.extractall(folder)
    name = f"smoke{uuid.uuid4().hex[:10]}"
    host = PackagedHost(
        {
            "AzureWebJobsStorage": azurite,
            "OrdersData": azurite,
            "TABLE_PREFIX": name,
            "AzureFunctionsJobHost__extensions__durableTask__hubName": name,
        },
        folder,
    )
    host.start()
    yield host
    assert host.stop() == 0, host.output()


@pytest.fixture
def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AzureCli:
    """The stand-in, first on PATH, in an environment that says nothing of deployments."""
    folder = tmp_path / "bin"
    folder.mkdir()
    stand_in = AzureCli(folder)
    monkeypatch.setenv("PATH", stand_in.path())
    variables = ("AZURE_ENV_NAME", "AZURE_LOCATION", deploy.TOKEN)
    for name in (*variables, *deploy_losses.VARIABLES):
        monkeypatch.delenv(name, raising=False)
    return stand_in


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small project to deploy, so that its releases are not ours."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name, text in SAMPLE.items():
        (folder / name).write_text(text, "utf-8")
    for parameters in PARAMETERS.values():
        (folder / parameters).parent.mkdir(exist_ok=True)
        (folder / parameters).write_bytes((ROOT / parameters).read_bytes())
    return folder


def run(checkout: Path, *words: str) -> int:
    return deploy.run(cli.parse(["deploy", *words]), checkout)


def refusal(checkout: Path, *words: str) -> str:
    with pytest.raises(Trouble) as refused:
        run(checkout, *words)
    return str(refused.value)


def test_the_package_runs_and_takes_an_order_to_its_end(app, capsys):
    assert cli.main(["deploy", "--smoke-only", app.url]) == 0, capsys.readouterr().err
    said = capsys.readouterr().out
    assert "Order ended as it should: completed" in said
    assert "Workflow: Completed" in said


def test_without_payment_the_workflow_runs_to_its_end_all_the_same(app, capsys):
    assert cli.main(["deploy", "--smoke-only", app.url, "--no-payment"]) == 0
    assert "Order ended as it should: validation_error" in capsys.readouterr().out


def test_a_deployment_shows_changes_publishes_and_tries_an_order(app, az, checkout, monkeypatch):
    az.deployed(servicE_API_ENDPOINT=f"{app.url}/api")
    monkeypatch.setenv("AUTH_CLIENT_ID", "11111111-2222-3333-4444-555555555555")
    assert run(checkout, "--yes") == 0
    verbs = [" ".join(words[:3]) for words in az.heard()]
    assert verbs == [
        "account show --output",
        "account get-access-token --scope",
        "deployment sub list",
        "provider list --query",
        "deployment sub what-if",
        "deployment sub create",
        "functionapp deployment source",
        "account get-access-token --scope",
    ]
    assert az.published.read_bytes() == deploy_package.build(checkout, "azureStorage")
    (release,) = Releases(checkout, "dev").all()
    assert release.works


def test_with_real_providers_nothing_is_paid(app, az, checkout, capsys):
    az.deployed(servicE_API_ENDPOINT=f"{app.url}/api", useS_REAL_PROVIDERS=True)
    assert run(checkout, "--yes") == 0
    assert "Order ended as it should: validation_error" in capsys.readouterr().out


def test_a_roll_back_publishes_the_package_before_and_tries_it(app, az, checkout):
    az.deployed(servicE_API_ENDPOINT=f"{app.url}/api")
    run(checkout, "--yes")
    good = az.published.read_bytes()
    (checkout / "function_app.py").write_text("raise SystemExit('broken')\n")
    az.deployed(servicE_API_ENDPOINT="http://127.0.0.1:1/api")
    said = refusal(checkout, "--yes", "--patience", "0")
    assert "To go back: dev.py deploy --environment dev --rollback" in said
    assert az.published.read_bytes() != good

    az.deployed(servicE_API_ENDPOINT=f"{app.url}/api")
    assert run(checkout, "--rollback", "--yes") == 0
    assert az.published.read_bytes() == good
    assert [release.works for release in Releases(checkout, "dev").all()] == [True, False, True]
    creations = [words for words in az.heard() if words[:3] == ["deployment", "sub", "create"]]
    assert len(creations) == 2, "a roll-back leaves the resources alone"


def test_what_if_changes_nothing(az, checkout):
    assert run(checkout, "--what-if") == 0
    assert az.asked_for("deployment sub what-if")
    assert not az.asked_for("deployment sub create")


def test_without_a_yes_nothing_is_changed(az, checkout, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    assert refusal(checkout) == "Nothing was changed."
    assert "Deploy this? [y/N]" in capsys.readouterr().out
    assert not az.asked_for("deployment sub create")


@pytest.mark.parametrize(
    ("environment", "parameters"),
    [("dev", "main.bicepparam"), ("prod", "main.prod.bicepparam")],
)
def test_the_environment_chooses_the_parameter_file(environment, parameters, az, checkout, capsys):
    run(checkout, "--environment", environment, "--location", "northeurope", "--what-if")
    call = az.calls()[-1]
    given = dict(zip(call["words"][3::2], call["words"][4::2], strict=True))
    assert given.pop("--validation-level") == "ProviderNoRbac"
    assert given == {
        "--location": "northeurope",
        "--name": f"durable-orders-{environment}",
        "--template-file": str(Path("infra", "main.bicep")),
        "--parameters": str(Path("infra", parameters)),
    }
    assert (ROOT / given["--parameters"]).is_file()
    assert call["environment"] == {"AZURE_ENV_NAME": environment, "AZURE_LOCATION": "northeurope"}
    assert f"{environment} in northeurope by {given['--parameters']}" in capsys.readouterr().out


def test_a_second_environment_of_a_kind_is_named_by_a_variable(az, checkout, monkeypatch):
    monkeypatch.setenv("AZURE_ENV_NAME", "dev-anna")
    run(checkout, "--what-if")
    assert az.calls()[-1]["environment"]["AZURE_ENV_NAME"] == "dev-anna"


@pytest.mark.parametrize(("named", "meant"), [("prod", "dev"), ("dev", "prod")])
def test_an_environment_never_gets_the_parameters_of_another(
    named, meant, az, checkout, monkeypatch
):
    monkeypatch.setenv("AZURE_ENV_NAME", named)
    assert f"add --environment {named}" in refusal(checkout, "--environment", meant, "--yes")
    assert not az.heard()


def test_who_deploys_is_asked_for_the_rights_to_deploy_at_once(az, checkout):
    az.deployed(autH_CLIENT_ID="")
    refusal(checkout, "--yes")
    (looked,) = [words for words in az.heard() if "what-if" in words]
    assert "--validation-level" not in looked


def test_without_a_token_nothing_is_changed(az, checkout, monkeypatch):
    monkeypatch.setenv("AUTH_CLIENT_ID", "11111111-2222-3333-4444-555555555555")
    az.answer("account get-access-token", None)
    assert "Let the Azure CLI ask for one" in refusal(checkout, "--yes")
    assert not az.asked_for("deployment")
    assert run(checkout, "--what-if") == 0, "a preview needs no token"


def test_no_token_is_no_reason_to_go_back(az, checkout):
    az.answer("account get-access-token", None)
    assert "--rollback" not in refusal(checkout, "--yes")
    assert az.published.exists()


def test_a_shop_that_runs_loses_nothing_to_a_shell_without_variables(az, checkout, monkeypatch):
    az.answer("deployment sub list", ["durable-orders-prod"])
    az.deployed(useS_REAL_PROVIDERS=True, durablE_BACKEND="durableTaskScheduler")
    for name, default in (("DURABLE_BACKEND", "azureStorage"), ("PAYMENT_URL", "")):
        monkeypatch.setenv(name, default)  # as the pipeline does for those that nobody set
    said = refusal(checkout, "--environment", "prod", "--yes")
    for name in ("AUTH_CLIENT_ID=11111111", "PAYMENT_URL", "DURABLE_BACKEND=durableTaskScheduler"):
        assert name in said
    assert not az.asked_for("deployment sub what-if")
    assert run(checkout, "--environment", "prod", "--what-if", "--take-away") == 0

    monkeypatch.setenv("AUTH_CLIENT_ID", "another")
    monkeypatch.setenv("DURABLE_BACKEND", "durableTaskScheduler")
    monkeypatch.setenv("MAIL_URL", "smtps://mail.example")
    assert run(checkout, "--environment", "prod", "--what-if") == 0


def test_a_shop_with_real_providers_never_gets_a_file_that_has_none(az, checkout, monkeypatch):
    monkeypatch.setenv("AZURE_ENV_NAME", "live")
    monkeypatch.setenv("PAYMENT_URL", "https://pay.example")
    az.answer("deployment sub list", ["durable-orders-live"])
    az.deployed(useS_REAL_PROVIDERS=True, autH_CLIENT_ID="")
    assert "real providers" in refusal(checkout, "--what-if")


def test_what_the_parameter_file_states_itself_needs_no_variable(az, checkout):
    file = checkout / PARAMETERS["dev"]
    read = "readEnvironmentVariable('AUTH_CLIENT_ID', '')"
    file.write_text(file.read_text("utf-8").replace(read, "'stated'"), "utf-8")
    az.answer("deployment sub list", ["durable-orders-dev"])
    assert run(checkout, "--what-if") == 0


def test_a_deployment_that_failed_cannot_be_compared_and_that_is_said(az, checkout, capsys):
    az.answer("deployment sub list", ["durable-orders-dev"])
    az.answer("deployment sub show", None)
    assert "cannot be read" in refusal(checkout, "--what-if")
    az.answer("deployment sub show", {})
    assert run(checkout, "--what-if") == 0
    assert "The last deployment failed" in capsys.readouterr().out


def test_the_package_suits_the_backend_that_was_deployed(az, checkout):
    host = '{"extensions": {"durableTask": {"hubName": "DurableOrders"}}}'
    (checkout / "host.json").write_text(host)
    az.deployed(durablE_BACKEND="durableTaskScheduler", autH_CLIENT_ID="")
    refusal(checkout, "--yes")
    with zipfile.ZipFile(az.published) as content:
        packed = content.read("host.json").decode()
    assert packed == deploy_package.host_json(host, "durableTaskScheduler")


def test_a_roll_back_across_backends_is_refused(az, checkout):
    az.deployed(autH_CLIENT_ID="")
    releases = Releases(checkout, "dev")
    for package in (b"one", b"two"):
        releases.works(releases.keep(package, "azureStorage", datetime.now(UTC)))
    az.deployed(durablE_BACKEND="durableTaskScheduler")
    assert "deploy the commit that worked instead" in refusal(checkout, "--rollback", "--yes")
    assert not az.asked_for("functionapp")


def test_an_app_that_nobody_can_sign_in_to_is_not_told_as_tested(az, checkout):
    az.deployed(autH_CLIENT_ID="")
    assert "Published, but not tested" in refusal(checkout, "--yes")
    (release,) = Releases(checkout, "dev").all()
    assert not release.works


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("account show", "Sign in first: az login"),
        ("deployment sub what-if", "What-if failed"),
        ("deployment sub create", "The deployment failed"),
        ("functionapp deployment", "The code was not published"),
        ("account get-access-token", "is published, but not tested: No token for api://"),
        ("deployment sub list", "Earlier deployments cannot be read"),
    ],
)
def test_a_command_that_fails_ends_it_with_a_cure(command, sentence, az, checkout):
    for known in ("deployment sub what-if", "functionapp deployment source config-zip"):
        if known.startswith(command):
            command = known
    az.answer(command, None)
    assert sentence in refusal(checkout, "--yes")


def test_a_provider_that_is_not_registered_is_named_with_the_command(az, checkout):
    az.answer("provider list", ["Microsoft.Web", "Microsoft.Storage"])
    assert "az provider register --namespace Microsoft.App;" in refusal(checkout, "--what-if")
    assert not az.asked_for("deployment sub what-if")


def test_the_scheduler_needs_a_provider_of_its_own(az, checkout, monkeypatch):
    az.answer("provider list", [name for name in PROVIDERS if name != "Microsoft.DurableTask"])
    assert run(checkout, "--what-if") == 0
    monkeypatch.setenv("DURABLE_BACKEND", "durableTaskScheduler")
    assert "--namespace Microsoft.DurableTask" in refusal(checkout, "--what-if")


def test_without_az_it_says_where_to_get_it(checkout, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    assert "The Azure CLI is missing" in refusal(checkout, "--what-if")
