// Runs the waiting room's own script against a document, a storage, a clock and a gateway of its own.
// Usage: node waiting-room.test.mjs waiting-room.js waiting-room.en.json
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const [script, texts] = process.argv.slice(2).map((file) => readFileSync(file, 'utf8'));
const T = JSON.parse(texts);

const element = (id) => ({
  id, hidden: true, textContent: '', value: 0, disabled: false, href: '', listeners: {}, focused: false,
  addEventListener(type, listener) { this.listeners[type] = listener; },
  focus() { this.focused = true; },
});

// A browser's tab: opened with a storage, it shows what the gateway answers.
class Tab {
  constructor(gateway, storage = new Map(), { returnTo = '', hash = '', refused = false } = {}) {
    Object.assign(this, { gateway, storage, elements: new Map(), timers: [], now: 0, went: '', beacons: [], announced: [] });
    const tab = this;
    const state = this.element('state');
    let said = '';
    Object.defineProperty(state, 'textContent', { get: () => said, set: (text) => { said = text; tab.announced.push(text); } });
    this.element('config').textContent = JSON.stringify({ event: 'evt-1', returnTo, texts: T });
    const context = {
      document: {
        getElementById: (id) => this.element(id), documentElement: { lang: 'en' }, title: '', hidden: false,
        addEventListener() {}, dispatchEvent() {},
      },
      localStorage: {
        getItem: (key) => { if (refused) throw new Error('refused'); return storage.get(key) ?? null; },
        setItem: (key, value) => { if (refused) throw new Error('refused'); storage.set(key, value); },
        removeItem: (key) => { if (refused) throw new Error('refused'); storage.delete(key); },
      },
      location: { hash, pathname: '/waiting-room/evt-1', search: '', assign: (to) => { this.went = to; } },
      history: { replaceState: () => { this.cleaned = true; } },
      navigator: { sendBeacon: (path, body) => this.beacons.push([path, JSON.parse(body)]) },
      crypto: { randomUUID: () => '7c9e6679-7425-40de-944b-e07fc1f90ae7' },
      fetch: async (path, request) => {
        if (gateway.down) throw new TypeError('no network');
        const [status, answer] = gateway.answer(request.method, path, request);
        return { status, json: async () => answer };
      },
      setTimeout: (run, wait) => this.timers.push({ run, at: this.now + wait }),
      clearTimeout: (id) => { if (id) this.timers[id - 1] = null; },
      setInterval: () => 0, addEventListener: () => {},
      CustomEvent: class {}, URLSearchParams, Math, JSON, Date: { now: () => this.now }, Promise, Map, Infinity, Error, Boolean,
    };
    this.context = context;
    vm.runInNewContext(script, context);
  }
  element(id) {
    if (!this.elements.has(id)) this.elements.set(id, element(id));
    return this.elements.get(id);
  }
  async settle() { for (let i = 0; i < 20; i++) await new Promise((done) => setImmediate(done)); }
  // The next timer's turn.
  async next() {
    await this.settle();
    const index = this.timers.findLastIndex((timer) => timer);
    assert.ok(index >= 0, 'a next poll');
    const timer = this.timers[index];
    this.timers[index] = null;
    this.now = timer.at;
    timer.run();
    await this.settle();
  }
  async click(id) { await this.element(id).listeners.click(); await this.settle(); }
  shows(id) { return !this.element(id).hidden; }
  get state() { return this.element('state').textContent; }
}

class Gateway {
  constructor(...statuses) { Object.assign(this, { statuses, joins: [], entered: 0, down: false, enterStatus: 200 }); }
  answer(method, path, request) {
    if (path.endsWith('/join')) {
      this.joins.push(request);
      return this.refusesJoin ?? [202, { waiting_token: `ticket-${this.joins.length}` }];
    }
    if (path.endsWith('/status')) {
      this.asked = request.headers['X-Waiting-Token'];
      const next = this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0];
      return Array.isArray(next) ? next : [200, { poll_after_ms: 1000, ...next }];
    }
    if (path.endsWith('/enter')) { this.entered++; return [this.enterStatus, { admission: 'granted' }]; }
    throw new Error(path);
  }
}

