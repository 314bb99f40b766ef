"""What the benchmarks share: servers in folders of their own, ended by process id; CPU time and memory of processes
from /proc (so they run on Linux); tables, and JSON in build/bench."""
import argparse
import json
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

PASSWORD = "benchmark-password-{:05d}"
ADMINISTRATOR = "bench-administrator"
TICKS = os.sysconf("SC_CLK_TCK")


def car_id(number):
    return f"car-{number:04d}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(*command, timeout=120, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=timeout, **more)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def cpu_seconds(pid):
    """User and system time of a process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


def cars_file(folder, cars):
    """A file that both carportd import and carport-sim --credentials take."""
    path = folder / "cars.csv"
    path.write_text("id,name,password\n" + "".join(f"{car_id(i)},,{PASSWORD.format(i)}\n" for i in range(1, cars + 1)))
    return path


def wait_until_still(mark, patience=10.0, looks=4):
    """Until what `mark` tells stays the same for some looks. Returns when it changed last; None where it did not."""
    until = time.monotonic() + patience
    before, changed, same = mark(), None, 0
    while same < looks and time.monotonic() < until:
        time.sleep(0.1)
        now = mark()
        same = same + 1 if now == before else 0
        if same == 0:
            before, changed = now, time.monotonic()
    return changed


class Server:
    """A broker in its own folder; ended by its process id."""

    name = "?"

    def __init__(self):
        self.process = None
        self.port = 0

    @property
    def pid(self):
        return self.process.pid

    def counters(self):
        """None where the server stores nothing and does not count what it drops."""
        return None

    def progress(self):
        """What stands still once the server has taken in everything that it was sent."""
        return cpu_seconds(self.pid)

    def freeze(self):
        """So that what it does in the background is not done at the expense of another one that is measured."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.thaw()
            self.process.send_signal(how)
            self.process.wait(timeout=60)


