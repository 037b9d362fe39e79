"""The description is valid OpenAPI, complete both ways, and its examples are true."""

import ast
import json
import re
import tomllib

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from blueprints.job_types import works_of
from blueprints.openapi.document import document
from blueprints.openapi.job_bodies import BY_TYPE
from blueprints.openapi.refusals import REFUSALS
from shared.openapi.wording import LONGEST, members
from tests.application.memory import Memory
from tests.architecture.tree import modules, text
from tests.openapi.app import functions
from tests.openapi.described import faults, operations, resolved
from workbench.places import ROOT


def test_it_is_openapi_3_1():
    assert list(OpenAPIV31SpecValidator(document()).iter_errors()) == []


def test_every_route_of_the_app_is_described_and_no_other():
    indexed = {
        name: (binding["methods"][0].value, f"/{binding['route']}")
        for name, function in functions().items()
        for binding in function.get_bindings_dict()["bindings"]
        if binding["type"] == "httpTrigger"
    }
    assert {each.name: (each.method, each.path) for each in operations().values()} == indexed


def test_every_part_of_a_path_is_described():
    for operation in operations().values():
        named = [each["name"] for each in operation.parameters if each["in"] == "path"]
        assert named == re.findall(r"\{(\w+)\}", operation.path)


def test_nothing_is_described_that_nobody_refers_to():
    written = json.dumps(document())
    for kind, parts in document()["components"].items():
        for name in set(parts) - {"signIn"}:
            assert f'"#/components/{kind}/{name}"' in written, f"{kind}/{name}"


def test_every_problem_that_a_handler_raises_is_described_with_its_status():
    raised = {
        (str(ast.literal_eval(node.args[1])), int(ast.literal_eval(node.args[0])))
        for path in modules()
        if path.parts[0] == "blueprints"
        for node in ast.walk(ast.parse(text(path)))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem"
        if all(isinstance(each, ast.Constant) for each in node.args[:2])
    }
    assert len(raised) > 10
    assert {(code, REFUSALS[code][0]) for code, _ in raised} == raised


def test_every_code_of_the_table_is_told_by_some_route():
    told = {
        code
        for operation in operations().values()
        for answer in operation.said["responses"].values()
        for content in resolved(answer).get("content", {}).values()
        for code in content["schema"].get("properties", {}).get("code", {}).get("enum", ())
    }
    assert told == set(REFUSALS)


def test_the_version_is_that_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert document()["info"]["version"] == project["version"]


@pytest.mark.parametrize("name", sorted(operations()))
def test_examples_of_answers_are_such_answers(name):
    for answer in operations()[name].said["responses"].values():
        for content in resolved(answer).get("content", {}).values():
            if "example" in content:
                assert faults(content["schema"], content["example"]) == []


@pytest.mark.parametrize("name", sorted(operations()))
def test_examples_of_requests_are_such_requests(name):
    operation = operations()[name]
    for parameter in operation.parameters:
        if "example" in parameter:
            assert faults(parameter["schema"], parameter["example"]) == []
    if operation.body:
        assert faults(operation.body["schema"], operation.body["example"]) == []


def test_the_problem_in_the_schemas_is_one():
    problem = document()["components"]["schemas"]["Problem"]
    for example in problem["examples"]:
        assert faults(problem, example) == []


def test_every_type_of_job_has_a_payload_of_its_own():
    assert set(BY_TYPE) == set(works_of(Memory().wiring))


def test_what_is_not_described_is_noticed():
    example = operations()["GetOrder"].answer(200)["content"]["application/json"]["example"]
    schema = {"$ref": "#/components/schemas/Order"}
    assert faults(schema, {**example, "colour": "blue"}) != []
    assert faults(schema, {**example, "total": {**example["total"], "colour": "blue"}}) != []
    assert faults(schema, {name: example[name] for name in example if name != "status"}) != []
    assert faults(schema, {**example, "colour": "blue"}, closed=False) == []


def test_every_form_that_people_cannot_read_is_told_in_words():
    schemas = document()["components"]["schemas"].items()
    unread = [
        f"{name}.{member.path}"
        for name, schema in schemas
        for member in members(schema)
        for found in [schema["properties"].get(member.path, {})]
        if len(found.get("pattern", "")) > LONGEST and not member.about
    ]
    assert unread == []
