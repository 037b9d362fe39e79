"""The deployment, the code, host.json and azure.yaml agree on names and numbers."""

from tests.infra.checks import arrivals, host, host_file, order, outputs, storage_names
from tests.infra.code import APP
from workbench.deploy_package import contents
from workbench.places import ROOT


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


def test_every_name_that_the_code_declares_is_in_the_list_by_which_it_is_made(project):
    assert list(storage_names.unlisted(project)) == []


def test_the_host_json_is_the_one_that_was_argued_for(project):
    assert list(host_file.altered(project)) == []


def test_every_output_that_a_deployment_goes_on_with_is_there(project):
    assert list(outputs.unknown(project)) == []


def test_every_output_says_what_is_deployed(project):
    assert list(outputs.misstated(project)) == []


def test_the_platform_installs_what_the_published_code_requires(project):
    assert list(outputs.unbuilt(project)) == []


def test_the_package_holds_the_app_and_what_it_requires():
    packed = [path.as_posix() for path in contents(ROOT)]
    assert {"function_app.py", "host.json", "requirements.txt"} <= {*packed}
    assert {path.partition("/")[0] for path in packed if path.endswith(".py") and "/" in path} == {
        *APP
    }


def test_everything_waits_for_what_it_needs(project):
    assert list(order.hasty(project)) == []


def test_what_is_looked_up_by_name_is_told_by_whoever_brings_it_up(project):
    assert list(order.guessed(project)) == []


def test_each_parameter_arrives_at_its_own_setting_only(project):
    assert list(arrivals.crossed(project)) == []


def test_each_parameter_arrives_at_the_resources_that_it_is_for(project):
    assert list(arrivals.lost(project)) == []


def test_the_deployed_defaults_are_those_of_the_code(project):
    assert list(arrivals.undefaulted(project)) == []


def test_a_default_is_the_same_in_every_file_that_may_be_deployed(project):
    assert list(arrivals.divided(project)) == []
