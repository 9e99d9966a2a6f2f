import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { Server } from 'node:tls';
import type { FastifyInstance } from 'fastify';

interface Files {
  cert: string;
  key: string;
}

/** A certificate is renewed every few weeks; looked at this often, ms. */
const LOOK = 60_000;

/** The certificate (with its chain) and key of our own. @throws Error that names the file, or what does not fit */
export function readCertificate(files: Files): Files {
  const read = (name: string, path: string): string => {
    try {
      return readFileSync(path, 'utf8');
    } catch (cause) {
      throw new Error(`${name}: ${path} cannot be read`, { cause });
    }
  };
  const cert = read('MACH_TLS_CERT', files.cert);
  const key = read('MACH_TLS_KEY', files.key);
  let until: Date;
  try {
    until = new X509Certificate(cert).validToDate;
  } catch (cause) {
    throw new Error(`MACH_TLS_CERT: ${files.cert} holds no certificate in PEM`, { cause });
  }
  if (until.getTime() < Date.now()) throw new Error(`MACH_TLS_CERT: ${files.cert} ended on ${until.toISOString()}`);
  return { cert, key };
}

/** Takes a renewed certificate into use without a restart; one that is not good is told and left alone. */
export function keepCertificate(
  app: FastifyInstance,
  files: Files,
  log: (line: string, error?: unknown) => void,
): void {
  const renew = (): void => {
    try {
      const server: unknown = app.server;
      if (!(server instanceof Server)) return;
      server.setSecureContext({ ...readCertificate(files), minVersion: 'TLSv1.2' });
      log('a renewed certificate is in use');
    } catch (error) {
      log('the renewed certificate is not usable; the earlier one stays', error);
    }
  };
  watchFile(files.cert, { interval: LOOK, persistent: false }, renew);
  app.addHook('onClose', async () => unwatchFile(files.cert, renew));
}
