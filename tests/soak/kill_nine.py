#!/usr/bin/env python3
"""kill -9 under load at random moments: no acknowledged message is lost, none is invented, sessions and what waits in
them are intact. The same on a small full disk (needs root for a mount) and while writing fails now and then.

    kill_nine.py --bin FOLDER [--runs N] [--mode kill|full|faults|all] [--seed S] [--keep]

A run: cars of carport-sim and cars that number what they say send telemetry; cars publish notes of QoS 1 and 2 to
people with persistent sessions, of whom half are away. The gateway is killed, started again on the same folder, mostly
killed once more, and at last asked for everything."""

import argparse
import asyncio
import collections
import json
import logging
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from mqtt_client import Client
from soak_common import Failure, Gateway, require, start_cars

SIMULATED = 40
NUMBERED = 4
NOTERS = 4
WATCHERS = 4  # each at all notes; the second half is away while they are published
PASSWORD = "a-password-of-20-chars"
RATE_OF_SIMULATED = 300  # messages a second and car
IN_FLIGHT = 20  # of one numbered car
MOST_NOTES = 150  # of one noter in a run: less than fits into the session of somebody who is away
SMALL_DISK_MB = 96
LARGER_DISK_MB = 400
FAULTS_EVERY = 150


class Load:
    """The clients that know what they sent."""

    def __init__(self, gateway, tag):
        self.gateway, self.tag = gateway, tag
        self.sent_samples = collections.defaultdict(dict)  # car: number to value
        self.stored_samples = collections.defaultdict(set)  # car: acknowledged numbers
        self.sent_notes = {}  # text: QoS
        self.acknowledged_notes = set()
        self.had = {name: collections.Counter() for name in self.watcher_names()}
        self.clients = {}
        self.stopping = False
        self.tasks = []
        self.started = set()
        self.absent_sessions = []

    def watcher_names(self):
        return [f"watcher-{i}" for i in range(WATCHERS)]

    def client(self, name, clean):
        if name not in self.clients:
            take = None
            if name in self.had:
                take = lambda topic, payload, qos, dup: self.had[name].update([payload.decode()])
            host, port = self.gateway.address
            self.clients[name] = Client(host, port, f"{name}-{self.tag}", name, PASSWORD, clean, take)
        return self.clients[name]

    async def stay_connected(self, name):
        """Comes back whenever the connection is lost, as long as the load lasts."""
        client = self.client(name, clean=False)
        while not self.stopping:
            if not client.is_connected:
                try:
                    await asyncio.wait_for(client.connect(), 20)
                except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
                    await asyncio.sleep(0.05)
                    continue
                if name in self.started and not client.session_present:
                    self.absent_sessions.append(name)
                self.started.add(name)
            await asyncio.sleep(0.02)

    async def begin(self):
        for name in self.watcher_names():
            client = await self.client(name, clean=False).connect()
            self.started.add(name)
            for noter in range(NOTERS):
                granted = await client.subscribe(f"cars/noter-{noter}/note", 2)
                require(granted == 2, f"{name} was granted {granted}")
        for name in self.watcher_names()[WATCHERS // 2 :]:
            await self.clients[name].leave()
        here = self.watcher_names()[: WATCHERS // 2]
        noters = [f"noter-{i}" for i in range(NOTERS)]
        numbered = [f"numbered-{i}" for i in range(NUMBERED)]
        self.tasks = [asyncio.create_task(self.stay_connected(name)) for name in here + noters + numbered]
        self.tasks += [asyncio.create_task(self.say_notes(name)) for name in noters]
        self.tasks += [asyncio.create_task(self.say_samples(name)) for name in numbered]

    async def say_notes(self, name):
        client = self.client(name, clean=False)
        for number in range(MOST_NOTES):
            while not self.stopping and (not client.is_connected or len(client.unacknowledged) >= IN_FLIGHT):
                await asyncio.sleep(0.01)
            if self.stopping:
                return
            note, qos = f"{name} {number} in {self.tag}", 1 + number % 2
            self.sent_notes[note] = qos
            done = client.publish(f"cars/{name}/note", note.encode(), qos)
            done.add_done_callback(lambda _, note=note: self.acknowledged_notes.add(note))
            await asyncio.sleep(0.01)

    async def say_samples(self, name):
        client = self.client(name, clean=False)
        # Numbers go on from run to run, as the folder does.
        number = int(time.time() * 1000) % 2**40
        while not self.stopping:
            if not client.is_connected or len(client.unacknowledged) >= IN_FLIGHT:
                await asyncio.sleep(0.005)
                continue
            number += 1
            value = number * 7919 % 1_000_003
            self.sent_samples[name][number] = value
            payload = json.dumps({"number": number, "value": value}).encode()
            done = client.publish(f"cars/{name}/telemetry", payload, 1)
            done.add_done_callback(lambda _, number=number: self.stored_samples[name].add(number))
            await asyncio.sleep(0.001)

    async def settle(self, seconds=30):
        """Nothing new is said any more; what was said is acknowledged."""
        names = [name for name in self.clients if not name.startswith("watcher")]
        say = [task for task in self.tasks if task.get_coro().__name__.startswith("say")]
        for task in say:
            task.cancel()
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(self.clients[name].unacknowledged for name in names):
            await asyncio.sleep(0.02)
        left = {name: len(self.clients[name].unacknowledged) for name in names if self.clients[name].unacknowledged}
        require(not left, f"what was published is never acknowledged: {left}")

    async def collect(self, seconds=30):
        """Everybody who was away comes back, and everything that waits is delivered."""
        for name in self.watcher_names()[WATCHERS // 2 :]:
            await self.clients[name].connect()
            if not self.clients[name].session_present:
                self.absent_sessions.append(name)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not all(self.has_all(name) for name in self.watcher_names()):
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)  # what comes too often comes now

    def has_all(self, name):
        return all(note in self.had[name] for note in self.acknowledged_notes)

    async def end(self):
        self.stopping = True
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for client in self.clients.values():
            await client.leave()

    def check_notes(self):
        require(not self.absent_sessions, f"sessions were forgotten: {self.absent_sessions}")
        for name, had in self.had.items():
            lost = [note for note in self.acknowledged_notes if note not in had]
            require(not lost, f"{name} never had {len(lost)} acknowledged notes, of them {sorted(lost)[:3]}")
            invented = [note for note in had if note not in self.sent_notes and note.endswith(self.tag)]
            require(not invented, f"{name} had {len(invented)} notes that nobody sent: {invented[:3]}")
            twice = [note for note, times in had.items() if times > 1 and self.sent_notes.get(note) == 2]
            require(not twice, f"{name} had {len(twice)} notes of QoS 2 more than once, of them {sorted(twice)[:3]}")

    def check_samples(self):
        for car, sent in self.sent_samples.items():
            stored = {int(row["number"]): row["value"] for row in self.gateway.export(car) if "number" in row}
            lost = self.stored_samples[car] - stored.keys()
            require(not lost, f"{car}: {len(lost)} of {len(self.stored_samples[car])} acknowledged samples are lost")
            for number, value in stored.items():
                if number not in sent:
                    continue  # of an earlier run
                require(value == sent[number], f"{car}: sample {number} was stored as {value}, not {sent[number]}")
            first = min(sent)
            invented = [number for number in stored if number >= first and number not in sent]
            require(not invented, f"{car}: {len(invented)} samples that nobody sent: {invented[:3]}")


def check_simulated(gateway, file):
    acknowledged = collections.defaultdict(set)
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            if not line.endswith("\n"):
                continue
            car, ts = line.strip().split(",")
            acknowledged[car].add(int(ts))
    compared = 0
    for car, times in acknowledged.items():
        lost = times - {row["ts"] for row in gateway.export(car)}
        require(not lost, f"{car}: {len(lost)} of {len(times)} acknowledged messages are lost")
        compared += len(times)
    return compared


class Folder:
    """Data for some runs, with everybody in it."""

    def __init__(self, binaries, work, environment=None):
        self.path = work
        self.gateway = Gateway(binaries, os.path.join(work, "data"), environment)
        cars = {f"sim-{i}": PASSWORD for i in range(SIMULATED)}
        cars.update({f"numbered-{i}": PASSWORD for i in range(NUMBERED)})
        cars.update({f"noter-{i}": PASSWORD for i in range(NOTERS)})
        self.gateway.import_cars(cars)
        self.credentials = os.path.join(work, "simulated.csv")
        with open(self.credentials, "w", encoding="utf-8") as file:
            file.write("id,name,password\n")
            file.writelines(f"sim-{i},,{PASSWORD}\n" for i in range(SIMULATED))
        for i in range(WATCHERS):
            self.gateway.run("user", "add", f"watcher-{i}", "--role", "operator", "--password", PASSWORD)


def build_faults(work):
    library = os.path.join(work, "faults.so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faults.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


async def one_run(folder, mode, chance, tag, work):
    gateway = folder.gateway
    faults = {}
    if mode == "faults":
        faults = {"LD_PRELOAD": build_faults(work), "CARPORT_FAULTS_FOLDER": gateway.data,
                  "CARPORT_FAULTS_EVERY": str(FAULTS_EVERY)}
    # Whether the folder can be opened at all while writing fails is another question: faults begin with the second
    # life, and the last one has none.
    gateway.start()
    load = Load(gateway, tag)
    acknowledged = os.path.join(work, f"acknowledged-{tag}.csv")
    cars = start_cars(gateway, folder.credentials, acknowledged, SIMULATED, RATE_OF_SIMULATED)
    try:
        await load.begin()
        kills = 1 + chance.randrange(3)
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.05, 1.5))
            gateway.kill()
            try:
                gateway.start(dict(faults, CARPORT_FAULTS_SEED=str(chance.randrange(2**31))) if faults else None)
            except Failure:
                require(bool(faults), "the gateway does not start")
                gateway.start()  # writing failed while it opened its files: it said so and ended
            await asyncio.sleep(chance.uniform(0.05, 0.8))
        if faults:
            gateway.kill()
            gateway.start()
        await load.settle()
        await load.collect()
        cars.terminate()
        told = cars.communicate(timeout=60)[0]
        require(cars.returncode == 0, f"carport-sim: {told[-2000:]}")
    except BaseException:
        cars.kill()
        raise
    finally:
        await load.end()
    gateway.stop()
    load.check_notes()
    load.check_samples()
    compared = check_simulated(gateway, acknowledged)
    gateway.run("verify")
    os.remove(acknowledged)
    return kills, compared, len(load.acknowledged_notes), sum(len(one) for one in load.stored_samples.values())


def remount(folder, megabytes):
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", folder], check=True)


async def one_full_run(binaries, chance, tag, work):
    """On a disk of its own that fills up under load."""
    disk = os.path.join(work, "disk")
    os.makedirs(disk)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MB}m", "tmpfs", disk], check=True)
    try:
        folder = Folder(binaries, disk)
        gateway = folder.gateway
        gateway.log_file = os.path.join(work, "gateway.log")  # not on the full disk
        gateway.start()
        # What is left is filled by somebody else until the gateway meets the end of the disk itself.
        ballast = os.path.join(disk, "ballast")
        acknowledged = os.path.join(work, f"acknowledged-{tag}.csv")
        cars = start_cars(gateway, folder.credentials, acknowledged, SIMULATED, 0)
        kills = 0
        try:
            for left in (chance.randrange(1, 20), chance.randrange(0, 4), 0):
                await asyncio.sleep(chance.uniform(0.5, 2))
                space = os.statvfs(disk)
                size = max(0, space.f_bavail * space.f_frsize - left * 1024 * 1024)
                with open(ballast, "ab") as file:
                    try:
                        file.write(bytes(size))
                    except OSError:
                        pass
                await asyncio.sleep(chance.uniform(0.1, 1.5))
                gateway.kill()
                kills += 1
                try:
                    gateway.start()
                except Failure as failure:
                    # Without a single page it may say so and end; a little room must be enough.
                    require("no room left" in str(failure), str(failure))
                    os.truncate(ballast, max(0, os.path.getsize(ballast) - 2**20))
                    gateway.start()
            with open(acknowledged, encoding="utf-8") as file:
                before = len(file.readlines())
            os.remove(ballast)
            remount(disk, LARGER_DISK_MB)
            until = time.monotonic() + 30
            while time.monotonic() < until:
                await asyncio.sleep(0.2)
                with open(acknowledged, encoding="utf-8") as file:
                    if len(file.readlines()) > before + 100:
                        break
            else:
                raise Failure(f"with room again nothing is stored:\n{gateway.log_end()}")
            cars.terminate()
            told = cars.communicate(timeout=60)[0]
            require(cars.returncode == 0, f"carport-sim: {told[-2000:]}")
        except BaseException:
            cars.kill()
            raise
        gateway.stop()
        compared = check_simulated(gateway, acknowledged)
        gateway.run("verify")
        return kills, compared, 0, 0
    finally:
        subprocess.run(["umount", disk], check=False)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="folder of carportd and carport-sim")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--mode", choices=["kill", "full", "faults", "all"], default="all")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--runs-a-folder", type=int, default=5)
    parser.add_argument("--keep", action="store_true", help="keep the folder of a run that failed")
    return parser.parse_args()


