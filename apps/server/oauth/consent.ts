import type { Actor } from '@mach/engine';
import { isRecordScope } from './asked.ts';
import { esc, field, page, say } from './pages.ts';
import type { PatientLine } from './patients.ts';
import { type Language, scopeInWords, TEXTS } from './texts.ts';

/** What every page of one request is about. */
export interface View {
  readonly uid: string;
  readonly language: Language;
  /** Name of the app that asks. */
  readonly app: string;
  readonly facility: string;
}

const at = ({ uid, language }: View, path = '', query: Readonly<Record<string, string>> = {}): string =>
  `/oauth2/interaction/${uid}${path}?${new URLSearchParams({ s: '1', lang: language, ...query })}`;

const otherLanguage = (view: View, query: Readonly<Record<string, string>> = {}): string =>
  at({ ...view, language: view.language === 'vi' ? 'en' : 'vi' }, '', query);

const form = (view: View, path: string, body: string, attributes = ''): string =>
  `<form method="post" action="${esc(at(view, path))}" ${attributes}>${body}</form>`;

/** Comes back by itself as our own request, with the session's cookie. */
export function refreshPage(view: View): string {
  const body = `<p><a href="${esc(at(view))}">${say('opening', view.language)}</a></p>`;
  return page({ language: view.language, title: TEXTS.opening[view.language], body, refresh: at(view) });
}

export interface SignInState {
  readonly account?: string;
  readonly issue?: string | undefined;
  /** The password was right: a code is asked for under this ticket. */
  readonly ticket?: string | undefined;
  /** What is missing can only be done on the main page. */
  readonly inApp?: boolean;
  /** Signed in at another facility. */
  readonly elsewhere?: boolean;
}

export function signInPage(view: View, state: SignInState): string {
  const { language } = view;
  const mainPage = `<a href="/" target="_blank" rel="noopener">`;
  const done = `<a href="${esc(at(view))}">${say('signedInDone', language)}</a>`;
  const issue = state.issue ? `<p class="issue" role="alert">${esc(state.issue)}</p>` : '';
  const elsewhere = state.elsewhere
    ? `<p class="issue">${say('otherFacility', language, { facility: view.facility })}</p>`
    : '';
  const go = `<button class="primary">${say('next', language)}</button>`;
  let inner: string;
  if (state.inApp)
    inner = `<p>${say('inApp', language)}</p><p>${mainPage}${say('openApp', language)}</a></p><p>${done}</p>`;
  else if (state.ticket)
    inner = form(
      view,
      '/sign-in',
      `<input type="hidden" name="ticket" value="${esc(state.ticket)}">${field(
        say('code', language),
        'code',
        'type="text" inputmode="text" autocomplete="one-time-code" autofocus required maxlength="40"',
      )}${go}`,
    );
  else
    inner = `${form(
      view,
      '/sign-in',
      `${field(
        say('account', language),
        'account',
        `type="text" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="100" value="${esc(state.account)}"${state.account ? '' : ' autofocus'}`,
      )}${field(
        say('password', language),
        'password',
        `type="password" autocomplete="current-password" required maxlength="200"${state.account ? ' autofocus' : ''}`,
      )}${go}`,
    )}<p class="quiet">${mainPage}${say('orInApp', language)}</a> · ${done}</p>`;
  const body = `<h1>${say('signIn', language)} ${say('signInFor', language, { app: view.app })}</h1>
<p class="quiet">${esc(view.facility)}</p>${elsewhere}${issue}${inner}`;
  return page({ language, title: TEXTS.signIn[language], body, switchTo: otherLanguage(view) });
}

const whoIs = (view: View, person: Actor): string =>
  `<dt>${say('as', view.language)}</dt><dd>${esc(person.name)} <small>${say('at', view.language)} ${esc(view.facility)}</small></dd>`;

const otherAccount = (view: View): string =>
  `<p class="quiet"><a href="${esc(at(view, '', { sign: '1' }))}">${say('other', view.language)}</a></p>`;

