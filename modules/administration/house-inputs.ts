import { z } from 'zod';
import { PAPERS } from './house/papers.ts';
import { ROOM_KINDS } from './house/places.ts';
import { NUMBER_STYLES } from './sheets/cells.ts';
import { SHEET_KINDS } from './sheets/fields.ts';

const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$/);
const id = z.string().regex(/^[A-Za-z0-9.-]{1,64}$/);
const line = (max: number) => z.string().trim().min(1).max(max);
const day = z.iso.date();
const reason = z.string().trim().min(2).max(500);
/** Đồng; drugs may have up to three decimals. */
const amount = z.number().min(0).max(10_000_000_000);
const serviceCode = z.string().regex(/^[\p{L}0-9][\p{L}0-9._-]{0,59}$/u);

export const setDepartmentInput = z.strictObject({
  kind: z.literal('department'),
  isNew: z.boolean(),
  code,
  name: line(120),
});
export const setRoomInput = z.strictObject({
  kind: z.literal('room'),
  isNew: z.boolean(),
  code,
  name: line(120),
  use: z.enum(ROOM_KINDS),
  department: id,
  specialty: line(60).optional(),
  examService: serviceCode.optional(),
});
export const setBedInput = z.strictObject({
  kind: z.literal('bed'),
  isNew: z.boolean(),
  code,
  name: line(60),
  room: id,
});
export const setPlaceInput = z.discriminatedUnion('kind', [setDepartmentInput, setRoomInput, setBedInput]);
export const closePlaceInput = z.strictObject({
  type: z.enum(['Organization', 'Location']),
  id,
  /** First day on which nobody is taken in; null: open again. */
  from: day.nullable(),
  reason,
});

export const priceInput = z.strictObject({
  code: serviceCode,
  price: amount.optional(),
  bhytPrice: amount.nullable().optional(),
  withdrawn: z.boolean().optional(),
  name: line(500).optional(),
  group: z
    .string()
    .regex(/^\d{1,2}$/)
    .optional(),
});
const decimal = z.string().regex(/^\d{1,9}([.]\d{1,6})?$/);
export const drugInput = z.strictObject({
  code: serviceCode,
  ingredients: z.array(line(120)).min(1).max(10).optional(),
  display: line(200).optional(),
  brand: line(200).optional(),
  strength: line(100).optional(),
  form: line(100).optional(),
  route: line(40).optional(),
  atc: z
    .string()
    .regex(/^[A-Z]\d{2}[A-Z]{0,2}\d{0,2}$/)
    .optional(),
  group: line(200).optional(),
  unit: line(30).optional(),
  doseUnit: line(30).optional(),
  doseUnitsPerUnit: decimal.optional(),
  amount: decimal.optional(),
  amountUnit: line(20).optional(),
  pack: line(200).optional(),
  registration: line(60).optional(),
  price: amount.optional(),
  bhytPrice: amount.nullable().optional(),
  bhytRatio: z.int().min(0).max(100).optional(),
  bhytCondition: line(1000).optional(),
  prescription: z.boolean().optional(),
  control: z.enum(['N', 'H', 'P']).optional(),
  claimCode: line(60).optional(),
  tender: line(200).optional(),
  withdrawn: z.boolean().optional(),
});
const source = {
  /** Number and day of the decision: `QĐ 12/QĐ-BV ngày 01/12/2026`. */
  document: line(200),
  article: line(100).optional(),
};
/** Rows that hold over the same days. */
export const listInput = z.strictObject({
  title: line(200),
  ...source,
  reason: reason.optional(),
  from: day,
  to: day.nullable().optional(),
  prices: z.array(priceInput).max(20_000).optional(),
  drugs: z.array(drugInput).max(5_000).optional(),
});

const cell = z.union([z.string().max(2_000), z.number(), z.boolean(), z.null(), z.array(z.string().max(200)).max(50)]);
const name = z.string().regex(/^[A-Za-z0-9_]{1,40}$/);
export const correctionInput = z.strictObject({
  title: line(200),
  ...source,
  certainty: z.enum(['H', 'M', 'L']),
  reason,
  from: day,
  to: day.nullable().optional(),
  entries: z
    .array(
      z.strictObject({
        subject: z.string().regex(/^[a-z0-9-]{2,40}$/),
        path: z.string().regex(/^[A-Za-z0-9_]{1,60}(\/[A-Za-z0-9_-]{1,60}){0,5}$/),
        key: z.record(name, z.string().max(200)),
        op: z.enum(['set', 'add']),
        cells: z.record(name, cell),
      }),
    )
    .min(1)
    .max(200),
});
export const decideInput = z.strictObject({ change: id });
export const rejectInput = z.strictObject({ change: id, reason });
export const endInput = z.strictObject({ change: id, from: day, reason });

export const printerInput = z.strictObject({
  /** Set: the printer that changes. */
  printer: id.optional(),
  name: line(80),
  /** Id of the Location of the desk. */
  room: id,
  /** Form → paper and copies; a form stands on one printer of a desk only. */
  forms: z
    .array(
      z.strictObject({
        form: z.string().regex(/^[a-zA-Z.-]{2,60}$/),
        paper: z.enum(PAPERS),
        copies: z.int().min(1).max(9).optional(),
      }),
    )
    .max(60),
});
export const removePrinterInput = z.strictObject({ printer: id });

export const sheetOptions = {
  kind: z.enum(SHEET_KINDS),
  mapping: z.array(z.string().max(40).nullable()).max(60),
  style: z.enum(NUMBER_STYLES),
  from: day,
  to: day.nullable().optional(),
};
export const importInput = z.strictObject({
  ...sheetOptions,
  /** SHA-256 of the uploaded file. */
  sheet: z.string().regex(/^[0-9a-f]{64}$/),
  title: line(200).optional(),
  /** Decision under which prices and drugs are published. */
  document: line(200).optional(),
  leaveOutFaulty: z.boolean(),
});
