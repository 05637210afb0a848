"""Runs scripts/run as a newcomer does and checks that its page comes, and that Ctrl-C ends it: check_run.py SCRIPT."""

import contextlib
import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request

# Only what bounds a failure: the first build takes minutes.
PATIENCE = 1200


def address(output) -> str:
    """The address that the script prints when the app is there."""
    for line in output:
        print(line, end="", flush=True)
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
        if found:
            return found.group()
    raise SystemExit("scripts/run ended without an address.")


def page(url: str) -> str:
    """The page, as a browser gets it: redirected, with its cookie."""
    browser = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    )
    with browser.open(url, timeout=PATIENCE) as response:
        return response.read().decode()


def main() -> None:
    script = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ending:
        # Its own settings and sessions, not those of the person who runs the checks.
        environment = os.environ | {"ATELIER_CONFIG_DIR": f"{folder}/config", "ATELIER_DATA_DIR": f"{folder}/data"}
        app = subprocess.Popen([script], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        ending.callback(lambda: app.poll() is None and os.killpg(app.pid, signal.SIGKILL))
        signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"Not done within {PATIENCE} s."))
        signal.alarm(PATIENCE)
        url = address(app.stdout)
        if "<title>Atelier" not in page(url):
            raise SystemExit("The page is not Atelier's.")
        os.killpg(app.pid, signal.SIGINT)
        status = app.wait()
        if status != 0:
            raise SystemExit(f"scripts/run ended with status {status} after Ctrl-C.")
        if not os.path.exists(f"{folder}/data"):
            raise SystemExit("The app did not open the core.")


if __name__ == "__main__":
    main()
