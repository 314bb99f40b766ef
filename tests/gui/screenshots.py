#!/usr/bin/env python3
"""Takes a picture of everything the portal shows, light and dark, small and large, into docs/screenshots.

One demonstration fleet with a morning behind it drives for all of them; tests/gui/tst_portal_views.cpp walks through the
window and saves the pictures, which this reduces to a palette. Needs pngquant. `./dev screenshots` builds the walk and
calls this.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

WALK_SECONDS = 900  # beyond that a portal hangs
AT_ONCE = os.cpu_count() or 2
DATA = pathlib.Path(tempfile.gettempdir()) / "carport"  # the page of the gateway shows it: always the same, and plain


def reduce(picture, out):
    """Colours beyond a palette's 256 are hardly to be seen in an interface; a picture that needs more is kept as it is."""
    done = subprocess.run(["pngquant", "--quality", "80-96", "--speed", "1", "--strip", "--force", "--output", str(out),
                           str(picture)])
    if done.returncode != 0:
        out.write_bytes(picture.read_bytes())


def walk(args, folder):
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", CARPORT_REDUCED_MOTION="1", CARPORT_PICTURES=folder,
                       CARPORT_PICTURE_DATA=str(DATA), CARPORT_PICTURE_CARS=str(args.cars), CARPORT_PICTURE_HOURS=str(args.hours))
    if args.large_text:
        environment["CARPORT_PICTURE_LARGE"] = "1"
    return subprocess.run([str(args.tests / "tst_portal_views"), "-maxwarnings", "0"], env=environment,
                          capture_output=True, text=True, timeout=WALK_SECONDS)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tests", type=pathlib.Path, default=pathlib.Path("build/dev/tests"), help="folder with the tests")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("docs/screenshots"), help="folder for the pictures")
    parser.add_argument("--cars", type=int, default=200)
    parser.add_argument("--hours", type=float, default=4, help="that they have driven already")
    parser.add_argument("--large-text", action="store_true", help="also with text of 200 %%")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    if DATA.exists():
        sys.exit(f"The pictures show the folder {DATA} with the fleet's data, but there is one already. Move it away first.")
    with tempfile.TemporaryDirectory(prefix="carport-screenshots-") as folder:
        try:
            walked = walk(args, folder)
        finally:
            shutil.rmtree(DATA, ignore_errors=True)
        pictures = sorted(pathlib.Path(folder).glob("*.png"))
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda picture: reduce(picture, args.out / picture.name), pictures))
    names = {picture.name for picture in pictures}
    if walked.returncode == 0:
        for old in args.out.glob("*.png"):
            if old.name not in names:
                old.unlink()
    megabytes = sum(file.stat().st_size for file in args.out.glob("*.png")) / 1e6
    print(f"{len(names)} pictures, {megabytes:.1f} MB, {time.monotonic() - begin:.0f} s")
    if walked.returncode != 0:
        sys.exit(walked.stdout[-4000:] + walked.stderr[-2000:])


if __name__ == "__main__":
    main()
