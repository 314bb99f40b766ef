#!/usr/bin/env python3
"""Takes a picture of every page of the portal, light and dark, small and large, into docs/screenshots.

One demonstration fleet drives for all of them; needs xvfb-run. `./dev screenshots` builds the portal and calls this.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

PAGES = {"map": "map", "cars": "cars", "car": "car:demo-0001", "permissions": "permissions", "commands": "commands",
         "gateway": "gateway"}
LOOKS = ("light", "dark")
SIZES = ("1280x720", "2560x1440")
WARM_UP_SECONDS = 60  # what plots and day bars have to show
SETTLE_SECONDS = 8    # until a page that was just opened has all it shows
SPARE_SECONDS = 60    # beyond that a portal hangs


def picture(args, data, page, look, size, file, seconds):
    command = ["xvfb-run", "-a", "-s", "-screen 0 2600x1500x24", str(args.bin / "carport"), "--data", str(data),
               "--demo", str(args.cars), "--page", page, "--look", look, "--size", size, "--screenshot", str(file),
               "--after", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + SPARE_SECONDS)
    if done.returncode != 0 or not file.exists():
        sys.exit(f"The picture {file.name} was not taken: {done.stderr.strip()[-500:]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"), help="folder with the programs")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("docs/screenshots"), help="folder for the pictures")
    parser.add_argument("--cars", type=int, default=200)
    parser.add_argument("--only", default="", help="only pictures whose name has this in it")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="carport-screenshots-") as folder:
        data = pathlib.Path(folder) / "data"
        picture(args, data, "map", "light", SIZES[0], pathlib.Path(folder) / "warm-up.png", WARM_UP_SECONDS)
        for name, page in PAGES.items():
            for look in LOOKS:
                for size in SIZES:
                    file = args.out / f"{name}-{look}-{size}.png"
                    if args.only in file.name:
                        picture(args, data, page, look, size, file, SETTLE_SECONDS)
                        print(file.name, f"{file.stat().st_size // 1024} kB", flush=True)


if __name__ == "__main__":
    main()
