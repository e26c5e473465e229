// Runs the waiting room's own script against a document, a storage, a clock and a gateway of its own.
// Usage: node waiting-room.test.mjs waiting-room.js waiting-room.en.json
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const [script, texts] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const T = JSON.parse(texts);

const element = (id, tab) => ({
  id, hidden: true, textContent: '', value: 0, href: '', dataset: {}, listeners: {}, open: false,
  addEventListener(type, listener) { this.listeners[type] = listener; },
  focus() { tab.focused = id; },
  showModal() { this.open = true; },
  close() { this.open = false; },
});

// A browser's tab: opened with a storage, it shows what the gateway answers.
class Tab {
  constructor(gateway, storage = new Map(), { returnTo = '', hash = '', refused = false } = {}) {
    Object.assign(this, { gateway, storage, elements: new Map(), timers: [], now: 0, went: '', listeners: {} });
    const said = (id) => {
      let text = '';
      this[id] = [];
      Object.defineProperty(this.element(id), 'textContent', { get: () => text, set: (next) => { text = next; this[id].push(next); } });
    };
    said('state');
    said('news');
    this.element('config').textContent = JSON.stringify({ event: 'evt-1', returnTo, texts: T });
    const kept = (act) => (...values) => { if (refused) throw new Error('refused'); return act(...values); };
    const listen = (type, listener) => { this.listeners[type] = listener; };
    this.navigator = { onLine: true };
    this.document = {
      getElementById: (id) => this.element(id), documentElement: { lang: 'en' }, title: '', hidden: false, addEventListener: listen,
    };
    vm.runInNewContext(script, {
      document: this.document, navigator: this.navigator, addEventListener: listen,
      localStorage: {
        getItem: kept((key) => storage.get(key) ?? null),
        setItem: kept((key, value) => storage.set(key, value)),
        removeItem: kept((key) => storage.delete(key)),
      },
      location: { hash, pathname: '/waiting-room/evt-1', search: '', assign: (to) => { this.went = to; } },
      history: { replaceState: () => { this.cleaned = true; } },
      crypto: { randomUUID: () => '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
      fetch: async (path, request) => {
        if (gateway.down) throw new TypeError('no network');
        const [status, answer, fields = {}] = gateway.answer(request.method, path, request);
        return { status, headers: { get: (name) => fields[name] ?? null }, json: async () => answer };
      },
      setTimeout: (run, wait) => this.timers.push({ run, at: this.now + wait }),
      clearTimeout: (id) => { if (id) this.timers[id - 1] = null; },
      setInterval: (run) => { this.tick = run; },
      Date: class extends Date { static now() { return globalThis.fakeNow; } },
      URLSearchParams, AbortSignal, Promise,
    });
  }
  element(id) {
    if (!this.elements.has(id)) this.elements.set(id, element(id, this));
    return this.elements.get(id);
  }
  async settle() { for (let i = 0; i < 20; i++) await new Promise((done) => setImmediate(done)); }
  waits() { return this.timers.some((timer) => timer); }
  // The next timer's turn.
  async next() {
    await this.settle();
    const index = this.timers.findLastIndex((timer) => timer);
    assert.ok(index >= 0, 'a next poll');
    const timer = this.timers[index];
    this.timers[index] = null;
    this.paused = timer.at - this.now;
    this.now = timer.at;
    globalThis.fakeNow = this.now;
    timer.run();
    await this.settle();
  }
  async click(id) { await this.element(id).listeners.click(); await this.settle(); }
  shows(id) { return !this.element(id).hidden; }
  text(id) { return this.element(id).textContent; }
}

class Gateway {
  constructor(...statuses) { Object.assign(this, { statuses, joins: [], left: [], entered: 0, polls: 0, down: false, enterStatus: 200 }); }
  answer(method, path, request) {
    if (path.endsWith('/join')) {
      this.joins.push(request);
      return this.refusesJoin ?? [202, { waiting_token: `ticket-${this.joins.length}` }];
    }
    if (path.endsWith('/status')) {
      this.polls++;
      this.asked = request.headers['X-Waiting-Token'];
      const next = this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0];
      return Array.isArray(next) ? next : [200, { poll_after_ms: 1000, ...next }];
    }
    if (path.endsWith('/enter')) { this.entered++; return [this.enterStatus, { admission: 'granted', reservation_token: 'a.b.c' }]; }
    if (path.endsWith('/leave')) { this.left.push(JSON.parse(request.body).waiting_token); return [200, { status: 'left' }]; }
    throw new Error(path);
  }
}

