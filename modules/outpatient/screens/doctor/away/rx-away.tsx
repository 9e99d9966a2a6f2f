import { type CloseNoteInput, closeNote, type NoteRow } from '@mach/desk/contract.ts';
import { AlertLine, formatTime, useAway, useCan, useCommand, useTexts, useView } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { PaperRx, type Whose } from './paper-rx.tsx';
import { awayTexts } from './texts.ts';

/** Above a prescription that is written without the server: what was checked here, and what was not. */
export function DraftOnly(props: {
  readonly checked: boolean;
  readonly whose: Whose;
  /** The draft in words, a drug a line. */
  readonly words: string;
}): ReactElement | null {
  const { checked, whose, words } = props;
  const t = useTexts(awayTexts);
  const { down, away } = useAway();
  const [writing, setWriting] = useState(false);
  const [given, setGiven] = useState<string | null>(null);
  if (!down) return null;
  return (
    <>
      <AlertLine
        level="warn"
        what={t('draftOnly')}
        why={t(checked ? 'checkedHere' : 'notChecked')}
        instead={away && !writing && given === null ? { label: t('paperNow'), run: () => setWriting(true) } : undefined}
      />
      {(writing || given !== null) && <PaperRx whose={whose} start={words} onGiven={setGiven} />}
    </>
  );
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
