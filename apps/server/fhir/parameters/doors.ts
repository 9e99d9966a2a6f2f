import { type Problem, refuse } from '@mach/base/problem.ts';
import { standardParams } from '@mach/fhir/search-definitions.ts';
import { isResourceType } from '@mach/store';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Doors } from '../../http/auth.ts';
import { whereNeeded } from '../../http/guard/hooks.ts';
import { fhirCall, queryOf } from '../exchange.ts';
import { ParameterShelf, type Pending } from './shelf.ts';

const SEARCH = /^\/fhir\/:type(\/_search)?$/;

/** Search parameters of the installation's own: kept in the index, and refused with a clear word until they are whole. */
export function parameterDoors(app: FastifyInstance, doors: Doors): void {
  const { engine } = doors;
  const [first] = engine.allFacilities;
  const poll = first && engine.settings(first.tenant).get('fhir.search-parameter-poll');
  const shelf = new ParameterShelf(engine, typeof poll === 'number' ? poll : undefined);
  // Before the first write: what it writes it must index.
  app.addHook('onReady', () => shelf.show());
  app.addHook('onListen', async () => shelf.start());
  app.addHook('onClose', () => shelf.stop());
  const requireIndexed = async (request: FastifyRequest, asked: readonly string[]): Promise<void> => {
    const { type } = request.params as { type: string };
    const { tenant } = (await fhirCall(doors, request)).actor;
    const found = (await shelf.pending(tenant)).find((p) => p.base.includes(type) && asked.includes(p.code));
    if (found) throw notYet(type, found);
  };
  app.addHook(
    'preHandler',
    whereNeeded((request) => {
      const asked = unknownNames(request);
      return asked.length === 0 ? undefined : requireIndexed(request, asked);
    }),
  );
}

/** Names in a search that R4 does not have for the type: only then is anything looked up. */
function unknownNames(request: FastifyRequest): string[] {
  const isSearch =
    SEARCH.test(request.routeOptions.url ?? '') && (request.method === 'GET' || request.url.includes('_search'));
  const { type = '' } = (request.params ?? {}) as { type?: string };
  if (!isSearch || !isResourceType(type)) return [];
  const form = typeof request.body === 'string' ? new URLSearchParams(request.body).keys() : [];
  return unknown(type, [...queryOf(request).keys(), ...form]);
}

function unknown(type: string, asked: Iterable<string>): string[] {
  const known = standardParams(type);
  const names: string[] = [];
  for (const one of asked) {
    const name = one.split(/[:.]/)[0] ?? '';
    if (name !== '' && !name.startsWith('_') && !known.has(name)) names.push(name);
  }
  return names;
}

/** Whether a search of the type asks for what R4 does not have: then it depends on what the installation has indexed. */
export const namesUnknown = (type: string, asked: Iterable<string>): boolean => unknown(type, asked).length > 0;

function notYet(type: string, { code, reason, done, total }: Pending): Problem {
  const field = { field: code };
  if (reason !== null)
    return refuse(
      422,
      'parameter-refused',
      {
        vi: `Tham số ${code} của ${type} không dùng được: ${reason}`,
        en: `The parameter ${code} of ${type} has no effect: ${reason}`,
      },
      field,
    );
  const far = total === null ? '' : ` (${done}/${total})`;
  return refuse(
    422,
    'parameter-indexing',
    {
      vi: `Tham số ${code} của ${type} đang được lập chỉ mục${far}`,
      en: `The parameter ${code} of ${type} is being indexed${far}`,
    },
    { ...field, remedy: { vi: 'Thử lại sau ít phút', en: 'Try again in a few minutes' } },
  );
}
