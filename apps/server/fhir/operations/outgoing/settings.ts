import type { Engine } from '@mach/engine';

/** Hosts of the house's own network that partners' addresses may lead to, `10.0.3.7:8443`, `lis.hospital.local`. */
const TRUSTED = 'fhir.trusted-hosts';
/** Hosts that `$import` may fetch from; none when it is not set. */
const IMPORT = 'fhir.import-hosts';

const list = (engine: Engine, tenant: number, key: string): string[] => {
  const value = engine.settings(tenant).get(key);
  return Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];
};

export const trustedHosts = (engine: Engine, tenant: number): string[] => list(engine, tenant, TRUSTED);
export const importHosts = (engine: Engine, tenant: number): string[] => list(engine, tenant, IMPORT);
