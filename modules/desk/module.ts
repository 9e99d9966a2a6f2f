import { commands, defineModule } from '@mach/engine/module.ts';
import { showBlockCommand } from './commands/lost-time.ts';
import { closeNoteCommand, keepNoteCommand } from './commands/notes.ts';
import {
  closeBlockCommand,
  giveBackCommand,
  spendNumberCommand,
  takeNumbersCommand,
  voidNumberCommand,
} from './commands/numbers.ts';
import { DESK } from './records.ts';
import { blocksView, notesView } from './views.ts';

const isDesk = (resource: Record<string, unknown>): boolean =>
  ((resource.code as { coding?: { system?: string }[] } | undefined)?.coding ?? []).some((c) => c.system === DESK);

const DESK_WORK = ['desk.numbers', 'desk.read'];
const OVERSIGHT = ['desk.read', 'desk.oversee'];

/** What a desk needs to go on while its server is away: numbered paper, and notes that are entered later. */
export default defineModule({
  name: 'desk',
  title: { vi: 'Bàn làm việc', en: 'Desks' },
  commands: commands(
    takeNumbersCommand,
    giveBackCommand,
    showBlockCommand,
    voidNumberCommand,
    spendNumberCommand,
    closeBlockCommand,
    keepNoteCommand,
    closeNoteCommand,
  ),
  settings: { internetProbe: null },
  owns: [{ type: 'Basic', command: 'desk.keepNote', when: isDesk }],
  views: [
    {
      definition: blocksView,
      permission: 'desk.read',
      title: { vi: 'Quyển số giấy', en: 'Blocks of paper numbers' },
      sort: '-takenAt',
    },
    {
      definition: notesView,
      permission: 'desk.read',
      title: { vi: 'Phiếu giấy chờ nhập', en: 'Paper notes' },
      sort: '-at',
    },
  ],
  roles: {
    reception: DESK_WORK,
    nurse: DESK_WORK,
    doctor: DESK_WORK,
    cashier: DESK_WORK,
    treasurer: OVERSIGHT,
    administrator: OVERSIGHT,
    director: OVERSIGHT,
  },
});
