#!/usr/bin/env python3
"""How much memory the gateway takes: with cars that only stand there, and with a fleet under load.

Each step on a gateway of its own: empty; 1,000 idle cars; 18,000 idle cars; 18,000 cars that send. What one idle
connection costs is the difference of the idle steps, without the kernel's part. Beside it mosquitto with the same cars.
Prints a table and writes memory.json.
"""
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import bench_common as bench


def highest_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def step(server, args, folder, cars, offered):
    """Connects the cars, lets them be or send, and looks at the server."""
    server.start()
    try:
        if cars == 0:
            time.sleep(0.5)
            return {"memoryMb": bench.memory_mb(server.pid), "highestMb": highest_mb(server.pid)}
        # Idle: so seldom that nothing comes while it is looked at.
        rate = offered / cars if offered else 0.0001
        generator = bench.Generator(args.bin, folder, server, cars, rate, 1, args.seconds)
        generator.wait_for("sending")
        time.sleep(args.seconds * 0.8)
        memory = bench.memory_mb(server.pid)
        told = generator.finish()
        if told["refused"] or told["lost"]:
            sys.exit(f"{server.name}: {told['refused']} cars refused, {told['lost']} messages lost")
        return {"memoryMb": memory, "highestMb": highest_mb(server.pid),
                "messagesPerSecond": told["acknowledged"] / told["seconds"]}
    finally:
        server.stop()


def main():
    args = bench.arguments(__doc__.splitlines()[0], cars=(18_000, "of the large steps"),
                           offered=(60_000, "messages a second under load"), seconds=(5.0, "of each step"))
    steps = [("empty", 0, 0), ("1,000 idle cars", 1000, 0), (f"{args.cars:,} idle cars", args.cars, 0),
             (f"{args.cars:,} cars, {args.offered // 1000}k/s", args.cars, args.offered)]
    found = {}
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        for kind in ("carport", "mosquitto"):
            if kind == "mosquitto" and not shutil.which("mosquitto"):
                continue
            folder = Path(temporary) / kind
            folder.mkdir()
            cars = bench.cars_file(folder, args.cars)
            server = bench.Carport(args.bin, folder, cars) if kind == "carport" else bench.Mosquitto(folder, args.cars)
            for name, count, offered in steps:
                print(f"{kind}: {name} …", file=sys.stderr)
                found.setdefault(name, {})[kind] = step(server, args, folder, count, offered)
    idle, few = steps[2], steps[1]
    for kind in found[idle[0]]:
        more = found[idle[0]][kind]["memoryMb"] - found[few[0]][kind]["memoryMb"]
        found[idle[0]][kind]["bytesPerConnection"] = more * 1024 * 1024 / (idle[1] - few[1])
    rows = [(name, kind, one["memoryMb"], one["highestMb"], one.get("bytesPerConnection"), one.get("messagesPerSecond"))
            for name, kinds in found.items() for kind, one in kinds.items()]
    bench.print_table([("step", 28, None), ("server", 11, None), ("MB", 8, ".1f"), ("highest MB", 12, ".1f"),
                       ("bytes/connection", 18, ",.0f"), ("msgs/s", 10, ",.0f")], rows)
    bench.write_json(args.out, "memory", {"options": {"cars": args.cars, "offered": args.offered}, "steps": found})


if __name__ == "__main__":
    main()
