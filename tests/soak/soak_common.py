"""What the soak tests share: a gateway that is started, killed and looked at, and programs that are run."""

import json
import os
import re
import signal
import subprocess
import time


class Failure(Exception):
    """A promise that was not kept."""


def require(holds, sentence):
    if not holds:
        raise Failure(sentence)


class Gateway:
    READY_SECONDS = 60

    def __init__(self, binaries, data, environment=None):
        self.binaries, self.data = binaries, data
        self.environment = environment or {}
        self.process = None
        self.mqtt = self.http = "127.0.0.1:0"
        self.log_file = os.path.join(os.path.dirname(data), "gateway.log")

    def program(self, name):
        return os.path.join(self.binaries, name)

    def start(self, environment=None):
        """How many seconds it took until `ready`."""
        since = time.monotonic()
        variables = dict(os.environ, **self.environment, **(environment or {}))
        log = open(self.log_file, "ab")
        begin = log.tell()
        command = [self.program("carportd"), "serve", "--data", self.data, "--mqtt", self.mqtt, "--http", self.http,
                   "--io-threads", "2"]  # sessions are to move between threads, whatever the machine has
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=variables)
        log.close()
        while time.monotonic() - since < self.READY_SECONDS:
            with open(self.log_file, "rb") as file:
                file.seek(begin)
                said = file.read().decode(errors="replace")
            found = re.search(r"^ready mqtt=(\S+) http=(\S+)$", said, re.MULTILINE)
            if found:
                self.mqtt, self.http = found.groups()
                return time.monotonic() - since
            if self.process.poll() is not None:
                raise Failure(f"the gateway ended before it was ready:\n{said[-3000:]}")
            time.sleep(0.01)
        self.kill()
        raise Failure(f"the gateway did not become ready:\n{said[-3000:]}")

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self):
        self.process.terminate()
        code = self.process.wait(timeout=60)
        require(code == 0, f"the gateway ended with {code}:\n{self.log_end()}")

    def log_end(self, size=3000):
        with open(self.log_file, "rb") as file:
            return file.read()[-size:].decode(errors="replace")

    @property
    def address(self):
        host, port = self.mqtt.rsplit(":", 1)
        return host, int(port)

    def run(self, *arguments, check=True, timeout=600):
        done = subprocess.run([self.program("carportd"), *arguments, "--data", self.data], capture_output=True,
                              text=True, timeout=timeout)
        if check:
            require(done.returncode == 0, f"carportd {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
        return done

    def import_cars(self, cars):
        """`cars`: id to password. Returns the list's file."""
        path = os.path.join(os.path.dirname(self.data), "cars.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("id,name,password\n")
            file.writelines(f"{car},,{password}\n" for car, password in cars.items())
        self.run("import", path)
        return path

    def export(self, car):
        return [json.loads(line) for line in self.run("export", "--car", car, "--format", "jsonl").stdout.splitlines()]

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) * 1024


def start_cars(gateway, credentials, acknowledged, cars, rate, extra=()):
    command = [gateway.program("carport-sim"), "run", "--mqtt", gateway.mqtt, "--cars", str(cars), "--rate", str(rate),
               "--qos", "1", "--credentials", credentials, "--acknowledged", acknowledged,
               "--connections-per-second", "0", *extra]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
