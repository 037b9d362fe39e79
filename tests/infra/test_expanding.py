"""A deployment is expanded as Azure would, as far as a machine without Azure can know."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.infra.bicep.expand import Expansion, expand
from tests.infra.bicep.library import BadTemplate, Library
from tests.infra.bicep.sources import Sources
from tests.infra.bicep.values import Guid, marks_in

FOLDER = Path("/nowhere")
ACCOUNT = """
resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: 'orders'
  location: 'westeurope'
}
"""
IN_A_GROUP = """
targetScope = 'subscription'
resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = { name: 'rg', location: 'x' }
module inner './inner.bicep' = { name: 'inner', scope: group, params: {} }
"""


def expanded(
    files: Mapping[str, str], values: str = "", environment: Mapping[str, str] | None = None
) -> Expansion:
    """What files bring up that are nowhere but here."""
    texts = {**files, "main.bicepparam": f"using './main.bicep'\n{values}\n"}
    sources = Sources(FOLDER, {FOLDER / name: text for name, text in texts.items()})
    return expand(Library(sources), FOLDER / "main.bicepparam", {}, environment or {})


def inside(text: str) -> Expansion:
    """What a template brings up in a resource group."""
    return expanded({"main.bicep": IN_A_GROUP, "inner.bicep": text})


def result(expression: str, before: str = "", kind: str = "string"):
    """The value of an expression at the scope of the subscription."""
    text = f"targetScope = 'subscription'\n{before}\noutput it {kind} = {expression}\n"
    return expanded({"main.bicep": text}).outputs["it"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("'a${1 + 2}b${true}'", "a3bTrue"),
        ("empty('') ? 'yes' : 'no'", "yes"),
        ("null ?? 'x'", "x"),
        ("{ a: { b: 'c' } }.a.b", "c"),
        ("{ a: 'b' }['a']", "b"),
        ("{ a: 'b' }.?z ?? 'none'", "none"),
        ("join(map(['a', 'b'], x => toUpper(x)), '-')", "A-B"),
        ("join([for (x, i) in ['a', 'b']: '${i}${x}'], ',')", "0a,1b"),
        ("string(length(filter([1, 2, 3], n => n > 1)))", "2"),
        ("union({ a: { b: 'x' } }, { a: { c: 'y' } }).a.b", "x"),
        ("replace(take('abcdef', 3), 'b', '-')", "a-c"),
        ("format('{0} of {1}', 1, 'x')", "1 of x"),
        ("cidrSubnet('10.0.0.0/24', 26, 1)", "10.0.0.64/26"),
        ("items({ b: 1, a: 2 })[0].key", "a"),
        ("split('a,b;c', [',', ';'])[2]", "c"),
        ("reduce(['a', 'b'], '', (all, x) => '${all}${x}')", "ab"),
        ("first(sort(['b', 'a'], (x, y) => x < y))", "a"),
        ("'A' =~ 'a' && !('a' == 'b') ? 'same' : 'other'", "same"),
        ("az.subscription().tenantId", "00000000-0000-4000-8000-000000000002"),
    ],
)
def test_an_expression_has_its_value(expression, value):
    assert result(expression) == value


def test_what_is_not_chosen_is_not_computed():
    assert result("true ? 'a' : [][0]") == "a"
    assert result("string(false && [][0])") == "False"


def test_a_parameter_comes_from_the_file_the_environment_or_its_default():
    files = {
        "main.bicep": "targetScope = 'subscription'\nparam a string = 'd'\noutput a string = a"
    }
    read = "param a = readEnvironmentVariable('A', 'unset')"
    assert expanded(files).outputs["a"] == "d"
    assert expanded(files, "param a = 'f'").outputs["a"] == "f"
    assert expanded(files, read).outputs["a"] == "unset"
    assert expanded(files, read, {"A": "e"}).outputs["a"] == "e"


def test_a_resource_knows_where_it_is():
    expansion = inside(
        ACCOUNT
        + """
        resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
          parent: account
          name: 'default'
        }
        resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
          name: 'keep'
          scope: blobs
          properties: { level: 'CanNotDelete' }
        }
        """
    )
    group = f"{expansion.resources[0].id}"
    storage = f"{group}/providers/Microsoft.Storage/storageAccounts/orders"
    assert [each.id for each in expansion.resources[1:]] == [
        storage,
        f"{storage}/blobServices/default",
        f"{storage}/blobServices/default/providers/Microsoft.Authorization/locks/keep",
    ]
    assert expansion.resources[3].properties == {"level": "CanNotDelete"}


def test_loops_and_conditions_decide_what_is_there():
    expansion = inside(
        """
        var some = ['a', 'b', 'c']
        resource a 'Microsoft.Network/privateDnsZones@2024-06-01' = [for n in some: if (n != 'b') {
          name: n
        }]
        resource never 'Microsoft.Network/privateDnsZones@2024-06-01' = if (false) { name: 'd' }
        resource old 'Microsoft.Network/privateDnsZones@2024-06-01' existing = { name: 'e' }
        output first string = a[0].name
        output seen string = old.id
        """
    )
    assert [each.name for each in expansion.of("Microsoft.Network/privateDnsZones")] == ["a", "c"]


def test_what_azure_tells_is_marked_as_late_and_a_module_gets_it_in_time():
    expansion = expanded(
        {
            "main.bicep": IN_A_GROUP + "output url string = inner.outputs.url\n",
            "inner.bicep": ACCOUNT
            + "output url string = account.properties.primaryEndpoints.blob\n"
            + "module leaf './leaf.bicep' = { params: { who: who.properties.clientId } }\n"
            + "resource who 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30'"
            + " = { name: 'who' }\n",
            "leaf.bicep": "param who string\n"
            "resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = { name: who }\n",
        }
    )
    assert expansion.outputs["url"] == "https://orders.blob.core.windows.net/"
    assert marks_in(expansion.outputs["url"]).late


def test_a_secret_stays_one_through_texts_modules_and_outputs():
    expansion = expanded(
        {
            "main.bicep": IN_A_GROUP + "output text string = inner.outputs.text\n",
            "inner.bicep": ACCOUNT
            + "var key = account.listKeys().keys[0].value\n"
            + "module leaf './leaf.bicep' = { params: { key: key } }\n"
            + "output text string = leaf.outputs.text\n",
            "leaf.bicep": "param key string\noutput text string = 'Key=${toUpper(key)}'\n",
        }
    )
    assert marks_in(expansion.outputs["text"]).secret


def test_a_secure_parameter_is_a_secret():
    text = (
        "targetScope = 'subscription'\n@secure()\nparam key string\noutput it string = '<${key}>'"
    )
    assert marks_in(expanded({"main.bicep": text}, "param key = 'x'").outputs["it"]).secret


def test_a_guid_remembers_what_it_is_made_of():
    made = result("guid('a', 'b')")
    assert isinstance(made, Guid)
    assert made.of == ("a", "b")
    assert made != result("guid('b', 'a')")


def test_a_type_can_be_imported_and_fits_or_does_not():
    files = {
        "types.bicep": "type size = { width: int, name: 'small' | 'large', note: string? }",
        "main.bicep": "targetScope = 'subscription'\nimport { size } from './types.bicep'\n"
        "param it size\noutput width int = it.width",
    }
    assert expanded(files, "param it = { width: 3, name: 'small' }").outputs["width"] == 3
    for wrong in ("{ width: '3', name: 'small' }", "{ width: 3 }", "{ width: 3, name: 'medium' }"):
        with pytest.raises(BadTemplate, match="the parameter it"):
            expanded(files, f"param it = {wrong}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("var a = b\nvar b = a", "a needs itself"),
        ("output it string = 3", "the output it: 3 is no string"),
        ("output it string = { a: 1 }.b", "has no member b, only a"),
        ("output it string = ['a'][1]", "there is no item 1"),
        ("output it string = resourceGroup().name", "means nothing at the scope"),
        ("output it string = newGuid()", "gives another value each time"),
        ("output it string = toLower(3)", "toLower()"),
        ("param it string", "the parameter it is required"),
        ("@minLength(3)\nparam it string = 'ab'", "breaks @minLength(3)"),
        ("@allowed(['a'])\nparam it string = 'b'", "breaks @allowed(['a'])"),
        ("module it './none.bicep' = { params: {} }", "none.bicep is not there"),
        ("output it string = loadTextContent('./none.txt')", "the file ./none.txt is not there"),
    ],
)
def test_what_azure_would_refuse_is_refused_with_its_reason(text, complaint):
    with pytest.raises(BadTemplate) as refused:
        expanded({"main.bicep": f"targetScope = 'subscription'\n{text}\n"})
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            ACCOUNT + "resource z 'Microsoft.Network/privateDnsZones@2024-06-01' ="
            " { name: account.properties.primaryEndpoints.blob }",
            "must be known at the start",
        ),
        (
            ACCOUNT + "resource z 'Microsoft.Network/privateDnsZones/a@2024-06-01' ="
            " { parent: account, name: 'x' }",
            "cannot have a Microsoft.Storage/storageAccounts as its parent",
        ),
        (
            "resource z 'Microsoft.Network/privateDnsZones/a@2024-06-01' = { name: 'x' }",
            "wants 2 names",
        ),
        (
            ACCOUNT + "output it string = account.properties.primaryEndpoint.blob",
            "has no member primaryEndpoint",
        ),
        ("targetScope = 'subscription'", "is for a subscription, not for a resourceGroup"),
    ],
)
def test_a_resource_that_azure_would_refuse_is_refused_with_its_reason(text, complaint):
    with pytest.raises(BadTemplate) as refused:
        inside(text)
    assert complaint in str(refused.value)
