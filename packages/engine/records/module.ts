import { type Issue, Problem, refuse } from '@mach/base/problem.ts';
import { references } from '@mach/fhir/reference-walk.ts';
import { validate } from '@mach/fhir/validate.ts';
import { arrived, travelling } from '@mach/fhir/written-numbers.ts';
import {
  type AnyResource,
  type IdentifiedResource,
  isResourceType,
  parseReference,
  type StoredRecord,
} from '@mach/store';
import type { z } from 'zod';
import { defineCommand } from '../command.ts';
import { HandlerContext } from '../context.ts';
import { commands, defineModule } from '../module.ts';
import { refusePlainHeaders } from './subscription-headers.ts';
import { type RecordWriteResult, recordWriteInput } from './write.ts';

type Entry = z.output<typeof recordWriteInput>['entries'][number];

/** The generic command behind every raw write: FHIR REST, transactions, import. Same policy, validation, audit, events. */
export const recordWriteCommand = defineCommand({
  name: 'record.write',
  kind: 'intent',
  permission: 'record.write',
  title: { vi: 'Ghi bản ghi FHIR', en: 'Write FHIR records' },
  input: recordWriteInput,
  together: true,
  async handle(input, ctx): Promise<RecordWriteResult> {
    if (!(ctx instanceof HandlerContext)) throw new TypeError('record.write runs in the engine only');
    const writer = new Writer(ctx);
    await writer.hold(input.entries);
    const entries: RecordWriteResult['entries'] = [];
    for (const [index, entry] of input.entries.entries()) entries.push(await writer.apply(entry, index));
    if (input.references === 'check') await writer.checkReferences();
    return { entries };
  },
});

class Writer {
  private readonly written: { resource: IdentifiedResource; index: number }[] = [];
  /** What is to be replaced, as it stood before; gone from here once it has been. */
  private readonly held = new Map<string, StoredRecord | undefined>();
  private readonly ctx: HandlerContext;
  constructor(ctx: HandlerContext) {
    this.ctx = ctx;
  }

  /** Reads and locks in one question what will be replaced or deleted, in a fixed order: two writers rarely deadlock. */
  async hold(entries: readonly Entry[]): Promise<void> {
    const targets = new Map<string, { type: string; id: string }>();
    for (const entry of entries) {
      if (entry.op === 'create') continue;
      const target =
        entry.op === 'delete' ? entry : { type: entry.resource.resourceType, id: entry.resource.id as string };
      if (isResourceType(target.type)) targets.set(`${target.type}/${target.id}`, target);
    }
    const ordered = [...targets].sort(([a], [b]) => (a < b ? -1 : 1));
    const found = await Promise.all(ordered.map(([, { type, id }]) => this.ctx.transaction.readAny(type, id, true)));
    for (const [i, [slot]] of ordered.entries()) this.held.set(slot, found[i]);
  }

  private async standing(type: string, id: string): Promise<StoredRecord | undefined> {
    const slot = `${type}/${id}`;
    if (!this.held.has(slot)) return this.ctx.transaction.readAny(type, id, true);
    const stored = this.held.get(slot);
    this.held.delete(slot);
    return stored;
  }

  async apply(entry: Entry, index: number): Promise<RecordWriteResult['entries'][number]> {
    const { ctx } = this;
    const type = entry.op === 'delete' ? entry.type : entry.resource.resourceType;
    if (!isResourceType(type))
      throw refuse(
        422,
        'unknown-type',
        { vi: `Không có loại ${type}`, en: `There is no type ${type}` },
        { field: `entries.${index}` },
      );
    if (entry.op === 'create') {
      ctx.guard.requireRecord(ctx.actor, 'create', type);
      ctx.guard.requireReach(ctx.actor, 'create', entry.resource as AnyResource);
      return this.write({ ...(entry.resource as AnyResource), id: entry.id ?? ctx.id() }, undefined, index);
    }
    const target = entry.op === 'delete' ? entry.id : entry.resource.id;
    const stored = await this.standing(type, target);
    const current = stored && !stored.deleted ? stored : undefined;
    const interaction = entry.op === 'delete' ? 'delete' : current ? 'update' : 'create';
    // Before anything is told about the record that is there.
    ctx.guard.requireReach(ctx.actor, interaction, current?.resource);
    checkVersion(entry.ifVersion, current, `${type}/${target}`);
    if (entry.op === 'put') {
      ctx.guard.requireRecord(ctx.actor, interaction, type);
      ctx.guard.requireReach(ctx.actor, interaction, entry.resource as AnyResource);
      return this.write(entry.resource as IdentifiedResource, stored, index);
    }
    ctx.guard.requireRecord(ctx.actor, 'delete', type);
    if (!current) return { type, id: target, version: stored?.version ?? 0, outcome: 'unchanged' };
    ctx.guard.refuseOwned(current.resource, undefined);
    refuseSealed(current);
    ctx.transaction.remove(current);
    return { type, id: target, version: current.version + 1, outcome: 'deleted' };
  }

