import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const TOKENS = resolve(import.meta.dirname, '..', '..', '..', 'packages', 'ui', 'tokens');

const OWN = `
body { display: flex; flex-direction: column; min-height: 100dvh; background: var(--bg-canvas); }
header { display: flex; align-items: center; gap: var(--space-3); padding: var(--space-3) var(--space-4); color: var(--text-strong); }
header .language { margin-left: auto; display: inline-flex; align-items: center; min-height: var(--target); }
.mark rect { fill: var(--action-primary); }
.mark path { fill: none; stroke: var(--text-on-action); stroke-width: 2.6; stroke-linecap: round; stroke-linejoin: round; }
main { width: min(480px, 100%); margin: 0 auto; padding: var(--space-4) var(--space-4) var(--space-12); display: flex; flex-direction: column; gap: var(--space-4); }
@media (min-height: 640px) and (min-width: 600px) { main { padding-top: 8vh; } }
h1 { font-size: var(--size-title); line-height: var(--line-title); overflow-wrap: anywhere; }
h2 { font-size: var(--size-body); }
p { overflow-wrap: anywhere; }
.quiet { color: var(--text-muted); }
.code { padding: var(--space-3); border-radius: var(--radius-card); background: var(--bg-sunken); font-family: var(--font-code); font-size: var(--size-label); line-height: var(--line-label); }
.issue { padding: var(--space-3) var(--space-4); border-left: 3px solid var(--clin-critical); border-radius: var(--radius-control); background: var(--tint-critical); color: var(--text-strong); }
form { display: flex; flex-direction: column; gap: var(--space-4); }
.field { display: flex; flex-direction: column; gap: var(--space-1); }
.field span { font-size: var(--size-label); line-height: var(--line-label); font-weight: 600; color: var(--text-base); }
input:not([type]), input[type=text], input[type=password], input[type=search] { width: 100%; min-height: var(--control-h); padding: 0 var(--control-pad); border: 1px solid var(--border-control); border-radius: var(--radius-control); background: var(--bg-surface); color: var(--text-strong); }
button { min-height: var(--control-h); padding: 0 var(--space-4); border: 1px solid var(--border-control); border-radius: var(--radius-control); background: var(--bg-surface); color: var(--text-strong); font-weight: 600; text-align: center; }
button.primary { border-color: var(--action-primary); background: var(--action-primary); color: var(--text-on-action); }
button.primary:hover { background: var(--action-hover); }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.actions { display: flex; flex-wrap: wrap; gap: var(--space-3); }
.actions button { flex: 1 1 140px; }
.find { display: flex; flex-direction: row; align-items: flex-end; gap: var(--space-2); }
.find .field { flex: 1; min-width: 0; }
dl { display: grid; grid-template-columns: auto 1fr; gap: var(--space-1) var(--space-4); padding: var(--space-3) var(--space-4); border: 1px solid var(--border-hair); border-radius: var(--radius-card); background: var(--bg-surface); }
dt { color: var(--text-muted); }
dd { color: var(--text-strong); font-weight: 600; overflow-wrap: anywhere; }
dd small { display: block; font-weight: 400; font-size: inherit; color: var(--text-muted); }
ul { display: flex; flex-direction: column; border: 1px solid var(--border-hair); border-radius: var(--radius-card); background: var(--bg-surface); }
li + li { border-top: 1px solid var(--border-hair); }
li { padding: var(--space-3) var(--space-4); overflow-wrap: anywhere; }
li.withheld { color: var(--text-muted); }
li small { display: block; color: var(--text-muted); }
.people li { padding: 0; }
.people button { display: block; width: 100%; min-height: var(--row-h); padding: var(--space-2) var(--space-4); border: 0; background: none; text-align: left; font-weight: 400; }
.people button:hover { background: var(--tint-hover); }
.people b { color: var(--text-strong); }
.people small { display: block; color: var(--text-muted); }
`;

let text: string | undefined;

/** The style sheet of the pages: the design tokens, the fonts of the built app, and a few rules. */
export function styleSheet(web: string): string {
  text ??= [fonts(web), read('scale.css'), byPreference(read('colour.css')), read('reset.css'), OWN].join('\n');
  return text;
}

const read = (file: string): string => readFileSync(join(TOKENS, file), 'utf8');

/** These pages have no switch: night colours follow the device. */
function byPreference(css: string): string {
  const start = css.indexOf(':root[data-theme="dark"]');
  const end = css.indexOf('\n}', start);
  if (start < 0 || end < 0) return css;
  const dark = css.slice(start, end + 2).replace(':root[data-theme="dark"]', ':root');
  return `${css.slice(0, start)}@media (prefers-color-scheme: dark) {\n${dark}\n}${css.slice(end + 2)}`;
}

/** The font files as the app's build has named them; the system's font where there is no build. */
function fonts(web: string): string {
  let files: string[];
  try {
    files = readdirSync(join(web, 'assets'));
  } catch {
    return '';
  }
  const faces = read('fonts.css').match(/@font-face \{[^}]*\}/g) ?? [];
  return faces
    .flatMap((face) => {
      const [whole, name] = /"@fontsource[^"]*\/([^"/]+)\.woff2"/.exec(face) ?? [];
      const file = files.find((f) => name !== undefined && f.startsWith(`${name}-`) && f.endsWith('.woff2'));
      return whole && file ? [face.replace(whole, `"/assets/${file}"`)] : [];
    })
    .join('\n');
}
