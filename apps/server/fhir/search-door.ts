import type { FastifyReply } from 'fastify';
import { FHIR_JSON, type FhirCall } from './exchange.ts';
import { findRecords, searchBundle } from './search.ts';

/** Answers a search of a type (null: of all), in a compartment where one is named. */
export async function search(
  call: FhirCall,
  reply: FastifyReply,
  type: string | null,
  params: URLSearchParams,
  compartment?: { name: string; id: string },
): Promise<FastifyReply> {
  const found = await findRecords(call, type, params, compartment ? { compartment } : {});
  const path = [compartment?.name, compartment?.id, type ?? (compartment ? '*' : undefined)].filter(
    (p) => p !== undefined,
  );
  return reply.type(FHIR_JSON).send(searchBundle(call.baseUrl, path.join('/'), params, found));
}