  private write(
    resource: IdentifiedResource,
    stored: StoredRecord | undefined,
    index: number,
  ): RecordWriteResult['entries'][number] {
    const current = stored && !stored.deleted ? stored : undefined;
    arrived(resource);
    this.ctx.guard.refuseOwned(current?.resource, resource);
    if (current) refuseSealed(current);
    refusePlainHeaders(current?.resource, resource);
    const issues = validate(resource).filter((issue) => issue.severity === 'error');
    if (issues.length > 0) throw new Problem(422, issues);
    const written = arrived(this.ctx.transaction.write(travelling(resource), stored));
    this.written.push({ resource: written, index });
    return {
      type: resource.resourceType,
      id: resource.id,
      version: Number(written.meta?.versionId),
      outcome: current ? 'updated' : 'created',
    };
  }

  private async leadsTo(type: string, id: string): Promise<boolean> {
    const record = isResourceType(type) ? await this.ctx.transaction.read(type, id) : undefined;
    return record !== undefined && this.ctx.guard.mayPointAt(this.ctx.actor, record.resource);
  }

  /** Local references of what was written must lead to a record that exists now or is written here. */
  async checkReferences(): Promise<void> {
    const own = new Set(this.written.map(({ resource }) => `${resource.resourceType}/${resource.id}`));
    const pointers = this.written.flatMap(({ resource }) =>
      references(resource as unknown as Parameters<typeof references>[0]).flatMap(({ reference, path }) => {
        const target = parseReference(reference);
        const slot = target ? `${target.type}/${target.id}` : '';
        return target && !own.has(slot) ? [{ path, slot, target }] : [];
      }),
    );
    // All of them in one question.
    const targets = new Map(pointers.map(({ slot, target }) => [slot, target]));
    const known = new Map(
      await Promise.all([...targets].map(async ([slot, t]) => [slot, await this.leadsTo(t.type, t.id)] as const)),
    );
    const issues = pointers.filter(({ slot }) => !known.get(slot)).map(({ path, slot }) => leadsNowhere(path, slot));
    if (issues.length > 0) throw new Problem(422, issues);
  }
}

const leadsNowhere = (field: string, slot: string): Issue => ({
  severity: 'error',
  code: 'reference-not-found',
  field,
  text: { vi: `Không có ${slot}`, en: `There is no ${slot}` },
  remedy: {
    vi: 'Ghi bản ghi được tham chiếu trước, hoặc cùng một transaction',
    en: 'Write the referenced record first, or in the same transaction',
  },
});

function checkVersion(expected: number | undefined, current: StoredRecord | undefined, slot: string): void {
  if (expected === undefined || expected === (current?.version ?? 0)) return;
  throw refuse(
    412,
    'version-conflict',
    {
      vi: `${slot} đang ở phiên bản ${current?.version ?? 0}, không phải ${expected}`,
      en: `${slot} is at version ${current?.version ?? 0}, not ${expected}`,
    },
    {
      field: 'If-Match',
      remedy: { vi: 'Đọc lại rồi sửa trên bản mới', en: 'Read it again and change the new version' },
    },
  );
}

function refuseSealed(record: StoredRecord): void {
  if (!record.sealed) return;
  throw refuse(
    409,
    'sealed',
    { vi: 'Đã ký, không sửa hoặc xoá được', en: 'It is signed and can be neither edited nor deleted' },
    {
      field: `${record.type}/${record.id}`,
      remedy: { vi: 'Lập bản đính chính kèm lý do', en: 'Make a correction with a reason' },
    },
  );
}

export default defineModule({
  name: 'record',
  title: { vi: 'Bản ghi', en: 'Records' },
  commands: commands(recordWriteCommand),
  roles: {
    administrator: ['record.write', 'record.write:*', 'record.read:*'],
    importer: ['record.write', 'record.write:*', 'record.read:*'],
  },
});
