"""A headless Chromium, spoken to over a pipe (DevTools protocol): no driver, no port, nothing to install beside it."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--allow-file-access-from-files",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)
PATIENCE = 20.0
"""Seconds to wait for an answer before the browser counts as hung."""


class BrowserError(Exception):
    """The browser refused a command, or did not answer."""


class Chromium:
    """One browser process. Use it as a context manager; `tab()` opens pages."""

    def __init__(self, program: str, profile: Path) -> None:
        requests, self._to_browser = os.pipe()
        self._from_browser, answers = os.pipe()
        # Chromium reads commands from descriptor 3 and answers on 4; a shell moves ours there.
        command = f'exec "$@" 3<&{requests} 4>&{answers}'
        self._process = subprocess.Popen(
            ["bash", "-c", command, "bash", program, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(requests, answers),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(requests)
        os.close(answers)
        self._pending = b""
        self._events: deque[dict[str, Any]] = deque()
        self._last = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.send("Browser.close")
            self._process.wait(timeout=PATIENCE)
        except (BrowserError, OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        finally:
            os.close(self._to_browser)
            os.close(self._from_browser)

    @contextmanager
    def tab(self) -> Iterator[Tab]:
        """A fresh tab with storage of its own, closed at the end."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        try:
            yield Tab(self, session)
        finally:
            self.send("Target.disposeBrowserContext", browserContextId=context)

    def send(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """Give one command and wait for its answer; events that come meanwhile are kept."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self._to_browser, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read(PATIENCE)
            if answer is None:
                raise BrowserError(f"no answer to {method}")
            if answer.get("id") != self._last:
                self._events.append(answer)
            elif "error" in answer:
                raise BrowserError(f"{method}: {answer['error']['message']}")
            else:
                result: dict[str, Any] = answer["result"]
                return result

    def events(self, session: str, wait: float = 0) -> Iterator[dict[str, Any]]:
        """What one tab reported since the last call; waits for the first up to `wait` seconds."""
        while (message := self._read(0 if self._events else wait)) is not None:
            self._events.append(message)
        kept: deque[dict[str, Any]] = deque()
        while self._events:
            event = self._events.popleft()
            if event.get("sessionId") == session:
                yield event
            else:
                kept.append(event)
        self._events = kept

    def _read(self, wait: float) -> dict[str, Any] | None:
        until = time.monotonic() + wait
        while b"\0" not in self._pending:
            ready, _, _ = select.select([self._from_browser], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                return None
            chunk = os.read(self._from_browser, 1 << 20)
            if not chunk:
                raise BrowserError("the browser ended")
            self._pending += chunk
        raw, self._pending = self._pending.split(b"\0", 1)
        message: dict[str, Any] = json.loads(raw)
        return message


class Tab:
    """One page on show, with what it requested and what went wrong on it."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser = browser
        self._session = session
        self.requests: list[str] = []
        self.problems: list[str] = []
        self._addresses: dict[str, str] = {}
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._send(f"{domain}.enable")

    def size(self, width: int, height: int, *, scheme: str = "light") -> None:
        """The window's size in CSS pixels, and the colour scheme that the reader's system asks for."""
        phone = width < 600
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)
        self._send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address: str) -> None:
        """Go to a page and wait until it has loaded."""
        self._listen()
        self.requests.clear()
        self.problems.clear()
        self._send("Page.navigate", url=address)
        until = time.monotonic() + PATIENCE
        while not self._listen(wait=0.02):
            if time.monotonic() > until:
                raise BrowserError(f"{address} did not load")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for."""
        answer = self._send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(json.dumps(answer["exceptionDetails"])[:500])
        return answer["result"].get("value")

    def until(self, expression: str, patience: float = PATIENCE) -> Any:
        """The value of an expression as soon as it is true."""
        end = time.monotonic() + patience
        while not (value := self.evaluate(expression)):
            if time.monotonic() > end:
                raise BrowserError(f"never true: {expression}")
            time.sleep(0.02)
        return value

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """The window as a PNG file, or the page in its full length."""
        answer = self._send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(answer["data"]))

    def press(self, key: str, text: str = "") -> None:
        """One key on the keyboard, as `KeyboardEvent.key` names it; `text` is what it writes."""
        code = {"Enter": 13, "Tab": 9, " ": 32, "ArrowDown": 40, "ArrowUp": 38, "Backspace": 8}.get(key, 0)
        given = {"key": key, "windowsVirtualKeyCode": code, **({"text": text} if text else {})}
        self._send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **given)
        self._send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def downloads(self, folder: Path) -> None:
        """Where the files go that the page offers."""
        self._send("Page.setDownloadBehavior", behavior="allow", downloadPath=str(folder))

    def without_scripts(self) -> None:
        """From the next page on, as in a browser that runs no script."""
        self._send("Emulation.setScriptExecutionDisabled", value=True)

    def on_paper(self, paper: bool) -> None:
        """Style the page as it is printed, or as on a screen again."""
        self._send("Emulation.setEmulatedMedia", media="print" if paper else "screen")

    def settled(self) -> tuple[Sequence[str], Sequence[str]]:
        """Addresses requested and problems reported since `open`."""
        self._listen()
        return tuple(self.requests), tuple(self.problems)

    def _send(self, method: str, **params: Any) -> dict[str, Any]:
        return self._browser.send(method, self._session, **params)

    def _listen(self, wait: float = 0) -> bool:
        """Take in what happened; whether the page's load event was in it."""
        loaded = False
        for event in self._browser.events(self._session, wait):
            params = event.get("params", {})
            match event["method"]:
                case "Page.loadEventFired":
                    loaded = True
                case "Network.requestWillBeSent":
                    self._addresses[params["requestId"]] = params["request"]["url"]
                    self.requests.append(params["request"]["url"])
                case "Network.loadingFailed" if not params.get("canceled"):
                    self.problems.append(f"{params['errorText']}: {self._addresses.get(params['requestId'])}")
                case "Runtime.exceptionThrown":
                    self.problems.append(json.dumps(params["exceptionDetails"])[:600])
                case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                    self.problems.append(" ".join(str(one.get("value", one)) for one in params["args"]))
                case "Log.entryAdded" if params["entry"]["level"] in {"error", "warning"}:
                    self.problems.append(params["entry"]["text"])
        return loaded


__all__ = ["BrowserError", "Chromium", "Tab"]
