import '@mach/ui/tokens/fonts.css';
import type { KioskLookResult, KioskTakeResult } from '@mach/reception/contract.ts';
import { printForm } from '@mach/ui/data/print.ts';
import { formatTime } from '@mach/ui/format/date.ts';
import { translator } from '@mach/ui/texts/texts.ts';
import { button, el } from './dom.ts';
import { type KioskRoom, look, Refused, rooms, signIn, signOut, standing, take, waits } from './doors.ts';
import { footer, forgetCall } from './footer.ts';
import './kiosk.css';
import { listenToScanner } from './scanner.ts';
import { texts } from './texts.ts';

/** A screen that nobody touches is cleared after so long, ms; the number stays a little shorter. */
const IDLE = 30_000;
const NUMBER_STAYS = 15_000;
/** Before it clears, the screen says so for this long, and a touch gives more time, ms. */
const WARNING = 10_000;
const DIGITS = 10;

let language: 'vi' | 'en' = 'vi';
let t = translator(texts, language);
const root = document.getElementById('kiosk') ?? document.body;

/** The person before the screen; forgotten at every reset. */
interface Visitor {
  text: string;
  found: KioskLookResult;
  rooms: KioskRoom[];
  waits: ReadonlyMap<string, { from: number; to: number }>;
  payer: 'bhyt' | 'fee';
  all: boolean;
}
let visitor: Visitor | undefined;
let idle: ReturnType<typeof setTimeout> | undefined;
let ending: HTMLElement | undefined;
/** The controls in the lower half, for somebody in a wheelchair. */
let low = false;
let draw: () => void = start;
let busy = false;

function rest(after = IDLE): void {
  clearTimeout(idle);
  ending?.remove();
  ending = undefined;
  idle = setTimeout(() => end(after), after - WARNING);
}

/** The last seconds are counted; whoever needs more time takes it by one touch. */
function end(after: number): void {
  const until = Date.now() + WARNING;
  const count = el('span', '', t('left', { n: WARNING / 1000 }));
  const bar = el(
    'div',
    'kio-ending',
    count,
    button('kio-stay', () => rest(after), t('stay')),
  );
  bar.setAttribute('role', 'alert');
  ending = bar;
  root.append(bar);
  const tick = (): void => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) {
      reset();
      return;
    }
    count.textContent = t('left', { n: left });
    idle = setTimeout(tick, 250);
  };
  tick();
}

/** Nothing of the person before is left: not on the screen, not in memory, not in the reader. */
function reset(): void {
  visitor = undefined;
  busy = false;
  scanner.clear();
  document.getElementById('m-print-frame')?.remove();
  clearTimeout(idle);
  ending?.remove();
  ending = undefined;
  low = false;
  forgetCall();
  if (language !== 'vi') speak('vi');
  show(start);
}

function speak(next: 'vi' | 'en'): void {
  language = next;
  t = translator(texts, language);
  document.documentElement.lang = language;
  document.title = t('title');
}

function show(page: () => void): void {
  draw = page;
  draw();
}

function page(...inside: Node[]): void {
  const other = button(
    'kio-language',
    () => {
      speak(language === 'vi' ? 'en' : 'vi');
      if (visitor) rest();
      draw();
    },
    t('language'),
  );
  other.lang = language === 'vi' ? 'en' : 'vi';
  root.replaceChildren(
    el('header', 'kio-head', el('h1', '', t('title')), other),
    el('section', 'kio-body', ...inside),
    footer(t, { low, onLow: lower, draw: () => draw() }),
    ...(ending ? [ending] : []),
  );
  root.classList.toggle('kio-low', low);
  root.querySelector<HTMLElement>('[data-first]')?.focus();
}

function lower(): void {
  low = !low;
  if (draw !== start) rest();
  // Whoever walks away from the first page leaves it as it was found.
  else idle = setTimeout(reset, IDLE);
  draw();
}

