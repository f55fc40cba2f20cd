// The demo world, served on a free port for a test, and a browser to look at it with.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

export const password = 'paper lantern harbor 42';

/** A port of loopback that nobody listens on. */
export function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Asks again until there is an answer. */
export async function until(find, what) {
  for (let tries = 0; tries < 600; tries++) {
    const found = find();
    if (found) return found;
    await new Promise((wait) => setTimeout(wait, 100));
  }
  throw new Error(`${what} did not come`);
}

/** Serves the demo world: where, in which folder, by which process, and the path of an offer. */
export async function serve(binary, settings = {}) {
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), 'mandate-browser-'));
  const server = spawn(resolve(binary), ['serve', '--demo', '--migrate'], {
    cwd: folder,
    env: { ...process.env, MANDATE__HTTP__BIND: `127.0.0.1:${port}`, MANDATE__HTTP__PUBLIC_URL: base, MANDATE__AUTH__ATTEMPTS_PER_MINUTE: '1000', ...settings },
  });
  let said = '';
  server.stdout.on('data', (text) => (said += text));
  server.stderr.on('data', (text) => (said += text));
  const offer = await until(() => said.match(/offers\/[\w-]+/)?.[0], 'the demo world');
  return { base, port, folder, server, offer };
}

/** Runs a document at a server, without a browser. */
export async function graphql(base, query, token) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${base}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors } = await answer.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** The access token of one of the demo world. */
export async function signedIn(base, name) {
  const query = `mutation { signIn(input: { signInName: "${name}.mandate.example", password: "${password}" }) { accessToken } }`;
  return (await graphql(base, query)).signIn.accessToken;
}

/** A browser for which names of `.test` are loopback, as names of a local network are elsewhere. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP *.test 127.0.0.1'],
  });
}
