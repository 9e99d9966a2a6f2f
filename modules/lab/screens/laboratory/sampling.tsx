import {
  AlertLine,
  Checkbox,
  Chip,
  FinishBar,
  type Missing,
  Section,
  Segmented,
  toast,
  useCommand,
  useTexts,
} from '@mach/ui';
import { type ReactElement, type ReactNode, useRef, useState } from 'react';
import {
  type CollectSpecimenInput,
  type CollectSpecimenResult,
  collectSpecimen,
  type LabRow,
  type ReadBack,
} from '../../contract.ts';
import type { TubeNeed } from '../../rules/tubes.ts';
import { Issues } from '../issues.tsx';
import { texts } from '../texts.ts';
import { CAPS } from './caps.ts';
import { type Sheets, tubeNeeds } from './work.ts';

const keyOfNeed = (need: TubeNeed): string => `${need.tube ?? 'none'}/${need.specimen}`;

/** Lấy mẫu (journeys a8): who, which tubes in which order, and that both identifiers agreed. */
export function Sampling(props: {
  readonly rows: readonly LabRow[];
  readonly sheets: Sheets;
  readonly name: string;
  /** What was scanned of the person; empty while nothing was. */
  readonly ident: string;
  readonly identOk: boolean;
  readonly identity: ReactNode;
  readonly toIdentity: () => void;
  readonly onDone: (done: CollectSpecimenResult) => void;
  readonly children: (page: ReactElement, finish: ReactElement) => ReactElement;
}): ReactElement {
  const { rows, sheets, name, ident, identOk, identity, toIdentity, onDone, children } = props;
  const t = useTexts(texts);
  const [readBack, setReadBack] = useState<ReadBack | null>(null);
  const [fasting, setFasting] = useState<'yes' | 'no' | null>(null);
  const [taken, setTaken] = useState<ReadonlySet<string>>(new Set());
  const back = useRef<HTMLDivElement>(null);
  const tubes = useRef<HTMLOListElement>(null);
  const fast = useRef<HTMLDivElement>(null);
  const collect = useCommand<CollectSpecimenInput, CollectSpecimenResult>(collectSpecimen.name, {
    onDone: (done) => {
      toast({ text: t('collected', { n: done.tubes.filter((tube) => tube.code !== '').length }) });
      onDone(done);
    },
  });

  const needs = tubeNeeds(sheets, rows);
  const filled = needs.filter((need) => taken.has(keyOfNeed(need)));
  const orders = filled.flatMap((need) => need.orders);
  const asksFasting = rows.some((row) => sheets.get(row.service)?.sheet.fasting === true);
  const nameOf = (order: string): string => rows.find((row) => row.key === order)?.name ?? '';
  const into = (box: HTMLElement | null): void => box?.querySelector<HTMLElement>('input')?.focus();

  const missing: Missing[] = [
    ...(identOk ? [] : [{ text: t('missingIdentity'), go: toIdentity }]),
    ...(readBack ? [] : [{ text: t('missingReadBack'), go: () => into(back.current) }]),
    ...(asksFasting && !fasting ? [{ text: t('missingFasting'), go: () => into(fast.current) }] : []),
    ...needs
      .filter((need) => !taken.has(keyOfNeed(need)))
      .map((need) => ({
        text: t('missingTube', { tube: need.name || need.specimen || nameOf(need.orders[0] ?? '') }),
        go: () => into(tubes.current),
      })),
  ];
  const ready = identOk && readBack !== null && filled.length > 0 && (!asksFasting || fasting !== null);

  function run(): void {
    if (!ready || readBack === null) return;
    void collect.run({
      orders,
      patient: ident.trim(),
      readBack,
      ...(asksFasting && fasting ? { fasting: fasting === 'yes' } : {}),
      tubes: filled.flatMap((need) => (need.tube === null ? [] : [need.tube])),
    });
  }

  return children(
    <div className="lab-page">
      <Issues issues={collect.issues} />
      <Section anchor={1} title={t('compare')}>
        <div className="lab-stack">
          {identity}
          <div ref={back}>
            <Segmented<ReadBack>
              label={t('readBack')}
              required
              value={readBack}
              onChange={setReadBack}
              options={[
                { value: 'birth-date', label: t('readBackBirth') },
                { value: 'name', label: t('readBackName') },
                { value: 'cccd', label: t('readBackCccd') },
              ]}
            />
          </div>
          {asksFasting && (
            <div ref={fast}>
              <Segmented<'yes' | 'no'>
                label={t('fasting')}
                required
                value={fasting}
                onChange={setFasting}
                options={[
                  { value: 'yes', label: t('fastingYes') },
                  { value: 'no', label: t('fastingNo') },
                ]}
              />
            </div>
          )}
          {asksFasting && fasting === 'no' && <AlertLine level="warn" what={t('notFasting')} />}
        </div>
      </Section>
      <Section anchor={2} title={t('tubes')} side={<span className="lab-muted">{t('drawOrderHint')}</span>}>
        <ol className="lab-tubes" ref={tubes}>
          {needs.map((need, i) => {
            const key = keyOfNeed(need);
            const again = rows.find((row) => need.orders.includes(row.key) && row.rejected !== null);
            return (
              <li key={key} className="lab-tube" data-taken={taken.has(key) || undefined}>
                <span className="lab-tube-number">{i + 1}</span>
                <span className={`lab-cap lab-cap-${CAPS[need.color] ?? 'none'}`} aria-hidden="true" />
                <div className="lab-tube-what">
                  <div>
                    <strong>{need.tube === null ? t('noTube') : need.name}</strong>
                    {need.specimen !== '' && ` · ${need.specimen}`}
                  </div>
                  <div className="lab-muted">
                    {[
                      need.additive,
                      need.volumeMl !== '' && need.volumeMl !== '0'
                        ? t('volume', { ml: need.volumeMl.replace('.', ',') })
                        : '',
                    ]
                      .filter((part) => part !== '')
                      .join(' · ')}
                  </div>
                  <div>{need.orders.map(nameOf).join(' · ')}</div>
                  {again && (
                    <Chip tone="warn" icon="undo">
                      {t('again', { reason: again.rejected ?? '' })}
                    </Chip>
                  )}
                </div>
                <Checkbox
                  checked={taken.has(key)}
                  onChange={(on) => {
                    const next = new Set(taken);
                    if (on) next.add(key);
                    else next.delete(key);
                    setTaken(next);
                  }}
                >
                  {t('taken')}
                </Checkbox>
              </li>
            );
          })}
        </ol>
      </Section>
    </div>,
    <FinishBar
      missing={missing}
      finish={{
        label: { vi: texts.vi.collect, en: texts.en.collect },
        patient: name,
        icon: 'check',
        busy: collect.running,
        disabled: !ready,
        run,
      }}
    />,
  );
}
