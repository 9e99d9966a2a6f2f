import { createHash } from 'node:crypto';
import { canonicalJson } from '@mach/base/json.ts';
import type { Signature, Signer } from './signer.ts';

/** A document made ready to be signed: what is signed is exactly this text. */
export interface PreparedDocument {
  title: string;
  /** Canonical JSON of the content (RFC 8785 order). */
  canonical: string;
  /** SHA-256 of the canonical text, hex. */
  hash: string;
}

export interface SealedDocument extends PreparedDocument {
  signature: Signature;
}

/**
 * Signing in three steps, because a remote authority takes seconds: prepare → a Signer → seal. The service gives the
 * first and the last; where the signature comes at once (test PKI, device key) `sign` does all three.
 */
export interface DocumentService {
  prepare(title: string, content: unknown): PreparedDocument;
  sign(document: PreparedDocument, at: string): Promise<SealedDocument>;
  verify(document: SealedDocument): Promise<boolean>;
}

export function prepareDocument(title: string, content: unknown): PreparedDocument {
  const canonical = canonicalJson(content);
  return { title, canonical, hash: createHash('sha256').update(canonical).digest('hex') };
}

export function documentService(signer: Signer, practitioner: string): DocumentService {
  return {
    prepare: prepareDocument,
    sign: async (document, at) => ({ ...document, signature: await signer.sign(practitioner, document.canonical, at) }),
    verify: (document) =>
      createHash('sha256').update(document.canonical).digest('hex') === document.hash
        ? signer.verify(document.canonical, document.signature)
        : Promise.resolve(false),
  };
}
