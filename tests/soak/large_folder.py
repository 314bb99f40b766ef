#!/usr/bin/env python3
"""A data folder with a day file of 2 GB and 1,000,000 retained topics: how long it takes to start, what it needs, and
how late cars get their acknowledgements while it is served, subscribed to and backed up.

    large_folder.py --bin FOLDER [--gigabytes 2] [--retained 1000000] [--work FOLDER] [--most-ms 100]

Ends with 1 where something fails, and where an acknowledgement took longer than --most-ms. What the same machine takes with a
folder that is nearly empty is printed beside it ("small") and judged by nobody."""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from soak_common import Failure, Gateway, require

CARS = 200
RATE = 10  # messages a second and car
PASSWORD = "a-password-of-20-chars"
SEED_SECONDS = 15


def drive(gateway, credentials, seconds, report):
    """Cars that send for a while, in the background."""
    command = [gateway.program("carport-sim"), "run", "--mqtt", gateway.mqtt, "--cars", str(CARS), "--rate", str(RATE),
               "--qos", "1", "--seconds", str(seconds), "--credentials", credentials, "--report", report]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def latency(process, report):
    told = process.communicate(timeout=600)[0]
    require(process.returncode == 0, f"carport-sim: {told[-2000:]}")
    with open(report, encoding="utf-8") as file:
        figures = json.load(file)
    require(figures["lost"] == 0, "messages were lost")
    return {"messages": figures["acknowledged"], **figures["latencyMs"]}


