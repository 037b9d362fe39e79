"""The templates are Bicep, hang together, and bring up what the golden lists say."""

from tests.infra import golden
from tests.infra.checks import expansion, language, limits, vocabulary


def test_every_file_is_bicep(project):
    assert project.paths
    assert list(language.unreadable(project)) == []


def test_another_parser_reads_every_file_too(project):
    assert list(language.unreadable_elsewhere(project)) == []


def test_no_path_leads_nowhere_or_to_a_registry(project):
    assert list(language.misplaced(project)) == []


def test_every_symbol_type_and_function_is_known(project):
    assert list(language.undefined(project)) == []


def test_nothing_is_declared_for_nobody(project):
    assert list(language.unused(project)) == []


def test_every_module_gets_the_parameters_that_it_has_and_gives_the_outputs_that_are_read(project):
    assert list(language.miscalled(project)) == []


def test_every_default_is_one_that_its_parameter_takes(project):
    assert list(language.misdefaulted(project)) == []


def test_the_real_linter_would_let_nothing_pass_in_silence(project):
    assert list(language.lenient(project)) == []


def test_every_environment_can_be_brought_up_on_both_backends_private_or_not(project):
    assert list(expansion.broken(project)) == []


def test_every_module_is_brought_up_by_some_environment(project):
    assert list(expansion.idle(project)) == []


def test_nothing_is_deployed_twice(project):
    assert list(expansion.doubled(project)) == []


def test_every_resource_is_of_a_type_and_version_that_was_looked_up(project):
    assert list(vocabulary.misversioned(project)) == []


def test_the_resources_of_each_environment_and_what_they_say_are_those_that_were_reviewed(project):
    """When the change is wanted: python -m tests.infra.golden writes the lists anew."""
    assert list(golden.differences(project)) == []


def test_azure_takes_every_name_whatever_the_environment_is_called(project):
    assert list(limits.misnamed(project)) == []


def test_every_resource_is_where_the_deployer_wants_it(project):
    assert list(limits.mislocated(project)) == []


def test_flex_consumption_offers_the_instances_that_are_asked_for(project):
    assert list(limits.mismeasured(project)) == []


def test_a_deployer_may_choose_among_the_sizes_that_flex_consumption_offers(project):
    assert list(limits.misoffered(project)) == []


def test_every_version_is_the_newest_stable_one_or_at_most_three_years_old(project):
    assert list(vocabulary.outdated(project)) == []


def test_every_type_and_property_was_looked_up(project):
    assert list(vocabulary.unfamiliar(project)) == []


def test_no_two_environments_get_the_same_names(project):
    assert list(limits.colliding(project)) == []
