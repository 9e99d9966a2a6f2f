import type { Engine } from '@mach/engine';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { backupGauges } from '../safekeeping/metrics.ts';
import type { Gate } from './guard/gate.ts';

export type Observe = (method: string, route: string, status: number, seconds: number) => void;

/**
 * `GET /metrics`: requests, queues, memory, size of the database. No patient data, so no sign-in.
 * @returns how an answer is counted that went past the framework
 */
export function metricsRoutes(app: FastifyInstance, engine: Engine, gate: Gate): Observe {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'mach_http_request_seconds',
    help: 'Time to answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const size = new Gauge({ name: 'mach_database_bytes', help: 'Size of the database', registers: [registry] });
  const outbox = new Gauge({
    name: 'mach_outbox_messages',
    help: 'Messages by state',
    labelNames: ['state'] as const,
    registers: [registry],
  });
  const jobs = new Gauge({
    name: 'mach_jobs',
    help: 'Background jobs by state',
    labelNames: ['state'] as const,
    registers: [registry],
  });
  const readBackups = backupGauges(registry, engine);

  const lanes = new Gauge({
    name: 'mach_http_lane',
    help: 'Requests at work and waiting now, and refused since the start, by lane',
    labelNames: ['lane', 'what'] as const,
    registers: [registry],
  });

  const observe: Observe = (method, route, status, time) => seconds.observe({ method, route, status }, time);
  app.addHook('onResponse', (request, reply, done) => {
    observe(request.method, request.routeOptions.url ?? 'unknown', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });

  app.get('/metrics', async (_request, reply) => {
    const system = engine.database.system;
    const [bytes, states] = await Promise.all([
      system.query<{ bytes: string }>({ text: 'select pg_database_size(current_database()) as bytes' }),
      system.query<{ state: string; n: string }>({
        text: 'select state, count(*) as n from system.job group by state',
      }),
    ]);
    size.set(Number(bytes.rows[0]?.bytes ?? 0));
    await readBackups();
    for (const { lane, running, waiting, refused } of gate.state()) {
      lanes.set({ lane, what: 'running' }, running);
      lanes.set({ lane, what: 'waiting' }, waiting);
      lanes.set({ lane, what: 'refused' }, refused);
    }
    jobs.reset();
    for (const row of states.rows) jobs.set({ state: row.state }, Number(row.n));
    outbox.reset();
    for (const { tenant } of engine.allFacilities) {
      const { rows } = await engine.database.tenant(tenant).query<{ state: string; n: string }>({
        text: `select state, count(*) as n from outbox where tenant = mach_tenant() and state in ('pending', 'sending', 'refused') group by state`,
      });
      for (const row of rows) outbox.inc({ state: row.state }, Number(row.n));
    }
    return reply.type(registry.contentType).send(await registry.metrics());
  });
  return observe;
}
