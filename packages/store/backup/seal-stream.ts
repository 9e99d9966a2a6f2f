import { createCipheriv, createDecipheriv, createHash, scryptSync } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';

/*
 * A stream as sealed frames: each of up to 256 KiB, AES-256-GCM under a nonce that counts, the last one marked, so that
 * a frame can be neither changed, moved, left out nor cut off at the end without being noticed.
 */

const FRAME = 256 * 1024;
const TAG = 16;
const HEAD = 5;

/** Key of a passphrase or key file, by scrypt (N = 2^15): 32 bytes. */
export function deriveKey(secret: string, salt: Buffer): Buffer {
  return scryptSync(secret.normalize('NFC'), salt, 32, { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 });
}

/** Says which key a file was made with, without saying the key. */
export const keyName = (key: Buffer): string =>
  createHash('sha256').update('mach backup').update(key).digest('hex').slice(0, 16);

function nonce(counter: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUIntBE(counter, 6, 6);
  return bytes;
}

/** Frames: one byte (1 = last), four bytes length, the ciphertext, its tag. */
export class SealStream extends Transform {
  private held: Buffer = Buffer.alloc(0);
  private counter = 0;
  private readonly key: Buffer;
  constructor(key: Buffer) {
    super();
    this.key = key;
  }

  private frame(plain: Buffer, last: boolean): void {
    const head = Buffer.alloc(HEAD);
    head.writeUInt8(last ? 1 : 0, 0);
    head.writeUInt32BE(plain.length, 1);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce(this.counter++));
    cipher.setAAD(head);
    this.push(Buffer.concat([head, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.held = Buffer.concat([this.held, chunk]);
    for (; this.held.length > FRAME; this.held = this.held.subarray(FRAME))
      this.frame(this.held.subarray(0, FRAME), false);
    done();
  }
  override _flush(done: TransformCallback): void {
    this.frame(this.held, true);
    done();
  }
}

/** A backup cannot be opened: wrong key, changed, or cut off. */
export class UnreadableBackup extends Error {}

export class OpenStream extends Transform {
  private held: Buffer = Buffer.alloc(0);
  private counter = 0;
  private ended = false;
  private readonly key: Buffer;
  constructor(key: Buffer) {
    super();
    this.key = key;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    try {
      while (this.held.length >= HEAD) {
        const length = this.held.readUInt32BE(1);
        if (length > FRAME) throw new UnreadableBackup('the backup is damaged');
        const end = HEAD + length + TAG;
        if (this.held.length < end) break;
        this.push(
          this.open(
            this.held.subarray(0, HEAD),
            this.held.subarray(HEAD, HEAD + length),
            this.held.subarray(HEAD + length, end),
          ),
        );
        this.held = this.held.subarray(end);
      }
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  private open(head: Buffer, sealed: Buffer, tag: Buffer): Buffer {
    if (this.ended) throw new UnreadableBackup('there is something behind the end of the backup');
    this.ended = head.readUInt8(0) === 1;
    const decipher = createDecipheriv('aes-256-gcm', this.key, nonce(this.counter++));
    decipher.setAAD(head);
    decipher.setAuthTag(tag);
    try {
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    } catch {
      throw new UnreadableBackup(
        this.counter === 1 ? 'this is not the key of the backup' : 'the backup was changed or is damaged',
      );
    }
  }

  override _flush(done: TransformCallback): void {
    done(this.ended && this.held.length === 0 ? null : new UnreadableBackup('the backup ends too early'));
  }
}
