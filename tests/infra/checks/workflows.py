"""The workflows of GitHub start, sign in and judge as they were argued for, step by step."""

from collections.abc import Iterator
from typing import Any

import yaml

from tests.infra.project import Project

FOLDER = ".github/workflows"
# Nothing from a fork runs with rights, and nothing is deployed that no person asked for.
TRIGGERS = {
    "ci.yml": {"push": {"branches": ["main"]}, "pull_request": None},
    "deploy.yml": {
        "workflow_dispatch": {
            "inputs": {
                "environment": {
                    "description": "Which parameter file of infra/",
                    "type": "choice",
                    "options": ["dev", "prod"],
                    "default": "dev",
                }
            }
        }
    },
}
# What each job runs, from first to last.
RUNS = {
    "ci.yml": {
        "test": ["python3 dev.py test"],
        "bicep": [
            "az bicep install",
            "az bicep build --file infra/main.bicep --stdout > /dev/null",
            "az bicep lint --file infra/main.bicep",
            "az bicep build-params --file infra/main.bicepparam --stdout > /dev/null",
            "az bicep build-params --file infra/main.prod.bicepparam --stdout > /dev/null",
        ],
    },
    "deploy.yml": {
        "preview": ['python3 dev.py deploy --environment "$AZURE_ENV_NAME" --what-if'],
        "deploy": ['python3 dev.py deploy --environment "$AZURE_ENV_NAME" --yes'],
    },
}
# A preview signs in as somebody who may only look.
ENVIRONMENTS = {
    "preview": "${{ inputs.environment }}-preview",
    "deploy": "${{ inputs.environment }}",
}
# By OpenID Connect: there is no secret to keep.
LOGIN = {
    "client-id": "${{ vars.AZURE_CLIENT_ID }}",
    "tenant-id": "${{ vars.AZURE_TENANT_ID }}",
    "subscription-id": "${{ vars.AZURE_SUBSCRIPTION_ID }}",
}
# All that a job and a step may say; `if` and `continue-on-error` would let a failure pass.
_JOB = {
    *("name", "runs-on", "timeout-minutes", "strategy", "steps"),
    *("environment", "permissions", "needs"),
}
_STEP = {"name", "uses", "with", "run"}


def mistriggered(project: Project) -> Iterator[str]:
    """The workflows that start at other times, and those that nobody argued for."""
    folder = project.sources.root / FOLDER
    there = {path.name for path in project.sources.under(folder)}
    yield from (f"there must be {name}" for name in sorted(set(TRIGGERS) ^ there))
    for name, right in TRIGGERS.items():
        if name in there and _read(project, name)[True] != right:  # YAML reads `on` as true
            yield f"{name} starts on {_read(project, name)[True]}"


def misrun(project: Project) -> Iterator[str]:
    """The jobs that run other commands, or pass over a failure."""
    for name, jobs in RUNS.items():
        there = _read(project, name)["jobs"]
        yield from (f"{name}: there must be {job}" for job in sorted(set(jobs) ^ set(there)))
        for job, body in there.items():
            runs = [step["run"] for step in body["steps"] if "run" in step]
            if runs != jobs.get(job):
                yield f"{name}: {job} runs {runs}"
            said = [(_JOB, body), *((_STEP, step) for step in body["steps"])]
            yield from (
                f"{name}: {job} says {word}" for known, each in said for word in set(each) - known
            )


def unguarded(project: Project) -> Iterator[str]:
    """The jobs that sign in otherwise than as their own environment, without any secret."""
    for job, environment in ENVIRONMENTS.items():
        body = _read(project, "deploy.yml")["jobs"][job]
        if body.get("environment") != environment:
            yield f"{job} is of {body.get('environment')}"
        logins = [each["with"] for each in body["steps"] if "azure/login" in each.get("uses", "")]
        if logins != [LOGIN]:
            yield f"{job} signs in by {logins}"


def _read(project: Project, name: str) -> dict[Any, Any]:
    return dict(yaml.safe_load(project.text(f"{FOLDER}/{name}")))
