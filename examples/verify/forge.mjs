#!/usr/bin/env node
// Makes forged and good records from samples, to try verifiers with: node forge.mjs FOLDER SAMPLES_FOLDER
// It writes FOLDER/cases.json, [{ name, good, file, keys, notes, earlier }], and the files that it names.
// The samples: contoso.jsonl, northwind.jsonl, followed.jsonl, keys.json, *.note.txt, *receipt-*.json.

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

function some(value, otherwise = 'the samples lack what a case is made of') {
  if (value == null) throw new Error(otherwise);
  return value;
}
const [folder, samples] = process.argv.slice(2);
some(samples, 'usage: node forge.mjs FOLDER SAMPLES_FOLDER');
mkdirSync(folder, { recursive: true });

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();
const linkOf = (before, hash) => sha256('mandate-record-link-v2\n', before, hash);
const read = (name) => readFileSync(join(samples, name), 'utf8');
const load = (name) => read(name).trim().split('\n').map((line) => JSON.parse(line));
const all = (pattern) => readdirSync(samples).filter((name) => pattern.test(name)).sort().map(read);
const dump = (lines) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');
const bodyOf = (entry) => JSON.parse(entry.body);

const swap = (text, from, to) => text.replace(some(text.includes(from) ? from : null), () => to);
const edit = (entry, members) => Object.assign(entry, { body: JSON.stringify({ ...bodyOf(entry), ...members }) });
const whole = () => load('contoso.jsonl'); // an array of lines: entry 5 is line 5
const bodies = whole().slice(0, -1).map((line) => (line.line === 'entry' ? bodyOf(line) : null));
const [platform, organization] = whole().at(-1).note.split(/\/record\/|\n/);
const last = bodies.length - 1;
const NOTHING = Buffer.alloc(32).toString('base64');
const RANDOM = sha256('some other entry').toString('base64');

// An entry with a change and a target; and a person whom one entry introduces and who acted later.
const here = some(bodies.find((body) => body?.actor && body.target && body.changes.role)).seq;
const named = (body) => (body?.seq > 1 && body.texts.target_name && body.actor !== body.target.id ? body.target.id : null);
const actOf = (body) => named(body) && bodies.find((act) => act?.seq > body.seq && act.actor === named(body));
const introduced = some(bodies.find(actOf)).seq;
const person = named(bodies[introduced]);
const acted = actOf(bodies[introduced]).seq;
const other = some(bodies.find((body) => body?.actor && body.actor !== person)).actor;

const ours = generateKeyPairSync('ed25519');
const { x } = ours.publicKey.export({ format: 'jwk' });
const ourKey = { kty: 'OKP', crv: 'Ed25519', x };
const [theirKey] = JSON.parse(read('keys.json')).keys;

function signatureLine(text, name = `${platform}/record`) {
  const id = sha256(name, '\n', Buffer.from([1]), Buffer.from(x, 'base64url')).subarray(0, 4);
  return `— ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), ours.privateKey)]).toString('base64')}\n`;
}

function ourNote({ size, link = RANDOM, at = bodies[last].at, epoch = 0, previous = NOTHING, domain = 'a.example', name }) {
  const text = `${platform}/record/${organization}\n${size}\n${link}\n${at}\n${epoch}\n${previous}\n${domain}\n`;
  return `${text}\n${signatureLine(text, name)}`;
}

// The last signature of a note, with one byte changed: of its key id (0 to 3) or of the signature itself.
function flip(note, at) {
  const [, start, base64] = /(— \S+ )(\S+)\n$/.exec(note);
  const bytes = Buffer.from(base64, 'base64');
  bytes[at] ^= 1;
  return `${start}${bytes.toString('base64')}\n`;
}

// Links the lines anew, and writes and signs the note anew.
function chain(lines, note = {}) {
  let [link, at] = [Buffer.alloc(32)];
  for (const line of lines.slice(1, -1)) {
    link = linkOf(link, line.line === 'hidden' ? Buffer.from(line.body_hash, 'base64') : sha256(line.body));
    line.link = link.toString('base64');
    if (line.line === 'entry') at = /"at":"(.*?)"/.exec(line.body)[1];
  }
  lines.at(-1).note = ourNote({ size: lines.at(-2).seq, link: link.toString('base64'), at, ...note });
  return lines;
}

function changed(change, value = whole()) {
  change(value);
  return value;
}
const signed = (change = () => {}, note = {}) => chain(changed(change), note);
const cut = (size) => signed((l) => l.splice(size + 1, last - size));