const waiting = (position, range = [10, 20]) => ({ status: 'waiting', position, eta_range_sec: range });
const ready = { status: 'ready', position: 0, ends_in_sec: 60 };
const tests = {
  async 'joins, waits, is called, enters and goes on'() {
    const gateway = new Gateway(waiting(3), waiting(1), ready, { status: 'admitted', position: 0, ends_in_sec: 600 });
    const tab = new Tab(gateway, undefined, { returnTo: '/buy' });
    await tab.settle();
    assert.equal(tab.text('state'), T.waiting);
    assert.equal(tab.text('place'), '3');
    assert.equal(tab.text('ahead'), '2');
    assert.equal(tab.text('eta'), T.eta_soon);
    await tab.next();
    assert.equal(tab.text('place'), '1');
    await tab.next();
    assert.equal(tab.text('state'), T.ready);
    assert.ok(tab.shows('enter') && tab.focused === 'enter' && !tab.shows('waiting'));
    assert.equal(tab.text('until'), T.claim);
    assert.equal(tab.text('left'), '1:00');
    await tab.click('enter');
    assert.equal(gateway.entered, 1);
    assert.equal(tab.went, '/buy');
    await tab.next();
    assert.equal(tab.text('state'), T.admitted);
    assert.equal(tab.text('enter'), T.continue);
    assert.ok(!tab.shows('leave'));
  },
  async 'the pass travels to another origin in the fragment'() {
    for (const [to, went] of [['https://app.example/buy', 'https://app.example/buy#reservation_token=a.b.c'],
      ['https://app.example/#/buy', 'https://app.example/#/buy&reservation_token=a.b.c']]) {
      const tab = new Tab(new Gateway(ready), undefined, { returnTo: to });
      await tab.settle();
      await tab.click('enter');
      assert.equal(tab.went, went);
    }
  },
  async 'a reload keeps place and progress'() {
    const gateway = new Gateway(waiting(9), waiting(3), waiting(3));
    const storage = new Map();
    const tab = new Tab(gateway, storage);
    await tab.next();
    const again = new Tab(gateway, storage);
    await again.settle();
    assert.equal(gateway.joins.length, 1);
    assert.equal(gateway.asked, 'ticket-1');
    assert.equal(again.element('progress').value, 1 - 3 / 10);
    assert.equal(again.element('progress').value, tab.element('progress').value);
  },
  async 'a repeated join has the same key'() {
    const gateway = new Gateway(waiting(5));
    gateway.refusesJoin = [503, {}];
    const tab = new Tab(gateway);
    await tab.next();
    assert.equal(tab.text('state'), T.lost);
    gateway.refusesJoin = undefined;
    await tab.next();
    const keys = gateway.joins.map((request) => request.headers['Idempotency-Key']);
    assert.equal(new Set(keys).size, 1);
    assert.equal(keys.length, 3);
  },
  async 'works where storage is refused'() {
    const gateway = new Gateway(waiting(5), waiting(4));
    const tab = new Tab(gateway, undefined, { refused: true });
    await tab.next();
    assert.equal(gateway.joins.length, 1);
    assert.equal(tab.text('place'), '4');
  },
  async 'the position never grows'() {
    const tab = new Tab(new Gateway(waiting(4), waiting(9), waiting(2)));
    await tab.next();
    assert.equal(tab.text('place'), '4');
    await tab.next();
    assert.equal(tab.text('place'), '2');
  },
  async 'says once that the connection is lost, and recovers'() {
    const gateway = new Gateway(waiting(4), waiting(3));
    const tab = new Tab(gateway);
    await tab.settle();
    gateway.down = true;
    for (let i = 0; i < 5; i++) await tab.next();
    assert.equal(tab.state.filter((text) => text === T.lost).length, 1);
    assert.ok(tab.now > 20000, 'backs off');
    assert.equal(tab.text('place'), '4');
    gateway.down = false;
    await tab.next();
    assert.ok(tab.news.includes(T.found));
    assert.equal(tab.text('state'), T.waiting);
    assert.equal(tab.text('place'), '3');
    assert.equal(gateway.joins.length, 1);
  },
  async 'a single failure is not told, but being offline is'() {
    const tab = new Tab(new Gateway(waiting(4), [503, {}], waiting(3)));
    await tab.next();
    assert.equal(tab.text('state'), T.waiting);
    await tab.next();
    assert.equal(tab.text('place'), '3');
    assert.deepEqual(tab.state, [T.waiting]);
    tab.navigator.onLine = false;
    tab.gateway.down = true;
    tab.listeners.offline();
    await tab.next();
    assert.equal(tab.text('state'), T.lost);
  },
  async 'waits as long as it is told'() {
    const tab = new Tab(new Gateway([429, {}, { 'Retry-After': '17' }]));
    await tab.next();
    assert.equal(tab.paused, 17000);
    const kept = new Tab(new Gateway({ ...waiting(1), poll_after_ms: 7000 }));
    await kept.next();
    assert.equal(kept.paused, 7000);
  },
  async 'announces changes, not polls'() {
    const tab = new Tab(new Gateway(waiting(4), waiting(3), waiting(2), waiting(1)));
    for (let i = 0; i < 3; i++) await tab.next();
    assert.deepEqual(tab.state, [T.waiting]);
    assert.equal(tab.news.length, 1);
    assert.match(tab.news[0], /^People ahead of you: 3\. Estimated wait: /);
  },
  async 'tells a listener how little time is left'() {
    const tab = new Tab(new Gateway({ ...ready, ends_in_sec: 31 }));
    await tab.settle();
    for (const left of [31, 30, 29, 12, 10, 9]) {
      globalThis.fakeNow = (31 - left) * 1000;
      tab.tick();
    }
    assert.deepEqual(tab.news, ['30 seconds left to enter.', '10 seconds left to enter.']);
    assert.equal(tab.text('left'), '0:09');
  },
  async 'shows the operator\'s message in a pause'() {
    const tab = new Tab(new Gateway({ status: 'paused', position: 7, eta_range_sec: null, message: 'back at 8' }, waiting(7)));
    await tab.settle();
    assert.equal(tab.text('state'), T.paused);
    assert.equal(tab.text('words'), 'back at 8');
    assert.ok(tab.shows('message'));
    assert.equal(tab.text('eta'), T.eta_none);
    await tab.next();
    assert.ok(!tab.shows('message'));
  },
  async 'counts down to the opening'() {
    const early = { status: 'prequeue', position: null, eta_range_sec: [600, 700], opens_in_sec: 3725 };
    const tab = new Tab(new Gateway(early, { ...early, opens_in_sec: 3723 }));
    await tab.settle();
    assert.equal(tab.text('state'), T.prequeue);
    assert.equal(tab.text('hint'), T.prequeue_hint);
    assert.equal(tab.text('until'), T.opens);
    assert.equal(tab.text('left'), '1:02:05');
    assert.ok(!tab.shows('waiting'));
    await tab.next();
    assert.equal(tab.text('left'), '1:02:04', 'an answer in whole seconds does not make the clock jump');
  },
  async 'says the wait as a range'() {
    const cases = [[[5, 20], T.eta_soon], [[100, 130], 'About 2 min'], [[30, 150], 'At most 3 min'], [[130, 250], '2 min to 5 min'],
      [[3600, 7300], '1 h to 2 h 2 min']];
    for (const [range, said] of cases) {
      const tab = new Tab(new Gateway(waiting(4, range)));
      await tab.settle();
      assert.equal(tab.text('eta'), said);
    }
  },
  async 'an expired place can be joined again'() {
    const gateway = new Gateway({ status: 'expired', position: null }, waiting(8));
    const tab = new Tab(gateway);
    await tab.settle();
    assert.equal(tab.text('state'), T.expired);
    assert.ok(tab.shows('again') && !tab.shows('waiting') && !tab.waits());
    await tab.click('again');
    await tab.next();
    assert.equal(gateway.joins.length, 2);
    assert.equal(tab.text('place'), '8');
  },
  async 'a ticket that nobody knows is replaced'() {
    const gateway = new Gateway([404, {}], waiting(8));
    const tab = new Tab(gateway);
    await tab.next();
    assert.equal(gateway.asked, 'ticket-2');
    assert.equal(tab.text('place'), '8');
  },
  async 'a closed queue says so'() {
    const gateway = new Gateway(waiting(1));
    gateway.refusesJoin = [403, { message: 'sold out' }];
    const tab = new Tab(gateway);
    await tab.settle();
    assert.equal(tab.text('state'), T.closed);
    assert.equal(tab.text('words'), 'sold out');
    assert.ok(tab.shows('again') && !tab.waits());
  },
  async 'who waits when a queue closes keeps the place'() {
    const tab = new Tab(new Gateway({ status: 'closed', position: 4, eta_range_sec: null }, waiting(4)));
    await tab.settle();
    assert.equal(tab.text('state'), T.closed);
    assert.ok(!tab.shows('waiting'));
    await tab.next();
    assert.equal(tab.text('place'), '4');
  },
  async 'leaving is asked about and gives the place up'() {
    const gateway = new Gateway(waiting(3));
    const storage = new Map();
    const tab = new Tab(gateway, storage);
    await tab.settle();
    await tab.click('leave');
    assert.ok(tab.element('leaving').open);
    await tab.click('stay');
    assert.deepEqual([tab.element('leaving').open, gateway.left], [false, []]);
    await tab.click('leave');
    await tab.click('go');
    assert.deepEqual(gateway.left, ['ticket-1']);
    assert.equal(storage.size, 0);
    assert.equal(tab.text('state'), T.left);
    assert.ok(!tab.element('leaving').open && tab.focused === 'state');
  },
  async 'who has left is not joined again by looking at the page'() {
    const gateway = new Gateway(waiting(3));
    const tab = new Tab(gateway);
    await tab.settle();
    await tab.click('go');
    for (const name of ['online', 'visibilitychange']) tab.listeners[name]();
    await tab.settle();
    assert.ok(!tab.waits());
    assert.equal(gateway.joins.length, 1);
  },
  async 'a place that could not be given up is kept'() {
    const gateway = new Gateway(waiting(3));
    const tab = new Tab(gateway);
    await tab.settle();
    gateway.down = true;
    await tab.click('go');
    gateway.down = false;
    await tab.next();
    assert.equal(tab.text('place'), '3');
    assert.deepEqual([gateway.joins.length, gateway.left], [1, []]);
  },
  async 'a token in the fragment signs the join in and leaves the address'() {
    const gateway = new Gateway(waiting(3));
    const tab = new Tab(gateway, undefined, { hash: '#token=abc.def.ghi' });
    await tab.settle();
    assert.equal(gateway.joins[0].headers.Authorization, 'Bearer abc.def.ghi');
    assert.ok(tab.cleaned);
  },
  async 'who comes with a token has the place of its subject, not the one this browser kept'() {
    const gateway = new Gateway(waiting(3));
    const storage = new Map();
    await new Tab(gateway, storage).settle();
    await new Tab(gateway, storage, { hash: '#token=abc.def.ghi' }).settle();
    assert.equal(gateway.joins.length, 2);
    assert.equal(gateway.asked, 'ticket-2');
    await new Tab(gateway, storage).settle();
    assert.equal(gateway.joins.length, 2);
  },
  async 'a signed-in place is not followed by an anonymous one'() {
    const gateway = new Gateway(waiting(3), { status: 'expired', position: null });
    const storage = new Map();
    await new Tab(gateway, storage, { hash: '#token=abc.def.ghi' }).settle();
    const reloaded = new Tab(gateway, storage, { returnTo: '/shop' });
    await reloaded.settle();
    await reloaded.click('again');
    await reloaded.next();
    assert.equal(gateway.joins.length, 1);
    assert.equal(reloaded.text('state'), T.signin);
    assert.ok(reloaded.shows('back') && reloaded.element('back').href === '/shop');
  },
  async 'a token that is refused asks for another'() {
    const gateway = new Gateway(waiting(3));
    gateway.refusesJoin = [401, {}];
    const tab = new Tab(gateway, undefined, { hash: '#token=old' });
    await tab.settle();
    assert.equal(tab.text('state'), T.signin);
    assert.ok(!tab.waits());
  },
  async 'an admission that is not to be had any more ends the place'() {
    const gateway = new Gateway(ready);
    const tab = new Tab(gateway);
    await tab.settle();
    gateway.enterStatus = 410;
    await tab.click('enter');
    assert.equal(tab.text('state'), T.expired);
    assert.ok(!tab.shows('clock') && !tab.waits());
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  globalThis.fakeNow = 0;
  try {
    await test();
    console.log(`ok ${name}`);
  } catch (fault) {
    failed++;
    console.log(`not ok ${name}\n${fault.stack}`);
  }
}
console.log(`${Object.keys(tests).length} tests, ${failed} failed`);
process.exit(failed ? 1 : 0);
