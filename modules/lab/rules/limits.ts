import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import type { Analyte, LabPack } from '@mach/vn/clinical/lab-pack.ts';
import type { LabValue } from '@mach/vn/clinical/lab-result.ts';

/**
 * The refusal of a number that no sample of a person can hold (a slipped comma, another unit), by the limits of the
 * `lab` pack; undefined where the value may stand or nothing is known of the item.
 */
export function impossible(value: LabValue, analyte: Analyte, pack: LabPack, field: string): Issue | undefined {
  const limits = pack.limits.get(analyte.code);
  if (value.kind !== 'quantity' || !limits) return undefined;
  const { low, high } = limits;
  const isHigh = value.value.gt(high);
  if (!isHigh && !value.value.lt(low)) return undefined;
  const unit = analyte.unit === '' ? '' : ` ${analyte.unit}`;
  const number = formatClinical(value.value);
  const between = `${formatClinical(low)}–${formatClinical(high)}${unit}`;
  const beyond = isHigh ? `> ${formatClinical(high)}` : `< ${formatClinical(low)}`;
  return {
    severity: 'error',
    code: 'result-impossible',
    field,
    text: {
      vi: `${analyte.name.vi} ${number}${unit}: không thể có (chỉ nhận ${between})`,
      en: `${analyte.name.en} ${number}${unit} is impossible (taken: ${between})`,
    },
    remedy: {
      vi: `Kiểm tra dấu phẩy, đơn vị, tên ống; máy báo vượt ngưỡng đo thì ghi "${beyond}"`,
      en: `Check the comma, the unit and the tube; where the analyser is out of range write "${beyond}"`,
    },
  };
}
