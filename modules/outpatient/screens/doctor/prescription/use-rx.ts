import { type Issue, useCommand, useDraft } from '@mach/ui';
import { useCallback, useMemo, useRef, useState } from 'react';
import {
  type DrugCodeRow,
  type Finding,
  type PrescribeInput,
  type PrescribeResult,
  prescribe,
  type ReplacePrescriptionInput,
  replacePrescription,
} from '../../../contract.ts';
import type { Visit } from '../data/use-visit.ts';
import { type CheckFacts, type CheckPacks, checkLines } from './check.ts';
import {
  findingsOf,
  type Overrides,
  open,
  type PlacedFinding,
  placeFindings,
  stableName,
  toOverrides,
} from './findings.ts';
import { type RxLine, toInput, withDays } from './line.ts';
import { place } from './repeat.ts';
import { shortOf } from './show.ts';

interface RxDraft {
  readonly lines: readonly RxLine[];
  /** Reasons given for warnings. */
  readonly reasons: Overrides;
  /** Days of the whole prescription, once somebody said them. */
  readonly days?: number;
  /** Person who brought a small child. */
  readonly accompanying: string;
  /** Signed prescriptions that this one takes the place of, and why. */
  readonly replaces: readonly string[];
  readonly replaceReason: string;
}

const EMPTY: RxDraft = { lines: [], reasons: {}, accompanying: '', replaces: [], replaceReason: '' };

/** What is being typed for a line that is not in the list yet. */
export interface Composing {
  readonly drug: DrugCodeRow | null;
  readonly typed: string;
  /** Key of the line that is being changed. */
  readonly editing?: string;
}
const NOTHING_TYPED: Composing = { drug: null, typed: '' };

export interface Rx {
  readonly lines: readonly RxLine[];
  readonly days: number | undefined;
  readonly composing: Composing;
  readonly compose: (next: Composing) => void;
  readonly put: (line: RxLine) => void;
  readonly putAll: (lines: readonly RxLine[]) => void;
  readonly remove: (key: string) => void;
  readonly setDays: (days: number) => void;
  readonly accompanying: string;
  readonly setAccompanying: (name: string) => void;
  readonly replaces: readonly string[];
  readonly replaceReason: string;
  readonly replace: (prescriptions: readonly string[], lines: readonly RxLine[]) => void;
  readonly setReplaceReason: (reason: string) => void;
  readonly findings: readonly PlacedFinding[];
  /** The checks of this device had what they need. */
  readonly checked: boolean;
  readonly reasons: Overrides;
  readonly answer: (name: string, reason: string) => void;
  readonly open: { readonly warnings: number; readonly stops: number };
  /** Refusals that are no findings: of a field of a line (`lines.2.perDose`), or of the whole. */
  readonly issues: readonly { readonly issue: Issue; readonly line: string | undefined }[];
  readonly signing: boolean;
  /** Signs; answers false when the server refused. The findings then stand at their lines. */
  readonly sign: (more: { advice?: string; revisit?: string }) => Promise<boolean>;
  readonly clear: () => void;
}

/** What the checks in the browser rest on besides the lines; without packs the server alone checks. */
export interface Checking {
  readonly packs: CheckPacks | undefined;
  readonly facts: Omit<CheckFacts, 'companion' | 'replaced'> | undefined;
}
const NO_CHECK: Checking = { packs: undefined, facts: undefined };

