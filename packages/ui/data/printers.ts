import type { Text } from '@mach/base';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { PaperWanted } from './print.ts';
import { request } from './request.ts';

/** A printer that the administration has set up. */
export interface DeskPrinter {
  readonly id: string;
  readonly name: string;
  /** Where it stands. */
  readonly place: string;
  /** Id of the Location. */
  readonly room: string;
  readonly forms: Readonly<Record<string, PaperWanted>>;
}
export interface HouseForm {
  readonly form: string;
  readonly title: Text;
  /** The usual one first. */
  readonly papers: readonly string[];
}
export interface Printers {
  readonly forms: readonly HouseForm[];
  readonly printers: readonly DeskPrinter[];
}

/** What this device has chosen: printers by form, and the place of the last choice, whose printers come first. */
export interface DeskChoice {
  readonly place?: string;
  readonly forms: Readonly<Record<string, string>>;
}

const KEY = 'mach.desk-printers';
const NOTHING: DeskChoice = { forms: {} };
const listeners = new Set<() => void>();

function read(): DeskChoice {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    return stored && typeof stored === 'object' ? { ...NOTHING, ...stored } : NOTHING;
  } catch {
    return NOTHING;
  }
}
let current: DeskChoice = typeof localStorage === 'undefined' ? NOTHING : read();

/** Keeps the printer of a form for this device; the other forms follow to its place. */
export function choosePrinter(form: string, printer: DeskPrinter): void {
  current = { place: printer.room, forms: { ...current.forms, [form]: printer.id } };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A full or forbidden storage: the choice holds until the page is closed.
  }
  for (const tell of listeners) tell();
}

/**
 * Where a form goes from this desk: what was chosen for it, else the printer of the desk's place, else the only one that
 * takes it. Undefined: nobody has said, and the form is printed on its usual paper.
 */
export function printerFor(all: readonly DeskPrinter[], form: string, desk: DeskChoice): DeskPrinter | undefined {
  const able = all.filter((one) => one.forms[form] !== undefined);
  const here = able.filter((one) => one.room === desk.place);
  return (
    able.find((one) => one.id === desk.forms[form]) ??
    (here.length === 1 ? here[0] : undefined) ??
    (able.length === 1 ? able[0] : undefined)
  );
}

/** The forms of the house and the printers of its desks. */
export function usePrinters(): Printers | undefined {
  const { data } = useQuery({
    queryKey: ['printers'],
    queryFn: async ({ signal }) => (await request<Printers | undefined>('/api/print', { signal })) ?? null,
    staleTime: 5 * 60_000,
    // Without an answer forms are printed on their usual paper: nobody waits for it.
    retry: false,
  });
  return data ?? undefined;
}

/** Asks again which printers there are, once somebody has changed them. */
export function useRefreshPrinters(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ['printers'] });
}

/** The choice of this device, and who could print a form. */
export function useDeskPrinter(form: string): {
  readonly chosen: DeskPrinter | undefined;
  readonly able: readonly DeskPrinter[];
} {
  const printers = usePrinters()?.printers ?? [];
  const desk = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => current,
  );
  return {
    chosen: printerFor(printers, form, desk),
    able: printers.filter((one) => one.forms[form] !== undefined),
  };
}

/** Where a form goes from this desk, for code that prints several forms. */
export const deskPrinter = (printers: readonly DeskPrinter[], form: string): DeskPrinter | undefined =>
  printerFor(printers, form, current);
