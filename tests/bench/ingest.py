#!/usr/bin/env python3
"""How fast the gateway takes in messages, beside mosquitto and a raw frame counter with the same generator in one run.

Every case runs in turn on every server, because a busy machine slows all of them: trust ratios and CPU per message
before rates. Everything shares the machine's cores: server, generator and subscriber. Prints a table and writes
ingest.json. `--show` instead offers 60,000 messages a second from 18,000 cars for 60 s with one subscriber, and counts
what was acknowledged, delivered and stored.
"""
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import bench_common as bench

PACED = 60_000  # messages a second offered where the rate is given


def measure(server, case, args, folder):
    """One case on one server: rate and CPU per message while the cars send."""
    listener = bench.Listener(args.bin, folder, server, case["qos"]) if case["subscriber"] else None
    rate = case["offered"] / case["cars"] if case["offered"] else 0
    generator = bench.Generator(args.bin, folder, server, case["cars"], rate, case["qos"], case["seconds"])
    generator.wait_for("sending")
    watch = bench.Watch(server, generator, listener)
    counted_before = server.counters()
    generator.wait_for("draining", case["seconds"] + 60)
    used = watch.end()
    told = generator.finish()
    counted = server.counters()
    # What the generator still had under way belongs to the CPU that was measured only in part: a few milliseconds.
    sent = told["acknowledged"] if case["qos"] else told["sent"]
    done, shed = sent, 0
    if counted:
        shed = counted["shed"] - counted_before["shed"]
        done = min(done, counted["stored"] - counted_before["stored"])  # on disk, not thrown at a socket
    heard = None
    if listener:
        deadline = time.monotonic() + 10
        last = -1.0
        while time.monotonic() < deadline:  # until it is quiet
            now = bench.cpu_seconds(listener.pid)
            if now == last:
                break
            last = now
            time.sleep(0.3)
        heard = listener.stop()
    found = {"messagesPerSecond": done / told["seconds"], "sent": told["sent"], "done": done, "lost": told["lost"],
             "shed": shed, "refused": told["refused"], "broken": told["brokenConnections"],
             "skipped": told["skipped"], "memoryMb": bench.memory_mb(server.pid), "latencyMs": told.get("latencyMs"),
             "cpuMicroseconds": {name: seconds * 1e6 / max(1, done) for name, seconds in used.items()}}
    if heard:
        found["delivered"] = heard["received"]
        found["deliveryMs"] = heard.get("latencyMs")
    return found


def wanted_cases(args):
    cases = []
    for cars in (1000, args.cars):
        for qos in (0, 1):
            for subscriber in (False, True):
                cases.append({"cars": cars, "qos": qos, "subscriber": subscriber, "offered": 0,
                              "seconds": args.seconds})
    cases.append({"cars": args.cars, "qos": 1, "subscriber": True, "offered": args.offered,
                  "seconds": max(args.seconds, 5)})
    return cases


def name_of(case):
    kind = f"{case['offered'] // 1000}k/s offered" if case["offered"] else "flat out"
    return f"{case['cars']:,} cars, QoS {case['qos']}, {'# subscriber' if case['subscriber'] else 'no subscriber'}, {kind}"


def compare(found):
    """Medians a server, and carport's as ratios to mosquitto's."""
    row = {}
    for server, results in found.items():
        row[server] = dict(results[0])
        row[server]["messagesPerSecond"] = statistics.median(r["messagesPerSecond"] for r in results)
        row[server]["cpuMicroseconds"] = {
            name: statistics.median(r["cpuMicroseconds"].get(name, 0) for r in results)
            for name in results[0]["cpuMicroseconds"]}
    if "carport" in row and "mosquitto" in row:
        ours, theirs = row["carport"], row["mosquitto"]
        row["ratio"] = {
            "messagesPerSecond": ours["messagesPerSecond"] / max(1e-9, theirs["messagesPerSecond"]),
            "cpu": ours["cpuMicroseconds"]["carport"] / max(1e-9, theirs["cpuMicroseconds"]["mosquitto"])}
    return row


