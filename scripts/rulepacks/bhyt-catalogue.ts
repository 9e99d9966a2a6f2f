/**
 * Claim codes of the demonstration formulary: what a hospital's contract with the fund would list for each of its drugs.
 * Invented throughout, and visibly so; a hospital replaces the edition with its own accepted lists (forms 01–06/DM).
 */
import { readEdition, type Table, writeEdition } from './lib.ts';

const EDITION = '2026-01-01';
const { items } = readEdition('formulary', EDITION).data as { items: Table };
const at = (name: string): number => items.columns.indexOf(name);

writeEdition({
  subject: 'bhyt-catalogue',
  edition: EDITION,
  validFrom: EDITION,
  validTo: null,
  knownFrom: '2026-11-22',
  source: [{ document: 'Demonstration data of this project', certainty: 'L' }],
  data: {
    demo: true,
    drugs: {
      columns: ['drug', 'claimCode', 'tender'],
      rows: items.rows.map((row, i) => [
        row[at('code')],
        // Drugs outside the list carry the code that the standard gives them.
        row[at('bhytRatio')] === 0 ? '00.0000' : `DEMO.${String(i + 1).padStart(4, '0')}`,
        `DEMO/QĐ-BVM;G1;N${(i % 4) + 1};2026`,
      ]),
    } satisfies Table,
  },
});