const waiting = (position, range = [10, 20]) => ({ status: 'waiting', position, eta_range_sec: range });
const tests = {
  async 'joins, waits, is called, enters and goes on'() {
    const gateway = new Gateway(waiting(3), waiting(1), { status: 'ready', position: 0, ends_in_sec: 60 });
    const tab = new Tab(gateway, undefined, { returnTo: '/buy' });
    await tab.settle();
    assert.equal(tab.state, T.waiting);
    assert.equal(tab.element('place').textContent, '3');
    assert.equal(tab.element('ahead').textContent, 'People ahead of you: 2');
    assert.equal(tab.element('eta').textContent, 'About 10 s to 20 s');
    await tab.next();
    assert.equal(tab.element('place').textContent, '1');
    await tab.next();
    assert.equal(tab.state, T.ready);
    assert.ok(tab.shows('enter') && tab.element('enter').focused && !tab.shows('waiting'));
    assert.equal(tab.element('clock').textContent, 'Enter within 60 s');
    await tab.click('enter');
    assert.equal(gateway.entered, 1);
    assert.equal(tab.state, T.admitted);
    assert.equal(tab.went, '/buy');
  },
  async 'a reload keeps the place'() {
    const gateway = new Gateway(waiting(5));
    const storage = new Map();
    await new Tab(gateway, storage).settle();
    await new Tab(gateway, storage).settle();
    assert.equal(gateway.joins.length, 1);
    assert.equal(gateway.asked, 'ticket-1');
  },
  async 'a repeated join has the same key'() {
    const gateway = new Gateway(waiting(5));
    gateway.refusesJoin = [503, {}];
    const tab = new Tab(gateway);
    await tab.settle();
    assert.equal(tab.state, T.lost);
    gateway.refusesJoin = undefined;
    await tab.next();
    const keys = gateway.joins.map((request) => request.headers['Idempotency-Key']);
    assert.equal(new Set(keys).size, 1);
    assert.equal(keys.length, 2);
  },
  async 'works where storage is refused'() {
    const gateway = new Gateway(waiting(5), waiting(4));
    const tab = new Tab(gateway, undefined, { refused: true });
    await tab.next();
    assert.equal(gateway.joins.length, 1);
    assert.equal(tab.element('place').textContent, '4');
  },
  async 'the position never grows'() {
    const tab = new Tab(new Gateway(waiting(4), waiting(9), waiting(2)));
    await tab.next();
    assert.equal(tab.element('place').textContent, '4');
    await tab.next();
    assert.equal(tab.element('place').textContent, '2');
  },
  async 'says once that the connection is lost, and recovers'() {
    const gateway = new Gateway(waiting(4), waiting(3));
    const tab = new Tab(gateway);
    await tab.settle();
    gateway.down = true;
    for (let i = 0; i < 5; i++) await tab.next();
    assert.equal(tab.announced.filter((text) => text === T.lost).length, 1);
    assert.ok(tab.now > 20000, 'backs off');
    gateway.down = false;
    await tab.next();
    assert.ok(tab.announced.includes(T.found));
    assert.equal(tab.state, T.waiting);
    assert.equal(tab.element('place').textContent, '3');
    assert.equal(gateway.joins.length, 1);
  },
  async 'announces changes, not polls'() {
    const tab = new Tab(new Gateway(waiting(4), waiting(3), waiting(2), waiting(1)));
    for (let i = 0; i < 3; i++) await tab.next();
    assert.deepEqual(tab.announced, [T.waiting]);
  },
  async 'shows the operator\'s message in a pause'() {
    const tab = new Tab(new Gateway({ status: 'paused', position: 7, eta_range_sec: null, message: 'back at 8' }));
    await tab.settle();
    assert.equal(tab.state, T.paused);
    assert.equal(tab.element('message').textContent, 'back at 8');
    assert.equal(tab.element('eta').textContent, T.eta_none);
  },
  async 'counts down to the opening'() {
    const tab = new Tab(new Gateway({ status: 'prequeue', position: null, eta_range_sec: [600, 700], opens_in_sec: 600 }));
    await tab.settle();
    assert.equal(tab.state, T.prequeue);
    assert.equal(tab.element('clock').textContent, 'Opens in 10 min');
    assert.equal(tab.element('place').textContent, '…');
  },
  async 'an expired place can be joined again'() {
    const gateway = new Gateway({ status: 'expired', position: null }, waiting(8));
    const tab = new Tab(gateway);
    await tab.settle();
    assert.equal(tab.state, T.expired);
    assert.ok(tab.shows('again') && !tab.shows('waiting'));
    await tab.click('again');
    await tab.next();
    assert.equal(gateway.joins.length, 2);
    assert.equal(tab.element('place').textContent, '8');
  },
  async 'a closed queue says so'() {
    const gateway = new Gateway(waiting(1));
    gateway.refusesJoin = [403, { message: 'sold out' }];
    const tab = new Tab(gateway);
    await tab.settle();
    assert.equal(tab.state, T.closed);
    assert.equal(tab.element('message').textContent, 'sold out');
  },
  async 'leaving gives the place up'() {
    const gateway = new Gateway(waiting(3));
    const storage = new Map();
    const tab = new Tab(gateway, storage);
    await tab.settle();
    await tab.click('leave');
    assert.deepEqual(tab.beacons, [['/api/v1/queue/leave', { waiting_token: 'ticket-1' }]]);
    assert.equal(storage.size, 0);
    assert.equal(tab.state, T.left);
  },
  async 'a token in the fragment signs the join in and leaves the address'() {
    const gateway = new Gateway(waiting(3));
    const tab = new Tab(gateway, undefined, { hash: '#token=abc.def.ghi' });
    await tab.settle();
    assert.equal(gateway.joins[0].headers.Authorization, 'Bearer abc.def.ghi');
    assert.ok(tab.cleaned);
  },
};

let failed = 0;
for (const [name, test] of Object.entries(tests)) {
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
