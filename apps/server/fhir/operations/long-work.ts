import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Doors } from '../../http/auth.ts';
import { readOptions } from '../../options.ts';
import { AsyncRequests } from './async/requests.ts';
import { BulkExport } from './bulk/export.ts';
import { BulkImport, NDJSON } from './import/import.ts';
import type { Route } from './route.ts';

/** What takes long and goes on without its asker: exports, imports, and every request that asks for it. */
export function longWork(app: FastifyInstance, doors: Doors, route: Route): void {
  const { dataDir } = readOptions(process.env);
  const exports = new BulkExport(doors, join(dataDir, 'exports'));
  bulkData(route, exports);
  const imports = new BulkImport(doors, join(dataDir, 'imports'));
  bulkImport(app, route, imports);
  const requests = new AsyncRequests(app, doors, join(dataDir, 'async'));
  route('GET', '$async-status/:id', (call, reply, { id }) => requests.status(call, reply, id));
  route('DELETE', '$async-status/:id', (call, reply, { id }) => requests.remove(call, reply, id));
  requests.watch();
  const workers = [exports, imports, requests];
  // A server takes up what an earlier one left; a program without a port does so when it is first asked.
  app.addHook('onListen', async () => {
    for (const worker of workers) worker.start();
  });
  app.addHook('onClose', async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
  });
}

function bulkData(route: Route, bulk: BulkExport): void {
  route('GET POST', '$export', (call, reply) => bulk.kickOff(call, reply, 'system'));
  route('GET POST', 'Patient/$export', (call, reply) => bulk.kickOff(call, reply, 'patient'));
  route('GET POST', 'Group/:id/$export', (call, reply, { id }) => bulk.kickOff(call, reply, 'patient', id));
  route('GET POST', 'ViewDefinition/$export', (call, reply) => bulk.kickOffViews(call, reply));
  route('GET POST', 'ViewDefinition/:id/$export', (call, reply, { id }) => bulk.kickOffViews(call, reply, id));
  route('GET', '$export-status/:id', (call, reply, { id }) => bulk.status(call, reply, id));
  route('DELETE', '$export-status/:id', (call, reply, { id }) => bulk.remove(call, reply, id));
  route('GET', '$export-file', (call, reply) => bulk.file(call, reply));
}

function bulkImport(app: FastifyInstance, route: Route, imports: BulkImport): void {
  // Read as it comes: a file may be larger than the memory.
  app.addContentTypeParser(NDJSON, (_request, body, done) => done(null, body));
  route('POST', '$import', (call, reply) => imports.kickOff(call, reply));
  route('GET', '$import-status/:id', (call, reply, { id }) => imports.status(call, reply, id));
  route('DELETE', '$import-status/:id', (call, reply, { id }) => imports.remove(call, reply, id));
  route('GET', '$import-file', (call, reply) => imports.file(call, reply));
}
