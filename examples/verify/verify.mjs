#!/usr/bin/env node
// Verifies an organization's record with public keys alone.
// Written from docs/record.md. Words in quotes below ("To verify an export" …) are headings there.

import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

const USAGE = 'usage: node verify.mjs --keys KEYS.json [--note NOTE_OR_RECEIPT]... [--earlier EXPORT]... [EXPORT.jsonl]';

class Fault extends Error {} // what was verified is not good: exit 1
class Unusable extends Error {} // it could not be verified at all: exit 2

function insist(holds, otherwise) {
  if (!holds) throw new Fault(otherwise);
}

// ---- Bytes, text and JSON -------------------------------------------------------------------

function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

// Node reads base64 loosely; written back, it must be the same.
function fromBase64(text, length, what, encoding = 'base64') {
  const bytes = Buffer.from(typeof text === 'string' ? text : '', encoding);
  insist(bytes.length === length && bytes.toString(encoding) === text, `${what} is not ${encoding} of ${length} bytes`);
  return bytes;
}

function fromUtf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Fault('is not UTF-8');
  }
}

function parseJson(text, what) {
  try {
    const value = JSON.parse(text);
    refuseWhatParseForgives(text);
    return value;
  } catch (error) {
    throw new Fault(`${what} is not JSON${error instanceof Fault ? ` as it should be: ${error.message}` : ''}`);
  }
}

