/** References, canonical URLs and positions. */

import { isObject } from '../json.ts';
import { parseReference } from '../references.ts';
import type { Convert } from './convert-text.ts';
import { tokenConverter } from './convert-text.ts';
import type { IndexValue, ReferenceValue } from './values.ts';

function fromText(text: string, param: string): ReferenceValue | undefined {
  const parsed = parseReference(text);
  if (!parsed) return undefined;
  switch (parsed.kind) {
    case 'relative':
    case 'absolute': {
      const own = `${parsed.type}/${parsed.id}`;
      const isAbsolute = parsed.kind === 'absolute';
      return {
        param,
        kind: 'reference',
        type: parsed.type,
        id: parsed.id,
        url: isAbsolute ? text : null,
        versionless: isAbsolute ? `${parsed.base}/${own}` : own,
        version: parsed.version ?? null,
      };
    }
    case 'url':
      return canonical(text, param);
    case 'urn':
      return { param, kind: 'reference', type: null, id: null, url: text, versionless: text, version: null };
    // Contained resources cannot be found on their own; conditional references are resolved before they are stored.
    case 'contained':
    case 'conditional':
      return undefined;
  }
}

function canonical(text: string, param: string): ReferenceValue {
  const bar = text.indexOf('|');
  return {
    param,
    kind: 'reference',
    type: null,
    id: null,
    url: text,
    versionless: bar > 0 ? text.slice(0, bar) : text,
    version: bar > 0 ? text.slice(bar + 1) : null,
  };
}

const identifierToken = tokenConverter('Identifier', undefined);

function reference(v: unknown, param: string, out: IndexValue[]): void {
  if (!isObject(v)) return;
  if (typeof v.reference === 'string') {
    const value = fromText(v.reference, param);
    if (value) out.push(value);
  }
  // `subject:identifier=system|value` searches the logical identifier; it has an index entry of its own.
  if (v.identifier !== undefined) identifierToken?.(v.identifier, `${param}:identifier`, out);
}

export function referenceConverter(type: string): Convert | undefined {
  switch (type) {
    case 'Reference':
      return reference;
    case 'canonical':
    case 'uri':
    case 'url':
      return (v, param, out) => {
        if (typeof v !== 'string' || v === '' || v.startsWith('#')) return;
        out.push(fromText(v, param) ?? canonical(v, param));
      };
    case 'Attachment':
      return (v, param, out) => {
        if (isObject(v) && typeof v.url === 'string') out.push(fromText(v.url, param) ?? canonical(v.url, param));
      };
    // A resource in the place of a reference, as the first entry of a document Bundle.
    case 'Resource':
      return (v, param, out) => {
        if (!isObject(v) || typeof v.resourceType !== 'string' || typeof v.id !== 'string') return;
        const value = fromText(`${v.resourceType}/${v.id}`, param);
        if (value) out.push(value);
      };
    default:
      return undefined;
  }
}

export function positionConverter(type: string): Convert | undefined {
  if (type !== 'Location.position') return undefined;
  return (v, param, out) => {
    if (!isObject(v) || typeof v.latitude !== 'number' || typeof v.longitude !== 'number') return;
    out.push({ param, kind: 'position', latitude: v.latitude, longitude: v.longitude });
  };
}
