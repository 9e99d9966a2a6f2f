/**
 * What no sample of a person can hold. A number outside is a slipped comma or another unit, never a finding. The limits are a
 * house rule, set wide of the extremes that case reports tell of (sodium 95–210, potassium to 14, pH 6,5–7,9, glucose to
 * 148 mmol/L), in the unit of the `lab` pack; the head of the laboratory confirms them before use.
 */
import { Decimal } from '@mach/base/decimal.ts';
import { formatClinical } from '@mach/base/number-input.ts';
import type { Issue } from '@mach/base/problem.ts';
import type { Analyte } from '@mach/vn/clinical/lab-pack.ts';
import type { LabValue } from '@mach/vn/clinical/lab-result.ts';

type Limits = readonly [low: string, high: string];
/** Parts of a whole, in percent. */
const SHARE: Limits = ['0', '100'];

const LIMITS: Readonly<Record<string, Limits>> = {
  // Blood count: G/L, T/L, g/L, %, fL, pg
  WBC: ['0', '1500'],
  RBC: ['0.2', '12'],
  HGB: ['5', '300'],
  HCT: ['1', '90'],
  MCV: ['30', '200'],
  MCH: ['5', '80'],
  MCHC: ['100', '600'],
  RDW: ['5', '60'],
  PLT: ['0', '6000'],
  MPV: ['2', '30'],
  NEUP: SHARE,
  LYMP: SHARE,
  MONOP: SHARE,
  EOSP: SHARE,
  BASOP: SHARE,
  RETIC: SHARE,
  HBA: SHARE,
  HBA2: SHARE,
  HBF: SHARE,
  // Clotting
  INR: ['0.3', '50'],
  // Chemistry: mmol/L, µmol/L, g/L as in the pack
  GLU: ['0', '170'],
  GLUC: ['0', '60'],
  OGTT0: ['0', '170'],
  OGTT1: ['0', '170'],
  OGTT2: ['0', '170'],
  HBA1C: ['2', '30'],
  UREA: ['0', '200'],
  CREA: ['0', '6000'],
  UA: ['0', '5000'],
  NA: ['80', '230'],
  K: ['0.5', '20'],
  CL: ['40', '200'],
  HCO3: ['0', '80'],
  CA: ['0.3', '10'],
  ICA: ['0.1', '5'],
  MG: ['0', '20'],
  PHOS: ['0', '20'],
  TBIL: ['0', '1500'],
  DBIL: ['0', '1500'],
  IBIL: ['0', '1500'],
  TP: ['5', '250'],
  ALB: ['1', '90'],
  OSM: ['150', '700'],
  // Blood gases: mmHg, mmol/L, %
  PHA: ['6', '8'],
  PCO2: ['1', '300'],
  PO2: ['1', '760'],
  BE: ['-50', '50'],
  HCO3A: ['0', '80'],
  SAO2: SHARE,
  LAC: ['0', '60'],
  LACA: ['0', '60'],
  // Urine
  'U-SG': ['0.99', '1.1'],
  'U-PH': ['3', '10'],
};

/** The refusal of an impossible number; undefined where the value may stand or nothing is known of the item. */
export function impossible(value: LabValue, analyte: Analyte, field: string): Issue | undefined {
  const limits = LIMITS[analyte.code];
  if (value.kind !== 'quantity' || !limits) return undefined;
  const [low, high] = limits.map((limit) => Decimal.of(limit)) as [Decimal, Decimal];
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
