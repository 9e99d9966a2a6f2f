import { resolve } from 'node:path';
import { openHouse } from './boot.ts';
import { firstRun, registerSimulationJobs } from './first-run.ts';
import { buildApp } from './http/app.ts';
import { USUAL_RATES } from './http/guard/rates.ts';
import { keepCertificate, readCertificate } from './http/tls.ts';
import { watchDisk } from './keys/disk.ts';
import { isLoopback, readOptions } from './options.ts';
import { knownArchive } from './safekeeping/archive-of.ts';
import { refuseIfBehind } from './safekeeping/behind.ts';
import { Keeper } from './safekeeping/keeper.ts';
import { warmCodeLists } from './warm.ts';

const started = Date.now();
/** How long an orderly end may take, ms; service managers wait longer before they kill. */
const STOP_LIMIT = 30_000;
const log = (line: string, error?: unknown): void => {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
  if (error !== undefined)
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
};

/** Serves until it is asked to stop. */
async function main(): Promise<void> {
  const options = readOptions(process.env);
  const house = await openHouse(options, log);
  if (house.demo && !isLoopback(options.host)) {
    await house.stop();
    throw new Error(`HOST=${options.host}: this data folder has demo accounts, which are served on 127.0.0.1 only`);
  }
  const archive = knownArchive(options.dataDir, process.env);
  await refuseIfBehind(house.engine, options.dataDir, archive).catch(async (error: unknown) => {
    await house.stop();
    throw error;
  });
  registerSimulationJobs(house);
  const app = await buildApp(house.engine, {
    // Another build of the staff app than the one beside the program.
    web: process.env.MACH_WEB_DIST ?? resolve(import.meta.dirname, '..', 'web', 'dist'),
    log,
    rates: options.rates ? USUAL_RATES : undefined,
    hosts: options.hosts,
    tls: options.tls && readCertificate(options.tls),
  });
  if (options.tls) keepCertificate(app, options.tls, log);
  const keeper = new Keeper(house, process.env, log);
  watchDisk(house.engine, options.dataDir, process.env);
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log(`${signal}: stopping`);
    // Whatever will not end is cut off, as by a power cut: what was acknowledged stands all the same.
    setTimeout(() => {
      log(`not ended after ${STOP_LIMIT / 1000} s: leaving`);
      process.exit(1);
    }, STOP_LIMIT).unref();
    await app.close();
    await keeper.stop();
    await house.stop();
    log('stopped');
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void stop(signal).finally(() => process.exit()));
  try {
    await firstRun(house, options.demo, log);
    await app.listen({ port: options.port, host: options.host });
  } catch (error) {
    await house.stop();
    throw error;
  }
  house.work();
  keeper.start();
  void warmCodeLists(house.engine).catch((error: unknown) => log('code lists', error));
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  process.stdout.write(
    `\n  Mạch  ${options.tls ? 'https' : 'http'}://${options.host}:${port}   (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
  );
  if (house.demo)
    process.stdout.write(
      '  Tài khoản thử (mật khẩu mach-demo): tiepdon · bacsi · dieuduong · xetnghiem · cdha · duocsi · thungan · giamdinh · giamdoc · quantri · baomat\n\n',
    );
}

main().catch((error: unknown) => {
  const fault = error instanceof Error ? error : new Error(String(error));
  const busy = 'code' in fault && fault.code === 'EADDRINUSE';
  process.stderr.write(
    `\n  ${busy ? `Cổng đã có chương trình khác dùng · the port is taken: set PORT to another one` : fault.message}\n`,
  );
  if (!busy && fault.cause) process.stderr.write(`  ${String(fault.cause)}\n`);
  process.exit(1);
});