def grow(path, size):
    """Adds the blocks that are there again and again, until the file is that large."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    blocks = database.execute("SELECT count(*), sum(length(data)) FROM block").fetchone()
    require(blocks[0] > 0, "there is no block to begin with")
    while os.path.getsize(path) < size:
        with database:
            database.execute("INSERT INTO block(from_time, to_time, row_count, cars, data) "
                             "SELECT from_time, to_time, row_count, cars, data FROM block ORDER BY number LIMIT 2000")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with database:  # the newest samples are known already: they are those of the first blocks
        database.execute("UPDATE latest SET upto = (SELECT max(number) FROM block)")
    rows = database.execute("SELECT sum(row_count) FROM block").fetchone()[0]
    database.close()
    return rows


def retain(path, count):
    database = sqlite3.connect(path)
    database.execute("PRAGMA synchronous = OFF")
    now = int(time.time() * 1000)
    with database:
        database.executemany(
            "INSERT INTO retained(topic, payload, qos, at, properties, expires_at) VALUES (?, ?, 1, ?, x'', NULL)",
            ((f"fleet/area-{i // 1000:04}/place-{i % 1000:03}/state", f'{{"free":{i % 97},"of":100}}'.encode(), now)
             for i in range(count)))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def make(gateway, options, work):
    credentials = gateway.import_cars({f"car-{i:04}": PASSWORD for i in range(CARS)})
    gateway.run("user", "add", "listener", "--role", "admin", "--password", PASSWORD)
    gateway.start()
    seed = os.path.join(work, "seed.json")
    small = latency(drive(gateway, credentials, SEED_SECONDS, seed), seed)
    gateway.stop()
    telemetry = os.path.join(gateway.data, "telemetry")
    day = max((os.path.join(telemetry, name) for name in os.listdir(telemetry) if name.endswith(".db")),
              key=os.path.getsize)
    rows = grow(day, int(options.gigabytes * 2**30))
    retain(os.path.join(gateway.data, "registry.db"), options.retained)
    os.sync()  # what was made here would otherwise be written while cars are measured
    with open(os.path.join(work, "small.json"), "w", encoding="utf-8") as file:
        json.dump(small, file)
    print(f"made {os.path.getsize(day) / 2**30:.2f} GB with {rows} samples, {options.retained} retained topics", flush=True)
    return credentials


def listen(gateway, work, expected):
    password = os.path.join(work, "password")
    with open(password, "w", encoding="utf-8") as file:
        file.write(PASSWORD + "\n")
    since = time.monotonic()
    done = subprocess.run([gateway.program("carport-sim"), "listen", "--mqtt", gateway.mqtt, "--user", "listener",
                           "--password-file", password, "--filter", "fleet/#", "--expected", str(expected),
                           "--seconds", "120", "--report", os.path.join(work, "listen.json")],
                          capture_output=True, text=True, timeout=300)
    require(done.returncode == 0, f"carport-sim listen: {done.stdout}{done.stderr}")
    with open(os.path.join(work, "listen.json"), encoding="utf-8") as file:
        received = json.load(file)["received"]
    require(received == expected, f"{received} of {expected} retained messages came")
    return time.monotonic() - since


def measure(gateway, credentials, options, work):
    figures = {"startSeconds": round(gateway.start(), 2), "memoryAtStart": gateway.memory()}
    report = os.path.join(work, "report.json")
    # What this machine takes with next to nothing in the folder.
    with open(os.path.join(work, "small.json"), encoding="utf-8") as file:
        figures["small"] = json.load(file)

    figures["quiet"] = latency(drive(gateway, credentials, 15, report), report)

    cars = drive(gateway, credentials, 40, report)
    time.sleep(3)
    figures["subscribeSeconds"] = round(listen(gateway, work, options.retained), 1)
    figures["subscribing"] = latency(cars, report)
    figures["memoryAfterSubscribing"] = gateway.memory()

    seconds = 90 if options.gigabytes >= 1 else 20
    cars = drive(gateway, credentials, seconds, report)
    time.sleep(3)
    since = time.monotonic()
    backup = os.path.join(work, "backup")
    gateway.run("backup", "--to", backup, *options.backup)
    figures["backupSeconds"] = round(time.monotonic() - since, 1)
    if figures["backupSeconds"] > seconds - 3:
        print("the backup took longer than cars were measured", flush=True)
    figures["backingUp"] = latency(cars, report)
    figures["memoryAtEnd"] = gateway.memory()
    since = time.monotonic()
    gateway.stop()
    figures["stopSeconds"] = round(time.monotonic() - since, 2)
    return figures


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--retained", type=int, default=1_000_000)
    parser.add_argument("--most-ms", type=float, default=100)
    parser.add_argument("--work", help="where the folder is made; kept where it was given")
    parser.add_argument("--out", default="build/soak", help="where figures go")
    parser.add_argument("--backup", nargs="*", default=[], help="further arguments of `carportd backup`")
    return parser.parse_args()


def main():
    options = arguments()
    work = options.work or tempfile.mkdtemp(prefix="carport-large-")
    os.makedirs(work, exist_ok=True)
    gateway = Gateway(os.path.abspath(options.bin), os.path.join(work, "data"))
    try:
        credentials = os.path.join(work, "cars.csv")
        if not os.path.exists(credentials):
            credentials = make(gateway, options, work)
        figures = measure(gateway, credentials, options, work)
    except Failure as failure:
        gateway.kill()
        print(f"FAILED: {failure}")
        return 1
    finally:
        if not options.work:
            shutil.rmtree(work, ignore_errors=True)
    os.makedirs(options.out, exist_ok=True)
    with open(os.path.join(options.out, "large_folder.json"), "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=2)
    print(f"ready after {figures['startSeconds']} s; {figures['memoryAtStart'] / 2**20:.0f} MiB; all retained messages "
          f"delivered in {figures['subscribeSeconds']} s; backed up in {figures['backupSeconds']} s; stopped in "
          f"{figures['stopSeconds']} s")
    print(f"{'acknowledgements':>18} {'p50':>8} {'p99':>8} {'longest':>8}  ms")
    phases = ("quiet", "subscribing", "backingUp")
    for phase in ("small", *phases):
        one = figures[phase]
        print(f"{phase:>18} {one['p50']:8.1f} {one['p99']:8.1f} {one['max']:8.1f}")
    slow = [phase for phase in phases if figures[phase]["max"] > options.most_ms]
    if slow:
        print(f"there was a pause of more than {options.most_ms:.0f} ms: {', '.join(slow)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
