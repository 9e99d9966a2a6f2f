import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesPerson } from './person-scan.ts';
import { SID } from './systems.ts';

test('a person is known by their papers, not by another visit and not by a part of a number', () => {
  const lan = {
    id: 'lan',
    identifier: [
      { system: SID.patientCode, value: '2600-000-000-1' },
      { system: SID.cccd, value: '001164000123' },
      { system: 'https://other.example/phone', value: '0912345678' },
    ],
  };
  const visit = { identifier: [{ system: SID.visitCode, value: '01999-261124-000011' }] };
  const names = (scan: string): boolean => namesPerson(scan, lan, visit, ['GD4010123456789', '01999abc1234-C']);
  for (const good of [
    'lan',
    'Patient/lan',
    '26000000001',
    ' 2600–000–000–1 ',
    '001164000123',
    '001164000123|012345678|Trần Thị Lan|14071964|Nữ|Hà Nội|01012021',
    '01999-261124-000011',
    'gd4010123456789',
    'GD4010123456789|x|y',
    '01999ABC1234-c',
  ])
    assert.ok(names(good), good);
  for (const bad of [
    '',
    '-',
    'hung',
    '0912345678',
    '01999-261124-000029',
    '2600',
    '00116400012',
    '|',
    '||001164000123',
  ])
    assert.ok(!names(bad), bad);
});
