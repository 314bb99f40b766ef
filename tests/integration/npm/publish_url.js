// Publishes as a car with the npm package `mqtt`, over any of its transports:
// node publish_url.js URL CAFILE USER PASSWORD TOPIC PAYLOAD...     CAFILE "-": none
// Exit code 0: everything was taken; 5: the gateway did not let us in; 1: anything else.
const fs = require("fs");
const mqtt = require("mqtt");

const [url, caFile, username, password, topic, ...payloads] = process.argv.slice(2);
const ca = caFile === "-" ? undefined : fs.readFileSync(caFile);
const client = mqtt.connect(url, { ca, username, password, clientId: username, reconnectPeriod: 0 });

const closed = () => process.exit(1);
client.on("close", closed);
client.on("connect", async () => {
  try {
    for (const payload of payloads) await client.publishAsync(topic, payload, { qos: 1 });
    client.removeListener("close", closed); // from here on it is we who close
    await client.endAsync();
    process.exit(0);
  } catch (problem) {
    console.error(problem.message);
    process.exit(1);
  }
});
client.on("error", (problem) => {
  console.error(problem.message);
  process.exit(problem.code === 4 || problem.code === 5 ? 5 : 1);
});
