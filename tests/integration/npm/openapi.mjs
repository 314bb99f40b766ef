// Holds a running gateway against its OpenAPI document: node openapi.mjs http://HOST:PORT TOKEN
// The document must pass a validator that is not ours; then every call is made, and what is answered must be documented:
// the status, the kind of content, and each member of it. Prints what is not; ends with 1 then.
import { Validator } from "@seriousme/openapi-schema-validator";
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";

const Ajv = createRequire(import.meta.url)("ajv/dist/2020").default;
const [base, token] = process.argv.slice(2);
const mistakes = [];
const made = new Set();

const document = await (await fetch(`${base}/api/v2/openapi.json`)).json();
const verdict = await new Validator().validate(structuredClone(document));
if (!verdict.valid) mistakes.push(`the document is not valid: ${JSON.stringify(verdict.errors)}`);

/** Wherever an object is described, no other members are allowed, so that undocumented ones are found. */
function makeStrict(schema) {
  if (Array.isArray(schema)) return schema.forEach(makeStrict);
  if (schema === null || typeof schema !== "object") return;
  for (const key of ["properties", "patternProperties"]) Object.values(schema[key] ?? {}).forEach(makeStrict);
  for (const key of ["items", "prefixItems", "additionalProperties", "oneOf", "anyOf"]) makeStrict(schema[key]);
  // What is put together from several is looked at as a whole.
  for (const part of schema.allOf ?? []) {
    Object.values(part.properties ?? {}).forEach(makeStrict);
    makeStrict(part.items);
  }
  const describesMembers = schema.properties || schema.allOf || schema.$ref;
  if (describesMembers && schema.additionalProperties === undefined) schema.unevaluatedProperties = false;
}

const resolved = (value) =>
  value.$ref ? value.$ref.slice(2).split("/").reduce((at, key) => at[key], document) : value;

for (const schema of Object.values(document.components.schemas)) {
  const describesMembers = schema.unevaluatedProperties;
  makeStrict(schema);
  if (describesMembers === undefined) delete schema.unevaluatedProperties; // it may be a part of others
}
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: "openapi", components: document.components });
const compiled = new Map();
function validatorOf(schema) {
  const key = JSON.stringify(schema);
  if (!compiled.has(key)) {
    const own = JSON.parse(key.replaceAll('"$ref":"#/', '"$ref":"openapi#/'));
    makeStrict(own);
    compiled.set(key, ajv.compile(own));
  }
  return compiled.get(key);
}

