import { refuse } from '@mach/base/problem.ts';
import { formatTime, localCompact, localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Coverage, Encounter, Extension, Location, Patient } from '@mach/fhir/types.ts';
import { CS, EXT, SID } from '@mach/vn/systems.ts';
import { visitCode } from '@mach/vn/visit-code.ts';
import type { z } from 'zod';
import { serviceOn } from '../catalogue.ts';
import type { OpenVisitResult } from '../contract.ts';
import { atHousePrice } from '../house-price.ts';
import { type benefitInput, openVisitInput } from '../inputs.ts';
import { PRIORITY_LABELS } from '../labels.ts';
import { closedFromOf, examServiceOf, idOf, queueNumberOf, roomOf, visitStateOf } from '../read.ts';
import { isPresent } from '../rules/visit.ts';
import { placeOrder } from './place.ts';
import { create, inState, result, stateTime } from './visit-record.ts';

type Input = z.output<typeof openVisitInput>;

/** Four digits, counted per room and day: what is called out. */
export async function nextQueueNumber(ctx: CommandContext, room: string): Promise<string> {
  const serial = await ctx.next(`queue:${room}:${localCompact(ctx.performedAt, 8)}`);
  return String(serial).padStart(4, '0');
}

/** The room, and what it is called on the ticket. @throws Problem 422 when patients are not examined there */
export async function examRoom(ctx: CommandContext, id: string): Promise<{ location: Location; service?: string }> {
  const location = await ctx.read<Location>('Location', id);
  const closedFrom = closedFromOf(location);
  const isClosed = location.status !== undefined && location.status !== 'active';
  if (isClosed || (closedFrom !== undefined && closedFrom <= localDate(ctx.performedAt)))
    throw refuse(
      409,
      'room-closed',
      { vi: `${location.name ?? id} đang đóng`, en: `${location.name ?? id} is closed` },
      { field: 'room', remedy: { vi: 'Chọn phòng khác', en: 'Choose another room' } },
    );
  return { location, service: examServiceOf(location) };
}

/** An exam service given, or the room's own. @throws Problem 422 when neither is known */
export function examServiceCode(given: string | undefined, room: { location: Location; service?: string }): string {
  const code = given ?? room.service;
  if (code !== undefined) return code;
  throw refuse(
    422,
    'room-without-exam',
    { vi: `${room.location.name ?? ''} không phải phòng khám`, en: `${room.location.name ?? ''} is not an exam room` },
    { field: 'room', remedy: { vi: 'Chọn phòng khám, hoặc chọn dịch vụ khám', en: 'Choose an exam room or service' } },
  );
}

export const openVisitCommand = defineCommand({
  name: 'encounter.openVisit',
  kind: 'intent',
  permission: 'encounter.open',
  title: { vi: 'Mở lượt khám', en: 'Open a visit' },
  input: openVisitInput,
  async handle(input, ctx): Promise<OpenVisitResult> {
    // Two desks that check the same person in at once stand in line here.
    const patient = await ctx.lock<Patient>('Patient', input.patient);
    if (patient.active === false) throw inactive();
    if (patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined) throw deceased();
    await checkCoverage(ctx, input);
    await checkTwice(ctx, input);
    const room = await examRoom(ctx, input.room);
    const service = await atHousePrice(ctx, serviceOn(ctx, examServiceCode(input.examService, room), 'examService'));
    const code = visitCode({
      facility: ctx.facility.code,
      date: localDate(ctx.performedAt),
      serial: await ctx.next(`visit:${localCompact(ctx.performedAt, 8)}`),
    });
    const queueNumber = input.queueNumber ?? (await nextQueueNumber(ctx, input.room));
    const started: Encounter & { id: string } = {
      resourceType: 'Encounter',
      id: ctx.id(),
      identifier: [{ system: SID.visitCode, value: code }],
      status: 'arrived',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB', display: 'ambulatory' },
      extension: [...visitExtensions(input, queueNumber), stateTime(ctx, 'arrived')],
      subject: { reference: `Patient/${input.patient}`, display: patient.name?.[0]?.text },
      period: { start: ctx.performedAt },
      reasonCode: [{ text: input.reason }],
      location: [
        {
          location: { reference: `Location/${input.room}`, display: room.location.name },
          status: 'active',
          period: { start: ctx.performedAt },
        },
      ],
    };
    const visit = create<Encounter>(ctx, inState(ctx, started, 'waiting'));
    const placed = await placeOrder(ctx, visit, { service, room: input.room });
    ctx.emit('encounter.opened', {
      encounter: visit.id,
      patient: input.patient,
      coverage: input.coverage ?? null,
      visitCode: code,
    });
    return { ...result(visit), visitCode: code, queueNumber, order: placed.order.id, chargeItem: placed.chargeItem };
  },
});

