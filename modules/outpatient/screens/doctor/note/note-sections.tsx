import { AlertLine, Button, Chip, Section, useNow, useTexts } from '@mach/ui';
import { type KeyboardEvent, type ReactElement, useMemo } from 'react';
import type { NoteSection } from '../../../lists.ts';
import { texts } from '../texts.ts';
import type { DataWord } from './expand.ts';
import { shortDate } from './short-date.ts';
import { SnippetField } from './snippet-field.tsx';
import type { Note } from './use-note.ts';

interface Props {
  readonly note: Note;
  readonly data: readonly DataWord[];
}

/** Reason, history, examination: what is typed stands in the margin's three numbers. */
export function NoteSections({ note, data }: Props): ReactElement {
  const t = useTexts(texts);
  const now = useNow();
  return (
    <>
      {note.conflict && <Conflict note={note} />}
      <NotePart note={note} data={data} section="reason" anchor={1} title={t('reason')} rows={1} />
      <NotePart
        note={note}
        data={data}
        section="history"
        anchor={2}
        title={t('history')}
        placeholder={t('historyHint')}
        side={
          note.carryFrom && (
            <Button size="small" look="quiet" chord="Ctrl+D" onClick={note.carryFrom}>
              {t('likeLast', { date: note.carriedFrom ? shortDate(note.carriedFrom, now) : '' })}
            </Button>
          )
        }
      />
      <NotePart note={note} data={data} section="exam" anchor={3} title={t('exam')} placeholder={t('examHint')} />
    </>
  );
}

interface PartProps extends Props {
  readonly section: NoteSection;
  readonly title: string;
  readonly anchor?: number;
  readonly rows?: number;
  readonly placeholder?: string;
  readonly side?: ReactElement | undefined;
}

/** One section of the note with its mark of being carried over. */
export function NotePart(props: PartProps): ReactElement {
  const { note, data, section, title, anchor, rows = 2, placeholder, side } = props;
  const t = useTexts(texts);
  const carried = note.carried.includes(section);
  return (
    <Section
      anchor={anchor}
      title={title}
      side={
        (side || carried) && (
          <>
            {carried && (
              <Chip tone="warn" title={t('carriedHint')}>
                {t('carried')}
              </Chip>
            )}
            {side}
          </>
        )
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hears a key of the field in it */}
      <div
        className={carried ? 'doc-carried' : undefined}
        onKeyDown={(event: KeyboardEvent) => {
          // Ctrl+D in an empty text repeats the last note, as it repeats a prescription elsewhere.
          if (event.ctrlKey && event.code === 'KeyD' && note.carryFrom) {
            event.preventDefault();
            note.carryFrom();
          }
        }}
      >
        <SnippetField
          label={title}
          section={section}
          rows={rows}
          placeholder={placeholder}
          texts={note.texts}
          data={data}
          onChange={(next) => note.write(next, section)}
        />
      </div>
    </Section>
  );
}

function Conflict({ note }: { readonly note: Note }): ReactElement {
  const t = useTexts(texts);
  const issue = useMemo(() => note.issues.find((one) => one.code === 'note-changed'), [note.issues]);
  return (
    <div className="doc-pad">
      <AlertLine level="warn" what={issue?.text.vi ?? t('noteConflict')} why={t('noteConflictHint')} />
      <div className="doc-actions">
        <Button size="small" onClick={() => note.resolve('theirs')}>
          {t('takeTheirs')}
        </Button>
        <Button size="small" onClick={() => note.resolve('mine')}>
          {t('keepMine')}
        </Button>
      </div>
    </div>
  );
}
