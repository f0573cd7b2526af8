"""How to open a service's ports, dialect by dialect: a section of its page, written by `render`."""

from __future__ import annotations

from collections.abc import Iterator

from portspec.site import markdown as md
from portspec.site.edition import Edition
from portspec.site.openings import EDGE, Rules, Way, ways
from portspec.spec.model import Service

WORDS = {
    "en": {
        "heading": "How to open it",
        "lead": "Rules for the cluster of the [examples](../guides/cluster-file.md): put your own addresses in their "
        "place. `portspec render` does that from your cluster file, and writes whole filters and balancer configs.",
        "way": "OpenShift {release}, platform {platform}, {network}, {topology}{features}",
        "feature": ", feature {name}",
        "host": "{role}, what comes in",
        "edge": "Firewall between the outside and the cluster, what passes",
        "install": "{place}; only while the bootstrap host exists",
        "optional": "{place}; only where it is needed",
        "haproxy": "Within `mode tcp`; the timeouts are those of `portspec render haproxy`.",
        "nginx": "Within `stream { … }`. The open source nginx probes nobody.",
        "bootstrap": " The bootstrap host's line goes when the [bootstrap is complete](../handover.md#bootstrap-complete).",
    },
    "zh-TW": {
        "heading": "如何開放",
        "lead": "以下規則以[範例叢集](../guides/cluster-file.md)為對象，請換成自己的位址。`portspec render` 會依您的叢集檔填入位址，"
        "也能產生完整的過濾規則與負載平衡器設定。",
        "way": "OpenShift {release}，平台 {platform}，{network}，{topology}{features}",
        "feature": "，功能 {name}",
        "host": "{role}，進入主機的封包",
        "edge": "外部與叢集之間的防火牆，通過的封包",
        "install": "{place}；僅在 Bootstrap 主機存在期間",
        "optional": "{place}；僅在有需要時",
        "haproxy": "需在 `mode tcp` 之下；逾時設定同 `portspec render haproxy`。",
        "nginx": "需在 `stream { … }` 之內。開放原始碼版的 nginx 不會主動探測成員。",
        "bootstrap": "[Bootstrap 完成](../handover.md#bootstrap-complete)後，移除 Bootstrap 主機那一行。",
    },
}
CHAINS = {"nftables": ("input", "forward"), "iptables": ("INPUT", "FORWARD")}
"""The chain of a host and that of a firewall between networks."""
FIREWALLD = ("", "--policy=to-cluster ")
"""A zone is for the host itself; what passes it is a policy's, whose name is the reader's own."""
LANGUAGES = {"nftables": "sh", "iptables": "sh", "firewalld": "sh", "haproxy": "text", "nginx": "nginx"}
"""How a block is highlighted."""


def section(edition: Edition, service: Service, lang: str) -> Iterator[str]:
    """A heading, and for each release and profile that the ports need a block per dialect; nothing where nobody is
    known to connect. Where there is more than one, each has a heading of its own."""
    words = WORDS[lang]
    found = list(ways(edition, service))
    if found:
        yield md.heading(2, words["heading"], "open")
        yield words["lead"]
    for number, way in enumerate(found, 1):
        setting, level = _setting(way, lang), 3 if len(found) == 1 else 4
        yield f"**{setting}**" if level == 3 else f"### {setting} {{#open-{number} data-search-exclude}}"
        for dialect, rules in way.filters.items():
            yield _heading(level, dialect, number)
            yield md.block(filter_block(edition, dialect, rules, lang), LANGUAGES[dialect])
        for dialect, lines in way.balancers.items():
            yield _heading(level, dialect, number)
            yield words[dialect] + (words["bootstrap"] if any("bootstrap" in line for line in lines) else "")
            yield md.block("\n".join(lines), LANGUAGES[dialect])


def _heading(level: int, dialect: str, number: int) -> str:
    anchor = f"open-{dialect}" + (f"-{number}" if number > 1 else "")
    return f"{'#' * level} {dialect} {{#{anchor} data-search-exclude}}"


def _setting(way: Way, lang: str) -> str:
    words, profile = WORDS[lang], way.profile
    return md.text(
        words["way"].format(
            release=way.release,
            platform=profile.platform,
            network=profile.network,
            topology=profile.topology,
            features="".join(words["feature"].format(name=name) for name in profile.features),
        )
    )


def filter_block(edition: Edition, dialect: str, rules: tuple[Rules, ...], lang: str) -> str:
    """The rules of one dialect, a comment over those of each place and moment."""
    parts = []
    for one in rules:
        place = _place(edition, one, lang)
        edge = one.place == EDGE
        head = place if one.moment == "always" else WORDS[lang][one.moment].format(place=place)
        parts.append("\n".join([f"# {head}", *(_line(dialect, line, edge=edge) for line in one.lines)]))
    return "\n\n".join(parts)


def _place(edition: Edition, one: Rules, lang: str) -> str:
    if one.place == EDGE:
        return WORDS[lang]["edge"]
    return WORDS[lang]["host"].format(role=edition.newest.roles[one.place].title[lang])


def _line(dialect: str, line: str, *, edge: bool) -> str:
    if dialect == "firewalld":
        return f"firewall-cmd --permanent {FIREWALLD[edge]}--add-rich-rule='{line}'"
    chain = CHAINS[dialect][edge]
    return f"nft add rule inet filter {chain} {line}" if dialect == "nftables" else f"iptables -A {chain} {line}"