function visitExtensions(input: Input, queueNumber: string): Extension[] {
  const extension: Extension[] = [
    { url: EXT.queueNumber, valueString: queueNumber },
    { url: EXT.payer, valueCoding: { system: CS.payer, code: input.payer } },
  ];
  if (input.priority) {
    const { reason } = input.priority;
    extension.push({
      url: EXT.priority,
      extension: [
        { url: 'level', valueInteger: reason === 'emergency' ? 2 : 1 },
        {
          url: 'reason',
          valueCoding: { system: CS.priorityReason, code: reason, display: PRIORITY_LABELS[reason].vi },
        },
      ],
    });
  }
  if (input.coverage !== undefined)
    extension.push({ url: EXT.coverage, valueReference: { reference: `Coverage/${input.coverage}` } });
  if (input.benefit) extension.push(benefitExtension(input.benefit));
  return extension;
}

/** The decided right with what is needed to decide it again; `benefitOf` reads it. */
export function benefitExtension(benefit: z.output<typeof benefitInput>): Extension {
  const parts: Extension[] = [
    { url: 'rate', valueDecimal: benefit.rate },
    { url: 'category', valueCode: benefit.category },
    { url: 'hash', valueString: benefit.hash },
    { url: 'route', valueCode: benefit.route },
  ];
  const { referral, revisit } = benefit.papers ?? {};
  if (referral) {
    const slip: Extension[] = [
      { url: 'number', valueString: referral.number },
      { url: 'from', valueString: referral.fromFacility },
      { url: 'issuedOn', valueDate: referral.issuedOn },
    ];
    if (referral.oneYear !== undefined) slip.push({ url: 'oneYear', valueBoolean: referral.oneYear });
    parts.push({ url: 'referral', extension: slip });
  }
  if (revisit)
    parts.push({
      url: 'revisit',
      extension: [
        { url: 'number', valueString: revisit.number },
        { url: 'timesUsed', valueInteger: revisit.timesUsed },
      ],
    });
  if (benefit.listedDisease) parts.push({ url: 'listedDisease', valueCode: benefit.listedDisease });
  return { url: EXT.benefitDecision, extension: parts };
}

async function checkCoverage(ctx: CommandContext, input: Input): Promise<void> {
  if (input.payer === 'fee') return;
  if (input.coverage === undefined || input.benefit === undefined)
    throw refuse(
      422,
      'coverage-missing',
      { vi: 'Khám BHYT cần thẻ và mức hưởng đã xét', en: 'An insured visit needs a card and a decided benefit' },
      {
        field: input.coverage === undefined ? 'coverage' : 'benefit',
        remedy: { vi: 'Quét thẻ BHYT, hoặc chọn "Thu phí"', en: 'Scan the card, or choose self-paying' },
      },
    );
  const coverage = await ctx.read<Coverage>('Coverage', input.coverage);
  if (idOf(coverage.beneficiary) === input.patient) return;
  throw refuse(
    409,
    'coverage-of-another',
    { vi: 'Thẻ BHYT này là của người khác', en: 'This card belongs to somebody else' },
    { field: 'coverage', remedy: { vi: 'Quét thẻ của đúng người bệnh', en: "Scan this patient's own card" } },
  );
}

/** One person waits once in a room; a second visit there needs a reason. Visits in other rooms are usual. */
async function checkTwice(ctx: CommandContext, input: Input): Promise<void> {
  if (input.againReason !== undefined) return;
  const visits = await ctx.referring<Encounter>('Encounter.subject', input.patient);
  const today = localDate(ctx.performedAt);
  const same = visits.find((visit) => {
    const state = visitStateOf(visit);
    const day = visit.period?.start === undefined ? '' : localDate(visit.period.start);
    return state !== undefined && isPresent(state) && roomOf(visit) === input.room && day === today;
  });
  if (!same) return;
  const number = queueNumberOf(same) ?? '';
  const at = formatTime(same.period?.start ?? ctx.now);
  throw refuse(
    409,
    'already-waiting',
    {
      vi: `Người bệnh đã có số ${number} tại phòng này lúc ${at}`,
      en: `This person has had number ${number} in this room since ${at}`,
    },
    {
      field: 'room',
      remedy: {
        vi: 'Dùng số đã cấp, chọn phòng khác, hoặc ghi lý do cấp thêm số',
        en: 'Use that number, choose another room, or give a reason for a second number',
      },
    },
  );
}

const deceased = () =>
  refuse(
    409,
    'patient-deceased',
    { vi: 'Hồ sơ ghi người bệnh đã mất', en: 'The record says that the patient has died' },
    {
      field: 'patient',
      remedy: {
        vi: 'So lại hai thông tin; sửa hồ sơ nếu ghi nhầm',
        en: 'Check who it is; correct the record if it is wrong',
      },
    },
  );

const inactive = () =>
  refuse(
    409,
    'patient-inactive',
    { vi: 'Hồ sơ người bệnh này đã ngừng dùng', en: 'This patient record is no longer in use' },
    { field: 'patient', remedy: { vi: 'Tìm hồ sơ đã được gộp vào', en: 'Find the record it was merged into' } },
  );
