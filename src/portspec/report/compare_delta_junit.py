"""What a change does, as a suite of the JUnit report: a case for every flow that it exposes or blocks.

The names of cases hold the port and the file and no line, so a platform knows them again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from portspec.compare.review import Delta
from portspec.report.as_junit import attribute, content
from portspec.report.compare_delta import as_finding, flow_lines, flow_sentence, headline, traffic
from portspec.report.compare_delta_findings import Worse, worsened
from portspec.report.compare_delta_words import DELTA
from portspec.report.places import in_repository
from portspec.report.printable import printable
from portspec.report.setting import Setting


def suite(delta: Delta, setting: Setting) -> tuple[list[str], list[int]]:
    """The lines of the suite, and how many cases and failures it has. A change that makes no flow worse has one case, which
    passes and says so."""
    words, lang = DELTA[setting.lang], setting.lang
    cases: list[str] = []
    failures = skipped = 0
    named: Counter[str] = Counter()
    everything = list(worsened(delta))
    for one in everything:
        name = f"{one.flow.code} {words[f'kind-{one.flow.kind}']}: {traffic(one.flow, one.cluster.result, lang)}"
        place = in_repository(one.path, setting.folder)
        named[name + place] += 1
        if named[name + place] > 1:  # platforms drop a second case of the same name
            name += f" ({named[name + place]})"
        fails = not one.flow.accepted and setting.weighs(as_finding(one.flow))
        failures += fails
        skipped += bool(one.flow.accepted)
        cases.append(f"    <testcase name={attribute(name)} classname={attribute(place)}>")
        cases += _told(one, fails, setting)
        cases.append("    </testcase>")
    if not cases:
        cases = [
            f'    <testcase name={attribute(words["no-worse"])} classname="portspec --base">',
            f"      <system-out>{content(printable(headline(delta, lang)))}</system-out>",
            "    </testcase>",
        ]
    # The commit is in no name: a platform holds the suites of two runs side by side by theirs.
    name = f"portspec --base {delta.revision}"
    count = max(len(everything), 1)
    numbers = f'tests="{count}" failures="{failures}" errors="0" skipped="{skipped}"'
    return [f"  <testsuite name={attribute(name)} {numbers}>", *cases, "  </testsuite>"], [count, failures]


def _told(one: Worse, fails: bool, setting: Setting) -> Iterator[str]:
    lang = setting.lang
    said = flow_sentence((one.flow,), one.cluster.result, lang)
    text = content("\n".join(flow_lines((one.flow,), one.cluster.result, lang)))
    if one.flow.accepted:
        told = DELTA[lang]["accepted"].format(reason=printable(one.flow.accepted))
        yield f"      <skipped message={attribute(told)}/>"
    elif fails:
        yield f'      <failure type="{one.flow.severity}" message={attribute(said)}>{text}</failure>'
    else:
        yield f"      <system-out>{text}</system-out>"
