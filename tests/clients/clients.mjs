// Clients of GraphQL as they are, against the running server and its schema: the official audit of GraphQL over HTTP, code
// generators, the Relay compiler, a linter, gql for Python, and whether the schema still serves who was built on the last
// release. Apollo Client, urql and graphql-ws are tried in a browser, by `tests/browser/origins.mjs`.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, findBreakingChanges } from 'graphql';
import { auditServer } from 'graphql-http';
import { password, serve } from '../browser/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [binary, python] = process.argv.slice(2).map((path) => resolve(path));
const bin = (name) => join(here, 'node_modules', '.bin', name);
const run = (program, args) => execFileSync(program, args, { cwd: here, stdio: ['ignore', 'inherit', 'inherit'] });

/** What the schema of the last release promised and this one does not keep. */
function broken() {
  const git = (...args) => execFileSync('git', args, { cwd: here, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  let tag;
  try {
    tag = git('describe', '--tags', '--abbrev=0');
  } catch {
    console.log('schema: there is no release yet to compare with');
    return [];
  }
  const before = buildSchema(git('show', `${tag}:schema.graphql`));
  const now = buildSchema(readFileSync(join(here, '../../schema.graphql'), 'utf8'));
  console.log(`schema: compared with ${tag}`);
  return findBreakingChanges(before, now).map((change) => change.description);
}

mkdirSync(join(here, 'generated'), { recursive: true });
copyFileSync(join(here, '../../schema.graphql'), join(here, 'generated/schema.graphql'));
run(bin('eslint'), ['generated/schema.graphql']);
assert.deepEqual(broken(), []);
run(bin('graphql-codegen'), ['--config', 'codegen.yml', '--silent']);
const strict = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes', '--noEmit'];
run(bin('tsc'), [...strict, '--target', 'es2022', '--module', 'esnext', '--moduleResolution', 'bundler', 'use.ts']);
run(bin('relay-compiler'), []);
const { server, base } = await serve(binary);
try {
  const found = await auditServer({ url: `${base}/graphql` });
  const failed = found.filter((one) => one.status !== 'ok').map((one) => `${one.name}: ${one.reason}`);
  assert.deepEqual(failed, []);
  console.log(`GraphQL over HTTP: ${found.length} audits, all well`);
  if (python && existsSync(python)) run(python, ['client.py', `${base}/graphql`, password]);
} finally {
  server.kill();
}
