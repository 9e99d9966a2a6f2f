import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { Engine } from '../engine.ts';

/**
 * Form of a sealed secret: 1, or 2 and the number of its data key; 12 bytes of nonce, 16 of tag, the rest. 0: plain.
 * Form 1 is that of the first data key.
 */
const FIRST = 1;
const NUMBERED = 2;
const NONCE = 12;
const TAG = 16;

type DataKeys = ReadonlyMap<number, Buffer>;
interface Ring {
  keys: DataKeys;
  seals: number;
}
const rings = new WeakMap<object, Ring>();

/** Gives an engine the installation's one key for secrets; it stands outside the database. */
export function useIdentityKey(engine: Engine, key: Buffer): void {
  useDataKeys(engine, new Map([[FIRST, key]]));
}

/** Gives an engine all its data keys by number: one seals, the newest unless it is said; each opens what it has sealed. */
export function useDataKeys(engine: Engine, keys: DataKeys, seals = Math.max(...keys.keys())): void {
  if (!keys.has(FIRST)) throw new RangeError('the first data key is missing');
  if (!keys.has(seals)) throw new RangeError(`there is no data key ${seals}`);
  for (const key of keys.values()) if (key.length !== 32) throw new RangeError('the identity key has 32 bytes');
  rings.set(engine, { keys, seals });
}

/** The numbers of the data keys that an engine knows, and of the one that seals. */
export function knownDataKeys(engine: Engine): { readonly numbers: readonly number[]; readonly seals: number } {
  const ring = rings.get(engine);
  return { numbers: [...(ring?.keys.keys() ?? [])], seals: ring?.seals ?? FIRST };
}

function part(engine: Engine, purpose: string, number = FIRST): Buffer | undefined {
  const key = rings.get(engine)?.keys.get(number);
  return key && createHmac('sha256', key).update(purpose).digest();
}

/** Encrypts a secret (AES-256-GCM) for its owner; plain where the installation has no key (tests). */
export function seal(engine: Engine, owner: string, secret: Uint8Array): Buffer {
  const number = rings.get(engine)?.seals ?? FIRST;
  const key = part(engine, 'factor', number);
  if (!key) return Buffer.concat([Buffer.from([0]), secret]);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const body = Buffer.concat([cipher.update(secret), cipher.final()]);
  const head = Buffer.from(number === FIRST ? [FIRST] : [NUMBERED, number]);
  return Buffer.concat([head, nonce, cipher.getAuthTag(), body]);
}

/** The number of the data key under which something is sealed; 0 for what is plain. */
export const sealedUnder = (sealed: Buffer): number => (sealed[0] === NUMBERED ? (sealed[1] ?? 0) : (sealed[0] ?? 0));

/** @throws Error when the key is another one, or the row was moved to another owner */
export function unseal(engine: Engine, owner: string, sealed: Buffer): Buffer {
  if (sealed[0] === 0) return sealed.subarray(1);
  const key = part(engine, 'factor', sealedUnder(sealed));
  if (!key) throw new Error('the identity key is missing: the codes of people cannot be checked');
  const rest = sealed.subarray(sealed[0] === NUMBERED ? 2 : 1);
  const decipher = createDecipheriv('aes-256-gcm', key, rest.subarray(0, NONCE)).setAAD(Buffer.from(owner));
  decipher.setAuthTag(rest.subarray(NONCE, NONCE + TAG));
  return Buffer.concat([decipher.update(rest.subarray(NONCE + TAG)), decipher.final()]);
}

/** The key under which a person's desk keeps what it could not hand in; undefined where the installation has no key. */
export function deskKey(engine: Engine, owner: string): Buffer | undefined {
  const key = part(engine, 'desk');
  return key && createHmac('sha256', key).update(owner).digest();
}

/** A short PIN is hashed together with the key, so that a stolen database does not give it away. */
export function peppered(engine: Engine, pin: string): string {
  const key = part(engine, 'pin');
  return key ? createHmac('sha256', key).update(pin).digest('base64url') : pin;
}

/** A name for a secret that tells nothing of it to whoever has no key: the same for the same text. 43 letters. */
export function markOf(engine: Engine, text: string): string {
  const key = part(engine, 'mark');
  return (key ? createHmac('sha256', key) : createHash('sha256')).update(text).digest('base64url');
}
