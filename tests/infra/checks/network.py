"""A private deployment is reached by its endpoints and by nobody else."""

import ipaddress
from collections.abc import Iterator

from tests.infra.bicep.expand import Expansion
from tests.infra.bicep.values import Deployed
from tests.infra.labels import label, plain
from tests.infra.project import PARAMETERS, Project

_ENDPOINTS = "Microsoft.Network/privateEndpoints"
_GROUPS = f"{_ENDPOINTS}/privateDnsZoneGroups"
_GUARDS = "Microsoft.Network/networkSecurityGroups"
NARROW = 16  # bits: a company's addresses, not a continent's
_NETWORK = "Microsoft.Network/virtualNetworks"
# Microsoft's "private endpoint DNS zone values", for the public cloud.
_ZONES = {
    "blob": "privatelink.blob.core.windows.net",
    "queue": "privatelink.queue.core.windows.net",
    "table": "privatelink.table.core.windows.net",
    "vault": "privatelink.vaultcore.azure.net",
}
_STORAGE = [
    (account, kind) for account in ("sthost*", "stdata*") for kind in ("blob", "queue", "table")
]


def misconnected(project: Project) -> Iterator[str]:
    """The endpoints that are missing, and those that are registered under a wrong name.

    The host needs its three services too (reference/infra.md 3.4).
    """
    for variation, expansion in project.expansions():
        wanted = {*_STORAGE, *([("kv-*", "vault")] if variation.has_vault else [])}
        if not variation.private:
            wanted = set()
        there = {_target(each, expansion) for each in expansion.of(_ENDPOINTS)}
        yield from (f"{variation}: no endpoint for {each}" for each in sorted(wanted - there))
        yield from (f"{variation}: nobody needs an endpoint for {each}" for each in there - wanted)
        for endpoint in expansion.of(_ENDPOINTS):
            yield from (
                f"{variation}: {label(endpoint)} {why}" for why in _registered(endpoint, expansion)
            )


def disconnected(project: Project) -> Iterator[str]:
    """Where the app's subnet is not one that Flex Consumption takes, or not used, or not wanted."""
    for variation, expansion in project.expansions():
        site = expansion.of("Microsoft.Web/sites")[0]
        subnet = site.properties.get("virtualNetworkSubnetId")
        if not variation.private:
            if subnet is not None:
                yield f"{variation}: the app is in {subnet}"
            continue
        yield from (f"{variation}: {why}" for why in _subnets(str(subnet), expansion))


def open_to_all(project: Project) -> Iterator[str]:
    """The network rules that let anyone in, and the groups that end without a No."""
    for variation, expansion in project.expansions():
        for group in expansion.of(_GUARDS):
            rules = [each["properties"] for each in group.properties["securityRules"]]
            inbound = sorted(
                (each for each in rules if each["direction"] == "Inbound"),
                key=lambda each: each["priority"],
            )
            for rule in inbound:
                if rule["access"] == "Allow" and rule["sourceAddressPrefix"] in {
                    "*",
                    "Internet",
                    "0.0.0.0/0",
                }:
                    yield f"{variation}: {label(group)} lets everyone in"
            last = inbound[-1] if inbound else {}
            if (last.get("access"), last.get("sourceAddressPrefix")) != ("Deny", "*"):
                yield f"{variation}: {label(group)} does not end with a No to everyone"


def misguarded(project: Project) -> Iterator[str]:
    """The subnets without their own group, and the groups that let more in than the app's https."""
    for variation, expansion in project.expansions():
        for network in expansion.of(_NETWORK):
            subnets = {each["name"]: each["properties"] for each in network.properties["subnets"]}
            for name, subnet in subnets.items():
                group = str(subnet.get("networkSecurityGroup", {}).get("id"))
                if not group.endswith(f"-{name}") or expansion.by_id(group) is None:
                    yield f"{variation}: the subnet {name} is guarded by {group}"
            policies = subnets["endpoints"].get("privateEndpointNetworkPolicies")
            if policies != "NetworkSecurityGroupEnabled":
                yield f"{variation}: the endpoints' group is {policies}: it would guard nothing"
            allowed = [_allowed(each) for each in expansion.of(_GUARDS)]
            app, endpoints = (subnets[each]["addressPrefix"] for each in ("app", "endpoints"))
            if sorted(allowed) != [[], [("Tcp", app, "*", endpoints, "443")]]:
                yield f"{variation}: let in: {allowed}"


