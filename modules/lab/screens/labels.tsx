import { formatDate, formatDateTime, useTexts } from '@mach/ui';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { officialName } from '@mach/vn/names.ts';
import type { ReactElement } from 'react';
import type { CollectedTube, LabRow } from '../contract.ts';
import { useBarCode } from './bar-code.ts';
import './lab.css';
import { texts } from './texts.ts';

interface LabelsProps {
  readonly tubes: readonly CollectedTube[];
  readonly person: LabRow;
  readonly orders: readonly LabRow[];
  readonly pack: LabPack | undefined;
  readonly at: string;
}

/** Name of a tube as the house calls it. */
export const tubeName = (pack: LabPack | undefined, tube: string | null): string =>
  tube === null ? '' : (pack?.tubes.get(tube)?.vi ?? tube);

/** Codes of the tests that are made from the tube. */
export const testsOf = (tube: CollectedTube, orders: readonly LabRow[]): string =>
  tube.orders.flatMap((id) => orders.find((order) => order.key === id)?.service ?? []).join(', ');

/** The labels of the tubes just filled, to look at before they are printed (50 × 30 mm each). */
export function Labels({ tubes, person, orders, pack, at }: LabelsProps): ReactElement {
  const t = useTexts(texts);
  return (
    <section className="lab-labels" aria-label={t('labels')}>
      {tubes.map((tube) => (
        <Label
          key={tube.code}
          code={tube.code}
          person={person}
          at={at}
          what={[tubeName(pack, tube.tube), testsOf(tube, orders)].filter((part) => part !== '').join(' · ')}
        />
      ))}
    </section>
  );
}

interface LabelProps {
  readonly code: string;
  readonly person: LabRow;
  readonly at: string;
  /** The tube and its tests. */
  readonly what: string;
}

function Label({ code, person, at, what }: LabelProps): ReactElement {
  const t = useTexts(texts);
  const picture = useBarCode(code);
  const sex = person.gender === 'male' ? t('male') : person.gender === 'female' ? t('female') : '';
  const born = person.birthDate ? formatDate(person.birthDate) : t('unknown');
  return (
    <div className="lab-label">
      <p className="lab-label-name">{officialName(person.patientName ?? '')}</p>
      <p>{[born, sex, person.patientCode].filter((part) => part !== '' && part !== null).join(' · ')}</p>
      {picture && <img src={picture} alt={code} />}
      <p>
        <span className="lab-label-code">{code}</span> {formatDateTime(at)}
      </p>
      <p>{what}</p>
    </div>
  );
}
