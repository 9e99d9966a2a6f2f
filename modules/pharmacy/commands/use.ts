import { Decimal } from '@mach/base/decimal.ts';
import { refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { Encounter, MedicationAdministration } from '@mach/fhir/types.ts';
import { type PutBackResult, STOCK_LEDGER, type UseStockResult } from '../contract.ts';
import { putBackInput, useStockInput } from '../inputs.ts';
import { discrepancyAccount, patientAccount, stockAccount } from '../rules/accounts.ts';
import { isExpired, pickFirstExpiry } from '../rules/first-expiry.ts';
import { drugIn } from '../rules/formulary.ts';
import { formularyIn, lineUp, lockLots, lotIn, quarantinePlace } from './shelf.ts';

type Movements = Parameters<CommandContext['post']>[0];

/**
 * A drug was given out of a cabinet. It has been given, so it is never refused for want of stock: what the books do not
 * hold comes out of the discrepancy account of the cabinet, for the next stock-taking.
 */
export const useStockCommand = defineCommand({
  name: 'pharmacy.useStock',
  kind: 'fact',
  permission: 'pharmacy.use',
  title: { vi: 'Dùng thuốc tủ trực', en: 'Use a drug of a cabinet' },
  input: useStockInput,
  async handle(input, ctx): Promise<UseStockResult> {
    // The visit first, then the shelf: as in handing over.
    await ctx.lock<Encounter>('Encounter', input.encounter);
    const { unit } = drugIn(formularyIn(ctx), input.drug, 'drug');
    const shelf = await lockLots(ctx, input.place, [input.drug]);
    const wanted = Decimal.of(input.quantity);
    const { picked, missing } = pickFirstExpiry(shelf.get(input.drug) ?? [], wanted, localDate(ctx.performedAt));
    const to = patientAccount(input.encounter, input.drug, unit);
    const common = { ledger: STOCK_LEDGER, to, reason: 'use', record: input.record };
    const lots = picked.map(({ lot, quantity }) => {
      const found = lotIn(shelf, input.drug, lot);
      if (!found) throw new Error(`lot ${lot} of ${input.drug} was picked but is not on ${input.place}`);
      return { ...found, quantity };
    });
    const movements: Movements[number][] = lots.map((lot) => ({
      ...common,
      from: stockAccount(lot),
      amount: lot.quantity,
    }));
    if (missing.gt(Decimal.ZERO))
      movements.push({ ...common, from: discrepancyAccount(input.place, input.drug, unit), amount: missing });
    ctx.post(movements);
    return {
      drug: input.drug,
      place: input.place,
      unit,
      lots: lots.map(({ lot, expiry, quantity, price }) => ({ lot, expiry, quantity: quantity.toString(), price })),
      missing: missing.toString(),
    };
  },
});

/** What a record took out of a cabinet lies there again, or is lost: drawn up and not given. Once. */
export const putBackCommand = defineCommand({
  name: 'pharmacy.putBack',
  kind: 'fact',
  permission: 'pharmacy.use',
  title: { vi: 'Trả thuốc về tủ trực', en: 'Put a drug back into its cabinet' },
  input: putBackInput,
  async handle(input, ctx): Promise<PutBackResult> {
    await ctx.lock<MedicationAdministration>('MedicationAdministration', input.record.split('/')[1] ?? '');
    const past = (await ctx.movements(input.record)).filter((m) => m.ledger === STOCK_LEDGER);
    const undone = new Set(past.map((m) => m.reverses));
    const taken = past.filter((m) => m.reverses === null && !undone.has(m.id));
    if (taken.length === 0)
      throw refuse(
        409,
        'nothing-taken',
        { vi: 'Không còn gì để trả về tủ', en: 'There is nothing to put back' },
        { field: 'record', remedy: { vi: 'Tải lại', en: 'Reload' } },
      );
    const today = localDate(ctx.performedAt);
    const apart = quarantinePlace(ctx);
    const movements: Movements[number][] = [];
    const back: PutBackResult['back'] = [];
    for (const one of taken) {
      const [kind = '', place = '', drug = '', lot = ''] = splitAccount(one.from);
      const shelf = kind === 'stock' ? await lockLots(ctx, place, [drug]) : undefined;
      const found = shelf && lotIn(shelf, drug, lot);
      const unit = found?.unit ?? drugIn(formularyIn(ctx), drug, 'record').unit;
      const gap = discrepancyAccount(place, drug, unit);
      const expired = found !== undefined && isExpired(found.expiry, today);
      if (expired && !input.wasted) await lineUp(ctx, apart);
      const to =
        found === undefined || input.wasted ? gap : stockAccount({ ...found, place: expired ? apart : found.place });
      if (to !== gap) back.push({ place: expired ? apart : place, drug, lot, quantity: one.amount.toString() });
      const [, encounter = ''] = splitAccount(one.to);
      movements.push({
        ledger: STOCK_LEDGER,
        from: patientAccount(encounter, drug, unit),
        to,
        amount: one.amount,
        reason: input.wasted ? 'wasted' : expired ? 'put-back-quarantine' : 'put-back',
        record: input.record,
        reverses: one.id,
      });
    }
    ctx.post(movements);
    return { record: input.record, quantity: Decimal.sum(taken.map((m) => m.amount)).toString(), back };
  },
});

/** Codes hold no colon; the name of a lot is what is left. */
function splitAccount(account: string): string[] {
  const [kind = '', place = '', drug = '', ...rest] = account.split(':');
  return [kind, place, drug, rest.join(':')];
}
