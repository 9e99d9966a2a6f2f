/** What the checks say of the lines, wherever the answer came from: by line, with the name an override points at. Pure. */
import type { Issue, Text } from '@mach/base/problem.ts';
import type { Finding } from '../../../contract.ts';

/** A reason given for a warning, kept by the finding's own name while the line stays as it is. */
export type Overrides = Readonly<Record<string, string>>;

/** A finding beside the keys of the lines that it is about; none: the prescription as a whole. */
export interface PlacedFinding {
  readonly finding: Finding;
  readonly lines: readonly string[];
}

/** Lines that a finding names, by their place in the input: `interaction-qd5948:0,2#2`. */
function places(finding: Pick<Finding, 'rule' | 'field'>): number[] {
  const named = /:(\d+(?:,\d+)*)(?:#\d+)?$/.exec(finding.rule)?.[1];
  if (named !== undefined) return named.split(',').map(Number);
  const field = /^lines\.(\d+)/.exec(finding.field)?.[1];
  return field === undefined ? [] : [Number(field)];
}

/** Findings with the keys of their lines; `keys` are the lines in the order in which they were sent. */
export function placeFindings(findings: readonly Finding[], keys: readonly string[]): PlacedFinding[] {
  return findings.map((finding) => ({
    finding,
    lines: places(finding).flatMap((at) => keys[at] ?? []),
  }));
}

/**
 * Findings out of a refusal. An issue carries the rule alone; the full name that an override must point at stands in
 * its remedy, in quotation marks. A hard stop has none.
 */
export function findingsOf(issues: readonly Issue[]): Finding[] {
  return issues
    .filter(
      (issue) =>
        issue.severity !== 'information' && (issue.field === 'lines' || /^lines\.\d+$/.test(issue.field ?? '')),
    )
    .map((issue) => {
      const quoted = (issue.remedy?.en ?? '').matchAll(/"([a-z0-9-]+(?::[\d,]+)?(?:#\d+)?)"/g);
      return {
        rule: [...quoted].map((m) => m[1] ?? '').find((name) => name.startsWith(issue.code)) ?? issue.code,
        severity: issue.severity === 'error' ? 'stop' : 'warn',
        field: issue.field ?? '',
        text: issue.text,
        remedy: issue.remedy && advice(issue.remedy),
      };
    });
}

/** The advice without the sentence on how to override: the screen has its own way. */
function advice(remedy: Text): Text | undefined {
  const cut = (text: string): string =>
    text
      .replace(/\s*(Muốn tiếp tục: ghi lý do cho|To go on: override) "[^"]*".*$/, '')
      .replace(/\s*(Không bỏ qua được|It cannot be passed)\.$/, '');
  const left = { vi: cut(remedy.vi).trim(), en: cut(remedy.en).trim() };
  return left.vi === '' ? undefined : left;
}

/** Name of a finding that survives a change of order: rule, and the lines by key. */
export const stableName = ({ finding, lines }: PlacedFinding): string =>
  `${finding.rule.split(':')[0]?.split('#')[0]}|${[...lines].sort().join(',')}|${finding.text.vi}`;

/** The overrides of the envelope: each answered warning by the name that it has in this input. */
export function toOverrides(placed: readonly PlacedFinding[], reasons: Overrides): { rule: string; reason: string }[] {
  return placed.flatMap((one) => {
    const reason = reasons[stableName(one)];
    return one.finding.severity === 'warn' && reason ? [{ rule: one.finding.rule, reason }] : [];
  });
}

/** Warnings without a reason, and stops. */
export function open(placed: readonly PlacedFinding[], reasons: Overrides): { warnings: number; stops: number } {
  return {
    warnings: placed.filter((one) => one.finding.severity === 'warn' && !reasons[stableName(one)]).length,
    stops: placed.filter((one) => one.finding.severity === 'stop').length,
  };
}
