// Tries what MQTT 5.0 offers with the npm package `mqtt`: node mqtt5.js HOST PORT USER PASSWORD
// Prints "ok NAME" or "FAILED NAME: why" for each part. Exit code 0: everything was as it should be.
const assert = require("node:assert");
const mqtt = require("mqtt");

const [host, port, username, password] = process.argv.slice(2);
const patienceMs = 10_000;
const quietMs = 500; // how long nothing must come

// Listens before it is connected: what has waited in the session comes right behind CONNACK.
async function connect(clientId, more = {}) {
  const client = mqtt.connect({
    host, port: Number(port), username, password, clientId, protocolVersion: 5, reconnectPeriod: 0, ...more,
  });
  client.heard = [];
  client.waiting = [];
  client.on("message", (topic, payload, packet) => {
    const message = { topic, text: payload.toString(), packet };
    const first = client.waiting.shift();
    if (first) first(message);
    else client.heard.push(message);
  });
  await new Promise((resolve, reject) => client.once("connect", resolve).once("error", reject));
  client.on("error", () => {});
  return client;
}

const next = (client) =>
  client.heard.length > 0
    ? Promise.resolve(client.heard.shift())
    : new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error("no message came")), patienceMs);
        client.waiting.push((message) => (clearTimeout(late), resolve(message)));
      });
const pause = () => new Promise((resolve) => setTimeout(resolve, quietMs));
const leave = (...clients) => Promise.all(clients.map((client) => client.endAsync()));

const parts = {
  async everyQos() {
    const client = await connect("n-qos");
    const granted = await client.subscribeAsync("npm/qos/#", { qos: 2 });
    assert.equal(granted[0].qos, 2);
    for (const qos of [0, 1, 2]) {
      await client.publishAsync(`npm/qos/${qos}`, String(qos), { qos });
      const message = await next(client);
      assert.deepEqual([message.packet.qos, message.text], [qos, String(qos)]);
    }
    await leave(client);
  },

  async topicAliases() {
    const publisher = await connect("n-alias-pub", { autoAssignTopicAlias: true });
    const client = await connect("n-alias", { properties: { topicAliasMaximum: 5 } });
    await client.subscribeAsync("npm/alias/+", { qos: 1 });
    for (let i = 0; i < 6; ++i) {
      await publisher.publishAsync(`npm/alias/${i % 2}`, String(i), { qos: 1 });
      const message = await next(client);
      assert.deepEqual([message.topic, message.text], [`npm/alias/${i % 2}`, String(i)]);
    }
    await leave(publisher, client);
  },

  async requestAndResponse() {
    const server = await connect("n-server");
    const client = await connect("n-client");
    await server.subscribeAsync("npm/requests", { qos: 1 });
    await client.subscribeAsync("npm/responses", { qos: 1 });
    const asked = {
      responseTopic: "npm/responses", correlationData: Buffer.from([0, 1]), contentType: "text/plain",
      payloadFormatIndicator: true, userProperties: { b: ["1", "3"], a: "2" },
    };
    await client.publishAsync("npm/requests", "question", { qos: 1, properties: asked });
    const { properties } = (await next(server)).packet;
    assert.deepEqual({ ...properties.userProperties }, asked.userProperties);
    assert.equal(properties.contentType, "text/plain");
    assert.equal(properties.payloadFormatIndicator, true);
    await server.publishAsync(properties.responseTopic, "answer",
      { qos: 1, properties: { correlationData: properties.correlationData } });
    const answer = await next(client);
    assert.equal(answer.text, "answer");
    assert.deepEqual([...answer.packet.properties.correlationData], [0, 1]);
    await leave(server, client);
  },

  async subscriptionIdentifiers() {
    const client = await connect("n-ids");
    await client.subscribeAsync("npm/ids/#", { qos: 1, properties: { subscriptionIdentifier: 300 } });
    await client.publishAsync("npm/ids/x", "x", { qos: 1 });
    assert.equal((await next(client)).packet.properties.subscriptionIdentifier, 300);
    await leave(client);
  },

  async messageExpiry() {
    const client = await connect("n-expiry");
    await client.subscribeAsync("npm/expiry", { qos: 1 });
    await client.publishAsync("npm/expiry", "x", { qos: 1, properties: { messageExpiryInterval: 100 } });
    const left = (await next(client)).packet.properties.messageExpiryInterval;
    assert.ok(left > 80 && left <= 100, `${left} are left`);
    await leave(client);
  },

  async sharedSubscriptions() {
    const members = [await connect("n-shared-1"), await connect("n-shared-2")];
    for (const member of members) await member.subscribeAsync("$share/workers/npm/work", { qos: 1 });
    const publisher = await connect("n-shared-pub");
    for (let i = 0; i < 20; ++i) await publisher.publishAsync("npm/work", String(i), { qos: 1 });
    await pause();
    const heard = members.flatMap((member) => member.heard.map((message) => Number(message.text)));
    assert.deepEqual(heard.sort((a, b) => a - b), [...Array(20).keys()]);
    await leave(...members, publisher);
  },

  async wills() {
    const watcher = await connect("n-watcher");
    await watcher.subscribeAsync("npm/will", { qos: 1 });
    const will = { topic: "npm/will", payload: "gone", qos: 1, properties: { userProperties: { why: "lost" } } };
    const mortal = await connect("n-mortal", { will });
    mortal.stream.destroy();
    const message = await next(watcher);
    assert.equal(message.packet.properties.userProperties.why, "lost");
    await leave(await connect("n-polite", { will }));
    await pause();
    assert.equal(watcher.heard.length, 0);
    await leave(watcher);
  },

  async sessions() {
    const session = { clean: false, properties: { sessionExpiryInterval: 600 } };
    const first = await connect("n-session", session);
    await first.subscribeAsync("npm/session", { qos: 2 });
    await leave(first);
    const publisher = await connect("n-session-pub");
    for (const qos of [1, 2]) await publisher.publishAsync("npm/session", String(qos), { qos });
    const second = await connect("n-session", session);
    assert.deepEqual([(await next(second)).text, (await next(second)).text], ["1", "2"]);
    await leave(publisher, second);
    await leave(await connect("n-session", { clean: true }));
  },

  async refusals() {
    const refused = await connect("n-stranger", { password: "not-the-token" }).then(() => null, (problem) => problem);
    assert.equal(refused?.code, 0x86);
  },
};

(async () => {
  let failed = 0;
  for (const [name, part] of Object.entries(parts)) {
    try {
      await part();
      console.log("ok", name);
    } catch (problem) {
      ++failed;
      console.log(`FAILED ${name}: ${problem.message}`);
    }
  }
  process.exit(failed > 0 ? 1 : 0);
})();
