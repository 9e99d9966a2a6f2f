import { addDays } from '@mach/base/time.ts';
import type { Library } from '@mach/fhir/types.ts';
import { type Database, recordsByToken } from '@mach/store';
import type { RulePacks } from '../rule-packs.ts';
import { CHANGE_CODE, CHANGE_SYSTEM, changeOf, overlayOf } from './change.ts';
import { type Overlay, type OverlaySlice, slicesOf } from './overlay.ts';

/** Keeps the packs of each facility in step with the changes that it has approved. */
export class OverlayLoader {
  private readonly database: Database;
  private readonly packs: RulePacks;
  /** `id/version` → what was read of it; null for what does not count. */
  private readonly read = new Map<string, Overlay | null>();
  private readonly own = new Map<number, RulePacks>();
  private readonly turns = new Map<number, Promise<void>>();

  constructor(database: Database, packs: RulePacks) {
    this.database = database;
    this.packs = packs;
  }

  /** The packs as a facility has them. */
  of(tenant: number): RulePacks {
    return this.own.get(tenant) ?? this.packs;
  }

  /** Reads the changes of a facility; what was committed before the call counts when it ends. */
  load(tenant: number): Promise<void> {
    const turn = (this.turns.get(tenant) ?? Promise.resolve()).catch(() => undefined).then(() => this.once(tenant));
    this.turns.set(tenant, turn);
    return turn;
  }

  private async once(tenant: number): Promise<void> {
    const on = this.database.tenant(tenant);
    const records = await recordsByToken(on, 'Library.type', CHANGE_SYSTEM, [CHANGE_CODE]);
    const overlays = records.flatMap((record) => {
      if (record.deleted) return [];
      const slot = `${tenant}/${record.id}/${record.version}`;
      const known = this.read.get(slot);
      if (known !== undefined) return known ?? [];
      const overlay = overlayOf(changeOf(record.resource as Library & { id: string })) ?? null;
      this.read.set(slot, overlay);
      return overlay ?? [];
    });
    const slices = slicesOf(overlays);
    const packs = this.packs.with(slices, this.own.get(tenant));
    this.own.set(tenant, packs);
    await this.register(packs, slices);
  }

  /** Keeps the identity of every edition that decisions may name, as with the packs of the house. */
  private async register(packs: RulePacks, slices: ReadonlyMap<string, readonly OverlaySlice[]>): Promise<void> {
    const found = [...slices].flatMap(([subject, list]) => {
      const days = list.flatMap((slice) => [
        slice.validFrom,
        ...(slice.validTo === null ? [] : [addDays(slice.validTo, 1)]),
        ...slice.ended.map((end) => end.from),
      ]);
      const editions = packs.editions(subject);
      const starts = editions.map((edition) => edition.validFrom);
      return [...new Set([...days, ...starts])]
        .filter((day) => editions.some((e) => e.validFrom <= day && (e.validTo ?? day) >= day))
        .map((day) => packs.meta(subject, day));
    });
    const editions = [...new Map(found.map((edition) => [edition.hash, edition])).values()];
    if (editions.length === 0) return;
    await this.database.system.query({
      name: 'overlay_register',
      text: `insert into system.rule_pack (hash, subject, edition, valid_from, valid_to, known_from, source)
             select * from unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::date[], $7::jsonb[])
             on conflict (hash) do nothing`,
      values: [
        editions.map((e) => e.hash),
        editions.map((e) => e.subject),
        editions.map((e) => e.edition),
        editions.map((e) => e.validFrom),
        editions.map((e) => e.validTo ?? null),
        editions.map((e) => e.knownFrom),
        editions.map((e) => JSON.stringify(e.source ?? [])),
      ],
    });
  }
}
