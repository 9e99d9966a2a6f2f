/** Extensions wherever they stand: those that are known against their definition, unknown modifiers refused. */
import { choiceKey, isSubtype, typeDef } from '../definitions.ts';
import { compilePath, EvaluationError } from '../fhirpath/evaluate.ts';
import { resourceItem } from '../fhirpath/values.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type Context, MAX_DEPTH, shown } from '../validation/context.ts';
import { PRIMITIVES } from '../validation/primitives.ts';
import type { ItemCheck } from './checks.ts';
import type { ExtensionContext } from './model.ts';
import type { ProfileTree } from './tree.ts';

export type FindExtension = (url: string) => { readonly tree: ProfileTree; readonly item: ItemCheck } | undefined;

interface Place {
  readonly name: string;
  readonly type: string;
}
const placesByType = new Map<string, ReadonlyMap<string, Place>>();

function placesOf(type: string): ReadonlyMap<string, Place> {
  let places = placesByType.get(type);
  if (!places) {
    const made = new Map<string, Place>();
    for (const e of typeDef(type)?.elements ?? [])
      for (const t of e.types) {
        const key = e.isChoice ? choiceKey(e.name, t.code) : e.name;
        made.set(key, { name: e.name, type: t.code });
        if (PRIMITIVES[t.code]) made.set(`_${key}`, { name: e.name, type: t.code });
      }
    places = made;
    placesByType.set(type, made);
  }
  return places;
}

/** What bears an extension. */
interface Bearer {
  readonly node: JsonObject;
  readonly type: string;
  /** Type of what holds the bearer, and its name there: `Dosage` and `timing`. */
  readonly holder: string;
  readonly name: string;
  /** Depth of the path at which the nearest resource starts. */
  readonly start: number;
  readonly resource: JsonObject;
  /** URL of the extension that holds this one. */
  readonly within: string | undefined;
}

/** Checks all extensions of a resource, those of contained ones and entries included. */
export function checkExtensions(resource: JsonObject, ctx: Context, find: FindExtension): void {
  const type = String(resource.resourceType);
  const start = ctx.depth;
  visit({ node: resource, type, holder: '', name: '', start, resource, within: undefined }, ctx, find);
}

function visit(at: Bearer, ctx: Context, find: FindExtension): void {
  // The base says that this is too deep.
  if (ctx.depth > 2 * MAX_DEPTH) return;
  const { node, type } = at;
  const places = placesOf(type);
  for (const key in node) {
    const value = node[key];
    if (typeof value !== 'object' || value === null) continue;
    if (key === 'extension' || key === 'modifierExtension') {
      if (Array.isArray(value)) extensions(value, key, at, ctx, find);
      continue;
    }
    const place = places.get(key);
    if (!place) continue;
    ctx.path[ctx.depth++] = place.name;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const item: unknown = value[i];
        if (typeof item !== 'object' || item === null) continue;
        ctx.path[ctx.depth++] = i;
        child(item as JsonObject, place, at, ctx, find);
        ctx.depth--;
      }
    } else {
      child(value as JsonObject, place, at, ctx, find);
    }
    ctx.depth--;
  }
}

function child(node: JsonObject, place: Place, at: Bearer, ctx: Context, find: FindExtension): void {
  if (place.type === 'Resource') {
    if (typeof node.resourceType !== 'string') return;
    const type = node.resourceType;
    visit({ node, type, holder: '', name: '', start: ctx.depth, resource: node, within: undefined }, ctx, find);
    return;
  }
  const { start, resource, within } = at;
  visit({ node, type: place.type, holder: at.type, name: place.name, start, resource, within }, ctx, find);
}

function extensions(list: readonly unknown[], key: string, at: Bearer, ctx: Context, find: FindExtension): void {
  ctx.path[ctx.depth++] = key;
  for (let i = 0; i < list.length; i++) {
    const extension = list[i];
    if (!isObject(extension) || typeof extension.url !== 'string') continue;
    ctx.path[ctx.depth++] = i;
    // Parts of a complex extension have plain names, which its definition rules.
    if (extension.url.includes(':')) one(extension, extension.url, key === 'modifierExtension', at, ctx, find);
    visit(
      {
        node: extension,
        type: 'Extension',
        holder: at.type,
        name: key,
        start: at.start,
        resource: at.resource,
        within: extension.url,
      },
      ctx,
      find,
    );
    ctx.depth--;
  }
  if (list.length > 1) repetitions(list, ctx, find);
  ctx.depth--;
}

/** How often an extension may stand in one place is the cardinality of its definition's root. */
function repetitions(list: readonly unknown[], ctx: Context, find: FindExtension): void {
  const counts = new Map<string, number>();
  for (const e of list) if (isObject(e) && typeof e.url === 'string') counts.set(e.url, (counts.get(e.url) ?? 0) + 1);
  for (const [url, count] of counts) {
    const max = count > 1 && url.includes(':') ? (find(url)?.tree.root.max ?? count) : count;
    if (count > max)
      ctx.error(
        'structure',
        `Phần mở rộng ${shown(url)} có ${count} lần, nhiều nhất ${max}`,
        `The extension ${shown(url)} stands ${count} times, at most ${max} are allowed`,
      );
  }
}

function one(e: JsonObject, url: string, isModifier: boolean, at: Bearer, ctx: Context, find: FindExtension): void {
  const found = find(url);
  if (found?.tree.profile.type !== 'Extension') {
    if (isModifier)
      ctx.error(
        'extension',
        `Phần mở rộng ${shown(url)} đổi nghĩa dữ liệu mà ở đây không biết`,
        `The modifier extension ${shown(url)} is not known here`,
      );
    return;
  }
  const { root, profile } = found.tree;
  if (isModifier !== root.isModifier)
    ctx.error(
      'extension',
      root.isModifier ? 'Phải đặt trong modifierExtension' : 'Không được đặt trong modifierExtension',
      root.isModifier ? 'Belongs in modifierExtension' : 'Does not belong in modifierExtension',
    );
  if (profile.contexts && !profile.contexts.some((c) => fits(c, at, ctx))) {
    const places = profile.contexts.map((c) => c.expression).join(', ');
    ctx.error('extension', `Phần mở rộng này chỉ dùng ở ${places}`, `This extension may be used on ${places} only`);
  }
  found.item(e, 'Extension', undefined, ctx);
}

function fits(context: ExtensionContext, at: Bearer, ctx: Context): boolean {
  const wanted = context.expression.replace(/\[x\]/g, '');
  if (context.kind === 'extension') return at.within === wanted.split('#')[0];
  if (context.kind === 'fhirpath') return isAmong(context.expression, at);
  if (wanted === '*' || wanted === 'Element' || isSubtype(at.type, wanted)) return true;
  if (at.type.includes('.') && at.type === wanted) return true;
  return `${at.holder}.${at.name}` === wanted || pathOf(at, ctx) === wanted;
}

/** `Patient.contact.name`: names only, from the nearest resource, without the extension itself. */
function pathOf(at: Bearer, ctx: Context): string {
  let path = String(at.resource.resourceType);
  // The last two steps are the extension and its place in the list.
  for (let i = at.start; i < ctx.depth - 2; i++) if (typeof ctx.path[i] === 'string') path += `.${ctx.path[i]}`;
  return path;
}

function isAmong(expression: string, at: Bearer): boolean {
  try {
    return compilePath(expression)
      .evaluate(resourceItem(at.resource))
      .some((item) => item.value === at.node);
  } catch (error) {
    if (error instanceof EvaluationError || error instanceof Error) return false;
    throw error;
  }
}
