import { createHash } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { localCompact, localDate } from '@mach/base/time.ts';
import { defined, payerOf, prescriptionStateOf, visitCodeOf, visitStateOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Claim, DocumentReference, Encounter, Provenance, Task } from '@mach/fhir/types.ts';
import { cardNumberOf } from '@mach/reception/contract.ts';
import { CS, SID } from '@mach/vn/systems.ts';
import { type ClaimResult, type ClaimState, PORTAL } from '../contract.ts';
import { encounterInput, sendClaimInput, suspendClaimInput } from '../inputs.ts';
import type { FilePayload } from '../portal/destination.ts';
import { claimStateOf, receiptOf, sentFile } from '../read.ts';
import type { ClaimChange } from '../record.ts';
import type { XmlSeal } from '../seal.ts';
import { type BuiltClaim, buildClaim, claimFile } from '../tables/build.ts';
import type { ClaimFacts } from '../tables/facts.ts';
import { announceVisit } from './check-in.ts';
import { claimFacts, claimRules } from './gather.ts';
import { claimOf, dueAfter, writeClaim } from './slot.ts';

type Stored<T> = T & { id: string };

type Mode = 'automatic' | 'check' | 'send';

/** Gathers, builds, checks; signs and sends when it is clean and this is asked for. Findings are kept, never thrown. */
async function work(ctx: CommandContext, seal: XmlSeal, id: string, mode: Mode, reason?: string): Promise<ClaimResult> {
  const encounter = await ctx.lock<Encounter>('Encounter', id);
  const facts = await claimFacts(ctx, encounter);
  if (!facts) {
    if (mode === 'check') return announceVisit(ctx, seal, encounter);
    throw refuse(
      409,
      'not-settled',
      { vi: 'Lượt khám BHYT này chưa quyết toán', en: 'This insured visit is not settled yet' },
      { field: 'encounter', remedy: { vi: 'Nhờ thu ngân quyết toán trước', en: 'Have the cashier settle it first' } },
    );
  }
  const end = encounter.period?.end ?? facts.invoice.date;
  const rules = claimRules(ctx, localDate(end));
  const built = buildClaim(facts, rules);
  const slot = await claimOf(ctx, encounter);
  // The patient left before anything was done: the visit is settled, and there is nothing to claim.
  if (!facts.charges.some((c) => c.status === 'billed') && sentFile(slot.claim) === undefined) {
    if (!slot.isNew) dropClaim(ctx, slot.claim);
    return { claim: slot.claim.id, encounter: id, state: 'draft', findings: [] };
  }
  const before = claimStateOf(slot.claim);
  const errors = built.findings.filter((f) => f.severity === 'error');
  const change: ClaimChange = {
    findings: built.findings,
    money: { claimed: built.claimed, total: built.total },
    packs: { standard: rules.xml.standard, hashes: rules.hashes },
    end,
    card: cardNumberOf(facts.coverage),
  };
  const answer = (claim: Stored<Claim>, more: Partial<ClaimResult> = {}): ClaimResult => {
    ctx.emit('claims.prepared', {
      encounter: id,
      claim: claim.id,
      state: claimStateOf(claim),
      findings: built.findings.length,
    });
    return { claim: claim.id, encounter: id, state: claimStateOf(claim), findings: built.findings, ...more };
  };
  if (errors.length > 0)
    return answer(writeClaim(ctx, slot, { ...change, state: 'has-findings', deadline: dueAfter(ctx, end, 'correct') }));
  const waits = mode === 'automatic' && (await awaitsHandOver(ctx, encounter, end));
  const hold = mode === 'check' || waits || (mode === 'automatic' && !ctx.setting('claims.autoSend', true));
  if (hold) {
    const kept = before === 'received' || before === 'sent';
    return answer(
      writeClaim(ctx, slot, { ...change, state: kept ? before : 'checked', deadline: dueAfter(ctx, end, 'send') }),
    );
  }
  if (mode === 'send' && receiptOf(slot.claim) !== undefined && reason === undefined)
    throw refuse(
      422,
      'reason-required',
      {
        vi: 'Cổng đã tiếp nhận hồ sơ này: gửi lại cần ghi lý do',
        en: 'The portal holds this claim: sending again needs a reason',
      },
      { field: 'reason', remedy: { vi: 'Ghi vì sao gửi bản thay thế', en: 'Write why it is replaced' } },
    );
  const sent = await signAndSend(ctx, seal, { facts, built, rules, slot, end, reason });
  const deadline = sent.deadline;
  const claim = writeClaim(ctx, slot, { ...change, state: 'sent', sent: sent.file, deadline });
  return answer(claim, { document: sent.file.document, message: sent.file.message });
}

