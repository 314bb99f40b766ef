// What a fleet does with the npm package `nitrogen`, as it is:
//     node nitrogen_client.js HTTP_HOST HTTP_PORT MQTT_HOST MQTT_PORT ADMIN_TOKEN [PART…]
// ADMIN_TOKEN is one of Carport's own API. Prints "ok NAME" or "FAILED NAME: why" for each part, in the order of
// `parts`. Exit code 0: everything was as it should be. The parts `afterRestart` and `soak` run only
// where they are named; the latter takes six minutes.
const assert = require("node:assert");
const { Readable } = require("node:stream");
const { promisify } = require("node:util");
const mqtt = require("mqtt");
const nitrogen = require("nitrogen");
const MemoryStore = require("nitrogen-memory-store");

const [host, port, mqttHost, mqttPort, adminToken, ...wanted] = process.argv.slice(2);
const patienceMs = 10_000;
const quietMs = 700; // how long nothing must come
const origin = `http://${host}:${port}`;
const password = "a-password-of-her-own";

// Every principal has a store of its own, as every machine would have.
const serviceFor = (more = {}) =>
  new nitrogen.Service({ host, http_port: port, protocol: "http", log_levels: ["error"], store: new MemoryStore(), ...more });

const call = (target, name, ...args) =>
  new Promise((resolve, reject) =>
    target[name](...args, (error, ...values) => (error ? reject(new Error(JSON.stringify(error?.message ?? error))) : resolve(values))));
const create = (service, principal) => call(service, "create", principal).then(([session, who]) => ({ service, session, who, id: who.id }));
const connect = (service, principal) => call(service, "connect", principal).then(([session, who]) => ({ service, session, who, id: who.id }));
const send = (from, message) => call(new nitrogen.Message(message), "send", from.session).then(([sent]) => sent[0]);
const find = (who, query, options = {}) => call(nitrogen.Message, "find", who.session, query, options).then(([found]) => found);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, holds) {
  const end = Date.now() + patienceMs;
  for (;;) {
    const value = await holds();
    if (value) return value;
    assert(Date.now() < end, `${what} did not come`);
    await pause(50);
  }
}

// What somebody hears of a subscription.
function listen(who, filter) {
  const heard = [];
  who.session.onMessage(filter, (message) => heard.push(message));
  return heard;
}
const subscribed = () => pause(300); // there is no answer to "start"