/** The prescription that is being written, its findings and its signature. */
export function useRx(visit: Visit, checking: Checking = NO_CHECK): Rx {
  const draft = useDraft<RxDraft>(`kham:rx:${visit.id}`, EMPTY);
  const typed = useDraft<Composing>(`kham:rx-line:${visit.id}`, NOTHING_TYPED);
  const { value, set } = draft;
  const [checked, setChecked] = useState<{ findings: readonly Finding[]; keys: readonly string[] }>({
    findings: [],
    keys: [],
  });
  const [refusal, setRefusal] = useState<{ issues: readonly Issue[]; keys: readonly string[] }>({
    issues: [],
    keys: [],
  });
  const refused = useRef<readonly Issue[]>([]);
  const onFailed = (issues: readonly Issue[]): void => {
    refused.current = issues;
  };
  const first = useCommand<PrescribeInput, PrescribeResult>(prescribe.name, { onFailed });
  const again = useCommand<ReplacePrescriptionInput, PrescribeResult>(replacePrescription.name, { onFailed });

  const { packs, facts } = checking;
  const own = useMemo(() => {
    if (!packs || !facts) return [];
    const replaced = new Set(
      visit.prescriptions.filter((p) => value.replaces.includes(p.prescription)).map((p) => p.code ?? ''),
    );
    const found = checkLines(value.lines, { ...facts, companion: value.accompanying, replaced }, packs);
    return placeFindings(
      found,
      value.lines.map((line) => line.key),
    );
  }, [packs, facts, value.lines, value.accompanying, value.replaces, visit.prescriptions]);

  // What the server found besides stands as long as its lines stay as they were checked.
  const findings = useMemo(() => {
    const present = new Set(value.lines.map((line) => line.key));
    const known = new Set(own.map(stableName));
    const further = placeFindings(checked.findings, checked.keys).filter(
      (one) => one.lines.every((key) => present.has(key)) && !known.has(stableName(one)),
    );
    return [...own, ...further];
  }, [own, checked, value.lines]);

  /** Findings about a line that changes are void until the next check. */
  const touched = useCallback((keys: readonly string[]) => {
    const stays = (lines: readonly string[]): boolean => !lines.some((key) => keys.includes(key));
    setChecked((now) => ({
      keys: now.keys,
      findings: now.findings.filter((finding) => {
        const [placed] = placeFindings([finding], now.keys);
        return placed !== undefined && stays(placed.lines) && placed.lines.length > 0;
      }),
    }));
    setRefusal({ issues: [], keys: [] });
  }, []);

  function lines(next: (lines: readonly RxLine[]) => readonly RxLine[], keys: readonly string[]): void {
    set((before) => ({ ...before, lines: next(before.lines) }));
    touched(keys);
  }

  async function sign(more: { advice?: string; revisit?: string }): Promise<boolean> {
    const keys = value.lines.map((line) => line.key);
    const overrides = toOverrides(findings, value.reasons);
    const envelope = overrides.length > 0 ? { overrides } : undefined;
    const input: PrescribeInput = {
      encounter: visit.id,
      lines: value.lines.map(toInput),
      ...(more.advice ? { advice: more.advice } : {}),
      ...(more.revisit ? { revisit: more.revisit } : {}),
      ...(value.accompanying.trim() === '' ? {} : { accompanying: value.accompanying.trim() }),
    };
    refused.current = [];
    const done =
      value.replaces.length > 0
        ? await again.run({ ...input, replaces: [...value.replaces], reason: value.replaceReason.trim() }, envelope)
        : await first.run(input, envelope);
    if (done) {
      clear();
      visit.refresh('medications');
      return true;
    }
    const found = findingsOf(refused.current);
    const names = new Set(found.map((one) => one.field + one.text.vi));
    // What was answered is no part of a refusal: it stays as it was.
    const answered = findings.filter((one) => value.reasons[stableName(one)] !== undefined);
    setChecked({ findings: [...found, ...answered.map((one) => renamed(one, keys))], keys });
    setRefusal({ issues: refused.current.filter((one) => !names.has((one.field ?? '') + one.text.vi)), keys });
    return false;
  }

  function clear(): void {
    draft.discard();
    typed.discard();
    setChecked({ findings: [], keys: [] });
    setRefusal({ issues: [], keys: [] });
  }

  return {
    lines: value.lines,
    days: value.days,
    composing: typed.value,
    compose: typed.set,
    put: (line) => lines((all) => place(all, line, shortOf), [line.key]),
    putAll: (added) =>
      lines((all) => added.reduce<readonly RxLine[]>((list, line) => place(list, line, shortOf), all), []),
    remove: (key) => lines((all) => all.filter((line) => line.key !== key), [key]),
    setDays: (days) => {
      set((before) => ({ ...before, days, lines: before.lines.map((line) => withDays(line, days)) }));
      touched(value.lines.map((line) => line.key));
    },
    accompanying: value.accompanying,
    setAccompanying: (accompanying) => set((before) => ({ ...before, accompanying })),
    replaces: value.replaces,
    replaceReason: value.replaceReason,
    replace: (replaces, given) => set((before) => ({ ...before, replaces, lines: given })),
    setReplaceReason: (replaceReason) => set((before) => ({ ...before, replaceReason })),
    findings,
    checked: packs !== undefined && facts !== undefined,
    reasons: value.reasons,
    answer: (name, reason) => set((before) => ({ ...before, reasons: { ...before.reasons, [name]: reason } })),
    open: open(findings, value.reasons),
    issues: refusal.issues.map((issue) => ({
      issue,
      line: refusal.keys[Number(/^lines\.(\d+)\./.exec(issue.field ?? '')?.[1] ?? -1)],
    })),
    signing: first.running || again.running,
    sign,
    clear,
  };
}

/** An answered finding under the places that its lines have now. */
function renamed({ finding, lines }: PlacedFinding, keys: readonly string[]): Finding {
  const at = lines.map((key) => keys.indexOf(key)).join(',');
  return { ...finding, rule: finding.rule.replace(/:\d+(,\d+)*/, `:${at}`) };
}
