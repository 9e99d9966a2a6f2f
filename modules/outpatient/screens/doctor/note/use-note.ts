import { idOf } from '@mach/encounter/contract.ts';
import type { Composition } from '@mach/fhir/types.ts';
import { type Issue, useCommand, useDraft } from '@mach/ui';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type NoteResult, type SaveNoteInput, saveNote } from '../../../contract.ts';
import { NOTE_SECTIONS, type NoteSection } from '../../../lists.ts';
import { isExamNote, readNote } from '../../../rules/note.ts';
import type { Visit } from '../data/use-visit.ts';
import type { NoteTexts } from './expand.ts';

interface Content {
  readonly texts: NoteTexts;
  /** Sections carried over from an earlier visit and not yet touched. */
  readonly carried: readonly NoteSection[];
}

/** Content beside the version of the record that it was made from; empty before the first save. */
interface Kept extends Content {
  readonly version: string;
}

export interface Note {
  readonly texts: NoteTexts;
  readonly carried: readonly NoteSection[];
  readonly signed: boolean;
  /** Typing: the section loses its mark of being carried. */
  readonly write: (texts: NoteTexts, section: NoteSection) => void;
  /** Text of the last note into the empty sections, marked until touched. */
  readonly carryFrom: (() => void) | undefined;
  readonly carriedFrom: string | undefined;
  /** Saves what is not saved yet; answers whether the server has it all. */
  readonly flush: () => Promise<boolean>;
  readonly discard: () => void;
  readonly saving: boolean;
  readonly dirty: boolean;
  /** Instant at which the server last took it, or the device while the server cannot be reached. */
  readonly savedAt: string | undefined;
  readonly onDevice: boolean;
  readonly issues: readonly Issue[];
  /** Somebody else saved meanwhile. */
  readonly conflict: boolean;
  /** Takes the other version, or writes one's own over it. */
  readonly resolve: (keep: 'mine' | 'theirs') => void;
}

/** Typing rests this long before it is sent (journeys R7: within a second). */
const SAVE_MS = 800;
const RETRY_MS = 6000;
const CARRIED: readonly NoteSection[] = ['history', 'exam', 'advice'];

const standing = (note: Composition): boolean => isExamNote(note) && note.status !== 'entered-in-error';
const isSigned = (note: Composition | undefined): boolean => note?.status === 'final' || note?.status === 'amended';
const same = (a: Content, b: Content): boolean =>
  NOTE_SECTIONS.every(
    (s) => (a.texts[s] ?? '') === (b.texts[s] ?? '') && a.carried.includes(s) === b.carried.includes(s),
  );

