import { money, useTexts } from '@mach/ui';
import type { ReactElement } from 'react';
import type { Morning } from '../contract.ts';
import { Bars } from './bars.tsx';
import { change, share, shortMoney } from './numbers.ts';
import { Line, type Open, Panel } from './panel.tsx';
import { texts } from './texts.ts';

interface Props {
  readonly page: Morning;
  readonly open: Open;
}

function useShort(): (dong: string) => string {
  const t = useTexts(texts);
  return (dong) => shortMoney(dong, { thousand: t('thousand'), million: t('million') });
}

/** Yesterday whole, today so far, each against the same weekday of last week. */
export function MoneyPanel({ page, open }: Props): ReactElement | null {
  const t = useTexts(texts);
  const short = useShort();
  const sums = page.money;
  if (!sums) return null;
  const against = (now: string, before: string): string => {
    const percent = change(now, before);
    if (percent === null) return t('noComparison');
    if (percent === 0) return t('sameAsBefore');
    return percent > 0 ? t('moreThanBefore', { n: percent }) : t('lessThanBefore', { n: -percent });
  };
  const insured = share(sums.yesterday.insurer, sums.yesterday.total);
  return (
    <Panel name="money" title={t('panel.money')} definition={t('define.money')}>
      <button
        type="button"
        className="ops-press ops-big"
        data-figure={`money:${page.yesterday}`}
        data-n={sums.yesterday.n}
        title={money(sums.yesterday.total)}
        onClick={() => open(`money:${page.yesterday}`, t('yesterday'))}
      >
        <strong>{short(sums.yesterday.total)}</strong>
        <span>{t('yesterday')}</span>
        <small>{against(sums.yesterday.total, sums.yesterdayBefore.total)}</small>
      </button>
      <div className="ops-trend">
        <Bars
          values={sums.trend.map((day) => Number(day.total))}
          label={sums.trend
            .map((day) => `${day.date.slice(8)}/${day.date.slice(5, 7)}: ${short(day.total)}`)
            .join(' · ')}
        />
        <span>{t('trendDays', { n: sums.trend.length })}</span>
      </div>
      {insured !== null && (
        <p className="ops-split">
          <span>{t('fundPays', { money: short(sums.yesterday.insurer), n: insured })}</span>
          <span>{t('patientPays', { money: short(sums.yesterday.patient) })}</span>
        </p>
      )}
      <Line
        figure={`money:${page.today}`}
        name={t('today')}
        n={sums.today.n}
        value={short(sums.today.total)}
        note={sums.today.n > 0 ? against(sums.today.total, sums.todayBefore.total) : undefined}
        title={money(sums.today.total)}
        open={open}
      />
    </Panel>
  );
}

const CLAIMS = [
  ['returned', 'bad'],
  ['late', 'bad'],
  ['incomplete', 'warn'],
  ['soon', 'warn'],
] as const;

/** Claims that the fund may not pay. */
export function ClaimsPanel({ page, open }: Props): ReactElement | null {
  const t = useTexts(texts);
  const short = useShort();
  const { claims } = page;
  if (!claims) return null;
  return (
    <Panel name="claims" title={t('panel.claims')} definition={t('define.claims')}>
      {CLAIMS.map(([which, tone]) => (
        <Line
          key={which}
          figure={`claims:${which}`}
          name={t(`claims.${which}`)}
          n={claims[which].n}
          note={claims[which].n > 0 ? short(claims[which].money) : undefined}
          tone={tone}
          open={open}
        />
      ))}
    </Panel>
  );
}

/** What runs out and what expires. */
export function StockPanel({ page, open }: Props): ReactElement | null {
  const t = useTexts(texts);
  const short = useShort();
  const { stock } = page;
  if (!stock) return null;
  return (
    <Panel
      name="stock"
      title={t('panel.stock')}
      definition={t('define.stock')}
      side={t('measured', { n: stock.measured })}
    >
      <Line figure="stock:out" name={t('stock.out')} n={stock.out} tone="bad" open={open} />
      <Line figure="stock:low" name={t('stock.low')} n={stock.low} tone="warn" open={open} />
      {stock.worst.length > 0 && (
        <ul className="ops-worst">
          {stock.worst.map((drug) => (
            <li key={drug.drug}>
              <span>{drug.name}</span>
              <span>{t('days', { n: drug.days })}</span>
            </li>
          ))}
        </ul>
      )}
      <Line
        figure="stock:expired"
        name={t('stock.expired')}
        n={stock.expired}
        note={stock.expired > 0 ? short(stock.expiredWorth) : undefined}
        tone="bad"
        open={open}
      />
      <Line
        figure="stock:expiring"
        name={t('stock.expiring')}
        n={stock.expiring}
        note={stock.expiring > 0 ? short(stock.expiringWorth) : undefined}
        open={open}
      />
    </Panel>
  );
}
