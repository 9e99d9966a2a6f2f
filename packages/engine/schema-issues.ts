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
    const { code, text, remedy } = describe(issue);
    return { severity: 'error', code, ...(field ? { field } : {}), text, ...(remedy ? { remedy } : {}) };
  });
}

function describe(issue: z.core.$ZodIssue): { code: string; text: Text; remedy?: Text } {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined)
        return { code: 'required', text: { vi: 'Thiếu trường bắt buộc', en: 'A required field is missing' } };
      return {
        code: 'wrong-type',
        text: { vi: `Phải là ${TYPE_VI[issue.expected] ?? issue.expected}`, en: `Must be ${issue.expected}` },
      };
    case 'too_small':
      return { code: 'too-small', text: { vi: `Tối thiểu ${issue.minimum}`, en: `At least ${issue.minimum}` } };
    case 'too_big':
      return { code: 'too-big', text: { vi: `Tối đa ${issue.maximum}`, en: `At most ${issue.maximum}` } };
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
      };
    case 'invalid_format':
      return { code: 'wrong-format', text: { vi: `Sai dạng (${issue.format})`, en: `Wrong format (${issue.format})` } };
    case 'custom': {
      const params = (issue.params ?? {}) as { code?: string; vi?: string; remedy?: Text };
      return {
        code: params.code ?? 'invalid',
        text: { vi: params.vi ?? issue.message, en: issue.message },
        ...(params.remedy ? { remedy: params.remedy } : {}),
      };
    }
    default:
      return { code: 'invalid', text: { vi: 'Giá trị không hợp lệ', en: issue.message || 'Invalid value' } };
  }
}
