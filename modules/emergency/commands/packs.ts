import type { CommandContext } from '@mach/engine/command.ts';
import type { RulePack } from '@mach/engine/rule-packs.ts';
import type { BundlesData } from '../rules/bundle-pack.ts';
import { readTriage, type TriageData, type TriagePack } from '../rules/triage-pack.ts';

const readPack = (pack: RulePack): TriagePack => readTriage(pack.data as TriageData);

export const triagePack = (ctx: CommandContext): TriagePack => ctx.derived('triage', 'emergency.triage', readPack);

/** The rules under which a bundle was started keep holding for it. */
export const bundlesPack = (ctx: CommandContext, at?: string): RulePack<BundlesData> =>
  ctx.rules<BundlesData>('bundles', at);
