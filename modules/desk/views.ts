import { instant, is, number, text, type ViewDefinition } from '@mach/store/views/definition.ts';
import { factPath, IS_DESK, NUMBER } from './records.ts';

const said = (name: string): string => factPath(name, 'String');
const count = (name: string): string => factPath(name, 'Integer');
const moment = (name: string): string => factPath(name, 'Instant');

/** Blocks of paper numbers: who holds them, and what became of every number. */
export const blocksView: ViewDefinition = {
  name: 'desk.blocks',
  kind: 'live',
  base: 'Basic',
  where: is(IS_DESK, 'block'),
  columns: {
    series: text(said('series'), { indexed: true }),
    range: text(said('range')),
    state: text(said('state'), { indexed: true }),
    login: text(said('login'), { indexed: true }),
    by: text(said('by')),
    desk: text(said('desk')),
    takenAt: instant(moment('takenAt'), { indexed: true }),
    used: number(count('used')),
    voided: number(count('voided')),
    left: number(count('left')),
    spent: text(said('spent')),
  },
};

/** Paper that waits to be entered. */
export const notesView: ViewDefinition = {
  name: 'desk.notes',
  kind: 'live',
  base: 'Basic',
  where: is(IS_DESK, 'note'),
  patient: { kind: 'reference-id', path: 'subject.reference' },
  columns: {
    kind: text(said('kind'), { indexed: true }),
    state: text(said('state'), { indexed: true }),
    number: text(`identifier[system=${NUMBER}].value`, { indexed: true }),
    name: text(said('name')),
    born: text(said('born')),
    ticket: text(said('ticket')),
    encounter: text(said('encounter'), { indexed: true }),
    title: text(said('title')),
    text: text(said('text')),
    reason: text(said('reason')),
    by: text(said('by')),
    at: instant(moment('at'), { indexed: true }),
    outcome: text(said('outcome')),
    closedBy: text(said('closedBy')),
    closedAt: instant(moment('closedAt')),
  },
};
