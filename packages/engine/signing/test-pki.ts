import 'reflect-metadata';
import {
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate as NodeCertificate,
  randomBytes,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import type { Signature, Signer } from './signer.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

interface Holder {
  key: KeyObject;
  chain: string[];
  subject: string;
  serial: string;
}

/**
 * A certificate authority of this installation's own, for demo and test: real keys and real X.509, no legal value.
 * Its folder holds the authority's key; practitioners' keys are made when they first sign and live in memory.
 */
export class TestPki implements Signer {
  readonly kind = 'test-pki';
  private readonly holders = new Map<string, Promise<Holder>>();
  private readonly ca: { key: CryptoKey; certificate: x509.X509Certificate };

  private constructor(ca: TestPki['ca']) {
    this.ca = ca;
  }

  static async open(folder: string, now: Date): Promise<TestPki> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const keyFile = join(folder, 'test-ca.key.pem');
    const certificateFile = join(folder, 'test-ca.cert.pem');
    const pem = await readFile(keyFile, 'utf8').catch(() => undefined);
    if (pem !== undefined)
      return new TestPki({
        key: await importKey(createPrivateKey(pem)),
        certificate: new x509.X509Certificate(await readFile(certificateFile, 'utf8')),
      });
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const keys = { privateKey: await importKey(privateKey), publicKey: await importPublic(publicKey) };
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: randomBytes(8)
        .toString('hex')
        .replace(/^[89a-f]/, '1'),
      name: 'CN=Mach TEST CA (no legal value), C=VN',
      notBefore: new Date(now.getTime() - 86_400_000),
      notAfter: new Date(now.getTime() + 3650 * 86_400_000),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    });
    await writeFile(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    await writeFile(certificateFile, certificate.toString('pem'));
    return new TestPki({ key: keys.privateKey, certificate });
  }

  private holder(practitioner: string, at: string): Promise<Holder> {
    const known = this.holders.get(practitioner);
    if (known) return known;
    const made = this.issue(practitioner, at);
    this.holders.set(practitioner, made);
    return made;
  }

  private async issue(practitioner: string, at: string): Promise<Holder> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const serial = randomBytes(8)
      .toString('hex')
      .replace(/^[89a-f]/, '1');
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject: `CN=${practitioner.replaceAll(/[^A-Za-z0-9-]/g, '')}`,
      issuer: this.ca.certificate.subject,
      notBefore: new Date(Date.parse(at) - 86_400_000),
      notAfter: new Date(Date.parse(at) + 730 * 86_400_000),
      signingAlgorithm: ALGORITHM,
      publicKey: await importPublic(publicKey),
      signingKey: this.ca.key,
      extensions: [
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, true),
      ],
    });
    const chain = [certificate, this.ca.certificate].map((c) => Buffer.from(c.rawData).toString('base64'));
    return { key: privateKey, chain, subject: certificate.subject, serial };
  }

  async sign(practitioner: string, text: string, at: string): Promise<Signature> {
    const holder = await this.holder(practitioner, at);
    const header = base64url(JSON.stringify({ alg: 'ES256', x5c: holder.chain, sigT: at }));
    const value = signBytes('sha256', Buffer.from(`${header}.${base64url(text)}`), {
      key: holder.key,
      dsaEncoding: 'ieee-p1363',
    });
    return {
      jws: `${header}..${value.toString('base64url')}`,
      at,
      signer: holder.subject,
      certificate: holder.serial.slice(0, 8),
    };
  }

  async verify(text: string, signature: Signature): Promise<boolean> {
    const [header = '', , value = ''] = signature.jws.split('.');
    const { x5c } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { x5c?: string[] };
    if (!x5c?.[0]) return false;
    const certificate = new NodeCertificate(Buffer.from(x5c[0], 'base64'));
    const authority = new NodeCertificate(Buffer.from(this.ca.certificate.rawData));
    if (!certificate.verify(authority.publicKey)) return false;
    return verifyBytes(
      'sha256',
      Buffer.from(`${header}.${base64url(text)}`),
      { key: certificate.publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(value, 'base64url'),
    );
  }
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const importKey = (key: KeyObject): Promise<CryptoKey> =>
  crypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), ALGORITHM, true, ['sign']);
const importPublic = (key: KeyObject): Promise<CryptoKey> =>
  crypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), ALGORITHM, true, ['verify']);
