"""nginx with the configuration that is shipped, in front of a real server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests import ROOT
from tests.support.at_once import PATIENCE, wait_until

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")

needs_nginx = pytest.mark.skipif(
    NGINX is None, reason="nginx is not installed; make test-proxy installs it"
)


class Nginx:
    """The shipped configuration, with the values that it says to fill in, and without TLS.

    In: where gunicorn listens, a folder of its own, and whether pages are kept
    (`deploy/nginx-cache.conf`).
    """

    def __init__(self, upstream: str, folder: Path, *, keeps_pages: bool = False) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        for place, value in (
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};"),
            ("127.0.0.1:8000", upstream),
            ("/srv/thaw", str(folder)),
            ("/var/log/nginx/thaw.log", str(folder / "access.log")),
        ):
            assert place in site
            site = site.replace(place, value)
        site = re.sub(r"(?m)^ *ssl_.*\n", "", site)
        # The server that only sends readers to https would need port 80.
        site = site.replace("listen 80;", f"listen unix:{folder}/plain;")
        (folder / "thaw.conf").write_text(site, encoding="utf-8")
        if keeps_pages:
            cache = (ROOT / "deploy" / "nginx-cache.conf").read_text(encoding="utf-8")
            assert "/var/cache/nginx/thaw" in cache
            cache = cache.replace("/var/cache/nginx/thaw", str(folder / "pages"))
            (folder / "thaw-cache.conf").write_text(cache, encoding="utf-8")
        self.main = folder / "nginx.conf"
        self.main.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            "worker_processes 1; events { worker_connections 512; }\n"
            "http {\n"
            + "".join(
                f"{kind}_temp_path {folder}/{kind};\n"
                for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + f"include {folder}/thaw*.conf; }}\n",
            encoding="utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert NGINX is not None
        self.process = subprocess.Popen(
            [NGINX, "-c", str(self.main), "-e", str(self.main.with_name("error.log"))],
            start_new_session=True,
        )
        wait_until(self._listens, "nginx did not start.")

    def _listens(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.main.with_name("error.log").read_text()
        with closing(socket.socket()) as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def open_folder(place: Path) -> Path:
    """The folder, with files in `staticfiles`, for nginx, which serves as another user where root
    starts it."""
    static = place / "staticfiles"
    static.mkdir()
    for each in (place, *place.parents):
        if each.owner() == Path.home().owner() and each.name.startswith(("pytest", "test_")):
            each.chmod(0o755)
    (static / "thaw.0123456789ab.css").write_text("body {}")
    (static / "thaw.css").write_text("body {}")
    return place


def fetch(port: int, path: str = "/", timeout: float = PATIENCE, **headers: str) -> Any:
    """Status and headers of an answer."""
    try:
        with urlopen(
            Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=timeout
        ) as a:
            a.read()
            return a.status, a.headers
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers
