/**
 * The facility's signature over claim files: an enveloped XML signature (W3C XMLDSig, RSA-SHA256, exclusive C14N) inside
 * CHUKYDONVI. Where the key is (token, HSM, remote service) is behind this interface; the test seal makes its own.
 */
import 'reflect-metadata';
import { generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import * as x509 from '@peculiar/x509';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';

export interface XmlSeal {
  /** Shown beside the signature; a test seal has no legal value. */
  readonly kind: 'test' | 'token' | 'hsm' | 'remote';
  /** The file with the signature inside its CHUKYDONVI, and whose it is. */
  sign(facility: string, xml: string, at: string): Promise<{ xml: string; signer: string; serial: string }>;
}

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

interface Holder {
  key: KeyObject;
  pem: string;
  subject: string;
  serial: string;
}

/** Keys of this process's own, one a facility, with a certificate that says that it is for tests. */
export class TestXmlSeal implements XmlSeal {
  readonly kind = 'test';
  private readonly holders = new Map<string, Promise<Holder>>();

  async sign(facility: string, xml: string, at: string): Promise<{ xml: string; signer: string; serial: string }> {
    const holder = await this.holder(facility, at);
    return { xml: signXml(xml, holder.key, holder.pem), signer: holder.subject, serial: holder.serial };
  }

  private holder(facility: string, at: string): Promise<Holder> {
    const known = this.holders.get(facility) ?? issue(facility, at);
    this.holders.set(facility, known);
    return known;
  }
}

async function issue(facility: string, at: string): Promise<Holder> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const serial = `1${randomBytes(8).toString('hex').slice(1)}`;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: `CN=Co so ${facility.replaceAll(/[^0-9A-Z]/g, '')}, OU=CHUNG THU THU NGHIEM`,
    // A simulated past is signed too: the certificate begins well before its first use.
    notBefore: new Date(Date.parse(at) - 400 * 86_400_000),
    notAfter: new Date(Date.parse(at) + 730 * 86_400_000),
    signingAlgorithm: algorithm,
    keys: {
      privateKey: await crypto.subtle.importKey(
        'pkcs8',
        privateKey.export({ type: 'pkcs8', format: 'der' }),
        algorithm,
        true,
        ['sign'],
      ),
      publicKey: await crypto.subtle.importKey(
        'spki',
        publicKey.export({ type: 'spki', format: 'der' }),
        algorithm,
        true,
        ['verify'],
      ),
    },
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, true),
    ],
  });
  return { key: privateKey, pem: certificate.toString('pem'), subject: certificate.subject, serial };
}

/** Signs the whole document into its CHUKYDONVI. */
export function signXml(xml: string, key: KeyObject, certificate: string): string {
  const signature = new SignedXml({
    privateKey: key,
    publicCert: certificate,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
  });
  signature.addReference({
    xpath: '/*',
    transforms: [ENVELOPED, EXCLUSIVE],
    digestAlgorithm: SHA256,
    isEmptyUri: true,
  });
  signature.computeSignature(xml, { location: { reference: "/*/*[local-name()='CHUKYDONVI']", action: 'append' } });
  return signature.getSignedXml();
}

/**
 * Whether the one signature of a file covers the whole file and fits the certificate that it carries. Whose certificate
 * that is, and whether it is trusted, is the reader's own question.
 */
export function verifyXml(xml: string): { valid: boolean; certificate?: string } {
  try {
    const document = new DOMParser().parseFromString(xml, 'text/xml');
    const found = document.getElementsByTagNameNS(SIGNATURE, 'Signature');
    const node = found.item(0);
    if (found.length !== 1 || !node) return { valid: false };
    const signature = new SignedXml({ getCertFromKeyInfo: (info) => SignedXml.getCertFromKeyInfo(info) });
    signature.loadSignature(node as unknown as Parameters<SignedXml['loadSignature']>[0]);
    const certificate = node.getElementsByTagNameNS(SIGNATURE, 'X509Certificate').item(0)?.textContent ?? undefined;
    const uri = node.getElementsByTagNameNS(SIGNATURE, 'Reference').item(0)?.getAttribute('URI');
    return { valid: uri === '' && signature.checkSignature(xml), certificate };
  } catch {
    return { valid: false };
  }
}
