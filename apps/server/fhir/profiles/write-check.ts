import { Problem } from '@mach/base/problem.ts';
import type { Engine } from '@mach/engine';
import { isObject } from '@mach/fhir/json.ts';
import { namesProfiles } from '@mach/fhir/profile/profile-set.ts';
import { isValid, validate } from '@mach/fhir/validate.ts';
import type { Write } from '../write.ts';
import { HouseProfiles } from './house-profiles.ts';

/**
 * Checks what a write brings against the profiles that it names and those that the facility demands. The rules of R4
 * are the engine's; only where a profile is not met are they looked at here, so that one answer holds every fault.
 * @throws Problem 422
 */
export async function requireProfiles(engine: Engine, tenant: number, entries: readonly Write[]): Promise<void> {
  const house = HouseProfiles.of(engine);
  const demands = await house.demands(tenant);
  for (const [index, entry] of entries.entries()) {
    if (entry.op === 'delete' || !isObject(entry.resource)) continue;
    const { resource } = entry;
    const asked = demands.get(String(resource.resourceType));
    if (!asked && !namesProfiles(resource)) continue;
    const issues = (await house.set(tenant)).validateProfiles(resource, asked ? { profiles: asked } : {});
    if (isValid(issues)) continue;
    const all = [...validate(resource), ...issues].filter((issue) => issue.severity === 'error');
    if (entries.length === 1) throw new Problem(422, all);
    const where = `Bundle.entry[${index}].resource`;
    throw new Problem(
      422,
      all.map((issue) => ({ ...issue, field: issue.field === undefined ? where : `${where} ${issue.field}` })),
    );
  }
}

/** Tells the profiles of a facility what has been written. */
export function profilesWritten(engine: Engine, tenant: number, types: Iterable<string>): void {
  HouseProfiles.of(engine).written(tenant, types);
}
