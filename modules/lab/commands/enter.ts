import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { advanceOrder, idOf, stateTimes } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Observation, Specimen } from '@mach/fhir/types.ts';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import type { z } from 'zod';
import type { EnteredResult, EnterResultsResult } from '../contract.ts';
import { enterResultsInput } from '../inputs.ts';
import { isCritical, isLaboratory, itemOf } from '../read.ts';
import { compareWith, type Previous, plainNumber, previousResults } from '../rules/delta.ts';
import { CREATININE, EGFR, EGFR_RULE, egfrOf } from '../rules/egfr.ts';
import { parseLabelCode } from '../rules/label-code.ts';
import { ageDaysOf, ageYearsOf, labPerson, sexOf } from '../rules/person.ts';
import type { Item } from '../rules/tests.ts';
import type { UnitFacts } from '../rules/units.ts';
import { type JudgedValue, judge, type ReadValue, readValue, shownNumber } from '../rules/values.ts';
import { refuseRejected, specimenByCode } from './collect.ts';
import {
  type Locked,
  lockOrder,
  type Order,
  orderItems,
  orderTest,
  packOf,
  requireGroup,
  requirePatient,
  requireState,
} from './order.ts';
import { observation } from './records.ts';

type Input = z.output<typeof enterResultsInput>;
type Found = Observation & { id: string };

export const enterResultsCommand = defineCommand({
  name: 'lab.enterResults',
  kind: 'intent',
  permission: 'lab.enter',
  title: { vi: 'Nhập kết quả', en: 'Enter results' },
  input: enterResultsInput,
  async handle(input, ctx): Promise<EnterResultsResult> {
    const locked = await lockOrder(ctx, input.order);
    const pack = packOf(ctx);
    requireGroup(locked, 'lab');
    await requirePatient(ctx, locked, input.patient);
    const takenAt = await requireSpecimen(ctx, locked, pack, input.specimen);
    const items = orderItems(pack, locked.order);
    const writer = new ResultWriter(ctx, pack, locked, takenAt);
    await writer.prepare();
    const read = readAll(input, items, pack, (item) => writer.unitFacts(item));
    for (const { item, value, note } of read) writer.write(item, value, { note, device: input.device });
    writer.compute(items);
    const standing = writer.standing();
    const entered = new Set(standing.map(itemOf));
    if (locked.state !== 'preliminary') await ctx.call(advanceOrder, { order: locked.order.id, to: 'preliminary' });
    return {
      order: locked.order.id,
      encounter: locked.visit.id,
      state: 'preliminary',
      results: writer.results,
      missing: items.filter((i) => !i.computed && !entered.has(i.code)).map((i) => i.code),
      critical: standing.filter(isCritical).flatMap((o) => itemOf(o) ?? []),
    };
  },
});

/** When the material was taken. A test that needs a tube has no result without one. */
async function requireSpecimen(
  ctx: CommandContext,
  { order, state }: Locked,
  pack: LabPack,
  scanned: string | undefined,
): Promise<string> {
  const tube = idOf(order.specimen?.[0]);
  const specimen = tube === undefined ? undefined : await ctx.read<Specimen>('Specimen', tube);
  if (scanned !== undefined) {
    const code = parseLabelCode(scanned);
    if (!specimen || code === undefined || !specimen.identifier?.some((i) => i.value === code)) {
      refuseRejected(await specimenByCode(ctx, scanned));
      throw refuse(
        409,
        'wrong-specimen',
        { vi: 'Nhãn vừa quét không phải ống của chỉ định này', en: 'The scanned label is not the tube of this order' },
        { field: 'specimen', remedy: { vi: 'Tìm đúng ống, quét lại', en: 'Find the right tube and scan it' } },
      );
    }
  }
  const noTube = orderTest(pack, order)?.tube === undefined;
  if (noTube) requireState({ order, state }, 'signed', 'accepted', 'in-progress', 'performed', 'preliminary');
  else if (!specimen && (state === 'signed' || state === 'accepted'))
    throw refuse(
      409,
      'specimen-missing',
      { vi: 'Chưa lấy mẫu cho chỉ định này', en: 'No specimen has been taken for this order' },
      { field: 'order', remedy: { vi: 'Lấy mẫu và dán nhãn trước', en: 'Collect and label the specimen first' } },
    );
  else requireState({ order, state }, 'in-progress', 'performed', 'preliminary');
  const started = stateTimes(order).findLast((t) => t.state === 'in-progress')?.at;
  return specimen?.collection?.collectedDateTime ?? started ?? ctx.performedAt;
}

/** Every value understood, or all refusals at once. */
function readAll(
  input: Input,
  items: readonly Item[],
  pack: LabPack,
  factsOf: (item: string) => UnitFacts,
): { item: Item; value: ReadValue; note?: string }[] {
  const issues: Issue[] = [];
  const read: { item: Item; value: ReadValue; note?: string }[] = [];
  const seen = new Set<string>();
  for (const [i, { item: code, value, note }] of input.values.entries()) {
    const item = items.find((one) => one.code === code);
    if (!item || item.computed || seen.has(code)) {
      issues.push(itemIssue(`values.${i}.item`, code, item, items));
      continue;
    }
    seen.add(code);
    const result = readValue(value, item.analyte, pack, `values.${i}.value`, factsOf(code));
    if (result.ok) read.push({ item, value: result.value, note });
    else issues.push(result.error);
  }
  if (issues.length > 0) throw new Problem(422, issues);
  return read;
}

