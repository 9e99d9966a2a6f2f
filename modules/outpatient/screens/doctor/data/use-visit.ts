import { coverageOf, idOf, type VisitState, visitStateOf } from '@mach/encounter/contract.ts';
import type {
  AllergyIntolerance,
  Composition,
  Condition,
  Encounter,
  MedicationRequest,
  Observation,
  Patient,
} from '@mach/fhir/types.ts';
import type { CriticalRow, ResultRow as LabValue } from '@mach/lab/contract.ts';
import { RequestProblem, useView } from '@mach/ui';
import { useCallback, useState } from 'react';
import type { OrderRow, PrescriptionRow, QueueRow } from '../../../contract.ts';
import { useSearch } from './search.ts';

type Stored<T> = T & { id: string };

/** What the records say of an open visit and its patient; drafts are kept elsewhere. */
export interface Visit {
  readonly id: string;
  readonly patientId: string;
  readonly state: VisitState;
  readonly row: QueueRow | undefined;
  readonly encounter: Stored<Encounter>;
  readonly patient: Stored<Patient>;
  readonly coverage: string | undefined;
  /** undefined: still loading. */
  readonly allergies: readonly Stored<AllergyIntolerance>[] | undefined;
  readonly vitals: readonly Stored<Observation>[];
  readonly notes: readonly Stored<Composition>[];
  readonly conditions: readonly Stored<Condition>[];
  readonly visits: readonly Stored<Encounter>[];
  readonly medications: readonly Stored<MedicationRequest>[];
  /** Of the patient, all visits. */
  readonly orders: readonly OrderRow[];
  readonly values: readonly LabValue[];
  readonly criticals: readonly CriticalRow[];
  /** Of this visit. */
  readonly prescriptions: readonly PrescriptionRow[];
  /** Notes, diagnoses and earlier prescriptions are there: drafts may begin. */
  readonly loaded: boolean;
  readonly refresh: (what: Part) => void;
}

export type Part = 'encounter' | 'allergies' | 'notes' | 'conditions' | 'medications' | 'vitals';

export interface VisitLoad {
  readonly visit: Visit | undefined;
  readonly state: 'none' | 'loading' | 'ready' | 'error';
  readonly error: unknown;
  readonly reload: () => void;
}

const FRESH = { fresh: true };
/** A visit that is not open to this person is not there for him; the strip over the screen says which rules there are. */
const NOT_THERE = new RequestProblem(404, [
  {
    severity: 'error',
    code: 'not-found',
    text: { vi: 'Không có lượt khám này', en: 'There is no such visit' },
    remedy: { vi: 'Hoặc có nhưng không mở cho bạn', en: 'Or it is there and not open to you' },
  },
]);

/** Reads everything of a visit; live rows tell when a part has to be read again. */
export function useVisit(id: string | undefined, row: QueueRow | undefined): VisitLoad {
  const [bumps, setBumps] = useState<Readonly<Partial<Record<Part, number>>>>({});
  const refresh = useCallback((what: Part) => setBumps((now) => ({ ...now, [what]: (now[what] ?? 0) + 1 })), []);
  const version = (part: Part, live = ''): string => `${live}.${bumps[part] ?? 0}`;

  const prescriptions = useView<PrescriptionRow>(
    'outpatient.prescriptions',
    { encounter: id },
    { sort: '-prescribedAt', enabled: id !== undefined },
  );
  const signed = prescriptions.rows.map((p) => `${p.key}${p.state}`).join();
  const encounter = useSearch<Stored<Encounter>>(
    id && `Encounter?_id=${id}`,
    version('encounter', `${row?.state ?? ''}${row?.room ?? ''}`),
    FRESH,
  );
  const patientId = row?.patient ?? idOf(encounter.rows[0]?.subject);
  const of = (query: string): string | undefined => patientId && query.replace('$p', patientId);
  const orders = useView<OrderRow>(
    'outpatient.orders',
    { patient: patientId },
    { sort: '-orderedAt', limit: 200, enabled: patientId !== undefined },
  );
  const patient = useSearch<Stored<Patient>>(of('Patient?_id=$p'), row?.allergyState ?? '');
  const allergies = useSearch<Stored<AllergyIntolerance>>(
    of('AllergyIntolerance?patient=$p&_count=100'),
    version('allergies', row?.allergyState ?? ''),
    FRESH,
  );
  const vitals = useSearch<Stored<Observation>>(
    of('Observation?patient=$p&category=vital-signs&_sort=-date&_count=120'),
    version('vitals', row?.vitalsAt ?? ''),
  );
  const notes = useSearch<Stored<Composition>>(
    of('Composition?patient=$p&_sort=-date&_count=20'),
    version('notes'),
    FRESH,
  );
  const conditions = useSearch<Stored<Condition>>(of('Condition?patient=$p&_count=200'), version('conditions'), FRESH);
  const visits = useSearch<Stored<Encounter>>(
    of('Encounter?patient=$p&_sort=-date&_count=20'),
    version('encounter'),
    FRESH,
  );
  const medications = useSearch<Stored<MedicationRequest>>(
    of('MedicationRequest?patient=$p&_sort=-authoredon&_count=100'),
    version('medications', signed),
    FRESH,
  );
  const values = useView<LabValue>(
    'lab.results',
    { patientId },
    { sort: '-at', limit: 500, enabled: patientId !== undefined },
  );
  const criticals = useView<CriticalRow>('lab.critical', { encounter: id }, { sort: '-at', enabled: id !== undefined });

  // A part that could not be read is not taken for empty: nothing is written on top of what is not seen.
  const parts = [encounter, patient, allergies, notes, conditions, visits, medications];
  const failed = parts.find((part) => part.state === 'error');
  const reload = (): void => {
    for (const part of [...parts, vitals]) part.reload();
  };
  if (id === undefined) return { visit: undefined, state: 'none', error: undefined, reload };
  if (failed) return { visit: undefined, state: 'error', error: failed.error, reload };
  const [one, person] = [encounter.rows[0], patient.rows[0]];
  if (one === undefined || person === undefined || patientId === undefined) {
    const missing = encounter.state === 'ready' && one === undefined;
    return { visit: undefined, state: missing ? 'error' : 'loading', error: missing ? NOT_THERE : undefined, reload };
  }
  const state = row?.state ?? visitStateOf(one) ?? 'closed';
  // What came back is part of the visit: a page that opens before it would open without its unseen results.
  const settled = [orders, values].every((part) => part.state !== 'loading');
  const loaded = settled && parts.every((part) => part.state === 'ready');
  return {
    visit: {
      id,
      patientId,
      state,
      row,
      encounter: one,
      patient: person,
      coverage: coverageOf(one),
      allergies: allergies.state === 'loading' ? undefined : allergies.rows,
      vitals: vitals.rows,
      notes: notes.rows,
      conditions: conditions.rows,
      visits: visits.rows,
      medications: medications.rows,
      orders: orders.rows,
      values: values.rows,
      criticals: criticals.rows,
      prescriptions: prescriptions.rows,
      loaded,
      refresh,
    },
    state: 'ready',
    error: undefined,
    reload,
  };
}
