import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '@mach/engine';
import { type Seal, sealAudit, sealHash } from '@mach/store';

/** Audit is sealed this often, ms. */
const EVERY = 5 * 60_000;

interface Anchor {
  facility: string;
  number: string;
  sealedAt: string;
  rows: number;
  hash: string;
  /** Ed25519 over the line without this member, base64. */
  signature: string;
}

const unsigned = ({ signature: _, ...rest }: Anchor): Buffer => Buffer.from(JSON.stringify(rest));

/**
 * The head of each facility's audit chain, signed, in a file outside the database: whoever rewrites the log in the
 * database, its owner too, would have to rewrite these lines, and every copy of them.
 */
export class Anchors {
  private readonly folder: string;
  private readonly key: KeyObject;
  private readonly engine: Engine;
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();

  constructor(engine: Engine, dataDir: string) {
    this.engine = engine;
    this.folder = join(dataDir, 'anchors');
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const path = join(dataDir, 'keys', 'anchor.key.pem');
    if (!existsSync(path)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    }
    this.key = createPrivateKey(readFileSync(path));
  }

  start(): void {
    this.timer = setInterval(() => void this.seal().catch(() => undefined), EVERY);
    this.timer.unref();
  }

  /** Seals what was written since, and anchors the new heads. */
  async seal(): Promise<void> {
    this.round = this.round.catch(() => undefined).then(() => this.sealAll());
    await this.round;
  }

  private async sealAll(): Promise<void> {
    await this.engine.audits.flush();
    for (const { tenant, code } of this.engine.allFacilities) {
      const head = (await sealAudit(this.engine.database, tenant, this.engine.clock.now().toISOString())).at(-1);
      if (head)
        appendFileSync(this.file(code), `${JSON.stringify(this.signed(code, head))}\n`, { mode: 0o600, flush: true });
    }
  }

  private file(code: string): string {
    return join(this.folder, `audit-${code}.ndjson`);
  }

  private signed(facility: string, seal: Seal): Anchor {
    const anchor: Anchor = { facility, ...seal, signature: '' };
    return { ...anchor, signature: sign(null, unsigned(anchor), this.key).toString('base64') };
  }

  /** Compares every anchor with the chain in the database. */
  async prove(tenant: number, code: string): Promise<{ anchors: number; faults: string[] }> {
    const lines = existsSync(this.file(code)) ? readFileSync(this.file(code), 'utf8').split('\n').filter(Boolean) : [];
    const faults: string[] = [];
    const key = createPublicKey(this.key);
    for (const line of lines) {
      const anchor = JSON.parse(line) as Anchor;
      if (!verify(null, unsigned(anchor), key, Buffer.from(anchor.signature, 'base64')))
        faults.push(`${anchor.number}: signature`);
      else if ((await sealHash(this.engine.database.tenant(tenant), anchor.number)) !== anchor.hash)
        faults.push(`${anchor.number}: not in the database as it was anchored at ${anchor.sealedAt}`);
    }
    return { anchors: lines.length, faults };
  }

  /** The last seals before the program ends. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    if (this.timer) await this.seal();
  }
}
