"""Tries what MQTT 5.0 offers with Eclipse Paho: paho_mqtt5.py HOST PORT USER PASSWORD

Prints "ok NAME" or "FAILED NAME: why" for each part. Exit code 0: everything was as it should be.
"""
import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

host, port, user, password = sys.argv[1:]
PATIENCE = 10
HALF = 0.5  # how long nothing must come


def properties(packet, **values):
    made = Properties(packet)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def none_left(client):
    """True where no message comes after everything that has been sent."""
    try:
        client.messages.get(timeout=HALF)
        return False
    except queue.Empty:
        return True


class Client:
    """A client whose answers are waited for."""

    def __init__(self, name, clean=True, expiry=0, will=None, secret=password, **connect):
        version = getattr(mqtt, "CallbackAPIVersion", None)
        arguments = {"client_id": name, "protocol": mqtt.MQTTv5}
        self.paho = mqtt.Client(version.VERSION1, **arguments) if version else mqtt.Client(**arguments)
        self.paho.username_pw_set(user, secret)
        self.connacks, self.messages, self.subacks, self.ends = queue.Queue(), queue.Queue(), queue.Queue(), queue.Queue()
        self.paho.on_connect = lambda _c, _d, flags, code, props: self.connacks.put((flags, code, props))
        self.paho.on_message = lambda _c, _d, message: self.messages.put(message)
        self.paho.on_subscribe = lambda _c, _d, _mid, codes, _props: self.subacks.put([code.value for code in codes])
        self.paho.on_disconnect = lambda _c, _d, code, _props=None: self.ends.put(code)
        if will:
            self.paho.will_set(will[0], will[1], qos=1, properties=properties(PacketTypes.WILLMESSAGE, **will[2]))
        self.paho.connect(host, int(port), keepalive=20, clean_start=clean,
                          properties=properties(PacketTypes.CONNECT, SessionExpiryInterval=expiry, **connect))
        self.paho.loop_start()
        self.flags, self.code, self.connack = self.connacks.get(timeout=PATIENCE)

    def subscribe(self, topic, qos=1, identifier=None, **options):
        wished = properties(PacketTypes.SUBSCRIBE, **({"SubscriptionIdentifier": identifier} if identifier else {}))
        self.paho.subscribe(topic, options=SubscribeOptions(qos=qos, **options), properties=wished)
        return self.subacks.get(timeout=PATIENCE)

    def publish(self, topic, payload, qos=1, retain=False, **values):
        sent = self.paho.publish(topic, payload, qos=qos, retain=retain,
                                 properties=properties(PacketTypes.PUBLISH, **values))
        sent.wait_for_publish(timeout=PATIENCE)
        assert sent.is_published(), f"{topic} was not acknowledged"

    def next(self):
        return self.messages.get(timeout=PATIENCE)

    def vanish(self):
        self.paho.loop_stop()
        self.paho._sock_close()

    def leave(self):
        self.paho.disconnect()
        self.paho.loop_stop()


def every_qos():
    client = Client("p-qos")
    assert client.subscribe("paho/qos/#", 2) == [2]
    for qos in (0, 1, 2):
        client.publish(f"paho/qos/{qos}", f"{qos}", qos)
        message = client.next()
        assert (message.qos, message.payload) == (qos, b"%d" % qos)
    client.leave()


def request_and_response():
    server, client = Client("p-server"), Client("p-client")
    server.subscribe("paho/requests")
    client.subscribe("paho/responses/client")
    client.publish("paho/requests", "question", ResponseTopic="paho/responses/client", CorrelationData=b"\0\x01",
                   ContentType="text/plain", PayloadFormatIndicator=1, UserProperty=[("b", "1"), ("a", "2"), ("b", "3")])
    request = server.next()
    assert request.properties.UserProperty == [("b", "1"), ("a", "2"), ("b", "3")]
    assert (request.properties.ContentType, request.properties.PayloadFormatIndicator) == ("text/plain", 1)
    server.publish(request.properties.ResponseTopic, "answer", CorrelationData=request.properties.CorrelationData)
    answer = client.next()
    assert (answer.payload, answer.properties.CorrelationData) == (b"answer", b"\0\x01")
    server.leave()
    client.leave()


