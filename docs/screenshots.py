"""Takes the screenshots of the documentation from a running demo.

    bin/demo --port 8069 &
    ~/.cache/odoo-credit-suite/venv-odoo-*/bin/python docs/screenshots.py http://127.0.0.1:8069 docs/images [NAME ...]

Needs Chromium and the Python package websocket-client (bin/demo brings both, the package in its own environment).
"""

import base64
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import websocket

WIDTH, HEIGHT = 1440, 900
LIST = ".o_list_view .o_data_row"

#: name: (login, path, what must be there, clicks before the picture)
PAGES = {
    "profile": ("controller", "/odoo/credit-profiles", LIST, ["Mistral"]),
    "profiles": ("controller", "/odoo/credit-profiles", LIST, []),
    "exposure": ("controller", "/odoo/credit-exposure", LIST, []),
    "holds": ("controller", "/odoo/credit-holds", LIST, []),
    "hold": ("controller", "/odoo/credit-holds", LIST, [".o_data_row td[name=partner_id]"]),
    "statement_of_account": ("clerk", "/odoo/receivable-statements", LIST, ["Differences"]),
    "aging": ("clerk", "/odoo/aged-receivables", ".o_pivot tbody tr", []),
    "run": ("clerk", "/odoo/dunning-runs", LIST, [".o_data_row td[name=date]"]),
    "notice": ("clerk", "/odoo/dunning-notices", LIST, [".o_data_row td[name=partner_id]"]),
    "collections": ("admin", "/odoo/receivables-at-a-glance", "canvas", []),
    "worklist": ("clerk", "/odoo/collection-worklist", LIST, []),
    "figures": ("admin", "/odoo/receivables-figures", LIST, [".o_data_row td[name=display_name]"]),
    "expected_loss": ("admin", "/odoo/expected-credit-loss", LIST, [".o_data_row td[name=name]"]),
    "disputes": ("clerk", "/odoo/disputes", ".o_kanban_record", []),
    "pareto": ("admin", "/odoo/pareto", "canvas", []),
    "classes": ("admin", "/odoo/customer-classes", LIST, []),
    "segments": ("admin", "/odoo/customers-at-a-glance", "canvas", []),
    "rfm": ("admin", "/odoo/rfm", ".o_rfm_grid", []),
    "churn": ("admin", "/odoo/churn-risk", LIST, [".o_data_row td[name=partner_id]"]),
    "key_account": ("admin", "/odoo/key-account-sheets", LIST, [".o_data_row td[name=partner_id]"]),
    "whale": ("admin", "/odoo/whale-curve", "canvas", []),
    "policy": ("wang", "/odoo/credit-policies", LIST, [".o_data_row td[name=name]"]),
    "exposure_zh": ("wang", "/odoo/credit-exposure", LIST, []),
    "hold_zh": ("wang", "/odoo/credit-holds", LIST, [".o_data_row td[name=partner_id]"]),
}


class Browser:
    """The little of the DevTools protocol that a screenshot needs."""

    def __init__(self):
        self._profile = tempfile.mkdtemp()
        self._process = subprocess.Popen(
            [
                shutil.which("chromium") or "google-chrome",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--window-size={WIDTH},{HEIGHT}",
                f"--user-data-dir={self._profile}",
                "about:blank",
            ],
            stderr=subprocess.DEVNULL,
        )
        port_file = Path(self._profile) / "DevToolsActivePort"
        while not port_file.exists() or len(port_file.read_text().split()) < 2:
            time.sleep(0.1)
        port, path = port_file.read_text().split()
        self._socket = websocket.create_connection(f"ws://127.0.0.1:{port}{path}", timeout=60)
        self._count, self._session = 0, None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False)

    def close(self):
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method, **params):
        self._count += 1
        message = {"id": self._count, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        self._socket.send(json.dumps(message))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return answer["result"]

    def run(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        return result["result"].get("value")

    def go(self, url, selector):
        self.call("Page.navigate", url=url)
        self.wait(selector)

    def wait(self, selector, patience=60):
        for _try in range(patience * 5):
            with contextlib.suppress(RuntimeError):
                if self.run(f"!!document.querySelector({json.dumps(selector)})"):
                    return
            time.sleep(0.2)
        raise TimeoutError(f"{selector} did not appear")

    def press(self, target):
        """Click what a selector names, or the row of a list that holds a text."""
        row = f"[...document.querySelectorAll('.o_data_row')].find(row => row.innerText.includes({json.dumps(target)}))"
        if target.startswith("."):
            self.run(f"document.querySelector({json.dumps(target)}).click()")
        else:
            self.run(f"{row}.querySelector('.o_data_cell').click()")

    def login(self, url, user):
        self.call("Network.clearBrowserCookies")
        self.go(f"{url}/web/login", "input[name=login]")
        self.run(
            f"document.querySelector('input[name=login]').value = {json.dumps(user)};"
            f"document.querySelector('input[name=password]').value = {json.dumps(user)};"
            "document.querySelector('.oe_login_form button[type=submit]').click()"
        )
        self.wait(".o_web_client, .o_portal_wrap")

    def picture(self, path):
        time.sleep(1.2)  # animations
        data = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))


def main(url, folder, *names):
    Path(folder).mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        user = None
        for name, (login, path, selector, clicks) in PAGES.items():
            if names and name not in names:
                continue
            if login != user:
                browser.login(url, login)
                user = login
            try:
                browser.go(f"{url}{path}", selector)
                for click in clicks:
                    browser.press(click)
                    browser.wait(".o_form_view")
                browser.picture(f"{folder}/{name}.png")
                print(name)
            except TimeoutError as error:
                browser.picture(f"{folder}/{name}-failed.png")
                print(f"{name}: {error}", file=sys.stderr)
    finally:
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
