/**
 * Turns a profile's tree into closures, as the validator of base R4 does with types: an element is visited only where a
 * profile says something of it, and a valid resource costs no text.
 */
import { choiceKey, typeDef } from '../definitions.ts';
import { isObject, type JsonObject } from '../json.ts';
import { type Context, MAX_DEPTH } from '../validation/context.ts';
import { PRIMITIVES } from '../validation/primitives.ts';
import type { CompileEnv, Compiler, ItemCheck } from './checks.ts';
import { itemRules } from './item-rules.ts';
import { rangeText } from './model.ts';
import { compileSlices, type SliceEntry } from './slices.ts';
import { type ElementNode, type ProfileTree, typesOf } from './tree.ts';

type ElementCheck = (parent: JsonObject, ctx: Context) => void;

/** One JSON key under which an element may stand. */
interface Key {
  readonly key: string;
  readonly type: string;
  readonly isPrimitive: boolean;
  readonly isAllowed: boolean;
}

const NOTHING: JsonObject = {};

export class ProfileCompiler implements Compiler {
  readonly env: CompileEnv;
  private readonly root: ElementNode;
  private readonly items = new Map<ElementNode, ItemCheck>();
  private readonly rules = new Map<ElementNode, readonly ItemCheck[]>();

  constructor(tree: ProfileTree, env: CompileEnv) {
    this.env = env;
    this.root = tree.root;
    for (const gap of tree.gaps) env.gap(gap);
  }

  /** The check of a value against all that the node and its children say. */
  item(node: ElementNode): ItemCheck {
    const known = this.items.get(node);
    if (known) return known;
    // A content reference leads back here before the check is complete.
    let made: ItemCheck = () => undefined;
    this.items.set(node, (value, type, sibling, ctx) => made(value, type, sibling, ctx));
    const rules = this.rulesOf(node);
    const children = this.children(node);
    const supported = [...node.children.values()].filter((c) => c.mustSupport);
    made = (value, type, sibling, ctx) => {
      // The base says that this is too deep.
      if (ctx.depth > 2 * MAX_DEPTH) return;
      for (const rule of rules) rule(value, type, sibling, ctx);
      const parent = isObject(value) ? value : isObject(sibling) ? sibling : NOTHING;
      for (const child of children) child(parent, ctx);
      if (ctx.mustSupport) for (const child of supported) mention(child, parent, ctx);
    };
    this.items.set(node, made);
    return made;
  }

  private rulesOf(node: ElementNode): readonly ItemCheck[] {
    let made = this.rules.get(node);
    if (!made) {
      made = itemRules(node, this.env);
      this.rules.set(node, made);
    }
    return made;
  }

  private children(node: ElementNode): ElementCheck[] {
    const own = [...node.children.values()].flatMap((child) => {
      const check = this.element(child);
      return check ? [check] : [];
    });
    return [...own, ...this.contentReferences(node)];
  }

  /** Elements that are defined by another one of the profile: `Questionnaire.item.item` follows `Questionnaire.item`. */
  private contentReferences(node: ElementNode): ElementCheck[] {
    return typesOf(node).flatMap((type) =>
      (typeDef(type)?.elements ?? []).flatMap((element) => {
        const target = element.types[0]?.code ?? '';
        if (!target.includes('.') || target === `${type}.${element.name}`) return [];
        const found = this.find(target);
        if (!found || (found.children.size === 0 && found.invariants.length === 0)) return [];
        const item = this.item(found);
        const keys = [{ key: element.name, type: target, isPrimitive: false, isAllowed: true }];
        return [elementCheck({ ...found, base: element, name: element.name }, keys, item, undefined)];
      }),
    );
  }

  private find(path: string): ElementNode | undefined {
    let at: ElementNode | undefined = this.root;
    for (const name of path.split('.').slice(1)) at = at?.children.get(name);
    return at;
  }

  private element(node: ElementNode): ElementCheck | undefined {
    const keys = keysOf(node);
    const hasRules = node.children.size > 0 || this.rulesOf(node).length > 0 || this.contentReferences(node).length > 0;
    const slices = compileSlices(node, this);
    const base = node.base;
    const narrows =
      keys.some((k) => !k.isAllowed) ||
      node.min > (base?.min ?? 0) ||
      node.max < (base?.max ?? Number.POSITIVE_INFINITY);
    if (!hasRules && !slices && !narrows) return undefined;
    return elementCheck(node, keys, hasRules ? this.item(node) : undefined, slices);
  }
}

