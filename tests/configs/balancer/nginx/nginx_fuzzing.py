"""nginx configs that nobody would write."""

from __future__ import annotations

import random
from pathlib import Path

from configs.balancer import damaging
from configs.balancer.casefiles import load

from portspec.configs.balancer import nginx
from portspec.configs.balancer.model import Balancer
from portspec.errors import InputError

TEXTS = tuple(case.text for case in load(Path(__file__).parent / "cases"))
WORDS = (*dict.fromkeys(" ".join(TEXTS).split()), *"{};\"'\\#$~*[]:=\n\t\0é", "${x}", "unix:", "[::", "1-", "-1", "99999999999",
         "0x1", "٣", "²", "listen", "map", "hostnames", "include")  # fmt: skip


def damaged(random_one: random.Random) -> str:
    """Most are a good config with a few changes."""
    text = random_one.choice(TEXTS)
    for _ in range(random_one.choice((1, 1, 2, 3, 8))):
        at = random_one.randrange(len(text) + 1)
        if random_one.random() < 0.5:
            text = f"{text[:at]}{random_one.choice((' ', '', ';', ' '))}{random_one.choice(WORDS)} {text[at:]}"
        else:
            text = text[:at] + text[at + random_one.randint(0, 20) :]
    return text


def outcome(text: str) -> Balancer | InputError:
    """The model, or the error, which has a place in the file."""
    model = damaging.outcome(nginx, "nginx.conf", text)
    if isinstance(model, Balancer):
        names = [pool.name for pool in model.pools]
        assert len(names) == len(set(names)) or any(remark.key == "duplicate-upstream" for remark in model.remarks)
    return model
