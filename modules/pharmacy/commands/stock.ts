import { Decimal } from '@mach/base/decimal.ts';
import type { Issue } from '@mach/base/problem.ts';
import { formatDate, localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import type { StockAdjustResult, StockResult } from '../contract.ts';
import { receiveStockInput, stockAdjustInput, transferStockInput } from '../inputs.ts';
import { discrepancyAccount, type LotAccount, stockAccount, supplierAccount } from '../rules/accounts.ts';
import { isExpired } from '../rules/first-expiry.ts';
import { drugIn, drugName } from '../rules/formulary.ts';
import { placeIn } from '../rules/places.ts';
import { stockPaper } from './paper.ts';
import { formularyIn, type Lot, lineUp, lockLots, lotIn, placesIn, refuseAll, ZERO } from './shelf.ts';

type Movements = Parameters<CommandContext['post']>[0];

export const receiveStockCommand = defineCommand({
  name: 'pharmacy.receiveStock',
  kind: 'intent',
  permission: 'pharmacy.receive',
  title: { vi: 'Nhập kho', en: 'Receive stock' },
  input: receiveStockInput,
  async handle(input, ctx): Promise<StockResult> {
    placeIn(placesIn(ctx), input.place, 'place');
    const formulary = formularyIn(ctx);
    const items = input.items.map((item, i) => {
      const drug = drugIn(formulary, item.drug, `items.${i}.drug`);
      return { ...item, place: input.place, name: drugName(drug), unit: drug.unit };
    });
    await lineUp(ctx, input.place);
    const lots = await lockLots(
      ctx,
      input.place,
      items.map((i) => i.drug),
    );
    refuseAll(422, receiptIssues(items, lots, localDate(ctx.performedAt)));
    const record = stockPaper(ctx, 'stock-receipt', {
      place: input.place,
      document: input.document ?? null,
      items: input.items.map((item) => ({ ...item, supplier: item.supplier ?? null })),
    });
    ctx.post(
      items.map((item): Movements[number] => ({
        ledger: 'stock',
        from: supplierAccount(item.supplier ?? UNNAMED, item.drug, item.unit),
        to: stockAccount(item),
        amount: Decimal.of(item.quantity),
        reason: 'receive',
        record,
      })),
    );
    return { moved: input.items.map(({ drug, lot, quantity }) => ({ drug, lot, quantity })) };
  },
});

const UNNAMED = '—';

/** A lot is one thing: the same expiry and price wherever and whenever it is named. */
function receiptIssues(
  items: readonly (LotAccount & { quantity: string })[],
  lots: ReadonlyMap<string, readonly Lot[]>,
  today: string,
): Issue[] {
  const issues: Issue[] = [];
  for (const [i, item] of items.entries()) {
    if (isExpired(item.expiry, today))
      issues.push({
        severity: 'error',
        code: 'lot-expired',
        field: `items.${i}.expiry`,
        text: {
          vi: `Lô ${item.lot} đã hết hạn ngày ${formatDate(item.expiry)}: không nhập được`,
          en: `Lot ${item.lot} expired on ${formatDate(item.expiry)} and cannot be received`,
        },
        remedy: { vi: 'Kiểm tra hạn dùng; trả lại nhà cung cấp', en: 'Check the date; return it to the supplier' },
      });
    const known: LotAccount | undefined =
      lotIn(lots, item.drug, item.lot) ?? items.slice(0, i).find((o) => o.drug === item.drug && o.lot === item.lot);
    if (known && known.expiry !== item.expiry)
      issues.push({
        severity: 'error',
        code: 'lot-expiry-differs',
        field: `items.${i}.expiry`,
        text: {
          vi: `Lô ${item.lot} đã có với hạn ${formatDate(known.expiry)}, không phải ${formatDate(item.expiry)}`,
          en: `Lot ${item.lot} is known with expiry ${formatDate(known.expiry)}, not ${formatDate(item.expiry)}`,
        },
        remedy: { vi: 'Đọc lại số lô và hạn dùng trên hộp', en: 'Read lot and date on the box again' },
      });
    if (known && !Decimal.of(known.price).eq(item.price))
      issues.push({
        severity: 'error',
        code: 'lot-price-differs',
        field: `items.${i}.price`,
        text: {
          vi: `Lô ${item.lot} đã nhập với giá ${known.price} ₫, không phải ${item.price} ₫`,
          en: `Lot ${item.lot} was bought at ${known.price} ₫, not ${item.price} ₫`,
        },
        remedy: {
          vi: `Sửa giá, hoặc nhập đợt giá mới với số lô "${item.lot}#2"`,
          en: `Correct the price, or receive the new price as lot "${item.lot}#2"`,
        },
      });
  }
  return issues;
}

export const transferStockCommand = defineCommand({
  name: 'pharmacy.transferStock',
  kind: 'intent',
  permission: 'pharmacy.transfer',
  title: { vi: 'Chuyển kho', en: 'Transfer stock' },
  input: transferStockInput,
  async handle(input, ctx): Promise<StockResult> {
    const places = placesIn(ctx);
    placeIn(places, input.from, 'from');
    placeIn(places, input.to, 'to');
    refuseAll(
      422,
      input.from === input.to
        ? [
            {
              severity: 'error',
              code: 'same-place',
              field: 'to',
              text: { vi: 'Kho đi và kho đến là một', en: 'Both stores are the same' },
              remedy: { vi: 'Chọn kho đến khác', en: 'Choose another store' },
            },
          ]
        : [],
    );
    await lineUp(ctx, input.to);
    const drugs = input.items.map((i) => i.drug);
    const [from, to] = await bothShelves(ctx, input.from, input.to, drugs);
    const issues: Issue[] = [];
    const moved: { source: Lot; quantity: Decimal }[] = [];
    const left = new Map<string, Decimal>();
    for (const [i, { drug, lot, quantity }] of input.items.entries()) {
      const source = lotIn(from, drug, lot);
      const target = lotIn(to, drug, lot);
      const key = `${drug}:${lot}`;
      const rest = (left.get(key) ?? source?.quantity ?? ZERO).sub(quantity);
      left.set(key, rest);
      if (!source || rest.isNegative()) issues.push(shortIssue(`items.${i}.quantity`, lot, source));
      else if (target && (target.expiry !== source.expiry || target.price !== source.price))
        issues.push({
          severity: 'error',
          code: 'lot-differs',
          field: `items.${i}.lot`,
          text: {
            vi: `Kho ${input.to} đã có lô ${lot} với hạn hoặc giá khác`,
            en: `Store ${input.to} has lot ${lot} with another expiry or price`,
          },
          remedy: { vi: 'Kiểm kê lại lô này ở hai kho', en: 'Count this lot in both stores' },
        });
      else moved.push({ source, quantity: Decimal.of(quantity) });
    }
    refuseAll(409, issues);
    const record = stockPaper(ctx, 'stock-transfer', {
      from: input.from,
      to: input.to,
      reason: input.reason ?? null,
      items: input.items.map((item) => ({ ...item })),
    });
    ctx.post(
      moved.map(({ source, quantity }): Movements[number] => ({
        ledger: 'stock',
        from: stockAccount(source),
        to: stockAccount({ ...source, place: input.to }),
        amount: quantity,
        reason: 'transfer',
        record,
      })),
    );
    return { moved: input.items.map(({ drug, lot, quantity }) => ({ drug, lot, quantity })) };
  },
});

/** Both shelves, the one that comes first by name locked first: two transfers that cross do not wait for each other. */
async function bothShelves(
  ctx: CommandContext,
  from: string,
  to: string,
  drugs: readonly string[],
): Promise<[Map<string, Lot[]>, Map<string, Lot[]>]> {
  const first = await lockLots(ctx, from < to ? from : to, drugs);
  const second = await lockLots(ctx, from < to ? to : from, drugs);
  return from < to ? [first, second] : [second, first];
}

function shortIssue(field: string, lot: string, source: Lot | undefined): Issue {
  return {
    severity: 'error',
    code: source ? 'lot-short' : 'lot-unknown',
    field,
    text: source
      ? { vi: `Lô ${lot} chỉ còn ${source.quantity}`, en: `Lot ${lot} holds only ${source.quantity}` }
      : { vi: `Kho đi không có lô ${lot}`, en: `The store has no lot ${lot}` },
    remedy: { vi: 'Xem lại thẻ kho', en: 'Look at the stock card' },
  };
}

export const stockAdjustCommand = defineCommand({
  name: 'pharmacy.stockAdjust',
  kind: 'intent',
  permission: 'pharmacy.adjust',
  title: { vi: 'Điều chỉnh tồn kho theo kiểm kê', en: 'Adjust stock to what was counted' },
  input: stockAdjustInput,
  async handle(input, ctx): Promise<StockAdjustResult> {
    placeIn(placesIn(ctx), input.place, 'place');
    const lots = await lockLots(
      ctx,
      input.place,
      input.items.map((i) => i.drug),
    );
    const issues: Issue[] = [];
    const found: { lot: Lot; counted: Decimal }[] = [];
    for (const [i, { drug, lot, counted }] of input.items.entries()) {
      const shelf = lotIn(lots, drug, lot);
      const twice = input.items.findIndex((o) => o.drug === drug && o.lot === lot) < i;
      if (!shelf) issues.push(shortIssue(`items.${i}.lot`, lot, undefined));
      else if (twice)
        issues.push({
          severity: 'error',
          code: 'lot-twice',
          field: `items.${i}.lot`,
          text: { vi: `Lô ${lot} ghi hai lần`, en: `Lot ${lot} stands twice` },
          remedy: { vi: 'Gộp thành một dòng', en: 'Put them in one line' },
        });
      else found.push({ lot: shelf, counted: Decimal.of(counted) });
    }
    refuseAll(422, issues);
    const adjusted = found.map(({ lot, counted }) => ({
      drug: lot.drug,
      lot: lot.lot,
      booked: lot.quantity.toString(),
      counted: counted.toString(),
      difference: counted.sub(lot.quantity).toString(),
    }));
    const record = stockPaper(ctx, 'stock-adjustment', { place: input.place, reason: input.reason, items: adjusted });
    ctx.post(
      found
        .filter(({ lot, counted }) => !counted.eq(lot.quantity))
        .map(({ lot, counted }): Movements[number] => {
          const difference = counted.sub(lot.quantity);
          const shelf = stockAccount(lot);
          const gap = discrepancyAccount(lot.place, lot.drug, lot.unit);
          const [from, to] = difference.isNegative() ? [shelf, gap] : [gap, shelf];
          return { ledger: 'stock', from, to, amount: difference.abs(), reason: 'adjust', record };
        }),
    );
    ctx.emit('pharmacy.adjusted', {
      place: input.place,
      reason: input.reason,
      drugs: [...new Set(adjusted.filter((a) => a.difference !== '0').map((a) => a.drug))],
    });
    return { adjusted };
  },
});
