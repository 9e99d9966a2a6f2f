/** The Claim record of a visit. Pure. */
import { Decimal } from '@mach/base/decimal.ts';
import { coverageOf, defined, visitCodeOf } from '@mach/encounter/contract.ts';
import type { Claim, Encounter, Extension } from '@mach/fhir/types.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import type { ClaimFinding, ClaimState } from './contract.ts';
import { CLAIM_EXT, findingExtension, type SentFile } from './read.ts';
import { moneyAtRisk } from './tables/build.ts';

type Stored<T> = T & { id: string };

/** A claim as it begins: the visit is open, nothing is asked of the fund yet. */
export function draftClaim(id: string, encounter: Stored<Encounter>, at: string): Stored<Claim> {
  return defined({
    resourceType: 'Claim' as const,
    id,
    extension: [{ url: EXT.state, valueCode: 'draft' }],
    identifier: [{ system: SID.visitCode, value: visitCodeOf(encounter) ?? '' }],
    status: 'active' as const,
    type: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/claim-type', code: 'institutional' }],
    },
    use: 'claim' as const,
    patient: { reference: encounter.subject?.reference ?? '', display: encounter.subject?.display },
    billablePeriod: { start: encounter.period?.start, end: encounter.period?.end },
    created: at,
    provider: { reference: 'Organization/org' },
    priority: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/processpriority', code: 'normal' }] },
    insurance: [{ sequence: 1, focal: true, coverage: { reference: `Coverage/${coverageOf(encounter) ?? ''}` } }],
    item: [
      {
        sequence: 1,
        productOrService: { text: 'Lượt khám' },
        encounter: [{ reference: `Encounter/${encounter.id}` }],
      },
    ],
  });
}

export interface ClaimChange {
  state?: ClaimState;
  findings?: readonly ClaimFinding[];
  /** Asked of the fund, and the full cost, đồng. */
  money?: { claimed: Decimal; total: Decimal };
  deadline?: string | null;
  sent?: SentFile;
  receipt?: { number: string; at: string };
  checkIn?: {
    state: 'exempt' | 'blocked' | 'sent' | 'received' | 'returned';
    at: string;
    message?: string;
    number?: string;
  };
  packs?: { standard: string; hashes: readonly string[] };
  end?: string;
  /** Number on the card. */
  card?: string;
}

/** The claim with what has changed; what is not named stays. */
export function changedClaim(claim: Stored<Claim>, change: ClaimChange): Stored<Claim> {
  const put = new Map<string, Extension[]>();
  const claimed = change.money?.claimed ?? Decimal.of(claim.total?.value ?? 0);
  if (change.state) put.set(EXT.state, [{ url: EXT.state, valueCode: change.state }]);
  if (change.findings) {
    put.set(CLAIM_EXT.finding, change.findings.map(findingExtension));
    put.set(CLAIM_EXT.summary, [summaryExtension(change.findings, claimed)]);
  }
  if (change.money)
    put.set(EXT.payment, [
      {
        url: EXT.payment,
        extension: [
          { url: 'total', valueDecimal: change.money.total.toNumber() },
          { url: 'insurer', valueDecimal: change.money.claimed.toNumber() },
        ],
      },
    ]);
  if (change.deadline !== undefined)
    put.set(
      CLAIM_EXT.deadline,
      change.deadline === null ? [] : [{ url: CLAIM_EXT.deadline, valueInstant: change.deadline }],
    );
  if (change.sent)
    put.set(CLAIM_EXT.sent, [
      {
        url: CLAIM_EXT.sent,
        extension: [
          { url: 'version', valueInteger: change.sent.version },
          { url: 'document', valueReference: { reference: `DocumentReference/${change.sent.document}` } },
          { url: 'message', valueString: change.sent.message },
          { url: 'at', valueInstant: change.sent.at },
        ],
      },
    ]);
  if (change.receipt)
    put.set(CLAIM_EXT.receipt, [
      {
        url: CLAIM_EXT.receipt,
        extension: [
          { url: 'number', valueString: change.receipt.number },
          { url: 'at', valueInstant: change.receipt.at },
        ],
      },
    ]);
  if (change.checkIn) put.set(CLAIM_EXT.checkIn, [checkInExtension(change.checkIn)]);
  if (change.packs)
    put.set(CLAIM_EXT.packs, [
      {
        url: CLAIM_EXT.packs,
        extension: [
          { url: 'standard', valueString: change.packs.standard },
          ...change.packs.hashes.map((hash) => ({ url: 'hash', valueString: hash })),
        ],
      },
    ]);
  return defined({
    ...claim,
    extension: [...(claim.extension ?? []).filter((e) => !put.has(e.url)), ...[...put.values()].flat()],
    billablePeriod: { ...claim.billablePeriod, ...(change.end ? { end: change.end } : {}) },
    ...(change.card === undefined
      ? {}
      : { insurance: claim.insurance.map((i) => ({ ...i, coverage: { ...i.coverage, display: change.card } })) }),
    ...(change.money ? { total: { value: change.money.claimed.toNumber(), currency: 'VND' as const } } : {}),
  });
}

function summaryExtension(findings: readonly ClaimFinding[], claimed: Decimal): Extension {
  return {
    url: CLAIM_EXT.summary,
    extension: [
      { url: 'findings', valueInteger: findings.length },
      { url: 'errors', valueInteger: findings.filter((f) => f.severity === 'error').length },
      { url: 'atRisk', valueDecimal: moneyAtRisk(findings, claimed).toNumber() },
    ],
  };
}

function checkInExtension({ state, at, message, number }: NonNullable<ClaimChange['checkIn']>): Extension {
  return {
    url: CLAIM_EXT.checkIn,
    extension: [
      { url: 'state', valueCode: state },
      { url: 'at', valueInstant: at },
      ...(message === undefined ? [] : [{ url: 'message', valueString: message }]),
      ...(number === undefined || number === '' ? [] : [{ url: 'number', valueString: number }]),
    ],
  };
}
