"""What the AS3 reader does with each construct."""

from __future__ import annotations

from portspec.configs.constructs import Construct

CONSTRUCTS: tuple[Construct, ...] = (
    # Declarations
    Construct("class AS3 with a declaration, class ADC alone", "exact", "several tenants and applications"),
    Construct("applications alone", "exact", "as they are posted to one tenant"),
    Construct("action that deploys nothing", "refused", "remove, retrieve, patch, …"),
    Construct("JSON that cannot be read, a key given twice", "refused"),
    Construct("template (Jinja, Mustache, ERB)", "refused", "render it first"),
    Construct("schemaVersion or another property that is missing", "refused"),
    Construct("value of another type", "refused"),
    Construct("class that is missing", "refused"),
    Construct("template of an application", "exact", "http, https, tcp, l4, …: serviceMain must be of its class"),
    Construct("template without its serviceMain", "refused"),
    Construct("enable, adminState", "exact", "of tenants, applications, services and members"),
    Construct("pointers: a name, use, /Tenant/Application/name, @", "exact"),
    Construct("pointer that leads nowhere", "refused"),
    Construct("bigip: a pool, an address, a monitor, a profile, a node that is not declared", "unknown"),
    Construct("property that is not known of a Pool", "unknown"),
    # Services
    Construct("Service_TCP, Service_L4, Service_Generic", "exact"),
    Construct("Service_HTTP, Service_HTTPS", "exact", "redirect80 makes a virtual server on 80 where it is not false"),
    Construct("Service_UDP, Service_SCTP, Service_Forwarding", "exact", "passed over"),
    Construct("virtualAddresses, virtualPort, Service_Address", "exact", "port 0 is every port"),
    Construct("virtualAddresses with a source", "unknown"),
    Construct("virtual address that is a network", "unknown"),
    Construct("address that is none", "refused"),
    Construct("two services of one address and port", "refused"),
    Construct("serverTLS, clientTLS", "exact"),
    Construct("persistenceMethods", "exact", "where it is missing, the default of the class: source-address or cookie"),
    Construct("snat, translateServerAddress, translateServerPort", "exact"),
    Construct("profileTCP, profileL4", "exact", "idleTimeout; 300 s where nothing is written"),
    Construct("iRules", "unknown", "the pools that they name are judged as possible ways"),
    Construct("policyEndpoint", "unknown", "the pools that it names are judged as possible ways"),
    Construct("allowVlans, rejectVlans, firewall policies", "unknown", "whom they let in"),
    Construct("arpEnabled false", "unknown"),
    # Pools
    Construct("members: serverAddresses, servers", "exact", "each address is a member"),
    Construct("addressDiscovery fqdn", "exact", "looked up in the cluster file"),
    Construct("fqdn with autoPopulate", "unknown"),
    Construct("addressDiscovery consul, event, aws, azure, gce, use", "unknown"),
    Construct("loadBalancingMode, ratio, rateLimit 0", "exact"),
    Construct("priorityGroup, minimumMembersActive", "exact", "minimumMembersActive is 1 where nothing is written"),
    Construct("priorityGroup with minimumMembersActive 0", "exact", "ignored"),
    # Monitors
    Construct("Monitor http, https, tcp, tcp-half-open", "exact", "send, receive, interval, upInterval, timeout, targetPort, targetAddress"),
    Construct("monitors of a pool, of a member, minimumMonitors", "exact", "1 of them is enough where nothing is written"),
    Construct("receive that an error matches", "unknown", "also the default, HTTP/1.: it does not tell who is ready"),
    Construct("receive that is a pattern", "unknown"),
    Construct("icmp, external, reverse, …", "unknown", "a probe of another kind"),
    Construct("inband", "exact", "no probe: failures of clients count"),
    Construct("several requests of one member", "unknown"),
)  # fmt: skip
