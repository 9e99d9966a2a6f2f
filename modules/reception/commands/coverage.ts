import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { coverageOf, defined, extension, idOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Coverage, Encounter, Patient } from '@mach/fhir/types.ts';
import type { IdentifiedResource } from '@mach/store';
import type { ListsPack } from '@mach/vn/bhyt/lists-pack.ts';
import { codesOf } from '@mach/vn/bhyt/lists-pack.ts';
import { checkBhytNumber, readBhytNumber, registeredFacility } from '@mach/vn/bhyt-card.ts';
import { similarName } from '@mach/vn/names.ts';
import { EXT, SID } from '@mach/vn/systems.ts';
import { coverageFrom } from '../card.ts';
import type { AddCoverageResult } from '../contract.ts';
import { addCoverageInput, type CardFields } from '../inputs.ts';
import type { CardReading } from '../scan.ts';
import { notice, type PatientRecord, readScans } from './register.ts';

export type CoverageRecord = IdentifiedResource<Coverage>;

export const cardsOf = (ctx: CommandContext, patient: string): Promise<CoverageRecord[]> =>
  ctx.referring<Coverage>('Coverage.beneficiary', patient);

/** The fields of a card from its QR code with what was typed over it. @throws Problem 422 with every error */
export function cardFrom(
  ctx: CommandContext,
  scanned: CardReading | undefined,
  typed: Partial<CardFields> | undefined,
): { card: CardFields; issues: Issue[] } {
  const merged: Partial<CardFields> = { ...scanned?.card, ...typed };
  const groups = ctx.rules<ListsPack>('bhyt-lists').data.OBJECT_GROUP;
  const issues: Issue[] = [
    ...checkBhytNumber(merged.number ?? '', {
      field: 'card.number',
      groups: groups ? new Set(codesOf(groups).keys()) : undefined,
    }),
  ];
  if (merged.validFrom === undefined)
    issues.push(missing('card.validFrom', 'Thiếu ngày bắt đầu của thẻ', 'The first day of the card is missing'));
  if (registeredFacility(merged.registeredFacility ?? '') === undefined)
    issues.push(
      missing(
        'card.registeredFacility',
        'Nơi đăng ký ban đầu phải là mã 5 ký tự',
        'The registered facility has 5 characters',
      ),
    );
  if (merged.validTo !== undefined && merged.validFrom !== undefined && merged.validTo < merged.validFrom)
    issues.push(missing('card.validTo', 'Thẻ hết hạn trước khi bắt đầu', 'The card ends before it begins'));
  const read = readBhytNumber(merged.number ?? '');
  if (read && read.form !== 'card' && merged.benefitDigit === undefined)
    issues.push(
      missing(
        'card.benefitDigit',
        'Số thẻ dạng này không có mã mức hưởng',
        'This form of number carries no benefit code',
      ),
    );
  const errors = issues.filter((i) => i.severity === 'error');
  if (errors.length > 0) throw new Problem(422, errors);
  return { card: merged as CardFields, issues };
}

const missing = (field: string, vi: string, en: string): Issue => ({
  severity: 'error',
  code: 'card-incomplete',
  field,
  text: { vi, en },
  remedy: {
    vi: 'Tra cứu thẻ trên cổng BHXH, hoặc gõ theo thẻ',
    en: "Look the card up at the insurer's portal, or type it",
  },
});

