"""Publishes as a car with Eclipse Paho: paho_publish.py HOST PORT USER PASSWORD QOS TOPIC PAYLOAD...

Exit code 0: everything was taken; 5: the gateway did not let us in; 1: anything else.
"""
import sys

import paho.mqtt.client as mqtt

host, port, user, password, qos, topic, *payloads = sys.argv[1:]
refused = []

version = getattr(mqtt, "CallbackAPIVersion", None)
arguments = {"client_id": user}
client = mqtt.Client(version.VERSION1, **arguments) if version else mqtt.Client(**arguments)
client.username_pw_set(user, password)
client.on_connect = lambda _client, _data, _flags, code: refused.append(code)
client.connect(host, int(port), keepalive=20)
client.loop_start()
for _ in range(200):
    if refused:
        break
    __import__("time").sleep(0.05)
if not refused:
    sys.exit(1)
if refused[0] != 0:
    sys.exit(5)
for payload in payloads:
    message = client.publish(topic, payload, qos=int(qos))
    message.wait_for_publish(timeout=10)
    if not message.is_published():
        sys.exit(1)
client.disconnect()
client.loop_stop()
