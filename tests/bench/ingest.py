#!/usr/bin/env python3
"""How fast the gateway takes in messages, beside mosquitto and a raw frame counter with the same generator in one run.

Every case runs in turn on every server, each time another one first and the others frozen meanwhile, because a busy
machine slows all of them: trust ratios and CPU per message before rates. Everything shares the machine's cores: server,
generator and subscriber. The rate counts what was acknowledged while the cars sent (in QoS 0 what was sent, until the
server had taken it in); the CPU everything until the last message was acknowledged and delivered. Prints a table and
writes ingest.json. `--show` instead offers 60,000 messages a second from 18,000 cars for 60 s with one subscriber, and
ends with 1 where not all of it was acknowledged in time, delivered and stored.
"""
import contextlib
import math
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import bench_common as bench

PACED = 60_000  # messages a second offered where the rate is given
SHOW_P99_MS = 150
LINGER = 60  # seconds that the cars stay at most, so that what is left to do can be waited for


def measure(server, case, args, folder):
    """One case on one server."""
    before = server.counters()
    with contextlib.ExitStack() as clients:
        listener = None
        if case["subscriber"]:
            listener = clients.enter_context(bench.Listener(args.bin, folder, server, case["qos"]))
        rate = case["offered"] / case["cars"] if case["offered"] else 0
        generator = clients.enter_context(bench.Generator(args.bin, folder, server, case["cars"], rate, case["qos"],
                                                          case["seconds"], linger=LINGER))
        generator.wait_for("sending")
        watch = bench.Watch(server, generator, listener)
        generator.wait_for("drained", case["seconds"] + 60)
        # What is acknowledged need not be delivered yet, and what was sent in QoS 0 not even read.
        taken_in = bench.wait_until_still(server.progress) if case["qos"] == 0 else None
        if listener:
            bench.wait_until_still(listener.progress)
        used = watch.end()
        memory = bench.memory_mb(server.pid)
        generator.leave()
        told = generator.finish()
        heard = listener.stop() if listener else None
    seconds = max(told["seconds"], taken_in - watch.at) if taken_in else told["seconds"]
    return result(case, told, heard, seconds, used, memory, before, server.counters())


def result(case, told, heard, seconds, used, memory, before, after):
    done = told["acknowledged"] if case["qos"] else told["sent"]
    in_time = told["acknowledgedInTime"] if case["qos"] else done
    shed = 0
    if after:
        shed = after["shed"] - before["shed"]
        done = min(done, after["stored"] - before["stored"])  # on disk, not thrown at a socket
    found = {"messagesPerSecond": min(in_time, done) / seconds, "sent": told["sent"], "done": done,
             "lost": told["lost"], "shed": shed, "refused": told["refused"], "broken": told["brokenConnections"],
             "skipped": told["skipped"], "memoryMb": memory, "latencyMs": told.get("latencyMs"),
             "cpuMicroseconds": {name: cpu * 1e6 / max(1, done) for name, cpu in used.items()}}
    if heard:
        # The cars' events come as well, and what was sent again may come again.
        found["delivered"] = heard["received"] - heard["duplicates"]
        owed = told["sent"] + told["eventsAndReplies"]["sent"] + told["repeated"]
        found["undelivered"] = owed - found["delivered"]
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


def in_turn(servers, case, turn):
    """Those that take part, each time another one first."""
    taking = [one for one in servers if one.name != "floor" or not (case["subscriber"] or case["offered"])]
    first = turn % len(taking)
    return taking[first:] + taking[:first]


def summary(results):
    """Of several rounds: medians of rates, times and sizes, sums of messages."""
    first = results[0]
    row = {name: sum(one[name] for one in results) for name, value in first.items() if isinstance(value, int)}
    for name in ("messagesPerSecond", "memoryMb"):
        row[name] = statistics.median(one[name] for one in results)
    for name in ("cpuMicroseconds", "latencyMs", "deliveryMs"):
        if first.get(name):
            row[name] = {key: statistics.median(one[name][key] for one in results) for key in first[name]}
    return row


def compare(found):
    """A summary a server, and carport's as ratios to mosquitto's."""
    row = {server: summary(results) for server, results in found.items()}
    if "carport" in row and "mosquitto" in row:
        ours, theirs = row["carport"], row["mosquitto"]
        row["ratio"] = {
            "messagesPerSecond": ours["messagesPerSecond"] / max(1e-9, theirs["messagesPerSecond"]),
            "cpu": ours["cpuMicroseconds"]["carport"] / max(1e-9, theirs["cpuMicroseconds"]["mosquitto"])}
    return row


def print_rows(rows):
    columns = [("case", 55, None), ("server", 11, None), ("msgs/s", 10, ",.0f"), ("CPU µs", 8, ".2f"),
               ("gen µs", 8, ".1f"), ("sub µs", 8, ".1f"), ("MB", 6, ".0f"), ("p50 ms", 8, ".1f"),
               ("p99 ms", 8, ".1f"), ("lost", 6, "d"), ("shed", 9, "d"), ("undelivered", 12, "d")]
    lines = []
    for row in rows:
        for server in ("floor", "mosquitto", "carport"):
            if server not in row["servers"]:
                continue
            one = row["servers"][server]
            cpu, latency = one["cpuMicroseconds"], one.get("latencyMs") or {}
            lines.append((row["case"], server, one["messagesPerSecond"], cpu[server], cpu["generator"],
                          cpu.get("subscriber"), one["memoryMb"], latency.get("p50"), latency.get("p99"), one["lost"],
                          one["shed"], one.get("undelivered")))
        if "ratio" in row["servers"]:
            ratio = row["servers"]["ratio"]
            lines.append(("", f"ratio {ratio['messagesPerSecond']:.2f}×", None, ratio["cpu"]) + (None,) * 8)
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
    kept = {"all cars are let in": found["refused"] == 0,
            "the load is what was offered": found["skipped"] <= found["sent"] / 100,
            "everything is acknowledged": found["lost"] == 0 and found["done"] == found["sent"],
            f"99 % within {SHOW_P99_MS} ms": (found["latencyMs"] or {"p99": math.inf})["p99"] < SHOW_P99_MS,
            "everything is delivered": found["undelivered"] <= 0,
            "everything is read back, and no more": found["readBack"] == found["sent"]}
    for promise, holds in kept.items():
        print(f"{'kept' if holds else 'NOT KEPT':>8}: {promise}")
    return all(kept.values())


def run_cases(servers, args, folder):
    """What each case came to on each server, and what there was no time for."""
    started = time.monotonic()
    results, left_out = {}, []
    cases = [case for case in wanted_cases(args) if args.only in name_of(case)]
    for turn, case in [(number + index, case) for number in range(args.rounds) for index, case in enumerate(cases)]:
        name = name_of(case)
        if time.monotonic() - started > args.limit:
            left_out.append(name)
            continue
        for server in in_turn(servers, case, turn):
            print(f"{name}: {server.name} …", file=sys.stderr)
            server.thaw()
            results.setdefault(name, {}).setdefault(server.name, []).append(measure(server, case, args, folder))
            server.freeze()
    return results, left_out


def main():
    args = bench.arguments(__doc__.splitlines()[0], cars=(18_000, "of the large cases"), offered=(PACED, "messages a second where paced"),
                           seconds=(3.0, "of sending, each time"), rounds=(1, "how often each case runs"),
                           limit=(165.0, "no new case is begun after so many seconds"),
                           only=("", "run only the cases whose name has this in it"), show=(False, "the load of the show"))
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
        try:
            for server in servers:
                server.start()
                server.freeze()
            results, left_out = run_cases(servers, args, folder)
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
