import type { BrowserContext, Page } from 'playwright-core';

/** A part of what a screen says, and whether the house's own records say it. */
interface Said {
  readonly text: string;
  readonly data: boolean;
}

/** Letters that only Vietnamese writes. */
const VIETNAMESE = /[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]/iu;
/** Between the parts of a line: names and words of the screen stand beside each other. */
const BETWEEN = /[·|,;:()[\]/–—"“”…]|\s-\s|\n/;
/** What is Vietnamese in any language: the language's own name, the insurance. */
const NAMES = new Set(['tiếng việt', 'mạch']);
/** Numbers of decisions and circulars: `QĐ 1313`, `NĐ-CP`. */
const DOCUMENT = /^(?:(?:qđ|nđ|tt|cv)[\d -]|qđ-byt$|nđ-cp$)/;

const plain = (text: string): string => text.normalize('NFC').replaceAll(/\s+/g, ' ').trim().toLocaleLowerCase('vi');

/** Every string of an answer, without the half of a text in two languages that is not shown. */
function strings(value: unknown, into: string[]): void {
  if (typeof value === 'string') {
    into.push(value);
    // Some columns carry lists as text.
    if (/^[[{]/.test(value)) {
      try {
        strings(JSON.parse(value), into);
      } catch {
        // Text that begins with a bracket.
      }
    }
  } else if (Array.isArray(value)) for (const one of value) strings(one, into);
  else if (value !== null && typeof value === 'object') {
    const one = value as Record<string, unknown>;
    const both = typeof one.vi === 'string' && typeof one.en === 'string';
    for (const [key, part] of Object.entries(one)) if (!both || key !== 'vi') strings(part, into);
  }
}

/** What is left of a line when the names that stand in it are taken out. */
function without(text: string, names: ReadonlySet<string>): string {
  const inside = [...names].filter((one) => one.length > 2 && text.includes(one));
  return inside.toSorted((a, b) => b.length - a.length).reduce((rest, one) => rest.replaceAll(one, ' '), text);
}

/**
 * Listens to what the server answers. @returns what a page says now, part by part: what stands in an answer is data (a
 * name, a room, a drug), the rest are words of the screen.
 */
export function hearData(context: BrowserContext): (page: Page) => Promise<Said[]> {
  const heard = new Set<string>();
  let blob = '';
  context.on('response', (answer) => {
    if (!/json/.test(answer.headers()['content-type'] ?? '')) return;
    answer
      .json()
      .then((body: unknown) => {
        const found: string[] = [];
        strings(body, found);
        for (const text of found.map(plain)) {
          if (heard.has(text) || !VIETNAMESE.test(text)) continue;
          heard.add(text);
          blob += `\n${text}`;
        }
      })
      // The page left before the answer had been read.
      .catch(() => undefined);
  });
  return async (page) => {
    const texts = await page.evaluate(() => {
      const shown = (one: Element): boolean =>
        one.checkVisibility({ visibilityProperty: true, opacityProperty: false });
      const all: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const { parentElement: parent, textContent: text } = node;
        if (parent && text?.trim() && shown(parent) && !parent.closest('script, style, [lang="vi"]:not(html)'))
          all.push(text);
      }
      for (const one of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
        if (shown(one))
          for (const name of ['aria-label', 'placeholder', 'title', 'alt']) all.push(one.getAttribute(name) ?? '');
      return [...new Set(all)];
    });
    return texts
      .flatMap((text) => text.split(BETWEEN).map(plain))
      .filter((text) => VIETNAMESE.test(text) && !NAMES.has(text) && !DOCUMENT.test(text))
      .map((text) => ({ text, data: blob.includes(text) || !VIETNAMESE.test(without(text, heard)) }));
  };
}

/** Words of the screen that are still Vietnamese. */
export const untranslated = (said: readonly Said[]): string[] => [
  ...new Set(said.filter(({ data }) => !data).map(({ text }) => text)),
];

/** Changes how a page is shown, as another window of the same device does. */
export async function speak(
  page: Page,
  preferences: { language: 'vi' | 'en'; theme: 'light' | 'dark' },
): Promise<void> {
  await page.evaluate((change) => {
    const key = 'mach.preferences';
    localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key) ?? '{}'), ...change }));
    window.dispatchEvent(new StorageEvent('storage', { key }));
  }, preferences);
}