/**
 * Drugs that were paid and not collected may still come off the bill. A house may hold the claim until the visit is closed
 * (hand-over, or what was not collected is taken off), so that it is sent once and right; never beyond the day on which it
 * is due.
 */
async function awaitsHandOver(ctx: CommandContext, encounter: Stored<Encounter>, end: string): Promise<boolean> {
  if (!ctx.setting('claims.holdUntilHandOver', false) || visitStateOf(encounter) !== 'settled') return false;
  if (localDate(ctx.now) >= localDate(dueAfter(ctx, end, 'send'))) return false;
  const tasks = await ctx.referring<Task>('Task.encounter', encounter.id);
  return tasks.some((task) => {
    const state = prescriptionStateOf(task);
    return state !== undefined && state !== 'dispensed' && state !== 'cancelled';
  });
}

async function signAndSend(
  ctx: CommandContext,
  seal: XmlSeal,
  of: {
    facts: ClaimFacts;
    built: BuiltClaim;
    rules: ReturnType<typeof claimRules>;
    slot: { claim: Stored<Claim> };
    end: string;
    reason?: string;
  },
) {
  const { facts, built, rules, slot } = of;
  const before = sentFile(slot.claim);
  const file = claimFile(built.tables, rules.xml, {
    facility: ctx.facility.code,
    createdOn: localCompact(ctx.performedAt, 8),
  });
  const signed = await seal.sign(ctx.facility.code, file, ctx.performedAt);
  const document = ctx.seal<DocumentReference>(
    documentRecord(ctx, facts, {
      xml: signed.xml,
      version: (before?.version ?? 0) + 1,
      replaces: before?.document,
      reason: of.reason,
    }),
  );
  await sealProvenance(ctx, document, signed);
  const deadline = dueAfter(
    ctx,
    before === undefined ? of.end : ctx.performedAt,
    before === undefined ? 'send' : 'answer',
  );
  const message = ctx.send({
    destination: PORTAL,
    kind: 'claim',
    subject: `Claim/${slot.claim.id}`,
    patient: facts.patient.id,
    payload: {
      facility: ctx.facility.code,
      standard: rules.standard,
      xml: signed.xml,
      at: ctx.now,
    } satisfies FilePayload,
    deadline,
    owner: 'claims-officer',
    corrects: before?.message,
  });
  return {
    deadline,
    file: { version: (before?.version ?? 0) + 1, document: document.id, message, at: ctx.performedAt },
  };
}

function documentRecord(
  ctx: CommandContext,
  { encounter, patient }: ClaimFacts,
  of: { xml: string; version: number; replaces?: string; reason?: string },
): Stored<DocumentReference> {
  const bytes = Buffer.from(of.xml, 'utf8');
  return defined({
    resourceType: 'DocumentReference' as const,
    id: ctx.id(),
    identifier: [{ system: SID.visitCode, value: visitCodeOf(encounter) ?? '' }],
    status: 'current' as const,
    type: { coding: [{ system: CS.document, code: 'bhyt-claim' }], text: 'Hồ sơ giám định BHYT' },
    subject: { reference: `Patient/${patient.id}`, display: patient.name?.[0]?.text },
    date: ctx.performedAt,
    description: of.reason ?? `Bản ${of.version}`,
    relatesTo: of.replaces
      ? [{ code: 'replaces' as const, target: { reference: `DocumentReference/${of.replaces}` } }]
      : undefined,
    content: [
      {
        attachment: {
          contentType: 'application/xml',
          data: bytes.toString('base64'),
          size: bytes.length,
          hash: createHash('sha1').update(bytes).digest('base64'),
          title: `XML_${visitCodeOf(encounter) ?? ''}_v${of.version}.xml`,
          creation: ctx.performedAt,
        },
      },
    ],
    context: { encounter: [{ reference: `Encounter/${encounter.id}` }] },
  });
}

/** Who sealed which file: the certificate inside it, and the house's own signature over its hash. */
async function sealProvenance(
  ctx: CommandContext,
  document: Stored<DocumentReference>,
  signed: { signer: string; serial: string },
): Promise<void> {
  const prepared = ctx.documents.prepare('Hồ sơ giám định BHYT', {
    document: document.id,
    sha1: document.content[0]?.attachment.hash ?? '',
    certificate: signed.serial,
  });
  const { signature } = await ctx.documents.sign(prepared, ctx.performedAt);
  ctx.create<Provenance>({
    resourceType: 'Provenance',
    target: [{ reference: `DocumentReference/${document.id}` }],
    recorded: ctx.now,
    occurredDateTime: ctx.performedAt,
    agent: [{ who: { reference: 'Organization/org', display: signed.signer } }],
    signature: [
      {
        type: [{ system: 'urn:iso-astm:E1762-95:2013', code: '1.2.840.10065.1.12.1.5' }],
        when: ctx.performedAt,
        who: { reference: 'Organization/org', display: signature.signer },
        sigFormat: 'application/jose',
        data: Buffer.from(signature.jws, 'utf8').toString('base64'),
      },
    ],
  });
}

