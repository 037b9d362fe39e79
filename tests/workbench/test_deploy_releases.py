"""The packages kept for a roll-back."""

from datetime import UTC, datetime, timedelta

import pytest

from workbench.deploy_releases import FOLDER, KEPT, Releases
from workbench.trouble import Trouble

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class History:
    """Releases at one a minute."""

    def __init__(self, root):
        self.root, self.releases, self.now = root, Releases(root, "dev"), NOON

    def publish(self, package, works=True):
        release = self.releases.keep(package.encode(), "azureStorage", self.now)
        self.now += timedelta(minutes=1)
        if works:
            self.releases.works(release)
        return release

    def previous(self):
        return self.releases.path(self.releases.previous()).read_text()

    def files(self):
        return sorted(path.name for path in (self.root / FOLDER / "dev").glob("*.zip"))


@pytest.fixture
def history(tmp_path):
    return History(tmp_path)


def test_the_one_before_is_the_last_that_worked(history):
    for package, works in (("one", True), ("two", True), ("three", False), ("four", False)):
        history.publish(package, works)
    assert history.previous() == "two"


def test_a_roll_back_can_be_rolled_back(history):
    history.publish("one")
    history.publish("two")
    history.publish("one")
    assert history.previous() == "two"


def test_the_same_package_again_is_the_same_step(history):
    history.publish("one")
    history.publish("two")
    again = history.publish("two", works=False)
    assert [release.package for release in history.releases.all()][-1] == again.package
    assert len(history.files()) == 2
    assert history.previous() == "one"


@pytest.mark.parametrize("published", [[], ["one"], ["one", "one"]])
def test_without_another_package_there_is_nothing_to_go_back_to(published, history):
    for package in published:
        history.publish(package)
    with pytest.raises(Trouble, match=r"No earlier release that worked.*Check out the commit"):
        history.previous()


def test_a_package_that_never_worked_is_nothing_to_go_back_to(history):
    history.publish("one", works=False)
    history.publish("two")
    with pytest.raises(Trouble, match="No earlier release"):
        history.previous()


def test_a_package_that_was_deleted_is_passed_over(history):
    history.publish("one")
    release = history.publish("two")
    history.publish("three")
    history.releases.path(release).unlink()
    assert history.previous() == "one"


def test_old_packages_go_but_the_last_that_worked_stay(history):
    history.publish("good")
    history.publish("better")
    for number in range(3 * KEPT):
        history.publish(f"bad {number}", works=False)
    assert len(history.files()) == KEPT + 2
    assert history.previous() == "better"


def test_environments_do_not_share_releases(history, tmp_path):
    history.publish("one")
    history.publish("two")
    with pytest.raises(Trouble, match="No earlier release"):
        Releases(tmp_path, "prod").previous()


def test_a_damaged_record_is_told(history, tmp_path):
    history.publish("one")
    (tmp_path / FOLDER / "dev" / "releases.json").write_text('{"not": "a list of releases"}')
    with pytest.raises(Trouble, match="cannot be read"):
        history.releases.all()
