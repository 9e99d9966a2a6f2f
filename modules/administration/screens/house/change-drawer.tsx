import { changeOf } from '@mach/engine/rule-packs/change.ts';
import type { OverlayEntry } from '@mach/engine/rule-packs/overlay.ts';
import type { Library } from '@mach/fhir/types.ts';
import {
  Button,
  DateField,
  Drawer,
  Fact,
  Facts,
  formatDate,
  formatDateTime,
  TextField,
  toast,
  useCan,
  useCommand,
  useDrawer,
  useRecord,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { APPROVE } from '../../contract.ts';
import { Issues } from '../issues.tsx';
import type { ChangeRow } from './change-row.ts';
import { texts } from './texts.ts';

/** Entries that are shown of a long list. */
const SHOWN = 100;
const shown = (value: unknown): string =>
  value === null || value === undefined ? '—' : Array.isArray(value) ? value.join(', ') : String(value);

/** One list or correction: what it says, and what may be done with it. */
export function ChangeDrawer({
  row,
  today,
}: {
  readonly row: ChangeRow | undefined;
  readonly today: string;
}): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const drawer = useDrawer('house-change');
  const { record } = useRecord<Library & { id: string }>('Library', row?.key);
  const [reason, setReason] = useState('');
  const [from, setFrom] = useState(today);
  const done = (text: string) => ({
    onDone: () => {
      toast({ text });
      drawer.close();
    },
  });
  const approve = useCommand<object>('administration.approve-correction', done(t('approved')));
  const reject = useCommand<object>('administration.reject-correction', done(t('saved')));
  const end = useCommand<object>('administration.end-change', done(t('saved')));
  if (!row)
    return (
      <Drawer id="house-change" title={t('corrections')}>
        {null}
      </Drawer>
    );
  const entries = record ? changeOf(record).parts.flatMap((part) => part.entries) : [];
  const isOpen = row.status === 'draft';
  return (
    <Drawer
      id="house-change"
      title={row.title ?? ''}
      foot={
        isOpen &&
        can(APPROVE) && (
          <div className="hou-acts">
            <Button look="primary" busy={approve.running} onClick={() => void approve.run({ change: row.key })}>
              {t('approve')}
            </Button>
            <Button busy={reject.running} onClick={() => void reject.run({ change: row.key, reason })}>
              {t('reject')}
            </Button>
          </div>
        )
      }
    >
      <div className="adm-form">
        <Issues of={[...approve.issues, ...reject.issues, ...end.issues]} />
        <Facts>
          <Fact label={t('document')}>{row.document}</Fact>
          <Fact label={t('reason')}>{row.reason}</Fact>
          <Fact label={t('from')}>{formatDate(row.from ?? '')}</Fact>
          {row.to && <Fact label={t('to')}>{formatDate(row.to)}</Fact>}
          <Fact label={t('by')}>{`${row.proposedByName} · ${formatDateTime(row.proposedAt ?? '')}`}</Fact>
          {row.decidedAt && (
            <Fact label={t('decided')}>{`${row.decidedByName} · ${formatDateTime(row.decidedAt)}`}</Fact>
          )}
          {row.note && <Fact label={t('rejected')}>{row.note}</Fact>}
        </Facts>
        <ul className="hou-history">
          {entries.slice(0, SHOWN).map((entry) => (
            <Entry key={`${entry.subject}/${entry.path}/${Object.values(entry.key).join()}`} entry={entry} />
          ))}
        </ul>
        {entries.length > SHOWN && <p className="adm-note">{t('moreRows', { n: entries.length - SHOWN })}</p>}
        {isOpen && <TextField label={t('reason')} value={reason} onChange={setReason} />}
        {row.status === 'active' && !row.endedFrom && can(APPROVE) && (
          <>
            <DateField label={t('from')} min={today} value={from} onChange={setFrom} />
            <TextField label={t('reason')} required value={reason} onChange={setReason} />
            <Button look="danger" busy={end.running} onClick={() => void end.run({ change: row.key, from, reason })}>
              {t('stop')}
            </Button>
          </>
        )}
      </div>
    </Drawer>
  );
}

function Entry({ entry }: { readonly entry: OverlayEntry }): ReactElement {
  return (
    <li>
      <span className="m-code">{[entry.path, ...Object.values(entry.key)].join(' · ')}</span>
      {Object.entries(entry.cells)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <span className="adm-two" key={name}>
            {`${name}: ${entry.was ? `${shown(entry.was[name])} → ` : ''}${shown(value)}`}
          </span>
        ))}
    </li>
  );
}
