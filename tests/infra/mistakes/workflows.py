"""Mistakes in the workflows of GitHub and in the app registration."""

from tests.infra.checks import signin, workflows
from tests.infra.mistakes.mistake import Mistake, add, swap

CI = ".github/workflows/ci.yml"
DEPLOY = ".github/workflows/deploy.yml"
APPLICATION = "infra/signin/application.json"
CLI = "infra/signin/azure-cli.json"
LOGIN = (
    "          client-id: ${{ vars.AZURE_CLIENT_ID }}\n"
    "          tenant-id: ${{ vars.AZURE_TENANT_ID }}\n"
    "          subscription-id: ${{ vars.AZURE_SUBSCRIPTION_ID }}\n"
    "      - name: What if"
)

MISTAKES = (
    Mistake(
        "what a fork asks to merge runs with rights",
        workflows.mistriggered,
        swap(CI, "  pull_request:", "  pull_request_target:"),
    ),
    Mistake(
        "every push deploys",
        workflows.mistriggered,
        swap(DEPLOY, "on:\n  workflow_dispatch:", "on:\n  push:\n  workflow_dispatch:"),
    ),
    Mistake(
        "a workflow that nobody argued for",
        workflows.mistriggered,
        add(".github/workflows/nightly.yml", "on: push\njobs: {}\n"),
    ),
    Mistake("the preview deploys", workflows.misrun, swap(DEPLOY, "--what-if", "--yes")),
    Mistake(
        "tests may fail",
        workflows.misrun,
        swap(
            CI,
            "        run: python3 dev.py test",
            "        run: python3 dev.py test\n        continue-on-error: true",
        ),
    ),
    Mistake(
        "tests run at times",
        workflows.misrun,
        swap(
            CI,
            "        run: python3 dev.py test",
            "        run: python3 dev.py test\n        if: github.ref_name == 'main'",
        ),
    ),
    Mistake(
        "a failed build passes",
        workflows.misrun,
        swap(CI, "infra/main.bicep --stdout > /dev/null", "infra/main.bicep > /dev/null || true"),
    ),
    Mistake(
        "nobody lints",
        workflows.misrun,
        swap(CI, "az bicep lint --file infra/main.bicep", "az bicep version"),
    ),
    Mistake(
        "the preview signs in as the deployer",
        workflows.unguarded,
        swap(
            DEPLOY,
            "environment: ${{ inputs.environment }}-preview",
            "environment: ${{ inputs.environment }}",
        ),
    ),
    Mistake(
        "the sign-in takes a secret",
        workflows.unguarded,
        swap(
            DEPLOY,
            LOGIN,
            "          creds: ${{ vars.AZURE_CREDENTIALS }}\n      - name: What if",
        ),
    ),
    Mistake(
        "operators are called otherwise",
        signin.misregistered,
        swap(APPLICATION, '"value": "operator"', '"value": "operators"'),
    ),
    Mistake(
        "tokens of the first version",
        signin.misregistered,
        swap(APPLICATION, '"requestedAccessTokenVersion": 2', '"requestedAccessTokenVersion": 1'),
    ),
    Mistake(
        "another program than az is signed for in advance",
        signin.misregistered,
        swap(CLI, "04b07795", "14b07795"),
    ),
    Mistake(
        "az may ask for another scope",
        signin.misregistered,
        swap(CLI, "1d7c02", "1d7c01"),
    ),
)
