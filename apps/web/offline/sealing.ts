/** Encrypts what a desk keeps of people: AES-256-GCM, a fresh nonce each time, bound to its place. */

export interface Sealed {
  readonly nonce: Uint8Array<ArrayBuffer>;
  readonly body: ArrayBuffer;
}

/** The key of one person at one desk. It cannot be read out again, by this page either. */
export function importKey(base64url: string): Promise<CryptoKey> {
  const raw = Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

const place = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export async function seal(key: CryptoKey, at: string, value: unknown): Promise<Sealed> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  return {
    nonce,
    body: await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: place(at) }, key, plain),
  };
}

/** Rejects when the key is another person's, or the entry was moved or changed. */
export async function unseal<T>(key: CryptoKey, at: string, { nonce, body }: Sealed): Promise<T> {
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: place(at) }, key, body);
  return JSON.parse(new TextDecoder().decode(plain)) as T;
}
