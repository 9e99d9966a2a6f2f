import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bornAtOf,
  cardOf,
  emptyNewborn,
  gapsOf,
  inputOf,
  type NewbornDraft,
  nameOf,
  timeFault,
  timeOf,
} from './form.ts';

const NOW = '2026-11-24T03:00:00.000Z';
const draft = (more: Partial<NewbornDraft> = {}): NewbornDraft => ({
  ...emptyNewborn(NOW),
  mother: { id: 'mai', name: 'Nguyễn Thị Mai', detail: '' },
  sex: 'female',
  time: '0825',
  weight: '3150',
  ...more,
});

test('an hour as it is typed, and what is none', () => {
  const read = ['0825', '8:25', '8h25', '825', '2359', '2460', '12', '', '1260'].map(timeOf);
  assert.deepEqual(read, ['08:25', '08:25', '08:25', '08:25', '23:59', undefined, undefined, undefined, undefined]);
  assert.equal(bornAtOf({ date: '2026-11-24', time: '0825' }), '2026-11-24T01:25:00.000Z');
  assert.equal(bornAtOf({ date: '2026-11', time: '0825' }), undefined);
});

test('later than now, and older than 28 days, are said before anything is sent', () => {
  const at = (date: string, time: string) => timeFault({ date, time }, NOW);
  assert.deepEqual(
    [at('2026-11-24', '0959'), at('2026-11-24', '1001'), at('2026-10-27', '1001'), at('2026-10-27', '0959')],
    [undefined, 'future', undefined, 'daysOver'],
  );
});

test('what is missing is named in the order of the form', () => {
  assert.deepEqual(gapsOf(emptyNewborn(NOW)), ['mother', 'sex', 'birthTime', 'weight']);
  assert.deepEqual(gapsOf(draft()), []);
  // A mother without a record: her name, or the child's own.
  assert.deepEqual(gapsOf(draft({ mother: null, alone: true })), ['mother']);
  assert.deepEqual(gapsOf(draft({ mother: null, alone: true, motherName: 'Lò Thị Ỷ' })), []);
});

test('what is sent: no empty fields, a name only where there is one, nothing with a wrong card', () => {
  assert.deepEqual(inputOf(draft(), NOW), {
    mother: 'mai',
    sex: 'female',
    bornAt: '2026-11-24T01:25:00.000Z',
    weight: 3150,
  });
  assert.equal(nameOf(draft({ children: 2, order: 2 })), 'Con bà Nguyễn Thị Mai - bé hai');
  assert.equal(cardOf('te1 01 kt 00012345'), 'TE101KT00012345');
  assert.equal(inputOf(draft({ card: 'TE401000' }), NOW), undefined);
  assert.equal(inputOf(draft({ card: 'TE101KT00012345' }), NOW)?.temporaryCard, 'TE101KT00012345');
});
