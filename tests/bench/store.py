#!/usr/bin/env python3
"""How fast and how small telemetry is stored, beside SQLite with a row a message and PostgreSQL's COPY.

The same messages of simulated cars in one run. PostgreSQL runs in a cluster of its own in a temporary folder, on a Unix
socket, as a user without rights where the benchmark runs as root, and is ended by its process id. Prints a table and
writes store.json.
"""
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import bench_common as bench

COLUMNS = ["lat", "lon", "alt", "speed", "heading", "soc", "fuel", '"batteryVoltage"', '"engineTemperature"', "odometer"]


def postgres_folder():
    """Where Debian keeps the newest PostgreSQL's programs, or wherever they are on the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: float(p.parts[-3]))
    if versions:
        return versions[-1].parent
    found = shutil.which("postgres")
    return Path(found).parent if found else None


class Postgres:
    """A cluster of its own, for as long as the benchmark lasts."""

    def __init__(self, programs, folder):
        self.programs = programs
        self.data = folder / "postgres"
        self.user = None
        if os.geteuid() == 0:  # it refuses to run as root
            for name in ("postgres", "nobody"):
                try:
                    self.user = pwd.getpwnam(name)
                    break
                except KeyError:
                    continue
            folder.chmod(0o755)
            self.data.mkdir()
            os.chown(self.data, self.user.pw_uid, self.user.pw_gid)
        self.run(programs / "initdb", "-D", self.data, "-U", "bench", "-A", "trust", "-N", "--locale", "C", "-E", "UTF8")
        self.process = subprocess.Popen(
            [programs / "postgres", "-D", self.data, "-k", self.data, "-c", "listen_addresses=", "-c",
             "shared_buffers=256MB", "-c", "max_wal_size=4GB"],
            stdout=subprocess.DEVNULL, stderr=(folder / "postgres.log").open("w"), **self.as_user())
        for _ in range(200):
            if subprocess.run([programs / "pg_isready", "-h", self.data, "-q"], check=False).returncode == 0:
                return
            time.sleep(0.05)
        sys.exit(f"PostgreSQL did not start:\n{(folder / 'postgres.log').read_text()}")

    def as_user(self):
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": [], "cwd": "/"} if self.user else {}

    def run(self, *command):
        return bench.run(*command, **self.as_user())

    def sql(self, *statements):
        commands = []
        for statement in statements:
            commands += ["-c", statement]
        return self.run(self.programs / "psql", "-h", self.data, "-U", "bench", "-d", "postgres", "-qAt", *commands).strip()

    def copy(self, file):
        """COPY in one statement; CPU of the backend that does it."""
        self.sql(f"CREATE TABLE message (car int, time bigint, {', '.join(c + ' float8' for c in COLUMNS)}, "
                 "ignition bool, locked bool, PRIMARY KEY (car, time))")
        began = time.monotonic()
        session = subprocess.Popen([self.programs / "psql", "-h", self.data, "-U", "bench", "-d", "postgres", "-qAt"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **self.as_user())
        session.stdin.write(f"SELECT pg_backend_pid();\nCOPY message FROM '{file}';\n\\echo done\n")
        session.stdin.flush()
        backend = int(session.stdout.readline())
        before = bench.cpu_seconds(backend)
        if session.stdout.readline().strip() != "done":
            sys.exit("PostgreSQL's COPY failed")
        took, cpu = time.monotonic() - began, bench.cpu_seconds(backend) - before
        session.stdin.close()
        session.wait(timeout=30)
        return took, cpu

    def stop(self):
        self.process.send_signal(signal.SIGINT)  # fast shutdown
        self.process.wait(timeout=60)


def postgres_result(folder, file, messages):
    programs = postgres_folder()
    if not programs:
        print("PostgreSQL is not installed: it is left out", file=sys.stderr)
        return None
    server = Postgres(programs, folder)
    try:
        took, cpu = server.copy(file)
        count = int(server.sql("SELECT count(*) FROM message"))
        size = int(server.sql("SELECT pg_total_relation_size('message')"))
    finally:
        server.stop()
    if count != messages:
        sys.exit(f"PostgreSQL has {count} of {messages} rows")
    return {"messages": count, "messagesPerSecond": count / took, "cpuMicrosecondsPerMessage": cpu * 1e6 / count,
            "bytesPerMessage": size / count}


def main():
    args = bench.arguments(__doc__.splitlines()[0], cars=(600, "that send twice a second"), messages=(720_000, "of all cars"),
                           sqlite=(150_000, "of them for SQLite, which is slow"))
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        folder = Path(temporary)
        copy = folder / "messages.copy"
        told = bench.run(args.bin / "bench_store", "--folder", folder, "--copy-file", copy, "--cars", args.cars,
                         "--messages", args.messages, "--sqlite-messages", args.sqlite, timeout=170)
        found = json.loads(told)
        copy.chmod(0o644)
        postgres = postgres_result(folder, copy, args.messages)
        if postgres:
            found["postgres"] = postgres
    names = {"carport": "Carport, group commits", "carportCompacted": "Carport, compacted",
             "sqlite": "SQLite, a row a message", "postgres": "PostgreSQL, one COPY"}
    if "carportCompacted" not in found:
        print("compaction did not finish in time", file=sys.stderr)
    rows = []
    for key, name in names.items():
        if key not in found:
            continue
        one = found[key]
        rate = one.get("messagesPerSecond")
        ratio = rate / found["postgres"]["messagesPerSecond"] if rate and "postgres" in found else None
        rows.append((name, one.get("messages"), one.get("messagesPerSecond"), one.get("cpuMicrosecondsPerMessage"),
                     one["bytesPerMessage"], ratio))
    bench.print_table([("store", 26, None), ("messages", 10, ",d"), ("msgs/s", 12, ",.0f"), ("CPU µs/msg", 12, ".2f"),
                       ("bytes/msg", 11, ".1f"), ("× COPY", 8, ".1f")], rows)
    bench.write_json(args.out, "store", {"stores": found})


if __name__ == "__main__":
    main()
