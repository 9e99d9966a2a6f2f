import { Problem } from '@mach/base/problem.ts';
import { addDays } from '@mach/base/time.ts';
import { orderStateOf, placeOrders, serviceOf } from '@mach/encounter/contract.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { AllergyIntolerance, ServiceRequest } from '@mach/fhir/types.ts';
import type { LabPack } from '@mach/vn/clinical/lab-pack.ts';
import type { Finding, OrderResult } from '../contract.ts';
import { orderInput } from '../inputs.ts';
import { isActiveAllergy, toCheck } from '../rules/allergies.ts';
import { duplicateOrders } from '../rules/duplicate-orders.ts';
import { judge } from '../rules/findings.ts';
import { allergiesOf } from './allergies.ts';
import { labOf, prescribingPacks } from './packs.ts';
import { lockAtDoctor, patientOf, requirePractitioner } from './visit.ts';

/** Days within which a test is a repetition, by service; `default` for the others. */
export const DUPLICATE_DAYS: Readonly<Record<string, number>> = { default: 7, HBA1C: 80, TSH: 30 };

export const orderCommand = defineCommand({
  name: 'outpatient.order',
  kind: 'intent',
  permission: 'outpatient.order',
  title: { vi: 'Chỉ định cận lâm sàng', en: 'Order tests and services' },
  input: orderInput,
  async handle(input, ctx): Promise<OrderResult> {
    requirePractitioner(ctx);
    const visit = await lockAtDoctor(ctx, input.encounter);
    const lab = ctx.derived('lab', 'outpatient.lab', labOf);
    const items = input.items.map((item) => ({ ...item, name: nameOf(lab, item.service) }));
    const findings = [
      ...duplicateOrders(items, await earlierOrders(ctx, patientOf(visit)), lab),
      ...(await contrastFindings(ctx, patientOf(visit), items, lab)),
    ];
    const { refused } = judge(findings, ctx.overrides);
    if (refused.length > 0) throw new Problem(422, refused);
    const placed = await ctx.call(placeOrders, {
      encounter: visit.id,
      items: input.items.map((item) => ({
        ...item,
        question: item.question ?? (lab.services.has(item.service) ? visit.reasonCode?.[0]?.text : undefined),
      })),
    });
    return { ...placed, findings };
  },
});

const nameOf = (lab: LabPack, code: string): string =>
  lab.tests.get(code)?.name.vi ?? lab.services.get(code)?.name.vi ?? code;

/** Orders of the patient that stand and are young enough to be repeated by mistake, newest first. */
async function earlierOrders(ctx: CommandContext, patient: string) {
  const days = ctx.setting<Readonly<Record<string, number>>>('outpatient.duplicate-days', DUPLICATE_DAYS);
  const all = await ctx.referring<ServiceRequest>('ServiceRequest.subject', patient);
  return all
    .flatMap((order) => {
      const service = serviceOf(order);
      const state = orderStateOf(order);
      const at = order.authoredOn;
      if (service === undefined || at === undefined || state === undefined || state === 'cancelled') return [];
      const until = addDays(at, days[service] ?? days.default ?? 7);
      return at <= ctx.performedAt && until > ctx.performedAt
        ? [{ service, at, name: order.code?.text ?? service }]
        : [];
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

/** Contrast for somebody who is recorded as allergic to it. */
async function contrastFindings(
  ctx: CommandContext,
  patient: string,
  items: readonly { service: string; name: string }[],
  lab: LabPack,
): Promise<Finding[]> {
  const asked = items.flatMap(({ service, name }, i) =>
    lab.services.get(service)?.contrast ? [{ service, name, i }] : [],
  );
  if (asked.length === 0) return [];
  const { rules, ingredients } = prescribingPacks(ctx);
  const agents = rules.classes.find((c) => c.code === 'iodinated-contrast');
  const allergic = (await allergiesOf(ctx, patient))
    .filter((a: AllergyIntolerance) => isActiveAllergy(a))
    .map((a) => toCheck(a, rules, ingredients))
    .find((a) => a.substance === agents?.code || agents?.members.includes(a.substance));
  if (!allergic || !agents) return [];
  return asked.map(({ service, name, i }) => ({
    rule: `contrast-allergy:${service}`,
    severity: 'warn',
    field: `items.${i}.service`,
    text: {
      vi: `${name} dùng thuốc cản quang; hồ sơ ghi dị ứng ${allergic.display}`,
      en: `${name} uses contrast; the record holds an allergy to ${allergic.display}`,
    },
    remedy: agents.alternative,
  }));
}
