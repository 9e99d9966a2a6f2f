import { join } from 'node:path';
import { refuse } from '@mach/base/problem.ts';
import type { Basic } from '@mach/fhir/types.ts';
import { definePrint, type Letterhead, type Mark, type Paper, type PrintForm, type PrintSource } from '@mach/print';
import type { Series } from '../inputs.ts';
import { blockOf, isBlock } from '../records.ts';
import { written } from '../rules.ts';

/** A block of numbers as blank papers: printed before the hour without a server, filled in by hand during it. */
export type BlockPaper = {
  title: string;
  letterhead: Letterhead;
  series: Series;
  /** `G0001–G0060` */
  range: string;
  /** Who holds the block, and where. */
  holder: string;
  /** What is written by hand, a line each; empty: a line without a name. */
  fields: readonly string[];
  numbers: readonly string[];
};

const TITLES: Readonly<Record<Series, string>> = {
  queue: 'PHIẾU SỐ THỨ TỰ',
  receipt: 'BIÊN LAI THU TIỀN TẠM ỨNG',
  note: 'ĐƠN THUỐC VIẾT TAY',
};

export const FIELDS: Readonly<Record<Series, readonly string[]>> = {
  queue: ['Họ tên:', 'Ngày sinh:', 'Phòng, giờ đến:'],
  receipt: ['Họ tên:', 'Số phiếu khám:', 'Số tiền (đồng):', 'Bằng chữ:', 'Người thu (ký):'],
  note: ['Họ tên:', 'Ngày sinh, số phiếu:', 'Dị ứng:', 'Thuốc:', '', '', '', 'Bác sĩ (ký):'],
};

const marks = (paper: BlockPaper): Record<string, Mark> =>
  Object.fromEntries(paper.numbers.map((number): [string, Mark] => [number, { kind: 'code128', text: number }]));

const formOn = (name: string, vi: string, en: string, template: string, paper: Paper): PrintForm<BlockPaper> => ({
  name,
  title: { vi, en },
  papers: [paper],
  template: join(import.meta.dirname, template),
  marks,
});

/** Numbers that are used or void are not printed a second time. */
async function fill(source: PrintSource, id: string) {
  const record = await source.read<Basic>('Basic', id);
  if (!isBlock(record))
    throw refuse(404, 'not-a-block', { vi: 'Đây không phải quyển số', en: 'This is not a block of numbers' });
  const { block, holder } = blockOf(record);
  const spent = new Set(block.spent.map((one) => one.number));
  const numbers: string[] = [];
  for (let n = block.from; n <= block.to; n++) if (!spent.has(written(block, n))) numbers.push(written(block, n));
  if (numbers.length === 0)
    throw refuse(409, 'block-done', {
      vi: 'Quyển số này đã dùng hết',
      en: 'Every number of this block is accounted for',
    });
  const paper: BlockPaper = {
    title: TITLES[block.series],
    letterhead: source.letterhead,
    series: block.series,
    range: `${numbers[0]}–${numbers.at(-1)}`,
    holder: [holder.by, holder.desk].filter(Boolean).join(' · '),
    fields: FIELDS[block.series],
    numbers,
  };
  return { data: paper, patient: null, file: `quyen-so-${numbers[0]}` };
}

const permissions = ['desk.numbers', 'desk.oversee'] as const;

/** A4, to be cut. */
export const blockSheetPrint = definePrint<BlockPaper>({
  form: formOn('desk.block', 'Quyển số giấy (A4)', 'Block of numbers (A4)', 'block.typ', 'A4'),
  permissions,
  fill,
});
/** A strip of the ticket printer. */
export const blockStripPrint = definePrint<BlockPaper>({
  form: formOn('desk.block-strip', 'Quyển số giấy (80 mm)', 'Block of numbers (80 mm)', 'block-strip.typ', '80mm'),
  permissions,
  fill,
});
