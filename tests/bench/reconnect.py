#!/usr/bin/env python3
"""How soon a fleet is back after the gateway was killed under load, and how soon a large gateway is ready.

18,000 cars send; the gateway is ended by SIGKILL and started again on the same port and data; all cars come back at
once, sign in and send. Then start to `ready` with 30,000 registered cars and many stored messages. Prints both and
writes reconnect.json.
"""
import json
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

import bench_common as bench


def come_back(args, folder):
    server = bench.Carport(args.bin, folder, bench.cars_file(folder, args.cars))
    server.start()
    generator = bench.Generator(args.bin, folder, server, args.cars, args.offered / args.cars, 1, args.seconds,
                                connections_per_second=0)
    generator.wait_for("sending")
    time.sleep(args.seconds / 4)
    server.stop(signal.SIGKILL)
    killed = time.time()
    start_seconds = server.start(server.port)
    ready = time.time()
    told = generator.finish(timeout=args.seconds + 60)
    stored = server.counters()["stored"]
    server.stop()
    back = None
    for point in told["series"]:
        at = told["sendingSinceMs"] / 1000 + point["atSeconds"]
        if at > ready and point["heard"] >= args.cars:
            back = at - ready  # to the end of the second in which the last one was acknowledged again
            break
    return {"cars": args.cars, "downSeconds": ready - killed, "startSeconds": start_seconds, "allBackSeconds": back,
            "reconnects": told["reconnects"], "refused": told["refused"], "repeated": told["repeated"],
            "lost": told["lost"], "storedAfterwards": stored, "latencyMs": told.get("latencyMs")}


def large_start(args, folder):
    server = bench.Carport(args.bin, folder, bench.cars_file(folder, args.registered))
    if args.stored:
        told = json.loads(bench.run(args.bin / "bench_store", "--folder", folder, "--fill", server.data, "--cars",
                                    args.registered, "--messages", args.stored, timeout=900))
        print(f"{args.stored:,} messages stored in {told['seconds']:.0f} s", file=sys.stderr)
    seconds = [server.start() for _ in range(3) if not server.stop()]
    server.stop()
    return {"registeredCars": args.registered, "storedMessages": args.stored, "startSeconds": seconds}


def main():
    args = bench.arguments(__doc__.splitlines()[0], cars=(18_000, "that come back"),
                           offered=(40_000, "messages a second"), seconds=(24.0, "of sending"),
                           registered=(30_000, "cars of the large gateway"),
                           stored=(5_000_000, "messages it has stored; the show has 50,000,000"))
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        folders = [Path(temporary) / name for name in ("fleet", "large")]
        for folder in folders:
            folder.mkdir()
        print(f"{args.cars:,} cars come back …", file=sys.stderr)
        back = come_back(args, folders[0])
        print("start with much stored …", file=sys.stderr)
        large = large_start(args, folders[1])
    bench.print_table([("cars", 9, ",d"), ("down s", 8, ".2f"), ("all back s", 12, ".1f"), ("reconnects", 12, ",d"),
                       ("refused", 9, "d"), ("repeated", 10, ",d"), ("lost", 6, "d")],
                      [(back["cars"], back["downSeconds"], back["allBackSeconds"], back["reconnects"], back["refused"],
                        back["repeated"], back["lost"])])
    bench.print_table([("registered", 11, ",d"), ("stored", 13, ",d"), ("ready s", 9, ".2f")],
                      [(large["registeredCars"], large["storedMessages"], statistics.median(large["startSeconds"]))])
    bench.write_json(args.out, "reconnect", {"fleet": back, "large": large})
    sys.exit(0 if back["allBackSeconds"] is not None and back["lost"] == 0 else 1)


if __name__ == "__main__":
    main()
