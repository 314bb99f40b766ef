#!/usr/bin/env python3
"""Reads every #include and every function of the project and says where the architecture's rules are broken.

Usage: check_architecture.py [ROOT]    exits 1 and prints `file:line: what is wrong` where something is.
The rules are those of ARCHITECTURE.md, “What may know what” and “Sizes”.
"""

import pathlib
import re
import sys

# Folder -> the project folders whose headers it may include. A folder may always include its own headers.
MAY_INCLUDE = {
    "gateway/base": [],
    "gateway/api": ["gateway/base"],
    "gateway/protocol/mqtt": ["gateway/base", "gateway/api"],
    "gateway/protocol/payload": ["gateway/base", "gateway/api"],
    "gateway/protocol/socketio": ["gateway/base", "gateway/api"],
    "gateway/domain": ["gateway/base", "gateway/api"],
    "gateway/storage": ["gateway/base", "gateway/api", "gateway/domain"],
    "gateway/transport": ["gateway/base", "gateway/api"],
    "gateway/server": ["gateway/base", "gateway/api", "gateway/protocol", "gateway/domain", "gateway/transport"],
    "gateway/sinks": ["gateway/base", "gateway/api"],
    "gateway/simulator": ["gateway/base", "gateway/api", "gateway/protocol", "gateway/transport"],
    "ui/client": ["gateway/base", "gateway/api"],
    "ui/models": ["gateway/base", "gateway/api", "ui/client"],
    "ui/widgets": ["gateway/base", "gateway/api", "ui/client", "ui/models"],
    "ui/shell": ["gateway/base", "gateway/api", "ui/client", "ui/models", "ui/widgets"],
    "app": ["app", "gateway", "ui"],
}

# Folders that know no sockets, SQL, threads or wall clock; time is a parameter there.
PURE_FOLDERS = ("gateway/protocol", "gateway/domain")
IMPURE_HEADERS = re.compile(r"<(boost/asio|boost/beast|sqlite3|SQLiteCpp|thread|future|condition_variable|sys/|unistd)")
WALL_CLOCK = re.compile(r"\b(system_clock|steady_clock|high_resolution_clock)::now\b|\bSystemClock\b")

# POSIX stays out, so that Windows and macOS keep compiling, but for one small file a need, which asks for the platform.
POSIX_FILES = {
    "gateway/base/open_files.cpp",  # how many files may be open at once
    "gateway/base/thread_priority.cpp",  # threads that nobody waits for
}
POSIX_HEADERS = re.compile(r"<(unistd\.h|sys/|fcntl\.h|netinet/|arpa/|poll\.h|pthread[./]|sched\.h|signal\.h|windows\.h)")
QT_HEADER = re.compile(r"<(Q[A-Za-z]|Qt[A-Z])")
GUI_HEADER = re.compile(r"<(QtGui|QtWidgets|QtCharts|QWidget|QPainter|QPixmap|QImage|QColor|QBrush|QPen|QFont|QIcon|"
                        r"QApplication|QGuiApplication|QPalette|QStyle|QAbstractButton|QPolygon|QTransform)")

MAX_HEADER_LINES = 200
MAX_SOURCE_LINES = 400
MAX_FUNCTION_LINES = 60

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<][^">]+[">])')


def folder_of(path):
    """The longest folder of MAY_INCLUDE that `path` is in, or None."""
    matches = [folder for folder in MAY_INCLUDE if path == folder or path.startswith(folder + "/")]
    return max(matches, key=len, default=None)


def include_errors(path, text):
    """Yields (line, what) for each #include of the file that breaks a rule."""
    folder = folder_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        include = found.group(1)
        if include.startswith('"'):
            yield from project_include_errors(folder, include.strip('"'), number)
        else:
            yield from system_include_errors(path, include, number)


def project_include_errors(folder, target, number):
    if target.endswith(".moc") or target.startswith("ui_") or folder is None:
        return
    if "/" not in target:
        yield number, f'"{target}" is not written from the project\'s root'
        return
    allowed = [folder, *MAY_INCLUDE[folder]]
    if not any(target.startswith(name + "/") for name in allowed):
        yield number, f"{folder} may not include {target}; it may include {', '.join(allowed)}"