export const prepareClaimCommand = (seal: XmlSeal) =>
  defineCommand({
    name: 'claims.prepareClaim',
    kind: 'fact',
    permission: 'claims.prepare',
    title: { vi: 'Lập hồ sơ giám định BHYT', en: 'Prepare the insurance claim' },
    input: encounterInput,
    handle: (input, ctx) => work(ctx, seal, input.encounter, 'automatic'),
  });

export const releaseClaimCommand = (seal: XmlSeal) =>
  defineCommand({
    name: 'claims.releaseClaim',
    kind: 'fact',
    permission: 'claims.prepare',
    title: { vi: 'Gửi hồ sơ BHYT đã chờ phát thuốc', en: 'Send a claim that waited for its drugs' },
    input: encounterInput,
    async handle(input, ctx): Promise<{ claim: string | null }> {
      const encounter = await ctx.lock<Encounter>('Encounter', input.encounter);
      const slot = await claimOf(ctx, encounter);
      const held = !slot.isNew && claimStateOf(slot.claim) === 'checked' && sentFile(slot.claim) === undefined;
      if (!held || !ctx.setting('claims.holdUntilHandOver', false)) return { claim: null };
      const { claim } = await work(ctx, seal, input.encounter, 'automatic');
      return { claim };
    },
  });

export const followCorrectionCommand = (seal: XmlSeal) =>
  defineCommand({
    name: 'claims.followCorrection',
    kind: 'fact',
    permission: 'claims.prepare',
    title: { vi: 'Cập nhật hồ sơ BHYT theo đính chính', en: 'Bring a claim up to a correction' },
    input: sendClaimInput,
    async handle(input, ctx): Promise<{ claim: string | null }> {
      const encounter = await ctx.lock<Encounter>('Encounter', input.encounter);
      const slot = await claimOf(ctx, encounter);
      // Nothing was gathered yet: the claim will be made with what stands then.
      if (slot.isNew || (await claimFacts(ctx, encounter)) === undefined) return { claim: null };
      const { claim } = await work(ctx, seal, input.encounter, 'automatic', input.reason);
      return { claim };
    },
  });

export const recheckClaimCommand = (seal: XmlSeal) =>
  defineCommand({
    name: 'claims.recheckClaim',
    kind: 'intent',
    permission: 'claims.check',
    title: { vi: 'Kiểm tra lại hồ sơ BHYT', en: 'Check a claim again' },
    input: encounterInput,
    handle: (input, ctx) => work(ctx, seal, input.encounter, 'check'),
  });

export const resendClaimCommand = (seal: XmlSeal) =>
  defineCommand({
    name: 'claims.resendClaim',
    kind: 'intent',
    permission: 'claims.send',
    title: { vi: 'Ký và gửi hồ sơ BHYT', en: 'Sign and send a claim' },
    input: sendClaimInput,
    handle: (input, ctx) => work(ctx, seal, input.encounter, 'send', input.reason),
  });

export const suspendClaimCommand = defineCommand({
  name: 'claims.suspendClaim',
  kind: 'fact',
  permission: 'claims.prepare',
  title: { vi: 'Đưa hồ sơ BHYT về nháp', en: 'Set a claim back to draft' },
  input: suspendClaimInput,
  async handle(input, ctx): Promise<{ claim: string | null; state: ClaimState | null }> {
    const encounter = await ctx.lock<Encounter>('Encounter', input.encounter);
    const slot = await claimOf(ctx, encounter);
    // A fee-paying visit has none.
    if (slot.isNew) return { claim: null, state: null };
    const gone = visitStateOf(encounter) === 'cancelled' || payerOf(encounter) !== 'bhyt';
    if (gone && sentFile(slot.claim) === undefined) return dropClaim(ctx, slot.claim);
    const claim = writeClaim(ctx, slot, { state: 'draft', deadline: null });
    return { claim: claim.id, state: 'draft' };
  },
});

/** Nothing was done, nothing is claimed: the draft leaves the list. */
function dropClaim(ctx: CommandContext, claim: Stored<Claim>): { claim: string; state: ClaimState } {
  ctx.update<Claim>({ ...claim, status: 'cancelled' });
  return { claim: claim.id, state: claimStateOf(claim) };
}
