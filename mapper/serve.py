"""A map's file as this machine's browser sees it while it is being rebuilt: it reloads itself, and stays where it was.

A page from disk can't learn that its file has changed. So a copy is served on 127.0.0.1, to this machine alone, with
a few lines added that wait for the next version; the file itself has none of them. What the reader has chosen
stands in the address after ``#``, which reloading keeps.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

_HOST = "127.0.0.1"
_PATIENCE = 20.0  # seconds that a page's question may wait for its answer
_POLICY = "default-src 'none'; script-src "
_SCRIPT = """(async () => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  for (;;) {
    try {
      const answer = await fetch("/version?after=VERSION", { cache: "no-store" });
      if (answer.ok && Number(await answer.text()) > VERSION) return location.reload();
    } catch {
      await wait(1000);
    }
  }
})();"""


class LiveMap:
    """A map's file at ``url``; pages that show it reload after each ``refresh``."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._version = 0
        self._changed = threading.Condition()
        self._server = _Server((_HOST, 0), _handler(self))
        self.url = f"http://{_HOST}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def refresh(self) -> None:
        """Let every page that is open fetch the file anew."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def page(self) -> bytes:
        """The file as it is served. Its version is taken first: of two, a page may only think itself too old."""
        version = self._version
        return live_copy(self._file.read_text(encoding="utf-8"), version).encode()

    def version_after(self, seen: int) -> int:
        """The version, as soon as it is later than ``seen``, or after a while as it is."""
        with self._changed:
            self._changed.wait_for(lambda: self._version > seen, timeout=_PATIENCE)
            return self._version


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A page that was closed or reloaded before its answer came is no news for the terminal."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def live_copy(html: str, version: int) -> str:
    """A map's page with the lines that wait for the next version, and a policy that lets them ask this server."""
    script = _SCRIPT.replace("VERSION", str(version))
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    opened = html.replace(_POLICY, f"default-src 'none'; connect-src 'self'; script-src 'sha256-{digest}' ", 1)
    before, end, after = opened.rpartition("</body>")
    return f"{before}<script>{script}</script>\n{end}{after}"


def _handler(live: LiveMap) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if self.headers.get("Host") not in (urlsplit(live.url).netloc, f"localhost:{urlsplit(live.url).port}"):
                self.send_error(HTTPStatus.FORBIDDEN)  # another site's name that was made to lead here
            elif asked.path == "/":
                self._answer_page()
            elif asked.path == "/version" and (seen := parse_qs(asked.query).get("after", [""])[0]).isdecimal():
                self._answer("text/plain; charset=utf-8", str(live.version_after(int(seen))).encode())
            else:
                self.send_error(HTTPStatus.NOT_FOUND)

        def _answer_page(self) -> None:
            try:
                page = live.page()
            except OSError:  # moved away, or not readable just now
                self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)
            else:
                self._answer("text/html; charset=utf-8", page)

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(HTTPStatus.OK)
            headers = {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
            for name, value in {**headers, "X-Content-Type-Options": "nosniff"}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nothing: the terminal belongs to the builds."""

    return Handler
