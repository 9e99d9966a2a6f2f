import { age, Chip, Icon, PersonName, Sparkline, useLanguage, useTexts, waited } from '@mach/ui';
import type { ReactElement } from 'react';
import type { BoardRow } from '../contract.ts';
import { type Clock, clockOf, scoreOf } from '../rules/board.ts';
import type { TriagePack } from '../rules/triage-pack.ts';
import { LevelBadge } from './badge.tsx';
import { texts } from './texts.ts';

const MINUTE = 60_000;

/** One person on the board: level, who, why, the one clock that runs, score, bundles, results. */
export function PatientCard(props: {
  readonly row: BoardRow;
  readonly pack: TriagePack | undefined;
  readonly now: string;
  readonly onOpen: () => void;
}): ReactElement {
  const { row, pack, now, onOpen } = props;
  const t = useTexts(texts);
  const language = useLanguage();
  const clock = clockOf(row, now);
  const score = scoreOf(row);
  const trend = row.trend.map((p) => Number(p.value)).filter((n) => Number.isFinite(n));
  return (
    <button
      type="button"
      className="em-card"
      data-level={row.level ?? 'none'}
      data-late={clock.lateness}
      onClick={onOpen}
      data-card
    >
      <span className="em-card-top">
        <LevelBadge level={row.level} pack={pack} />
        <span className="em-card-name">
          <PersonName
            name={
              row.codeName && row.gender !== null && row.name?.includes(row.codeName) ? row.codeName : (row.name ?? '')
            }
          />
        </span>
        {row.birthDate && <span className="em-card-age">{age(row.birthDate, now, language)}</span>}
        {row.bed && <span className="em-card-bed">{row.bed}</span>}
      </span>
      <span className="em-card-why">{row.complaint}</span>
      <ClockLine clock={clock} />
      <span className="em-card-facts">
        {score ? (
          <span className="em-score" data-loud={score.loud}>
            {score.name} {score.text}
            {score.partial && ` (${score.partial})`}
          </span>
        ) : (
          <span className="em-score" data-loud="none">
            {t('notMeasured')}
          </span>
        )}
        <Sparkline values={trend} />
        {row.ordersTotal > 0 && (
          <Chip tone={row.ordersUnseen > 0 ? 'info' : 'neutral'} icon={row.ordersUnseen > 0 ? 'bell' : undefined}>
            {t('results', { done: row.ordersDone, all: row.ordersTotal })}
          </Chip>
        )}
        {row.doctorName && <span className="em-card-doctor">{row.doctorName}</span>}
      </span>
      {row.runs
        .filter((one) => one.status === 'in-progress')
        .map((one) => {
          const left = one.nextDueAt === null ? null : Date.parse(one.nextDueAt) - Date.parse(now);
          const ends = one.clockDueAt === null ? null : Date.parse(one.clockDueAt) - Date.parse(now);
          return (
            <span key={one.run} className="em-card-run" data-late={left !== null && left < 0 ? 'overdue' : undefined}>
              <Icon name={left !== null && left < 0 ? 'warn' : 'clock'} size={16} />
              <b>{one.name}</b>
              {one.clock && ends !== null && (
                <span>
                  {ends < 0
                    ? t('clockOver', { name: one.clock, n: waited(-ends, language) })
                    : t('clockLeft', { name: one.clock, n: waited(ends, language) })}
                </span>
              )}
              {one.nextStep && (
                <span className="em-card-next">
                  <Icon name="right" size={16} />
                  {one.nextStep}
                </span>
              )}
            </span>
          );
        })}
    </button>
  );
}

/** Minutes since the door, and what is left of the limit: as words, as a bar, and as colour. */
function ClockLine({ clock }: { readonly clock: Clock }): ReactElement {
  const t = useTexts(texts);
  const language = useLanguage();
  const { stay, left, kind, lateness } = clock;
  const words = {
    triage: t('dueTriage'),
    seen: t('dueSeen'),
    recheck: t('dueRecheck'),
    bundle: t('dueBundle'),
    stay: t('longStay'),
  };
  const whole = left === null ? 0 : stay + Math.max(0, left);
  const share = left === null || whole === 0 ? 100 : Math.min(100, Math.round((stay / whole) * 100));
  return (
    <span className="em-clock" data-late={lateness}>
      <span className="em-clock-words">
        {lateness !== 'none' && <Icon name={lateness === 'overdue' ? 'warn' : 'clock'} size={16} />}
        <b>{waited(stay * MINUTE, language)}</b>
        {left !== null && (
          <span>
            {left < 0 ? t('over', { what: words[kind], n: -left }) : t('left', { what: words[kind], n: left })}
          </span>
        )}
        {left === null && lateness !== 'none' && <span>{words.stay}</span>}
      </span>
      {left !== null && (kind === 'seen' || kind === 'triage') && (
        <span className="em-clock-bar" aria-hidden="true">
          <span style={{ width: `${left < 0 ? 100 : share}%` }} />
        </span>
      )}
    </span>
  );
}
