import { Decimal } from '@mach/base/decimal.ts';
import type { IdSource } from '@mach/base/ids.ts';
import { Problem, refuse } from '@mach/base/problem.ts';
import { validate } from '@mach/fhir/validate.ts';
import type {
  AnyResource,
  Balance,
  IdentifiedResource,
  Movement,
  PastMovement,
  StoredRecord,
  Transaction,
} from '@mach/store';
import type { Actor, Facility } from './actor.ts';
import type { Command, CommandContext, Dispatch, Override } from './command.ts';
import type { CommandRef } from './command-ref.ts';
import type { RowGuard } from './policy/row-guard.ts';
import type { RecordGuard } from './records/guard.ts';
import type { RulePack, RulePacks } from './rule-packs.ts';
import { schemaIssues } from './schema-issues.ts';
import { documentService } from './signing/documents.ts';
import type { Signer } from './signing/signer.ts';

export const CORRECTION_REASON = 'https://mach.vn/fhir/StructureDefinition/correction-reason';

export interface ContextParts {
  transaction: Transaction;
  facility: Facility;
  actor: Actor;
  key: string;
  now: string;
  performedAt: string;
  overrides: readonly Override[];
  ids: IdSource;
  random: (bytes: number) => Uint8Array;
  packs: RulePacks;
  settings: ReadonlyMap<string, unknown>;
  signer: Signer;
  commands: ReadonlyMap<string, Command<never, unknown>>;
  guard: RecordGuard;
  /** What the sender may see; undefined: all that his permission gives. */
  limits?: RowGuard | undefined;
}

/** The handler's door to the transaction. One per attempt of a command. */
export class HandlerContext implements CommandContext {
  readonly facility: Facility;
  readonly actor: Actor;
  readonly key: string;
  readonly now: string;
  readonly performedAt: string;
  readonly overrides: readonly Override[];
  readonly documents: CommandContext['documents'];
  /** Hashes of the rule packs that this command has decided with. */
  readonly usedPacks = new Set<string>();
  private readonly parts: ContextParts;
  private readonly seen = new Map<string, StoredRecord>();

  constructor(parts: ContextParts) {
    this.parts = parts;
    this.facility = parts.facility;
    this.actor = parts.actor;
    this.key = parts.key;
    this.now = parts.now;
    this.performedAt = parts.performedAt;
    this.overrides = parts.overrides;
    this.documents = documentService(parts.signer, parts.actor.practitioner ?? parts.actor.login);
  }

  id(): string {
    const id = this.parts.ids();
    this.parts.transaction.minted.add(id);
    return id;
  }
  random(bytes: number): Uint8Array {
    return this.parts.random(bytes);
  }
  next(counter: string): Promise<number> {
    return this.parts.transaction.next(counter);
  }

  /** Whether the sender may see a record: what this command has read or written itself, he does. */
  private isOpen(record: StoredRecord): boolean | Promise<boolean> {
    const { limits, transaction } = this.parts;
    const slot = `${record.type}/${record.id}`;
    if (!limits || transaction.minted.has(record.id) || this.seen.has(slot)) return true;
    return limits.sees(record);
  }
  private async open<T extends StoredRecord>(records: T[]): Promise<T[]> {
    const open = await Promise.all(records.map((record) => this.isOpen(record)));
    return records.filter((_, i) => open[i]);
  }

  private keep<T extends AnyResource>(record: StoredRecord<T>): IdentifiedResource<T> {
    this.seen.set(`${record.type}/${record.id}`, record);
    return record.resource as IdentifiedResource<T>;
  }

  async find<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T> | undefined> {
    const record = await this.parts.transaction.read<T>(type, id);
    if (!record || (this.parts.limits && !(await this.isOpen(record)))) return undefined;
    return this.keep(record);
  }
  async read<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T>> {
    return (await this.find<T>(type, id)) ?? missing(type, id);
  }
  async lock<T extends AnyResource>(type: T['resourceType'], id: string): Promise<IdentifiedResource<T>> {
    const record = await this.parts.transaction.read<T>(type, id, true);
    if (!record || (this.parts.limits && !(await this.isOpen(record)))) return missing(type, id);
    return this.keep(record);
  }
  async referring<T extends AnyResource>(param: string, id: string): Promise<IdentifiedResource<T>[]> {
    const found = await this.parts.transaction.referring<T>(param, id);
    return (this.parts.limits ? await this.open(found) : found).map((r) => this.keep(r));
  }
  async byToken<T extends AnyResource>(
    param: string,
    system: string,
    code: string | readonly string[],
  ): Promise<IdentifiedResource<T>[]> {
    const codes = typeof code === 'string' ? [code] : code;
    const found = await this.parts.transaction.byToken<T>(param, system, codes);
    return (this.parts.limits ? await this.open(found) : found).map((r) => this.keep(r));
  }

