// The pages in a real browser: phone and desktop, light and dark, with and without JavaScript, by
// keyboard, by a loopback address and by a host name; axe-core finds no violation, nothing is asked of another host, nothing is an error.
//
// node pages.mjs <mandate binary> [folder for screenshots]; LOOK_WITH names some of the ways to look, between commas
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { graphql as run, launch, password, serve, signedIn as tokenOf, until } from './server.mjs';

const shots = process.argv[3];
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const { base, port, folder, server, offer } = await serve(process.argv[2]);
const graphql = (query, token) => run(base, query, token);
const signedIn = (name) => tokenOf(base, name);
const fiona = await signedIn('fiona@northwind');
const { offers } = await graphql('{ offers(first: 1, filter: { kinds: [PURCHASE] }) { nodes { token } } }', fiona);
const purchase = `offers/${offers.nodes[0].token}`;

/** An offer of the account that this token's user is of. */
async function offered(token) {
  const { viewer } = await graphql('{ viewer { organization { id } } }', token);
  const account = viewer.organization.id;
  const { createOffer } = await graphql(`mutation { createOffer(input: { accountId: "${account}", roleCap: LIMITED, term: "P6M" }) { offer { id token } } }`, token);
  return { account, ...createOffer.offer };
}
const withdrawn = await offered(fiona);
await graphql(`mutation { withdrawOffer(input: { accountId: "${withdrawn.account}", offerId: "${withdrawn.id}" }) { offer { id } } }`, fiona);
const uncertified = await offered(await signedIn('tom@tailspin'));
await graphql(`mutation { suspendCertification(input: { organizationId: "${uncertified.account}", message: "To be seen." }) { organization { id } } }`, await signedIn('olivia@platform'));

/** The newest link of this kind in the mailbox. */
function mailed(kind, part) {
  const mailbox = join(folder, 'mandate-data', 'mailbox');
  const files = readdirSync(mailbox).sort().reverse();
  for (const file of files) {
    const text = readFileSync(join(mailbox, file), 'utf8').replace(/=\r\n/g, '');
    const link = text.includes(part) && text.match(new RegExp(`${base}/${kind}/[\\w-]+`));
    if (link) return link[0];
  }
}

/** A file that came with a mail, by the beginning of its name. */
function file(name) {
  const mailbox = join(folder, 'mandate-data', 'mailbox');
  for (const mail of readdirSync(mailbox)) {
    const parts = readFileSync(join(mailbox, mail), 'utf8').split('\r\n--');
    const part = parts.find((part) => part.includes(`filename="${name}`));
    if (!part) continue;
    const [head, ...body] = part.split('\r\n\r\n');
    const text = body.join('\r\n\r\n');
    if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString();
    const bytes = text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString();
  }
}

