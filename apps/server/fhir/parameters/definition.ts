import { createHash } from 'node:crypto';
import { canonicalJson } from '@mach/base/json.ts';
import type { JsonObject } from '@mach/fhir/json.ts';
import { type SearchParam, type SearchParamType, standardParams } from '@mach/fhir/search-definitions.ts';
import { compileSearchParam } from '@mach/fhir/search-values.ts';
import { isResourceType, RESOURCE_TYPES } from '@mach/store';

/** A search parameter that a facility has defined. */
export interface Definition {
  readonly hash: string;
  readonly code: string;
  readonly param: SearchParam;
  /** Why it has no effect; null: it has. */
  readonly fault: string | null;
}

const KINDS = new Set<string>(['number', 'date', 'string', 'token', 'reference', 'quantity', 'uri']);
const CODE = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** Reads an active SearchParameter. Undefined where R4 itself has that parameter for all its types. */
export function readDefinition(resource: JsonObject): Definition | undefined {
  const text = (key: string): string => (typeof resource[key] === 'string' ? (resource[key] as string) : '');
  const list = (key: string): string[] =>
    Array.isArray(resource[key]) ? (resource[key] as unknown[]).filter((v) => typeof v === 'string') : [];
  const code = text('code');
  const named = list('base').flatMap((b) => (b === 'Resource' || b === 'DomainResource' ? RESOURCE_TYPES : [b]));
  const base = [...new Set(named)].filter((type) => isResourceType(type) && !standardParams(type).has(code)).sort();
  if (base.length === 0) return undefined;
  const [type, expression, target] = [text('type'), text('expression'), list('target').sort()];
  const hash = createHash('sha256')
    .update(canonicalJson([code, type, expression, base, target]))
    .digest('hex')
    .slice(0, 16);
  const param: SearchParam = {
    id: `${text('url') || String(resource.id)}~${hash}`,
    code: `${code}~${hash}`,
    type: type as SearchParamType,
    base,
    expression,
    target,
    components: [],
  };
  return { hash, code, param, fault: faultOf(code, param) };
}

function faultOf(code: string, param: SearchParam): string | null {
  if (!CODE.test(code)) return `code "${code}": chỉ gồm chữ, số và gạch nối · letters, digits and dashes only`;
  if (!KINDS.has(param.type)) return `type ${param.type}: không phục vụ · is not offered`;
  if (param.expression === '') return 'thiếu expression · the expression is missing';
  for (const type of param.base)
    try {
      compileSearchParam(param, type);
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      return `expression, ${type}: ${said}. Nêu kiểu của giá trị · name the type of the value: value.ofType(code)`;
    }
  return null;
}
