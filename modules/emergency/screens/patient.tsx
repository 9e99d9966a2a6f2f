import { ageYears, type OrderRow } from '@mach/outpatient/contract.ts';
import {
  AlertLine,
  Button,
  Chip,
  Empty,
  formatTime,
  PrintButton,
  Section,
  Segmented,
  Sparkline,
  TextField,
  toast,
  useCan,
  useCommand,
  useDrawer,
  useLanguage,
  useNow,
  usePick,
  useRoute,
  useTexts,
  useView,
  WorkspaceFrame,
  type WorkspaceFrameProps,
  waited,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type BoardRow,
  type LogEventInput,
  logEvent,
  type PlaceInput,
  type PlaceResult,
  place,
  type SeeInput,
  type Stage,
  see,
} from '../contract.ts';
import { clockOf, columnOf, scoreOf } from '../rules/board.ts';
import { EVENTS } from '../rules/events.ts';
import { LevelBadge } from './badge.tsx';
import { EmergencyBanner } from './banner.tsx';
import { Bundles } from './bundles.tsx';
import { DISPOSE_DRAWER, DisposeDrawer } from './dispose-drawer.tsx';
import { texts } from './texts.ts';
import type { EmergencyRules } from './use-rules.ts';

const STAGES: readonly Stage[] = ['treating', 'observing', 'deciding'];

/** Everything of one emergency on one page: where they stand, bundles, results, log, the way out. */
export function EmergencyPatient(props: {
  readonly row: BoardRow;
  readonly rules: EmergencyRules;
  readonly frame: Omit<WorkspaceFrameProps, 'children'>;
  readonly onBack: () => void;
}): ReactElement {
  const { row, rules, frame, onBack } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const can = useCan();
  const now = useNow();
  const language = useLanguage();
  const { go, goTo, query } = useRoute();
  const drawer = useDrawer(DISPOSE_DRAWER);
  const waits = columnOf(row) === 'waiting' || columnOf(row) === 'triage';
  const clock = clockOf(row, now);
  const begin = useCommand<SeeInput, PlaceResult>(see.name);
  const move = useCommand<PlaceInput, PlaceResult>(place.name);
  const [bed, setBed] = useState(row.bed ?? '');
  const years = ageYears(row.birthDate ?? undefined, now);
  const keys = [
    ...(frame.keys ?? []),
    ...(can('emergency.dispose')
      ? [{ chord: 'F9' as const, label: { vi: texts.vi.dispose, en: texts.en.dispose }, run: drawer.open }]
      : []),
  ];
  return (
    <WorkspaceFrame {...frame} keys={keys} onBack={onBack} banner={<EmergencyBanner row={row} />}>
      <div className="em-page">
        {[...begin.issues, ...move.issues].map((issue) => (
          <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        ))}
        <div className="em-status" data-late={clock.lateness}>
          <LevelBadge level={row.level} pack={rules.triage} word large />
          <dl className="em-status-facts">
            <div>
              <dt>{t('sinceDoor')}</dt>
              <dd>
                {waited(clock.stay * 60_000, language)}
                {row.doorAt && <small> {formatTime(row.doorAt)}</small>}
              </dd>
            </div>
            {row.seeBy && waits && (
              <div>
                <dt>{t('seeBy')}</dt>
                <dd>{formatTime(row.seeBy)}</dd>
              </div>
            )}
            {row.doctorName && (
              <div>
                <dt>{t('doctor')}</dt>
                <dd>{row.doctorName}</dd>
              </div>
            )}
          </dl>
          <div className="em-status-do">
            {can('emergency.triage') && (
              <Button chord="F4" onClick={() => go(['v', row.key, 'triage'])}>
                {row.level === null ? t('triage') : t('retriage')}
              </Button>
            )}
            {waits && can('emergency.see') && (
              <Button look="primary" busy={begin.running} onClick={() => void begin.run({ encounter: row.key })}>
                {t('begin')}
              </Button>
            )}
            {can('outpatient.write-note') && (
              <Button look="quiet" icon="stethoscope" onClick={() => goTo('kham', ['visit', row.key])}>
                {t('openNote')}
              </Button>
            )}
            <PrintButton form="reception.wristband" id={row.key} label={t('wristband')} look="quiet" />
            <PrintButton form="emergency.timeline" id={row.key} label={t('timeline')} look="quiet" />
            {can('emergency.dispose') && (
              <Button look={waits ? 'secondary' : 'primary'} icon="leave" chord="F9" onClick={drawer.open}>
                {t('dispose')}
              </Button>
            )}
          </div>
        </div>
        <div className="em-place">
          <TextField
            label={t('bed')}
            value={bed}
            onChange={setBed}
            maxLength={20}
            onBlur={() => {
              const next = bed.trim();
              if (next !== (row.bed ?? '')) void move.run({ encounter: row.key, bed: next === '' ? null : next });
            }}
          />
          {!waits && can('emergency.place') && (
            <Segmented
              label={t('stage')}
              value={row.stage ?? 'treating'}
              options={STAGES.map((value) => ({ value, label: t(`column_${value}`) }))}
              onChange={(stage) => void move.run({ encounter: row.key, stage })}
            />
          )}
          <Scores row={row} />
        </div>
        <Section anchor={1} title={t('bundles')}>
          <Bundles row={row} rules={rules.bundles} suggested={query.bundle?.split(',') ?? []} ageYears={years} />
        </Section>
        <Orders encounter={row.key} />
        {can('emergency.bundle') && <QuickLog encounter={row.key} />}
        {can('emergency.dispose') && <DisposeDrawer row={row} />}
      </div>
    </WorkspaceFrame>
  );
}

