import { type Language, languageOf, TEXTS } from './texts.ts';

/** Text that is safe inside an element or a quoted attribute. */
export function esc(text: unknown): string {
  return String(text ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** A sentence of the catalogue with its slots filled, ready for a page. */
export function say(key: keyof typeof TEXTS, language: Language, slots: Readonly<Record<string, string>> = {}): string {
  return esc(TEXTS[key][language].replace(/\{(\w+)\}/g, (_, name: string) => slots[name] ?? ''));
}

const MARK = `<svg class="mark" width="36" height="36" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7"/><path d="M5 17h5l3.2-8.5 5.6 15 3.2-6.5h5"/></svg>`;

export interface PageParts {
  readonly language: Language;
  readonly title: string;
  /** Already safe. */
  readonly body: string;
  /** The address of this page in the other language; none for pages that cannot be asked for again. */
  readonly switchTo?: string;
  /** Goes on by itself to this address of ours. */
  readonly refresh?: string;
}

/** A page without script: what it is like is in `/oauth2/style.css` alone. */
export function page({ language, title, body, switchTo, refresh }: PageParts): string {
  const other =
    switchTo === undefined ? '' : `<a class="language" href="${esc(switchTo)}">${say('language', language)}</a>`;
  const next = refresh === undefined ? '' : `<meta http-equiv="refresh" content="0;url=${esc(refresh)}">`;
  return `<!doctype html>
<html lang="${language}" data-density="touch"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${esc(title)} · Mạch</title><link rel="stylesheet" href="/oauth2/style.css"><meta name="robots" content="noindex">${next}</head>
<body><header>${MARK}<b>Mạch</b>${other}</header><main>${body}</main></body></html>`;
}

/** What went wrong, in a sentence for the person and a code for the one who made the app. */
export function errorPage(
  accepted: string,
  out: { readonly error?: unknown; readonly error_description?: unknown },
): string {
  const language = languageOf(undefined, accepted);
  const over = out.error_description === 'authorization request has expired' || out.error === 'session_not_found';
  return page({
    language,
    title: TEXTS.failed[language],
    body: `<h1>${say('failed', language)}</h1><p>${say(over ? 'over' : 'tell', language)}</p>
<p class="code">${esc(out.error)}: ${esc(out.error_description)}</p>`,
  });
}

/** The policy of these pages. A form may lead on to the app that asked, and nowhere else. */
export function pagePolicy(leadsTo: readonly string[]): string {
  const target = leadsTo
    .map((address) => new URL(address))
    .map((url) => ` ${/^https?:$/.test(url.protocol) ? url.origin : url.protocol}`)
    .join('');
  return `default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'${target}; frame-ancestors 'none'; base-uri 'none'`;
}

export const field = (label: string, name: string, attributes: string): string =>
  `<label class="field"><span>${label}</span><input name="${name}" ${attributes}></label>`;
