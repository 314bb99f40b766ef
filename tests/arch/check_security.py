#!/usr/bin/env python3
"""Checks docs/security.md: every line of its tables names tests, and those are there; and that the gateway has no way to
open a connection (API7).

Usage: check_security.py [ROOT]    exits 1 and prints what is wrong where something is.
"""

import pathlib
import re
import sys

TEST = re.compile(r"`(tst_[a-z0-9_]+)::([A-Za-z0-9]+)`")
ROW = re.compile(r"^\| *(API\d+|see |guess |count |slow |take )")
RISKS = [f"API{n}" for n in range(1, 11)]
OUTGOING = re.compile(r"\basync_connect\b|\basio::connect\b|\basync_resolve\b|ip::[a-z]+::resolver\b|libcurl|<curl/")
# Names of listening addresses are looked up; nothing is opened there.
LOOKS_UP = {"gateway/transport/listener.cpp"}
GATEWAY = ["base", "api", "protocol", "domain", "storage", "transport", "server"]


def missing_tests(document, tests):
    """`tests`: file name without its ending -> text. Yields what the document names and is not there."""
    for number, line in enumerate(document.splitlines(), 1):
        if not ROW.match(line):
            continue
        named = TEST.findall(line)
        if not named:
            yield f"docs/security.md:{number}: names no test"
        for file, function in named:
            text = tests.get(file)
            if text is None:
                yield f"docs/security.md:{number}: there is no {file}.cpp"
            elif not re.search(rf"\bvoid {function}\(\)", text):
                yield f"docs/security.md:{number}: {file}.cpp has no test {function}"
    rows = {match.group(1) for match in map(ROW.match, document.splitlines()) if match}
    for risk in RISKS:
        if risk not in rows:
            yield f"docs/security.md: has no line about {risk}"


def outgoing(path, text):
    """Lines of the gateway that could open a connection."""
    if path in LOOKS_UP:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if OUTGOING.search(line.split("//")[0]):
            yield f"{path}:{number}: the gateway opens no connections (docs/security.md, API7)"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    tests = {path.stem: path.read_text(encoding="utf-8") for path in (root / "tests").rglob("tst_*.cpp")}
    faults = list(missing_tests((root / "docs/security.md").read_text(encoding="utf-8"), tests))
    for folder in GATEWAY:
        for path in sorted((root / "gateway" / folder).rglob("*")):
            if path.suffix in (".h", ".cpp"):
                faults += outgoing(path.relative_to(root).as_posix(), path.read_text(encoding="utf-8"))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
