import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Engine } from '../engine.ts';

/** Form of a sealed secret: version, 12 bytes of nonce, 16 of tag, the rest. */
const VERSION = 1;
const keys = new WeakMap<object, Buffer>();

/** Gives an engine the installation's key for the secrets of people; it stands outside the database. */
export function useIdentityKey(engine: Engine, key: Buffer): void {
  if (key.length !== 32) throw new RangeError('the identity key has 32 bytes');
  keys.set(engine, key);
}

function part(engine: Engine, purpose: string): Buffer | undefined {
  const key = keys.get(engine);
  return key && createHmac('sha256', key).update(purpose).digest();
}

/** Encrypts a secret (AES-256-GCM) for its owner; plain where the installation has no key (tests). */
export function seal(engine: Engine, owner: string, secret: Uint8Array): Buffer {
  const key = part(engine, 'factor');
  if (!key) return Buffer.concat([Buffer.from([0]), secret]);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const body = Buffer.concat([cipher.update(secret), cipher.final()]);
  return Buffer.concat([Buffer.from([VERSION]), nonce, cipher.getAuthTag(), body]);
}

/** @throws Error when the key is another one, or the row was moved to another owner */
export function unseal(engine: Engine, owner: string, sealed: Buffer): Buffer {
  if (sealed[0] === 0) return sealed.subarray(1);
  const key = part(engine, 'factor');
  if (!key) throw new Error('the identity key is missing: the codes of people cannot be checked');
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 13)).setAAD(Buffer.from(owner));
  decipher.setAuthTag(sealed.subarray(13, 29));
  return Buffer.concat([decipher.update(sealed.subarray(29)), decipher.final()]);
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
