import type { Claim } from '@mach/fhir/types.ts';
import {
  AlertLine,
  Chip,
  Fact,
  Facts,
  FinishBar,
  formatDate,
  formatDateTime,
  money,
  PersonName,
  Section,
  Skeleton,
  TextField,
  toast,
  useCommand,
  usePick,
  useRecord,
  useRefreshRecords,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import {
  CLAIM_LABELS,
  type ClaimResult,
  type ClaimRow,
  claimFindings,
  type EncounterInput,
  recheckClaim,
  resendClaim,
  type SendClaimInput,
} from '../contract.ts';
import { FileView } from './file-view.tsx';
import { Findings } from './findings.tsx';
import { texts } from './texts.ts';

const CHECK_IN = {
  exempt: 'checkInExempt',
  blocked: 'checkInBlocked',
  sent: 'checkInSent',
  received: 'checkInReceived',
  returned: 'checkInReturned',
} as const;

/** One claim: what it asks for, what stands against it, the file, and the step that comes next. */
export function ClaimPage(props: {
  readonly row: ClaimRow;
  readonly children: (page: ReactElement, finish?: ReactElement) => ReactElement;
}): ReactElement {
  const { row, children } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const { record, state, reload } = useRecord<Claim>('Claim', row.key);
  const refresh = useRefreshRecords();
  const [reason, setReason] = useState('');
  const reasonField = useRef<HTMLInputElement>(null);
  const after = (): void => {
    refresh('Claim', row.key);
    setReason('');
  };
  const recheck = useCommand<EncounterInput, ClaimResult>(recheckClaim.name, {
    onDone: ({ findings }) => {
      const errors = findings.filter((f) => f.severity === 'error').length;
      toast({ text: errors > 0 ? t('stillErrors', { n: errors }) : t('clean') });
      after();
    },
  });
  const send = useCommand<SendClaimInput, ClaimResult>(resendClaim.name, {
    onDone: ({ state: now, findings }) => {
      const errors = findings.filter((f) => f.severity === 'error').length;
      toast({ text: now === 'sent' ? t('sent') : t('stillErrors', { n: errors }) });
      after();
    },
  });

  // The list is live; the record behind it is read again when its row changes.
  const mark = [row.state, row.findings, row.sentAt, row.receipt, row.checkIn].join();
  const load = useRef(reload);
  load.current = reload;
  useEffect(() => {
    void mark;
    load.current();
  }, [mark]);

  const held = row.receipt !== null;
  const settled = row.state !== 'draft';
  const needsReason = held && reason.trim().length < 2;
  // What the portal has accepted is done: replacing it is offered once a reason is written.
  const over = row.state === 'received' && needsReason;
  const label = row.version === null ? 'sign' : 'resend';
  const missing = [
    ...(row.state === 'has-findings' ? [{ text: t('missingErrors', { n: row.errors }) }] : []),
    ...(row.state === 'returned' ? [{ text: t('missingPortal') }] : []),
    ...(needsReason ? [{ text: t('missingReason'), go: () => reasonField.current?.focus() }] : []),
  ];

  const page = (
    <div className="m-page">
      <Facts>
        <Fact label={t('claimed')}>{row.money === null ? '—' : money(Math.round(row.money))}</Fact>
        <Fact label={t('total')}>{row.total === null ? '—' : money(Math.round(row.total))}</Fact>
        {row.atRisk > 0 && <Fact label={t('atRisk')}>{money(Math.round(row.atRisk))}</Fact>}
        <Fact label={t('endedAt')}>{row.endedAt ? formatDateTime(row.endedAt) : '—'}</Fact>
        {row.deadline && <Fact label={t('deadline')}>{formatDate(row.deadline)}</Fact>}
        <Fact label={t('checkIn')}>{row.checkIn ? t(CHECK_IN[row.checkIn as keyof typeof CHECK_IN]) : '—'}</Fact>
        {row.version !== null && <Fact label={t('version')}>{row.version}</Fact>}
        {row.sentAt && <Fact label={t('sentAt')}>{formatDateTime(row.sentAt)}</Fact>}
        {row.receipt && (
          <Fact label={t('receipt')} wide>
            <span className="m-code">{row.receipt}</span>
          </Fact>
        )}
        {row.receivedAt && <Fact label={t('receivedAt')}>{formatDateTime(row.receivedAt)}</Fact>}
      </Facts>
      {[...recheck.issues, ...send.issues.filter((issue) => issue.field !== 'reason')].map((issue) => (
        <AlertLine
          key={issue.code}
          level="stop"
          what={pick(issue.text)}
          why={issue.remedy ? pick(issue.remedy) : undefined}
        />
      ))}
      {!settled && <AlertLine level="note" what={t('draftHint')} />}
      <Section anchor={1} title={t('findings')}>
        {state === 'loading' ? (
          <Skeleton shape="card" />
        ) : record && (settled || row.findings > 0) ? (
          <Findings findings={claimFindings(record)} row={row} />
        ) : null}
      </Section>
      {held && settled && (
        <TextField
          className="claim-reason"
          label={t('reason')}
          hint={t('reasonHint')}
          maxLength={500}
          value={reason}
          onChange={setReason}
          issues={send.issuesByField.reason}
          inputRef={reasonField}
        />
      )}
      <Section anchor={2} title={t('file')}>
        <FileView document={row.document} />
      </Section>
    </div>
  );
  const finish = (
    <FinishBar
      missing={settled && !over ? missing : undefined}
      actions={[
        {
          label: { vi: texts.vi.checkAgain, en: texts.en.checkAgain },
          icon: 'sync',
          chord: 'F7',
          busy: recheck.running,
          run: () => void recheck.run({ encounter: row.encounter }),
        },
      ]}
      finish={
        settled && !over
          ? {
              label: { vi: texts.vi[label], en: texts.en[label] },
              patient: row.name,
              icon: 'sign',
              busy: send.running,
              disabled: needsReason || row.state === 'sent',
              run: () =>
                void send.run({
                  encounter: row.encounter,
                  ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
                }),
            }
          : undefined
      }
    />
  );
  return children(page, finish);
}

/** Whose claim it is. */
export function ClaimHead({ row }: { readonly row: ClaimRow }): ReactElement {
  const pick = usePick();
  return (
    <header className="m-head">
      <span className="m-head-name">
        <PersonName name={row.name} />
      </span>
      <Chip tone={row.state === 'returned' ? 'critical' : row.state === 'has-findings' ? 'warn' : 'insurance'}>
        {pick(CLAIM_LABELS[row.state])}
      </Chip>
      <span className="m-head-facts">
        {row.birthDate && <span>{formatDate(row.birthDate)}</span>}
        {row.patientCode && <span className="m-code">{row.patientCode}</span>}
        {row.card && <span className="m-code">{row.card}</span>}
        <span className="m-code">{row.visitCode}</span>
      </span>
    </header>
  );
}
