"""The checkout itself, as the project under check."""

import pytest

from tests.infra.bicep.sources import Sources
from tests.infra.code import facts
from tests.infra.project import Project
from workbench.places import ROOT


@pytest.fixture(scope="session")
def project() -> Project:
    """This checkout; what it brings up is computed once for all tests."""
    return Project(Sources(ROOT), facts())
