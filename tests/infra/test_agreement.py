"""The deployment, the code, host.json and azure.yaml agree on names and numbers."""

from tests.infra.checks import host, storage_names


def test_the_data_account_holds_what_the_code_uses_and_nothing_else(project):
    assert list(storage_names.differing(project)) == []


def test_every_queue_and_container_that_a_function_is_bound_to_is_there(project):
    assert list(storage_names.unbound(project)) == []


def test_every_queue_has_a_poison_queue_that_a_function_listens_to(project):
    assert list(storage_names.unpoisoned(project)) == []


def test_events_of_uploads_come_to_the_queue_that_the_app_listens_to(project):
    assert list(storage_names.undelivered(project)) == []


def test_temporary_files_and_old_versions_are_deleted_and_nothing_else(project):
    assert list(storage_names.everlasting(project)) == []


def test_the_package_is_read_from_a_container_that_is_there(project):
    assert list(storage_names.unpackaged(project)) == []


def test_the_queue_works_by_the_figures_of_the_guide(project):
    assert list(host.misread_queues(project)) == []


def test_the_packed_host_json_names_the_backend_that_is_deployed(project):
    assert list(host.misbacked(project)) == []


def test_the_extension_bundle_is_the_one_that_was_tried(project):
    assert list(host.misbundled(project)) == []


def test_the_app_runs_on_a_python_that_it_supports(project):
    assert list(host.mispythoned(project)) == []


def test_azd_finds_the_site_and_the_environment_by_their_tags(project):
    assert list(host.untagged(project)) == []


def test_what_is_always_ready_is_there_to_be_used(project):
    assert list(host.misready(project)) == []


def test_a_deployment_looks_for_every_resource_provider_that_it_needs(project):
    assert list(host.unregistered(project)) == []
