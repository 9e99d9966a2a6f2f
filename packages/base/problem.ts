/** A sentence for people, Vietnamese first. */
export interface Text {
  vi: string;
  en: string;
}

/** One thing that is wrong or worth knowing, at one place of the input. */
export interface Issue {
  severity: 'error' | 'warning' | 'information';
  /** kebab-case and stable: programs and help pages refer to it. */
  code: string;
  /** Dotted path into the input, `lines.2.dose`. */
  field?: string;
  text: Text;
  /** What the person can do about it. */
  remedy?: Text;
}

/** A refusal that reaches the person who asked, with an HTTP status and all its issues. */
export class Problem extends Error {
  readonly status: number;
  readonly issues: Issue[];

  constructor(status: number, issues: Issue[]) {
    super(issues.map((issue) => `${issue.code}: ${issue.text.en}`).join('; ') || `problem ${status}`);
    this.name = 'Problem';
    this.status = status;
    this.issues = issues;
  }
}

/** The usual refusal: one error. Returned, not thrown, so that the type checker sees `throw refuse(…)`. */
export function refuse(
  status: number,
  code: string,
  text: Text,
  opts: { field?: string; remedy?: Text } = {},
): Problem {
  const issue: Issue = { severity: 'error', code, text };
  if (opts.field !== undefined) issue.field = opts.field;
  if (opts.remedy !== undefined) issue.remedy = opts.remedy;
  return new Problem(status, [issue]);
}

/** FHIR R4 issue-type for an HTTP status (http://hl7.org/fhir/R4/valueset-issue-type.html). */
const ISSUE_TYPE: Readonly<Record<number, string>> = {
  400: 'invalid',
  401: 'login',
  403: 'forbidden',
  404: 'not-found',
  405: 'not-supported',
  406: 'not-supported',
  409: 'conflict',
  410: 'deleted',
  412: 'conflict',
  413: 'too-long',
  415: 'not-supported',
  422: 'business-rule',
  428: 'required',
  429: 'throttled',
  501: 'not-supported',
  503: 'transient',
  504: 'timeout',
};

/** The same refusal as a FHIR OperationOutcome; the English text travels in the standard translation extension. */
export function toOperationOutcome(problem: Problem): object {
  const type = ISSUE_TYPE[problem.status] ?? (problem.status >= 500 ? 'exception' : 'processing');
  const issues = problem.issues.length > 0 ? problem.issues : [unexplained(problem)];
  return { resourceType: 'OperationOutcome', issue: issues.map((issue) => outcomeIssue(issue, type)) };
}

function outcomeIssue(issue: Issue, type: string): object {
  const remedy = issue.remedy ? ` ${issue.remedy.vi}` : '';
  return {
    severity: issue.severity,
    code: issue.severity === 'information' ? 'informational' : type,
    details: {
      coding: [{ system: 'https://mach.vn/fhir/cs/issue', code: issue.code }],
      text: issue.text.vi,
      _text: { extension: [translation(issue.text.en)] },
    },
    diagnostics: `${issue.text.vi}${remedy}`,
    ...(issue.field === undefined ? {} : { expression: [issue.field] }),
  };
}

function translation(en: string): object {
  return {
    url: 'http://hl7.org/fhir/StructureDefinition/translation',
    extension: [
      { url: 'lang', valueCode: 'en' },
      { url: 'content', valueString: en },
    ],
  };
}

function unexplained(problem: Problem): Issue {
  return {
    severity: 'error',
    code: 'unexplained',
    text: { vi: `Yêu cầu không thực hiện được (mã ${problem.status}).`, en: `The request failed (${problem.status}).` },
  };
}