def main():
    options = arguments()
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # connections break here all the time
    binaries = os.path.abspath(options.bin)
    chance = random.Random(options.seed)
    modes = ["kill", "faults", "full"] if options.mode == "all" else [options.mode]
    if "full" in modes and os.geteuid() != 0:
        print("without root there is no small disk to fill: mode “full” is left out", file=sys.stderr)
        modes.remove("full")
    print(f"seed {options.seed}", flush=True)
    work, folder, totals = None, None, [0, 0, 0, 0]
    try:
        for number in range(options.runs):
            if number % options.runs_a_folder == 0 or work is None:
                if work:
                    shutil.rmtree(work, ignore_errors=True)
                work = tempfile.mkdtemp(prefix="carport-kill-")
                folder = Folder(binaries, work)
            mode = modes[number % len(modes)]
            tag = f"run-{number}"
            since = time.monotonic()
            if mode == "full":
                apart = os.path.join(work, tag)
                os.makedirs(apart)
                figures = asyncio.run(one_full_run(binaries, chance, tag, apart))
            else:
                figures = asyncio.run(one_run(folder, mode, chance, tag, work))
            totals = [a + b for a, b in zip(totals, figures)]
            kills, compared, notes, samples = figures
            print(f"{number + 1} {mode}: {kills} kills, {compared} + {samples} messages and {notes} notes acknowledged, "
                  f"all there, in {time.monotonic() - since:.1f} s", flush=True)
    except Failure as failure:
        folder.gateway.kill()
        print(f"FAILED in run {number + 1} ({mode}), seed {options.seed}: {failure}", flush=True)
        if options.keep:
            print(f"kept in {work}")
        else:
            shutil.rmtree(work, ignore_errors=True)
        return 1
    shutil.rmtree(work, ignore_errors=True)
    print("{} kills; {} messages, {} notes and {} numbered samples acknowledged: none lost, none invented".format(*totals))
    return 0


if __name__ == "__main__":
    sys.exit(main())
