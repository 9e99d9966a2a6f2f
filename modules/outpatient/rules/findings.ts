import type { Issue, Text } from '@mach/base/problem.ts';
import type { Finding as Checked } from '@mach/vn/clinical/prescribing-types.ts';
import type { Finding } from '../contract.ts';

export interface Override {
  rule: string;
  reason: string;
}

export interface Judged {
  /** What stops the deed: hard stops, and warnings that nobody has answered. */
  refused: Issue[];
  /** Answered warnings with their reason. */
  overridden: { finding: Finding; reason: string }[];
}

/**
 * Results of the pure checks under names that an override can point at: `interaction-qd5948:0,2` (rule, then lines),
 * with `#2` behind a second one of the same name. The browser and the server name them alike.
 */
export function namedFindings(checked: readonly Checked[]): Finding[] {
  const count = new Map<string, number>();
  return checked.map((c) => {
    const name = c.lines.length === 0 ? c.rule : `${c.rule}:${c.lines.join(',')}`;
    const n = (count.get(name) ?? 0) + 1;
    count.set(name, n);
    return {
      rule: n === 1 ? name : `${name}#${n}`,
      severity: c.level === 'stop' || c.override === 'none' ? 'stop' : c.override === 'not-needed' ? 'info' : 'warn',
      field: c.lines.length === 0 ? 'lines' : `lines.${c.lines[0]}`,
      text: joined(c.text, c.why),
      remedy: c.manage ?? c.alternative,
      ...(c.override === 'reason-and-pharmacist' ? { pharmacist: true as const } : {}),
    };
  });
}

const joined = (a: Text, b: Text | undefined): Text => (b ? { vi: `${a.vi} ${b.vi}`, en: `${a.en} ${b.en}` } : a);

/** The rule without lines and number: `interaction-qd5948`. */
export const ruleOf = (name: string): string => name.split(':')[0]?.split('#')[0] ?? name;

/** What an override answers: the finding of this very name, or the only one of its rule. */
function answers(override: Override, finding: Finding, all: readonly Finding[]): boolean {
  if (override.rule === finding.rule) return true;
  return override.rule === ruleOf(finding.rule) && all.filter((f) => ruleOf(f.rule) === override.rule).length === 1;
}

/** Weighs findings against the overrides that came with the command. A hard stop has no override. */
export function judge(findings: readonly Finding[], overrides: readonly Override[]): Judged {
  const refused: Issue[] = [];
  const overridden: Judged['overridden'] = [];
  const warnings = findings.filter((f) => f.severity === 'warn');
  for (const finding of findings) {
    if (finding.severity === 'info') continue;
    const override =
      finding.severity === 'warn'
        ? overrides.find((o) => answers(o, finding, warnings) && o.reason.trim().length >= 2)
        : undefined;
    if (override) overridden.push({ finding, reason: override.reason.trim() });
    else refused.push(toIssue(finding));
  }
  return { refused, overridden };
}

function toIssue(finding: Finding): Issue {
  const stop = finding.severity === 'stop';
  const go = stop
    ? { vi: 'Không bỏ qua được.', en: 'It cannot be passed.' }
    : {
        vi: `Muốn tiếp tục: ghi lý do cho "${finding.rule}"${finding.pharmacist ? '; dược sĩ xem lại trước khi phát' : ''}.`,
        en: `To go on: override "${finding.rule}" with a reason${finding.pharmacist ? '; a pharmacist looks at it before handing over' : ''}.`,
      };
  return {
    severity: stop ? 'error' : 'warning',
    code: ruleOf(finding.rule),
    field: finding.field,
    text: finding.text,
    remedy: finding.remedy ? { vi: `${finding.remedy.vi} ${go.vi}`, en: `${finding.remedy.en} ${go.en}` } : go,
  };
}
