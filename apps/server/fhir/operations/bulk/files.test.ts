import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ExportFiles } from './files.ts';

test('what a killed worker wrote beyond what was noted is cut off', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'mach-export-files-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const first = await ExportFiles.open(folder, []);
  await first.write('Patient', ['{"id":"ă"}', '{"id":"b"}']);
  const noted = structuredClone(first.files);
  await first.write('Patient', ['{"id":"lost"}']);
  await first.write('Group', ['{"id":"lost"}']);
  appendFileSync(join(folder, 'Patient.1.ndjson'), '{"id":"half');
  const second = await ExportFiles.open(folder, noted);
  await second.write('Patient', ['{"id":"c"}']);
  await second.write('Group', ['{"id":"g"}']);
  assert.equal(readFileSync(join(folder, 'Patient.1.ndjson'), 'utf8'), '{"id":"ă"}\n{"id":"b"}\n{"id":"c"}\n');
  assert.equal(readFileSync(join(folder, 'Group.1.ndjson'), 'utf8'), '{"id":"g"}\n');
  assert.deepEqual(
    second.files.map(({ name, count, bytes }) => [name, count, bytes]),
    [
      ['Patient.1.ndjson', 3, 34],
      ['Group.1.ndjson', 1, 11],
    ],
  );
});
