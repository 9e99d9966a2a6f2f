import assert from 'node:assert/strict';
import type { Ask } from './clients.ts';
import type { Version } from './judge.ts';

export interface Shown {
  id: string;
  meta: { versionId: string };
  name: { family: string; text: string }[];
}
interface Entry {
  resource?: Shown;
  request: { method: string };
  response: { etag: string };
}
/** The entries of a history or a search. */
export const entries = (body: unknown): Entry[] => (body as { entry?: Entry[] }).entry ?? [];

/** All versions of a record, oldest first. */
export async function historyOf(ask: Ask, id: string): Promise<Version[]> {
  const { status, body } = await ask('GET', `/Patient/${id}/_history?_count=1000`);
  if (status === 404) return [];
  assert.equal(status, 200);
  return entries(body)
    .map(({ resource, request, response }) => ({
      version: Number(/\d+/.exec(response.etag)?.[0]),
      deleted: request.method === 'DELETE',
      mark: resource?.name[0]?.text,
      family: resource?.name[0]?.family,
    }))
    .reverse();
}
