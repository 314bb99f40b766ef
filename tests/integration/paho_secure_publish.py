"""Publishes as a car with Eclipse Paho, over any of its transports:
paho_secure_publish.py TRANSPORT HOST PORT CAFILE CERTFILE KEYFILE USER PASSWORD TOPIC PAYLOAD...

TRANSPORT is tcp or websockets; "-" stands for no CAFILE (no TLS then), no CERTFILE, no KEYFILE, no USER.
Exit code 0: everything was taken; 5: the gateway did not let us in; 1: anything else.
"""
import sys
import time

import paho.mqtt.client as mqtt

transport, host, port, ca, certificate, key, user, password, topic, *payloads = sys.argv[1:]
answers = []

version = getattr(mqtt, "CallbackAPIVersion", None)
arguments = {"client_id": "paho", "transport": transport}
client = mqtt.Client(version.VERSION1, **arguments) if version else mqtt.Client(**arguments)
if user != "-":
    client.username_pw_set(user, password)
if ca != "-":
    client.tls_set(ca, *([] if certificate == "-" else [certificate, key]))
client.on_connect = lambda _client, _data, _flags, code: answers.append(code)
client.connect(host, int(port), keepalive=20)
client.loop_start()
for _ in range(200):
    if answers:
        break
    time.sleep(0.05)
if not answers:
    sys.exit(1)
if answers[0] != 0:
    sys.exit(5)
for payload in payloads:
    message = client.publish(topic, payload, qos=1)
    message.wait_for_publish(timeout=10)
    if not message.is_published():
        sys.exit(1)
client.disconnect()
client.loop_stop()
