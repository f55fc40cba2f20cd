#!/usr/bin/env node
// Runs verify.mjs and the program on each case of forge.mjs: node agree.mjs MANDATE_BINARY FOLDER

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [program, folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node agree.mjs MANDATE_BINARY FOLDER');
const verifier = new URL('verify.mjs', import.meta.url).pathname;
const cases = JSON.parse(readFileSync(resolve(folder, 'cases.json'), 'utf8'));

function run(command, words) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8' });
  if (error) throw error;
  return { good: status === 0, output: `exit code ${status}\n${stdout}${stderr}` };
}

function verdicts({ file, keys, notes, earlier }) {
  const options = (name, files) => files.flatMap((one) => [`--${name}`, resolve(folder, one)]);
  const held = [...options('keys', [keys]), ...options('note', notes), ...options('earlier', earlier)];
  if (file === null) return [run('node', [verifier, ...held])]; // the program verifies no notes alone
  const export_ = resolve(folder, file);
  return [run('node', [verifier, ...held, export_]), run(program, ['record', 'verify', '--file', export_, ...held])];
}

let disagreements = 0;
for (const one of cases) {
  const said = verdicts(one);
  if (said.every(({ good }) => good === one.good)) continue;
  disagreements += 1;
  console.log(`${one.name} (${one.file}) should be ${one.good ? 'good' : 'not good'}`);
  said.forEach(({ output }, at) => console.log(`${['verify.mjs', 'the program'][at]}: ${output}`));
}
console.log(`cases: ${cases.length}, ${disagreements > 0 ? `${disagreements} not as they should be` : 'both agree'}`);
process.exitCode = disagreements > 0 ? 1 : 0;
