/** The diagnoses of a visit while they are being written: principal first, no code twice. Pure. */
import { idOf } from '@mach/encounter/contract.ts';
import type { Condition, Encounter } from '@mach/fhir/types.ts';
import { CS } from '@mach/vn/systems.ts';
import type { DiagnoseInput, IcdCodeRow } from '../../../contract.ts';

export interface Dx {
  readonly code: string;
  /** Name of the code. */
  readonly display: string;
  /** As the doctor wrote it; empty: the name of the code. */
  readonly text: string;
  readonly principal: boolean;
  /** Carried over from an earlier visit and not yet touched. */
  readonly carried?: boolean;
}

/** One principal and twelve others. */
export const MOST_DIAGNOSES = 13;

/** Why a found code cannot be taken as it is; the name of a text. */
export type DxRefusal = 'dxTaken' | 'dxMoreSpecific' | 'dxMortality' | 'dxTooMany';

export function refusal(
  list: readonly Dx[],
  row: Pick<IcdCodeRow, 'code' | 'flags' | 'usable'>,
): DxRefusal | undefined {
  if (list.some((dx) => dx.code === row.code)) return 'dxTaken';
  if (list.length >= MOST_DIAGNOSES) return 'dxTooMany';
  if (row.usable) return undefined;
  return row.flags.includes('mortality-only') ? 'dxMortality' : 'dxMoreSpecific';
}

/** Adds a code; the first one that may be principal is. */
export function addDx(list: readonly Dx[], row: Pick<IcdCodeRow, 'code' | 'display' | 'principal'>): Dx[] {
  const principal = !list.some((dx) => dx.principal) && row.principal !== 'no';
  return principalFirst([...list, { code: row.code, display: row.display, text: '', principal }]);
}

/** Without a code; of those that stay the first takes the place of the principal one. */
export function removeDx(list: readonly Dx[], code: string): Dx[] {
  const rest = list.filter((dx) => dx.code !== code);
  if (rest.some((dx) => dx.principal)) return rest;
  return rest.map((dx, i) => ({ ...dx, principal: i === 0 }));
}

export function makePrincipal(list: readonly Dx[], code: string): Dx[] {
  return principalFirst(list.map((dx) => ({ ...dx, principal: dx.code === code, carried: false })));
}

export function withText(list: readonly Dx[], code: string, text: string): Dx[] {
  return list.map((dx) => (dx.code === code ? { ...dx, text, carried: false } : dx));
}

const principalFirst = (list: readonly Dx[]): Dx[] => [
  ...list.filter((dx) => dx.principal),
  ...list.filter((dx) => !dx.principal),
];

/** Two lists that would be recorded alike. */
export const sameDiagnoses = (a: readonly Dx[], b: readonly Dx[]): boolean =>
  JSON.stringify(toInput('', a)) === JSON.stringify(toInput('', b));

export function toInput(encounter: string, list: readonly Dx[]): DiagnoseInput {
  return {
    encounter,
    diagnoses: list.map((dx) => ({
      code: dx.code,
      ...(dx.text.trim() === '' || dx.text.trim() === dx.display ? {} : { text: dx.text.trim() }),
      principal: dx.principal,
    })),
  };
}

type Stored = Condition & { id: string };

function dxOf(condition: Stored, principal: boolean): Dx | undefined {
  const coding = condition.code?.coding?.find((c) => c.system === CS.icd10);
  if (!coding?.code) return undefined;
  const display = coding.display ?? '';
  const text = condition.code?.text ?? '';
  return { code: coding.code, display, text: text === display ? '' : text, principal };
}

/** What the records of a visit say. */
export function recorded(visit: Encounter, conditions: readonly Stored[]): Dx[] {
  const byId = new Map(conditions.map((c) => [c.id, c]));
  const ranked = [...(visit.diagnosis ?? [])].sort((a, b) => (a.rank ?? 99) - (b.rank ?? 99));
  return ranked.flatMap((entry) => {
    const condition = byId.get(idOf(entry.condition) ?? '');
    const dx = condition && dxOf(condition, entry.rank === 1);
    return dx ? [dx] : [];
  });
}

/** The diagnoses of the latest earlier visit that has some, as lines to carry over. */
export function lastDiagnoses(
  visits: readonly (Encounter & { id: string })[],
  conditions: readonly Stored[],
  encounter: string,
): { on: string; list: Dx[] } | undefined {
  const earlier = visits
    .filter((v) => v.id !== encounter && (v.diagnosis?.length ?? 0) > 0 && v.period?.start !== undefined)
    .sort((a, b) => ((a.period?.start ?? '') < (b.period?.start ?? '') ? 1 : -1));
  for (const visit of earlier) {
    const list = recorded(visit, conditions);
    if (list.length > 0) return { on: visit.period?.start ?? '', list: list.map((dx) => ({ ...dx, carried: true })) };
  }
  return undefined;
}
