import type { DiagnosticReport, Observation } from '@mach/fhir/types.ts';
import { formatDateTime, useRecord, useRefreshRecords, useTexts } from '@mach/ui';
import { type ReactElement, useEffect, useRef } from 'react';
import { correctionsOf } from '../contract.ts';
import { texts } from './texts.ts';

/** Everything that stood here before, oldest first, each with the reason that it was corrected for. */
export function Corrections(props: {
  readonly type: 'Observation' | 'DiagnosticReport';
  readonly id: string;
  /** Changes with every version, so that the newest is read. */
  readonly version: string | null;
  readonly name?: string;
}): ReactElement | null {
  const { type, id, version, name } = props;
  const t = useTexts(texts);
  const { record } = useRecord<Observation | DiagnosticReport>(type, id);
  const refresh = useRef(useRefreshRecords());
  useEffect(() => {
    if (version !== null) refresh.current(type, id);
  }, [type, id, version]);
  if (!record) return null;
  return (
    <ul className="lab-old">
      {correctionsOf(record).map((one) => (
        <li key={one.at}>
          {name && `${name}. `}
          {t('correctedOn', { time: formatDateTime(one.at), old: one.text, reason: one.reason })}
        </li>
      ))}
    </ul>
  );
}
