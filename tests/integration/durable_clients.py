"""Clients with sessions that must outlive the gateway, on Eclipse Paho: durable_clients.py HOST PORT USER PASSWORD

One publishes without pause in QoS 1 and 2 whenever all who listen are connected; it has a session, too. "sleeper" has
subscribed and stays away until the end. Reads commands from standard input: "stop" ends publishing, waits until
everything is acknowledged, lets the sleeper in, waits until nothing more comes, and prints what happened:
    acknowledged TOPIC NUMBER      the publisher's message was acknowledged (QoS 2: PUBCOMP)
    published TOPIC NUMBER         it was handed to the client at least
    received CLIENT TOPIC NUMBER   in order of arrival
    present CLIENT YES|NO          whether the gateway still had the session, at each connection after the first
"""
import sys
import threading
import time

import paho.mqtt.client as mqtt

host, port, user, password = sys.argv[1:]
lock = threading.Lock()
lines = []
last_received = [time.monotonic()]
WINDOW = 60
SLEEPERS = 600  # messages that wait for the sleeper; fewer than a queue holds


def note(*words):
    with lock:
        lines.append(" ".join(str(word) for word in words))


def remember_released(client):
    """Paho 1.6 forgets at the second failed attempt to connect that it has sent PUBREL, and publishes anew, not even
    marked as a duplicate: against MQTT-4.3.3-7, and nothing that a gateway could tell from another message."""
    reset = client._messages_reconnect_reset_out

    def reset_others():
        released = [m for m in client._out_messages.values() if m.state == mqtt.mqtt_ms_resend_pubrel]
        reset()
        for message in released:
            message.state = mqtt.mqtt_ms_resend_pubrel

    client._messages_reconnect_reset_out = reset_others


def make(name):
    version = getattr(mqtt, "CallbackAPIVersion", None)
    arguments = {"client_id": name, "clean_session": False}
    client = mqtt.Client(version.VERSION1, **arguments) if version else mqtt.Client(**arguments)
    remember_released(client)
    client.username_pw_set(user, password)
    client.reconnect_delay_set(min_delay=1, max_delay=1)
    client.max_inflight_messages_set(WINDOW)
    client.up = False
    client.subscribed = not name.startswith("sub") and name != "sleeper"
    client.connections = 0
    client.filters = []

    def connected(_client, _data, flags, code):
        if code != 0:
            return
        client.connections += 1
        if client.connections > 1:
            note("present", name, "YES" if flags.get("session present") else "NO")
        elif client.filters:
            client.subscribe(client.filters)
        client.up = True

    def disconnected(_client, _data, _code):
        client.up = False

    def subscribed(_client, _data, _mid, codes):
        client.subscribed = all(code < 128 for code in codes)

    def received(_client, _data, message):
        last_received[0] = time.monotonic()
        note("received", name, message.topic, message.payload.decode())

    client.on_connect = connected
    client.on_disconnect = disconnected
    client.on_subscribe = subscribed
    client.on_message = received
    return client


def wait(condition, seconds, what):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            print("timeout", what, flush=True)
            print("\n".join(lines), flush=True)
            sys.exit(1)
        time.sleep(0.01)


once = make("sub-once")      # exactly once
least = make("sub-least")    # at least once
both = make("sub-both")      # two subscriptions that overlap
sleeper = make("sleeper")
publisher = make("publisher")
once.filters = [("work/+/q2", 2)]
least.filters = [("work/+/q1", 1), ("work/+/q2", 1)]
both.filters = [("work/#", 2), ("work/a/q2", 1)]
sleeper.filters = [("sleep/q1", 1), ("sleep/q2", 2)]
listeners = [once, least, both]

for client in listeners + [sleeper, publisher]:
    client.connect_async(host, int(port), keepalive=20)
    client.loop_start()
wait(lambda: all(client.up and client.subscribed for client in listeners + [sleeper, publisher]), 20, "subscribing")
sleeper.disconnect()
sleeper.loop_stop()

outstanding = {}
early = set()  # acknowledged before publish() has returned
finished = threading.Event()


def published(_client, _data, mid):
    with lock:
        entry = outstanding.pop(mid, None)
        if entry is None:
            early.add(mid)
    if entry:
        note("acknowledged", *entry)


publisher.on_publish = published


def send(topic, qos, number):
    note("published", topic, number)
    mid = publisher.publish(topic, str(number), qos=qos).mid  # not with the lock: the callback above wants it
    with lock:
        is_early = mid in early
        early.discard(mid)
        if not is_early:
            outstanding[mid] = (topic, number)
    if is_early:
        note("acknowledged", topic, number)


def publish_all():
    number = 0
    asleep = 0
    while not finished.is_set():
        if len(outstanding) >= WINDOW or not all(client.up for client in listeners + [publisher]):
            time.sleep(0.001)
            continue
        number += 1
        qos = 1 + number % 2
        send("work/%s/q%d" % ("ab"[number % 4 // 2], qos), qos, number)
        if number % 10 < 2 and asleep < SLEEPERS:
            asleep += 1
            send("sleep/q%d" % qos, qos, number)


thread = threading.Thread(target=publish_all)
thread.start()
print("running", flush=True)
for line in sys.stdin:
    if line.strip() == "stop":
        break
finished.set()
thread.join()
wait(lambda: not outstanding, 30, "acknowledgements")
wait(lambda: all(client.up for client in listeners), 20, "connections")
sleeper.connect_async(host, int(port), keepalive=20)
sleeper.loop_start()
wait(lambda: sleeper.up, 20, "the sleeper")
last_received[0] = time.monotonic()
wait(lambda: time.monotonic() - last_received[0] > 1.5, 30, "silence")
print("\n".join(lines), flush=True)
print("done", flush=True)
