"""The workflows of GitHub, which nothing here can run, say what the project says."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tests.infra.bicep import references
from tests.infra.bicep.library import Library
from tests.infra.bicep.sources import Sources
from tests.infra.bicep.syntax import Call, Literal
from tests.infra.checks import host, workflows
from tests.infra.project import PARAMETERS
from workbench import cli
from workbench.places import ROOT

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
# Looked up in the tags of the actions' own repositories, in November 2026.
ACTIONS = {
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/setup-node": ("820762786026740c76f36085b0efc47a31fe5020", "v7.0.0"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "azure/login": ("f5d393ae46f8fde4be8b75f32e3fc50e654ad0ca", "v3.0.1"),
}
_USES = re.compile(r"uses: ([\w/-]+)@([0-9a-f]{40}) # (v[\d.]+)$")
_DEFAULT = re.compile(r"\$\{\{ vars\.(\w+) \|\| '([^']*)' \}\}")


def content(path: Path) -> dict[Any, Any]:
    """A workflow; YAML reads the key `on` as true."""
    read = yaml.safe_load(path.read_text("utf-8"))
    assert isinstance(read, dict)
    return read


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in content(path)["jobs"].values() for step in job["steps"]]


def read_by_parameters() -> dict[str, set[str]]:
    """The environment variables that the parameter files read, each with its defaults."""
    found: dict[str, set[str]] = {}
    for name in PARAMETERS.values():
        for root in references.roots(Library(Sources(ROOT)).load(ROOT / "infra" / name)):
            for node in references.everything(root):
                if isinstance(node, Call) and node.name == "readEnvironmentVariable":
                    variable, *default = [
                        str(each.value) for each in node.arguments if isinstance(each, Literal)
                    ]
                    found.setdefault(variable, set()).update(default)
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit_that_was_looked_up(path):
    lines = [line.strip() for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    pins = [_USES.search(line) for line in lines]
    assert lines
    assert [line for line, pin in zip(lines, pins, strict=True) if pin is None] == []
    assert {pin[1]: (pin[2], pin[3]) for pin in pins if pin}.items() <= ACTIONS.items()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_read_and_nothing_else_unless_a_job_signs_in(path):
    workflow = content(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        signs_in = any("azure/login" in step.get("uses", "") for step in job["steps"])
        more = {"id-token": "write"} if signs_in else {}
        assert job.get("permissions", {"contents": "read"}) == {"contents": "read", **more}
        assert job["timeout-minutes"] <= 60


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_keeps_no_secret_and_no_credentials(path):
    assert "secrets." not in path.read_text("utf-8")
    checkouts = [step for step in steps(path) if "actions/checkout" in step.get("uses", "")]
    assert all(step["with"] == {"persist-credentials": False} for step in checkouts)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_script_is_put_together_from_what_others_write(path):
    """`${{ }}` in a script is replaced before the shell sees it: a way to inject commands."""
    assert [step["run"] for step in steps(path) if "${{" in step.get("run", "")] == []


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_says_that_it_was_not_run_here(path):
    assert "NOT RUN YET" in path.read_text("utf-8")


def test_every_supported_python_is_tested_and_no_other():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    supported = SpecifierSet(project["requires-python"])
    everything = [f"3.{minor}" for minor in range(30)]
    tested = content(FOLDER / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tested == [version for version in everything if version in supported]


def test_the_package_is_made_and_tried_on_the_python_that_is_deployed(project):
    deployed = {
        host.site(project.as_written(each)).properties["functionAppConfig"]["runtime"]["version"]
        for each in PARAMETERS
    }
    setups = [
        step for step in steps(FOLDER / "deploy.yml") if "setup-python" in step.get("uses", "")
    ]
    assert {step["with"]["python-version"] for step in setups} == deployed
    assert deployed <= set(
        content(FOLDER / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    )


def test_the_commands_of_the_workflows_exist():
    runs = [step["run"] for path in WORKFLOWS for step in steps(path) if "run" in step]
    ours = [run.removeprefix("python3 dev.py ") for run in runs if "dev.py" in run]
    assert ours
    for command in ours:
        assert cli.parse(command.replace('"$AZURE_ENV_NAME"', "prod").split()).command


def test_the_compiler_sees_every_file_that_is_deployed():
    runs = " ".join(step.get("run", "") for step in steps(FOLDER / "ci.yml"))
    assert {f"infra/{name}" for name in ("main.bicep", *PARAMETERS.values())} <= {*runs.split()}


def test_a_deployment_gets_each_variable_that_the_parameter_files_read_with_its_default():
    given = content(FOLDER / "deploy.yml")["env"]
    read = read_by_parameters()
    assert given.keys() == read.keys()
    assert given.pop("AZURE_ENV_NAME") == "${{ inputs.environment }}"
    for name, text in given.items():
        default = _DEFAULT.fullmatch(text)
        assert default, f"{name}: {text}"
        assert (default[1], {default[2]}) == (name, read[name])


def test_a_deployment_is_of_an_environment_that_has_a_parameter_file_and_waits_for_its_preview():
    workflow = content(FOLDER / "deploy.yml")
    inputs = workflow[True]["workflow_dispatch"]["inputs"]
    assert inputs["environment"]["options"] == [*PARAMETERS]
    assert workflow["jobs"]["deploy"]["needs"] == "preview"
    assert workflow["jobs"]["deploy"]["environment"] == "${{ inputs.environment }}"
    assert workflow["concurrency"]["cancel-in-progress"] is False


def test_dependabot_keeps_what_the_project_pins():
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    assert [each["package-ecosystem"] for each in updates] == ["github-actions", "pip", "npm"]


def test_nothing_starts_a_workflow_that_was_not_argued_for(project):
    assert list(workflows.mistriggered(project)) == []


def test_a_job_runs_every_command_and_passes_over_no_failure(project):
    assert list(workflows.misrun(project)) == []


def test_a_job_signs_in_as_its_own_environment_and_without_a_secret(project):
    assert list(workflows.unguarded(project)) == []
