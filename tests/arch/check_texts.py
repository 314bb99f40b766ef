#!/usr/bin/env python3
"""Says which sentences with counts in them have no form for one and for several in translations/carport_en.ts, and
where a name is put into a sentence in front of something else: “50%2” in a name would take the second one's place.

Usage: check_texts.py [ROOT]    exits 1 and prints `file: what is wrong` where something is. `./dev texts` adds what is
missing; the forms are then written by hand.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree

# A text with a count, alone or in pieces that the compiler puts together.
COUNTED = re.compile(r'\btr\(\s*((?:"(?:\\.|[^"\\])*"\s*)+),\s*nullptr', re.S)
NAME_FIRST = re.compile(r"\.arg\(\s*([\w.>()-]*name(?:\(\))?)\s*\)\s*\.arg\(", re.I)
PIECE = re.compile(r'"((?:\\.|[^"\\])*)"')


def counted_texts(root):
    """Yields (file, text) for each counted text of the code."""
    for file in sorted((root / "ui").rglob("*.cpp")):
        for found in COUNTED.finditer(file.read_text(encoding="utf-8")):
            text = "".join(PIECE.findall(found.group(1)))
            yield file.relative_to(root).as_posix(), text.replace('\\"', '"').replace("\\n", "\n")


def names_first(root):
    """Yields (file, name) for each name that is put in before something else is."""
    for file in sorted((root / "ui").rglob("*.cpp")):
        for found in NAME_FIRST.finditer(file.read_text(encoding="utf-8")):
            yield file.relative_to(root).as_posix(), found.group(1)


def forms(root):
    """Text -> its forms, each text once however many contexts it is in."""
    tree = xml.etree.ElementTree.parse(root / "translations/carport_en.ts")
    known = {}
    for message in tree.iter("message"):
        written = [form.text or "" for form in message.iter("numerusform")]
        if message.find("translation").get("type"):
            written = []
        known.setdefault(message.find("source").text, []).append(written)
    return known


def check(root):
    errors = []
    known = forms(root)
    used = set()
    for file, text in counted_texts(root):
        used.add(text)
        if not re.search(r"%L?n", text):
            errors.append(f"{file}: “{text}” has a count but no %n or %Ln for it")
        elif text not in known:
            errors.append(f"{file}: “{text}” is not in translations/carport_en.ts; run ./dev texts")
    for text, all_forms in known.items():
        if text not in used:
            errors.append(f"translations/carport_en.ts: “{text}” is nowhere in the code")
        for written in all_forms:
            if len(written) != 2 or not all(re.search(r"%L?n", form) for form in written):
                errors.append(f"translations/carport_en.ts: “{text}” needs a form for one and one for several")
    for file, name in names_first(root):
        errors.append(f"{file}: {name} goes into the sentence by the same arg() as what comes behind it")
    return errors


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    errors = check(root)
    print("\n".join(errors) if errors else "Every sentence with a count has its forms.")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