function Scores({ row }: { readonly row: BoardRow }): ReactElement {
  const t = useTexts(texts);
  const { goTo } = useRoute();
  const can = useCan();
  const score = scoreOf(row);
  const trend = row.trend.map((p) => Number(p.value)).filter((n) => Number.isFinite(n));
  return (
    <div className="em-scores">
      <span className="em-score" data-loud={score ? score.loud : 'none'}>
        {score ? `${score.name} ${score.text}${score.partial ? ` (${score.partial})` : ''}` : t('notMeasured')}
      </span>
      <Sparkline values={trend} />
      {row.vitalsAt && <small>{formatTime(row.vitalsAt)}</small>}
      {can('outpatient.triage') && (
        <Button size="small" look="quiet" icon="pulse" onClick={() => goTo('vitals', [row.key])}>
          {t('measure')}
        </Button>
      )}
    </div>
  );
}

function Orders({ encounter }: { readonly encounter: string }): ReactElement {
  const t = useTexts(texts);
  const orders = useView<OrderRow>('outpatient.orders', { encounter }, { sort: 'orderedAt', limit: 100 });
  const rows = orders.rows.filter((one) => one.group !== 'exam' && one.state !== 'cancelled');
  return (
    <Section anchor={2} title={t('orders')} side={<span>{rows.length}</span>}>
      {rows.length === 0 ? (
        <Empty title={t('noOrders')} hint={t('noOrdersHint')} />
      ) : (
        <ul className="em-orders">
          {rows.map((one) => (
            <li key={one.key}>
              <span className="em-order-name">{one.name}</span>
              <Chip
                tone={one.critical > 0 ? 'critical' : one.state === 'validated' ? 'info' : 'neutral'}
                icon={one.critical > 0 ? 'warn' : undefined}
              >
                {t(`order_${one.state}` as 'order_signed')}
                {one.abnormal > 0 && ` · ${t('abnormal', { n: one.abnormal })}`}
              </Chip>
              {one.orderedAt && <small>{formatTime(one.orderedAt)}</small>}
              {one.conclusion && <span className="em-order-said">{one.conclusion}</span>}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** One tap, one time: what happens at the bed. */
function QuickLog({ encounter }: { readonly encounter: string }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const log = useCommand<LogEventInput, { event: string }>(logEvent.name);
  const now = useNow();
  return (
    <Section anchor={3} title={t('quickLog')}>
      <div className="em-log">
        {EVENTS.map((event) => (
          <Button
            key={event.code}
            busy={log.running}
            onClick={() =>
              void log.run({ encounter, event: event.code }).then((done) => {
                if (done) toast({ text: t('logged', { what: pick(event), time: formatTime(now) }) });
              })
            }
          >
            {pick(event)}
          </Button>
        ))}
      </div>
    </Section>
  );
}
