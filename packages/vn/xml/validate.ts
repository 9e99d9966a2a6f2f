import { Decimal } from '@mach/base/decimal.ts';
import type { Issue, Text } from '@mach/base/problem.ts';
import { codesOf, type ListsPack } from '../bhyt/lists-pack.ts';
import { fieldsOf, type Mandatory, type TableName, type XmlField, type XmlPack, type XmlRow } from './pack.ts';
import { SHAPES } from './shape.ts';

const NUMBER = /^\d+(\.\d+)?$/;

/** Where an issue is: table, 1-based row, field. */
export const at = (table: TableName, row: number, field: string): string => `${table}[${row}].${field}`;

export const issue = (severity: Issue['severity'], code: string, field: string, text: Text, remedy?: Text): Issue => ({
  severity,
  code,
  field,
  text,
  remedy,
});

/** Whether a condition over the row makes a field mandatory. */
export function isMandatory(rule: Mandatory, row: XmlRow): boolean {
  if (rule === 'always') return true;
  if (rule === 'no') return false;
  const [kind, field, ...values] = rule;
  const parts = (row[field] ?? '').split(';').map((p) => p.trim());
  switch (kind) {
    case 'in':
      return parts.some((p) => values.includes(p));
    case 'not-in':
      return !parts.some((p) => values.includes(p));
    case 'present':
      return filled(row[field]);
    case 'empty':
      return [field, ...values].every((name) => !filled(row[name]));
  }
}

const filled = (value: string | undefined): boolean => value !== undefined && value.trim() !== '';

/**
 * Checks one row against its field table: mandatory, length, number and
 * decimals, shapes of dates and codes, code lists. `rowNumber` is 1-based.
 */
export function validateTable(name: TableName, row: XmlRow, pack: XmlPack, lists?: ListsPack, rowNumber = 1): Issue[] {
  const fields = fieldsOf(pack, name);
  const known = new Set(fields.map((f) => f.name));
  const strange = Object.keys(row).filter((field) => !known.has(field));
  return [
    ...fields.flatMap((field) => checkField(field, row, at(name, rowNumber, field.name), lists)),
    ...strange.map((field) =>
      issue(
        'error',
        'unknown-field',
        at(name, rowNumber, field),
        { vi: `${name} không có trường ${field}.`, en: `${name} has no field ${field}.` },
        { vi: 'Bỏ trường này, hoặc kiểm tra phiên bản chuẩn.', en: 'Remove it, or check the standard version.' },
      ),
    ),
  ];
}

function checkField(field: XmlField, row: XmlRow, path: string, lists: ListsPack | undefined): Issue[] {
  const value = row[field.name] ?? '';
  if (!filled(value)) {
    if (!isMandatory(field.mandatory, row)) return [];
    return [
      issue(
        'error',
        'field-missing',
        path,
        { vi: `Thiếu ${field.name} (${field.meaning}).`, en: `${field.name} is missing.` },
        { vi: `Ghi ${field.name} tại nơi phát sinh.`, en: `Enter ${field.name} at its source.` },
      ),
    ];
  }
  const issues: Issue[] = [];
  if (field.max !== null && [...value].length > field.max) {
    issues.push(
      issue(
        'error',
        'field-too-long',
        path,
        {
          vi: `${field.name} dài ${[...value].length}, tối đa ${field.max} ký tự.`,
          en: `${field.name} is longer than ${field.max}.`,
        },
        { vi: 'Rút gọn nội dung.', en: 'Shorten it.' },
      ),
    );
  }
  if (field.type === 'N') issues.push(...checkNumber(field, value, path));
  const shape = field.format ? SHAPES[field.format] : undefined;
  if (shape && !shape.test(value)) {
    issues.push(
      issue(
        shape.severity,
        'field-shape',
        path,
        {
          vi: `${field.name} "${value}" phải là ${shape.text.vi}.`,
          en: `${field.name} "${value}" must be ${shape.text.en}.`,
        },
        { vi: 'Sửa giá trị tại nơi phát sinh.', en: 'Correct it at its source.' },
      ),
    );
  }
  issues.push(...checkCodes(field, value, path, lists));
  return issues;
}

function checkNumber(field: XmlField, value: string, path: string): Issue[] {
  if (!NUMBER.test(value)) {
    return [
      issue(
        'error',
        'field-not-a-number',
        path,
        {
          vi: `${field.name} "${value}" phải là số không âm, dấu thập phân là ".".`,
          en: `${field.name} "${value}" must be a non-negative number with ".".`,
        },
        {
          vi: 'Bỏ dấu phân cách hàng nghìn, dùng dấu chấm thập phân.',
          en: 'Remove thousands separators, use a decimal point.',
        },
      ),
    ];
  }
  const scale = field.scale ?? 0;
  if (Decimal.of(value).eq(Decimal.of(value).round(scale))) return [];
  return [
    issue(
      'error',
      'field-too-precise',
      path,
      {
        vi: `${field.name} "${value}" chỉ được ${scale} số lẻ.`,
        en: `${field.name} "${value}" takes ${scale} decimals.`,
      },
      { vi: 'Làm tròn theo chuẩn dữ liệu.', en: 'Round as the standard says.' },
    ),
  ];
}

function checkCodes(field: XmlField, value: string, path: string, lists: ListsPack | undefined): Issue[] {
  if (field.codes === null) return [];
  if (typeof field.codes !== 'string') {
    const [low, high] = field.codes;
    if (!NUMBER.test(value)) return [];
    const number = Decimal.of(value);
    if (number.gte(low) && number.lte(high)) return [];
    return [
      issue(
        'error',
        'code-out-of-range',
        path,
        {
          vi: `${field.name} "${value}" phải từ ${low} đến ${high}.`,
          en: `${field.name} "${value}" runs from ${low} to ${high}.`,
        },
        { vi: 'Chọn lại mã.', en: 'Choose a code again.' },
      ),
    ];
  }
  const list = lists?.[field.codes];
  if (!list || codesOf(list).has(value)) return [];
  const older = lists?.[`${field.codes}_TRANSITION`];
  return [
    issue(
      older && codesOf(older).has(value) ? 'warning' : 'error',
      'code-not-in-list',
      path,
      {
        vi: `${field.name} "${value}" không có trong danh mục (${list.source.document}).`,
        en: `${field.name} "${value}" is not in the list (${list.source.document}).`,
      },
      {
        vi: 'Chọn mã trong danh mục của ngày kết thúc đợt khám chữa bệnh.',
        en: 'Choose from the list in force at the end of the visit.',
      },
    ),
  ];
}