const cases = [];
let group; // of the cases that follow
function add(name, good, content, { keys = [theirKey, ourKey], notes = [], earlier = [] } = {}) {
  const number = String(cases.length + 1).padStart(3, '0');
  const write = (ending, what) => {
    const isText = typeof what === 'string' || Buffer.isBuffer(what);
    writeFileSync(join(folder, number + ending), isText ? what : Array.isArray(what) ? dump(what) : JSON.stringify(what));
    return number + ending;
  };
  const file = content === null ? null : write('.jsonl', content);
  const writeAll = (what, ending) => what.map((one, at) => write(`.${ending}-${at}`, one));
  const beside = { keys: write('.keys.json', { keys }), notes: writeAll(notes, 'note'), earlier: writeAll(earlier, 'earlier') };
  cases.push({ name: `${group}: ${name}`, good, file, ...beside });
}
const said = (value) => JSON.stringify(value) ?? 'none';
const bad = (name, change) => add(name, false, changed(change)); // not linked or signed anew
const held = (name, good, note, content = signed()) => add(name, good, content, { notes: [note] });

group = 'chain';
add('as it is', true, whole());
bad('a body edited', (l) => { l[here].body = swap(l[here].body, '"role":"', '"role":"X'); });
bad('the last entry removed', (l) => l.splice(last, 1));
const edited = signed((l) => edit(l[here], { role: 'FULL' })).slice(0, -1);
add('edited and linked anew, not signed', false, [...edited, whole().at(-1)]);
add('a gap, linked anew and signed', false, signed((l) => l.splice(here, 1)));

group = 'body';
const inText = (good, from, to) => add(said([from, to]), good, signed((l) => { l[here].body = swap(l[here].body, from, to); }));
const inChanges = (good, changes) => inText(good, JSON.stringify(bodies[here].changes), changes);
inText(false, '{"v":2', '{"v": 2');
inText(false, '"kind":', '"kind":"x","kind":');
inText(false, '"outcome":"DONE","reason":null', '"reason":null,"outcome":"DONE"');
inChanges(true, JSON.stringify({ x: '\0\x1f\b\f\n\r\t"\\/\x7f\x80\u2028\ufeff€😀' }));
inChanges(true, '{"10":"","9":"","A":"","__proto__":"","a":"","\uffee":"","😀":""}'); // in the order of bytes
for (const names of ['{"9":"","10":""}', '{"😀":"","\uffee":""}']) inChanges(false, names); // in other orders
for (const to of ['\\u0041', '\\/', '\\u2028', '\\u0008', '\\u001F', '\\ud800']) inChanges(false, `{"x":"${to}"}`);
const inBody = (good, members) => add(said(members), good, signed((l) => edit(l[here], members)));
inBody(true, { hands: [{ grant: person, person: null }, { grant: person, person }] });
for (const members of [
  { v: 1 }, { seq: here + 1 }, { organization: person }, { more: 'x' }, { changes: { x: 1 } }, { outcome: 'MAYBE' },
  { authority: 'ROOT' }, { role: 'HALF' }, { actor: person.toUpperCase() }, { target: { type: 'user', id: 'x' } },
  { hands: [{ grant: null, person }] }, { at: '2026-06-01T02:00:00.000Z' }, { at: '2026-06-01T02:00:00.000000+00:00' },
  { at: '2026-06-31T02:00:00.000000Z' }, { at: '2026-06-01T02:00:60.000000Z' },
]) inBody(false, members);

group = 'texts';
bad('changed', (l) => { l[here].texts.actor_name.text += 'x'; });
bad('missing', (l) => delete l[here].texts.actor_name);
function commit(entry, name, salt, text) {
  const commitment = sha256(`mandate-record-text-v2\n${name}\n`, salt, text).toString('base64');
  edit(entry, { texts: Object.fromEntries(Object.entries({ ...bodyOf(entry).texts, [name]: commitment }).sort()) });
  entry.texts[name] = { salt: salt.toString('base64'), text };
}
add('with a salt of 32 bytes', false, signed((l) => commit(l[here], 'ticket', Buffer.alloc(32), 'x')));

