"""The classes and defaults of AS3.

From the schema (https://clouddocs.f5.com/products/extensions/f5-appsvcs-extension/latest/refguide/schema-reference.html; as source:
f5-appsvcs-extension, src/schema/latest/core-schema.json). Of the defaults that surprise: a Service_TCP and a Service_L4 persist by source
address, a Service_HTTP and a Service_HTTPS by cookie; a pool is down with fewer than 1 active member, so that priority groups work;
of several monitors 1 is enough; a Monitor of type http asks `HEAD /` and takes `HTTP/1.` for an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class ServiceClass(NamedTuple):
    """What a class of services does where the declaration does not say. `port` 0: none is given by default."""

    persistence: str = ""
    port: int = 0
    http: bool = False
    profile: str = ""
    layer4: str = "tcp"


SERVICES: Mapping[str, ServiceClass] = {
    "Service_TCP": ServiceClass("source-address", profile="profileTCP"),
    "Service_L4": ServiceClass("source-address", profile="profileL4"),
    "Service_HTTP": ServiceClass("cookie", 80, http=True, profile="profileTCP"),
    "Service_HTTPS": ServiceClass("cookie", 443, http=True, profile="profileTCP"),
    "Service_Generic": ServiceClass(layer4="any"),
}
TEMPLATES: Mapping[str, str] = {
    "http": "Service_HTTP", "https": "Service_HTTPS", "tcp": "Service_TCP", "udp": "Service_UDP", "sctp": "Service_SCTP",
    "l4": "Service_L4",
}  # fmt: skip
"""What `serviceMain` of an application with a template must be."""
BUILT_IN_IDLE: Mapping[str, int] = {"normal": 300, "basic": 300}
"""Seconds of the built-in profiles: normal is f5-tcp-progressive, basic fastL4."""
SEND = "HEAD / HTTP/1.0\\r\\n\\r\\n"
RECEIVE = "HTTP/1."
INTERVAL = 5
TIMEOUT = 16
MINIMUM_ACTIVE = 1
MINIMUM_MONITORS = 1
FAILURES = 3
FAILURE_INTERVAL = 30

POOL = frozenset({
    "class", "label", "remark", "allowNATEnabled", "allowSNATEnabled", "loadBalancingMode", "minimumMembersActive", "monitors",
    "minimumMonitors", "members", "reselectTries", "serviceDownAction", "slowRampTime", "metadata",
})  # fmt: skip
MEMBER = frozenset({
    "remark", "servicePort", "bigip", "enable", "connectionLimit", "rateLimit", "dynamicRatio", "ratio", "priorityGroup",
    "monitors", "minimumMonitors", "adminState", "addressDiscovery", "shareNodes", "routeDomain", "serverAddresses", "servers",
    "hostname", "addressFamily", "autoPopulate", "queryInterval", "downInterval", "fqdnPrefix", "updateInterval", "metadata",
    "uri", "encodedToken", "trustCA", "rejectUnauthorized", "jmesPathQuery", "addressRealm", "credentialUpdate",
    "undetectableAction", "tagKey", "tagValue", "region", "roleARN", "externalId", "accessKeyId", "secretAccessKey",
    "resourceGroup", "subscriptionId", "directoryId", "applicationId", "apiAccessKey", "resourceId", "resourceType", "environment",
    "useManagedIdentity", "encodedCredentials", "projectId",
})  # fmt: skip
TURNING_AWAY = ("policyFirewallEnforced", "policyNAT", "ipIntelligencePolicy", "rateLimit")
RESERVED = frozenset({
    "class", "$schema", "updateMode", "schemaVersion", "id", "target", "label", "remark", "constants", "controls", "scratch",
})  # fmt: skip
"""Keys of a declaration that are no tenants."""
