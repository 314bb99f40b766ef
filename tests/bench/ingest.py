#!/usr/bin/env python3
"""How fast the gateway takes in messages, beside mosquitto with the same generator in the same run.

Every case is run in turn on both servers, `--rounds` times, and the medians are compared: a busy machine slows both. The
server's CPU time and memory come from /proc, so this runs on Linux. Prints a table and writes ingest.json.
"""
import argparse
import json
import os
import platform
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PASSWORD = "benchmark-password-{:05d}"
ADMINISTRATOR = "bench-administrator"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def car_id(number):
    return f"car-{number:04d}"


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


class Server:
    """A broker in its own folder; ended by its process id."""

    def __init__(self, name):
        self.name = name
        self.process = None
        self.port = 0

    def cpu_seconds(self):
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024

    def counters(self):
        """None: mosquitto stores nothing and does not count what it drops."""
        return None

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)


class Carport(Server):
    def __init__(self, bin_folder, folder, cars_file):
        super().__init__("carport")
        data = folder / "data"
        carportd = bin_folder / "carportd"
        run(carportd, "import", cars_file, "--data", data)
        run(carportd, "user", "add", ADMINISTRATOR, "--role", "admin", "--data", data)
        self.subscriber = [ADMINISTRATOR, run(carportd, "token", "create", "--user", ADMINISTRATOR, "--data", data).strip()]
        self.process = subprocess.Popen(
            [carportd, "serve", "--data", data, "--mqtt", "127.0.0.1:0", "--http", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=(folder / "carportd.log").open("w"), text=True)
        line = self.process.stdout.readline()
        ready = re.match(r"ready mqtt=\S+:(\d+) ", line)
        if not ready:
            sys.exit(f"carportd did not become ready; see its log:\n{(folder / 'carportd.log').read_text()}")
        self.port = int(ready.group(1))
        self.http = line.split("http=")[1].strip()

    def counters(self):
        """What the gateway counts: samples on disk, and QoS 0 messages dropped on the way in or out."""
        request = urllib.request.Request(f"http://{self.http}/api/v2/gateway",
                                         headers={"Authorization": f"Bearer {self.subscriber[1]}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            status = json.load(answer)
        return {"stored": status.get("samplesStored", 0), "shed": status.get("shedMessages", 0)}


class Mosquitto(Server):
    def __init__(self, folder, cars):
        super().__init__("mosquitto")
        passwords = folder / "passwords"
        lines = [f"{car_id(i)}:{PASSWORD.format(i)}\n" for i in range(1, cars + 1)]
        passwords.write_text("".join(lines) + f"{ADMINISTRATOR}:{PASSWORD.format(0)}\n")
        passwords.chmod(0o600)
        run("mosquitto_passwd", "-U", passwords)
        self.subscriber = [ADMINISTRATOR, PASSWORD.format(0)]
        self.port = free_port()
        configuration = folder / "mosquitto.conf"
        configuration.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous false\npassword_file {passwords}\n"
                                 "persistence false\nlog_type error\nmax_queued_messages 0\nuser root\n")
        self.process = subprocess.Popen(["mosquitto", "-c", configuration], stdout=subprocess.DEVNULL,
                                        stderr=(folder / "mosquitto.log").open("w"))
        self.wait_for_port()

    def wait_for_port(self):
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("mosquitto did not start")


class Subscriber:
    """One client that listens to everything, as a sink would."""

    def __init__(self, server):
        user, password = server.subscriber
        self.process = subprocess.Popen(
            ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(server.port), "-u", user, "-P", password, "-q", "0", "-t", "#", "-N"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def measure(server, case, arguments, folder):
    """One case on one server: rate, CPU and memory while the cars send."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    subscriber = Subscriber(server) if case["subscriber"] else None
    # The generator waits after connecting, so that sign-ins are over when measuring begins.
    generator = subprocess.Popen(
        [arguments.bin / "carport-sim", "run", "--mqtt", f"127.0.0.1:{server.port}", "--cars", str(arguments.cars), "--rate",
         str(arguments.rate), "--qos", str(case["qos"]), "--seconds", str(arguments.seconds), "--credentials", folder / "cars.csv",
         "--connections-per-second", "1000", "--start-delay", "1", "--report", report],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_connected = arguments.cars / 1000 + 0.8
    time.sleep(wait_connected)
    before, counted_before = server.cpu_seconds(), server.counters()
    problems = generator.communicate(timeout=arguments.seconds + 90)[1]
    cpu = server.cpu_seconds() - before
    memory = server.memory_mb()
    counted = server.counters()
    if subscriber:
        subscriber.stop()
    if not report.exists():
        sys.exit(f"carport-sim failed against {server.name}:\n{problems}")
    told = json.loads(report.read_text())
    done = told["acknowledged"] if case["qos"] == 1 else told["sent"]
    shed = 0
    if counted:
        shed = counted["shed"] - counted_before["shed"]
        done = min(done, counted["stored"] - counted_before["stored"])  # what is on disk, not what was thrown at the socket
    return {"messagesPerSecond": done / told["seconds"], "cpuMicrosecondsPerMessage": cpu * 1e6 / max(1, done),
            "memoryMb": memory, "lost": told["lost"], "shed": shed, "refused": told["refused"], "latencyMs": told.get("latencyMs")}


def median(results, key):
    return statistics.median(result[key] for result in results)


def summary(results):
    found = {key: median(results, key) for key in ("messagesPerSecond", "cpuMicrosecondsPerMessage", "memoryMb")}
    for key in ("lost", "shed"):
        found[key] = sum(result[key] for result in results)
    if all(result["latencyMs"] for result in results):
        found["latencyMs"] = {part: statistics.median(r["latencyMs"][part] for r in results) for part in ("p50", "p99")}
    return found


def print_table(rows):
    print(f"\n{'case':<28}{'server':<11}{'messages/s':>11}{'CPU µs/msg':>12}{'MB':>7}{'p50 ms':>9}{'p99 ms':>9}{'lost':>6}{'shed':>9}")
    for row in rows:
        for name in ("carport", "mosquitto"):
            if name not in row:
                continue
            one = row[name]
            latency = one.get("latencyMs") or {}
            p50, p99 = (f"{latency[part]:.2f}" if part in latency else "-" for part in ("p50", "p99"))
            print(f"{row['case']:<28}{name:<11}{one['messagesPerSecond']:>11,.0f}{one['cpuMicrosecondsPerMessage']:>12.1f}"
                  f"{one['memoryMb']:>7.0f}{p50:>9}{p99:>9}{one['lost']:>6}{one['shed']:>9}")
        if "ratio" in row:
            print(f"{'':<28}{'ratio':<11}{row['ratio']['messagesPerSecond']:>11.2f}{row['ratio']['cpuMicrosecondsPerMessage']:>12.2f}"
                  f"{row['ratio']['memoryMb']:>7.1f}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=Path, default=Path("build/release/bin"), help="folder with carportd and carport-sim")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="folder for ingest.json")
    parser.add_argument("--cars", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=0, help="messages a second and car; 0: as fast as the server takes them")
    parser.add_argument("--seconds", type=float, default=3, help="of sending, each time")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=float, default=120, help="no new case is begun after this many seconds")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    arguments.bin = arguments.bin.resolve()
    started = time.monotonic()
    cases = [{"qos": qos, "subscriber": subscriber} for qos in (0, 1) for subscriber in (False, True)]
    results = {}
    with tempfile.TemporaryDirectory(prefix="carport-bench-") as temporary:
        folder = Path(temporary)
        cars_file = folder / "cars.csv"
        cars_file.write_text("id,name,password\n" + "".join(
            f"{car_id(i)},,{PASSWORD.format(i)}\n" for i in range(1, arguments.cars + 1)))
        servers = [Carport(arguments.bin, folder, cars_file)]
        if shutil.which("mosquitto") and shutil.which("mosquitto_sub"):
            servers.append(Mosquitto(folder, arguments.cars))
        else:
            cases = [case for case in cases if not case["subscriber"]]
            print("mosquitto is not installed: nothing to compare with, and nobody to subscribe", file=sys.stderr)
        try:
            for _ in range(arguments.rounds):
                for case in cases:
                    if time.monotonic() - started > arguments.limit:
                        break
                    for server in servers:
                        name = f"QoS {case['qos']}, {'one # subscriber' if case['subscriber'] else 'no subscriber'}"
                        print(f"{name}: {server.name} …", file=sys.stderr)
                        found = measure(server, case, arguments, folder)
                        results.setdefault(name, {}).setdefault(server.name, []).append(found)
        finally:
            for server in servers:
                server.stop()
    rows = []
    for name, by_server in results.items():
        row = {"case": name} | {server: summary(found) for server, found in by_server.items()}
        if "carport" in row and "mosquitto" in row:
            row["ratio"] = {key: row["carport"][key] / max(1e-9, row["mosquitto"][key])
                            for key in ("messagesPerSecond", "cpuMicrosecondsPerMessage", "memoryMb")}
        rows.append(row)
    print_table(rows)
    arguments.out.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "system": platform.platform()}
    options = {"cars": arguments.cars, "rate": arguments.rate, "seconds": arguments.seconds, "rounds": arguments.rounds}
    (arguments.out / "ingest.json").write_text(json.dumps({"machine": machine, "options": options, "cases": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main()
