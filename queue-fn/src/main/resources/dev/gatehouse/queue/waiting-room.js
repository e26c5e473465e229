'use strict';
// Joins the line of an event, asks for its standing at the gateway's pace, and enters on a click. The ticket is
// kept in the browser's storage, so neither a reload nor a closed tab gives the place up; only "leave" does.
(() => {
  const { event, returnTo, texts } = JSON.parse(document.getElementById('config').textContent);
  const $ = (id) => document.getElementById(id);
  const language = document.documentElement.lang;
  const show = (id, visible) => { $(id).hidden = !visible; };
  const write = (id, text) => { if ($(id).textContent !== text) $(id).textContent = text; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const number = (value) => value.toLocaleString(language);

  // What a browser does not keep lasts as long as the page.
  const memory = new Map();
  const key = (name) => `gatehouse:${name}:${event}`;
  const store = {
    get: (name) => { try { return localStorage.getItem(key(name)); } catch { return memory.get(name) ?? null; } },
    set: (name, value) => { try { localStorage.setItem(key(name), value); } catch { memory.set(name, value); } },
    remove: (name) => { try { localStorage.removeItem(key(name)); } catch { memory.delete(name); } },
  };

  // A signed-in app hands its token over in the fragment, which no server sees. Whoever comes with a token is that
  // token's subject, whosever ticket this browser has kept: joining again gives the subject's one place.
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token) history.replaceState(null, '', location.pathname + location.search);
  let joined = !token;

  let ended = false;
  let busy = false;
  let timer = 0;
  let failures = 0;
  let ends = 0;
  let warned = Infinity;
  let best = Infinity;
  let told = { ahead: -1, at: -Infinity };

  const call = async (method, path, headers, body) => {
    const response = await fetch(path, {
      method, credentials: 'same-origin', cache: 'no-store', signal: AbortSignal.timeout(20000),
      headers: body ? { 'Content-Type': 'application/json', ...headers } : headers,
      body: body && JSON.stringify(body),
    });
    const { status } = response;
    const answer = await response.json().catch(() => ({}));
    if (status >= 500 || status === 429) {
      throw Object.assign(new Error(String(status)), { wait: 1000 * Number(response.headers.get('Retry-After')) });
    }
    return { status, answer };
  };
  const next = (wait) => { clearTimeout(timer); if (!ended) timer = setTimeout(round, wait); };

  const round = async () => {
    if (busy) return;
    busy = true;
    try {
      if ((joined && store.get('ticket')) || (await join())) await ask();
    } catch (fault) {
      lost(fault.wait);
    } finally {
      busy = false;
    }
  };

  const join = async () => {
    if (!token && store.get('signed')) { end('signin'); return false; }
    if (!store.get('join')) store.set('join', crypto.randomUUID());
    const headers = { 'Idempotency-Key': store.get('join') };
    if (token) headers.Authorization = `Bearer ${token}`;
    const { status, answer } = await call('POST', '/api/v1/queue/join', headers, { event_id: event });
    if (status === 202) {
      if (token) store.set('signed', '1');
      store.set('ticket', answer.waiting_token);
      joined = true;
      return true;
    }
    if (status === 401) end('signin');
    else if (status === 403) end('closed', answer.message, 'closed_new');
    else if (status === 404) end('unknown');
    else throw new Error(String(status));
    return false;
  };

  const ask = async () => {
    const ticket = store.get('ticket');
    const { status, answer } = await call('GET', '/api/v1/queue/status', { 'X-Waiting-Token': ticket });
    if (ended) return;
    if (status === 404) forget(ticket);
    if (status !== 200) throw new Error(String(status));
    if (failures > 0) write('news', texts.found);
    failures = 0;
    if (answer.status === 'expired') {
      forget(ticket);
      end('expired', answer.message);
    } else {
      render(answer);
      next(answer.status === 'admitted' ? 1000 * Math.min(60, answer.ends_in_sec + 1) : answer.poll_after_ms || 5000);
    }
  };

  // A single failure may be a moment's; after that it is told.
  const lost = (wait) => {
    failures += 1;
    if (failures > 1 || !navigator.onLine) {
      state('lost');
      show('message', false);
    }
    const pause = 1000 * 2 ** Math.min(failures, 5) * (0.75 + Math.random() / 4);
    next(Math.max(wait || 0, Math.min(30000, pause)));
  };

  // Another tab may have joined again meanwhile: its ticket stays.
  const forget = (ticket) => {
    if (store.get('ticket') === ticket) ['ticket', 'join', 'first'].forEach(store.remove);
    best = Infinity;
  };

  const state = (word, hint = `${word}_hint`) => {
    $('room').dataset.state = word;
    write('state', texts[word]);
    write('hint', texts[hint] ?? '');
  };

  const note = (message) => { write('words', message ?? ''); show('message', Boolean(message)); };

  const end = (word, message, hint) => {
    ended = true;
    clearTimeout(timer);
    ends = 0;
    if ($('leaving').open) $('leaving').close();
    ['waiting', 'clock', 'enter', 'leave', 'keep'].forEach((id) => show(id, false));
    write('again', word === 'closed' ? texts.retry : texts.again);
    show('again', word !== 'unknown' && word !== 'signin');
    show('back', Boolean(returnTo));
    note(message);
    state(word, hint);
    document.title = `${texts[word]} · ${texts.title}`;
    $('state').focus();
  };

  const render = (answer) => {
    const { status } = answer;
    const placed = typeof answer.position === 'number';
    const called = status === 'ready';
    const inside = status === 'admitted';
    const waits = !called && !inside;
    const hint = { waiting: !placed ? 'waiting_unplaced' : answer.position > 1 ? 'waiting_hint' : 'waiting_next', admitted: returnTo ? 'admitted_on' : 'admitted_hint',
      prequeue: placed ? 'prequeue_placed' : 'prequeue_hint' }[status];
    state(status, hint);
    note(answer.message);
    show('waiting', waits && placed && status !== 'closed');
    show('keep', waits);
    show('leave', !inside);
    write('enter', inside ? texts.continue : texts.enter);
    const appears = called && $('enter').hidden;
    show('enter', called || (inside && Boolean(returnTo)));
    if (appears && !$('leaving').open) $('enter').focus();
    clock(status, waits ? answer.opens_in_sec : answer.ends_in_sec);
    if (waits && placed) place(answer);
    document.title = waits && placed ? `${number(best)} · ${texts.title}` : `${texts[status]} · ${texts.title}`;
  };

  const place = ({ position, eta_range_sec: range }) => {
    best = Math.min(best, position);
    const first = Math.max(Number(store.get('first')), best);
    store.set('first', String(first));
    const ahead = Math.max(0, best - 1);
    write('ahead', number(ahead));
    write('place', number(best));
    write('eta', estimate(range));
    $('progress').value = 1 - best / (first + 1);
    // A listener hears of the first place and then of changes, at most twice a minute.
    if (ahead !== told.ahead && Date.now() - told.at >= 30000) {
      told = { ahead, at: Date.now() };
      write('news', `${fill(texts.ahead_news, { n: number(ahead) })} ${texts.eta}: ${estimate(range)}.`);
    }
  };

  const estimate = (range) => {
    if (!range) return texts.eta_none;
    const [low, high] = [Math.floor(range[0] / 60), Math.ceil(range[1] / 60)];
    if (range[1] < 60) return texts.eta_soon;
    if (range[1] - range[0] < 60) return fill(texts.eta_one, { high: span(Math.round(range[1] / 60)) });
    return fill(low < 1 ? texts.eta_most : texts.eta_range, { low: span(low), high: span(high) });
  };
  const span = (minutes) => {
    const parts = [[texts.hours, Math.floor(minutes / 60)], [texts.minutes, minutes % 60]];
    return parts.filter(([, n]) => n > 0).map(([text, n]) => fill(text, { n })).join(' ');
  };

  // Answers come in whole seconds: a clock that is less than two of them off is left as it runs.
  const clock = (status, seconds) => {
    const runs = typeof seconds === 'number';
    const end = runs ? Date.now() + 1000 * seconds : 0;
    if (Math.abs(end - ends) > 2000) [ends, warned] = [end, Infinity];
    write('until', { ready: texts.claim, admitted: texts.session }[status] ?? texts.opens);
    show('when', runs && status === 'prequeue');
    write('when', runs ? new Date(ends).toLocaleString(language, { dateStyle: 'long', timeStyle: 'short' }) : '');
    tick();
  };

  const tick = () => {
    show('clock', ends > 0);
    if (ends === 0) return;
    const seconds = Math.max(0, Math.round((ends - Date.now()) / 1000));
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const two = (n) => String(n).padStart(2, '0');
    write('left', h >= 48 ? fill(texts.days, { n: Math.floor(h / 24) }) : h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`);
    const mark = [10, 30].find((bound) => seconds <= bound) ?? Infinity;
    if ($('room').dataset.state === 'ready' && mark < warned) write('news', fill(texts.claim_news, { n: seconds }));
    warned = Math.min(warned, mark);
  };

  // A pass travels to another origin in the fragment; pages of this gateway have its cookie.
  const onward = (pass) => {
    if (returnTo.startsWith('/')) return returnTo;
    return `${returnTo}${returnTo.includes('#') ? '&' : '#'}reservation_token=${encodeURIComponent(pass)}`;
  };

  // One request at a time follows clicks.
  let working = false;
  const clicked = (id, act) => $(id).addEventListener('click', async () => {
    if (working) return;
    working = true;
    try { await act(); } catch (fault) { lost(fault.wait); } finally { working = false; }
  });
  clicked('enter', async () => {
    const ticket = store.get('ticket');
    const { status, answer } = await call('POST', '/api/v1/queue/enter', {}, { waiting_token: ticket });
    if (status === 404 || status === 410) {
      forget(ticket);
      end('expired');
    } else {
      if (status === 200 && returnTo) location.assign(onward(answer.reservation_token));
      next(0);
    }
  });
  clicked('go', async () => {
    const ticket = store.get('ticket');
    await call('POST', '/api/v1/queue/leave', {}, { waiting_token: ticket });
    forget(ticket);
    store.remove('signed');
    end('left');
  });
  $('leave').addEventListener('click', () => $('leaving').showModal());
  $('stay').addEventListener('click', () => $('leaving').close());
  $('again').addEventListener('click', () => {
    ended = false;
    ['again', 'back', 'message'].forEach((id) => show(id, false));
    state('joining');
    next(0);
  });
  ['online', 'offline'].forEach((name) => addEventListener(name, () => next(0)));
  document.addEventListener('visibilitychange', () => { if (!document.hidden) next(0); });

  if (returnTo) $('back').href = returnTo;
  show('plain', false);
  setInterval(tick, 1000);
  round();
})();
