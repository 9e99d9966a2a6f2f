import { type CloseNoteInput, closeNote, type NoteRow } from '@mach/desk/contract.ts';
import { AlertLine, formatTime, useAway, useCan, useCommand, useTexts, useView } from '@mach/ui';
import type { ReactElement } from 'react';
import { awayTexts } from './texts.ts';

/** Above a prescription that is written without the server: what was checked here, and what was not. */
export function DraftOnly({ checked }: { readonly checked: boolean }): ReactElement | null {
  const t = useTexts(awayTexts);
  const { down } = useAway();
  if (!down) return null;
  return <AlertLine level="warn" what={t('draftOnly')} why={t(checked ? 'checkedHere' : 'notChecked')} />;
}

/** Paper prescriptions of this visit that are not entered yet. */
export function PaperNotes({ encounter }: { readonly encounter: string }): ReactElement {
  const t = useTexts(awayTexts);
  const can = useCan();
  const { rows } = useView<NoteRow>(
    'desk.notes',
    { encounter, state: 'open', kind: 'prescription' },
    { sort: 'at', enabled: can('desk.read') },
  );
  const done = useCommand<CloseNoteInput, { note: string }>(closeNote.name);
  return (
    <>
      {rows.map((note) => (
        <AlertLine
          key={note.key}
          level="warn"
          what={t('note', { number: note.number ?? '', time: formatTime(note.at) })}
          why={`${note.text}\n${t('noteWhy')}`}
          instead={{
            label: t('entered'),
            run: () => void done.run({ note: note.key, outcome: awayTexts.vi.enteredOutcome }),
          }}
        />
      ))}
    </>
  );
}
