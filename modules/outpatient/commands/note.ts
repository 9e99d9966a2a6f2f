import { refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Composition, Encounter, Provenance } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import { CS } from '@mach/vn/systems.ts';
import type { NoteResult } from '../contract.ts';
import { correctNoteInput, saveNoteInput } from '../inputs.ts';
import { isExamNote, merge, type NoteContent, readNote, sameContent, toSections } from '../rules/note.ts';
import {
  correct,
  create,
  lockAtDoctor,
  patientOf,
  requirePractitioner,
  seal,
  stateOfVisit,
  subjectOf,
  update,
  type Visit,
} from './visit.ts';

export type Note = IdentifiedResource<Composition>;

/** The one exam note of a visit: every room writes into the same. */
export async function noteOf(ctx: CommandContext, encounter: string): Promise<Note | undefined> {
  const notes = await ctx.referring<Composition>('Composition.encounter', encounter);
  return notes.find((note) => isExamNote(note) && note.status !== 'entered-in-error');
}

export const isSigned = (note: Composition): boolean => note.status === 'final' || note.status === 'amended';

export const saveNoteCommand = defineCommand({
  name: 'outpatient.saveNote',
  kind: 'intent',
  permission: 'outpatient.write-note',
  title: { vi: 'Lưu phiếu khám (nháp)', en: 'Save the exam note (draft)' },
  input: saveNoteInput,
  async handle(input, ctx): Promise<NoteResult> {
    const author = requirePractitioner(ctx);
    const visit = await lockAtDoctor(ctx, input.encounter);
    const note = await noteOf(ctx, visit.id);
    if (note && isSigned(note)) throw signed();
    if (input.basedOn !== undefined && note && note.meta?.versionId !== input.basedOn) throw changed(note);
    const before = readNote(note);
    const content = merge(before, input.sections, input.carried);
    if (note && sameContent(before, content)) return answer(note, false);
    return answer(writeDraft(ctx, visit, note, content, author), true);
  },
});

/** The draft with a content; the authors are all who wrote. */
function writeDraft(
  ctx: CommandContext,
  visit: Visit,
  note: Note | undefined,
  content: NoteContent,
  author: { reference: string; display: string },
): Note {
  const sections = toSections(content);
  const section = sections.length > 0 ? sections : undefined;
  if (!note)
    return create<Composition>(ctx, {
      resourceType: 'Composition',
      status: 'preliminary',
      type: { coding: [{ system: CS.document, code: 'exam-note', display: 'Phiếu khám bệnh' }] },
      subject: subjectOf(visit),
      encounter: { reference: `Encounter/${visit.id}` },
      date: ctx.performedAt,
      author: [author],
      title: 'Phiếu khám bệnh',
      section,
    });
  return update<Composition>(ctx, { ...note, date: ctx.performedAt, author: withAuthor(note, author), section });
}

/** The authors of a note with one more, each once. */
export const withAuthor = (note: Composition, author: { reference: string; display: string }): Composition['author'] =>
  note.author.some((a) => a.reference === author.reference) ? note.author : [...note.author, author];

/** Seals a note under the acting doctor's signature, as first version or as a correction. */
export async function signNote(ctx: CommandContext, note: Note, reason?: string): Promise<Note> {
  const author = requirePractitioner(ctx);
  const attested: Note = {
    ...note,
    status: reason === undefined ? 'final' : 'amended',
    date: ctx.performedAt,
    attester: [...(note.attester ?? []), { mode: 'legal', time: ctx.performedAt, party: author }],
  };
  const written = reason === undefined ? seal<Composition>(ctx, attested) : correct<Composition>(ctx, attested, reason);
  const { texts } = readNote(attested);
  const sealed = await ctx.documents.sign(
    ctx.documents.prepare('Phiếu khám bệnh', {
      form: 'exam-note/1',
      composition: note.id,
      encounter: note.encounter?.reference ?? null,
      subject: note.subject?.reference ?? null,
      author: author.reference,
      sections: texts,
      correction: reason ?? null,
      signedAt: ctx.performedAt,
    }),
    ctx.performedAt,
  );
  seal<Provenance>(ctx, {
    resourceType: 'Provenance',
    target: [{ reference: `Composition/${note.id}` }],
    recorded: ctx.now,
    occurredDateTime: ctx.performedAt,
    agent: [{ who: author }],
    signature: [
      {
        type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.1', display: "Author's Signature" }],
        when: sealed.signature.at,
        who: { display: sealed.signature.signer },
        targetFormat: 'application/json',
        sigFormat: 'application/jose',
        data: Buffer.from(sealed.signature.jws, 'utf8').toString('base64'),
      },
    ],
  });
  return written;
}

export const correctNoteCommand = defineCommand({
  name: 'outpatient.correctNote',
  kind: 'intent',
  permission: 'outpatient.write-note',
  title: { vi: 'Đính chính phiếu khám', en: 'Correct the exam note' },
  input: correctNoteInput,
  async handle(input, ctx): Promise<NoteResult> {
    requirePractitioner(ctx);
    const visit = await ctx.lock<Encounter>('Encounter', input.encounter);
    stateOfVisit(visit);
    const note = await noteOf(ctx, visit.id);
    if (!note || !isSigned(note))
      throw refuse(
        409,
        'note-not-signed',
        { vi: 'Phiếu khám chưa ký, chưa cần đính chính', en: 'The note is not signed: there is nothing to correct' },
        { field: 'encounter', remedy: { vi: 'Sửa thẳng trên bản nháp', en: 'Edit the draft itself' } },
      );
    const before = readNote(note);
    const content = merge(before, input.sections, []);
    if (sameContent(before, content)) return answer(note, false);
    const corrected = await signNote(ctx, { ...note, section: toSections(content) }, input.reason);
    const what = { encounter: visit.id, patient: patientOf(visit), composition: note.id };
    ctx.emit('outpatient.noteSigned', what);
    ctx.emit('outpatient.noteCorrected', what);
    return answer(corrected, true);
  },
});

const answer = (note: Note, wrote: boolean): NoteResult => ({
  composition: note.id,
  version: note.meta?.versionId ?? '',
  changed: wrote,
});

const signed = () =>
  refuse(
    409,
    'sealed',
    { vi: 'Phiếu khám đã ký, không sửa được', en: 'The exam note is signed and cannot be edited' },
    { field: 'encounter', remedy: { vi: 'Lập bản đính chính kèm lý do', en: 'Make a correction with a reason' } },
  );

function changed(note: Note) {
  const who = note.author.at(-1)?.display ?? '';
  return refuse(
    409,
    'note-changed',
    {
      vi: `Phiếu khám vừa được ${who} sửa ở nơi khác`,
      en: `The note was changed elsewhere meanwhile by ${who}`,
    },
    { field: 'basedOn', remedy: { vi: 'Tải lại rồi ghép phần của mình', en: 'Reload and merge your part' } },
  );
}