  create<T extends AnyResource>(resource: T): IdentifiedResource<T> {
    return this.put({ ...resource, id: resource.id ?? this.id() }, undefined, false);
  }
  update<T extends AnyResource>(resource: IdentifiedResource<T>): IdentifiedResource<T> {
    const record = this.known(resource);
    if (record.sealed) throw sealed(resource);
    return this.put(resource, record, false);
  }
  seal<T extends AnyResource>(resource: T): IdentifiedResource<T> {
    if (resource.id === undefined) return this.put({ ...resource, id: this.id() }, undefined, true);
    const record = this.seen.get(`${resource.resourceType}/${resource.id}`);
    if (record?.sealed) throw sealed(resource as IdentifiedResource<T>);
    return this.put(resource as IdentifiedResource<T>, record, true);
  }
  correct<T extends AnyResource>(resource: IdentifiedResource<T>, reason: string): IdentifiedResource<T> {
    const record = this.known(resource);
    const meta = { ...resource.meta, extension: [{ url: CORRECTION_REASON, valueString: reason }] };
    return this.put({ ...resource, meta } as IdentifiedResource<T>, record, true);
  }

  private known(resource: AnyResource & { id: string }): StoredRecord {
    const record = this.seen.get(`${resource.resourceType}/${resource.id}`);
    if (!record)
      throw new Error(`${resource.resourceType}/${resource.id} must be read by a command before it is updated`);
    return record;
  }

  private put<T extends AnyResource>(
    resource: IdentifiedResource<T>,
    replaces: StoredRecord | undefined,
    seal: boolean,
  ): IdentifiedResource<T> {
    const issues = validate(resource).filter((issue) => issue.severity === 'error');
    if (issues.length > 0) throw new Problem(422, issues);
    const written = this.parts.transaction.write(resource, replaces, seal);
    // A later write of the same command continues from this one.
    const slot = `${resource.resourceType}/${resource.id}`;
    if (replaces === undefined && !this.seen.has(slot))
      this.seen.set(slot, {
        type: resource.resourceType,
        id: resource.id,
        rid: '',
        version: 0,
        updated: this.now,
        deleted: false,
        sealed: false,
        patient: null,
        text: null,
        resource: written,
      });
    return written;
  }

  balances(ledger: string, prefix: string, lock = false): Promise<Balance[]> {
    return this.parts.transaction.balances(ledger, prefix, lock);
  }
  movements(record: string): Promise<PastMovement[]> {
    return this.parts.transaction.movements(record);
  }
  post(movements: readonly Omit<Movement, 'id' | 'at'>[]): void {
    this.parts.transaction.post(
      movements.filter((m) => m.amount.gt(Decimal.ZERO)).map((m) => ({ ...m, id: this.id(), at: this.performedAt })),
    );
  }
  send(message: Dispatch): string {
    const id = this.id();
    this.parts.transaction.send({ ...message, id, payload: JSON.stringify(message.payload), createdAt: this.now });
    return id;
  }
  emit(name: string, payload: Readonly<Record<string, unknown>>): void {
    this.parts.transaction.emit({ name, payload });
  }

  rules<T = unknown>(subject: string, date = this.performedAt): RulePack<T> {
    const pack = this.parts.packs.at<T>(subject, localDay(date));
    this.usedPacks.add(pack.hash);
    return pack;
  }
  derived<T>(subject: string, name: string, compute: (pack: RulePack) => T, date = this.performedAt): T {
    this.usedPacks.add(this.parts.packs.meta(subject, localDay(date)).hash);
    return this.parts.packs.derived(subject, localDay(date), name, compute);
  }
  setting<T>(key: string, fallback: T): T {
    return this.parts.settings.has(key) ? (this.parts.settings.get(key) as T) : fallback;
  }

  async call<I, R>(ref: CommandRef<I, R>, input: I): Promise<R> {
    const command = this.parts.commands.get(ref.name) as Command<I, R> | undefined;
    if (!command) throw new Error(`no module declares ${ref.name}`);
    const parsed = command.input.safeParse(input);
    if (!parsed.success) throw new Problem(422, schemaIssues(parsed.error));
    return command.handle(parsed.data, this, undefined);
  }

  get guard(): RecordGuard {
    return this.parts.guard;
  }

  /** For the engine's own commands: statements on its own tables, in the same transaction. */
  get transaction(): Transaction {
    const { limits, transaction } = this.parts;
    return limits ? limits.guarded(transaction) : transaction;
  }
}

/** The Vietnamese calendar day of an instant; a plain date stays itself. */
function localDay(date: string): string {
  return date.length === 10 ? date : new Date(Date.parse(date) + 7 * 3_600_000).toISOString().slice(0, 10);
}

function missing(type: string, id: string): never {
  throw refuse(404, 'not-found', { vi: `Không có ${type}/${id}`, en: `There is no ${type}/${id}` });
}

function sealed(resource: AnyResource & { id: string }): Problem {
  return refuse(
    409,
    'sealed',
    { vi: 'Đã ký, không sửa được', en: 'It is signed and cannot be edited' },
    {
      field: `${resource.resourceType}/${resource.id}`,
      remedy: { vi: 'Lập bản đính chính kèm lý do', en: 'Make a correction with a reason' },
    },
  );
}
