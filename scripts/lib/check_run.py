"""Runs scripts/run as a newcomer does: its page comes, a terminal in it answers, Ctrl-C ends it. check_run.py SCRIPT."""

import contextlib
import html
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
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


class Page:
    """The page, as a browser has it: redirected, with its cookie; what a person does is told as the page's script does."""

    def __init__(self, url: str) -> None:
        self.origin = "http://" + urllib.parse.urlsplit(url).netloc
        self.browser = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self.events = 0
        self.open(url)

    def open(self, url: str) -> str:
        with self.browser.open(url, timeout=PATIENCE) as response:
            return response.read().decode()

    def text(self) -> str:
        return self.open(self.origin + "/")

    def wait(self, pattern: str) -> str:
        """What a pattern finds, as soon as it finds something: its group, or all of it."""
        while not (found := re.search(pattern, self.text(), re.DOTALL)):
            time.sleep(0.05)
        return html.unescape(found.group(found.re.groups))

    def tell(self, kind: str, element: str, **more: object) -> None:
        self.events += 1
        event = {"seq": self.events, "kind": kind, "id": element, **more}
        request = urllib.request.Request(
            self.origin + "/events",
            data=json.dumps({"page": "check", "events": [event]}).encode(),
            headers={"Content-Type": "application/json", "Origin": self.origin},
        )
        self.browser.open(request, timeout=PATIENCE).close()

    def press(self, name: str) -> None:
        """Presses the enabled button or menu item that says so."""
        self.tell("press", self.wait(rf'<button(?=[^>]*data-press="([^"]*)")(?![^>]* disabled)[^>]*>(?:<svg.*?</svg>|<[^>]*>)*{name}'))

    def type(self, text: str, element: str) -> None:
        for character in text:
            key = {"\n": "\u21a9", " ": "\u2423"}.get(character, character)
            self.tell("key", element, key=key, text="" if character == "\n" else character, modifiers=[])


def use_terminal(page: Page, folder: str) -> None:
    """Starts a shell in a session's folder, and has it say something that was not typed."""
    page.press("Start a Session")
    page.press(os.path.basename(folder))
    page.press("Show Terminal")
    terminal = page.wait(r'data-focusable="([^"]*)"')
    page.type("echo hel''lo\n", terminal)
    page.wait(r"<text[^>]*>[^<]*(?<!'')hello *</text>")
    # The wheel shows older lines, and is the program's where it asks for the mouse.
    page.type("seq 200\n", terminal)
    page.wait(r"<text[^>]*>200 *</text>")
    wheel = page.wait(r'data-wheel="([^"]*)"')
    page.tell("wheel", wheel, x=20, y=20, offset=16 * 100)
    page.wait(r"<text[^>]*>90 *</text>")
    page.type("printf '\\033[?1000h\\033[?1006hrea''dy\\n'; cat -v\n", terminal)
    page.wait(r"<text[^>]*>[^<]*ready *</text>")
    page.tell("wheel", wheel, x=20, y=20, offset=16)
    page.wait(r"\^\[\[&lt;64;")


def main() -> None:
    script = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as ending:
        # Its own settings and sessions, not those of the person who runs the checks.
        project = os.path.realpath(f"{folder}/project")
        os.makedirs(f"{folder}/config")
        os.mkdir(project)
        with open(f"{folder}/config/settings.json", "w") as settings:
            json.dump({"approvedDirectories": [project]}, settings)
        environment = os.environ | {
            "ATELIER_CONFIG_DIR": f"{folder}/config", "ATELIER_DATA_DIR": f"{folder}/data", "SHELL": "/bin/sh"
        }
        app = subprocess.Popen([script], env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        ending.callback(lambda: app.poll() is None and os.killpg(app.pid, signal.SIGKILL))
        signal.signal(signal.SIGALRM, lambda *_: sys.exit(f"Not done within {PATIENCE} s."))
        signal.alarm(PATIENCE)
        url = address(app.stdout)
        page = Page(url)
        if "<title>Atelier" not in page.text():
            raise SystemExit("The page is not Atelier's.")
        use_terminal(page, project)
        os.killpg(app.pid, signal.SIGINT)
        status = app.wait()
        if status != 0:
            raise SystemExit(f"scripts/run ended with status {status} after Ctrl-C.")
        if not os.path.exists(f"{folder}/data"):
            raise SystemExit("The app did not open the core.")


if __name__ == "__main__":
    main()