def subscription_identifiers():
    client = Client("p-ids")
    client.subscribe("paho/ids/#", identifier=7)
    client.publish("paho/ids/x", "x")
    assert client.next().properties.SubscriptionIdentifier == [7]
    client.leave()


def retained():
    publisher = Client("p-retain-pub")
    publisher.publish("paho/retained", "kept", retain=True)
    client = Client("p-retain")
    client.subscribe("paho/retained", retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
    assert none_left(client)
    client.subscribe("paho/retained")
    message = client.next()
    assert message.retain and message.payload == b"kept"
    publisher.publish("paho/retained", "", retain=True)
    publisher.leave()
    client.leave()


def no_local():
    client = Client("p-local")
    client.subscribe("paho/local", noLocal=True)
    client.publish("paho/local", "x")
    assert none_left(client)
    client.leave()


def shared():
    members = [Client(f"p-shared-{i}") for i in range(2)]
    for member in members:
        member.subscribe("$share/workers/paho/work")
    publisher = Client("p-shared-pub")
    for i in range(20):
        publisher.publish("paho/work", f"{i}")
    heard = []
    while len(heard) < 20:
        for member in members:
            try:
                heard.append(int(member.messages.get(timeout=HALF).payload))
            except queue.Empty:
                pass
    assert sorted(heard) == list(range(20)), heard
    assert all(none_left(member) for member in members)
    for client in (*members, publisher):
        client.leave()


def wills():
    watcher = Client("p-watcher")
    watcher.subscribe("paho/will")
    Client("p-mortal", will=("paho/will", "gone", {"UserProperty": [("why", "lost")]})).vanish()
    message = watcher.next()
    assert message.payload == b"gone" and message.properties.UserProperty == [("why", "lost")]
    Client("p-polite", will=("paho/will", "gone", {})).leave()
    assert none_left(watcher)
    watcher.leave()


def sessions():
    client = Client("p-session", expiry=600)
    client.subscribe("paho/session", 2)
    client.leave()
    publisher = Client("p-session-pub")
    for qos in (1, 2):
        publisher.publish("paho/session", f"{qos}", qos)
    client = Client("p-session", clean=False, expiry=600)
    assert client.flags["session present"] == 1
    assert [(message.qos, message.payload) for message in (client.next(), client.next())] == [(1, b"1"), (2, b"2")]
    client.leave()
    client = Client("p-session", clean=True)
    assert client.flags["session present"] == 0
    client.leave()
    publisher.leave()


def limits():
    client = Client("p-limits", ReceiveMaximum=2, MaximumPacketSize=100)
    client.subscribe("paho/limits", 1)
    publisher = Client("p-limits-pub")
    publisher.publish("paho/limits", "x" * 200)
    for i in range(10):
        publisher.publish("paho/limits", f"{i}")
    assert [client.next().payload for _ in range(10)] == [b"%d" % i for i in range(10)]
    client.leave()
    publisher.leave()


def refusals():
    stranger = Client("p-stranger", secret="not-the-token")
    assert stranger.code.value == 0x86, stranger.code
    stranger.paho.loop_stop()
    nameless = Client("")
    assert nameless.connack.AssignedClientIdentifier
    nameless.leave()


failed = 0
for part in (every_qos, request_and_response, subscription_identifiers, retained, no_local, shared, wills, sessions, limits,
             refusals):
    try:
        part()
        print("ok", part.__name__, flush=True)
    except Exception as problem:  # whatever it is, the next part is to be tried
        failed += 1
        print(f"FAILED {part.__name__}: {type(problem).__name__} {problem}", flush=True)
sys.exit(1 if failed else 0)
