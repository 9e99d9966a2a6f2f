import '@mach/ui/list/table.css';
import {
  Button,
  Card,
  Drawer,
  flagOf,
  formatDateTime,
  ReadOnlyNote,
  ResultTable,
  Section,
  Skeleton,
  type ResultRow as TableRow,
  TextArea,
  TextField,
  toast,
  useCan,
  useCommand,
  useDrawer,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type CorrectResultInput,
  type CorrectResultResult,
  correctResult,
  type LabRow,
  type ResultRow,
} from '../contract.ts';
import { type Call, CallBack, callOf, NO_CALL } from './call-back.tsx';
import { Issues } from './issues.tsx';
import { standing } from './sheet.ts';
import { texts } from './texts.ts';

const CORRECT = 'lab-correct';

const tableRow = (one: ResultRow): TableRow => ({
  key: one.key,
  test: one.name ?? one.item ?? '',
  value: one.text ?? '',
  flag: one.flag ? flagOf(one.flag) : undefined,
  unit: one.unit ?? undefined,
  reference: one.range ?? undefined,
  at: one.at ?? undefined,
  corrected: one.correctedFrom && one.issued ? { value: one.correctedFrom, at: one.issued } : undefined,
});

/** Validated results: to read, and to correct with a reason. */
export function DonePage({ row }: { readonly row: LabRow }): ReactElement {
  const t = useTexts(texts);
  const can = useCan();
  const drawer = useDrawer(CORRECT);
  const [item, setItem] = useState<string | null>(null);
  const own = useView<ResultRow>('lab.results', { order: row.key }, { sort: 'at', limit: 200 });
  if (own.state === 'loading') return <Skeleton shape="table" />;
  const rows = [...standing(own.rows).values()];
  const chosen = rows.find((one) => one.item === item && !one.computed);
  const mayCorrect = can('lab.correct');
  return (
    <div className="lab-page">
      <ReadOnlyNote>
        {t('validatedNote', { time: rows[0]?.issued ? formatDateTime(rows[0].issued) : '—' })}
      </ReadOnlyNote>
      <Section anchor={1} title={row.name}>
        <ResultTable
          rows={rows.map(tableRow)}
          onOpen={
            mayCorrect
              ? (one) => {
                  const found = rows.find((r) => r.key === one.key);
                  if (!found || found.computed) return;
                  setItem(found.item);
                  drawer.open();
                }
              : undefined
          }
        />
        {mayCorrect && <p className="lab-muted">{t('correctHint')}</p>}
      </Section>
      {chosen && <CorrectDrawer key={chosen.key} row={row} result={chosen} />}
    </div>
  );
}

function CorrectDrawer({ row, result }: { readonly row: LabRow; readonly result: ResultRow }): ReactElement {
  const t = useTexts(texts);
  const drawer = useDrawer(CORRECT);
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const [call, setCall] = useState<Call>(NO_CALL);
  const correct = useCommand<CorrectResultInput, CorrectResultResult>(correctResult.name, {
    onDone: ({ before, after }) => {
      toast({ text: t('correctedNow', { before, after }) });
      drawer.close();
    },
  });
  const needsCall = correct.issues.some((i) => i.code === 'callback-required');
  const callback = callOf(call);
  return (
    <Drawer
      id={CORRECT}
      title={t('correctTitle', { test: result.name ?? '' })}
      patient={row.patientName ?? undefined}
      foot={
        <Button
          look="primary"
          busy={correct.running}
          disabled={value.trim() === '' || reason.trim().length < 2 || (needsCall && !callback)}
          onClick={() =>
            void correct.run({
              order: row.key,
              item: result.item ?? '',
              value: value.trim(),
              reason: reason.trim(),
              ...(callback ? { callback } : {}),
            })
          }
        >
          {t('correct')}
        </Button>
      }
    >
      <div className="lab-stack">
        <p>
          {t('standsNow')} <strong>{[result.text, result.unit].filter(Boolean).join(' ')}</strong>
        </p>
        <TextField
          label={t('newValue')}
          required
          value={value}
          onChange={setValue}
          issues={correct.issuesByField.value}
        />
        <TextArea
          label={t('reason')}
          required
          maxLength={500}
          value={reason}
          onChange={setReason}
          issues={correct.issuesByField.reason}
        />
        {needsCall && (
          <CallBack
            lines={[`${result.name ?? ''} ${value}`]}
            call={call}
            onChange={setCall}
            doctor={row.requesterName}
            issues={correct.issuesByField.callback}
          />
        )}
        <Issues issues={correct.issues.filter((i) => !['value', 'reason', 'callback'].includes(i.field ?? ''))} />
        <Card>
          <p className="lab-note">{t('oldStays')}</p>
        </Card>
      </div>
    </Drawer>
  );
}