async function v1(method, path, token, body) {
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, json: text.startsWith("{") ? JSON.parse(text) : text };
}
async function v2(method, path, body) {
  const answer = await fetch(`${origin}/api/v2${path}`, {
    method,
    headers: { Authorization: `Bearer ${adminToken}`, ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  assert(answer.status < 300, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}
const tokenOf = (who) => who.session.accessToken.token;

const world = {}; // who the parts have in common

const parts = {
  async createUser() {
    world.anna = await create(serviceFor(), new nitrogen.User({ nickname: "anna", name: "Anna", email: "anna@example.org", password }));
    world.bob = await create(serviceFor(), new nitrogen.User({ nickname: "bob", name: "Bob", email: "bob@example.org", password }));
    assert.match(world.anna.id, /^[0-9a-f]{24}$/);
    assert.equal(world.anna.who.email, "anna@example.org");
    const again = serviceFor();
    const [, who] = await call(again, "authenticate", new nitrogen.User({ nickname: "anna", email: "anna@example.org", password }));
    assert.equal(who.id, world.anna.id);
    await assert.rejects(call(again, "authenticate", new nitrogen.User({ email: "anna@example.org", password: "wrong-password" })));
    const taken = await v1("POST", "/principals", null, { type: "user", name: "A", email: "Anna@example.org", password });
    assert.equal(taken.status, 400);
    const service = await v1("POST", "/principals", null, { type: "service", name: "S", secret: "x".repeat(40) });
    assert.equal(service.status, 403);
  },

  async ownApiKey() {
    const [keys] = await call(nitrogen.ApiKey, "find", world.anna.session, {}, {});
    assert.equal(keys.length, 1);
    const [made] = await call(new nitrogen.ApiKey({ name: "second", capabilities: ["impersonate"] }), "create", world.anna.session);
    assert.equal(made.name, "second");
    assert.equal(made.capabilities, undefined);
    assert.equal(made.owner, world.anna.id);
    world.key = made.key;
    const [bobs] = await call(nitrogen.ApiKey, "find", world.bob.session, {}, {});
    assert(!bobs.some((key) => key.key === made.key));
  },

  async deviceProvisionsItself() {
    const store = new MemoryStore();
    const van = () => new nitrogen.Device({ nickname: "van", name: "The van", api_key: world.key, tags: ["north"] });
    world.van = await connect(serviceFor({ store }), van());
    assert.equal(world.van.who.type, "device");
    assert.equal(world.van.who.claim_code, undefined); // Anna's from the start
    world.van.session.stop();
    const back = await connect(serviceFor({ store }), van());
    assert.equal(back.id, world.van.id);
    world.van = back;
    const refused = await v1("POST", "/principals", null, { type: "device", name: "x", api_key: world.key.slice(0, -1) + "x", secret: "x".repeat(40) });
    assert.equal(refused.status, 401);
    // One with a public key has no secret that anybody could guess.
    const keyed = await v1("POST", "/principals", null, { type: "device", name: "k", api_key: world.key, public_key: "-----BEGIN PUBLIC KEY-----" });
    const { id } = keyed.json.principal;
    assert.equal((await v1("GET", `/principals/${id}`, keyed.json.accessToken.token)).status, 200);
    for (const secret of ["", "anything"]) {
      assert.equal((await v1("POST", "/principals/secret/auth", null, { type: "device", id, secret })).status, 401);
    }
    assert.equal((await v1("DELETE", `/principals/${id}`, tokenOf(world.anna))).status, 200);
  },

  async principals() {
    const [found] = await call(nitrogen.Principal, "find", world.anna.session, { type: "device" }, {});
    assert.deepEqual(found.map((device) => device.id), [world.van.id]);
    const [one] = await call(nitrogen.Principal, "findById", world.anna.session, world.van.id);
    assert.deepEqual(one.tags, ["north"]);
    for (const secret of ["secret", "password", "salt", "hash"]) assert.equal(one[secret], undefined);
    world.carportId = one.carport_id;
    await call(nitrogen.Principal, "update", world.anna.session, world.van.id, { name: "Van 1", type: "user", id: "x", owner: "y" });
    const car = await v2("GET", `/cars/${world.carportId}`);
    assert.equal(car.name, "Van 1");
    assert.equal(car.type, "device");
    const [strangers] = await call(nitrogen.Principal, "find", world.bob.session, { type: "device" }, {});
    assert.equal(strangers.length, 0);
  },

  async sendAndQuery() {
    for (let i = 0; i < 5; ++i) {
      const sent = await send(world.van, { type: "temperature", ts: new Date(Date.now() + i), body: { temperature: 20 + i } });
      assert.equal(sent.from, world.van.id);
      assert.match(sent.id, /^[0-9a-f]{24}$/);
    }
    const warm = await find(world.anna, { type: "temperature", "body.temperature": { $gte: 22 } }, { limit: 2, sort: { ts: -1 } });
    assert.deepEqual(warm.map((message) => message.body.temperature), [24, 23]);
    const cold = await find(world.anna, { $or: [{ "body.temperature": 20 }, { "body.temperature": 21 }] }, { sort: { ts: 1 } });
    assert.deepEqual(cold.map((message) => message.body.temperature), [20, 21]);
    assert.equal((await find(world.bob, { type: "temperature" })).length, 0);
    const bad = await v1("POST", "/messages", tokenOf(world.van), [{ type: "temperature", body: { temperature: "warm" } }]);
    assert.equal(bad.status, 400);
    const where = await v1("GET", `/messages?q=${encodeURIComponent('{"$where":"1"}')}`, tokenOf(world.anna));
    assert.equal(where.status, 400);
  },

  async aLocationIsTelemetry() {
    await send(world.van, { type: "location", body: { latitude: 48.5, longitude: 9.25, speed: 10 } });
    const car = await until("the position", async () => {
      const now = await v2("GET", `/cars/${world.carportId}`);
      return now.state?.position?.lat === 48.5 ? now : null;
    });
    assert.equal(car.state.position.lon, 9.25);
    assert.equal(car.state.position.speed, 36);
    const found = await find(world.anna, { from: world.van.id, type: "location" });
    assert.equal(found.length, 1);
  },

  async telemetryIsAMessage() {
    const { secret } = await v2("POST", "/cars", { id: "mqtt-car", name: "By MQTT" });
    const client = mqtt.connect({ host: mqttHost, port: Number(mqttPort), username: "mqtt-car", password: secret, reconnectPeriod: 0 });
    await new Promise((resolve, reject) => client.once("connect", resolve).once("error", reject));
    const heardBefore = listen(world.anna, { type: "location" });
    await subscribed();
    await client.publishAsync("cars/mqtt-car/telemetry", JSON.stringify({ ts: Date.now(), lat: 51.05, lon: 3.72, speed: 72 }), { qos: 1 });
    const [none] = await call(nitrogen.Principal, "find", world.anna.session, { carport_id: "mqtt-car" }, {});
    assert.equal(none.length, 0);
    for (const action of ["view", "subscribe"]) {
      await v2("POST", "/permissions", { priority: 20000, who: "principal:anna@example.org", about: "principal:mqtt-car", action, allow: true, note: "" });
    }
    const [[car]] = await call(nitrogen.Principal, "find", world.anna.session, { carport_id: "mqtt-car" }, {});
    const [message] = await find(world.anna, { from: car.id, type: "location" }, { limit: 1, sort: { ts: -1 } });
    assert.equal(message.body.latitude, 51.05);
    assert.equal(message.body.speed, 20);
    assert.equal((await find(world.bob, { from: car.id, type: "location" })).length, 0);
    const heard = listen(world.anna, { from: car.id });
    const heardByBob = listen(world.bob, { type: "location" });
    await subscribed();
    await client.publishAsync("cars/mqtt-car/telemetry", JSON.stringify({ ts: Date.now(), lat: 51.06, lon: 3.73 }), { qos: 1 });
    await client.endAsync();
    await until("the car's position", () => heard.length === 1);
    assert.deepEqual(heard[0].body, { latitude: 51.06, longitude: 3.73 });
    await send(world.van, { type: "location", body: { latitude: 48.6, longitude: 9.3 } });
    await until("the van's position", () => heardBefore.length === 2);
    await pause(quietMs); // the van's is its message and a sample, and told once
    assert.deepEqual([heardBefore.length, heardByBob.length], [2, 0]);
  },

  async subscribesBothWays() {
    const heardByAnna = listen(world.anna, { from: world.van.id, type: "_note" });
    const heardByVan = listen(world.van, { to: world.van.id, type: "_note" });
    const heardByBob = listen(world.bob, {});
    await subscribed();
    await send(world.van, { type: "_note", body: { n: 1 } });
    await send(world.anna, { type: "_note", to: world.van.id, body: { n: 2 } });
    await send(world.van, { type: "_other" });
    await until("the van's note", () => heardByAnna.length === 1);
    await until("Anna's note", () => heardByVan.length === 1);
    assert.equal(heardByAnna[0].body.n, 1);
    assert.equal(heardByVan[0].from, world.anna.id);
    await pause(quietMs);
    assert.deepEqual([heardByAnna.length, heardByVan.length, heardByBob.length], [1, 1, 0]);
  },

  async groups() {
    const body = { type: "group", name: "All of Anna's", members: [world.van.id] };
    const group = await new Promise((resolve, reject) =>
      world.anna.session.post({ url: world.anna.session.service.config.endpoints.principals, json: body }, (error, _, answer) =>
        error ? reject(new Error(JSON.stringify(error))) : resolve(answer.principal)));
    assert.deepEqual([group.type, group.members], ["group", [world.van.id]]);
    const heard = listen(world.van, { to: world.van.id, type: "_toAll" });
    await subscribed();
    await send(world.anna, { type: "_toAll", to: group.id, body: { n: 1 } });
    await until("what is for the group", () => heard.length === 1);
    assert.equal((await v1("POST", "/messages", tokenOf(world.bob), [{ type: "_toAll", to: group.id }])).status, 403);
    await call(nitrogen.Principal, "update", world.anna.session, group.id, { members: [] });
    const [known] = await call(nitrogen.Principal, "findById", world.anna.session, group.id);
    assert.deepEqual(known.members, []);
  },

  // What a device of an organisation says is for its organisation alone, by whichever door it comes.
  async organisationsKeepTheirTelemetry() {
    await v2("POST", "/organisations", { id: "acme", name: "Acme" });
    await v2("POST", "/permissions", { priority: 20000, who: "role:admin", about: "organisation:acme", action: "administer", allow: true, note: "" });
    await v2("POST", "/principals", { id: "acme.ada", type: "user", role: "admin", name: "Ada", password });
    const service = serviceFor();
    const [session, who] = await call(service, "authenticate", new nitrogen.User({ nickname: "ada", email: "acme.ada", password }));
    const ada = { session, who, id: who.id };
    const [key] = await call(new nitrogen.ApiKey({ name: "vans" }), "create", session);
    const truck = await connect(serviceFor(), new nitrogen.Device({ nickname: "truck", name: "Truck", api_key: key.key }));
    const carportId = truck.who.carport_id;
    assert.match(carportId, /^acme\./);
    const listenByMqtt = async (username, secret) => {
      const client = mqtt.connect({ host: mqttHost, port: Number(mqttPort), username, password: secret, reconnectPeriod: 0 });
      await new Promise((resolve, reject) => client.once("connect", resolve).once("error", reject));
      const topics = [];
      client.on("message", (topic) => topics.push(topic));
      await client.subscribeAsync("cars/#", { qos: 1 });
      return { client, topics };
    };
    const inside = await listenByMqtt("acme.ada", password);
    await v2("POST", "/principals", { id: "house-guard", type: "user", role: "admin", name: "G", password });
    const outside = await listenByMqtt("house-guard", password);
    await send(truck, { type: "location", body: { latitude: 50.5, longitude: 4.5 } });
    await until("the truck's position", () => inside.topics.includes(`cars/${carportId}/telemetry`));
    await pause(quietMs);
    assert(!outside.topics.some((topic) => topic.includes(carportId)));
    assert.equal((await v1("GET", `/principals/${truck.id}`, tokenOf(world.anna))).status, 404);
    assert.equal((await v1("GET", `/principals/${world.van.id}`, tokenOf(ada))).status, 404);
    await inside.client.endAsync();
    await outside.client.endAsync();
  },

  async commands() {
    const tag = nitrogen.CommandManager.commandTag(world.van.id);
    const heard = listen(world.van, { tags: tag });
    await subscribed();
    const command = await send(world.anna, { type: "switchCommand", to: world.van.id, tags: [tag], body: { on: true } });
    await until("the command", () => heard.length === 1);
    const listed = async () => (await v2("GET", `/cars/${world.carportId}/commands`)).commands;
    const [known] = await until("the command in /api/v2", async () => {
      const now = await listed();
      return now[0]?.state === "sent" ? now : null;
    });
    assert.deepEqual([known.name, known.arguments, known.issuedById], ["switchCommand", { on: true }, "anna@example.org"]);
    await send(world.van, { type: "switchState", tags: [tag], response_to: [command.id], body: { on: true } });
    await until("the end of the command", async () => (await listed())[0].state === "done");

    await v2("POST", `/cars/${world.carportId}/commands`, { name: "lock", arguments: { doors: "all" } });
    await until("the other API's command", () => heard.some((message) => message.type === "lock"));
    assert.deepEqual(heard.find((message) => message.type === "lock").body, { doors: "all" });
    const later = await find(world.van, { tags: tag, type: "lock" });
    await send(world.van, { type: "_lockState", response_to: [later[0].id], body: { error: "stuck" } });
    await until("the failure", async () => (await listed())[0].state === "failed");
    const forbidden = await v1("POST", "/messages", tokenOf(world.bob), [{ type: "switchCommand", tags: [tag], body: { on: true } }]);
    assert.equal(forbidden.status, 403);
  },

  async permissions() {
    const permission = new nitrogen.Permission({
      issued_to: world.bob.id, principal_for: world.van.id, action: "subscribe", authorized: true,
      priority: nitrogen.Permission.NORMAL_PRIORITY,
    });
    const heard = listen(world.bob, { from: world.van.id });
    await subscribed();
    const [made] = await call(permission, "create", world.anna.session);
    assert.match(made.id, /^[0-9a-f]{24}$/);
    assert((await find(world.bob, { type: "temperature" })).length > 0);
    await send(world.van, { type: "_seen" });
    await until("what Bob may hear now", () => heard.length === 1);
    const [found] = await call(nitrogen.Permission, "find", world.anna.session, { principal_for: world.van.id }, {});
    assert(found.some((one) => one.id === made.id && one.issued_to === world.bob.id));
    const [bobs] = await call(nitrogen.Permission, "find", world.bob.session, {}, {});
    assert.deepEqual(bobs.map((one) => one.id), [made.id]);
    assert.equal((await v1("DELETE", `/permissions/${made.id}`, tokenOf(world.bob))).status, 403);
    made.filter = JSON.stringify({ type: "_seen" });
    const [saved] = await call(made, "save", world.anna.session);
    assert.deepEqual([saved.id, saved.filter, saved.issued_to], [made.id, made.filter, world.bob.id]);
    assert.equal((await find(world.bob, { type: "temperature" })).length, 0);
    assert.equal((await find(world.bob, { from: world.van.id })).length, 1);
    await send(world.van, { type: "_filtered" });
    await send(world.van, { type: "_seen" });
    await until("what the filter lets through", () => heard.length === 2);
    assert.deepEqual(heard.map((message) => message.type), ["_seen", "_seen"]);
    await call(made, "remove", world.anna.session);
    assert.equal((await find(world.bob, { type: "temperature" })).length, 0);
    await send(world.van, { type: "_unseen" });
    await pause(quietMs);
    assert.equal(heard.length, 2);
  },

  // As the client's own tests do it.
  async aPermissionAboutOneself() {
    const own = new nitrogen.Permission({ issued_to: world.van.id, principal_for: world.van.id, priority: 100000000, authorized: true });
    const count = async () => (await call(nitrogen.Permission, "find", world.van.session, { issued_to: world.van.id }, {}))[0].length;
    const before = await count();
    const [made] = await call(own, "create", world.van.session);
    assert.equal(await count(), before + 1);
    await call(made, "remove", world.van.session);
    assert.equal(await count(), before);
  },

  // To administer oneself means to administer the gateway: no way may lead there.
  async noPermissionMakesAnAdministrator() {
    const token = tokenOf(world.bob);
    const all = { authorized: true, priority: 10000000 };
    for (const permission of [
      { ...all }, { ...all, issued_to: world.bob.id }, { ...all, principal_for: world.bob.id },
      { ...all, issued_to: world.bob.id, principal_for: world.bob.id, action: "admin" },
      { ...all, issued_to: world.bob.id, principal_for: world.van.id },
      { ...all, issued_to: world.anna.id, principal_for: world.bob.id, action: "view", priority: 1 },
    ]) {
      assert.equal((await v1("POST", "/permissions", token, permission)).status, 403, JSON.stringify(permission));
    }
    const administers = await fetch(`${origin}/api/v2/principals`, { headers: { Authorization: `Bearer ${token}` } });
    assert.equal(administers.status, 403);
  },

  async claims() {
    world.app = await connect(serviceFor(), Object.assign(new nitrogen.Principal({ nickname: "app", name: "Fitter", api_key: world.key }), { type: "app" }));
    const [key] = await call(new nitrogen.ApiKey({ name: "fitting" }), "create", world.app.session);
    const bus = await connect(serviceFor(), new nitrogen.Device({ nickname: "bus", name: "Bus", api_key: key.key }));
    assert.match(bus.who.claim_code, /^[A-Z]{4}-[0-9]{4}$/);
    const claim = (code) => ({ type: "claim", to: "service", body: { claim_code: code } });
    assert.equal((await v1("GET", `/principals/${bus.id}`, tokenOf(world.bob))).status, 403);
    assert.equal((await v1("POST", "/messages", tokenOf(world.bob), [claim("ZZZZ-0000")])).status, 400);
    await send(world.bob, claim(bus.who.claim_code));
    const [[mine]] = await call(nitrogen.Principal, "find", world.bob.session, { type: "device" }, {});
    assert.equal(mine.id, bus.id);
    assert.equal((await v1("POST", "/messages", tokenOf(world.anna), [claim(bus.who.claim_code)])).status, 400);
  },

  async impersonates() {
    const answer = await v1("POST", "/principals/impersonate", tokenOf(world.anna), { id: world.van.id });
    assert.equal(answer.status, 200);
    const [, who, token] = await new Promise((resolve, reject) =>
      nitrogen.Principal.impersonate(world.anna.session, world.van.id, (error, principal, accessToken) =>
        error ? reject(new Error(JSON.stringify(error))) : resolve([null, principal, accessToken])));
    assert.equal(who.id, world.van.id);
    const seen = await v1("GET", `/principals/${world.van.id}`, token.token);
    assert.equal(seen.status, 200);
    assert.equal((await v1("POST", "/principals/impersonate", tokenOf(world.bob), { id: world.van.id })).status, 403);
  },

  async accessTokens() {
    const [made] = await call(nitrogen.Principal, "accessTokenFor", world.anna.session, world.van.id, { expires: new Date(Date.now() + 60_000) });
    assert.equal(made.principal, world.van.id);
    assert(Date.parse(made.expires_at) < Date.now() + 61_000);
    assert.equal((await v1("GET", "/messages", made.token)).status, 200);
    assert.equal((await v1("GET", "/messages", made.token.slice(0, -2) + "AA")).status, 401);
    const refused = await v1("POST", "/principals/accesstoken", tokenOf(world.bob), { principal_id: world.van.id });
    assert.equal(refused.status, 403);
  },

  async aNewSecretEndsOldTokens() {
    const [made] = await call(nitrogen.Principal, "accessTokenFor", world.bob.session, world.bob.id, {});
    assert.equal((await v1("GET", "/api_keys", made.token)).status, 200);
    await v2("PATCH", "/principals/bob@example.org", { password: "another-password" });
    assert.equal((await v1("GET", "/api_keys", made.token)).status, 401);
    // The gateway ends his connection; the client throws where it is to speak into one that is just ending.
    await until("the end of Bob's connection", () => !world.bob.session.socket.socket.connected);
    world.bob.session.stop();
    const [[key]] = await call(nitrogen.ApiKey, "find", world.anna.session, {}, {});
    const spare = await connect(serviceFor(), new nitrogen.Device({ nickname: "spare", name: "Spare", api_key: key.key }));
    listen(spare, {});
    await until("the spare device's connection", () => spare.session.socket.socket.connected);
    await v2("POST", `/cars/${spare.who.carport_id}/secret`, {});
    assert.equal((await v1("GET", "/api_keys", tokenOf(spare))).status, 401);
    await until("the end of the spare device's connection", () => !spare.session.socket.socket.connected);
    spare.session.stop();
    world.bob = await call(serviceFor(), "authenticate", new nitrogen.User({ nickname: "bob", email: "bob@example.org", password: "another-password" }))
      .then(([session, who]) => ({ session, who, id: who.id }));
  },

  async blobs() {
    const bytes = Buffer.from([0, 1, 2, 253, 254, 255]);
    const blob = new nitrogen.Blob({ content_type: "image/jpeg" });
    const [saved] = await call(blob, "save", world.van.session, Readable.from([bytes]));
    assert.deepEqual([saved.content_type, saved.content_length, saved.owner], ["image/jpeg", bytes.length, world.van.id]);
    const [response, body] = await call(nitrogen.Blob, "get", world.anna.session, saved.url);
    assert.equal(response.headers["content-type"], "image/jpeg");
    assert(bytes.equals(body));
    const path = new URL(saved.url).pathname.replace("/api/v1", "");
    assert.equal((await v1("GET", path, tokenOf(world.bob))).status, 403);
    assert.equal((await v1("GET", path)).status, 401);
    assert.equal((await v1("GET", "/blobs/0123456789abcdef01234567", tokenOf(world.anna))).status, 404);
  },

  async heartbeatsComeBack() {
    for (const who of [world.anna, world.van]) {
      who.session.connectSocket();
      await subscribed();
      await call(who.session, "sendHeartbeat");
      await until("the heartbeat", () => who.session.heartbeatReceived);
      assert.equal(who.session.consecutiveHeartbeatFailures, 0);
    }
  },

  // Nitrogen's MQTT dialect: principal id and access token, one message a PUBLISH, a filter as topic.
  async mqttDialect() {
    const dial = (username, password) =>
      new Promise((resolve, reject) => {
        const client = mqtt.connect({ host: mqttHost, port: Number(mqttPort), username, password, clientId: "dialect", reconnectPeriod: 0 });
        client.once("connect", () => resolve(client)).once("error", (error) => (client.end(true), reject(error)));
      });
    await assert.rejects(dial(world.van.id, "wrong"));
    await assert.rejects(dial(world.van.id, tokenOf(world.bob)));
    const client = await dial(world.van.id, tokenOf(world.van));
    const heard = [];
    client.on("message", (topic, payload) => heard.push([topic, payload.toString()]));
    const filter = '{"type":"_byMqtt","to":{"$exists":true}}';
    assert.equal((await client.subscribeAsync(filter))[0].qos, 0);
    assert.equal((await client.subscribeAsync('{"$where":"1"}').catch(() => [{ qos: 128 }]))[0].qos, 128);
    const heardByAnna = listen(world.anna, { type: "_byMqtt" });
    const heardByBob = listen(world.bob, { type: "_byMqtt" });
    await subscribed();
    await client.publishAsync("whatever", JSON.stringify({ type: "_byMqtt", body: { n: 1 } }), { qos: 1 });
    await until("the van's message", () => heardByAnna.length === 1);
    assert.deepEqual([heardByAnna[0].from, heardByAnna[0].body], [world.van.id, { n: 1 }]);
    assert.equal((await find(world.anna, { type: "_byMqtt" })).length, 1);
    await send(world.anna, { type: "_byMqtt", to: world.van.id, body: { n: 2 } });
    await until("Anna's message", () => heard.length === 1);
    assert.deepEqual(heard, [[filter, '{"n":2}']]);
    await client.unsubscribeAsync(filter);
    await send(world.anna, { type: "_byMqtt", to: world.van.id, body: { n: 3 } });
    await pause(quietMs);
    assert.deepEqual([heard.length, heardByBob.length], [1, 0]);
    await client.endAsync();
  },

  async strangersAreTurnedAway() {
    const [permission] = await call(new nitrogen.Permission({ issued_to: world.bob.id, principal_for: world.van.id, action: "view", authorized: false }), "create", world.anna.session);
    const [blob] = await call(new nitrogen.Blob({ content_type: "text/plain" }), "save", world.van.session, Readable.from([Buffer.from("x")]));
    await send(world.van, { type: "temperature", body: { temperature: 20 } });
    const van = `/principals/${world.van.id}`;
    const about = { issued_to: "", principal_for: world.van.id, action: "view", authorized: true };
    // Every call that somebody has to be signed in for; with what a stranger who is signed in is told.
    const calls = (own) => [
      ["GET", "/principals", , (json) => json.principals.every((one) => one.id === own)], ["GET", van, , 403],
      ["PUT", van, { name: "mine" }, 403], ["DELETE", van, , 403],
      ["POST", "/principals/accesstoken", { principal_id: world.van.id }, 403],
      ["POST", "/principals/impersonate", { id: world.van.id }, 403],
      ["GET", "/api_keys", , (json) => json.api_keys.every((key) => key.owner === own)], ["POST", "/api_keys", { name: "own" }, 200],
      ["GET", "/messages", , (json) => json.messages.length === 0],
      ["POST", "/messages", [{ type: "_x", from: world.van.id }], 403], ["POST", "/messages", [{ type: "_x", to: world.van.id }], 403],
      ["POST", "/messages", [{ type: "_x", tags: [`command:${world.van.id}`] }], 403],
      ["POST", "/messages", [{ type: "claim", to: "service", body: { claim_code: "ABCD-1234" } }], 400],
      ["DELETE", "/messages", , (json) => json.removed === 0],
      ["GET", "/permissions", , (json) => json.permissions.length === 0], ["POST", "/permissions", { ...about, issued_to: own }, 403],
      ["PUT", `/permissions/${permission.id}`, about, 404], ["DELETE", `/permissions/${permission.id}`, , 404],
      ["POST", "/blobs", { own: true }, 200], ["GET", `/blobs/${blob.id}`, , 403],
    ];
    const forged = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJ4In0.";
    for (const [method, path, body] of calls("")) {
      for (const token of [null, "x", forged]) {
        assert.equal((await v1(method, path, token, body)).status, 401, `${method} ${path}`);
      }
    }
    for (const query of ["", "?auth=x", `?auth=${forged}`]) {
      assert.equal((await fetch(`${origin}/socket.io/1/${query}`)).status, 401);
    }
    const mallory = await create(serviceFor(), new nitrogen.User({ nickname: "mallory", name: "Mallory", email: "mallory@example.org", password }));
    const heard = listen(mallory, {});
    await subscribed();
    await send(world.van, { type: "_private" });
    for (const [method, path, body, expected] of calls(mallory.id)) {
      const answer = await v1(method, path, tokenOf(mallory), body);
      if (typeof expected === "number") assert.equal(answer.status, expected, `${method} ${path}`);
      else assert(answer.status === 200 && expected(answer.json), `${method} ${path}: ${answer.status} ${JSON.stringify(answer.json)}`);
    }
    await pause(quietMs);
    assert.deepEqual(heard.filter((message) => message.from !== mallory.id), []);
    const still = await v1("GET", van, tokenOf(world.anna));
    assert.equal(still.json.principal.name, "Van 1");
    await call(permission, "remove", world.anna.session);
  },

  async removes() {
    const sent = await send(world.van, { type: "_gone" });
    const [removed] = await call(nitrogen.Message, "remove", world.anna.session, { _id: sent.id });
    assert.equal(removed, 1);
    assert.equal((await find(world.anna, { _id: sent.id })).length, 0);
    await call(world.van.who, "remove", world.anna.session);
    assert.equal((await v1("GET", "/messages", tokenOf(world.van))).status, 401);
    const cars = await v2("GET", "/cars");
    assert(!cars.cars.some((car) => car.id === world.carportId));
  },

  // By a process of its own, once the gateway has been started again.
  async afterRestart() {
    const [session, who] = await call(serviceFor(), "authenticate", new nitrogen.User({ nickname: "anna", email: "anna@example.org", password }));
    const anna = { session, who, id: who.id };
    const [keys] = await call(nitrogen.ApiKey, "find", session, {}, {});
    assert.deepEqual(keys.map((key) => key.name), ["default", "second"]);
    const notes = await find(anna, { from: anna.id, type: "_note" });
    assert.deepEqual(notes.map((note) => note.body.n), [2]);
    const device = await connect(serviceFor(), new nitrogen.Device({ nickname: "later", name: "Later", api_key: keys[1].key }));
    assert.match(device.id, /^[0-9a-f]{24}$/);
  },

  // The client's own rhythm: a heartbeat each five minutes, which has to come back within 15 s.
  async soak() {
    const user = await create(serviceFor(), new nitrogen.User({ nickname: "s", name: "Soak", email: "soak@example.org", password }));
    const [[key]] = await call(nitrogen.ApiKey, "find", user.session, {}, {});
    const device = await connect(serviceFor(), new nitrogen.Device({ nickname: "soak", name: "Soak", api_key: key.key }));
    let failures = 0;
    device.session.onFailure(() => ++failures);
    const beats = listen(device, { type: "heartbeat", from: device.id });
    const notes = listen(device, { type: "_note" });
    await pause(6 * 60_000);
    await send(user, { type: "_note", to: device.id });
    await until("a note after six minutes", () => notes.length === 1);
    assert.deepEqual([failures, beats.length, device.session.consecutiveHeartbeatFailures], [0, 1, 0]);
  },
};

async function main() {
  let failed = 0;
  const chosen = wanted.length > 0 ? wanted : Object.keys(parts).filter((name) => !["soak", "afterRestart"].includes(name));
  for (const name of chosen) {
    try {
      await parts[name]();
      console.log(`ok ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED ${name}: ${error.stack}`);
    }
  }
  process.exit(failed === 0 ? 0 : 1); // the client keeps timers for a day
}
main();