def print_rows(rows):
    columns = [("case", 55, None), ("server", 11, None), ("msgs/s", 10, ",.0f"), ("CPU µs", 8, ".1f"),
               ("gen µs", 8, ".1f"), ("sub µs", 8, ".1f"), ("MB", 6, ".0f"), ("p50 ms", 8, ".1f"),
               ("p99 ms", 8, ".1f"), ("lost", 6, "d"), ("shed", 9, "d"), ("undelivered", 12, "d")]
    lines = []
    for row in rows:
        for server in ("floor", "mosquitto", "carport"):
            if server not in row["servers"]:
                continue
            one = row["servers"][server]
            cpu, latency = one["cpuMicroseconds"], one["latencyMs"] or {}
            missing = one["sent"] - one["delivered"] if "delivered" in one else None
            lines.append((row["case"], server, one["messagesPerSecond"], cpu[server], cpu["generator"],
                          cpu.get("subscriber"), one["memoryMb"], latency.get("p50"), latency.get("p99"), one["lost"],
                          one["shed"], missing))
        if "ratio" in row["servers"]:
            ratio = row["servers"]["ratio"]
            lines.append(("", "ratio", None, ratio["cpu"]) + (None,) * 8)
            lines[-1] = ("", f"ratio {ratio['messagesPerSecond']:.2f}×", None, ratio["cpu"]) + (None,) * 8
    bench.print_table(columns, lines)


def show(args, folder):
    """The load of the show, on the gateway alone."""
    server = bench.Carport(args.bin, folder, bench.cars_file(folder, args.cars))
    server.start()
    try:
        case = {"cars": args.cars, "qos": 1, "subscriber": True, "offered": args.offered, "seconds": args.seconds}
        found = measure(server, case, args, folder)
    finally:
        server.stop()
    counted = bench.run(server.carportd, "export", "--count", "odometer", "--data", server.data).split()
    found["readBack"] = int(counted[0])
    print_rows([{"case": name_of(case), "servers": {"carport": found}}])
    print(f"\nsent {found['sent']:,}, left out because late {found['skipped']:,}, on disk {found['done']:,}, delivered "
          f"{found['delivered']:,}, read back {found['readBack']:,}, lost {found['lost']}, connections broken {found['broken']}")
    bench.write_json(args.out, "ingest-show", {"case": case, "result": found})
    return found["lost"] == 0 and found["delivered"] >= found["done"] and found["readBack"] >= found["done"]


def main():
    args = bench.arguments(__doc__.splitlines()[0], cars=(18_000, "of the large cases"), offered=(PACED, "messages a second where paced"),
                           seconds=(3.0, "of sending, each time"), rounds=(1, "how often each case runs"),
                           limit=(165.0, "no new case is begun after so many seconds"),
                           only=("", "run only the cases whose name has this in it"), show=(False, "the load of the show"))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        folder = Path(temporary)
        if args.show:
            args.seconds = 60.0 if args.seconds == 3.0 else args.seconds
            sys.exit(0 if show(args, folder) else 1)
        servers = [bench.Carport(args.bin, folder, bench.cars_file(folder, args.cars)), bench.Floor(args.bin)]
        if shutil.which("mosquitto"):
            servers.insert(1, bench.Mosquitto(folder, args.cars))
        else:
            print("mosquitto is not installed: there is nothing to compare with", file=sys.stderr)
        results, left_out = {}, []
        try:
            for server in servers:
                server.start()
            for _ in range(args.rounds):
                for case in wanted_cases(args):
                    name = name_of(case)
                    if args.only not in name:
                        continue
                    if time.monotonic() - started > args.limit:
                        left_out.append(name)
                        continue
                    for server in servers:
                        if server.name == "floor" and (case["subscriber"] or case["offered"]):
                            continue
                        print(f"{name}: {server.name} …", file=sys.stderr)
                        results.setdefault(name, {}).setdefault(server.name, []).append(
                            measure(server, case, args, folder))
        finally:
            for server in servers:
                server.stop()
    rows = [{"case": name, "servers": compare(found)} for name, found in results.items()]
    print_rows(rows)
    for name in left_out:
        print(f"left out, because the time was up: {name}")
    options = {"cars": args.cars, "seconds": args.seconds, "rounds": args.rounds, "offered": args.offered}
    bench.write_json(args.out, "ingest", {"options": options, "cases": rows})


if __name__ == "__main__":
    main()
