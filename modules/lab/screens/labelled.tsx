import { AlertLine, Chip, formatTime, ScanField, Section, scanSound, useTexts } from '@mach/ui';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import { type ReactElement, useState } from 'react';
import type { CollectSpecimenResult } from '../contract.ts';
import { parseLabelCode } from '../rules/label-code.ts';
import { Labels, testsOf, tubeName } from './labels.tsx';
import type { ToCollect } from './sheet.ts';
import { texts } from './texts.ts';

interface LabelledProps {
  readonly done: { readonly result: CollectSpecimenResult; readonly at: string };
  readonly one: ToCollect;
  readonly pack: LabPack | undefined;
}

/** After the needle: a label a tube, each scanned when it has been stuck on; a label of somebody else's is stopped. */
export function Labelled({ done, one, pack }: LabelledProps): ReactElement {
  const t = useTexts(texts);
  const [stuck, setStuck] = useState<ReadonlySet<string>>(new Set());
  const [foreign, setForeign] = useState<string>();
  const tubes = done.result.tubes.filter((tube) => tube.code !== '');
  if (tubes.length === 0)
    return (
      <div className="lab-page">
        <Section title={t('tubes')}>
          <p className="lab-muted">{t('noTube')}</p>
        </Section>
      </div>
    );
  function heard(text: string): void {
    const code = parseLabelCode(text);
    const own = tubes.find((tube) => tube.code === code);
    setForeign(own ? undefined : code);
    if (own) setStuck((old) => new Set(old).add(own.code));
    else scanSound(false);
  }
  return (
    <div className="lab-page">
      <Section
        title={t('labelsNow', { time: formatTime(done.at) })}
        side={<span className="lab-muted">{t('stuck', { n: stuck.size, all: tubes.length })}</span>}
      >
        <div className="lab-stack">
          <ScanField
            label={t('scanStuck')}
            placeholder={t('scanStuck')}
            routes={[
              {
                label: { vi: texts.vi.label, en: texts.en.label },
                accepts: (code) => parseLabelCode(code) !== undefined,
                run: heard,
              },
            ]}
          />
          {foreign !== undefined && (
            <AlertLine level="stop" what={t('foreignLabel', { code: foreign })} why={t('foreignLabelHint')} />
          )}
          <ul className="lab-tubes">
            {tubes.map((tube) => (
              <li key={tube.code} className="lab-tube">
                <span className={`lab-cap lab-cap-${(tube.tube ?? '').toLowerCase()}`} aria-hidden="true" />
                <span className="m-code lab-tube-code">{tube.code}</span>
                <span>
                  {tubeName(pack, tube.tube)} · {testsOf(tube, one.orders)}
                </span>
                {stuck.has(tube.code) && (
                  <Chip tone="ok" icon="check">
                    {t('isStuck')}
                  </Chip>
                )}
              </li>
            ))}
          </ul>
          <Labels tubes={tubes} person={one.person} orders={one.orders} pack={pack} at={done.at} />
        </div>
      </Section>
    </div>
  );
}
