/** Required bindings: a code outside the value set is refused. */
import { type ElementDef, valueSetCodes } from '../definitions.ts';
import { type Context, shown } from './context.ts';

type BindingCheck = (value: unknown, ctx: Context) => void;
interface Coding {
  system?: unknown;
  code?: unknown;
}

const MIME_TYPES = 'http://hl7.org/fhir/ValueSet/mimetypes';
// RFC 6838 names with optional parameters.
const MIME = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9*][A-Za-z0-9!#$&^_.+*-]*(\s*;.*)?$/;
// CapabilityStatement and TestScript name the formats by "json" and "xml" as well.
const FORMAT = /^[A-Za-z0-9!#$&^_.+-]+(\/[A-Za-z0-9!#$&^_.+*-]+)?(\s*;.*)?$/;

/** Checks for a required binding on a code, Coding, CodeableConcept or Quantity; undefined where there is none. */
export function compileBinding(element: ElementDef, type: string): BindingCheck | undefined {
  if (element.binding?.strength !== 'required') return undefined;
  const url = element.binding.valueSet;
  if (url === MIME_TYPES) return mimeCheck(element.name);
  const systems = valueSetCodes(url);
  if (!systems) return undefined;
  const all = new Set<string>();
  for (const codes of systems.values()) for (const code of codes) all.add(code);

  const contains = (c: Coding): boolean => {
    if (typeof c.code !== 'string') return false;
    return typeof c.system === 'string' ? (systems.get(c.system)?.has(c.code) ?? false) : false;
  };
  const refuse = (ctx: Context, value: unknown, child?: string): void => {
    const list = all.size <= 12 ? ` (${[...all].join(', ')})` : '';
    ctx.error(
      'code-invalid',
      `Mã ${shown(value)} không thuộc bộ mã bắt buộc ${url}${list}`,
      `The code ${shown(value)} is not in the required value set ${url}${list}`,
      child,
    );
  };

  switch (type) {
    case 'code':
    case 'string':
    case 'uri':
      return (value, ctx) => {
        if (!all.has(value as string)) refuse(ctx, value);
      };
    case 'Coding':
      return (value, ctx) => {
        const c = value as Coding;
        if (c.code === undefined && c.system === undefined) return;
        if (!contains(c)) refuse(ctx, `${c.system ?? ''}|${c.code ?? ''}`);
      };
    case 'Quantity':
      return (value, ctx) => {
        const c = value as Coding;
        if (c.code !== undefined && !contains(c)) refuse(ctx, `${c.system ?? ''}|${c.code}`);
      };
    case 'CodeableConcept':
      return (value, ctx) => {
        const coding = (value as { coding?: unknown }).coding;
        // What is no array has been reported by the type's own check.
        if (coding !== undefined && !Array.isArray(coding)) return;
        const list = (coding ?? []) as Coding[];
        if (list.some((c) => typeof c === 'object' && c !== null && contains(c))) return;
        // An extension alone (data-absent-reason) stands for a value that is not there.
        if (list.length === 0 && (value as { text?: unknown }).text === undefined) return;
        const first = list[0];
        refuse(ctx, first ? `${first.system ?? ''}|${first.code ?? ''}` : ((value as { text?: unknown }).text ?? ''));
      };
    default:
      return undefined;
  }
}

function mimeCheck(name: string): BindingCheck {
  const rule = name === 'contentType' ? MIME : FORMAT;
  return (value, ctx) => {
    if (rule.test(value as string)) return;
    ctx.error('code-invalid', `Kiểu nội dung không hợp lệ: ${shown(value)}`, `Not a MIME type: ${shown(value)}`);
  };
}