function keysOf(node: ElementNode): Key[] {
  const base = node.base;
  if (!base) return [];
  const allowed = new Set(typesOf(node));
  return base.types.map((t) => ({
    key: base.isChoice ? choiceKey(base.name, t.code) : base.name,
    type: t.code,
    isPrimitive: PRIMITIVES[t.code] !== undefined,
    isAllowed: !base.isChoice || allowed.has(t.code),
  }));
}

type SliceCheck = (entries: readonly SliceEntry[], ctx: Context) => void;

function elementCheck(
  node: ElementNode,
  keys: readonly Key[],
  item: ItemCheck | undefined,
  slices: SliceCheck | undefined,
): ElementCheck {
  const { name, base } = node;
  const many = (base?.max ?? Number.POSITIVE_INFINITY) !== 1;
  // What base R4 demands has been reported by the base.
  const min = node.min > (base?.min ?? 0) ? node.min : 0;
  const max = node.max < (base?.max ?? Number.POSITIVE_INFINITY) ? node.max : Number.POSITIVE_INFINITY;
  return (parent, ctx) => {
    ctx.path[ctx.depth++] = name;
    let count = 0;
    const entries: SliceEntry[] | undefined = slices && [];
    for (const k of keys) {
      const value = parent[k.key];
      const sibling = k.isPrimitive ? parent[`_${k.key}`] : undefined;
      if (value === undefined && sibling === undefined) continue;
      if (!k.isAllowed) wrongType(k.type, keys, ctx);
      if (!many) {
        count++;
        if (item) item(value, k.type, sibling, ctx);
        entries?.push({ value, type: k.type, sibling, index: -1 });
        continue;
      }
      const values = Array.isArray(value) ? value : [];
      const siblings = Array.isArray(sibling) ? sibling : [];
      const length = Math.max(values.length, siblings.length);
      count += length;
      for (let i = 0; i < length; i++) {
        if (item) {
          ctx.path[ctx.depth++] = i;
          item(values[i], k.type, siblings[i], ctx);
          ctx.depth--;
        }
        entries?.push({ value: values[i], type: k.type, sibling: siblings[i], index: i });
      }
    }
    if (count < min || count > max) wrongCount(name, count, node, ctx);
    if (slices && entries) slices(entries, ctx);
    ctx.depth--;
  };
}

function wrongCount(name: string, count: number, node: ElementNode, ctx: Context): void {
  const range = rangeText(node.min, node.max);
  if (count === 0 && node.min > 0)
    ctx.error(
      'required',
      `Thiếu phần tử bắt buộc ${name} (hồ sơ quy định ${range})`,
      `The profile requires ${name} (${range})`,
    );
  else if (node.max === 0) ctx.error('structure', `Hồ sơ không cho dùng ${name}`, `The profile does not allow ${name}`);
  else
    ctx.error(
      'structure',
      `Có ${count} phần tử ${name}, hồ sơ quy định ${range}`,
      `There are ${count} of ${name}, the profile allows ${range}`,
    );
}

function wrongType(type: string, keys: readonly Key[], ctx: Context): void {
  const allowed = keys
    .filter((k) => k.isAllowed)
    .map((k) => k.type)
    .join(', ');
  ctx.error(
    'structure',
    `Kiểu ${type} không được hồ sơ cho phép; chỉ dùng ${allowed}`,
    `The profile does not allow the type ${type} here; allowed are ${allowed}`,
  );
}

function mention(node: ElementNode, parent: JsonObject, ctx: Context): void {
  for (const { key } of keysOf(node)) if (parent[key] !== undefined || parent[`_${key}`] !== undefined) return;
  if (node.min > 0) return;
  ctx.inform(
    'informational',
    `Hồ sơ yêu cầu hỗ trợ phần tử ${node.name}; tài nguyên này không có`,
    `The profile marks ${node.name} as must-support; this resource has none`,
    node.name,
  );
}