export function patientPage(
  view: View,
  person: Actor,
  words: string,
  found: { readonly lines: readonly PatientLine[]; readonly more: boolean } | undefined,
): string {
  const { language, uid } = view;
  const hidden = `<input type="hidden" name="s" value="1"><input type="hidden" name="lang" value="${language}">`;
  const search = `<form class="find" method="get" action="/oauth2/interaction/${esc(uid)}" role="search">${hidden}${field(
    say('chooseHint', language),
    'q',
    `type="search" autofocus required minlength="2" maxlength="80" value="${esc(words)}"`,
  )}<button class="primary">${say('find', language)}</button></form>`;
  const lines = (found?.lines ?? []).map(
    (line) =>
      `<li><button name="patient" value="${esc(line.id)}"><b>${esc(line.name)}</b><small>${esc(line.detail)}</small></button></li>`,
  );
  const list =
    lines.length > 0
      ? `<form method="get" action="/oauth2/interaction/${esc(uid)}">${hidden}<ul class="people">${lines.join('')}</ul></form>`
      : found
        ? `<p role="status">${say('none', language)}</p>`
        : '';
  const more = found?.more ? `<p class="quiet">${say('more', language)}</p>` : '';
  const body = `<h1>${say('choose', language)}</h1><dl>${whoIs(view, person)}</dl>${search}${list}${more}
${form(view, '/refuse', `<button>${say('refuse', language)}</button>`)}`;
  return page({
    language,
    title: TEXTS.choose[language],
    body,
    switchTo: otherLanguage(view, words ? { q: words } : {}),
  });
}

/** What of the scopes that an app asks for a person can give. */
export interface Rights {
  readonly given: readonly string[];
  readonly withheld: readonly string[];
  /** The letters of `cruds` that this person has of each scope. */
  readonly letters: ReadonlyMap<string, string>;
}

export interface ConsentParts {
  readonly person: Actor;
  readonly patient: PatientLine | undefined;
  readonly rights: Rights;
  /** The patient was chosen here, not by the record that the app was opened from. */
  readonly canChange: boolean;
}

export function consentPage(view: View, { person, patient, rights, canChange }: ConsentParts): string {
  const { language } = view;
  const { given, withheld, letters } = rights;
  const records = given.filter(isRecordScope).map((s) => `<li>${esc(scopeInWords(s, language, letters.get(s)))}</li>`);
  const identity = given.some((s) => s === 'profile' || s === 'fhirUser' || s === 'openid');
  const offline = given.includes('offline_access');
  const list = [
    ...records,
    ...(identity ? [`<li>${say('identity', language)}</li>`] : []),
    ...(offline ? [`<li>${say('offline', language)}</li>`] : []),
    ...withheld.map(
      (s) =>
        `<li class="withheld"><s>${esc(scopeInWords(s, language))}</s><small>${say('notYours', language)}</small></li>`,
    ),
  ];
  const who = patient
    ? `<dt>${say('forPatient', language)}</dt><dd>${esc(patient.name)} <small>${esc(patient.detail)}</small></dd>`
    : '';
  const change = patient && canChange ? ` · <a href="${esc(at(view))}">${say('change', language)}</a>` : '';
  const keep = patient ? `<input type="hidden" name="patient" value="${esc(patient.id)}">` : '';
  const body = `<h1>${say('asks', language, { app: view.app })}</h1><dl>${who}${whoIs(view, person)}</dl>
<h2>${say('will', language)}</h2><ul>${list.join('')}</ul>
${form(
  view,
  '/allow',
  `${keep}<div class="actions"><button formaction="${esc(at(view, '/refuse'))}">${say('refuse', language)}</button><button class="primary">${say('allow', language)}</button></div>`,
)}<p class="quiet">${otherAccount(view).replace(/<\/?p[^>]*>/g, '')}${change}</p>`;
  const query: Record<string, string> = patient ? { patient: patient.id } : {};
  return page({
    language,
    title: TEXTS.asks[language].replace('{app}', view.app),
    body,
    switchTo: otherLanguage(view, query),
  });
}
