/** Reading what was signed: a form of a signed document prints the signed content, or nothing. */
import { createHash, X509Certificate } from 'node:crypto';
import { refuse } from '@mach/base/problem.ts';
import { formatDateTime } from '@mach/base/time.ts';
import type { DocumentReference, Provenance } from '@mach/fhir/types.ts';

/** How an electronic signature stands on paper. */
export type SignatureOnPaper = {
  /** `24/11/2026 08:15` */
  at: string;
  /** Short serial number of the certificate, and who issued it. */
  certificate: string;
  issuer: string;
  /** First 16 hex digits of the SHA-256 of the signed content, in fours. */
  fingerprint: string;
};

/** @throws Problem 409 when the content is not the one that was sealed: such a paper must not leave the printer. */
export function sealedContent<T>(document: DocumentReference): { content: T; hash: string } {
  const { data = '', hash = '' } = document.content[0]?.attachment ?? {};
  const bytes = Buffer.from(data, 'base64');
  const digest = createHash('sha256').update(bytes).digest();
  if (bytes.length === 0 || digest.toString('base64') !== hash)
    throw refuse(
      409,
      'document-altered',
      {
        vi: 'Nội dung đã ký không còn nguyên vẹn: không in được',
        en: 'The signed content is not intact: it cannot be printed',
      },
      { remedy: { vi: 'Báo quản trị kiểm tra hồ sơ này', en: 'Have an administrator look at this record' } },
    );
  return { content: JSON.parse(bytes.toString('utf8')) as T, hash: digest.toString('hex') };
}

/** The latest signature over a document; undefined where there is none. */
export function signatureOnPaper(provenances: readonly Provenance[], hash: string): SignatureOnPaper | undefined {
  const signature = provenances.flatMap((p) => p.signature ?? []).at(-1);
  if (!signature) return undefined;
  const certificate = certificateOf(Buffer.from(signature.data ?? '', 'base64').toString('utf8'));
  return {
    at: formatDateTime(signature.when),
    certificate: certificate?.serialNumber.slice(0, 8).toLowerCase() ?? '',
    issuer: /CN=([^\n]+)/.exec(certificate?.issuer ?? '')?.[1] ?? '',
    fingerprint: (hash.slice(0, 16).match(/.{4}/g) ?? []).join(' '),
  };
}

/** The certificate that travels in the head of a JWS (`x5c`, RFC 7515 §4.1.6). */
function certificateOf(jws: string): X509Certificate | undefined {
  try {
    const head = JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString('utf8')) as { x5c?: string[] };
    const [own] = head.x5c ?? [];
    return own === undefined ? undefined : new X509Certificate(Buffer.from(own, 'base64'));
  } catch {
    return undefined;
  }
}
