"""How findings are mended in an AS3 declaration, by `CODE.variant` of the finding."""

from __future__ import annotations

from collections.abc import Mapping

from portspec.texts import Text

_PROBE: Text = {
    "en": 'a Monitor with "send": "GET {path} HTTP/1.1…" and "receive": "200 OK"; by default every answer counts',
    "zh-TW": '使用 Monitor，"send" 為 "GET {path} HTTP/1.1…"，"receive" 為 "200 OK"；預設任何回應都算正常',
}
_LAYER_4: Text = {
    "en": "declare {name} as a Service_L4 or Service_TCP",
    "zh-TW": "將 {name} 宣告為 Service_L4 或 Service_TCP",
}

ADVICE: Mapping[str, Text] = {
    "PS301.missing": {
        "en": "add a Service_L4 with virtualPort {port} whose pool holds {members}",
        "zh-TW": "加上 virtualPort 為 {port} 的 Service_L4，其 pool 含有 {members}",
    },
    "PS301.elsewhere": {
        "en": "write {address} under virtualAddresses, with virtualPort {port}",
        "zh-TW": "在 virtualAddresses 寫上 {address}，virtualPort 為 {port}",
    },
    "PS301.nowhere": {
        "en": "give the service a pool with {members}; a Service_HTTPS redirects port 80 unless redirect80 is false",
        "zh-TW": "為服務設定含有 {members} 的 pool；除非 redirect80 為 false，Service_HTTPS 會重新導向連接埠 80",
    },
    "PS301.disabled": {
        "en": "remove enable or adminState from the tenant, the application or the service",
        "zh-TW": "移除租戶、應用程式或服務的 enable 或 adminState",
    },
    "PS302.frontend": _LAYER_4,
    "PS302.pool": _LAYER_4,
    "PS303.listener": {"en": "remove serverTLS from the service", "zh-TW": "移除服務的 serverTLS"},
    "PS303.member": {
        "en": "remove clientTLS from the service; a Monitor of type https needs none",
        "zh-TW": "移除服務的 clientTLS；類型為 https 的 Monitor 不需要它",
    },
    "PS309.none": {
        "en": "give the pool monitors; the sources ask for {wanted}",
        "zh-TW": "為 pool 加上 monitors；來源要求檢查 {wanted}",
    },
    "PS309.kind": _PROBE,
    "PS309.other": _PROBE,
    "PS310.after": {
        "en": "lower interval and timeout of the monitor, so that their sum is at most {limit} s; 5 and 16 are the defaults",
        "zh-TW": "調低監視器的 interval 與 timeout，使兩者的和不超過 {limit} 秒；預設為 5 與 16",
    },
    "PS311.tied": {
        "en": 'write "persistenceMethods": [] in the service',
        "zh-TW": '在服務寫上 "persistenceMethods": []',
    },
    "PS314.plain": {
        "en": "give the control plane a higher priorityGroup",
        "zh-TW": "為控制平面設定較高的 priorityGroup",
    },
}
