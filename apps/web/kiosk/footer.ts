import type { Translate } from '@mach/ui/texts/texts.ts';
import { button, el } from './dom.ts';
import { callStaff } from './doors.ts';
import type { texts } from './texts.ts';

/** What has become of the call for staff; forgotten with the person before the screen. */
let call: 'none' | 'calling' | 'called' | 'failed' = 'none';
let forget: ReturnType<typeof setTimeout> | undefined;
/** The answer stays for so long, whatever else the screen shows, ms. */
const STAYS = 60_000;

export function forgetCall(): void {
  // Somebody who waits for help may stand before a screen that has cleared itself.
  if (call === 'failed') call = 'none';
}

/** Under every page: a person, and a screen that a hand in a wheelchair reaches. */
export function footer(
  t: Translate<(typeof texts)['vi']>,
  { low, onLow, draw }: { readonly low: boolean; readonly onLow: () => void; readonly draw: () => void },
): HTMLElement {
  async function ask(): Promise<void> {
    call = 'calling';
    draw();
    call = await callStaff().then(
      () => 'called' as const,
      () => 'failed' as const,
    );
    clearTimeout(forget);
    forget = setTimeout(() => {
      call = 'none';
      draw();
    }, STAYS);
    draw();
  }
  const height = button('kio-foot-button', onLow, t(low ? 'higher' : 'lower'));
  height.setAttribute('aria-pressed', String(low));
  const said = { none: '', calling: t('calling'), called: t('called'), failed: t('callFailed') }[call];
  const answer = el('span', 'kio-called', said);
  answer.setAttribute('role', 'status');
  const asking = call === 'none' || call === 'failed';
  const help = button('kio-foot-button kio-help', () => void ask(), t('call'));
  return el('footer', 'kio-foot', height, answer, ...(asking ? [help] : []));
}
