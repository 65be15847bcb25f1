"""How many Python calls one request costs, for pages and REST: a measure that neighbours on the machine do not touch.

    python tests/bench/bench_calls.py [--repeats 40] [--json]

An installation of one process is brought up on a fresh folder with one school that is half judged; requests are put to its
WSGI application inside the process, services and stores included, under `sys.setprofile`. The median of the repeats is
told. To compare with another commit, run it there: calls are counted, not timed, so the runs need not share an hour.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import statistics
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, NoReturn

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parent))

import bench_http
import eventlet

from deploy.processes import embedded_launcher

WARM = 10


def answered(application: Any, host: str, path: str, headers: dict[str, str]) -> str:
    """Put one GET to the application; return the status."""
    place, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": place,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": host,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "REMOTE_ADDR": "127.0.0.1",
        **headers,
    }
    statuses: list[str] = []
    body = application(environ, lambda status, _headers, *_: statuses.append(status))
    for _ in body:
        pass
    if hasattr(body, "close"):
        body.close()
    return statuses[0]


def calls(application: Any, host: str, path: str, headers: dict[str, str], repeats: int) -> int:
    """Return the median number of Python calls of one request."""
    for _ in range(WARM):
        status = answered(application, host, path, headers)
    if not status.startswith("200"):
        raise SystemExit(f"{path}: {status}")
    counted = []
    for _ in range(repeats):
        count = [0]

        def noted(_frame: Any, event: str, _argument: Any, count: list[int] = count) -> None:
            count[0] += event == "call"

        sys.setprofile(noted)
        answered(application, host, path, headers)
        sys.setprofile(None)
        counted.append(count[0])
    return round(statistics.median(counted))


def measure(application: Any, data: Path, repeats: int, *, as_json: bool) -> None:
    """Count every row and print it, then end the process: the installation has served its turn."""
    url = json.loads((data / "run" / "installation.json").read_text("utf-8"))["url"]
    session, token, cycle = bench_http.set_up(url, (data / "run" / "owner.token").read_text("ascii").strip())
    person, program = {"HTTP_COOKIE": f"kd_phien={session}"}, {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    school = bench_http.SCHOOL
    rows: dict[str, tuple[str, dict[str, str]]] = {
        "health": ("/api/v1/health", {}),
        "status": (f"/api/v1/schools/{school}/status", program),
        "me": ("/api/v1/me", program),
        "school page": (f"/truong/{school}", person),
        "criterion page": (f"/truong/{school}/danh-gia/{cycle}/1.1", person),
        "register page": ("/so-cong-nhan", {}),
    }
    for name, (path, headers) in rows.items():
        count = calls(application, url.partition("//")[2], path, headers, repeats)
        print(json.dumps({"what": name, "calls": count}) if as_json else f"{name:15} {count:7,} calls", flush=True)
    leave(data, 0)


def leave(data: Path, code: int) -> NoReturn:
    """End the process with its installation and what that wrote: nobody else ends a server that serves."""
    shutil.rmtree(data.parent, ignore_errors=True)
    os._exit(code)


def main() -> None:
    """Bring an installation up with its server watched, and measure once it is ready."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    serve = embedded_launcher.serve_with_eventlet

    with tempfile.TemporaryDirectory(prefix="bench-calls-") as folder:
        data = Path(folder) / "data"

        def watched(application: Any, *place: Any, **more: Any) -> Any:
            def when_ready() -> None:
                try:
                    while not (data / "run" / "installation.json").exists():
                        eventlet.sleep(0.1)
                    eventlet.sleep(1)
                    measure(application, data, asked.repeats, as_json=asked.json)
                except BaseException:
                    traceback.print_exc()
                    leave(data, 1)

            eventlet.spawn(when_ready)
            return serve(application, *place, **more)

        embedded_launcher.serve_with_eventlet = watched
        sys.argv = [sys.argv[0], "--data", str(data)]
        sys.exit(embedded_launcher.main(sys.argv[1:]))


if __name__ == "__main__":
    main()
