import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type News2Data, readNews2 } from '@mach/vn/clinical/news2.ts';
import { chartColumn, news2Chart } from './news2-chart.ts';

const file = new URL('../../../rulepacks/news2/2017-12-19.json', import.meta.url);
const rows = news2Chart(readNews2(JSON.parse(readFileSync(file, 'utf8')).data as News2Data));

test('the chart stands as it is published: 3 2 1 0 1 2 3', () => {
  const shown = rows.map((r) => [`${r.parameter}${r.scale ?? ''}`, ...r.cells.map((cell) => cell ?? '')].join('|'));
  assert.deepEqual(shown, [
    'resp|≤ 8||9–11|12–20||21–24|≥ 25',
    'spo21|≤ 91|92–93|94–95|≥ 96|||',
    'spo22|≤ 83|84–85|86–87|88–92; ≥ 93 {air}|93–94 {oxygen}|95–96 {oxygen}|≥ 97 {oxygen}',
    'oxygen||{oxygen}||{air}|||',
    'sbp|≤ 90|91–100|101–110|111–219|||≥ 220',
    'pulse|≤ 40||41–50|51–90|91–110|111–130|≥ 131',
    'consciousness||||{alert}|||{not-alert}',
    'temp|≤ 35.0||35.1–36.0|36.1–38.0|38.1–39.0|≥ 39.1|',
  ]);
});

test('a value is ringed on its own side', () => {
  const pulse = rows.find((r) => r.parameter === 'pulse');
  assert.ok(pulse);
  assert.deepEqual([chartColumn(pulse, 3, true), chartColumn(pulse, 3, false)], [0, 6]);
  const spo2 = rows.find((r) => r.parameter === 'spo2' && r.scale === 1);
  assert.ok(spo2);
  assert.equal(chartColumn(spo2, 2, false), 1, 'this row has one side only');
});