def system_include_errors(path, include, number):
    if path.startswith("gateway/") and QT_HEADER.match(include):
        yield number, f"gateway/ may not include Qt ({include})"
    if path.startswith(("ui/client/", "ui/models/")) and GUI_HEADER.match(include):
        yield number, f"ui/client and ui/models know QtCore alone, not {include}"
    if path.startswith(PURE_FOLDERS) and IMPURE_HEADERS.match(include):
        yield number, f"protocol/ and domain/ know no sockets, SQL or threads ({include})"
    if POSIX_HEADERS.match(include) and not path.startswith("tests/") and path not in POSIX_FILES:
        yield number, f"POSIX is not portable ({include}); use the standard library, Asio or Qt"


def without_comments_and_strings(text):
    """The text with comments, string and character literals blanked out, line breaks kept."""
    pattern = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)
    return pattern.sub(lambda m: '""' + "\n" * m.group(0).count("\n"), text)


CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b(?![^{]*\)\s*(const|noexcept|override|final|->|\{|$))")


def functions(text):
    """Yields (first line, last line) of each function defined at namespace or class level."""
    code = without_comments_and_strings(text)
    code = re.sub(r"^[ \t]*#.*(?:\\\n.*)*", "", code, flags=re.M)
    depth_kinds, start, line = [], 0, 1
    line_of = lambda position: code.count("\n", 0, position) + 1
    for position, char in enumerate(code):
        if char == ";" and "function" not in depth_kinds:
            start = position + 1
        elif char == "{":
            head = code[start:position]
            if "function" in depth_kinds or "value" in depth_kinds:
                kind = "inner"
            elif CONTAINER.search(head) and not re.search(r"\)\s*(const|noexcept|override|final)*\s*(->.*)?$", head.strip()):
                kind = "container"
            elif "(" in head and not re.search(r"=\s*$", head):
                kind = "function"
                line = line_of(start + len(head) - len(head.lstrip()))
            else:
                kind = "value"
            depth_kinds.append(kind)
            if kind == "container":
                start = position + 1
        elif char == "}" and depth_kinds:
            kind = depth_kinds.pop()
            if kind == "function":
                yield line, line_of(position)
            if kind in ("function", "container"):
                start = position + 1


def size_errors(path, text):
    lines = text.count("\n")
    limit = MAX_HEADER_LINES if path.endswith(".h") else MAX_SOURCE_LINES
    if lines > limit:
        yield 1, f"{lines} lines; a {'header' if path.endswith('.h') else 'source'} has at most {limit}: split it"
    for first, last in functions(text):
        if last - first + 1 > MAX_FUNCTION_LINES:
            yield first, f"a function of {last - first + 1} lines; at most {MAX_FUNCTION_LINES}: split it"


def text_errors(path, text):
    if path.endswith(".h") and "#pragma once" not in text:
        yield 1, "a header without #pragma once"
    if not path.startswith(PURE_FOLDERS):
        return
    for number, line in enumerate(without_comments_and_strings(text).splitlines(), 1):
        if WALL_CLOCK.search(line):
            yield number, "protocol/ and domain/ read no clock: time is a parameter or an injected Clock"


def check(root):
    """All errors of the tree as sorted `file:line: what` strings."""
    errors = []
    for top in ("app", "gateway", "ui", "tests"):
        for file in sorted((root / top).rglob("*")):
            # What npm installs for the integration tests is not the project's.
            if file.suffix not in (".h", ".cpp") or "node_modules" in file.parts:
                continue
            path = file.relative_to(root).as_posix()
            text = file.read_text(encoding="utf-8")
            found = [*size_errors(path, text), *text_errors(path, text)]
            if not path.startswith("tests/"):
                found += include_errors(path, text)
                if folder_of(path) is None:
                    found.append((1, "in a folder that the architecture does not know"))
            errors += [f"{path}:{line}: {what}" for line, what in sorted(found)]
    return errors


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    errors = check(root)
    print("\n".join(errors) if errors else "The architecture's rules hold.")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