group = 'erasure';
const PURGE = { kind: 'user.purge', outcome: 'DONE', target: { type: 'user', id: person } };
const DELETE = { ...PURGE, kind: 'user.delete' };
const purged = (at, erase, how, before = DELETE) => signed((l) => {
  edit(l[at - 1], before);
  edit(l[at], { ...PURGE, ...how });
  erase(l);
});
const drop = (entry, ...names) => names.forEach((name) => delete entry.texts[name]);
const erase = (l) => { drop(l[acted], 'actor_name', 'actor_sign_in_name'); drop(l[introduced], 'target_name'); };
const ticketOf = (target) => (l) => {
  commit(edit(l[acted], { target }), 'ticket', Buffer.alloc(16), 'T-7');
  drop(l[acted], 'ticket');
};
add('told of', true, purged(last, erase));
add('told of, refused', false, purged(last, erase, { outcome: 'REFUSED', reason: 'NO' }));
add('of a ticket, with its target', true, purged(last, ticketOf(PURGE.target)));
add('of a ticket, with the actor only', false, purged(last, ticketOf({ type: 'user', id: other })));
add('told of, of a user who was not deleted', false, purged(last, erase, {}, { kind: 'user.block' }));
add('told of, of another thing', false, purged(last, erase, { target: { type: 'grant', id: person } }));
add('of an actor of another organization', false, purged(last, (l) => erase(l, edit(l[acted], { actor_organization: other }))));
add('told of before', false, purged(introduced - 1, erase));
add('told of by the same entry', false, purged(introduced, (l) => drop(l[introduced], 'target_name')));
add('of the organization name', false, purged(last, (l) => drop(l[acted], 'actor_organization_name')));

group = 'losses';
const [begun, lostTo] = [last - 8, last - 5];
const LOST = { epoch: '1', lost_link: RANDOM, lost_size: String(lostTo) };
const restore = (l, at, changes, outcome = 'DONE') => edit(l[at], { kind: 'record.restored', outcome, changes });
const lossy = (changes, epoch = 1, outcome = 'DONE') => signed((l) => restore(l, begun, changes, outcome), { epoch });
const twice = (epoch) => signed((l) => [2, epoch].forEach((e, at) => restore(l, begun + at, { epoch: `${e}` })), { epoch });
for (const changes of [LOST, { epoch: '1' }]) add(said(changes), true, lossy(changes));
for (const epoch of ['0', '01', '+1', 'one', undefined]) add(`epoch ${epoch}`, false, lossy({ epoch }, Number(epoch) || 0));
for (const wrong of [{ lost_size: '-1' }, { lost_size: '0' }, { lost_size: String(begun - 2) }, { lost_link: 'AAAA' }]) add(said(wrong), false, lossy({ ...LOST, ...wrong }));
add('with another link of the entry before', false, lossy({ ...LOST, lost_size: String(begun - 1) }));
for (const epoch of [4, 2]) add(`epoch ${epoch} after 2`, epoch > 2, twice(epoch));
for (const epoch of [0, 1]) add(`refused, and a note of epoch ${epoch}`, epoch === 0, lossy(LOST, epoch, 'REFUSED'));
for (const lost of [{ size: begun }, { size: lostTo }]) held(`a note ${said(lost)}`, true, ourNote(lost), lossy(LOST));
const notLost = [{ size: begun - 1 }, { size: lostTo + 1 }, { size: lostTo, link: NOTHING }, { size: begun, epoch: 1 }];
for (const one of notLost) held(`a note ${said(one)}`, false, ourNote(one), lossy(LOST));

group = 'note';
for (const members of [
  { epoch: 1 }, { epoch: '00' }, { size: `0${last}` }, { at: '2100-01-01T00:00:00.000000Z' }, { previous: 'AAAA' },
  { domain: 'A.example' }, { domain: 'a.example\nb.example' }, { name: 'b.example/record' },
]) add(said(members), false, signed(undefined, members));
const note = ourNote({ size: here, link: signed()[here].link });
held('as a mail program writes it', true, note.replaceAll('\n', '\r\n'));
held('with signatures of others', true, note + signatureLine('x', 'witness.example') + flip(note, 0));
held('with a second signature that is not good', false, note + flip(note, 10));
held('of another entry', false, ourNote({ size: here }));
held('of no entries', false, ourNote({ size: 0, link: NOTHING }));
held('of another organization', false, load('northwind.jsonl').at(-1).note, whole());
add('every note and receipt, without an export', true, null, { notes: all(/\.note\.txt$|receipt-.*\.json$/) });

