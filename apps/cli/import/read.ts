import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

/** A resource as it stands in a file, or why there is none. */
export type Incoming =
  | { where: string; fullUrl?: string; resource: Record<string, unknown> & { resourceType: string; id?: string } }
  | { where: string; fault: string };

/** True for gzip by its first bytes, whatever the name says. */
async function isZipped(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/**
 * The resources of a file, plain or gzipped: one JSON document (a Bundle gives its entries), or NDJSON, where each line
 * is one resource as it stands. NDJSON is read line by line, so its size does not matter; a document is held whole.
 */
export async function* readFile(file: string): AsyncGenerator<Incoming> {
  const raw = createReadStream(file);
  const lines = createInterface({
    input: (await isZipped(file)) ? raw.pipe(createGunzip()) : raw,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let number = 0;
  // The first line waits: only the second tells a document from NDJSON.
  let first: { text: string; value: unknown } | undefined;
  let document: string[] | undefined;
  for await (const line of lines) {
    number++;
    if (line.trim() === '') continue;
    if (document) document.push(line);
    else if (first === undefined) {
      first = { text: line, value: parse(line) };
      if (first.value === undefined) document = [line];
    } else {
      if (first.text !== '') yield resourceOf(`${file}:1`, first.value);
      first = { text: '', value: undefined };
      yield resourceOf(`${file}:${number}`, parse(line));
    }
  }
  if (document) yield* documentOf(file, parse(document.join('\n')));
  else if (first && first.text !== '') yield* documentOf(file, first.value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function resourceOf(where: string, value: unknown): Incoming {
  if (value === undefined) return { where, fault: 'không phải JSON · not JSON' };
  if (
    value === null ||
    typeof value !== 'object' ||
    !('resourceType' in value) ||
    typeof value.resourceType !== 'string'
  )
    return { where, fault: 'không phải tài nguyên FHIR · not a FHIR resource' };
  return { where, resource: value as Record<string, unknown> & { resourceType: string } };
}

/** Bundles that carry records; a document or message is a record itself. */
const UNPACKED = new Set(['transaction', 'batch', 'collection', 'searchset', 'history']);

function* documentOf(where: string, value: unknown): Generator<Incoming> {
  const incoming = resourceOf(where, value);
  if (
    'fault' in incoming ||
    incoming.resource.resourceType !== 'Bundle' ||
    !UNPACKED.has(String(incoming.resource.type))
  ) {
    yield incoming;
    return;
  }
  const entries = Array.isArray(incoming.resource.entry)
    ? (incoming.resource.entry as { fullUrl?: string; resource?: unknown }[])
    : [];
  for (const [index, entry] of entries.entries()) {
    const inner = resourceOf(`${where}#${index}`, entry.resource ?? null);
    yield 'fault' in inner ? inner : { ...inner, fullUrl: entry.fullUrl };
  }
}