def widely_open(project: Project) -> Iterator[str]:
    """The ranges of addresses that are let in, and are half the world."""
    written = [(each, project.as_written(each)) for each in PARAMETERS]
    for where, expansion in [*written, *project.expansions()]:
        for resource in expansion.resources:
            for rule in resource.properties.get("networkAcls", {}).get("ipRules", []):
                if ipaddress.ip_network(rule["value"]).prefixlen < NARROW:
                    yield f"{where}: {label(resource)} lets {rule['value']} in"


def _allowed(group: Deployed) -> list[tuple[str, ...]]:
    """What a group lets in: protocol, from where, from which ports, to where, to which ports."""
    rules = [each["properties"] for each in group.properties["securityRules"]]
    parts = ("sourceAddressPrefix", "sourcePortRange", "destinationAddressPrefix")
    return [
        (rule["protocol"], *(rule[part] for part in parts), rule["destinationPortRange"])
        for rule in rules
        if rule["direction"] == "Inbound" and rule["access"] == "Allow"
    ]


def _connection(endpoint: Deployed) -> dict[str, object]:
    return dict(endpoint.properties["privateLinkServiceConnections"][0]["properties"])


def _target(endpoint: Deployed, expansion: Expansion) -> tuple[str, str]:
    """To whom an endpoint leads, and to which of its services."""
    connection = _connection(endpoint)
    target = expansion.by_id(str(connection["privateLinkServiceId"]))
    services = connection["groupIds"]
    assert isinstance(services, list)
    return (plain(target.name) if target else "nothing that is deployed", *services)


def _registered(endpoint: Deployed, expansion: Expansion) -> Iterator[str]:
    _, service = _target(endpoint, expansion)
    groups = [each for each in expansion.of(_GROUPS) if each.id.startswith(f"{endpoint.id}/")]
    zones = [
        zone["properties"]["privateDnsZoneId"].rpartition("/")[2]
        for group in groups
        for zone in group.properties["privateDnsZoneConfigs"]
    ]
    if zones != [_ZONES.get(service)]:
        yield f"is registered in {zones}"
    links = "Microsoft.Network/privateDnsZones/virtualNetworkLinks"
    if not any(each.name.startswith(f"{_ZONES.get(service)}/") for each in expansion.of(links)):
        yield "has a zone that the network does not ask"


def _subnets(used: str, expansion: Expansion) -> Iterator[str]:
    network = expansion.of(_NETWORK)[0]
    space = ipaddress.ip_network(network.properties["addressSpace"]["addressPrefixes"][0])
    subnets = {
        f"{network.id}/subnets/{each['name']}": each["properties"]
        for each in network.properties["subnets"]
    }
    if used not in subnets:
        yield f"the app is in {used}, which is not there"
        return
    delegated = [each["properties"]["serviceName"] for each in subnets[used].get("delegations", [])]
    if delegated != ["Microsoft.App/environments"]:
        yield f"the app's subnet is delegated to {delegated} (reference/infra.md 3.3)"
    if "_" in used.rpartition("/")[2]:
        yield "the app's subnet has an underscore in its name (reference/infra.md 3.3)"
    ranges = [ipaddress.ip_network(each["addressPrefix"]) for each in subnets.values()]
    if any(not each.subnet_of(space) for each in ranges):  # type: ignore[arg-type] # both are IPv4
        yield "a subnet lies outside its network"
    if any(a.overlaps(b) for i, a in enumerate(ranges) for b in ranges[:i]):
        yield "two subnets overlap"
    if any(each.properties["subnet"]["id"] == used for each in expansion.of(_ENDPOINTS)):
        yield "the endpoints are in the app's subnet"
