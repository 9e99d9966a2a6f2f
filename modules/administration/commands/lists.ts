import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { localDate } from '@mach/base/time.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import { changeRecord, type PackChange } from '@mach/engine/rule-packs/change.ts';
import type { OverlayEntry, OverlayPart } from '@mach/engine/rule-packs/overlay.ts';
import type { Library } from '@mach/fhir/types.ts';
import type { z } from 'zod';
import { HOUSE, type PublishResult } from '../contract.ts';
import { DRUG_REQUIRED, type DrugChange, drugBook, drugEntries, routesOf } from '../house/drugs.ts';
import { type PriceChange, priceEntries, serviceBook } from '../house/prices.ts';
import { listInput } from '../house-inputs.ts';

export type ListInput = z.output<typeof listInput>;
type Part = OverlayPart & { entries: OverlayEntry[] };

const person = (ctx: CommandContext) => ({ id: ctx.actor.id, name: ctx.actor.name });

/** @throws Problem 422: the lists of one person begin today or later, so that nothing decided is decided anew */
export function requireAhead(ctx: CommandContext, from: string, to: string | null, field = 'from'): void {
  const today = localDate(ctx.now);
  if (from < today)
    throw refuse(
      422,
      'in-the-past',
      { vi: 'Ngày hiệu lực đã qua', en: 'The day is past' },
      {
        field,
        remedy: {
          vi: 'Chọn từ hôm nay trở đi; sai sót cũ thì lập đề nghị đính chính để người thứ hai duyệt',
          en: 'Choose today or later; an old mistake is corrected by a proposal that a second person approves',
        },
      },
    );
  if (to !== null && to < from)
    throw refuse(
      422,
      'period',
      { vi: 'Ngày hết hiệu lực trước ngày bắt đầu', en: 'It ends before it begins' },
      { field: 'to' },
    );
}

/** What the rows write, checked against the packs of their first day. @throws Problem 422 with an issue a row */
export function listParts(
  ctx: Pick<CommandContext, 'rules'>,
  input: { from: string; to: string | null; prices: readonly PriceChange[]; drugs: readonly DrugChange[] },
): Part {
  const issues: Issue[] = [];
  const entries: OverlayEntry[] = [];
  const seen = new Set<string>();
  const fail = (field: string, vi: string, en: string): void => {
    issues.push({ severity: 'error', code: 'row', field, text: { vi, en } });
  };
  if (input.prices.length > 0) {
    const book = serviceBook(ctx.rules('lab', input.from), ctx.rules('services', input.from));
    for (const [i, row] of input.prices.entries()) {
      if (seen.has(`s/${row.code}`))
        fail(`prices.${i}.code`, `Mã ${row.code} lặp lại`, `${row.code} stands there twice`);
      seen.add(`s/${row.code}`);
      const known = book.places.has(row.code);
      if (row.price !== undefined && !Number.isInteger(row.price))
        fail(`prices.${i}.price`, 'Giá dịch vụ là số đồng chẵn', 'The price of a service is whole đồng');
      if (!known && (!row.name || !row.group || row.price === undefined))
        fail(
          `prices.${i}.code`,
          `Danh mục không có mã ${row.code}: dịch vụ mới cần tên, nhóm và giá`,
          `No list holds ${row.code}: a new service needs a name, a group and a price`,
        );
      else if (row.price === undefined && row.bhytPrice === undefined && row.withdrawn !== true)
        fail(`prices.${i}.price`, 'Chưa có gì thay đổi', 'Nothing is changed');
      else entries.push(...priceEntries(book, row));
    }
  }
  if (input.drugs.length > 0) {
    const formulary = ctx.rules('formulary', input.from);
    const book = drugBook(formulary, ctx.rules('bhyt-catalogue', input.from));
    const routes = routesOf(formulary);
    for (const [i, row] of input.drugs.entries()) {
      if (seen.has(`d/${row.code}`))
        fail(`drugs.${i}.code`, `Mã ${row.code} lặp lại`, `${row.code} stands there twice`);
      seen.add(`d/${row.code}`);
      const isNew = !book.has(row.code);
      if (row.route !== undefined && !routes.has(row.route))
        fail(`drugs.${i}.route`, `Không có đường dùng "${row.route}"`, `There is no route "${row.route}"`);
      const missing = isNew ? DRUG_REQUIRED.filter((name) => row[name] === undefined) : [];
      if (missing.length > 0)
        fail(
          `drugs.${i}.${missing[0]}`,
          `Thuốc mới còn thiếu: ${missing.join(', ')}`,
          `A new drug lacks: ${missing.join(', ')}`,
        );
      else entries.push(...drugEntries(row, isNew));
    }
  }
  if (issues.length > 0) throw new Problem(422, issues.slice(0, 200));
  return { validFrom: input.from, validTo: input.to, entries };
}

/** Writes a list that holds at once: one person's, for days to come. */
export function publish(
  ctx: CommandContext,
  of: { title: string; document: string; article?: string | undefined; reason?: string | undefined },
  parts: readonly OverlayPart[],
): PublishResult {
  const change: PackChange = {
    id: ctx.id(),
    kind: 'list',
    status: 'active',
    title: of.title,
    reason: of.reason ?? of.title,
    source: { document: of.document, ...(of.article ? { article: of.article } : {}), certainty: 'H' },
    parts,
    proposedBy: person(ctx),
    proposedAt: ctx.now,
    decidedBy: person(ctx),
    decidedAt: ctx.now,
    ended: [],
  };
  ctx.seal<Library>(changeRecord(change));
  const entries = parts.reduce((n, part) => n + part.entries.length, 0);
  ctx.emit('administration.list-published', { change: change.id, entries });
  return { change: change.id, entries };
}

export const publishListCommand = defineCommand({
  name: 'administration.publish-list',
  kind: 'intent',
  permission: HOUSE,
  title: { vi: 'Ban hành giá, danh mục thuốc từ một ngày', en: 'Publish prices or drugs from a day on' },
  input: listInput,
  async handle(input, ctx): Promise<PublishResult> {
    const { from, to = null, prices = [], drugs = [] } = input;
    requireAhead(ctx, from, to);
    const part = listParts(ctx, { from, to, prices, drugs });
    if (part.entries.length === 0)
      throw refuse(422, 'empty', { vi: 'Danh sách trống', en: 'The list is empty' }, { field: 'prices' });
    return publish(ctx, input, [part]);
  },
});
