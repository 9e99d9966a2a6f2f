import { ORDER_LABELS } from '@mach/encounter/contract.ts';
import type { DiagnosticReport } from '@mach/fhir/types.ts';
import { type AcknowledgeCriticalInput, acknowledgeCritical, imagesOf } from '@mach/lab/contract.ts';
import {
  AlertLine,
  Button,
  Chip,
  Drawer,
  Empty,
  formatDateTime,
  KeyImages,
  ResultTable,
  Tabs,
  toast,
  useCommand,
  usePick,
  useRecord,
  useTexts,
} from '@mach/ui';
import { type KeyboardEvent, type ReactElement, type ReactNode, useMemo, useState } from 'react';
import { type MarkSeenInput, type MarkSeenResult, markSeen, type OrderRow } from '../../../contract.ts';
import type { Visit } from '../data/use-visit.ts';
import { RESULTS_DRAWER } from '../drawers.ts';
import { texts } from '../texts.ts';
import { earlierResults, type VisitResults } from './results.ts';

/** Results of the visit, abnormal first; Space says that they were seen. Costs stand below. */
export function ResultsDrawer(props: {
  readonly visit: Visit;
  readonly name: string;
  readonly results: VisitResults;
  readonly costs: ReactNode;
}): ReactElement {
  const { visit, name, results, costs } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const [tab, setTab] = useState<'now' | 'before'>('now');
  const earlier = useMemo(() => earlierResults(visit.values, visit.id), [visit.values, visit.id]);
  const seen = useCommand<MarkSeenInput, MarkSeenResult>(markSeen.name);
  const acknowledge = useCommand<AcknowledgeCriticalInput, { task: string }>(acknowledgeCritical.name);
  const critical = visit.criticals.filter((one) => one.status === 'requested');
  const open = results.unseen.length > 0;

  async function markAll(): Promise<void> {
    if (!open || seen.running) return;
    const done = await seen.run({ orders: [...results.unseen] });
    if (!done) return;
    for (const one of critical) await acknowledge.run({ task: one.key });
    visit.refresh('encounter');
    toast({ text: t('markedSeen', { n: done.seen.length }) });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== ' ' || event.target instanceof HTMLButtonElement || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    void markAll();
  }

  return (
    <Drawer
      id={RESULTS_DRAWER}
      title={t('results')}
      chord="F7"
      patient={name}
      foot={
        open && (
          <Button look="primary" icon="eye" chord="Space" busy={seen.running} onClick={() => void markAll()}>
            {t('markSeen', { n: results.unseen.length })}
          </Button>
        )
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the panel takes Space for "seen" and scrolls by arrows */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: same */}
      <div className="doc-stack doc-results" tabIndex={0} data-anchor={6} onKeyDown={onKeyDown}>
        {critical.map((one) => (
          <AlertLine
            key={one.key}
            level="stop"
            what={one.text ?? t('criticalResult')}
            why={one.at ? formatDateTime(one.at) : undefined}
          />
        ))}
        {earlier.length > 0 && (
          <Tabs
            label={t('results')}
            value={tab}
            onChange={setTab}
            tabs={[
              { value: 'now', label: t('thisVisit'), count: results.rows.length },
              { value: 'before', label: t('before'), count: earlier.length },
            ]}
          />
        )}
        {tab === 'now' ? (
          <>
            {results.reports.map((report) => (
              <Report key={report.key} order={report} />
            ))}
            <ResultTable
              narrow
              rows={results.rows}
              empty={results.reports.length === 0 && <Empty title={t('noResults')} hint={t('noResultsHint')} />}
            />
          </>
        ) : (
          <ResultTable narrow abnormalFirst={false} rows={earlier} />
        )}
        {[...seen.issues, ...acknowledge.issues].map((issue) => (
          <AlertLine key={issue.code} level="warn" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
        ))}
        {costs}
      </div>
    </Drawer>
  );
}

/** A report of imaging or a functional test: what it concludes, and its pictures. */
function Report({ order }: { readonly order: OrderRow }): ReactElement {
  const t = useTexts(texts);
  const { record } = useRecord<DiagnosticReport>(
    'DiagnosticReport',
    order.group === 'lab' ? undefined : (order.report ?? undefined),
  );
  const images = record ? imagesOf(record) : [];
  const pick = usePick();
  return (
    <article className="doc-report">
      <header>
        <b className="doc-grow">{order.name}</b>
        {order.state === 'validated' && <Chip tone="info">{t('new')}</Chip>}
        <span className="doc-muted">
          {order.issuedAt ? formatDateTime(order.issuedAt) : pick(ORDER_LABELS[order.state])}
        </span>
      </header>
      <p>{order.conclusion}</p>
      {images.length > 0 && <KeyImages images={images} />}
    </article>
  );
}
