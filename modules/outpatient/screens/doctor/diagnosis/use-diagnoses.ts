import type { RecordDiagnosesResult } from '@mach/encounter/contract.ts';
import { type Issue, type IssuesByField, useCommand, useDraft } from '@mach/ui';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type DiagnoseInput, diagnose } from '../../../contract.ts';
import type { Visit } from '../data/use-visit.ts';
import { type Dx, lastDiagnoses, recorded, sameDiagnoses, toInput } from './diagnoses.ts';

export interface Diagnoses {
  readonly list: readonly Dx[];
  readonly set: (list: readonly Dx[]) => void;
  /** What the last visit had, while this one has nothing. */
  readonly last: { readonly on: string; readonly list: readonly Dx[] } | undefined;
  readonly saving: boolean;
  /** The server does not have this list: refused, or under way. */
  readonly unsaved: boolean;
  readonly issues: IssuesByField;
  readonly general: readonly Issue[];
  readonly warnings: RecordDiagnosesResult['warnings'];
  /** Records what is not recorded; answers whether the server has the list. */
  readonly flush: () => Promise<boolean>;
}

const SAVE_MS = 300;

/** The diagnoses: each change is recorded as a whole set; a refusal stays at the code that caused it. */
export function useDiagnoses(visit: Visit, editable: boolean): Diagnoses {
  const stored = useMemo(() => recorded(visit.encounter, visit.conditions), [visit.encounter, visit.conditions]);
  const [base, setBase] = useState<readonly Dx[]>(stored);
  const draft = useDraft<readonly Dx[]>(`kham:dx:${visit.id}`, base);
  const { value: list, discard } = draft;
  const [warnings, setWarnings] = useState<RecordDiagnosesResult['warnings']>([]);
  const save = useCommand<DiagnoseInput, RecordDiagnosesResult>(diagnose.name);
  const run = useRef(save.run);
  run.current = save.run;
  const latest = useRef(list);
  latest.current = list;
  /** The set that was refused: it is not sent again until it changes. */
  const refused = useRef<readonly Dx[] | null>(null);
  const unsaved = !sameDiagnoses(list, base);

  const push = useCallback(async (): Promise<boolean> => {
    const now = latest.current;
    if (now.length === 0) return false;
    const result = await run.current(toInput(visit.id, now));
    if (!result) {
      refused.current = now;
      return false;
    }
    setWarnings(result.warnings);
    setBase(now);
    visit.refresh('encounter');
    visit.refresh('conditions');
    return true;
  }, [visit.id, visit.refresh]);

  useEffect(() => {
    if (!editable || !unsaved || list.length === 0 || refused.current === list) return;
    const timer = setTimeout(() => void push(), SAVE_MS);
    return () => clearTimeout(timer);
  }, [editable, unsaved, list, push]);

  useEffect(() => {
    if (draft.dirty && !unsaved) discard();
  }, [draft.dirty, unsaved, discard]);

  const last = useMemo(
    () => (list.length === 0 ? lastDiagnoses(visit.visits, visit.conditions, visit.id) : undefined),
    [list.length, visit.visits, visit.conditions, visit.id],
  );
  return {
    list,
    set: draft.set,
    last,
    saving: save.running,
    unsaved,
    issues: save.issuesByField,
    general: save.issues.filter((issue) => !issue.field?.startsWith('diagnoses.')),
    warnings,
    flush: async () => !unsaved || push(),
  };
}
