import type { Issue } from '@mach/base';
import { VISIT_LABELS } from '@mach/encounter/contract.ts';
import {
  AlertLine,
  Checkbox,
  Chip,
  Empty,
  ErrorState,
  type FinishAction,
  FinishBar,
  localDate,
  ReadOnlyNote,
  Section,
  Skeleton,
  TextField,
  useCan,
  useCommand,
  useDrawer,
  useNow,
  usePick,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  type DispenseInput,
  type DispenseResult,
  type DispenseRow,
  dispense,
  type PharmacyLineRow,
  type PharmacyRow,
  type StockRow,
} from '../contract.ts';
import { HandedOver } from './handed.tsx';
import { LineIssues, RxLine } from './line.tsx';
import { type Hand, inputOf, isReady, picksOf } from './pick.ts';
import { RETURN_DRAWER, ReturnDrawer } from './return-drawer.tsx';
import { texts } from './texts.ts';

type Override = { readonly rule: string; readonly reason: string };
const LINE = /^lines\.(\d+)/;

/** A prescription: its lines with the pick list, and the one key that hands over. */
export function Rx(props: {
  readonly row: PharmacyRow;
  readonly place: string;
  readonly placeName: string;
  /** The person's code as scanned at the window. */
  readonly scanned: string | undefined;
  readonly onDone: (done: DispenseResult) => void;
  readonly onReturned: () => void;
  readonly onStock: () => void;
  /** The step after this person, once everything is handed over. */
  readonly next: FinishAction | undefined;
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}): ReactElement {
  const { row, place, placeName, scanned, onDone, onReturned, onStock, next, children } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const today = localDate(useNow());
  const [hands, setHands] = useState<Readonly<Record<string, Hand>>>({});
  const [overrides, setOverrides] = useState<readonly Override[]>([]);
  const [asked, setAsked] = useState(false);
  const askedBox = useRef<HTMLDivElement>(null);
  const [counselled, setCounselled] = useState(false);
  const [receiver, setReceiver] = useState('');
  const [sent, setSent] = useState<readonly string[]>([]);

  const list = useView<PharmacyLineRow>(
    'pharmacy.lines',
    { encounter: row.encounter, code: row.code ?? '' },
    { sort: 'key', limit: 100 },
  );
  const drugs = [...new Set(list.rows.map((line) => line.drug))].sort();
  const stock = useView<StockRow>(
    'pharmacy.stock',
    { place, drug: drugs, on: today },
    { sort: 'expiry', limit: 1000, live: false, enabled: drugs.length > 0 },
  );
  const reload = useRef(stock.reload);
  reload.current = stock.reload;
  const shelf = `${place} ${drugs.join(' ')}`;
  useEffect(() => {
    // The shelf changes with every hand-over at the other windows: it is read again for each prescription.
    if (shelf.trim() !== place) reload.current();
  }, [shelf, place]);

  const command = useCommand<DispenseInput, DispenseResult>(dispense.name, {
    onDone: (done) => {
      reload.current();
      onDone(done);
    },
    onFailed: () => reload.current(),
  });

  const picks = picksOf(list.rows, stock.rows, hands, today);
  const lines = inputOf(picks);
  const open = row.rank < 3 && can('pharmacy.dispense');
  const known = stock.state === 'ready';
  const any = picks.some((one) => one.picked.length > 0);
  const given = useView<DispenseRow>('pharmacy.dispenses', { encounter: row.encounter }, { sort: '-at', limit: 200 });
  const keys = new Set(list.rows.map((line) => line.key));
  const handed = given.rows.filter((one) => keys.has(one.medicationRequest ?? ''));
  const partly = handed.length > 0;
  const back = useDrawer(RETURN_DRAWER);
  // The one at the window is known by a paper that was scanned, or by name and birth date that were asked (R4).
  const identified = scanned !== undefined || asked;
  const askFirst = (): void => askedBox.current?.querySelector('input')?.focus();
  const wrong = picks.filter((one) => one.tooMuch);

  function run(given: readonly Override[] = overrides): void {
    if (!any || wrong.length > 0 || command.running) return;
    if (!identified) {
      askFirst();
      return;
    }
    setSent(lines.map((line) => line.medicationRequest));
    void command.run(
      {
        prescription: row.prescription,
        place,
        lines,
        counselled,
        asked,
        ...(scanned === undefined ? {} : { patient: scanned }),
        ...(receiver.trim() === '' ? {} : { receiver: receiver.trim() }),
      },
      given.length > 0 ? { overrides: given } : undefined,
    );
  }
  function override(rule: string, reason: string): void {
    const next = [...overrides.filter((one) => one.rule !== rule), { rule, reason }];
    setOverrides(next);
    run(next);
  }

  const lineOf = (issue: Issue): string | undefined => {
    const found = LINE.exec(issue.field ?? '');
    return found ? sent[Number(found[1])] : undefined;
  };
  const placed = new Set(picks.filter((one) => one.open.gt(0)).map((one) => one.line.key));
  const loose = command.issues.filter((issue) => issue.field !== 'receiver' && !placed.has(lineOf(issue) ?? ''));

  const page = (
    <div className="m-page">
      {row.state === 'cancelled' && <ReadOnlyNote>{t('prescriptionCancelled')}</ReadOnlyNote>}
      {open && !isReady(row) && (
        <AlertLine
          level="warn"
          what={t('unpaidState', { state: row.visitState ? pick(VISIT_LABELS[row.visitState]) : t('unknown') })}
          why={t('payFirst')}
        />
      )}
      {open && row.priorityReason === 'emergency' && <AlertLine level="note" what={t('released')} />}
      <LineIssues issues={loose} onOverride={override} />
      {command.unconfirmed && <AlertLine level="warn" what={t('unconfirmed')} />}
      {stock.state === 'error' && (
        <AlertLine
          level="stop"
          what={t('stockFailed', { place: placeName })}
          instead={{ label: t('reload'), run: stock.reload }}
        />
      )}
      <Section
        anchor={1}
        title={t('prescription')}
        side={
          <>
            <span className="m-code">{row.code}</span>{' '}
            <span className="rx-desk-only">
              <Chip>{placeName}</Chip>
            </span>
          </>
        }
      >
        {list.state === 'loading' && <Skeleton shape="table" />}
        {list.state === 'error' && <ErrorState error={list.error} onRetry={list.reload} />}
        {list.state === 'ready' && list.rows.length === 0 && <Empty title={t('noLines')} />}
        <div className="rx-lines">
          {picks.map((one) => (
            <RxLine
              key={one.line.key}
              pick={one}
              place={placeName}
              known={known}
              editable={open}
              issues={command.issues.filter((issue) => lineOf(issue) === one.line.key)}
              onOverride={override}
              onHand={(hand) =>
                setHands(({ [one.line.key]: _, ...others }) => (hand ? { ...others, [one.line.key]: hand } : others))
              }
            />
          ))}
        </div>
      </Section>
      {partly && <HandedOver rows={handed} />}
      {partly && <ReturnDrawer row={row} rows={handed} onReturned={onReturned} />}
      {open && (
        <Section anchor={partly ? 3 : 2} title={t('handing')}>
          <div className="rx-handing">
            {scanned === undefined && (
              <div ref={askedBox}>
                <Checkbox checked={asked} onChange={setAsked}>
                  {t('asked')}
                </Checkbox>
              </div>
            )}
            <Checkbox checked={counselled} onChange={setCounselled}>
              {t('counselled')}
            </Checkbox>
            <TextField
              label={t('receiver')}
              hint={t('receiverHint')}
              value={receiver}
              onChange={setReceiver}
              maxLength={120}
              issues={command.issuesByField.receiver}
            />
          </div>
        </Section>
      )}
    </div>
  );
  const returning: FinishAction[] =
    handed.some((one) => one.status === 'completed') && can('pharmacy.return')
      ? [{ label: { vi: texts.vi.back, en: texts.en.back }, chord: 'Alt+R', icon: 'undo', run: back.open }]
      : [];
  const finish = !open ? (
    <FinishBar actions={returning} finish={next} />
  ) : list.state === 'ready' ? (
    <FinishBar
      missing={[
        ...wrong.map((one) => ({ text: t('tooMuchIn', { name: one.line.name ?? one.line.drug }) })),
        ...(known && !any ? [{ text: t('nothingPicked') }] : []),
        ...(known && any && !identified ? [{ text: t('askPerson'), go: askFirst }] : []),
      ]}
      actions={[
        ...returning,
        { label: { vi: texts.vi.openStock, en: texts.en.openStock }, chord: 'F4', icon: 'box', run: onStock },
      ]}
      finish={{
        label: { vi: texts.vi.dispense, en: texts.en.dispense },
        patient: row.patientName ?? undefined,
        icon: 'pill',
        busy: command.running,
        disabled: !known || !any || wrong.length > 0,
        run: () => run(),
      }}
    />
  ) : undefined;
  return children(page, finish);
}
