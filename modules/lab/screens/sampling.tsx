import {
  AlertLine,
  Button,
  Checkbox,
  FinishBar,
  PrinterLine,
  ScanField,
  type ScanRoute,
  Section,
  Segmented,
  Skeleton,
  scanSound,
  useCommand,
  usePrint,
  useTexts,
} from '@mach/ui';
import { scanRouter } from '@mach/vn/scan-router.ts';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { type CollectSpecimenInput, type CollectSpecimenResult, collectSpecimen, type ReadBack } from '../contract.ts';
import { type TubeNeed, tubesFor } from '../rules/tubes.ts';
import { Issues } from './issues.tsx';
import { Labelled } from './labelled.tsx';
import { type ToCollect, verdict } from './sheet.ts';
import { texts } from './texts.ts';
import { TubeList } from './tube-list.tsx';
import { useSheets } from './use-sheets.ts';

export interface SamplingProps {
  readonly one: ToCollect;
  /** Code by which the person was opened, when the list was scanned. */
  readonly scanned: string | undefined;
  readonly onNext: () => void;
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}

const tubeKey = (tube: TubeNeed): string => `${tube.tube ?? ''}/${tube.specimen}`;

/** Quét → đối chiếu → lấy từng ống theo thứ tự → nhãn (journeys a8). */
export function Sampling({ one, scanned, onNext, children }: SamplingProps): ReactElement {
  const t = useTexts(texts);
  const [scan, setScan] = useState(scanned);
  const [readBack, setReadBack] = useState<ReadBack | null>(null);
  const [fasting, setFasting] = useState<'yes' | 'no' | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState<{ result: CollectSpecimenResult; at: string } | null>(null);
  const { print, printing } = usePrint();
  const opened = useRef(false);
  const readBackField = useRef<HTMLDivElement>(null);
  const { pack } = useSheets(one.orders.map((o) => o.service));
  const collect = useCommand<CollectSpecimenInput, CollectSpecimenResult>(collectSpecimen.name, {
    onDone: (result) => setDone({ result, at: new Date().toISOString() }),
    onFailed: (issues) => {
      if (issues.some((i) => i.code === 'wrong-patient')) scanSound(false);
    },
  });

  const ready = pack !== undefined;
  useEffect(() => {
    if (!ready || opened.current) return;
    opened.current = true;
    // Opened by the person's paper: what is said aloud comes next.
    if (verdict(scanned, one.person) === 'right') readBackField.current?.querySelector('input')?.focus();
  }, [ready, scanned, one.person]);

  const routes: ScanRoute[] = [
    {
      label: { vi: texts.vi.personPaper, en: texts.en.personPaper },
      accepts: (code) => ['visit', 'patient', 'cccd', 'bhyt'].includes(scanRouter(code).kind),
      run: (code) => {
        setScan(code.trim());
        if (verdict(code, one.person) === 'wrong') scanSound(false);
        else readBackField.current?.querySelector('input')?.focus();
      },
    },
  ];
  const labelled = done?.result.tubes.some((tube) => tube.code !== '') ?? false;
  if (done)
    return children(
      <Labelled done={done} one={one} pack={pack} />,
      <FinishBar
        actions={[
          {
            label: { vi: texts.vi.printLabels, en: texts.en.printLabels },
            chord: 'F8',
            icon: 'print',
            disabled: !labelled,
            busy: printing,
            run: () => void print('lab.label', one.key),
          },
        ]}
        left={<PrinterLine form="lab.label" />}
        finish={{ label: { vi: texts.vi.nextPerson, en: texts.en.nextPerson }, icon: 'right', run: onNext }}
      />,
    );
  if (!pack) return children(<Skeleton shape="card" count={2} />);

  const tubes = tubesFor(
    pack,
    one.orders.map((o) => ({ id: o.key, test: pack.tests.get(o.service) })),
  );
  const wanted = tubes.filter((tube) => tube.tube !== null);
  const left = wanted.filter((tube) => !ticked.has(tubeKey(tube)));
  const asksFasting = one.orders.some((o) => pack.tests.get(o.service)?.fasting);
  const identity = verdict(scan, one.person);
  const missing = [
    ...(identity === 'none' ? [{ text: t('missingScan') }] : []),
    ...(identity === 'wrong' ? [{ text: t('wrongPerson') }] : []),
    ...(readBack === null ? [{ text: t('missingReadBack') }] : []),
    ...(asksFasting && fasting === null ? [{ text: t('missingFasting') }] : []),
    ...(left.length > 0 ? [{ text: t('tubesLeft', { n: left.length }) }] : []),
  ];
  const send = (): void => {
    if (scan === undefined || readBack === null) return;
    void collect.run({
      orders: one.orders.map((o) => o.key),
      patient: scan,
      readBack,
      ...(fasting === null ? {} : { fasting: fasting === 'yes' }),
      tubes: wanted.flatMap((tube) => tube.tube ?? []),
    });
  };
  const page = (
    <div className="lab-page">
      <Issues issues={collect.issues} />
      <Section anchor={1} title={t('identity')}>
        <div className="lab-stack">
          <ScanField
            label={t('personPaper')}
            placeholder={t('scanPerson')}
            routes={routes}
            autoFocus={scan === undefined}
          />
          {identity === 'wrong' && <AlertLine level="stop" what={t('wrongPerson')} why={t('wrongPersonHint')} />}
          {(identity === 'right' || identity === 'unknown') && (
            <p className="lab-scanned" role="status">
              {t(identity === 'right' ? 'scanRight' : 'scanTaken', { code: shortCode(scan ?? '') })}
            </p>
          )}
          <div ref={readBackField}>
            <Segmented<ReadBack>
              label={t('readBack')}
              required
              value={readBack}
              onChange={setReadBack}
              options={[
                { value: 'birth-date', label: t('byBirthDate') },
                { value: 'name', label: t('byName') },
                { value: 'cccd', label: t('byCccd') },
              ]}
            />
          </div>
          {asksFasting && (
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
          )}
        </div>
      </Section>
      <Section anchor={2} title={t('tubes')} side={<span className="lab-muted">{t('orderOfDraw')}</span>}>
        <TubeList
          tubes={tubes}
          orders={one.orders}
          render={(tube) => (
            <Checkbox
              checked={ticked.has(tubeKey(tube))}
              onChange={(on) => {
                const next = new Set(ticked);
                if (on) next.add(tubeKey(tube));
                else next.delete(tubeKey(tube));
                setTicked(next);
              }}
            >
              {t('filled')}
            </Checkbox>
          )}
        />
        {left.length > 1 && (
          <Button size="small" look="quiet" onClick={() => setTicked(new Set(wanted.map(tubeKey)))}>
            {t('allFilled')}
          </Button>
        )}
      </Section>
    </div>
  );
  const finish = (
    <FinishBar
      missing={missing}
      finish={{
        label: { vi: texts.vi.collected, en: texts.en.collected },
        patient: one.person.patientName ?? undefined,
        busy: collect.running,
        disabled: missing.length > 0,
        run: send,
      }}
    />
  );
  return children(page, finish);
}

/** A card's whole QR code is never shown: the first field alone. */
const shortCode = (scan: string): string => {
  const [first = ''] = scan.split('|');
  return scan.includes('|') ? `${'•'.repeat(Math.max(0, first.length - 4))}${first.slice(-4)}` : first;
};
