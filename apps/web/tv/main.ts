import '@mach/ui/tokens/fonts.css';
import type { Board, BoardRoom } from '@mach/operations/board/board.ts';
import { translator } from '@mach/ui/texts/texts.ts';
import { type Announcement, announcementsOf, Caller, roomsFor } from './calls.ts';
import { type LineState, listen } from './line.ts';
import { texts } from './texts.ts';
import './tv.css';
import { Voice } from './voice.ts';

/** Rooms that fit on the wall at a size that is read from six metres. */
const ROOMS = 6;
/** A wall with more rooms turns its page, ms. */
const TURN = 10_000;
/** Calls that stay under the large one. */
const BEFORE = 3;

const options = new URLSearchParams(location.search);
const language = options.get('lang') === 'en' ? 'en' : 'vi';
const t = translator(texts, language);
document.documentElement.lang = language;
document.title = t('title');

/** `el('p', 'tv-x', 'text', child)`: text is only ever text here. */
function el(name: string, className: string, ...inside: (string | Node)[]): HTMLElement {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.append(...inside);
  return element;
}

const root = document.getElementById('board') ?? document.body;
const facility = el('span', 'tv-facility');
const clock = el('span', 'tv-clock');
const notice = el('p', 'tv-notice', t('connecting'));
const call = el('section', 'tv-call');
call.setAttribute('aria-live', 'polite');
const rooms = el('section', 'tv-rooms');
const foot = el('footer', 'tv-foot');
const sound = el('button', 'tv-sound', t('sound'));
root.append(el('header', 'tv-head', facility, el('span', 'tv-title', t('title')), clock), notice, call, rooms, foot);

let board: Board | undefined;
let shown: BoardRoom[] = [];
let page = 0;
let current: Announcement | undefined;
let muted = false;

const caller = new Caller();
const voice = new Voice({
  language,
  wanted: options.get('voice'),
  sentence: (number, room) => t('say', { number, room }),
  onCall: (next) => {
    current = next;
    drawCall();
    drawRooms();
  },
  onMuted: (now) => {
    muted = now;
    drawFoot();
  },
});
sound.addEventListener('click', () => void voice.unlock());

function drawCall(): void {
  const all = announcementsOf(shown).sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const large = current ?? all[0];
  call.classList.toggle('tv-call-now', current !== undefined);
  if (!large) {
    call.replaceChildren(el('p', 'tv-none', t('nobody')), el('p', 'tv-none-hint', t('nobodyHint')));
    return;
  }
  const before = all.filter((one) => one.id !== large.id).slice(0, BEFORE);
  call.replaceChildren(
    el('p', 'tv-call-word', t('calling')),
    el('p', 'tv-call-number', large.number),
    el('p', 'tv-call-name', large.name),
    el('p', 'tv-call-room', `${t('room')} `, el('b', '', large.room)),
    el('p', 'tv-call-roomname', large.roomName),
    ...(before.length === 0 ? [] : [el('p', 'tv-before-word', t('before'))]),
    ...before.map((one) => el('p', 'tv-before', el('b', '', one.number), el('span', '', `${t('room')} ${one.room}`))),
  );
}

function roomRow(room: BoardRoom): HTMLElement {
  const [first] = room.calling;
  const now = first ?? { number: '—', name: '' };
  const more = room.waiting - Math.min(room.next.length, 3);
  const row = el(
    'div',
    'tv-room',
    el(
      'div',
      'tv-door',
      el('b', 'tv-door-code', room.code),
      ...(room.wait ? [el('span', 'tv-wait', t('wait', room.wait))] : []),
      el('span', 'tv-door-name', room.name),
    ),
    el('div', 'tv-now', el('b', 'tv-number', now.number), el('span', 'tv-name', now.name)),
    el(
      'div',
      'tv-next',
      ...room.next.slice(0, 3).map((one) => el('span', '', one.number)),
      ...(more > 0 ? [el('span', 'tv-more', `+${more}`)] : []),
    ),
  );
  if (current && current.id === first?.id) row.classList.add('tv-room-now');
  return row;
}

function drawRooms(): void {
  const pages = Math.max(1, Math.ceil(shown.length / ROOMS));
  page %= pages;
  if (current) {
    const at = shown.findIndex((room) => room.calling.some((one) => one.id === current?.id));
    if (at >= 0) page = Math.floor(at / ROOMS);
  }
  const heads = el(
    'div',
    'tv-room tv-heads',
    el('span', '', t('room')),
    el('span', '', t('inside')),
    el('span', '', t('next')),
  );
  const rows = shown.slice(page * ROOMS, (page + 1) * ROOMS).map(roomRow);
  rooms.replaceChildren(heads, ...(rows.length === 0 ? [el('p', 'tv-none', t('quiet'))] : rows));
  drawFoot();
}

function drawFoot(): void {
  const pages = Math.max(1, Math.ceil(shown.length / ROOMS));
  const waiting = shown.reduce((sum, room) => sum + room.waiting, 0);
  foot.replaceChildren(
    el('span', '', t('waiting', { n: waiting })),
    el('span', '', pages > 1 ? t('page', { page: page + 1, pages }) : ''),
    ...(muted ? [sound] : []),
    ...(!muted && board && !voice.voice() ? [el('span', 'tv-quiet', t('noVoice'))] : []),
  );
}

function say(state: LineState): void {
  notice.hidden = state === 'open';
  notice.textContent =
    state === 'closed'
      ? t('closed')
      : state === 'lost' && board
        ? t('lost', { time: timeOf(new Date(board.at)) })
        : t('connecting');
}

const zone = new Intl.DateTimeFormat('vi-VN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Ho_Chi_Minh' });
const timeOf = (date: Date): string => zone.format(date);
function tick(): void {
  clock.textContent = timeOf(new Date());
}

setInterval(tick, 1_000);
setInterval(() => {
  if (!current) page++;
  drawRooms();
}, TURN);
tick();
voice.probe();
drawCall();
drawRooms();
listen(
  options.get('facility'),
  (next) => {
    board = next;
    shown = roomsFor(next, options.get('rooms'));
    facility.textContent = next.facility;
    const fresh = caller.fresh(next, shown);
    drawCall();
    drawRooms();
    voice.call(fresh);
  },
  say,
);
