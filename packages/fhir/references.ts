/** References of resources: syntax, discovery, rewriting. */
import { isResourceType } from './definitions.ts';

export type ParsedReference =
  | { readonly kind: 'relative'; readonly type: string; readonly id: string; readonly version?: string }
  | {
      readonly kind: 'absolute';
      readonly base: string;
      readonly type: string;
      readonly id: string;
      readonly version?: string;
    }
  /** An absolute URL that does not follow the RESTful pattern. */
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'urn'; readonly urn: string }
  /** `#id`, or `#` for the containing resource (empty id). */
  | { readonly kind: 'contained'; readonly id: string }
  /** `Patient?identifier=…`, as allowed in transactions. */
  | { readonly kind: 'conditional'; readonly type: string; readonly query: string };

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

/** Splits `Type/id` or `Type/id/_history/version`. */
function restful(text: string): { type: string; id: string; version?: string } | undefined {
  const slash = text.indexOf('/');
  if (slash < 1) return undefined;
  const type = text.slice(0, slash);
  if (!isResourceType(type)) return undefined;
  const next = text.indexOf('/', slash + 1);
  const id = next < 0 ? text.slice(slash + 1) : text.slice(slash + 1, next);
  if (!ID.test(id)) return undefined;
  if (next < 0) return { type, id };
  const rest = text.slice(next);
  if (!rest.startsWith('/_history/')) return undefined;
  const version = rest.slice('/_history/'.length);
  return ID.test(version) ? { type, id, version } : undefined;
}

/** Reads the text of `Reference.reference`; undefined where it is no reference that R4 knows. */
export function parseReference(text: string): ParsedReference | undefined {
  if (text.startsWith('#')) return { kind: 'contained', id: text.slice(1) };
  const relative = restful(text);
  if (relative) return { kind: 'relative', ...relative };
  if (text.startsWith('urn:')) return { kind: 'urn', urn: text };
  if (SCHEME.test(text)) {
    const segments = text.split('/');
    // …/Type/id or …/Type/id/_history/version
    for (const length of [2, 4]) {
      if (segments.length <= length) continue;
      const tail = restful(segments.slice(-length).join('/'));
      if (tail) return { kind: 'absolute', base: segments.slice(0, -length).join('/'), ...tail };
    }
    return { kind: 'url', url: text };
  }
  const question = text.indexOf('?');
  if (question > 0 && isResourceType(text.slice(0, question))) {
    return { kind: 'conditional', type: text.slice(0, question), query: text.slice(question + 1) };
  }
  return undefined;
}
