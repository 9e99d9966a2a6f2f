import { formatDateTime } from '@mach/base/time.ts';
import {
  type BlockRow,
  type CloseBlockInput,
  type CloseNoteInput,
  closeBlock,
  closeNote,
  type NoteRow,
} from '@mach/desk/contract.ts';
import {
  AlertLine,
  Button,
  Chip,
  Empty,
  Section,
  Table,
  TextField,
  toast,
  useCan,
  useCommand,
  usePick,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { paperTexts } from './texts.ts';

interface Asked {
  readonly kind: 'block' | 'note';
  readonly key: string;
  readonly of: string;
}

/** Paper of the hours without the server: what somebody still has to enter, and what became of every number. */
export function PaperSections(): ReactElement | null {
  const t = useTexts(paperTexts);
  const pick = usePick();
  const can = useCan();
  const enabled = can('desk.read');
  const notes = useView<NoteRow>('desk.notes', { state: 'open' }, { sort: 'at', enabled });
  const blocks = useView<BlockRow>('desk.blocks', {}, { sort: '-takenAt', enabled, limit: 200 });
  const [asked, setAsked] = useState<Asked | null>(null);
  const [reason, setReason] = useState('');
  const end = (said: string) => (): void => {
    toast({ text: said });
    setAsked(null);
    setReason('');
  };
  const finish = useCommand<CloseNoteInput, { note: string }>(closeNote.name, { onDone: end(t('noteDone')) });
  const close = useCommand<CloseBlockInput, { block: string }>(closeBlock.name, { onDone: end(t('blockDone')) });
  if (!enabled) return null;
  const send = (): void =>
    void (asked?.kind === 'block'
      ? close.run({ block: asked.key, reason: reason.trim() })
      : asked && finish.run({ note: asked.key, outcome: reason.trim() }));
  return (
    <>
      <Section anchor={2} title={t('notes')}>
        <Table<NoteRow>
          label={t('notes')}
          rows={notes.rows}
          keyOf={(row) => row.key}
          state={notes.state === 'loading' ? 'loading' : 'ready'}
          empty={<Empty title={t('noNotes')} hint={t('noNotesHint')} />}
          columns={[
            { key: 'number', head: t('number'), width: '110px', cell: (r) => r.number ?? r.ticket ?? '—' },
            { key: 'name', head: t('name'), rowHead: true, cell: (r) => r.name },
            { key: 'title', head: t('what'), cell: (r) => <span title={r.text}>{r.title}</span> },
            { key: 'reason', head: t('why'), wide: true, cell: (r) => r.reason ?? '—' },
            { key: 'by', head: t('by'), wide: true, width: '220px', cell: (r) => `${r.by} · ${formatDateTime(r.at)}` },
            {
              key: 'done',
              head: '',
              width: '110px',
              cell: (r) =>
                can('desk.numbers') ? (
                  <Button size="small" onClick={() => setAsked({ kind: 'note', key: r.key, of: r.number ?? r.name })}>
                    {t('entered')}
                  </Button>
                ) : null,
            },
          ]}
        />
      </Section>
      <Section anchor={3} title={t('blocks')}>
        <Table<BlockRow>
          label={t('blocks')}
          rows={blocks.rows}
          keyOf={(row) => row.key}
          state={blocks.state === 'loading' ? 'loading' : 'ready'}
          empty={<Empty title={t('noBlocks')} />}
          columns={[
            { key: 'range', head: t('range'), rowHead: true, cell: (r) => r.range },
            {
              key: 'state',
              head: t('state'),
              width: '130px',
              cell: (r) => <Chip tone={r.state === 'open' ? 'warn' : 'neutral'}>{t(`state_${r.state}`)}</Chip>,
            },
            { key: 'used', head: t('used'), align: 'right', width: '80px', cell: (r) => r.used },
            { key: 'voided', head: t('voided'), align: 'right', width: '80px', cell: (r) => r.voided },
            { key: 'left', head: t('left'), align: 'right', width: '80px', cell: (r) => r.left },
            {
              key: 'holder',
              head: t('holder'),
              wide: true,
              cell: (r) => (r.state === 'open' ? `${r.by ?? ''} · ${r.takenAt ? formatDateTime(r.takenAt) : ''}` : '—'),
            },
            {
              key: 'close',
              head: '',
              width: '170px',
              cell: (r) =>
                can('desk.oversee') && r.state !== 'done' ? (
                  <Button
                    size="small"
                    look="quiet"
                    onClick={() => setAsked({ kind: 'block', key: r.key, of: r.range })}
                  >
                    {t('closeBlock')}
                  </Button>
                ) : null,
            },
          ]}
        />
        {asked && (
          <div className="ops-paper-ask">
            <TextField
              label={t(asked.kind === 'block' ? 'whyClose' : 'whatDone', { of: asked.of })}
              required
              value={reason}
              onChange={setReason}
              maxLength={300}
            />
            {[...finish.issues, ...close.issues].map((issue) => (
              <AlertLine
                key={issue.code}
                level="warn"
                what={pick(issue.text)}
                why={issue.remedy && pick(issue.remedy)}
              />
            ))}
            <Button look="quiet" onClick={() => setAsked(null)}>
              {t('cancel')}
            </Button>
            <Button
              look={asked.kind === 'block' ? 'danger' : 'primary'}
              busy={finish.running || close.running}
              disabled={reason.trim().length < 2}
              onClick={send}
            >
              {t(asked.kind === 'block' ? 'closeBlock' : 'entered')}
            </Button>
          </div>
        )}
      </Section>
    </>
  );
}
