import { foldText, matchesTokens } from '@mach/base/fold.ts';
import type { CodeList, CodeRow } from '@mach/engine/module.ts';
import type { RulePacks } from '@mach/engine/rule-packs.ts';
import type { ImagingService, LabData, LabPack, LabTest } from '@mach/vn/clinical/lab-pack.ts';
import type { Table } from '@mach/vn/codes/pack.ts';
import type { ImagingSheetRow, SheetRow } from '../contract.ts';
import { labPack } from '../rules/tests.ts';
import { normalTemplate } from './templates.ts';

const packAt = (packs: RulePacks, date: string): LabPack => packs.derived('lab', date, 'lab.pack', labPack);

/** Codes separated by spaces or commas; anything else searches names. */
const codesIn = (q: string): string[] =>
  q
    .toUpperCase()
    .split(/[\s,+]+/)
    .filter((c) => c !== '');

function pick<T extends { code: string; name: { vi: string; en: string }; aliases: readonly string[] }>(
  all: ReadonlyMap<string, T>,
  q: string,
  limit: number,
): T[] {
  const exact = codesIn(q).flatMap((code) => all.get(code) ?? []);
  if (exact.length > 0) return exact.slice(0, limit);
  const words = (one: T): string => foldText([one.code, one.name.vi, one.name.en, ...one.aliases].join(' '));
  return [...all.values()].filter((one) => matchesTokens(words(one), q)).slice(0, limit);
}

const EMPTY: Table = { columns: [], rows: [] };

/** Rows of a table whose named column is one of the codes. */
function only(table: Table, column: string, codes: ReadonlySet<string>): Table {
  const at = table.columns.indexOf(column);
  return { columns: table.columns, rows: table.rows.filter((row) => codes.has(String(row[at] ?? ''))) };
}

/** The part of the pack that one test uses, in the pack's own form: the browser reads it with the same function. */
export function sheetOf(data: LabData, test: LabTest): LabData {
  const items = new Set(test.analytes);
  const none = (table: Table): Table => ({ ...EMPTY, columns: table.columns });
  return {
    analytes: only(data.analytes, 'code', items),
    ranges: only(data.ranges, 'analyte', items),
    criticals: only(data.criticals, 'analyte', items),
    limits: only(data.limits, 'code', items),
    ...(data.unitSlips ? { unitSlips: only(data.unitSlips, 'analyte', items) } : {}),
    valueSets: data.valueSets,
    tubes: only(data.tubes, 'code', new Set(test.tube === undefined ? [] : [test.tube])),
    tests: only(data.tests, 'code', new Set([test.code])),
    services: none(data.services),
    bundles: none(data.bundles),
  };
}

function testRow(data: LabData, pack: LabPack, test: LabTest): SheetRow & CodeRow {
  const tube = test.tube === undefined ? undefined : pack.tubes.get(test.tube);
  return {
    code: test.code,
    display: test.name.vi,
    displayEn: test.name.en,
    specimen: test.specimen,
    tube: tube?.code ?? null,
    tubeName: tube?.vi ?? null,
    tubeColor: tube?.color ?? null,
    additive: tube?.additive ?? null,
    drawOrder: tube?.drawOrder ?? 99,
    volumeMl: tube?.volumeMl ?? null,
    fasting: test.fasting,
    turnaroundMinutes: test.turnaroundMinutes,
    statMinutes: test.statMinutes ?? null,
    sheet: sheetOf(data, test),
  };
}

function imagingRow(service: ImagingService): ImagingSheetRow & CodeRow {
  const template = normalTemplate(service);
  return {
    code: service.code,
    display: service.name.vi,
    displayEn: service.name.en,
    kind: service.kind,
    modality: service.modality,
    minutes: service.minutes,
    safety: [...service.safety],
    contrast: service.contrast ?? null,
    ...template,
  };
}

export const labSheets: CodeList = {
  list: 'lab-sheet',
  title: { vi: 'Bảng kết quả xét nghiệm', en: 'Laboratory sheets' },
  search: ({ packs, q, date, limit }) => {
    const pack = packAt(packs, date);
    const data = packs.at<LabData>('lab', date).data;
    return pick(pack.tests, q, limit).map((test) => testRow(data, pack, test));
  },
};

export const imagingSheets: CodeList = {
  list: 'imaging-sheet',
  title: { vi: 'Mẫu trả kết quả hình ảnh', en: 'Imaging sheets' },
  search: ({ packs, q, date, limit }) => pick(packAt(packs, date).services, q, limit).map(imagingRow),
};
