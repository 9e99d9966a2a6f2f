import type { Issue } from '@mach/base';
import { NotKept, RequestProblem, Unreachable } from './transport.ts';

/** Issues by the dotted path of the field they are about; those about no field stand under `''`. */
export type IssuesByField = Readonly<Record<string, readonly Issue[]>>;

/** Groups issues by field, errors before warnings. */
export function issuesByField(issues: readonly Issue[]): IssuesByField {
  const rank = { error: 0, warning: 1, information: 2 };
  const groups: Record<string, Issue[]> = {};
  for (const issue of issues) {
    const field = issue.field ?? '';
    groups[field] ??= [];
    groups[field].push(issue);
  }
  for (const group of Object.values(groups)) group.sort((a, b) => rank[a.severity] - rank[b.severity]);
  return groups;
}

/** The issues of a failure of any kind, in words for the person. */
export function issuesOf(error: unknown): readonly Issue[] {
  if (error instanceof RequestProblem && error.issues.length > 0) return error.issues;
  if (error instanceof NotKept)
    return [
      {
        severity: 'error',
        code: 'not-on-device',
        text: { vi: 'Chưa có trên máy này', en: 'Not on this device yet' },
        remedy: {
          vi: 'Phần này chưa mở ở máy này trước khi mất máy chủ. Người có phiếu giấy: làm tiếp bằng số giấy. Phần này tự hiện khi máy chủ trả lời',
          en: 'It was not opened here before the server went away. Go on with the number of the paper ticket. It appears by itself when the server answers',
        },
      },
    ];
  if (error instanceof Unreachable)
    return [
      {
        severity: 'error',
        code: 'unreachable',
        text: { vi: 'Chưa nối được máy chủ', en: 'The server cannot be reached' },
        remedy: { vi: 'Nội dung vẫn còn trên màn hình. Thử lại khi có mạng', en: 'Nothing is lost. Try again' },
      },
    ];
  const code = error instanceof RequestProblem ? `http-${error.status}` : 'unexpected';
  return [
    {
      severity: 'error',
      code,
      text: { vi: 'Có trục trặc, việc này chưa làm được', en: 'Something went wrong, this is not done' },
      remedy: { vi: 'Thử lại; nếu vẫn vậy, báo bộ phận CNTT kèm mã', en: 'Try again, or tell IT with the code' },
    },
  ];
}
