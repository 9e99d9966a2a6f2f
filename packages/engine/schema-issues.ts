import type { Issue, Text } from '@mach/base/problem.ts';
import type { z } from 'zod';

const TYPE_VI: Readonly<Record<string, string>> = {
  string: 'chữ',
  number: 'số',
  boolean: 'đúng/sai',
  array: 'danh sách',
  object: 'nhóm trường',
  int: 'số nguyên',
  date: 'ngày',
};

/** The faults of an input, one issue a field, said in both languages. */
export function schemaIssues(error: z.ZodError): Issue[] {
  return error.issues.map((issue) => {
    const field = issue.path.map(String).join('.');
    return { severity: 'error', ...(field ? { field } : {}), ...describe(issue) };
  });
}

const CORRECT: Text = { vi: 'Sửa giá trị của trường này', en: 'Correct the value of this field' };

/** What the number of a limit counts. */
const COUNTED: Readonly<Record<string, Text>> = {
  string: { vi: ' ký tự', en: ' characters' },
  array: { vi: ' mục', en: ' items' },
};
const counted = (origin: string, language: keyof Text): string => COUNTED[origin]?.[language] ?? '';

function describe(issue: z.core.$ZodIssue): { code: string; text: Text; remedy: Text } {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined)
        return {
          code: 'required',
          text: { vi: 'Thiếu trường bắt buộc', en: 'A required field is missing' },
          remedy: { vi: 'Bổ sung trường này', en: 'Add this field' },
        };
      return {
        code: 'wrong-type',
        text: { vi: `Phải là ${TYPE_VI[issue.expected] ?? issue.expected}`, en: `Must be ${issue.expected}` },
        remedy: CORRECT,
      };
    case 'too_small':
      return {
        code: 'too-small',
        text: {
          vi: `Tối thiểu ${issue.minimum}${counted(issue.origin, 'vi')}`,
          en: `At least ${issue.minimum}${counted(issue.origin, 'en')}`,
        },
        remedy: CORRECT,
      };
    case 'too_big':
      return {
        code: 'too-big',
        text: {
          vi: `Tối đa ${issue.maximum}${counted(issue.origin, 'vi')}`,
          en: `At most ${issue.maximum}${counted(issue.origin, 'en')}`,
        },
        remedy: CORRECT,
      };
    case 'invalid_value':
      return {
        code: 'not-allowed',
        text: { vi: 'Giá trị không nằm trong danh mục', en: 'The value is not on the list' },
        remedy: { vi: `Chọn một trong: ${issue.values.join(', ')}`, en: `Choose one of: ${issue.values.join(', ')}` },
      };
    case 'unrecognized_keys':
      return {
        code: 'unknown-field',
        text: {
          vi: `Trường không dùng được: ${issue.keys.join(', ')}`,
          en: `Unknown fields: ${issue.keys.join(', ')}`,
        },
        remedy: { vi: 'Bỏ các trường này', en: 'Leave these fields out' },
      };
    case 'invalid_format':
      return {
        code: 'wrong-format',
        text: { vi: `Sai dạng (${issue.format})`, en: `Wrong format (${issue.format})` },
        remedy: CORRECT,
      };
    case 'custom': {
      const params = (issue.params ?? {}) as { code?: string; vi?: string; remedy?: Text };
      return {
        code: params.code ?? 'invalid',
        text: { vi: params.vi ?? issue.message, en: issue.message },
        remedy: params.remedy ?? CORRECT,
      };
    }
    default:
      return {
        code: 'invalid',
        text: { vi: 'Giá trị không hợp lệ', en: issue.message || 'Invalid value' },
        remedy: CORRECT,
      };
  }
}
