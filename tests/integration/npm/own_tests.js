// The tests that the npm package `nitrogen` brings along, as they are, against a gateway with sign-up:
//     node own_tests.js HTTP_HOST HTTP_PORT
// Prints "ok NAME", "FAILED NAME: why" or "left out NAME: why". Exit code 0: none failed.
const path = require("node:path");

const [host, port] = process.argv.slice(2);
const patienceMs = 10_000;
const folder = path.join(__dirname, "node_modules", "nitrogen", "test");
process.chdir(path.dirname(folder)); // they read a picture from there

const leftOut = {
  "blob object: should be able to save and get a blob": "reads a picture as text, which has another length in this Node",
  "message: should send a message and receive it over a subscription": "wants its sender not to be able to remove it",
  "permission: should be able to create, find, and remove permissions": "counts a permission that each device had of itself",
  "principal: should be able to fetch an access token": "wants a token that ended in 2019",
  "session: can establish permanent subscription and receive deferred messages": "no subscription outlives its connection here",
};

const tests = [];
let about = "";
global.describe = (name, body) => {
  about = name;
  body();
};
global.it = (name, body) => tests.push([`${about}: ${name}`, body]);

// What is thrown in a callback is the present test's failure.
let fail = () => {};
process.on("uncaughtException", (error) => fail(error));
const run = (body) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it took too long")), patienceMs);
    const end = (error) => (clearTimeout(timer), error ? reject(error) : resolve());
    fail = end;
    try {
      body(end);
    } catch (error) {
      end(error);
    }
  });

async function main() {
  Object.assign(require(path.join(folder, "config")), { host, http_port: Number(port), log_levels: ["error"] });
  await run((done) => require(path.join(folder, "fixtures")).reset(done));
  const units = ["apiKey", "blob", "commandManager", "device", "heartbeat", "message", "permissions", "principal", "service", "session", "user"];
  for (const unit of units) require(path.join(folder, "units", unit));
  let failed = 0;
  for (const [name, body] of tests) {
    if (name in leftOut) {
      console.log(`left out ${name}: ${leftOut[name]}`);
      continue;
    }
    try {
      await run(body);
      console.log(`ok ${name}`);
    } catch (error) {
      ++failed;
      console.log(`FAILED ${name}: ${error.stack ?? error}`);
    }
  }
  process.exit(failed === 0 && tests.length >= 25 ? 0 : 1); // the client keeps timers for a day
}
main();
