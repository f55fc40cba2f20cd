// What the record costs: acts a second, CPU an act, bytes an act, and entries verified a second.
//
// node benches/record.mjs <mandate binary> [acts] [connections]
// MANDATE__DATABASE__URL=postgres://… measures PostgreSQL (an empty database); without it, SQLite in a new folder.
// Run it with two binaries on the same quiet machine, by turns: one is the other's measure.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const [binary, acts = 5000, connections = 16] = [resolve(process.argv[2]), ...process.argv.slice(3).map(Number)];
const folder = mkdtempSync(join(tmpdir(), 'mandate-bench-'));
const port = 8200 + Math.floor(Math.random() * 500);
const base = `http://127.0.0.1:${port}`;
const env = {
  ...process.env,
  MANDATE__HTTP__BIND: `127.0.0.1:${port}`,
  MANDATE__HTTP__PUBLIC_URL: base,
  MANDATE__LIMITS__OPERATIONS_PER_MINUTE: '100000000',
  MANDATE__LOG__FILTER: 'warn',
};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function start() {
  const server = spawn(binary, ['serve', '--demo', '--migrate'], { cwd: folder, env, stdio: 'ignore' });
  for (let tries = 0; tries < 300; tries += 1) {
    if (await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false)) break;
    await pause(100);
  }
  await pause(1500);
  return server;
}

/** Stops it: what SQLite keeps beside its file is in the file then. */
async function stop(server) {
  server.kill('SIGTERM');
  await new Promise((done) => server.on('exit', done));
}

const size = () => statSync(join(folder, 'mandate-data/mandate.db')).size;
const sqlite = !process.env.MANDATE__DATABASE__URL;
await stop(await start());
const sizeBefore = sqlite ? size() : 0;
const server = await start();

async function call(query, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${base}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
const { signIn } = await call('mutation { signIn(input: { signInName: "fiona@northwind.mandate.example", password: "paper lantern harbor 42" }) { accessToken } }');
const token = signIn.accessToken;
const { findUsers } = await call('{ findUsers(address: "ivan@contoso.mandate.example") { client { id } user { id } } }', token);
const [{ client, user }] = findUsers;
const act = () => call(`mutation { updateProfile(input: { accountId: "${client.id}", userId: "${user.id}", displayName: "Ivan Ordinary", ticket: "T-1042", reason: "Asked by phone." }) { replayed } }`, token);

/** CPU of the server so far, in seconds. */
const cpu = () => {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
};

const warm = 200;
for (let done = 0; done < warm; done += 1) await act();
const [begun, cpuBefore] = [performance.now(), cpu()];
let left = acts;
await Promise.all(Array.from({ length: connections }, async () => {
  while (left > 0) { left -= 1; await act(); }
}));
const seconds = (performance.now() - begun) / 1000;
const spent = cpu() - cpuBefore;
await stop(server);
console.log(`${acts} acts by ${connections} connections: ${(acts / seconds).toFixed(0)} a second, ${((spent / acts) * 1e6).toFixed(0)} us of CPU an act`);
if (sqlite) console.log(`${((size() - sizeBefore) / (acts + warm)).toFixed(0)} bytes an act`);
const before = performance.now();
const told = execFileSync(binary, ['record', 'verify'], { cwd: folder, env }).toString();
const verified = (performance.now() - before) / 1000;
const entries = told.match(/(\d+) entries/g).map((text) => parseInt(text)).reduce((sum, number) => sum + number);
console.log(`record verify: ${entries} entries in ${verified.toFixed(2)} s, ${(entries / verified).toFixed(0)} a second`);
rmSync(folder, { recursive: true });
