"""How findings are mended in a configuration of Traefik, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_PROBE: Text = {
    "en": "Traefik asks servers of TCP nothing: healthCheck connects, and no more; accept that with a reason, or use another balancer for {path}",
    "zh-TW": "Traefik 對 TCP 伺服器不發出請求：healthCheck 只建立連線；請附理由接受，或改用能檢查 {path} 的負載平衡器",
}
_LAYER_4: Text = {
    "en": "use a router under tcp with HostSNI(`*`) instead of {name} under http",
    "zh-TW": "改用 tcp 之下 HostSNI(`*`) 的 router，取代 http 之下的 {name}",
}

ADVICE: Mapping[str, Text] = {
    "PS301.missing": {
        "en": "add an entry point :{port}, and a router under tcp to a service of {members}",
        "zh-TW": "加上 :{port} 的 entry point，以及 tcp 之下導向含有 {members} 之 service 的 router",
    },
    "PS301.elsewhere": {
        "en": 'write address "{address}:{port}" in the entry point',
        "zh-TW": '在 entry point 寫上 address "{address}:{port}"',
    },
    "PS301.nowhere": {
        "en": "attach a router under tcp with a service of {members} to the entry point",
        "zh-TW": "在此 entry point 掛上 tcp 之下、service 含有 {members} 的 router",
    },
    "PS301.unread": {
        "en": "name the folder that holds traefik.yml as well, so that the ports of the entry points are known",
        "zh-TW": "指定同時含有 traefik.yml 的資料夾，才能得知 entry point 的連接埠",
    },
    "PS302.frontend": _LAYER_4,
    "PS302.pool": _LAYER_4,
    "PS303.listener": {
        "en": "write passthrough: true under tls of the router, or remove tls",
        "zh-TW": "在 router 的 tls 寫上 passthrough: true，或移除 tls",
    },
    "PS303.member": {"en": "remove tls from the server", "zh-TW": "移除 server 的 tls"},
    "PS309.none": {
        "en": "give the loadBalancer a healthCheck, which at least connects; the sources ask for {wanted}",
        "zh-TW": "為 loadBalancer 加上 healthCheck，至少會建立連線；來源要求檢查 {wanted}",
    },
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
    "PS310.slow": {
        "en": "lower interval of the healthCheck to at most {limit} s",
        "zh-TW": "將 healthCheck 的 interval 調低至 {limit} 秒以內",
    },
    "PS314.plain": {
        "en": "Traefik has no backup servers for TCP: remove the line as soon as the bootstrap is complete",
        "zh-TW": "Traefik 的 TCP 沒有 backup 伺服器：bootstrap 完成後請立即移除這一行",
    },
    "PS214.open": {
        "en": "remove api.insecure, or bind the entry point traefik to 127.0.0.1",
        "zh-TW": "移除 api.insecure，或讓 entry point traefik 監聽 127.0.0.1",
    },
}