class Carport(Server):
    name = "carport"

    def __init__(self, bin_folder, folder, cars=None):
        super().__init__()
        self.bin = bin_folder
        self.folder = folder
        self.data = folder / "data"
        if cars:
            run(self.carportd, "import", cars, "--data", self.data)
            run(self.carportd, "user", "add", ADMINISTRATOR, "--role", "admin", "--data", self.data)
            self.token = run(self.carportd, "token", "create", "--user", ADMINISTRATOR, "--data", self.data).strip()
            self.password_file = folder / "carport-token"
            self.password_file.write_text(self.token + "\n")

    @property
    def carportd(self):
        return self.bin / "carportd"

    def start(self, port=0):
        """Returns how many seconds it took until it was ready."""
        began = time.monotonic()
        self.process = subprocess.Popen(
            [self.carportd, "serve", "--data", self.data, "--mqtt", f"127.0.0.1:{port}", "--http", "127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=(self.folder / "carportd.log").open("a"), text=True)
        line = self.process.stdout.readline()
        took = time.monotonic() - began
        ready = re.search(r"\bmqtt=\S+:(\d+)", line)
        if not line.startswith("ready") or not ready:
            sys.exit(f"carportd did not become ready; its log:\n{(self.folder / 'carportd.log').read_text()}")
        self.port = int(ready.group(1))
        self.http = re.search(r"\bhttp=(\S+)", line).group(1)
        return took

    def status(self):
        request = urllib.request.Request(f"http://{self.http}/api/v2/gateway",
                                         headers={"Authorization": f"Bearer {self.token}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def counters(self):
        """Samples on disk, and what was dropped on the way in or out."""
        status = self.status()
        return {"stored": status.get("samplesStored", 0),
                "shed": status.get("shedMessages", 0) + status.get("shedDeliveries", 0)}

    def progress(self):
        return self.counters()


class Mosquitto(Server):
    """Version 2, one listener, a password file, nothing stored; without limits of its own for the subscriber."""

    name = "mosquitto"

    def __init__(self, folder, cars):
        super().__init__()
        self.folder = folder
        passwords = folder / "passwords"
        lines = [f"{car_id(i)}:{PASSWORD.format(i)}\n" for i in range(1, cars + 1)]
        passwords.write_text("".join(lines) + f"{ADMINISTRATOR}:{PASSWORD.format(0)}\n")
        passwords.chmod(0o600)
        run("mosquitto_passwd", "-U", passwords)
        self.password_file = folder / "mosquitto-password"
        self.password_file.write_text(PASSWORD.format(0) + "\n")

    def start(self):
        self.port = free_port()
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous false\n"
                                 f"password_file {self.folder / 'passwords'}\npersistence false\nlog_type error\n"
                                 "max_queued_messages 0\nmax_inflight_messages 0\nset_tcp_nodelay true\nuser root\n")
        self.process = subprocess.Popen(["mosquitto", "-c", configuration], stdout=subprocess.DEVNULL,
                                        stderr=(self.folder / "mosquitto.log").open("w"))
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit("mosquitto did not start")


class Floor(Server):
    """Reads and counts frames, answers CONNECT and PUBLISH: what no broker on these sockets can be below."""

    name = "floor"

    def __init__(self, bin_folder):
        super().__init__()
        self.bin = bin_folder

    def start(self):
        self.process = subprocess.Popen([self.bin / "bench_floor"], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])


class Client:
    """A program that uses a server; it does not outlive the `with` that it is made in."""

    process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def pid(self):
        return self.process.pid


class Listener(Client):
    """One client that listens to everything, as a sink would: carport-sim's own."""

    name = "subscriber"

    def __init__(self, bin_folder, folder, server, qos, seconds=0):
        self.report = folder / "listen.json"
        self.report.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [bin_folder / "carport-sim", "listen", "--mqtt", f"127.0.0.1:{server.port}", "--user", ADMINISTRATOR,
             "--password-file", server.password_file, "--qos", str(qos), "--seconds", str(seconds),
             "--report", self.report], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "listening":
            sys.exit(f"The subscriber was not let in by {server.name}")

    def progress(self):
        """What stands still once nothing more comes."""
        return cpu_seconds(self.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)
        return json.loads(self.report.read_text())


class Generator(Client):
    """carport-sim run; follows its phases on standard error."""

    name = "generator"

    def __init__(self, bin_folder, folder, server, cars, rate, qos, seconds, **options):
        self.report = folder / "report.json"
        self.report.unlink(missing_ok=True)
        command = [bin_folder / "carport-sim", "run", "--mqtt", f"127.0.0.1:{server.port}", "--cars", str(cars),
                   "--rate", str(rate), "--qos", str(qos), "--seconds", str(seconds), "--credentials",
                   folder / "cars.csv", "--report", self.report]
        options = {"connections_per_second": 6000, "start_delay": 0.5, "threads": 1} | options
        for name, value in options.items():
            command += ["--" + name.replace("_", "-"), str(value)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.phases = {"sending": threading.Event(), "drained": threading.Event()}
        self.reader = threading.Thread(target=self.follow, daemon=True)
        self.reader.start()

    def follow(self):
        for line in self.process.stderr:
            self.lines.append(line)
            phase = line.split(":", 1)[0]
            if phase in self.phases:
                self.phases[phase].set()
        for event in self.phases.values():
            event.set()

    def wait_for(self, phase, timeout=120):
        if not self.phases[phase].wait(timeout):
            self.process.terminate()
            sys.exit(f"carport-sim did not get to “{phase}”:\n{''.join(self.lines[-5:])}")

    def leave(self):
        """Ends its lingering: the cars say goodbye."""
        self.process.terminate()

    def finish(self, timeout=120):
        self.process.wait(timeout=timeout)
        if not self.report.exists():
            sys.exit(f"carport-sim failed:\n{''.join(self.lines[-5:])}")
        return json.loads(self.report.read_text())


class Watch:
    """CPU time of several processes between two moments."""

    def __init__(self, *processes):
        self.processes = [process for process in processes if process]
        self.begin()

    def begin(self):
        self.at = time.monotonic()
        self.before = {process.name: cpu_seconds(process.pid) for process in self.processes}

    def end(self):
        self.seconds = time.monotonic() - self.at
        return {process.name: cpu_seconds(process.pid) - self.before[process.name] for process in self.processes}


def arguments(description, **more):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--bin", type=Path, default=Path("build/release/bin"), help="folder with the programs")
    parser.add_argument("--out", type=Path, default=Path("build/bench"), help="folder for the results as JSON")
    for name, (value, text) in more.items():
        kind = type(value)
        if kind is bool:
            parser.add_argument("--" + name, action="store_true", help=text)
        else:
            parser.add_argument("--" + name, type=kind, default=value, help=f"{text} (default {value})")
    parsed = parser.parse_args()
    parsed.bin = parsed.bin.resolve()
    return parsed


def print_table(columns, rows):
    """`columns`: (title, width, format or None for text)."""
    print()
    print("".join(f"{title:<{width}}" if text is None else f"{title:>{width}}" for title, width, text in columns))
    for row in rows:
        line = ""
        for (_, width, text), value in zip(columns, row):
            if text is None:
                line += f"{value:<{width}}"
            else:
                line += f"{'-' if value is None else format(value, text):>{width}}"
        print(line)


def write_json(out, name, result):
    out.mkdir(parents=True, exist_ok=True)
    machine = {"cores": os.cpu_count(), "system": platform.platform(), "load": os.getloadavg()}
    path = out / f"{name}.json"
    path.write_text(json.dumps({"machine": machine} | result, indent=2, default=str) + "\n")
    print(f"\nWritten to {path}")
