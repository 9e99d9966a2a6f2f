import { formatDate, formatDateTime, useTexts } from '@mach/ui';
import { officialName } from '@mach/vn/names.ts';
import { type ReactElement, useEffect, useState } from 'react';
import type { CollectedTube, LabRow } from '../contract.ts';
import './labels.css';
import { texts } from './texts.ts';

/** Code 128 as a picture; the maker of bar codes is loaded when the first label is printed. */
function useBarCode(code: string): string | undefined {
  const [picture, setPicture] = useState<string>();
  useEffect(() => {
    let alive = true;
    void import('bwip-js/browser').then(({ code128, drawingSVG }) => {
      const svg = code128(
        { bcid: 'code128', text: code, height: 9, padding: 10, backgroundcolor: 'FFFFFF' },
        drawingSVG(),
      ) as string;
      if (alive) setPicture(`data:image/svg+xml;utf8,${encodeURIComponent(svg)}`);
    });
    return () => {
      alive = false;
    };
  }, [code]);
  return picture;
}

function Label({
  tube,
  person,
  at,
}: {
  readonly tube: CollectedTube;
  readonly person: LabRow;
  readonly at: string;
}): ReactElement {
  const t = useTexts(texts);
  const picture = useBarCode(tube.code);
  return (
    <div className="lab-label">
      <p className="lab-label-name">{officialName(person.patientName ?? '')}</p>
      <p>
        {person.birthDate ? formatDate(person.birthDate) : t('unknown')} · {person.patientCode}
      </p>
      {picture && <img src={picture} alt={tube.code} />}
      <p className="lab-label-code">{tube.code}</p>
      <p>
        {tube.tube} · {formatDateTime(at)}
      </p>
    </div>
  );
}

/** Labels of the tubes just filled: on paper only, 50 × 30 mm each. */
export function Labels(props: {
  readonly tubes: readonly CollectedTube[];
  readonly person: LabRow;
  readonly at: string;
}): ReactElement {
  return (
    <section className="lab-labels" aria-hidden="true">
      {props.tubes
        .filter((tube) => tube.code !== '')
        .map((tube) => (
          <Label key={tube.code} tube={tube} person={props.person} at={props.at} />
        ))}
    </section>
  );
}
