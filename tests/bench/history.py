#!/usr/bin/env python3
"""How fast stored telemetry is read: one car's day of one metric (172,800 points), exact and as 2,000 buckets, and a
month of 1,000 cars as one chart of 720 hourly buckets. Prints a table and writes history.json."""
import json
import sys
import tempfile
from pathlib import Path

import bench_common as bench


def main():
    args = bench.arguments(__doc__.splitlines()[0], rounds=(15, "of each query"))
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        found = json.loads(bench.run(args.bin / "bench_history", "--folder", Path(temporary) / "data", "--rounds",
                                     args.rounds, timeout=300))
    if not found["compacted"]:
        print("compaction did not finish in time: what follows is slower than it would be", file=sys.stderr)
    names = {"carDayExact": "one car's day, every sample", "carDayBuckets": "the same as 2,000 buckets",
             "fleetMonth": "a month of the fleet, hourly"}
    bench.print_table([("query", 30, None), ("points", 10, ",d"), ("ms min", 9, ".2f"), ("ms median", 11, ".2f"),
                       ("ms max", 9, ".2f")],
                      [(name, found[key]["points"], found[key]["msMin"], found[key]["msMedian"], found[key]["msMax"])
                       for key, name in names.items()])
    print(f"\n{found['messages']:,} messages written in {found['secondsToWrite']:.1f} s, compacted in "
          f"{found['secondsToCompact']:.1f} s")
    bench.write_json(args.out, "history", {"history": found})


if __name__ == "__main__":
    main()
