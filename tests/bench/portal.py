#!/usr/bin/env python3
"""How the portal feels, attached to a gateway that takes in 60,000 messages a second.

The real window on a virtual display of 1600 × 900 without a GPU, and a hand that drags, turns the wheel and presses
keys on the map and in the table of cars: how long until the window is painted with what it did, how often the cars are
drawn anew meanwhile, and the portal's memory. Gateway, cars, X server and portal share the machine's cores: the table
says what share each of them had. Prints tables, writes portal.json, and ends with 1 where a promise is not kept.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_common as bench

LATENCY_MS = 50
MEMORY_MB = 400
DRAWN_PER_SECOND = 20
SETTLING = 12  # seconds that the portal takes until it measures, and the cars go on after it


def highest_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) / 1024


def gui_seconds(pid):
    """Processor time of the thread that main() runs in."""
    fields = Path(f"/proc/{pid}/task/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / bench.TICKS


class Portal(bench.Client):
    """bench_portal on a display of its own."""

    name = "portal"

    def __init__(self, args, folder, server):
        self.log = (folder / "portal.log").open("w+")
        command = ["xvfb-run", "-a", "-s", "-screen 0 1600x900x24", args.bin / "bench_portal", "--gateway",
                   f"http://{server.http}", "--cars", str(args.cars), "--seconds", str(args.seconds)]
        # The token stands in no list of processes.
        environment = os.environ | {"CARPORT_TOKEN": server.token, "XDG_RUNTIME_DIR": str(folder)}
        # In a group of its own, so that the display does not outlive the window where something goes wrong.
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment,
                                        start_new_session=True)
        self.own_pid = int(self.expect("ready").split()[1])

    def __exit__(self, *_):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=30)

    @property
    def pid(self):
        return self.own_pid

    def expect(self, beginning):
        line = self.process.stdout.readline()
        if not line.startswith(beginning):
            self.log.seek(0)
            sys.exit(f"bench_portal did not get to “{beginning}”:\n{line}{self.log.read()}")
        return line


def measure(args, folder):
    server = bench.Carport(args.bin, folder, bench.cars_file(folder, args.cars))
    server.start()
    try:
        with bench.Generator(args.bin, folder, server, args.cars, args.offered / args.cars, 1,
                             args.seconds + SETTLING + args.cars / 1000) as generator:
            generator.wait_for("sending")
            with Portal(args, folder, server) as portal:
                portal.expect("measuring")
                watch, gui = bench.Watch(server, generator, portal), gui_seconds(portal.pid)
                before, began = server.counters()["stored"], time.monotonic()
                time.sleep(args.seconds * 0.9)
                used, gui = watch.end(), gui_seconds(portal.pid) - gui
                stored = (server.counters()["stored"] - before) / (time.monotonic() - began)
                memory = {"memoryMb": bench.memory_mb(portal.pid), "highestMb": highest_mb(portal.pid)}
                told = json.loads(portal.expect("{"))
                portal.process.wait(timeout=30)
        shares = {name: 100 * seconds / watch.seconds for name, seconds in used.items()}
        shares["portal's GUI thread"] = 100 * gui / watch.seconds
        return told | memory | {"samplesPerSecond": stored, "cpuPercentOfACore": shares}
    finally:
        server.stop()


def report(found, args):
    rows = [(kind, one["count"], one["p50"], one["p99"], one["max"]) for kind, one in found["latencyMs"].items()]
    bench.print_table([("what the hand does", 22, None), ("times", 8, "d"), ("p50 ms", 9, ".1f"), ("p99 ms", 9, ".1f"),
                       ("max ms", 9, ".1f")], rows)
    cores = os.cpu_count()
    shares = ", ".join(f"{name} {share:.0f} %" for name, share in found["cpuPercentOfACore"].items())
    print(f"\nof {cores} cores ({cores * 100} %), which other programs may use too (load {os.getloadavg()[0]:.1f}): {shares}")
    print(f"taken in {found['samplesPerSecond']:,.0f} messages/s of {args.offered:,} offered; told to the portal "
          f"{found['positionsPerSecond']:,.0f} positions/s of {found['cars']:,} cars; cars drawn anew "
          f"{found['carsDrawnPerSecond']:.1f} times a second, the window {found['framesPerSecond']:.1f} times")
    print(f"memory of the portal: {found['memoryMb']:.0f} MB, at most {found['highestMb']:.0f} MB")
    worst = max(one["p99"] for one in found["latencyMs"].values())
    kept = {"the load is what was offered": found["samplesPerSecond"] >= 0.95 * args.offered,
            f"99 % of what the hand does is seen within {LATENCY_MS} ms": worst < LATENCY_MS,
            f"cars are drawn anew {DRAWN_PER_SECOND} times a second": round(found["carsDrawnPerSecond"]) >= DRAWN_PER_SECOND,
            f"less than {MEMORY_MB} MB": found["highestMb"] < MEMORY_MB}
    for promise, holds in kept.items():
        print(f"{'kept' if holds else 'NOT KEPT':>8}: {promise}")
    return all(kept.values())


def main():
    args = bench.arguments(__doc__.splitlines()[0], cars=(18_000, "that send"), offered=(60_000, "messages a second"),
                           seconds=(20.0, "of looking on and using it"))
    if not shutil.which("xvfb-run"):
        sys.exit("xvfb-run is not installed: there is no display to open the window on")
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        found = measure(args, Path(temporary))
    holds = report(found, args)
    options = {"cars": args.cars, "offered": args.offered, "seconds": args.seconds}
    bench.write_json(args.out, "portal", {"options": options, "result": found})
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
