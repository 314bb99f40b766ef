"""A client of MQTT 3.1.1 on asyncio that remembers what it has sent and had across connections, as a careful program
does: QoS 1 and 2 both ways, unacknowledged publishes sent again with DUP, PUBREL sent again, QoS 2 taken once."""

import asyncio
import struct

CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, SUBACK = range(1, 10)
DISCONNECT = 14


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def packet(kind, flags, body):
    length, out = len(body), bytearray([kind << 4 | flags])
    while True:
        digit = length & 127
        length >>= 7
        out.append(digit | (128 if length else 0))
        if not length:
            return bytes(out) + body


class Client:
    """`on_message(topic, payload, qos, dup)` is called once for every message of QoS 2 and at least once of QoS 1."""

    def __init__(self, host, port, client_id, user, password, clean=False, on_message=None):
        self.address = (host, port)
        self.client_id, self.user, self.password, self.clean = client_id, user, password, clean
        self.on_message = on_message or (lambda *_: None)
        self.unacknowledged = {}  # packet id: [topic, payload, qos, future, released]
        self.taken = set()  # packet ids of QoS 2 that have come and are not released
        self.subscribed = {}  # packet id: future
        self.last_id = 0
        self.writer = None
        self.session_present = False
        self.task = None

    async def connect(self):
        reader, writer = await asyncio.open_connection(*self.address)
        body = text("MQTT") + bytes([4, 0xC0 | (2 if self.clean else 0)]) + struct.pack(">H", 0)
        writer.write(packet(CONNECT, 0, body + text(self.client_id) + text(self.user) + text(self.password)))
        kind, _, answer = await self.read(reader)
        if kind != CONNACK or answer[1] != 0:
            raise ConnectionError(f"{self.client_id} was refused: {answer!r}")
        self.session_present = bool(answer[0] & 1)
        self.writer = writer
        for packet_id, (topic, payload, qos, _, released) in self.unacknowledged.items():
            if released:
                writer.write(packet(PUBREL, 2, struct.pack(">H", packet_id)))
            else:
                writer.write(self.publish_packet(topic, payload, qos, packet_id, dup=True))
        self.task = asyncio.create_task(self.listen(reader, writer))
        return self

    @staticmethod
    async def read(reader):
        first = (await reader.readexactly(1))[0]
        length, shift = 0, 0
        while True:
            digit = (await reader.readexactly(1))[0]
            length |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                break
        return first >> 4, first & 15, await reader.readexactly(length)

    @staticmethod
    def publish_packet(topic, payload, qos, packet_id, dup=False):
        body = text(topic) + (struct.pack(">H", packet_id) if qos else b"") + payload
        return packet(PUBLISH, (8 if dup else 0) | qos << 1, body)

    async def listen(self, reader, writer):
        try:
            while True:
                self.take(writer, *await self.read(reader))
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        finally:
            if self.writer is writer:
                self.writer = None
            writer.close()

    def take(self, writer, kind, flags, body):
        packet_id = struct.unpack(">H", body[:2])[0] if kind in (PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK) else 0
        if kind == PUBLISH:
            self.take_publish(writer, flags, body)
        elif kind == PUBACK or kind == PUBCOMP:
            waiting = self.unacknowledged.pop(packet_id, None)
            if waiting and not waiting[3].done():
                waiting[3].set_result(True)
        elif kind == PUBREC:
            if packet_id in self.unacknowledged:
                self.unacknowledged[packet_id][4] = True
            writer.write(packet(PUBREL, 2, body[:2]))
        elif kind == PUBREL:
            self.taken.discard(packet_id)
            writer.write(packet(PUBCOMP, 0, body[:2]))
        elif kind == SUBACK:
            future = self.subscribed.pop(packet_id, None)
            if future and not future.done():
                future.set_result(body[2])

    def take_publish(self, writer, flags, body):
        qos, dup = flags >> 1 & 3, bool(flags & 8)
        length = struct.unpack(">H", body[:2])[0]
        topic, rest = body[2 : 2 + length].decode(), body[2 + length :]
        packet_id = struct.unpack(">H", rest[:2])[0] if qos else 0
        payload = rest[2:] if qos else rest
        if qos == 2:
            if packet_id not in self.taken:
                self.taken.add(packet_id)
                self.on_message(topic, payload, qos, dup)
            writer.write(packet(PUBREC, 0, struct.pack(">H", packet_id)))
            return
        self.on_message(topic, payload, qos, dup)
        if qos == 1:
            writer.write(packet(PUBACK, 0, struct.pack(">H", packet_id)))

    def next_id(self):
        while True:
            self.last_id = self.last_id % 65535 + 1
            if self.last_id not in self.unacknowledged:
                return self.last_id

    def publish(self, topic, payload, qos):
        """A future that is done once the message is acknowledged, be it after further connections."""
        packet_id = self.next_id()
        future = asyncio.get_running_loop().create_future()
        self.unacknowledged[packet_id] = [topic, payload, qos, future, False]
        if self.writer:
            self.writer.write(self.publish_packet(topic, payload, qos, packet_id))
        return future

    async def subscribe(self, topic_filter, qos):
        packet_id = self.next_id()
        future = asyncio.get_running_loop().create_future()
        self.subscribed[packet_id] = future
        self.writer.write(packet(SUBSCRIBE, 2, struct.pack(">H", packet_id) + text(topic_filter) + bytes([qos])))
        return await asyncio.wait_for(future, 20)

    async def leave(self):
        """DISCONNECT; the session stays where it was not a clean one."""
        if self.writer:
            self.writer.write(packet(DISCONNECT, 0, b""))
            self.writer.close()
        if self.task:
            await asyncio.wait([self.task], timeout=5)

    @property
    def is_connected(self):
        return self.writer is not None
