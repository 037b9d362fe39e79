"""The deployment is keyless, least privileged, watched, and closed where it is to be closed."""

from tests.infra.checks import alerting, network, policies, production, roles, signin, watching


def test_every_resource_obeys_the_rules_of_its_type(project):
    assert list(policies.broken_rules(project)) == []


def test_every_rule_judges_something(project):
    assert list(policies.idle_rules(project)) == []


def test_no_template_asks_for_a_key(project):
    assert list(policies.keys_asked_for(project)) == []


def test_no_template_holds_a_key(project):
    assert list(policies.keys_written(project)) == []


def test_no_secret_reaches_an_output_a_setting_a_tag_or_a_name(project):
    assert list(policies.leaked(project)) == []


def test_no_secret_has_a_default(project):
    assert list(policies.defaulted_secrets(project)) == []


def test_what_is_called_a_secret_is_kept_as_one(project):
    assert list(policies.open_secrets(project)) == []


def test_everyone_has_the_roles_that_were_argued_for_and_no_other(project):
    assert list(roles.unargued(project)) == []


def test_a_role_assignment_is_named_by_what_it_grants(project):
    assert list(roles.misnamed(project)) == []


def test_a_role_assignment_says_what_kind_of_principal_it_is_for(project):
    assert list(roles.untyped(project)) == []


def test_a_private_deployment_has_an_endpoint_for_every_service_and_an_open_one_has_none(project):
    assert list(network.misconnected(project)) == []


def test_the_app_is_in_a_subnet_of_its_own_when_it_is_private(project):
    assert list(network.disconnected(project)) == []


def test_no_network_rule_lets_everyone_in(project):
    assert list(network.open_to_all(project)) == []


def test_every_log_goes_into_the_workspace(project):
    assert list(watching.unrecorded(project)) == []


def test_a_person_hears_of_what_goes_wrong(project):
    assert list(watching.untold(project)) == []


def test_the_alert_on_poison_names_the_functions_that_file_it(project):
    assert list(watching.unseen_poison(project)) == []


def test_a_subnet_is_guarded_by_its_own_group_and_lets_in_the_apps_https_only(project):
    assert list(network.misguarded(project)) == []


def test_no_range_of_addresses_that_is_let_in_is_half_the_world(project):
    assert list(network.widely_open(project)) == []


def test_an_alert_looks_often_enough_and_at_the_right_thing(project):
    assert list(alerting.misjudged(project)) == []


def test_the_queries_of_the_alerts_look_for_what_they_are_there_for(project):
    assert list(alerting.misasked(project)) == []


def test_the_alert_on_poison_waits_for_words_that_the_code_says(project):
    assert list(alerting.unspoken(project)) == []


def test_the_budget_tells_before_it_is_spent(project):
    assert list(alerting.unbudgeted(project)) == []


def test_each_environment_is_as_safe_and_as_cheap_as_it_is_for(project):
    assert list(production.unfit(project)) == []


def test_production_has_a_network_and_the_place_to_try_things_has_none(project):
    assert list(production.unconnected(project)) == []


def test_the_account_with_the_orders_is_locked_in_production(project):
    assert list(production.unlocked(project)) == []


def test_temporary_files_stay_for_a_week(project):
    assert list(production.impatient(project)) == []


def test_a_scheduler_costs_nothing_while_nothing_runs(project):
    assert list(production.overpaid(project)) == []


def test_operators_and_tokens_are_registered_as_the_code_takes_them(project):
    assert list(signin.misregistered(project)) == []
