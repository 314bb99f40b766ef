#!/usr/bin/env python3
"""What access decisions cost with 10,000 rules: remembered by a session (the bound is 1 µs) and cold (20 µs), for 500
people and 30,000 cars. Prints a table and writes access.json; ends with 1 where a median is above its bound."""
import json
import sys

import bench_common as bench

BOUND_NS = {"cachedPublish": 1000, "cachedReceive": 1000, "cold": 20000, "coldNoRule": 20000, "coldCommand": 20000}


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
    bench.write_json(args.out, "access", {"access": found})
    over = [names[key] for key, bound in BOUND_NS.items() if found[key]["nsMedian"] > bound]
    if over:
        sys.exit("above its bound: " + "; ".join(over))


if __name__ == "__main__":
    main()
