// Publishes as a car with the npm package `mqtt`: node publish.js HOST PORT USER PASSWORD QOS TOPIC PAYLOAD...
// Exit code 0: everything was taken; 5: the gateway did not let us in; 1: anything else.
const mqtt = require("mqtt");

const [host, port, username, password, qos, topic, ...payloads] = process.argv.slice(2);
const client = mqtt.connect({ host, port: Number(port), username, password, clientId: username, reconnectPeriod: 0 });

const closed = () => process.exit(1);
client.on("close", closed);
client.on("connect", async () => {
  try {
    for (const payload of payloads) await client.publishAsync(topic, payload, { qos: Number(qos) });
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
