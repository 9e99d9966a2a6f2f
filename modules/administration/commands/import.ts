import { randomBytes } from 'node:crypto';
import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { type CommandContext, defineCommand } from '@mach/engine/command.ts';
import { hashPassword } from '@mach/engine/identity/hash.ts';
import { alsoWrite, houseOf } from '@mach/engine/identity/registry.ts';
import { addAccount, addMembership } from '@mach/engine/identity/staff.ts';
import { ADMINISTER, HOUSE, type ImportResult } from '../contract.ts';
import { importInput } from '../house-inputs.ts';
import { dryRun } from '../sheets/dry-run.ts';
import type { Planned } from '../sheets/plan.ts';
import type { StaffValue } from '../sheets/readers.ts';
import { findSheet, rememberMapping } from '../sheets/store.ts';
import { requireRoles } from './guard.ts';
import { listParts, publish } from './lists.ts';
import { setPlace } from './places.ts';
import { practitionerId, writeRecords } from './records.ts';

export const importCommand = defineCommand({
  name: 'administration.import',
  kind: 'intent',
  permission: HOUSE,
  title: { vi: 'Nhập danh mục từ tệp Excel, CSV', en: 'Import from a spreadsheet' },
  input: importInput,
  async handle(input, ctx): Promise<ImportResult> {
    const engine = houseOf(ctx);
    const { kind, mapping, style } = input;
    const sheet = await findSheet(engine.database.tenant(ctx.facility.tenant), input.sheet);
    if (!sheet)
      throw refuse(
        404,
        'no-sheet',
        { vi: 'Tệp này không còn', en: 'This file is no longer here' },
        { remedy: { vi: 'Tải tệp lên lại', en: 'Upload it again' } },
      );
    if (kind === 'staff') engine.policy.require(ctx.actor, ADMINISTER);
    const options = { mapping, style, from: input.from, to: input.to ?? null, numbers: sheet.numbers };
    const planned = await dryRun(engine, ctx.facility.tenant, kind, sheet.rows, options);
    const { plan } = planned;
    if (plan.missing.length > 0)
      throw new Problem(
        422,
        plan.missing.map(
          (field): Issue => ({
            severity: 'error',
            code: 'required',
            field: `mapping.${field}`,
            text: { vi: `Chưa có cột cho "${field}"`, en: `No column holds "${field}"` },
          }),
        ),
      );
    if (plan.counts.fault > 0 && !input.leaveOutFaulty)
      throw refuse(
        422,
        'faulty-rows',
        {
          vi: `${plan.counts.fault} dòng có lỗi, chưa nhập dòng nào`,
          en: `${plan.counts.fault} rows are faulty; nothing was imported`,
        },
        {
          remedy: {
            vi: 'Sửa tệp rồi tải lại, hoặc chọn bỏ qua các dòng lỗi',
            en: 'Mend the file, or leave the faulty rows out',
          },
        },
      );
    if (plan.values.length === 0)
      throw refuse(422, 'empty', { vi: 'Không có dòng nào để nhập', en: 'There is nothing to import' });
    const counts = { imported: plan.values.length, same: plan.counts.same, leftOut: plan.counts.fault };
    let change: string | null = null;
    if (planned.kind === 'rooms') {
      for (const { value } of planned.plan.values) {
        const isNew = plan.rows.some((row) => row.code === value.code && row.state === 'new');
        await setPlace({ ...value, kind: 'room', use: value.kind, isNew }, ctx);
      }
    } else if (planned.kind === 'staff') await addPeople(ctx, planned.plan.values);
    else {
      if (input.document === undefined)
        throw refuse(
          422,
          'required',
          { vi: 'Thiếu số quyết định ban hành', en: 'The decision is missing' },
          { field: 'document' },
        );
      const parts = [
        ...Map.groupBy(planned.plan.values as Planned<never>[], (one) => `${one.from}/${one.to ?? ''}`).values(),
      ].map((list) => {
        const values = list.map((one) => one.value);
        const [first] = list;
        return listParts(ctx, {
          from: first?.from ?? input.from,
          to: first?.to ?? null,
          prices: planned.kind === 'services' ? values : [],
          drugs: planned.kind === 'drugs' ? values : [],
        });
      });
      change = publish(ctx, { title: input.title ?? sheet.name, document: input.document }, parts).change;
    }
    alsoWrite(ctx, rememberMapping(kind, sheet.columns, mapping));
    ctx.emit('administration.imported', { kind, sheet: input.sheet, ...counts });
    return { ...counts, change };
  },
});

/** Everybody gets an account that nobody can sign in with until an administrator hands out a one-time password. */
async function addPeople(ctx: CommandContext, people: readonly Planned<StaffValue>[]): Promise<void> {
  requireRoles(ctx, [...new Set(people.flatMap(({ value }) => value.roles))]);
  // One unknown secret for all of them, forgotten here; it is past its time at once.
  const hash = await hashPassword(randomBytes(32).toString('base64url'));
  for (const { value } of people) {
    const { login, name, roles } = value;
    const account = ctx.id();
    const practitioner = practitionerId(login);
    await writeRecords(ctx, login, practitioner, value);
    alsoWrite(
      ctx,
      addAccount({ id: account, login, name, hash, until: ctx.now }),
      addMembership(account, roles, practitioner),
    );
    ctx.emit('administration.staff-added', { account, roles });
  }
}
