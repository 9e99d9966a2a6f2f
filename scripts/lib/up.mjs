import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { install } from './install.mjs';
import { ROOT } from './paths.mjs';
import { foreground, platformNode } from './run.mjs';
import { Trouble } from './say.mjs';
import { buildWeb } from './web.mjs';

/** Fails before the long set-up when somebody else listens where we are to. */
async function checkPort() {
  const port = Number(process.env.PORT ?? 8080);
  const host = process.env.HOST ?? '127.0.0.1';
  // What is no port at all is refused by the server, with its reasons.
  if (!(port > 0 && port < 65_536)) return;
  const server = createServer();
  const fault = await new Promise((done) =>
    server.once('error', done).listen({ port, host, exclusive: true }, () => done(undefined)),
  );
  await new Promise((done) => server.close(done));
  if (fault?.code === 'EADDRINUSE')
    throw new Trouble(
      `Cổng ${port} đang được dùng: có thể Mạch đã chạy (http://${host}:${port}), hoặc chọn cổng khác: PORT=8081 npm start`,
      `Port ${port} is taken: Mạch may be running already (http://${host}:${port}), or choose another: PORT=8081 npm start`,
    );
  if (fault?.code === 'EACCES')
    throw new Trouble(
      `Không có quyền mở cổng ${port}.`,
      `This user may not open port ${port}: take one above 1023, with a proxy in front.`,
    );
}

/** All the set-up that is missing, without starting: for services on a checkout that they cannot write, and images. */
export async function prepare() {
  await install();
  await buildWeb();
}

/**
 * How the server's heap grows: a quarter beyond what lives, where the runtime by itself would let it double first, and a
 * young space large enough that a command's objects die in it. Measured: 170 MiB less, and half as many commands more a
 * second, than with the runtime's own choice for a small young space.
 */
function serverFlags() {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).config.serverFlags;
}

/** All the set-up that is missing, then the platform, until it ends. @returns its exit status */
export async function up() {
  await checkPort();
  await prepare();
  return foreground(platformNode(), [...serverFlags(), join(ROOT, 'apps', 'server', 'main.ts')]);
}

/** Set-up, then one of the platform's other programs. @returns its exit status */
export async function program(path, args) {
  await install();
  return foreground(platformNode(), [join(ROOT, ...path.split('/')), ...args]);
}