/** The exam note: kept on the device at once, on the server within a second, and never over somebody else's words. */
export function useNote(visit: Visit): Note {
  const stored = useMemo(
    () => visit.notes.find((note) => standing(note) && idOf(note.encounter) === visit.id),
    [visit.notes, visit.id],
  );
  const told = visit.encounter.reasonCode?.[0]?.text;
  const [base, setBase] = useState<Kept>(() => keptOf(stored, told));
  const draft = useDraft<Kept>(`kham:note:${visit.id}`, base);
  const { value, set, discard } = draft;
  const latest = useRef(value);
  latest.current = value;
  const sent = useRef<Content>(base);
  const [savedAt, setSavedAt] = useState<string>();
  const save = useCommand<SaveNoteInput, NoteResult>(saveNote.name);
  // Live rows draw the page many times a second: what a timer waits for must not change with each drawing.
  const run = useRef(save.run);
  run.current = save.run;
  const busy = useRef<Promise<boolean> | null>(null);
  const signed = isSigned(stored);

  const push = useCallback(
    async (over = false): Promise<boolean> => {
      if (busy.current) await busy.current;
      const now = latest.current;
      if (same(now, sent.current) && !over) return true;
      const work = run
        .current({
          encounter: visit.id,
          sections: Object.fromEntries(NOTE_SECTIONS.map((section) => [section, now.texts[section] ?? ''])),
          carried: [...now.carried],
          ...(now.version === '' || over ? {} : { basedOn: now.version }),
        })
        .then((result) => {
          if (!result) return false;
          sent.current = { texts: now.texts, carried: now.carried };
          setSavedAt(new Date().toISOString());
          setBase({ texts: now.texts, carried: now.carried, version: result.version });
          set((before) => ({ ...before, version: result.version }));
          return true;
        });
      busy.current = work.finally(() => {
        busy.current = null;
      });
      return work;
    },
    [set, visit.id],
  );

  const conflict = save.issues.some((issue) => issue.code === 'note-changed');
  const waiting = !signed && !same(value, sent.current);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every keystroke begins the rest anew
  useEffect(() => {
    if (!waiting || conflict) return;
    const timer = setTimeout(() => void push(), SAVE_MS);
    return () => clearTimeout(timer);
  }, [waiting, conflict, value, push]);

  // Nobody types, and the server did not take it: tried again until it does.
  const failed = save.issues.length > 0 && !conflict;
  useEffect(() => {
    if (!waiting || !failed) return;
    const timer = setInterval(() => void push(), RETRY_MS);
    return () => clearInterval(timer);
  }, [waiting, failed, push]);

  // What the server has needs no draft any more.
  useEffect(() => {
    if (draft.dirty && same(value, base) && value.version === base.version) discard();
  }, [draft.dirty, value, base, discard]);

  // The other version is taken once it has been read again.
  const adopting = useRef(false);
  useEffect(() => {
    if (!adopting.current || stored?.meta?.versionId === base.version) return;
    adopting.current = false;
    const theirs = keptOf(stored, told);
    sent.current = theirs;
    setBase(theirs);
    set(theirs);
  }, [stored, base.version, told, set]);

  const earlier = useMemo(() => lastNote(visit.notes, visit.id), [visit.notes, visit.id]);
  const carry = useCallback(() => {
    if (!earlier) return;
    set((before) => {
      const taken = CARRIED.filter((s) => (before.texts[s] ?? '').trim() === '' && earlier.texts[s]);
      return {
        ...before,
        texts: { ...before.texts, ...Object.fromEntries(taken.map((s) => [s, earlier.texts[s]])) },
        carried: [...new Set([...before.carried, ...taken])],
      };
    });
  }, [earlier, set]);

  return {
    texts: value.texts,
    carried: value.carried,
    signed,
    write: (texts, section) =>
      set((before) => ({ ...before, texts, carried: before.carried.filter((one) => one !== section) })),
    carryFrom:
      earlier && CARRIED.some((s) => (value.texts[s] ?? '').trim() === '' && earlier.texts[s]) ? carry : undefined,
    carriedFrom: earlier?.on,
    flush: () => push(),
    discard,
    saving: save.running,
    dirty: waiting,
    savedAt: save.unconfirmed ? draft.savedAt : savedAt,
    onDevice: save.unconfirmed,
    issues: save.issues,
    conflict,
    resolve: (keep) => {
      save.reset();
      if (keep === 'mine') void push(true);
      else {
        adopting.current = true;
        visit.refresh('notes');
      }
    },
  };
}

function keptOf(note: Visit['notes'][number] | undefined, told: string | undefined): Kept {
  const { texts, carried } = readNote(note);
  return {
    texts: { ...texts, reason: texts.reason ?? told ?? '' },
    carried,
    version: note?.meta?.versionId ?? '',
  };
}

function lastNote(notes: Visit['notes'], encounter: string): { texts: NoteTexts; on: string } | undefined {
  const earlier = notes
    .filter((note) => standing(note) && isSigned(note) && idOf(note.encounter) !== encounter)
    .sort((a, b) => (a.date < b.date ? 1 : -1))[0];
  return earlier && { texts: readNote(earlier).texts, on: earlier.date };
}