function start(): void {
  if (!low) clearTimeout(idle);
  const card = el('div', 'kio-card', el('i', 'kio-chip'), el('i', 'kio-lines'), el('i', 'kio-qr'));
  card.setAttribute('aria-hidden', 'true');
  page(
    card,
    el('h2', '', t('scan')),
    el('p', 'kio-hint', t('scanHint')),
    button('kio-big kio-second', () => show(typing), t('type')),
  );
}

let typed = '';
function typing(): void {
  typed = '';
  rest();
  const shown = el('output', 'kio-typed', '');
  const go = button('kio-big', () => void find(typed), t('go'));
  const change = (next: string): void => {
    typed = next.slice(0, DIGITS);
    shown.textContent = typed.replace(/(\d{4})(?=\d)/g, '$1 ');
    go.disabled = typed.length < DIGITS;
    rest();
  };
  const key = (digit: string): HTMLElement => button('kio-key', () => change(typed + digit), digit);
  const keys = el('div', 'kio-keys', ...['1', '2', '3', '4', '5', '6', '7', '8', '9'].map(key));
  keys.append(
    button('kio-key kio-word', reset, t('back')),
    key('0'),
    button('kio-key kio-word', () => change(typed.slice(0, -1)), t('erase')),
  );
  page(el('h2', '', t('typeTitle')), el('p', 'kio-hint', t('typeHint')), shown, keys, go);
  change('');
}

function told(title: string, hint: string, first = t('done')): void {
  rest();
  const close = button('kio-big', reset, first);
  close.dataset.first = '';
  page(el('h2', '', title), el('p', 'kio-hint kio-large', hint), close);
}

const why = (error: unknown): string => (error instanceof Refused && error.text ? error.text[language] : t('offline'));

async function find(text: string): Promise<void> {
  if (busy) return;
  busy = true;
  rest();
  show(() => page(el('h2', '', t('looking'))));
  try {
    const [found, list, wait] = await Promise.all([look(text), rooms(), waits()]);
    if (found.outcome === 'unknown') show(() => told(t('unknown'), t('unknownHint')));
    else if (found.outcome === 'desk') show(() => told(t('desk'), found.why?.[language] ?? ''));
    else {
      visitor = { text, found, rooms: list, waits: wait, payer: found.insured ? 'bhyt' : 'fee', all: false };
      show(choose);
    }
  } catch (error) {
    if (error instanceof Refused && (error.status === 401 || error.status === 403)) void open();
    else show(() => told(t('desk'), why(error)));
  } finally {
    busy = false;
  }
}

function roomButton(room: KioskRoom, mark: string): HTMLElement {
  const wait = visitor?.waits.get(room.code ?? '');
  return button(
    'kio-room',
    () => void choice(room),
    el('b', '', room.code ?? ''),
    el('span', 'kio-room-name', (room.name ?? '').replace(/\s*\([^)]*\)/g, '')),
    el('span', 'kio-room-wait', [mark, wait ? t('waits', wait) : t('atOnce')].filter(Boolean).join(' · ')),
  );
}

function choose(): void {
  if (!visitor) {
    reset();
    return;
  }
  rest();
  const { found, payer } = visitor;
  const { appointment } = found;
  const booked = visitor.rooms.find((room) => room.key === appointment?.room);
  const inside: Node[] = [el('h2', '', t('hello', { name: found.name ?? '' }))];
  if (found.insured) {
    const choices = (['bhyt', 'fee'] as const).map((one) => {
      const pick = button(
        'kio-pick',
        () => {
          if (visitor) visitor = { ...visitor, payer: one };
          show(choose);
        },
        t(one === 'bhyt' ? 'insured' : 'fee'),
      );
      pick.setAttribute('aria-pressed', String(payer === one));
      return pick;
    });
    const group = el('div', 'kio-picks', ...choices);
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', t('payer'));
    inside.push(group);
  } else inside.push(el('p', 'kio-hint', t('fee')));
  if (appointment && booked && !visitor.all) {
    inside.push(
      el('p', 'kio-hint kio-large', t('appointment', { time: formatTime(appointment.at), room: booked.name ?? '' })),
      roomButton(booked, t('booked')),
      button(
        'kio-big kio-second',
        () => {
          if (visitor) visitor = { ...visitor, all: true };
          show(choose);
        },
        t('otherRoom'),
      ),
    );
  } else {
    const last = (room: KioskRoom): number => (room.key === found.lastRoom ? 0 : 1);
    const list = visitor.rooms.toSorted((a, b) => last(a) - last(b));
    inside.push(
      el('p', 'kio-hint kio-large', t('room')),
      el('div', 'kio-rooms', ...list.map((room) => roomButton(room, last(room) === 0 ? t('lastTime') : ''))),
    );
  }
  inside.push(button('kio-quiet', reset, t('back')));
  page(...inside);
}

