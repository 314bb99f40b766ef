#!/usr/bin/env python3
"""What access decisions cost with 10,000 rules: remembered by a session (the bound is 1 µs) and cold (20 µs), for 500
people and 30,000 cars; and how long it takes to import these cars into a gateway that runs (60 s), with a dry run before.
Prints tables and writes access.json; ends with 1 where a median or a time is above its bound."""
import json
import sys
import tempfile
import time
from pathlib import Path

import bench_common as bench

BOUND_NS = {"cachedPublish": 1000, "cachedReceive": 1000, "cold": 20000, "coldNoRule": 20000, "coldCommand": 20000}
IMPORTED_CARS = 30_000
IMPORT_BOUND_SECONDS = 60


def import_seconds(bin_folder):
    """What the dry run and the import itself take, each as one command to a gateway that runs."""
    took = {}
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        folder = Path(temporary)
        server = bench.Carport(bin_folder, folder)
        server.start()
        try:
            cars = bench.cars_file(folder, IMPORTED_CARS)
            for name, option in (("dryRun", ["--dry-run"]), ("import", [])):
                began = time.monotonic()
                bench.run(server.carportd, "import", cars, "--data", server.data, *option, timeout=300)
                took[name] = time.monotonic() - began
        finally:
            server.stop()
    return took


def main():
    args = bench.arguments(__doc__.splitlines()[0], rules=(10_000, "in force"))
    found = json.loads(bench.run(args.bin / "bench_access", "--rules", args.rules, timeout=300))
    names = {"cachedPublish": "a car's own telemetry, remembered", "cachedReceive": "a message to a subscriber, remembered",
             "cold": "may somebody view a car, cold", "coldNoRule": "the same where no rule decides",
             "coldCommand": "may somebody send this command, cold"}
    bench.print_table([("decision", 38, None), ("ns median", 11, ",.0f"), ("ns 99 %", 11, ",.0f"), ("bound", 9, ",d")],
                      [(name, found[key]["nsMedian"], found[key]["ns99"], BOUND_NS[key])
                       for key, name in names.items()])
    print(f"\n{found['rules']:,} rules, {found['cars']:,} cars, {found['users']:,} people")
    took = import_seconds(args.bin)
    print(f"{IMPORTED_CARS:,} cars imported from CSV: dry run {took['dryRun']:.1f} s, import {took['import']:.1f} s "
          f"(bound {IMPORT_BOUND_SECONDS} s)")
    bench.write_json(args.out, "access", {"access": found, "importSeconds": took})
    over = [names[key] for key, bound in BOUND_NS.items() if found[key]["nsMedian"] > bound]
    if took["import"] > IMPORT_BOUND_SECONDS:
        over.append(f"the import of {IMPORTED_CARS:,} cars")
    if over:
        sys.exit("above its bound: " + "; ".join(over))


if __name__ == "__main__":
    main()
