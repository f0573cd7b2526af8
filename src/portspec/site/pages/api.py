"""The static API: its documents, what they promise, and its changelog."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from portspec.site import markdown as md
from portspec.site.api import ROOT, VERSION, profiles
from portspec.site.edition import Edition
from portspec.site.words import WORDS as SHARED
from portspec.spec.validate import schema_folder
from portspec.spec.vocabulary import Text

WORDS = {
    "en": {
        "title": "API",
        "lead": "Everything on this site is data too: plain files below `{root}/`, next to these pages. They can be "
        "fetched, mirrored and kept like any other file; there is no server behind them and no limit.",
        "documents": "Documents",
        "path": "Path below {root}/",
        "what": "What it is",
        "schema": "Schema",
        "here": "Here",
        "placeholders": "RELEASE is a release such as {release}, PROFILE the name of a profile. "
        "`releases.json` lists them all, with every path written out.",
        "profiles": "Profiles",
        "profiles-lead": "Every platform with the network plugin {network} and the topology `ha`, and the small "
        "topologies where they are usual. For any other profile there are the [explorer](../explorer/index.md) and "
        "`portspec ports`, which give the same rows.",
        "name": "Name",
        "example": "An example",
        "example-lead": "The flows of a release as CSV, and a policy that is held against its hash. ADDRESS is where this site is.",
        "schemas": "Schemas",
        "schemas-lead": "They lie in `schema/`, in the API and at the top of the site: at the path of their `$id`, and where "
        "their references to each other lead.",
        "promises": "What it promises",
        "changes": "The changes are listed in the [changelog of the API](api-changes.md).",
        "changes-title": "Changelog of the API",
        "changes-lead": "Changes of the API itself; those of the facts are on the pages of the [releases](../releases/index.md).",
    },
    "zh-TW": {
        "title": "API",
        "lead": "本站的所有內容同時也是資料：就放在這些頁面旁邊、`{root}/` 之下的一般檔案，可以像任何檔案一樣下載、鏡像與保存；背後沒有伺服器，也沒有次數限制。",
        "documents": "文件",
        "path": "{root}/ 之下的路徑",
        "what": "內容",
        "schema": "Schema",
        "here": "連結",
        "placeholders": "RELEASE 是版本，例如 {release}；PROFILE 是設定組合的名稱。`releases.json` 列出全部版本與設定組合，並寫出每一個路徑。",
        "profiles": "設定組合",
        "profiles-lead": "每個平台搭配網路外掛 {network} 與拓撲 `ha`，以及常見的小型拓撲。其他設定組合請用[連接埠查詢](../explorer/index.md)或 "
        "`portspec ports`，兩者給出的列相同。",
        "name": "名稱",
        "example": "範例",
        "example-lead": "取得某個版本的流量（CSV），以及以雜湊核對政策檔。ADDRESS 是本站的位址。",
        "schemas": "Schema",
        "schemas-lead": "位於 API 之下與網站最上層的 `schema/`：即其 `$id` 的路徑，也是彼此參照時所指的位置。",
        "promises": "相容性承諾",
        "changes": "變更列於 [API 變更紀錄](api-changes.md)。",
        "changes-title": "API 變更紀錄",
        "changes-lead": "此處只列 API 本身的變更；事實的變更見[各版本的頁面](../releases/index.md)。",
    },
}

PROMISES = {
    "en": (
        "What a document has today it keeps within `v{version}`: no field goes away, changes its type or its meaning.",
        "New fields, new documents and new releases may come at any time. Read past what you do not know.",
        "Whatever breaks that comes under another number, beside this one.",
        "Every document is held against its schema before it is published; one that does not fit stops the build.",
        "The same spec gives the same bytes: a changed file is a changed fact. There are no times in the files.",
    ),
    "zh-TW": (
        "在 `v{version}` 之內，文件現有的欄位都會保留：不會移除，型別與意義也不會改變。",
        "隨時可能新增欄位、文件與版本；讀取時請略過不認得的內容。",
        "不相容的變更會以另一個編號發布，與現有的並存。",
        "每份文件在發布前都經過 schema 驗證；只要有一份不符，就不會產生網站。",
        "相同的規格產生相同的位元組：檔案有變動，就代表事實有變動。檔案中不含時間。",
    ),
}


class Kind(NamedTuple):
    """One kind of document: its path with placeholders, its schema (empty: it is no JSON), and what it is."""

    path: str
    schema: str
    text: Text


KINDS = (
    Kind("index.json", "api.schema.json", {
        "en": "Where to begin: the newest release, the differences, the schemas.",
        "zh-TW": "起點：最新版本、版本差異與 schema 的清單。",
    }),
    Kind("releases.json", "api.schema.json", {
        "en": "Every release with its dates and the paths of its documents.",
        "zh-TW": "所有版本的日期，以及各自文件的路徑。",
    }),
    Kind("RELEASE/services.json", "api.schema.json", {
        "en": "The services as the spec has them, conditions kept.",
        "zh-TW": "規格中的服務，條件保留。",
    }),
    Kind("RELEASE/flows/PROFILE.json", "api.schema.json", {
        "en": "Every flow of a profile.",
        "zh-TW": "某個設定組合的所有流量。",
    }),
    Kind("RELEASE/flows/PROFILE.csv", "", {
        "en": "The same as CSV, as `portspec ports --format csv` prints it.",
        "zh-TW": "同上，CSV 格式，與 `portspec ports --format csv` 的輸出相同。",
    }),
    Kind("RELEASE/matrix/PROFILE.csv", "", {
        "en": "What listens on the nodes, with the columns of the communication matrix, as `oc commatrix` writes them.",
        "zh-TW": "節點上監聽的連接埠，欄位順序與 `oc commatrix` 所寫的通訊矩陣相同。",
    }),
    Kind("RELEASE/policies/PROFILE.json", "policy.schema.json", {
        "en": "The compiled policy that a check judges by.",
        "zh-TW": "檢查時所依據的政策檔。",
    }),
    Kind("RELEASE/policies/PROFILE.json.sha256", "", {
        "en": "Its hash, as `sha256sum --check` reads it; also the policy's digest in `portspec.lock`.",
        "zh-TW": "政策檔的雜湊，可用 `sha256sum --check` 核對；也就是 `portspec.lock` 中的摘要值。",
    }),
    Kind("differences/RELEASE-to-RELEASE.json", "diff.schema.json", {
        "en": "What an upgrade changes, for the profile `none`: to the next release, and between releases with extended support.",
        "zh-TW": "升級造成的變更（設定組合 `none`）：到下一個版本，以及延長支援版本之間。",
    }),
    Kind("schema/NAME.schema.json", "", {
        "en": "The JSON Schemas of everything that portspec reads and writes.",
        "zh-TW": "portspec 所讀寫的各種資料的 JSON Schema。",
    }),
)  # fmt: skip


class Change(NamedTuple):
    """What changed in the API with a version of it."""

    version: str
    text: Text


CHANGES = (
    Change("v1", {
        "en": "The first version: index, releases, services, flows as JSON and CSV, the communication matrix, policies "
        "with their hashes, differences between releases, and all schemas.",
        "zh-TW": "第一版：索引、版本、服務、流量（JSON 與 CSV）、通訊矩陣、政策檔及其雜湊、版本差異，以及所有 schema。",
    }),
)  # fmt: skip
"""The newest first. A change within a version says so with a number behind it: v1.1."""


def page(edition: Edition, lang: str) -> str:
    """docs/LANG/reference/api.md."""
    words = WORDS[lang]
    up = "../" if lang == "en" else "../../"
    release = edition.newest.release.id
    root = f"{up}{ROOT}/"
    columns = [words["path"].format(root=ROOT), words["what"], words["schema"], words["here"]]
    rows = [
        [md.code(kind.path), md.text(kind.text[lang]), _schema_link(kind.schema, root), _file_link(edition, kind, root)]
        for kind in KINDS
    ]
    first = profiles(edition.newest)[0].profile
    named = [
        [md.code(one.name), md.text(edition.newest.platforms[one.profile.platform].title[lang]), one.profile.topology]
        for one in profiles(edition.newest)
    ]
    shared = SHARED[lang]
    schemas = [
        f"- {_file(path.name, f'{root}schema/{path.name}')}{shared['colon']}{md.text(_schema_title(path))}"
        for path in sorted(Path(schema_folder()).glob("*.schema.json"))
    ]
    return md.page(
        md.heading(1, words["title"], "api"),
        words["lead"].format(root=ROOT),
        md.heading(2, words["documents"], "documents"),
        words["placeholders"].format(release=release),
        md.table(columns, rows),
        md.heading(2, words["profiles"], "profiles"),
        words["profiles-lead"].format(network=md.code(first.network)),
        md.table([words["name"], shared["platform"], shared["topology"]], named),
        md.heading(2, words["example"], "example"),
        words["example-lead"],
        md.block(
            f"$ curl -O ADDRESS/{ROOT}/{release}/flows/vsphere.csv\n"
            f"$ curl -O ADDRESS/{ROOT}/{release}/policies/none.json\n"
            f"$ curl ADDRESS/{ROOT}/{release}/policies/none.json.sha256 | sha256sum --check\n"
            "none.json: OK",
            "console",
        ),
        md.heading(2, words["promises"], "promises"),
        "\n".join(f"- {sentence.format(version=VERSION)}" for sentence in PROMISES[lang]),
        words["changes"],
        md.heading(2, words["schemas"], "schemas"),
        words["schemas-lead"],
        "\n".join(schemas),
    )


def changes_page(lang: str) -> str:
    """docs/LANG/reference/api-changes.md."""
    words = WORDS[lang]
    parts = [
        (md.heading(2, change.version, change.version.replace(".", "-")), md.text(change.text[lang]))
        for change in CHANGES
    ]
    return md.page(
        md.heading(1, words["changes-title"], "api-changes"),
        words["changes-lead"],
        *(part for pair in parts for part in pair),
    )


def _schema_title(path: Path) -> str:
    found: str = json.loads(path.read_bytes())["title"]
    return found


def _schema_link(name: str, root: str) -> str:
    return _file(name, f"{root}schema/{name}") if name else "–"


def _file_link(edition: Edition, kind: Kind, root: str) -> str:
    """A link to one document of the kind: that of the newest release."""
    release, before = edition.newest.release.id, edition.releases[edition.releases.index(edition.newest.release.id) - 1]
    path = kind.path.replace("RELEASE-to-RELEASE", f"{before}-to-{release}").replace("RELEASE", release)
    path = path.replace("PROFILE", "none").replace("NAME", "api")
    return _file(path.rpartition("/")[2], f"{root}{path}")


def _file(words: str, address: str) -> str:
    """A link to a file beside the pages, written out in HTML: mkdocs looks for what Markdown links to in docs/."""
    return f'<a href="{address}">{words}</a>'