async function choice(room: KioskRoom): Promise<void> {
  const one = visitor;
  if (!one || busy) return;
  busy = true;
  rest();
  const wait = one.waits.get(room.code ?? '');
  const isBooked = room.key === one.found.appointment?.room;
  try {
    const taken = await take({
      text: one.text,
      room: room.key,
      payer: one.payer,
      // The reason stands in the record, which is Vietnamese whatever language the screen spoke.
      reason: texts.vi[isBooked ? 'reasonBooked' : 'reason'],
      ...(wait ? { told: wait } : {}),
    });
    visitor = undefined;
    void number(taken, wait);
  } catch (error) {
    show(() => told(t('desk'), why(error)));
  } finally {
    busy = false;
  }
}

async function number(taken: KioskTakeResult, wait: { from: number; to: number } | undefined): Promise<void> {
  let note: 'printing' | 'noPaper' = 'printing';
  show(() => {
    rest(NUMBER_STAYS);
    const close = button('kio-big', reset, t('done'));
    close.dataset.first = '';
    page(
      el('p', 'kio-hint kio-large', t('number')),
      el('p', 'kio-number', taken.queueNumber),
      el('h2', '', taken.door ? t('door', { door: taken.door }) : taken.roomName),
      ...(wait ? [el('p', 'kio-hint kio-large', t('waits', wait))] : []),
      el('p', 'kio-hint', t(note)),
      close,
    );
  });
  const shown = draw;
  await printForm('reception.ticket', taken.encounter).catch(() => {
    note = 'noPaper';
    if (draw === shown) draw();
  });
}

/** Signing the device in: once, by whoever sets it up. */
function door(message = ''): void {
  clearTimeout(idle);
  const account = el('input', '') as HTMLInputElement;
  const password = el('input', '') as HTMLInputElement;
  account.autocomplete = 'username';
  password.type = 'password';
  password.autocomplete = 'current-password';
  const form = el(
    'form',
    'kio-form',
    el('label', '', t('account'), account),
    el('label', '', t('password'), password),
    el('button', 'kio-big', t('open')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    signIn(account.value, password.value).then(open, () => show(() => door(t('wrong'))));
  });
  page(el('h2', '', t('signIn')), el('p', 'kio-hint', message || t('signInHint')), form);
}

async function open(): Promise<void> {
  try {
    const who = await standing();
    if (who === 'ready') reset();
    else if (who === 'none') show(() => door());
    else
      show(() =>
        page(
          el('p', 'kio-hint kio-large', t('notKiosk')),
          button('kio-big', () => void signOut().then(open), t('signOut')),
        ),
      );
  } catch {
    show(() =>
      page(
        el('h2', '', t('offline')),
        button('kio-big', () => void open(), t('again')),
      ),
    );
  }
}

const scanner = listenToScanner((text) => {
  // Somebody stands before a choice: the card that is read now begins anew, whoever's it is.
  visitor = undefined;
  void find(text);
});
document.addEventListener('pointerdown', () => visitor && rest());
document.addEventListener('contextmenu', (event) => event.preventDefault());
speak('vi');
void open();
