// A front end of another origin and another machine's name calls the API, where it is listed.
//
// node origins.mjs <mandate binary>
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { build } from 'esbuild';
import { freePort, graphql, launch, serve, signedIn } from './server.mjs';

const ports = { listed: await freePort(), other: await freePort() };
const listed = `http://app.test:${ports.listed}`;
const { base, port, server } = await serve(process.argv[2], { MANDATE__HTTP__ALLOWED_ORIGINS: `https://elsewhere.test,${listed}` });
const bundle = await build({ entryPoints: [new URL('front_end.mjs', import.meta.url).pathname], bundle: true, format: 'iife', write: false, define: { 'process.env.NODE_ENV': '"production"' } });
const script = bundle.outputFiles[0].text;
const frontEnd = (request, answer) => {
  const [kind, body] = request.url === '/front_end.js' ? ['text/javascript', script] : ['text/html', '<!doctype html><title>App</title><script src="/front_end.js"></script>'];
  answer.writeHead(200, { 'content-type': kind }).end(body);
};
const servers = Object.values(ports).map((each) => createServer(frontEnd).listen(each, '127.0.0.1'));

const browser = await launch();
try {
  const api = `http://mandate.test:${port}/graphql`;
  const socket = api.replace('http', 'ws');
  const token = await signedIn(base, 'carla@contoso');
  const { viewer } = await graphql(base, '{ viewer { user { id signInName } organization { id name } } }', token);
  const { user, organization } = viewer;

  const page = await browser.newPage();
  await page.goto(listed);
  const plain = await page.evaluate(([api, token]) => window.withFetch(api, token), [api, token]);
  assert.deepEqual(plain.data.viewer.user, user);
  assert.match(plain.requestId, /^[0-9a-f]{32}$/);
  const apollo = await page.evaluate(([api, token, id]) => window.withApollo(api, token, id), [api, token, organization.id]);
  assert.equal(apollo.data.viewer.user.signInName, user.signInName);
  assert.equal(apollo.name, organization.name);
  assert.equal(apollo.failed.code, 'BAD_USER_INPUT');
  const urql = await page.evaluate(([api, token, id]) => window.withUrql(api, token, id), [api, token, organization.id]);
  assert.equal(urql.error, undefined);
  assert.equal(urql.data.viewer.user.signInName, user.signInName);
  assert.equal(urql.name, organization.name);
  const told = page.evaluate(([url, token, id]) => window.withSocket(url, token, id), [socket, token, organization.id]);
  await page.waitForFunction(() => window.subscribed);
  // Until the subscription stands, what happens is not told.
  const act = setInterval(() => graphql(base, `mutation { addDomain(input: { accountId: "${organization.id}", name: "d${Date.now()}.example" }) { domain { id } } }`, token), 300);
  assert.deepEqual(await told, { kind: 'ADD_DOMAIN' });
  clearInterval(act);
  assert.match(await page.evaluate((api) => window.withCookie(api), api), /Failed to fetch/);

  // An origin that is not listed gets nothing, neither by fetch nor by WebSocket.
  const stranger = await browser.newPage();
  await stranger.goto(`http://app.test:${ports.other}`);
  const refused = stranger.evaluate(([api, token]) => window.withFetch(api, token), [api, token]);
  await assert.rejects(refused, /Failed to fetch/);
  const closed = await stranger.evaluate(([url, token, id]) => window.withSocket(url, token, id), [socket, token, organization.id]);
  assert.ok(closed.refused, JSON.stringify(closed));
  console.log('fetch, Apollo Client, urql and graphql-ws call from a listed origin; from another, nothing does');
} finally {
  await browser.close();
  servers.forEach((each) => each.close());
  server.kill();
}