/** What is not documented about this answer. */
function complaints(operation, status, type, body) {
  const documented = operation.responses[status] && resolved(operation.responses[status]);
  if (!documented) return [`status ${status} is not documented`];
  if (body === "") return documented.content && type ? ["an empty body"] : [];
  const content = documented.content?.[type];
  if (!content) return [`${type} is not documented with ${status}`];
  if (!content.schema || !/json$/.test(type)) return [];
  const validate = validatorOf(content.schema);
  return validate(JSON.parse(body)) ? [] : validate.errors.map((e) => `${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);
}

/** Makes a call: `path` as it is asked for, `pattern` as the document has it. Returns what was answered as JSON. */
async function call(method, pattern, { path = pattern, status = 200, body, type, headers = {}, as = token } = {}) {
  const what = `${method} ${path}`;
  const operation = document.paths[pattern]?.[method.toLowerCase()];
  if (!operation) { mistakes.push(`${what}: the document has no such call`); return {}; }
  const sent = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(`${base}/api/v2${path}`, {
    method, body: sent,
    headers: { ...(as ? { Authorization: as.includes(" ") ? as : `Bearer ${as}` } : {}),
               ...(sent === undefined ? {} : { "Content-Type": type ?? "application/json" }), ...headers },
  });
  const text = await answer.text();
  const kind = (answer.headers.get("content-type") ?? "").split(";")[0];
  if (![status].flat().includes(answer.status)) mistakes.push(`${what}: ${answer.status} instead of ${status}: ${text.slice(0, 300)}`);
  for (const complaint of complaints(operation, answer.status, kind, text)) mistakes.push(`${what} ${answer.status}: ${complaint}`);
  made.add(operation.operationId);
  return text && /json$/.test(kind) ? JSON.parse(text) : {};
}

const fail = (method, pattern, status, more = {}) => call(method, pattern, { status, ...more });
/** The code that an authenticator app shows now for a secret in base32 (RFC 6238). */
function codeNow(secret) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...(secret ?? "").replaceAll("=", "")].map((c) => letters.indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

const basic = (id, secret) => `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

async function openCalls() {
  for (const path of ["/health", "/openapi.json", "/problems"]) await call("GET", path, { as: "" });
  await call("GET", "/problems/{kind}", { path: "/problems/denied", as: "" });
  await fail("GET", "/problems/{kind}", 404, { path: "/problems/nonsense", as: "" });
  await fail("POST", "/session", 400, { body: { id: 5 }, as: "" });
  await fail("POST", "/session", 401, { body: { id: "nobody", password: "wrong" }, as: "" });
  await fail("GET", "/cars", 401, { as: "" });
  await call("GET", "/session");
  await call("GET", "/gateway");
  await call("GET", "/log", { path: "/log?limit=3" });
  await fail("GET", "/live", 426);
}

async function people() {
  const group = { type: "group", id: "vans", name: "Vans" };
  await call("POST", "/principals", { status: 201, body: group });
  await fail("POST", "/principals", 409, { body: group });
  await fail("POST", "/principals", 400, { body: { type: "user", id: "bad id", role: 7 } });
  const ute = await call("POST", "/principals", { status: 201, body: { type: "user", id: "ute", role: "viewer" } });
  await call("GET", "/principals", { path: "/principals?limit=2" });
  const one = await call("GET", "/principals/{id}", { path: "/principals/ute" });
  await call("PATCH", "/principals/{id}", { path: "/principals/ute", body: { name: "Ute", groups: ["vans"] } });
  await fail("PATCH", "/principals/{id}", 412, { path: "/principals/ute", body: { name: "x" }, headers: { "If-Match": `"${one.revision}"` } });
  await call("GET", "/principals/{id}/connections", { path: "/principals/ute/connections?limit=5" });
  await fail("GET", "/principals/{id}", 304, { path: "/principals/ute", headers: { "If-None-Match": "*" } });
  const session = await call("POST", "/session", { body: { id: "ute", password: ute.password }, as: "" });
  await fail("GET", "/cars", 403, { as: session.token });
  await call("POST", "/session/password", { status: 204, body: { current: ute.password, new: "a password of ute" }, as: session.token });
  await fail("GET", "/log", 403, { as: session.token });
  await fail("POST", "/cars", 403, { body: { id: "x" }, as: session.token });
  if (document.paths["/session/second-factor"]) await secondFactor(session.token);
  await call("DELETE", "/session", { status: 204, as: session.token });
  const token = await call("POST", "/tokens", { status: 201, body: { owner: "ute", label: "script" } });
  await call("GET", "/tokens", { path: "/tokens?owner=ute" });
  await call("DELETE", "/tokens/{number}", { path: `/tokens/${token.number}`, status: 204 });
}

async function secondFactor(as) {
  const password = "a password of ute";
  await call("GET", "/session/second-factor", { as });
  const begun = await call("POST", "/session/second-factor", { status: 201, body: { password }, as });
  await fail("POST", "/session/second-factor/confirm", [400, 403], { body: { code: "000000" }, as });
  await call("POST", "/session/second-factor/confirm", { body: { code: codeNow(begun.secret) }, as });
  await call("GET", "/session/second-factor", { as });
  await call("POST", "/session/second-factor/remove", { status: 204, body: { password }, as });
  await call("DELETE", "/principals/{id}/second-factor", { path: "/principals/ute/second-factor", status: [204, 404] });
  const another = await call("POST", "/session", { body: { id: "ute", password }, as: "" });
  const sessions = await call("GET", "/sessions", { path: "/sessions?owner=ute" });
  const last = sessions.sessions?.at(-1)?.number;
  await call("DELETE", "/sessions/{number}", { path: `/sessions/${last}`, status: 204 });
  await fail("GET", "/session", 401, { as: another.token });
  await call("DELETE", "/sessions", { path: "/sessions", status: 204, as });
}

async function cars() {
  const key = { "Idempotency-Key": '"car-one"' };
  const car = await call("POST", "/cars", { status: 201, body: { id: "car-1", name: "One" }, headers: key });
  const again = await call("POST", "/cars", { status: 201, body: { id: "car-1", name: "One" }, headers: key });
  if (again.secret !== car.secret) mistakes.push("the same key was answered otherwise");
  await fail("POST", "/cars", 422, { body: { id: "car-2" }, headers: key });
  await fail("POST", "/cars", 415, { body: "<car/>", type: "application/xml" });
  await call("POST", "/cars/import", { body: "id,name\ncar-2,Two\ncar-3,Three\n", type: "text/csv" });
  await fail("POST", "/cars/import", 400, { body: "id,nam\nx,y\n", type: "text/csv" });
  if (document.paths["/cars/{id}"].put) {
    await call("PUT", "/cars/{id}", { path: "/cars/car-9", status: 201, body: { name: "Nine" } });
    await call("PUT", "/cars/{id}", { path: "/cars/car-9", body: { name: "Niner" } });
  }
  await call("PATCH", "/cars/{id}", { path: "/cars/car-1", body: { groups: ["vans"] } });
  await fail("PATCH", "/cars/{id}", 412, { path: "/cars/car-1", body: { name: "x" }, headers: { "If-Match": '"old"' } });
  const secret = await call("POST", "/cars/{id}/secret", { path: "/cars/car-1/secret", body: {} });
  if (document.paths["/cars/{id}/telemetry"]) {
    const as = basic("car-1", secret.secret);
    await call("POST", "/cars/{id}/telemetry", { path: "/cars/car-1/telemetry", as, body: { lat: 48.1, lon: 11.5, speed: 50, soc: 61.5, vin: "WDB" } });
    await call("POST", "/cars/{id}/events", { path: "/cars/car-1/events", as, body: { name: "battery low", severity: "alarm", message: "Charge it" } });
    await fail("POST", "/cars/{id}/telemetry", 400, { path: "/cars/car-1/telemetry", as, body: [5] });
    await fail("POST", "/cars/{id}/telemetry", 401, { path: "/cars/car-1/telemetry", as: basic("car-1", "wrong"), body: {} });
  }
  for (const path of ["/cars?limit=1&q=car", "/cars?limit=50000"]) await call("GET", "/cars", { path });
  await fail("GET", "/cars", 400, { path: "/cars?limit=0" });
  await call("GET", "/cars/{id}", { path: "/cars/car-1" });
  await fail("GET", "/cars/{id}", 404, { path: "/cars/nobody" });
  for (const name of ["metrics", "events", "commands", "connections"]) await call("GET", `/cars/{id}/${name}`, { path: `/cars/car-1/${name}` });
  await call("GET", "/cars/{id}/history", { path: "/cars/car-1/history?metric=speed&metric=soc" });
  await fail("GET", "/cars/{id}/history", 400, { path: "/cars/car-1/history" });
  await call("GET", "/history", { path: "/history?metric=speed" });
  await call("GET", "/fleet/moments");
  await fail("GET", "/fleet/moments", 400, { path: "/fleet/moments?stepMs=1" });
  for (const query of ["", "?metric=speed&metric=soc&car=car-1"]) await call("GET", "/fleet/latest", { path: "/fleet/latest" + query });
  await fail("GET", "/fleet/latest", 400, { path: "/fleet/latest?metric=" });
  await call("GET", "/fleet/heat", { path: "/fleet/heat?bbox=11,48,12,48.5&level=14" });
  await fail("GET", "/fleet/heat", 400, { path: "/fleet/heat?bbox=11,48,12" });
  await call("GET", "/cars/{id}/moment", { path: "/cars/car-1/moment" });
  await fail("GET", "/cars/{id}/moment", 400, { path: "/cars/car-1/moment?at=x" });
  await call("GET", "/events", { path: "/events?severity=alarm" });
}

async function commands() {
  const command = await call("POST", "/cars/{id}/commands", { path: "/cars/car-1/commands", status: 201, body: { name: "lock", arguments: { doors: "all" } } });
  await fail("POST", "/cars/{id}/commands", 400, { path: "/cars/car-1/commands", body: { nmae: "lock" } });
  await call("GET", "/commands", { path: "/commands?limit=1" });
  await call("GET", "/commands/{commandId}", { path: `/commands/${command.id}` });
  await call("DELETE", "/commands/{commandId}", { path: `/commands/${command.id}` });
  await fail("DELETE", "/commands/{commandId}", 409, { path: `/commands/${command.id}` });
}

async function rules() {
  const rule = await call("POST", "/permissions", { status: 201, body: { who: "principal:ute", about: "group:vans", action: "command", allow: true, expiresAt: Date.now() + 1e9, note: "for a week" } });
  const path = `/permissions/${rule.number}`;
  await call("GET", "/permissions", { path: "/permissions?limit=2" });
  await call("GET", "/permissions/{number}", { path });
  await call("PUT", "/permissions/{number}", { path, body: { who: "principal:ute", about: "group:vans", allow: false } });
  await fail("PUT", "/permissions/{number}", 400, { path, body: { who: "nonsense" } });
  await call("GET", "/permissions/decision", { path: "/permissions/decision?who=ute&action=command&about=car-1" });
  if (document.paths["/permissions/simulate"]) await call("POST", "/permissions/simulate", { body: { remove: rule.number } });
  await call("DELETE", "/permissions/{number}", { path, status: 204 });
  await call("PUT", "/retention", { body: { policies: [{ name: "all", rawDays: 30 }] } });
  await call("GET", "/retention");
  if (document.paths["/audit"]) await call("GET", "/audit", { path: "/audit?limit=20" });
}

/** Whatever is there besides, where it is. */
async function organisationsAndKeys() {
  const has = (path) => path in document.paths;
  if (has("/organisations")) {
    await call("POST", "/organisations", { status: 201, body: { id: "acme", name: "Acme", administrator: {} } });
    await call("GET", "/organisations");
    await call("PATCH", "/organisations/{id}", { path: "/organisations/acme", body: { note: "a customer" } });
    await call("POST", "/organisations", { status: 201, body: { id: "empty" } });
    await call("DELETE", "/organisations/{id}", { path: "/organisations/empty", status: 204 });
  }
  if (has("/roles")) {
    await call("POST", "/roles", { status: 201, body: { id: "mechanic", name: "Mechanic" } });
    await call("GET", "/roles");
    await call("PATCH", "/roles/{id}", { path: "/roles/mechanic", body: { note: "in the yard" } });
    await call("DELETE", "/roles/{id}", { path: "/roles/mechanic", status: 204 });
  }
  if (has("/provisioning/keys")) {
    const key = await call("POST", "/provisioning/keys", { status: 201, body: { quota: 2, label: "line 1", idPrefix: "new-" } });
    await call("GET", "/provisioning/keys");
    await call("POST", "/provisioning/devices", { status: 201, body: { key: key.key, id: "new-1" }, as: "" });
    await call("DELETE", "/provisioning/keys/{number}", { path: `/provisioning/keys/${key.number}`, status: 204 });
  }
  if (has("/claims")) {
    const fitted = await call("POST", "/cars/{id}/claim-code", { path: "/cars/car-2/claim-code", status: 201, body: { gives: "secret" } });
    await call("GET", "/claim-codes");
    await call("POST", "/provisioning/claim", { body: { code: fitted.code }, as: "" });
    const claimed = await call("POST", "/cars/{id}/claim-code", { path: "/cars/car-2/claim-code", status: 201, body: { gives: "car" } });
    await call("POST", "/claims", { body: { code: claimed.code } });
    await call("POST", "/cars/{id}/claim-code", { path: "/cars/car-2/claim-code", status: 201, body: {} });
    await call("DELETE", "/cars/{id}/claim-code", { path: "/cars/car-2/claim-code", status: 204 });
  }
  if (has("/gateway/drain")) {
    await call("GET", "/gateway/drain");
    await call("POST", "/gateway/drain", { status: 202, body: { seconds: 1 } });
    await call("POST", "/gateway/resume");
  }
}

async function limits() {
  const wanted = { whom: "*", per: "principal", measure: "commandsPerHour", most: 1000, burst: 500, reaction: "reject", note: "a test's" };
  const made = await call("POST", "/limits", { status: 201, body: wanted });
  await fail("POST", "/limits", 400, { body: { ...wanted, whom: "principal:nobody" } });
  const path = `/limits/${made.number}`;
  await call("PATCH", "/limits/{number}", { path, body: { most: 900, burst: null } });
  await fail("PATCH", "/limits/{number}", 412, { path, body: { most: 1 }, headers: { "If-Match": `"${made.revision}"` } });
  await call("POST", "/cars/{id}/commands", { path: "/cars/car-1/commands", status: 201, body: { name: "honk" } });
  await call("GET", "/limits/{number}", { path });
  await call("GET", "/limits", { path: "/limits?measure=commandsPerHour&q=test" });
  await call("DELETE", "/limits/{number}", { path, status: 204 });
  await fail("GET", "/limits/{number}", 404, { path });
}

async function fences() {
  const ring = [[7.41, 43.73], [7.43, 43.73], [7.43, 43.74], [7.41, 43.73]];
  const wanted = { name: "Harbour", colour: 3, note: "a test's", geometry: { type: "Polygon", coordinates: [ring] } };
  const made = await call("POST", "/fences", { status: 201, body: wanted });
  await fail("POST", "/fences", 400, { body: { ...wanted, geometry: { type: "Polygon", coordinates: [ring.slice(1)] } } });
  const path = `/fences/${made.number}`;
  const circle = { type: "Circle", coordinates: [7.42, 43.73], radius: 250.5 };
  await call("PUT", "/fences/{number}", { path, body: { name: "Depot", geometry: circle } });
  await fail("PUT", "/fences/{number}", 412, { path, body: wanted, headers: { "If-Match": `"${made.revision}"` } });
  await call("GET", "/fences/{number}", { path });
  const parts = { type: "MultiPolygon", coordinates: [[ring], [ring.map(([x, y]) => [x + 1, y])]] };
  await call("PUT", "/fences/{number}", { path, body: { name: "Depots", geometry: parts } });
  await call("GET", "/fences", { path: "/fences?q=depot&limit=5" });
  await call("DELETE", "/fences/{number}", { path, status: 204 });
  await fail("GET", "/fences/{number}", 404, { path });
}

for (const step of [openCalls, people, cars, commands, rules, limits, fences, organisationsAndKeys]) await step();
await call("DELETE", "/cars/{id}", { path: "/cars/car-3", status: 204 });
await call("DELETE", "/principals/{id}", { path: "/principals/ute", status: 204 });

// What is only read and needs nothing else to be said is called as it is.
for (const [path, item] of Object.entries(document.paths)) {
  if (item.get && !item.servers && !path.includes("{") && !made.has(item.get.operationId)) await call("GET", path);
}

const left = Object.entries(document.paths).filter(([, item]) => !item.servers)
  .flatMap(([path, item]) => Object.entries(item).filter(([, call]) => call.operationId && !made.has(call.operationId))
    .map(([method]) => `${method.toUpperCase()} ${path}`));
for (const one of left) mistakes.push(`${one} was never called by this test`);
console.log(mistakes.length === 0 ? `all ${made.size} calls are as documented` : mistakes.join("\n"));
process.exit(mistakes.length === 0 ? 0 : 1);