// JSON.parse takes the last of two members of one name, and halves of characters.
// The text was parsed before, so this needs to find no other mistakes.
function refuseWhatParseForgives(text) {
  const open = []; // for each object or array that is open: the names in it
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{' || text[at] === '[') open.push(new Set());
    if (text[at] === '}' || text[at] === ']') open.pop();
    if (text[at] !== '"') continue;
    const start = at;
    at = endOfString(text, at);
    const string = JSON.parse(text.slice(start, at + 1));
    insist(string.isWellFormed(), 'a string is not Unicode');
    if (nextVisible(text, at + 1) === ':') takeName(open.at(-1), string);
  }
}

function endOfString(text, start) {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function nextVisible(text, start) {
  let at = start;
  while (' \t\r\n'.includes(text[at] ?? ':')) at += 1;
  return text[at];
}

function takeName(names, name) {
  insist(!names.has(name), 'a member is there twice');
  names.add(name);
}

const isText = (value) => typeof value === 'string';
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlace = (value) => Number.isSafeInteger(value) && value >= 1;
const isOneOf =
  (...values) =>
  (value) =>
    values.includes(value);
const orNull = (isGood) => (value) => value === null || isGood(value);
const isId = (value) => isText(value) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
const hasExactly = (value, names) =>
  isObject(value) && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

function insistOnMembers(value, names, what) {
  insist(hasExactly(value, names), `${what} must have these members and no others: ${names.join(', ')}`);
}

// A decimal number without a sign or zeros in front. It may be of any length, so it is not a double.
function toNumber(text, what) {
  insist(isText(text) && /^(0|[1-9]\d*)$/.test(text), `${what} is not a number`);
  return BigInt(text);
}

// RFC 3339 as nanoseconds, so that times with different offsets and fractions compare.
function toInstant(text, what) {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(String(text).toUpperCase());
  const local = parts ? Date.parse(`${parts[1]}Z`) : NaN;
  const instant = parts ? Date.parse(`${parts[1]}${parts[3]}`) : NaN;
  // The first test refuses days that the calendar does not have; Date.parse moves them.
  const real = !Number.isNaN(local) && new Date(local).toISOString().startsWith(parts[1]);
  insist(real && !Number.isNaN(instant), `${what} is not a time of RFC 3339`);
  return BigInt(instant) * 1_000_000n + BigInt((parts[2] ?? '').padEnd(9, '0'));
}

function isServerTime(text) {
  if (!/^[\d-]{10}T[\d:]{8}\.\d{6}Z$/.test(text)) return false;
  toInstant(text, 'the time');
  return true;
}

// ---- The body of an entry ("An entry") ------------------------------------------------------

const TEXT_NAMES = ['actor_name', 'actor_sign_in_name', 'actor_organization_name', 'target_name', 'ticket', 'note'];

const isTarget = (value) => hasExactly(value, ['type', 'id']) && isText(value.type) && isId(value.id);
const isHand = (value) => hasExactly(value, ['grant', 'person']) && isId(value.grant) && orNull(isId)(value.person);
const isChanges = (value) => isObject(value) && Object.values(value).every(isText);
const isCommitments = (value) => isChanges(value) && Object.keys(value).every((name) => TEXT_NAMES.includes(name));

// The members of a body in their order, and what each may be.
const BODY = {
  v: isOneOf(2),
  organization: isId,
  seq: isPlace,
  id: isId,
  kind: isText,
  outcome: isOneOf('DONE', 'REFUSED'),
  reason: orNull(isText),
  at: (value) => isText(value) && isServerTime(value),
  authority: isOneOf('OWN', 'DELEGATED', 'GIVEN', 'MYSELF', 'ANYONE', 'SYSTEM'),
  actor: orNull(isId),
  actor_organization: orNull(isId),
  session: orNull(isId),
  grant: orNull(isId),
  role: isOneOf('FULL', 'LIMITED', null),
  target: orNull(isTarget),
  changes: isChanges,
  texts: isCommitments,
  hands: (value) => Array.isArray(value) && value.every(isHand),
};

function readBody(text, organization, seq) {
  const body = parseJson(text, 'the body');
  insistOnMembers(body, Object.keys(BODY), 'the body');
  for (const [name, isGood] of Object.entries(BODY)) {
    insist(isGood(body[name]), `"${name}" in the body is not what it can be`);
  }
  for (const commitment of Object.values(body.texts)) fromBase64(commitment, 32, 'a commitment');
  insist(body.organization === organization, 'the body names another organization');
  insist(body.seq === seq, 'the body names another seq');
  insist(writeBody(body) === text, 'the body, written again, is not the same text');
  return body;
}

function writeBody(body) {
  return writeObject(body, Object.keys(BODY), writeMember);
}

// JSON.stringify escapes in strings what the page says is escaped, and nothing else.
function writeMember(value, name) {
  if (name === 'changes' || name === 'texts') return writeObject(value, namesByBytes(value));
  if (name === 'target' && value !== null) return writeObject(value, ['type', 'id']);
  if (name === 'hands') return `[${value.map((hand) => writeObject(hand, ['grant', 'person'])).join(',')}]`;
  return JSON.stringify(value);
}

function writeObject(value, names, write = (member) => JSON.stringify(member)) {
  return `{${names.map((name) => `${JSON.stringify(name)}:${write(value[name], name)}`).join(',')}}`;
}

function namesByBytes(value) {
  return Object.keys(value).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

// ---- Texts and links ("How entries are linked") ---------------------------------------------

function checkTexts(texts, commitments) {
  insist(isObject(texts), 'the texts are not an object');
  for (const [name, beside] of Object.entries(texts)) {
    insist(TEXT_NAMES.includes(name), 'a text has a name that no text has');
    insist(Object.hasOwn(commitments, name), `the body has no commitment to the text "${name}"`);
    insistOnMembers(beside, ['salt', 'text'], `the text "${name}"`);
    insist(isText(beside.text), `the text "${name}" is not a string`);
    const salt = fromBase64(beside.salt, 16, `the salt of "${name}"`);
    const commitment = sha256(`mandate-record-text-v2\n${name}\n`, salt, beside.text).toString('base64');
    insist(commitment === commitments[name], `the text "${name}" is not the one that was entered`);
  }
}

function linkOf(previous, bodyHash) {
  return sha256('mandate-record-link-v2\n', previous, bodyHash);
}

// ---- Keys and notes ("A note") --------------------------------------------------------------

function readKeys(file) {
  try {
    const set = parseJson(fromUtf8(readFile(file)), 'the file');
    insist(Array.isArray(set?.keys) && set.keys.every(isObject), 'it has no list of keys');
    const keys = set.keys.filter((key) => key.kty === 'OKP' && key.crv === 'Ed25519').map(readKey);
    insist(keys.length > 0, 'it has no Ed25519 key');
    return keys;
  } catch (error) {
    throw error instanceof Fault ? new Unusable(`${file} is not a key set: ${error.message}`) : error;
  }
}

function readKey({ kty, crv, x, from, until }) {
  return {
    bytes: fromBase64(x, 32, 'a public key', 'base64url'),
    publicKey: createPublicKey({ key: { kty, crv, x }, format: 'jwk' }),
    from: from == null ? null : toInstant(from, '"from"'),
    until: until == null ? null : toInstant(until, '"until"'),
  };
}

const ORIGIN = /^([a-z0-9.-]+)\/record\/([0-9a-f-]{36})$/;

function readNote(text, keys) {
  const unix = isText(text) ? text.replaceAll('\r\n', '\n') : ''; // mail programs change the ends of lines
  const end = unix.indexOf('\n\n');
  insist(end >= 0, 'the note is not a text with signatures');
  const lines = unix.slice(0, end).split('\n');
  insist(lines.length === 7, 'the note does not have seven lines');
  const [origin, size, link, at, epoch, previous, domain] = lines;
  const [, platform, organization] = ORIGIN.exec(origin) ?? [];
  insist(isId(organization), 'the first line of the note is not an origin');
  insist(isServerTime(at), 'the time in the note is not as it should be');
  insist(/^[a-z0-9.-]+$/.test(domain), 'the last line of the note is not a domain');
  insist(size !== '0', 'the note is of no entries');
  fromBase64(previous, 32, 'the hash of the earlier note');
  checkSignatures(unix.slice(end + 2).split('\n'), unix.slice(0, end + 1), `${platform}/record`, at, keys);
  return {
    organization,
    size: toNumber(size, 'the size in the note'),
    link: fromBase64(link, 32, 'the link in the note'),
    epoch: toNumber(epoch, 'the epoch in the note'),
    at,
    domain,
  };
}

// A line by a name or a key that we do not know says nothing (a witness may have added it).
function checkSignatures(lines, signed, signer, at, keys) {
  let good = 0;
  for (const line of lines) {
    const [, name, base64] = /^\u2014 (\S+) (\S+)$/u.exec(line) ?? [];
    if (name !== signer) continue;
    const id = Buffer.from(base64, 'base64').subarray(0, 4);
    const named = keys.filter(({ bytes }) => keyId(name, bytes).equals(id));
    if (named.length === 0) continue;
    const signature = fromBase64(base64, 4 + 64, 'the signature of the note').subarray(4);
    const fitting = named.filter((key) => verify(null, Buffer.from(signed), key.publicKey, signature));
    insist(fitting.length > 0, 'the signature of the note is not good');
    insist(fitting.some((key) => signedThen(key, at)), 'the note is of a time when its key did not sign');
    good += 1;
  }
  insist(good > 0, 'the note is not signed by a key of the key set');
}

function signedThen({ from, until }, at) {
  const time = toInstant(at, 'the time in the note');
  return (from === null || time >= from) && (until === null || time <= until);
}

function keyId(name, publicKey) {
  return sha256(name, '\n', Buffer.from([1]), publicKey).subarray(0, 4);
}

// ---- An export ("To verify an export") ------------------------------------------------------

// What was read so far. `faults` is what is wrong, one line each.
function newRecord() {
  const sofar = { seq: 0, at: null, link: Buffer.alloc(32), links: [], entries: [], losses: [], epoch: 0n };
  return { organization: null, whole: null, ...sofar, hidden: 0, erased: 0, ended: false, note: null, faults: [] };
}

function verifyExport(text, keys) {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const record = newRecord();
  collectFault(record.faults, 'line 1', () => readFirstLine(record, lines[0] ?? ''));
  if (record.organization === null) return record; // without it nothing else can be told
  lines.slice(1).forEach((line, index) => verifyLine(record, line, `line ${index + 2}`, keys));
  checkErased(record);
  checkEnd(record);
  return record;
}

function verifyLine(record, line, place, keys) {
  let value;
  collectFault(record.faults, place, () => (value = parseJson(line, 'it')));
  if (value === undefined) return;
  const where = isPlace(value?.seq) ? `entry ${value.seq}` : place;
  collectFault(record.faults, where, () => readLine(record, value, keys));
}

function collectFault(faults, place, work) {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    faults.push(`${place}: ${error.message}`);
  }
}

function readFirstLine(record, line) {
  const value = parseJson(line, 'it');
  insistOnMembers(value, ['line', 'format', 'organization', 'whole'], 'the first line');
  insist(value.line === 'record', 'it does not begin a record');
  insist(value.format === 'mandate-record-v2', 'it is of a format that this program does not know');
  insist(isId(value.organization), 'it does not say whose record it is');
  insist(typeof value.whole === 'boolean', 'it does not say whether the record is whole');
  record.organization = value.organization;
  record.whole = value.whole;
}

function readLine(record, value, keys) {
  insist(isObject(value), 'it is not an object');
  insist(!record.ended, 'it stands after the note');
  if (value.line === 'entry') readEntry(record, value);
  else if (value.line === 'hidden') readHidden(record, value);
  else if (value.line === 'note') readLast(record, value, keys);
  else throw new Fault('it is of a kind that does not belong here');
}

function readEntry(record, value) {
  insist(isText(value.body), 'the body is not a string');
  takeLink(record, value, sha256(value.body));
  insistOnMembers(value, ['line', 'seq', 'body', 'texts', 'link'], 'an entry');
  const body = readBody(value.body, record.organization, value.seq);
  record.at = body.at;
  checkTexts(value.texts, body.texts);
  takeLoss(record, body);
  record.entries.push({ body, texts: value.texts });
}

function readHidden(record, value) {
  record.hidden += 1;
  takeLink(record, value, fromBase64(value.body_hash, 32, 'the hash of the body'));
  insistOnMembers(value, ['line', 'seq', 'body_hash', 'link'], 'a hidden entry');
  insist(!record.whole, 'it is hidden, and the record is said to be whole');
}

// Goes on from what the line says, so that one change is told as one fault, not as many.
function takeLink(record, value, bodyHash) {
  insist(isPlace(value.seq), 'its seq is not a place');
  const link = fromBase64(value.link, 32, 'the link');
  const { seq: before, faults } = record;
  const linked = linkOf(record.link, bodyHash).equals(link);
  if (value.seq !== before + 1) faults.push(`entry ${value.seq}: its place is not the one after ${before}`);
  if (!linked) faults.push(`entry ${value.seq}: its link is not that of its body and of the link before it`);
  record.seq = value.seq;
  record.at = null; // not known, until the body is read
  record.link = link;
  record.links[value.seq] = link;
}

// Step 6.
function takeLoss(record, { kind, outcome, seq, changes }) {
  if (kind !== 'record.restored' || outcome !== 'DONE') return;
  const has = (name) => Object.hasOwn(changes, name);
  const epoch = toNumber(changes.epoch, 'the change "epoch"');
  const lostSize = has('lost_size') ? toNumber(changes.lost_size, 'the change "lost_size"') : null;
  const lostLink = has('lost_link') ? fromBase64(changes.lost_link, 32, 'the change "lost_link"') : null;
  insist(lostSize === null || lostSize >= BigInt(seq) - 1n, 'its "lost_size" is before the entry before it');
  // Where nothing is known to be lost, the entry before this one is the last that was seen.
  const before = record.links[seq - 1] ?? Buffer.alloc(32);
  const fits = lostSize === null || lostLink === null || lostSize !== BigInt(seq) - 1n || lostLink.equals(before);
  insist(fits, 'its "lost_link" is not the link of the entry before it');
  insist(epoch > record.epoch, 'its epoch is not greater than the one before');
  record.epoch = epoch;
  record.losses.push({ seq, epoch, lostSize, lostLink });
}

function readLast(record, value, keys) {
  record.ended = true;
  insistOnMembers(value, ['line', 'note'], 'the last line');
  record.note = readNote(value.note, keys);
}

// Step 5. It goes from the last entry to the first, so that what is known at an entry is what came later.
function checkErased(record) {
  const inOrder = purgesInOrder(record.entries);
  const purged = new Set();
  const missing = [];
  for (const { body, texts } of [...record.entries].reverse()) {
    for (const name of Object.keys(body.texts)) {
      if (Object.hasOwn(texts, name)) continue;
      record.erased += 1;
      if (record.hidden > 0 && whoseText(name, body) !== null) continue;
      if (purged.has(whoseText(name, body))) continue;
      missing.push(`entry ${body.seq}: the text "${name}" is missing, and no later entry tells that it was erased`);
    }
    if (inOrder.has(body.seq)) purged.add(body.target.id);
  }
  for (const fault of missing.reverse()) record.faults.push(fault);
}

// The places of the purges of users who were deleted before.
function purgesInOrder(entries) {
  const deleted = new Set();
  const places = new Set();
  for (const { body } of entries) {
    const ofUser = body.outcome === 'DONE' && body.target?.type === 'user';
    if (ofUser && body.kind === 'user.delete') deleted.add(body.target.id);
    if (ofUser && ['user.purge', 'user.erase'].includes(body.kind) && deleted.has(body.target.id)) places.add(body.seq);
  }
  return places;
}

// With whom a text is erased: a user of the record's own organization.
function whoseText(name, body) {
  if (name === 'actor_organization_name') return null;
  if (name.startsWith('actor_')) return body.actor_organization === body.organization ? body.actor : null;
  return body.target?.type === 'user' ? body.target.id : null;
}

// Steps 7 and 8.
function checkEnd({ organization, seq, at, link, ended, note, epoch, faults }) {
  if (!ended) faults.push('the end: there is no note');
  if (note === null) return;
  if (note.organization !== organization) faults.push('the note: it is of another organization');
  if (note.size !== BigInt(seq)) faults.push(`the note: it is of ${note.size} entries, and the last one here is ${seq}`);
  else if (!note.link.equals(link)) faults.push('the note: its link is not the last one');
  if (at !== null && note.at !== at) faults.push('the note: its time is not that of the last entry');
  if (note.epoch !== epoch) faults.push('the note: its epoch is not that of the entries');
}

// ---- What you hold ("A receipt", "To compare a record with what you hold") ------------------

const GRANT_ACTS = ['hold', 'lift', 'lower', 'shorten', 'end'].map((act) => `grant.${act}`);
const CONSENT = ['offer.accept', 'offer.decline', ...GRANT_ACTS];

function readReceipt(text, keys) {
  const receipt = parseJson(text, 'the receipt');
  insistOnMembers(receipt, ['receipt', 'entry', 'previous', 'note', 'terms'], 'the receipt');
  insist(receipt.receipt === 'mandate-receipt-v1', 'the receipt is of a format that this program does not know');
  const { entry } = receipt;
  insistOnMembers(entry, ['seq', 'body', 'texts', 'link'], 'the entry of the receipt');
  insist(isText(entry.body), 'the body is not a string');
  const note = readNote(receipt.note, keys);
  const previous = fromBase64(receipt.previous, 32, 'the link before');
  insist(entry.seq !== 1 || previous.equals(Buffer.alloc(32)), 'there is a link before the first entry');
  const link = linkOf(previous, sha256(entry.body));
  insist(link.toString('base64') === entry.link, 'the link of the entry is not that of its body and of the link before');
  insist(isPlace(entry.seq) && BigInt(entry.seq) === note.size && link.equals(note.link), 'the note is not of this entry');
  const body = readBody(entry.body, note.organization, entry.seq);
  checkTexts(entry.texts, body.texts);
  insist(CONSENT.includes(body.kind), 'the entry of the receipt is not an act of consent');
  checkTerms(receipt.terms, body.changes);
  return note;
}

function checkTerms(terms, changes) {
  insist(terms === null || isText(terms), 'the terms are neither a string nor null');
  insist((terms !== null) === Object.hasOwn(changes, 'digest'), 'there are terms and no "digest", or the other way round');
  if (terms === null) return;
  const digest = sha256(`mandate-offer-v1\n${terms}`).toString('hex');
  insist(changes.digest === digest, 'the terms are not those that were answered');
}

function readNoteOrReceipt(text, keys) {
  return text.trimStart().startsWith('{') ? readReceipt(text, keys) : readNote(text, keys);
}

function readEarlier(text, keys) {
  const earlier = verifyExport(text, keys);
  insist(earlier.faults.length === 0, `it is not good itself: ${earlier.faults[0]}`);
  return earlier.note;
}

// Returns what there is to say, or null; throws where the record does not go on from the note.
function compare(record, held) {
  insist(held.organization === record.organization, 'it is of another organization');
  if (record.links[held.size]?.equals(held.link)) return null;
  const loss = record.losses.find((one) => tells(one, held));
  if (loss) return `it is of ${held.size} entries; those from ${loss.seq} on were lost, as entry ${loss.seq} declares`;
  insist(held.size <= record.seq, `it is of ${held.size} entries, and the record has ${record.seq}: its end was cut off`);
  throw new Fault(`the record was changed at or before entry ${held.size}`);
}

// Whether a loss tells why the record does not confirm a note.
function tells({ seq, epoch, lostSize, lostLink }, held) {
  if (lostSize === null || held.epoch >= epoch || held.size < seq || held.size > lostSize) return false;
  return held.size !== lostSize || lostLink === null || held.link.equals(lostLink);
}

// ---- The command line -----------------------------------------------------------------------

function readFile(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Unusable(`${file} cannot be read (${error.code ?? error.message})`);
  }
}

function readArguments(words) {
  const options = { keys: [], note: [], earlier: [], file: [] };
  for (let at = 0; at < words.length; at += 1) {
    const [, name] = /^--(keys|note|earlier)$/.exec(words[at]) ?? [];
    if (!name && words[at].startsWith('-')) throw new Unusable(USAGE);
    if (name) at += 1;
    if (words[at] === undefined) throw new Unusable(USAGE);
    options[name ?? 'file'].push(words[at]);
  }
  const { keys, note, earlier, file } = options;
  const something = file.length === 1 || (note.length > 0 && earlier.length === 0);
  if (keys.length !== 1 || file.length > 1 || !something) throw new Unusable(USAGE);
  return { keysFile: keys[0], notes: note, earlier, file: file[0] };
}

function summary({ note, seq, hidden, erased, losses }) {
  const byHash = hidden > 0 ? `, ${hidden} of them by their hash alone` : '';
  const without = erased > 0 ? `; ${erased} texts were erased` : '';
  const declared = losses.map((loss) => {
    const known = loss.lostSize !== null && loss.lostSize >= loss.seq;
    const lost = known ? `entries ${loss.seq} to ${loss.lostSize} were lost` : 'no entry is known to be lost';
    return `entry ${loss.seq} declares that ${lost}, and begins epoch ${loss.epoch}`;
  });
  return [`${note.domain}: ${seq} entries, all good${byHash}${without}`, ...declared];
}

// Reads each file that is held and compares it; returns what to say and what is wrong.
function checkHeld(files, read, record, keys) {
  const said = [];
  const faults = [];
  for (const file of files) {
    const bytes = readFile(file);
    collectFault(faults, file, () => {
      const held = read(fromUtf8(bytes), keys);
      const told = record ? compare(record, held) : `good: ${held.domain}, ${held.size} entries, ${held.at}`;
      if (told) said.push(`${file}: ${told}`);
    });
  }
  return { said, faults };
}

function run({ keysFile, notes, earlier, file }) {
  const keys = readKeys(keysFile);
  const record = file ? verifyExport(fromUtf8(readFile(file)), keys) : null;
  const held = [checkHeld(notes, readNoteOrReceipt, record, keys), checkHeld(earlier, readEarlier, record, keys)];
  const faults = [...(record?.faults ?? []), ...held.flatMap((one) => one.faults)];
  const good = faults.length > 0 ? [] : [...(record ? summary(record) : []), ...held.flatMap((one) => one.said)];
  console.log([...good, ...faults].join('\n'));
  return faults.length > 0 ? 1 : 0;
}

try {
  process.exitCode = run(readArguments(process.argv.slice(2)));
} catch (error) {
  const bad = error instanceof Fault;
  (bad ? console.log : console.error)(error instanceof Unusable ? error.message : `it cannot be verified: ${error.message}`);
  process.exitCode = bad ? 1 : 2;
}