group = 'keys';
const keysOf = (name, good, ...keys) => add(name, good, whole(), { keys });
keysOf('until the same moment', true, { ...theirKey, from: bodies[last].at, until: bodies[last].at });
keysOf('until before', false, { ...theirKey, until: '2000-01-01T00:00:00Z' });
keysOf('among others, without kid', true, { kty: 'RSA' }, { kty: 'OKP', crv: 'X25519', x }, { ...theirKey, kid: undefined });

group = 'receipt';
const receipts = all(/receipt-.*\.json$/).map((text) => JSON.parse(text));
const isOurs = ({ entry }) => bodyOf(entry).organization === organization;
const receipt = some(receipts.find((one) => isOurs(one) && one.terms !== null));
const another = some(receipts.find((one) => !isOurs(one)));
const receiptOf = (name, good, members) => held(name, good, { ...receipt, ...members }, whole());
receiptOf('as it is', true, {});
receiptOf('without the texts of the entry', true, { entry: { ...receipt.entry, texts: {} } });
receiptOf('with carriage returns in its note', true, { note: receipt.note.replaceAll('\n', '\r\n') });
for (const name of ['entry', 'previous', 'note']) receiptOf(`with the ${name} of another`, false, { [name]: another[name] });
for (const terms of [null, undefined, 'x']) receiptOf(`with terms ${terms}`, false, { terms });
function answered(name, good, members, terms = null) {
  const lines = signed((l) => edit(l[here], members));
  const { line, ...entry } = lines[here];
  const end = ourNote({ size: here, link: entry.link, at: bodies[here].at });
  held(name, good, { receipt: receipt.receipt, entry, previous: lines[here - 1].link, note: end, terms }, lines);
}
const ACCEPT = { kind: 'offer.accept', changes: { digest: sha256('mandate-offer-v1\nterms').toString('hex') } };
answered('of another act', false, { kind: 'user.add' });
answered('with terms that were answered', true, ACCEPT, 'terms');
answered('with a digest and no terms', false, ACCEPT);
answered('with terms and no digest', false, { kind: 'grant.hold' }, 'terms');

group = 'earlier';
const earlier = (name, good, content, one) => add(name, good, content, { earlier: [one] });
earlier('it goes on', true, signed(), cut(here));
earlier('it was cut off', false, cut(here), signed());
earlier('its texts were erased since', true, purged(last, erase), cut(here));
earlier('it is not good itself', false, signed(), changed((l) => { l[1].texts.actor_name.text += 'x'; }, cut(here)));

group = 'hidden';
const hidden = ({ seq, body, link }) => ({ line: 'hidden', seq, body_hash: sha256(body).toString('base64'), link });
const hide = (l, at) => l.splice(at, 1, hidden(l[at]));
const partly = (change = () => {}) => (l) => { l[0].whole = false; hide(l, here); change(l); };
add('as it is', true, load('followed.jsonl'));
const actedBy = (own) => bodies.findIndex((body) => body?.actor && (body.actor_organization === body.organization) === own);
for (const own of [true, false]) {
  add(`erased from another entry, of ${own ? 'its own' : 'another'} organization's user`, own, changed(partly((l) => drop(l[actedBy(own)], 'actor_name'))));
}
bad('in a whole record', (l) => hide(l, here));
const ofLater = (at) => signed(partly((l) => at === here || hide(l, at)), { at: '2100-01-01T00:00:00.000000Z' });
for (const at of [here, last]) add(`entry ${at}, and a note of another time`, at === last, ofLater(at));

group = 'lines';
const text = dump(whole());
add('with carriage returns', true, text.replaceAll('\n', '\r\n'));
add('without the last line feed', true, text.trimEnd());
add('with white space', true, text.replaceAll('{"line":', '\t{ "line" : '));
add('bytes that are not UTF-8', false, Buffer.from(swap(text, '"text":"', '"text":"\xff'), 'latin1'));
for (const [from, to] of [
  ['\n', '\n\n'], ['}\n{', '}{'], ['"seq":1,', '"seq":1,"seq":1,'], ['"salt":', '"salt":"","salt":'],
  ['"text":"', '"text":"\\ud800'], ['="}\n', '"}\n'], ['-v2"', '-v1"'], [',"whole":true', ''],
]) add(said([from, to]), false, swap(text, from, to));
for (const at of [0, here, last + 1]) bad(`a member more in line ${at}`, (l) => { l[at].more = 'x'; });
bad('no note', (l) => l.pop());
bad('an entry after the note', (l) => l.push(l[last]));

writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases, null, 1));
console.log(`cases: ${cases.length}`);
