import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitTyped } from './typed-drug.ts';

test('the drug and the dose behind it', () => {
  const cases: [string, string, string][] = [
    ['metformin', 'metformin', ''],
    ['met 850', 'met 850', ''],
    ['metformin 850 mg 1v x 2 sáng chiều 30n', 'metformin 850 mg', '1v x 2 sáng chiều 30n'],
    ['amlo 5 1 viên sáng 30n', 'amlo 5', '1 viên sáng 30n'],
    ['para 500 1/2v x 3', 'para 500', '1/2v x 3'],
    ['ventolin 2 nhát khi khó thở', 'ventolin', '2 nhát khi khó thở'],
    ['siro ho 5ml x3 5n', 'siro ho', '5ml x3 5n'],
    ['clotrimazol ngày 2 lần 7n', 'clotrimazol', 'ngày 2 lần 7n'],
    ['vitamin b1 250', 'vitamin b1 250', ''],
    ['vitamin c 500 1v sáng', 'vitamin c 500', '1v sáng'],
    ['glim s 1 c 1', 'glim', 's 1 c 1'],
    ['insulin 30/70 10 đơn vị sáng', 'insulin 30/70', '10 đơn vị sáng'],
    ['ceftriaxon 1g tmc 12h 7n', 'ceftriaxon 1g', '1g tmc 12h 7n'],
    ['ceftriaxon 1 g tb ngày 2 lần 5n', 'ceftriaxon 1 g', '1 g tb ngày 2 lần 5n'],
    ['ceftriaxon tmc 12h 7n', 'ceftriaxon', 'tmc 12h 7n'],
    ['paracetamol 500mg uống mỗi 6 giờ 3n', 'paracetamol 500mg', '500mg uống mỗi 6 giờ 3n'],
    ['metformin 850 mg uống 1v x 2 30n', 'metformin 850 mg', 'uống 1v x 2 30n'],
    ['ceftriaxon 1g 12h 7n', 'ceftriaxon 1g', '1g 12h 7n'],
    ['amoxicilin 500 6h', 'amoxicilin 500', '6h'],
    ['gentamicin 80mg/2ml tb', 'gentamicin 80mg/2ml', 'tb'],
    ['tobramycin', 'tobramycin', ''],
    ['uống', 'uống', ''],
    ['1v x 2', '1v x 2', ''],
    ['', '', ''],
  ];
  for (const [typed, drug, dose] of cases) assert.deepEqual(splitTyped(typed), { drug, dose }, typed);
});
