'use strict';
(() => {
  const config = JSON.parse(document.getElementById('config').textContent);
  const texts = config.texts;
  const $ = (id) => document.getElementById(id);
  const key = (name) => `gatehouse:${name}:${config.event}`;
  const memory = new Map();
  // A browser may refuse storage: then the place lasts as long as the page.
  const store = {
    get: (name) => { try { return localStorage.getItem(key(name)); } catch { return memory.get(name) ?? null; } },
    set: (name, value) => { try { localStorage.setItem(key(name), value); } catch { memory.set(name, value); } },
    remove: (name) => { try { localStorage.removeItem(key(name)); } catch { memory.delete(name); } },
  };
  // A signed-in app may hand its token over in the fragment, which no server sees.
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname + location.search);

  let said = '';
  let best = Infinity;
  let first = 0;
  let ends = 0;
  let clockText = '';
  let timer = 0;
  let failures = 0;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const span = (seconds) => seconds >= 90
    ? fill(texts.minutes, { n: Math.round(seconds / 60) })
    : fill(texts.seconds, { n: Math.max(0, Math.round(seconds)) });
  const show = (id, visible) => { $(id).hidden = !visible; };
  // Only what has changed is announced, so that a screen reader is not interrupted by every poll.
  const say = (text) => { if (said !== text) { said = text; $('state').textContent = text; } };

  const call = async (method, path, body, headers = {}) => {
    const response = await fetch(path, {
      method, credentials: 'same-origin', cache: 'no-store',
      headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
      body: body ? JSON.stringify(body) : undefined,
    });
    const answer = await response.json().catch(() => ({}));
    if (response.status >= 500 || response.status === 429) throw new Error(String(response.status));
    return { status: response.status, answer };
  };

  const next = (wait) => { clearTimeout(timer); timer = setTimeout(round, wait); };

  const join = async () => {
    let idempotency = store.get('join');
    if (!idempotency) { idempotency = crypto.randomUUID(); store.set('join', idempotency); }
    const headers = { 'Idempotency-Key': idempotency };
    if (token) headers.Authorization = `Bearer ${token}`;
    const { status, answer } = await call('POST', '/api/v1/queue/join', { event_id: config.event }, headers);
    if (status !== 202) { over(status === 404 ? texts.unknown : texts.closed, answer.message); return false; }
    store.set('ticket', answer.waiting_token);
    return true;
  };

  const round = async () => {
    try {
      if (!store.get('ticket') && !(await join())) return;
      const { status, answer } = await call('GET', '/api/v1/queue/status', null, { 'X-Waiting-Token': store.get('ticket') });
      if (failures) { failures = 0; say(texts.found); }
      if (status === 404) { forget(); next(1000); return; }
      render(answer);
      if (answer.status !== 'expired') next(answer.poll_after_ms ?? 5000);
    } catch {
      failures += 1;
      say(texts.lost);
      next(Math.min(30000, 1000 * 2 ** Math.min(failures, 5)) * (0.75 + Math.random() / 4));
    }
  };

  const forget = () => { ['ticket', 'join'].forEach(store.remove); best = Infinity; first = 0; };

  const over = (text, message) => {
    clearTimeout(timer);
    ends = 0;
    ['waiting', 'clock', 'enter', 'leave', 'keep'].forEach((id) => show(id, false));
    show('again', true);
    note(message);
    say(text);
  };

  const note = (message) => { $('message').textContent = message ?? ''; show('message', Boolean(message)); };

  const render = (answer) => {
    if (answer.status === 'expired') { forget(); over(texts.expired, answer.message); return; }
    const ready = answer.status === 'ready';
    const inside = answer.status === 'admitted';
    note(answer.message);
    show('again', false);
    show('waiting', !ready && !inside);
    show('keep', !ready && !inside);
    show('leave', !inside);
    if (ready && $('enter').hidden) { show('enter', true); $('enter').focus(); }
    show('enter', ready || (inside && !config.returnTo));
    onward(inside);
    clockText = answer.status === 'prequeue' ? texts.opens : ready ? texts.claim : '';
    ends = ready ? Date.now() + 1000 * answer.ends_in_sec
      : answer.status === 'prequeue' ? Date.now() + 1000 * answer.opens_in_sec : 0;
    tick();
    if (!ready && !inside) line(answer);
    say(texts[answer.status] ?? texts.waiting);
    document.title = ready ? texts.ready : answer.position ? `${answer.position} · ${texts.title}` : texts.title;
  };

  const line = (answer) => {
    const known = typeof answer.position === 'number';
    if (known) { best = Math.min(best, answer.position); first = Math.max(first, best); }
    $('place').textContent = known ? best.toLocaleString(document.documentElement.lang) : '…';
    $('ahead').textContent = known ? fill(texts.ahead, { n: Math.max(0, best - 1).toLocaleString(document.documentElement.lang) }) : '';
    $('progress').value = known && first ? 1 - best / (first + 1) : 0;
    const range = answer.eta_range_sec;
    const [low, high] = range ? range.map(span) : [];
    $('eta').textContent = !range ? texts.eta_none : low === high ? fill(texts.eta_one, { low }) : fill(texts.eta, { low, high });
  };

  const onward = (visible) => {
    if (config.returnTo) $('continue').href = config.returnTo;
    show('continue', visible && Boolean(config.returnTo));
  };

  const tick = () => {
    show('clock', ends > 0);
    if (ends > 0) $('clock').textContent = fill(clockText, { time: span((ends - Date.now()) / 1000) });
  };

  $('enter').addEventListener('click', async () => {
    $('enter').disabled = true;
    try {
      const { status, answer } = await call('POST', '/api/v1/queue/enter', { waiting_token: store.get('ticket') });
      if (status === 200) {
        clearTimeout(timer);
        ends = 0;
        ['enter', 'clock', 'leave', 'waiting', 'keep'].forEach((id) => show(id, false));
        onward(true);
        say(texts.admitted);
        document.dispatchEvent(new CustomEvent('gatehouse:admitted', { detail: answer }));
        if (config.returnTo) location.assign(config.returnTo);
      } else if (status === 410) { forget(); over(texts.expired); } else { next(0); }
    } catch { say(texts.lost); next(2000); } finally { $('enter').disabled = false; }
  });
  $('again').addEventListener('click', () => { forget(); show('again', false); say(texts.joining); next(0); });
  $('leave').addEventListener('click', () => {
    const ticket = store.get('ticket');
    if (ticket) navigator.sendBeacon('/api/v1/queue/leave', JSON.stringify({ waiting_token: ticket }));
    forget();
    over(texts.left);
  });
  addEventListener('online', () => next(0));
  document.addEventListener('visibilitychange', () => { if (!document.hidden) next(0); });
  setInterval(tick, 1000);
  round();
})();