/** Puts a card on file. The same card on file is renewed; on somebody else's record it is refused. */
export async function keepCard(
  ctx: CommandContext,
  patient: PatientRecord,
  scanned: CardReading | undefined,
  typed: Partial<CardFields> | undefined,
): Promise<{ coverage: CoverageRecord; existing: boolean; issues: Issue[] }> {
  const { card, issues } = cardFrom(ctx, scanned, typed);
  const name = patient.name?.[0]?.text ?? '';
  if (scanned?.person.name !== undefined && !similarName(scanned.person.name, name))
    throw refuse(
      409,
      'card-of-another',
      {
        vi: `Thẻ mang tên ${scanned.person.name}, hồ sơ là ${name}`,
        en: `The card names ${scanned.person.name}, the record ${name}`,
      },
      { field: 'bhytQr', remedy: { vi: 'Quét thẻ của đúng người bệnh', en: "Scan this patient's own card" } },
    );
  const number = readBhytNumber(card.number)?.number ?? card.number;
  const same = await ctx.byToken<Coverage>('Coverage.identifier', SID.bhyt, number);
  const own = same.filter((c) => idOf(c.beneficiary) === patient.id);
  const other = same.find((c) => idOf(c.beneficiary) !== patient.id && c.status === 'active');
  if (own.length === 0 && other) throw await numberOfAnother(ctx, other);
  const mine = await samePeriod(ctx, patient.id, card, own);
  // No code on a card tells of the certificate: a scan alone does not take it away.
  const exemptFrom = card.exemptFrom ?? (typed === undefined ? extension(mine, EXT.copayExempt)?.valueDate : undefined);
  const content = coverageFrom({ ...card, exemptFrom }, { reference: `Patient/${patient.id}`, display: name }, mine);
  if (mine) {
    const coverage = ctx.update<Coverage>(defined({ ...content, id: mine.id }));
    return { coverage, existing: true, issues };
  }
  const coverage = ctx.create<Coverage>(defined(content));
  ctx.emit('reception.covered', { patient: patient.id, coverage: coverage.id });
  return { coverage, existing: false, issues };
}

/**
 * The record that a reading renews. A number outlives its cards: a reading of other days is a further record where a visit
 * rests on the earlier one, so that its bill and claim keep the card that they were made with.
 */
async function samePeriod(
  ctx: CommandContext,
  patient: string,
  card: CardFields,
  own: readonly CoverageRecord[],
): Promise<CoverageRecord | undefined> {
  const start = (c: Coverage): string => c.period?.start?.slice(0, 10) ?? '';
  const exact = own.find((c) => start(c) === card.validFrom);
  const newest = [...own].sort((a, b) => (start(a) < start(b) ? 1 : -1))[0];
  if (exact || !newest) return exact;
  if (card.validTo !== undefined && card.validTo < start(newest)) return undefined;
  const visits = await ctx.referring<Encounter>('Encounter.subject', patient);
  const before = (v: Encounter): boolean => localDate(v.period?.start ?? ctx.performedAt) < card.validFrom;
  return visits.some((v) => coverageOf(v) === newest.id && before(v)) ? undefined : newest;
}

async function numberOfAnother(ctx: CommandContext, other: Coverage): Promise<Problem> {
  const owner = await ctx.find<Patient>('Patient', idOf(other.beneficiary) ?? '');
  const name = owner?.name?.[0]?.text ?? '';
  return refuse(
    409,
    'card-of-another',
    { vi: `Số thẻ này đang thuộc hồ sơ ${name}`, en: `This card is on the record of ${name}` },
    {
      field: 'card.number',
      remedy: {
        vi: 'So lại thẻ; mở hồ sơ đang giữ thẻ nếu là một người',
        en: 'Compare the card; open the record that holds it if it is one person',
      },
    },
  );
}

export const addCoverageCommand = defineCommand({
  name: 'reception.addCoverage',
  kind: 'intent',
  permission: 'reception.register',
  title: { vi: 'Ghi thẻ BHYT', en: 'Put an insurance card on file' },
  input: addCoverageInput,
  async handle(input, ctx): Promise<AddCoverageResult> {
    const patient = await ctx.lock<Patient>('Patient', input.patient);
    const { bhyt } = readScans(ctx, input);
    const { coverage, existing, issues } = await keepCard(ctx, patient, bhyt, input.card);
    return { coverage: coverage.id, existing, notices: [...(bhyt?.notices ?? []), ...issues].map(notice) };
  },
});
