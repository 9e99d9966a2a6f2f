/** Findings of one claim by their root cause: what is mended in one place stands together. Pure. */
import type { ClaimFinding } from '../contract.ts';

export type Cause = 'portal' | 'person' | 'card' | 'visit' | 'results' | 'money' | 'catalogue' | 'other';

export interface FindingGroup {
  cause: Cause;
  findings: ClaimFinding[];
  /** The most that one finding of the group puts at risk, đồng. */
  money: number;
}

function causeOf(finding: ClaimFinding): Cause {
  if (finding.portal) return 'portal';
  const record = finding.source?.record.split('/')[0];
  switch (finding.source?.workspace) {
    case 'claims':
      return 'catalogue';
    case 'cashier':
      return 'money';
    case 'lab':
    case 'imaging':
      return 'results';
    case 'reception':
      return record === 'Patient' ? 'person' : 'card';
    case 'vitals':
    case 'outpatient':
      return 'visit';
    default:
      return 'other';
  }
}

const RANK = { error: 0, warning: 1, information: 2 } as const;

/** Groups with errors first, then by money; inside a group errors first. */
export function groupFindings(findings: readonly ClaimFinding[]): FindingGroup[] {
  const groups = new Map<Cause, ClaimFinding[]>();
  for (const finding of findings) {
    const cause = causeOf(finding);
    groups.set(cause, [...(groups.get(cause) ?? []), finding]);
  }
  const errors = (list: readonly ClaimFinding[]): number => list.filter((f) => f.severity === 'error').length;
  return [...groups]
    .map(([cause, list]) => ({
      cause,
      findings: [...list].sort((a, b) => RANK[a.severity] - RANK[b.severity] || b.money - a.money),
      money: Math.max(0, ...list.filter((f) => f.severity === 'error').map((f) => f.money)),
    }))
    .sort((a, b) => Number(errors(b.findings) > 0) - Number(errors(a.findings) > 0) || b.money - a.money);
}

/** Where a finding is mended: the workspace and its address. Undefined for the lists of the facility. */
export function addressOf(
  finding: ClaimFinding,
  claim: { encounter: string; patient: string },
): { workspace: string; path: string[] } | undefined {
  const workspace = finding.source?.workspace;
  if (workspace === undefined || workspace === 'claims') return undefined;
  const id = finding.source?.record.split('/')[1] ?? '';
  switch (workspace) {
    case 'reception':
      return { workspace, path: ['person', claim.patient] };
    case 'lab':
    case 'imaging':
      return { workspace, path: ['order', id] };
    case 'vitals':
      return { workspace, path: [claim.encounter] };
    default:
      return { workspace, path: ['visit', claim.encounter] };
  }
}