function itemIssue(field: string, code: string, item: Item | undefined, items: readonly Item[]): Issue {
  const base = { severity: 'error' as const, field };
  if (!item)
    return {
      ...base,
      code: 'item-unknown',
      text: { vi: `Chỉ định này không có chỉ số "${code}"`, en: `This order has no item "${code}"` },
      remedy: {
        vi: `Các chỉ số: ${items.map((i) => i.code).join(', ')}`,
        en: `Its items: ${items.map((i) => i.code).join(', ')}`,
      },
    };
  if (item.computed)
    return {
      ...base,
      code: 'item-computed',
      text: { vi: `${item.analyte.name.vi} do máy chủ tính`, en: `${item.analyte.name.en} is computed` },
      remedy: { vi: 'Chỉ nhập creatinin', en: 'Enter the creatinine only' },
    };
  return {
    ...base,
    code: 'item-twice',
    text: { vi: `Chỉ số "${code}" có hai giá trị`, en: `Item "${code}" has two values` },
    remedy: { vi: 'Giữ một giá trị', en: 'Keep one of them' },
  };
}

/** Writes the preliminary results of one order, a new record for a new item and a new version for a known one. */
export class ResultWriter {
  readonly results: EnteredResult[] = [];
  private readonly byItem = new Map<string, Found>();
  private readonly values = new Map<string, JudgedValue>();
  private previous = new Map<string, Found>();
  private readonly ctx: CommandContext;
  private readonly pack: LabPack;
  private readonly locked: Locked;
  private readonly takenAt: string;
  constructor(ctx: CommandContext, pack: LabPack, locked: Locked, takenAt: string) {
    this.ctx = ctx;
    this.pack = pack;
    this.locked = locked;
    this.takenAt = takenAt;
  }

  async prepare(): Promise<void> {
    const { order, patient } = this.locked;
    for (const one of await this.ctx.referring<Observation>('Observation.based-on', order.id)) {
      const item = itemOf(one);
      if (isLaboratory(one) && one.status === 'preliminary' && item !== undefined) this.byItem.set(item, one);
    }
    const all = await this.ctx.referring<Observation>('Observation.subject', patient.id);
    this.previous = previousResults(all.filter(isLaboratory), order.id, this.takenAt);
  }

  /** What tells whether a typed number slipped in from another unit. */
  unitFacts(item: string): UnitFacts {
    const [before, known] = [this.previous.get(item), this.byItem.get(item)];
    const last = before && plainNumber(before);
    return {
      ageDays: ageDaysOf(this.locked.patient.birthDate, this.takenAt),
      at: this.takenAt,
      ...(before && last ? { previous: { value: last, at: before.effectiveDateTime ?? this.takenAt } } : {}),
      standing: known && plainNumber(known),
    };
  }

  standing(): Found[] {
    return [...this.byItem.values()];
  }

  write(
    item: Item,
    read: ReadValue,
    more: { note?: string; device?: string; computed?: { rule: string; hash: string; from: string[] } },
  ): void {
    const judged = judge(this.pack, item.analyte, read, labPerson(this.locked.patient, this.takenAt));
    const before = this.previous.get(item.code);
    const previous = before && compareWith(this.pack, item.code, judged.value, this.takenAt, before);
    const content = observation(this.ctx, this.pack, this.locked.order as Order, {
      analyte: item.analyte,
      judged,
      previous,
      takenAt: this.takenAt,
      ...more,
      note: noteOf(more.note, read),
    });
    const known = this.byItem.get(item.code);
    const written = known
      ? this.ctx.update<Observation>({ ...content, id: known.id, meta: known.meta })
      : this.ctx.create<Observation>(content);
    this.byItem.set(item.code, written);
    this.values.set(item.code, judged);
    this.results.push(entered(item.code, written.id, judged, previous));
  }

  /** eGFR follows the creatinine of this order, and goes when it can no longer be computed. */
  compute(items: readonly Item[]): void {
    const creatinine = this.values.get(CREATININE);
    const item = items.find((i) => i.code === EGFR);
    if (!creatinine || !item) return;
    const { patient } = this.locked;
    const value = egfrOf(creatinine.value, {
      ageYears: ageYearsOf(patient.birthDate, this.takenAt),
      sex: sexOf(patient),
    });
    const known = this.byItem.get(EGFR);
    if (value?.kind !== 'quantity') {
      if (known) this.ctx.update<Observation>({ ...known, status: 'cancelled' });
      this.byItem.delete(EGFR);
      return;
    }
    const from = this.byItem.get(CREATININE)?.id;
    this.write(
      item,
      { value, text: shownNumber(value.value, item.analyte.decimals) },
      { computed: { rule: EGFR_RULE, hash: this.ctx.rules('lab').hash, from: from === undefined ? [] : [from] } },
    );
  }
}

/** A converted number says what was typed. */
const noteOf = (note: string | undefined, { from }: ReadValue): string | undefined =>
  from === undefined ? note : [note, `Đổi từ ${from}`].filter((part) => part !== undefined).join('. ');

const entered = (item: string, id: string, judged: JudgedValue, previous: Previous | undefined): EnteredResult => ({
  item,
  observation: id,
  text: judged.text,
  flag: judged.flag,
  critical: judged.critical,
  range: judged.rangeText,
  ...(previous === undefined
    ? {}
    : {
        previous: {
          text: previous.text,
          at: previous.at,
          difference: previous.difference,
          exceeds: previous.exceeds,
        },
      }),
});