const browser = await launch();
const all = [
  { name: 'desktop', viewport: { width: 1100, height: 900 } },
  { name: 'desktop-dark', host: 'mandate.test', viewport: { width: 1100, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
  { name: 'phone-dark-plain', host: 'mandate.test', viewport: { width: 390, height: 844 }, colorScheme: 'dark', javaScriptEnabled: false },
];
const kinds = all.filter((kind) => !process.env.LOOK_WITH || process.env.LOOK_WITH.split(',').includes(kind.name));
let looked = 0;

async function look(page, kind, name) {
  if (shots) await page.screenshot({ path: join(shots, `${name}-${kind.name}.png`), fullPage: true });
  const wide = kind.javaScriptEnabled === false ? 0 : await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${name} on ${kind.name} scrolls sideways by ${wide}`);
  if (kind.javaScriptEnabled === false) return;
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const violations = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  assert.deepEqual(violations, [], `${name} on ${kind.name}`);
  looked += 1;
}

try {
  for (const kind of kinds) {
    const { name, host, ...settings } = kind;
    // By a name without TLS, browsers send less of where a form comes from than by a loopback address.
    const here = host ? `http://${host}:${port}` : base;
    const context = await browser.newContext(settings);
    const page = await context.newPage();
    const foreign = [];
    const errors = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(here) && !request.url().startsWith('data:')) foreign.push(request.url());
      assert.ok(!(request.headers().referer ?? '').includes('/offers/'), 'a referrer tells the token');
    });
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    const see = (step) => look(page, kind, step);

    // An offer, to nobody in particular.
    await page.goto(`${here}/${offer}`);
    await see('offer');
    await page.click('a.button');
    await page.waitForURL(/sign-in/);
    await see('sign-in');
    // By keyboard alone: name, password, send.
    await page.focus('#sign-in-name');
    await page.keyboard.type('ursula@fabrikam.mandate.example');
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password at all');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]');
    await page.waitForLoadState();
    await see('sign-in-wrong');
    errors.splice(0); // The browser reports the 401 itself.
    await page.fill('#password', password);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(offer));
    if (await page.$('text=Answer again')) await page.click('text=Answer again');
    await see('offer-form');
    await page.check('input[value=FULL]');
    await page.selectOption('#term', 'P3M');
    if (await page.$('[name=amend]')) await page.check('[name=amend]');
    await page.click('button[value=accept]');
    await page.waitForSelector('[role=alert]');
    // What is wrong is in sight, and is what a screen reader reads first.
    const inSight = await page.$eval('[role=alert]', (alert) => {
      const { top, bottom } = alert.getBoundingClientRect();
      return document.activeElement === alert && top >= 0 && bottom <= innerHeight;
    });
    assert.ok(inSight, `the alert is not in sight on ${name}`);
    await see('offer-no-password');
    errors.splice(0);
    await page.fill('#password', password);
    await page.click('button[value=accept]');
    await page.waitForSelector('h1:has-text("You accepted the offer")');
    await see('answered');
    await page.click('text=See who may administer');
    await page.waitForURL(/grants/);
    await see('grants');
    // A delegate adds a user, who is in its hands until the client confirms the contact.
    const added = `nina-${kinds.indexOf(kind)}`;
    const ursula = await signedIn('ursula@fabrikam');
    const { viewer: { organization: fabrikam } } = await graphql('{ viewer { organization { id } } }', ursula);
    await graphql(`mutation { addUser(input: { accountId: "${fabrikam.id}", displayName: "Nina ${name}", signInName: "${added}", contact: "${added}@example.org" }) { user { id } } }`, fiona);
    // The user itself reads who may hold its sign-in.
    const enrolment = await until(() => mailed('enrol', `${added}@example.org`), 'the mail of the enrolment');
    await graphql(`mutation { enrol(input: { secret: "${enrolment.split('/').pop()}", newPassword: "seven quiet otters carry umbrellas" }) { operationId } }`);
    const other = await browser.newContext(settings);
    const own = await other.newPage();
    await own.goto(`${here}/`);
    await own.fill('#sign-in-name', `${added}@fabrikam.mandate.example`);
    await own.fill('#password', 'seven quiet otters carry umbrellas');
    await own.keyboard.press('Enter');
    await own.waitForSelector('h2:has-text("may hold your sign-in")');
    await look(own, kind, 'me-in-hands');
    await other.close();
    // Operators recover an admin; whoever reads the notice stops it.
    const olivia = await signedIn('olivia@platform');
    const asked = `mutation { startRecovery(input: { organizationId: "${fabrikam.id}", signInName: "ursula@fabrikam.mandate.example", contact: "${added}@mail.example" }) { recovery { id } } }`;
    await graphql(asked, olivia);
    const stop = await until(() => mailed('recover/stop', `${added}@mail.example`), 'the notice of the recovery');
    await page.goto(stop.replace(base, here));
    await see('recovery-stop');
    await page.click('button[type=submit]');
    await page.waitForSelector('h1:has-text("The recovery is stopped")');
    await see('recovery-stopped');
    await page.goto(`${here}/me`);
    await see('me');
    await page.goto(`${here}/grants`);
    await page.click('text=how to end it for good');
    await page.waitForSelector('h1 .state');
    await see('grant');
    await page.goto(`${here}/hands`);
    await page.waitForSelector('h1:has-text("Whose sign-in a partner may hold")');
    await see('hands');
    await page.click('button[value=confirm] >> nth=0');
    await page.waitForSelector('[role=status]');
    await see('hands-confirmed');
    await page.goto(`${here}/grants`);
    await page.click('text=how to end it for good');
    await page.click('button[value=end]');
    await page.waitForSelector('[role=status]');
    assert.ok((await page.textContent('main')).includes('The grant has ended'));
    await see('grant-ended');
    await page.goto(`${here}/grants`);
    await see('grants-ended');
    await page.click('text=Sign out');
    await page.waitForURL(/sign-in/);
    await page.goto(`${here}/grants`);
    assert.ok(page.url().includes('/sign-in'), 'signed out');
    assert.deepEqual(errors, [], `errors on ${name}`);
    assert.deepEqual(foreign, [], `requests to other hosts on ${name}`);

    // A newcomer: signs up with a purchase, and takes the subscriptions alone.
    const slug = `lamp-${kinds.indexOf(kind)}`;
    await page.goto(`${here}/${purchase}`);
    await see('purchase');
    await page.click('text=My organization is not here yet');
    await see('sign-up');
    await page.fill('#organization-name', 'Contoso');
    await page.fill('#slug', slug);
    await page.fill('#admin-name', 'Berta Beginner');
    await page.fill('#admin-sign-in-name', 'berta');
    await page.fill('#contact', `${slug}@example.org`);
    await page.click('button[type=submit]');
    await page.waitForSelector('[role=alert]');
    await see('sign-up-wrong');
    errors.splice(0);
    const names = ['Blue Lamp', 'Red Door', 'Green Hill', 'Old Mill'];
    await page.fill('#organization-name', names[kinds.indexOf(kind)]);
    await page.click('button[type=submit]');
    await page.waitForSelector('h1:has-text("Look into your mailbox")');
    await see('sign-up-sent');
    const link = await until(() => mailed('sign-up', `${slug}@example.org`), 'the mail of the sign-up');
    await page.goto(link.replace(base, here));
    await see('sign-up-link');
    await page.fill('#new-password', 'seven quiet otters carry umbrellas');
    await page.fill('#repeated', 'seven quiet otters carry umbrellas');
    await page.click('button[type=submit]');
    await page.waitForURL(new RegExp(purchase));
    await see('purchase-form');
    await page.fill('#seats-1', '3');
    await page.fill('#password', 'seven quiet otters carry umbrellas');
    await page.click('button[value=accept]');
    await page.waitForSelector('h1:has-text("You accepted the offer")');
    assert.ok((await page.textContent('main')).includes('3 licences'));
    await see('purchase-answered');
    assert.deepEqual(errors, [], `errors on ${name}`);

    // Anyone checks a receipt that came with a mail: pasted, or as a file.
    const receipt = await until(() => file('receipt-'), 'a mail with a receipt');
    await page.goto(`${here}/verify`);
    await see('verify');
    await page.fill('#text', receipt);
    await page.click('text=Check it');
    await page.waitForSelector('h2:has-text("It is good, and the record still says so")');
    await see('verify-good');
    await page.setInputFiles('#file', { name: 'r.json', mimeType: 'application/json', buffer: Buffer.from(receipt.replace('DONE', 'REFUSED')) });
    await page.click('text=Check it');
    await page.waitForSelector('[role=alert]:has-text("This receipt is not good")');
    await see('verify-forged');
    errors.splice(0);

    // Pages that say one thing.
    for (const [path, name, says] of [
      ['offers/unknown', 'offer-unknown', 'There is no such offer'],
      [`offers/${withdrawn.token}`, 'offer-withdrawn', 'withdrew this offer'],
      [`offers/${uncertified.token}`, 'offer-uncertified', 'is not certified now'],
      ['enrol/unknown', 'enrol-unknown', 'That did not work'],
    ]) {
      await page.goto(`${here}/${path}`);
      assert.ok((await page.textContent('main')).includes(says));
      await see(name);
    }
    await context.close();
  }

  // The pages of who is signed in, in both languages.
  for (const kind of kinds) {
    const { name, host, ...settings } = kind;
    const here = host ? `http://${host}:${port}` : base;
    for (const [locale, words] of [['en-GB', { make: 'Make the offer', made: 'The offer is made.', show: 'Show', set: 'Set these rules', done: 'The rules are set.' }], ['es-MX', { make: 'Hacer la oferta', made: 'La oferta está hecha.', show: 'Mostrar', set: 'Establecer estas reglas', done: 'Las reglas están establecidas.' }]]) {
      const language = locale.slice(0, 2);
      const enter = async (who) => {
        const context = await browser.newContext({ ...settings, locale });
        const page = await context.newPage();
        await page.goto(`${here}/sign-in`);
        await page.fill('#sign-in-name', `${who}.mandate.example`);
        await page.fill('#password', password);
        await page.keyboard.press('Enter');
        await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
        return page;
      };
      const see = async (page, step) => {
        assert.equal(await page.getAttribute('html', 'lang'), language);
        await look(page, kind, `${step}-${language}`);
      };
      const petra = await enter('petra@northwind');
      await petra.goto(`${here}/partner`);
      await see(petra, 'partner');
      // By keyboard alone.
      await petra.focus('#kind');
      for (const key of ['Tab', 'Tab', 'Tab']) await petra.keyboard.press(key);
      while (await petra.$('#message:not(:focus)')) await petra.keyboard.press('Tab');
      await petra.keyboard.type('We look after your mailboxes.');
      while (!(await petra.$('button:focus'))) await petra.keyboard.press('Tab');
      await petra.keyboard.press('Enter');
      await petra.waitForSelector(`[role=status]:has-text("${words.made}")`);
      await see(petra, 'partner-offer');
      await petra.goto(`${here}/partner/clients`);
      await petra.fill('#search', 'contoso');
      await petra.keyboard.press('Enter');
      await petra.waitForSelector('th[scope=row]');
      await see(petra, 'partner-clients');
      await petra.goto(`${here}/partner/people`);
      await see(petra, 'partner-people');
      await petra.context().close();
      const carla = await enter('carla@contoso');
      for (const [path, step] of [['grants', 'grants'], ['hands', 'hands'], ['record', 'record'], ['record?outcome=REFUSED', 'record-refused'], ['rules', 'rules'], ['me', 'me'], ['sign-in/password', 'password'], [offer, 'offer-form']]) {
        await carla.goto(`${here}/${path}`);
        await see(carla, step);
      }
      await carla.goto(`${here}/rules`);
      await carla.focus('button >> nth=-1');
      await carla.keyboard.press('Enter');
      await carla.waitForSelector(`[role=status]:has-text("${words.done}")`);
      await carla.goto(`${here}/grants`);
      await carla.click('article a >> nth=0');
      await see(carla, 'grant');
      await carla.context().close();
    }
  }

  // Mails as they look.
  if (shots) {
    const page = await browser.newPage({ viewport: { width: 700, height: 600 } });
    const mailbox = join(folder, 'mandate-data', 'mailbox');
    const seen = new Set();
    for (const file of readdirSync(mailbox)) {
      const raw = readFileSync(join(mailbox, file), 'utf8');
      const html = raw.slice(raw.indexOf('<!doctype')).split('\r\n--')[0].replace(/=\r\n/g, '').replace(/=3D/g, '=');
      const subject = html.match(/<title>(.*?)<\/title>/)?.[1].split(' ').slice(0, 3).join('-').replace(/[^\w-]/g, '') ?? file;
      if (seen.has(subject)) continue;
      seen.add(subject);
      await page.setContent(html);
      await page.screenshot({ path: join(shots, `mail-${subject}.png`) });
    }
  }
  console.log(`pages looked at by axe-core: ${looked}, no violation`);
} finally {
  await browser.close();
  server.kill();
}
