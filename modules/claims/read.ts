/** Reading what the claims module keeps in records: the only place that knows the shape of its extensions. */
import type { Claim, Extension } from '@mach/fhir/types.ts';
import { EXT, FHIR_BASE } from '@mach/vn/systems.ts';
import type { ClaimFinding, ClaimState, FindingSource } from './state.ts';

/** Extensions of a Claim, beside `EXT.state` and `EXT.payment`. */
export const CLAIM_EXT = {
  /** One finding (complex: severity, code, field, vi, en, remedyVi, remedyEn, money, record, path, workspace, portal). */
  finding: `${FHIR_BASE}/ext/claim-finding`,
  /** Numbers for lists: `findings`, `errors` integers, `atRisk` decimal (đồng). */
  summary: `${FHIR_BASE}/ext/claim-summary`,
  /** Clock of what comes next (instant). */
  deadline: `${FHIR_BASE}/ext/claim-deadline`,
  /** The file sent last (complex: `version` integer, `document` Reference, `message` string, `at` instant). */
  sent: `${FHIR_BASE}/ext/claim-sent`,
  /** Answer of the portal (complex: `number` string, `at` instant). */
  receipt: `${FHIR_BASE}/ext/claim-receipt`,
  /** Check-in, XML0 (complex: `state` code, `message` string, `number` string, `at` instant). */
  checkIn: `${FHIR_BASE}/ext/claim-check-in`,
  /** Hashes of the packs that built the file (complex: `standard` string, `hash` string). */
  packs: `${FHIR_BASE}/ext/claim-packs`,
} as const;

/** On Coverage, inside `EXT.portalCheck`: the portal's answer as it came, without the history of stays (string). */
export const CHECK_ANSWER = 'answer';

type Extended = { extension?: Extension[] } | undefined;
export const part = (of: Extended, url: string): Extension | undefined => of?.extension?.find((e) => e.url === url);

export const claimStateOf = (claim: Claim): ClaimState => (part(claim, EXT.state)?.valueCode ?? 'draft') as ClaimState;

export const claimEncounter = (claim: Claim): string => claim.item?.[0]?.encounter?.[0]?.reference?.split('/')[1] ?? '';

export interface SentFile {
  version: number;
  document: string;
  message: string;
  at: string;
}

export function sentFile(claim: Claim): SentFile | undefined {
  const found = part(claim, CLAIM_EXT.sent);
  if (!found) return undefined;
  return {
    version: part(found, 'version')?.valueInteger ?? 0,
    document: part(found, 'document')?.valueReference?.reference?.split('/')[1] ?? '',
    message: part(found, 'message')?.valueString ?? '',
    at: part(found, 'at')?.valueInstant ?? '',
  };
}

/** maGiaoDich of the version that the portal holds. */
export const receiptOf = (claim: Claim): string | undefined =>
  part(part(claim, CLAIM_EXT.receipt), 'number')?.valueString;

export function claimFindings(claim: Claim): ClaimFinding[] {
  return (claim.extension ?? []).filter((e) => e.url === CLAIM_EXT.finding).map(findingOf);
}

function findingOf(of: Extension): ClaimFinding {
  const text = (name: string): string | undefined => part(of, name)?.valueString;
  const remedyVi = text('remedyVi');
  const record = text('record');
  return {
    severity: (part(of, 'severity')?.valueCode ?? 'error') as ClaimFinding['severity'],
    code: part(of, 'code')?.valueCode ?? '',
    field: text('field'),
    text: { vi: text('vi') ?? '', en: text('en') ?? '' },
    remedy: remedyVi === undefined ? undefined : { vi: remedyVi, en: text('remedyEn') ?? '' },
    money: part(of, 'money')?.valueDecimal ?? 0,
    source:
      record === undefined
        ? undefined
        : {
            record,
            field: text('path') ?? '',
            workspace: (part(of, 'workspace')?.valueCode ?? 'claims') as FindingSource['workspace'],
          },
    portal: part(of, 'portal')?.valueBoolean ?? false,
  };
}

export function findingExtension(finding: ClaimFinding): Extension {
  const text = (url: string, value: string | undefined): Extension[] =>
    value === undefined || value === '' ? [] : [{ url, valueString: value }];
  return {
    url: CLAIM_EXT.finding,
    extension: [
      { url: 'severity', valueCode: finding.severity },
      { url: 'code', valueCode: finding.code },
      ...text('field', finding.field),
      ...text('vi', finding.text.vi),
      ...text('en', finding.text.en),
      ...text('remedyVi', finding.remedy?.vi),
      ...text('remedyEn', finding.remedy?.en),
      { url: 'money', valueDecimal: finding.money },
      ...text('record', finding.source?.record),
      ...text('path', finding.source?.field),
      ...(finding.source ? [{ url: 'workspace', valueCode: finding.source.workspace }] : []),
      { url: 'portal', valueBoolean: finding.portal },
    ],
  };
}
