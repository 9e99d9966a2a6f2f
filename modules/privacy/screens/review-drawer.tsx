import type { UnusualRow } from '@mach/engine/policy/unusual-list.ts';
import {
  Button,
  Drawer,
  Fact,
  Facts,
  formatDate,
  formatDateTime,
  Segmented,
  TextArea,
  toast,
  useCommand,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { reviewUnusual } from '../contract.ts';
import { Refusals } from './parts.tsx';
import type { Rules } from './rules.ts';
import { texts } from './texts.ts';

/** Row of `access.brokenGlass`. */
export interface BrokenRow {
  readonly key: string;
  readonly patientName: string | null;
  readonly by: string;
  readonly reason: string;
  readonly since: string;
  readonly until: string;
  readonly ended: string | null;
}

type Finding = 'justified' | 'unjustified';

/** One broken glass, or one unusual look: what is known of it, and the finding that closes it. */
export function ReviewDrawer(props: {
  readonly id: string;
  readonly glass: BrokenRow | undefined;
  readonly look: UnusualRow | undefined;
  readonly rules: Rules | undefined;
  readonly onDone: () => void;
}): ReactElement {
  const { id, glass, look, rules, onDone } = props;
  const t = useTexts(texts);
  const [finding, setFinding] = useState<Finding | null>(null);
  const [note, setNote] = useState('');
  const done = {
    onDone: () => {
      toast({ text: t('reviewed') });
      onDone();
    },
  };
  const ofGlass = useCommand<object>('access.reviewGlass', done);
  const ofLook = useCommand<object>(reviewUnusual.name, done);
  const review = glass ? ofGlass : ofLook;
  const said = { finding, ...(note.trim() === '' ? {} : { note }) };
  const send = (): void => void review.run(glass ? { task: glass.key, ...said } : { id: look?.id, ...said });
  return (
    <Drawer
      id={id}
      title={t(glass ? 'reviewGlass' : 'reviewUnusual')}
      patient={glass?.patientName ?? look?.patientName ?? undefined}
      foot={
        <Button look="primary" icon="check" disabled={finding === null} busy={review.running} onClick={send}>
          {t('closeReview')}
        </Button>
      }
    >
      <div className="prv-form">
        {glass ? <GlassFacts row={glass} /> : look && <LookFacts row={look} rules={rules} />}
        <Segmented<Finding>
          label={t('finding')}
          required
          value={finding}
          onChange={setFinding}
          options={[
            { value: 'justified', label: t('justified') },
            { value: 'unjustified', label: t('unjustified') },
          ]}
        />
        <TextArea
          label={t('note')}
          hint={t('noteHint')}
          required={finding === 'unjustified'}
          value={note}
          onChange={setNote}
          issues={review.issuesByField.note}
        />
        <Refusals of={review.issues.filter((issue) => issue.field !== 'note')} />
      </div>
    </Drawer>
  );
}

function GlassFacts({ row }: { readonly row: BrokenRow }): ReactElement {
  const t = useTexts(texts);
  return (
    <Facts>
      <Fact label={t('who')}>{row.by}</Fact>
      <Fact label={t('patient')}>{row.patientName ?? '—'}</Fact>
      <Fact label={t('when')}>{formatDateTime(row.since)}</Fact>
      <Fact label={t('until')}>{formatDateTime(row.ended ?? row.until)}</Fact>
      <Fact label={t('reason')} wide>
        {row.reason}
      </Fact>
    </Facts>
  );
}

function LookFacts({ row, rules }: { readonly row: UnusualRow; readonly rules: Rules | undefined }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const rule = rules?.unusual[row.rule];
  const { people, median } = row.detail;
  return (
    <>
      <Facts>
        <Fact label={t('who')}>{row.name ?? row.actor}</Fact>
        <Fact label={t('why')}>{rule ? pick(rule) : row.rule}</Fact>
        <Fact label={t('patient')}>
          {row.patientName ?? t('peopleSeen', { n: people ?? 0 })}
          {median != null && <span className="prv-two">{t('usually', { n: median })}</span>}
        </Fact>
        <Fact label={t('when')}>
          {formatDate(row.day)}
          <span className="prv-two">{`${formatDateTime(row.firstAt)} – ${formatDateTime(row.lastAt)}`}</span>
        </Fact>
      </Facts>
      <p className="prv-note">{t('unusualSource')}</p>
    </>
  );
}
