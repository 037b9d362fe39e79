"""What a deployment would take away from the shop that runs, because a variable is not set here."""

import re
from collections.abc import Mapping
from typing import Any

from workbench.deploy_package import AZURE_STORAGE

SIGN_IN = "AUTH_CLIENT_ID"
BACKEND = "DURABLE_BACKEND"
# Any of them makes USES_REAL_PROVIDERS true (infra/resources.bicep).
REAL_PROVIDERS = ("PAYMENT_URL", "CARRIER_URL", "MAIL_URL", "MAIL_USER")
VARIABLES = (SIGN_IN, BACKEND, *REAL_PROVIDERS)


def losses(last: Mapping[str, Any], parameters: str, environment: Mapping[str, str]) -> list[str]:
    """What the last deployment had and this one would not have, each with its variables.

    `last`: the outputs of infra/main.bicep then. `parameters`: the text of the parameter file,
    which may state a value instead of reading it from a variable; it is then no loss.
    """
    client_id, backend = last.get(SIGN_IN), last.get(BACKEND) or AZURE_STORAGE
    had = (
        (client_id, "authClientId", (SIGN_IN,), f"its sign-in ({SIGN_IN}={client_id})"),
        (
            last.get("USES_REAL_PROVIDERS"),
            "providers",
            REAL_PROVIDERS,
            f"its real providers ({', '.join(REAL_PROVIDERS)})",
        ),
        (
            backend != AZURE_STORAGE,
            "durableBackend",
            (BACKEND,),
            f"its backend ({BACKEND}={backend})",
        ),
    )
    # The pipeline sets every variable; the default backend says no more than none.
    known = {name for name in VARIABLES if environment.get(name) not in {None, "", AZURE_STORAGE}}
    return [
        said
        for then, parameter, variables, said in had
        if then and not _given(parameter, variables, parameters, known)
    ]


def _given(parameter: str, variables: tuple[str, ...], parameters: str, known: set[str]) -> bool:
    """Whether the file gives the parameter a value: its own, or one of a variable that is set."""
    if not re.search(rf"^param {parameter}\b", parameters, re.MULTILINE):
        return False
    read = [name for name in variables if f"'{name}'" in parameters]
    return not read or not known.isdisjoint(read)
