/** What every command shares through which money comes over the desk: the drawer, its open shift, numbers of papers. */
import { createHash } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { localCompact } from '@mach/base/time.ts';
import type { CommandContext } from '@mach/engine/command.ts';
import type { Reference } from '@mach/fhir/types.ts';
import { type Paper, referredId } from '../papers.ts';

/** PC261124-00003: kind of paper, day of Vietnam and serial of the day. A number is never given twice. */
export async function paperNumber(ctx: CommandContext, prefix: string, counter: string): Promise<string> {
  const day = localCompact(ctx.performedAt, 8);
  return `${prefix}${day.slice(2)}-${String(await ctx.next(`${counter}:${day}`)).padStart(5, '0')}`;
}

/** One record a cashier: it is locked by whatever moves the cash, and names the shift that is open. */
export const drawerId = (login: string): string =>
  `drawer-${createHash('sha256').update(login).digest('hex').slice(0, 40)}`;

export interface Desk {
  /** Id of the open shift; undefined where none is open and none is needed. */
  shift: string | undefined;
}

/**
 * The desk of the one who acts. Cash needs an open shift, so that somebody counts it; other ways are noted down for the
 * shift that happens to be open. The program's own work (a simulated hospital, an import) has no drawer to count.
 */
export async function deskOf(ctx: CommandContext, cash: boolean): Promise<Desk> {
  const id = drawerId(ctx.actor.login);
  const found = await ctx.find<Paper>('Basic', id);
  const drawer = found && cash ? await ctx.lock<Paper>('Basic', id) : found;
  const shift = drawer && referredId(drawer, 'shift');
  if (shift !== undefined || !cash || ctx.actor.id.startsWith('system:')) return { shift };
  throw refuse(
    409,
    'no-shift',
    { vi: 'Chưa mở ca: chưa thu, chi tiền mặt được', en: 'No shift is open: cash cannot be taken or given' },
    {
      field: 'shift',
      remedy: { vi: 'Mở ca với số tiền lẻ đầu ca, rồi làm lại', en: 'Open a shift with its float, then try again' },
    },
  );
}

/** Who did it, as a reference where the person is a practitioner of the house. */
export function authorOf(ctx: CommandContext): Reference {
  const { practitioner, name } = ctx.actor;
  return practitioner === null ? { display: name } : { reference: `Practitioner/${practitioner}`, display: name };
}
