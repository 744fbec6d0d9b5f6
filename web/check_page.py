"""Opens a page that holds evidence in a headless Chromium, presses its button and prints what it says, as JSON.

    python3 web/check_page.py CHROMIUM PAGE.html

The standard library alone: Chromium is spoken to through pipes. The answer is
`{"said", "rows": {what: found}, "words": {what: words}, "errors", "requests"}`; `requests` are all that the page asked for besides itself.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ANSWER = """(() => {
  const said = document.getElementById("evidence-said");
  const rows = [...document.querySelectorAll("#evidence-rows tbody tr")];
  const row = (tr) => [tr.cells[0].textContent, tr.dataset.found];
  const words = (tr) => [tr.cells[0].textContent, tr.cells[2].textContent];
  const all = (of) => Object.fromEntries(rows.map(of));
  return JSON.stringify(said && { said: said.textContent, rows: all(row), words: all(words) });
})()"""
ERRORS = ("Runtime.exceptionThrown", "Log.entryAdded")


class Chromium:
    """A browser without a window, spoken to by messages that end with a zero byte."""

    def __init__(self, path, profile):
        to_browser, self.send_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def pipes():
            # Chromium reads from 3 and writes to 4; neither may be overwritten before it is copied.
            high = [os.dup(end) for end in (to_browser, from_browser)]
            high = [end if end > 4 else os.dup(end) for end in high]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
                     "--disable-background-networking", "--no-first-run", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen([path, *arguments], preexec_fn=pipes, close_fds=False,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.rest, self.number, self.events = b"", 0, []

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.read_end, 1 << 16)
            if not more:
                raise SystemExit("the browser ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        os.write(self.send_end, json.dumps(message).encode() + b"\0")
        while True:
            got = self.receive()
            if got.get("id") == self.number:
                if "error" in got:
                    raise SystemExit(f"{method}: {got['error']}")
                return got["result"]
            self.events.append(got)

    def value(self, session, expression):
        result = self.ask("Runtime.evaluate", session, expression=expression, returnByValue=True)
        return result["result"].get("value")


def checked(chromium, address):
    target = chromium.ask("Target.createTarget", url="about:blank")["targetId"]
    session = chromium.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ("Page", "Runtime", "Log", "Network"):
        chromium.ask(f"{domain}.enable", session)
    chromium.ask("Page.navigate", session, url=address)
    end = time.monotonic() + 60
    while chromium.value(session, "document.readyState + location.href") != f"complete{address}":
        if time.monotonic() > end:
            raise SystemExit("the page did not open")
        time.sleep(0.05)
    chromium.value(session, 'document.getElementById("evidence-check").click()')
    while (answer := chromium.value(session, ANSWER)) == "null":
        if time.monotonic() > end:
            raise SystemExit("the button gave no answer")
        time.sleep(0.05)
    found = json.loads(answer)
    found["errors"] = [event["params"] for event in chromium.events if event.get("method") in ERRORS]
    asked = (event["params"]["request"]["url"] for event in chromium.events
             if event.get("method") == "Network.requestWillBeSent")
    found["requests"] = [url for url in asked if url.split("#")[0] != address]
    return found


def main():
    if len(sys.argv) != 3:
        sys.exit(f"usage: {sys.argv[0]} CHROMIUM PAGE.html")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chromium = Chromium(sys.argv[1], profile)
        try:
            print(json.dumps(checked(chromium, pathlib.Path(sys.argv[2]).resolve().as_uri())))
        finally:
            chromium.process.terminate()
            chromium.process.wait()


if __name__ == "__main__":
    main()
